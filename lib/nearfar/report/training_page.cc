#include "nearfar/core/text.h"
#include "nearfar/report/band.h"
#include "nearfar/report/figures.h"
#include "nearfar/report/markup.h"
#include "nearfar/report/numbers.h"
#include "nearfar/report/page.h"
#include "nearfar/report/training_forms.h"

namespace nearfar {
namespace {

std::string fact_list(const std::vector<std::pair<std::string, std::string>>& facts) {
  std::string out = "<dl class=\"facts\">\n";
  for (const auto& [name, value] : facts)
    out += "<dt>" + escaped_markup(name) + "</dt><dd>" + escaped_markup(value) + "</dd>\n";
  return out + "</dl>\n";
}

std::string whose(const Gains& gains) {
  std::string text = gains.held_out ? "Validation rows" : "Training rows";
  text += gains.among_themselves ? ", each against the others" : ", against the training rows";
  if (gains.held_out && gains.among_themselves) text += ": classes that were not trained on";
  return text + (gains.queries < gains.of
                     ? " (" + grouped(gains.queries) + " drawn of " + grouped(gains.of) + ")"
                     : " (" + grouped(gains.of) + ")");
}

std::string gains_table(const Gains& gains) {
  std::vector<std::vector<std::string>> rows;
  for (const MapScore& score : gains.maps) {
    const Interval interval{score.interval.first, score.interval.second, "wilson"};
    const std::string name = escaped_markup(score.map);
    rows.push_back({&score == gains.maps.data() ? "<b>" + name + "</b>" : name,
                    value_band(score.accuracy, interval), shown(score.accuracy), shown_interval(interval),
                    shown(score.map_at_r)});
  }
  return "<h3>" + escaped_markup(whose(gains)) + "</h3>\n<div class=\"gains\">" +
         table({"map", "", "knn-accuracy@3", "95 % interval", "map@r"}, rows, 2) + "</div>\n";
}

std::string gains_tables(const std::vector<Gains>& all) {
  std::string out;
  for (const Gains& gains : all) out += gains_table(gains);
  return out +
         "<p class=\"note\">identity and covariance are the plain and the Mahalanobis distance after the "
         "same "
         "preprocessing</p>\n";
}

template <class Shown>
std::vector<std::string> figures_of(const std::vector<Shown>& shown) {
  std::vector<std::string> figures;
  for (const Shown& each : shown) figures.push_back(figure_of(each));
  return figures;
}

void add_learned(Page& page, const TrainingPortrait& portrait) {
  std::vector<std::string> figures;
  if (portrait.weights) figures.push_back(figure_of(*portrait.weights));
  if (portrait.pixels) figures.push_back(figure_of(*portrait.pixels));
  if (portrait.spectrum) figures.push_back(figure_of(*portrait.spectrum));
  page.figures("What was learned", figures);
}

void add_spaces(Page& page, const TrainingPortrait& portrait) {
  std::vector<std::string> figures = figures_of(portrait.spaces);
  for (const auto& more : {figures_of(portrait.distances), figures_of(portrait.grades)})
    figures.insert(figures.end(), more.begin(), more.end());
  page.figures("Before and after", figures);
}

}  // namespace

std::string training_name(const TrainingPortrait& portrait) {
  return portrait.loss.empty() ? portrait.method : portrait.method + ", " + portrait.loss + " loss";
}

std::string render_training_page(const TrainingPortrait& portrait) {
  Page page("train-metric: " + training_name(portrait), "");
  page.section("", notice_list({notice(portrait.end.at_limit ? "open" : "done", portrait.end.word, "",
                                       portrait.end.sentence)}) +
                       fact_list(portrait.facts));
  if (!portrait.gains.empty()) page.section("What was gained", gains_tables(portrait.gains));
  page.figures("How it went", figures_of(portrait.curves));
  if (!portrait.records.rows.empty())
    page.section("", folded("The curves in numbers", number_table(portrait.records)));
  add_learned(page, portrait);
  add_spaces(page, portrait);
  page.section("", "<footer><p>data fingerprint " + escaped_markup(portrait.fingerprint) + "</p></footer>\n");
  return page.text();
}

}  // namespace nearfar
