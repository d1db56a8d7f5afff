#include "nearfar/report/html_portrait.h"

#include <algorithm>
#include <cmath>

#include "nearfar/core/text.h"
#include "nearfar/report/figures.h"
#include "nearfar/report/markup.h"
#include "nearfar/report/numbers.h"
#include "nearfar/report/png.h"

namespace nearfar {
namespace {

std::vector<std::string> chart_figures(const Portrait& portrait) {
  std::vector<std::string> figures;
  for (const Chart& chart : portrait.charts) figures.push_back(figure_of(chart));
  for (const Histogram& histogram : portrait.histograms) figures.push_back(figure_of(histogram));
  for (const Scatter& scatter : portrait.scatters) figures.push_back(figure_of(scatter));
  if (portrait.projection) figures.push_back(figure_of(*portrait.projection));
  return figures;
}

std::string class_table(const ClassTable& classes) {
  std::vector<std::string> head{"class", "queries"};
  for (const std::string& measure : classes.measures) head.push_back(escaped_markup(measure));
  std::vector<std::vector<std::string>> rows;
  for (const ClassTable::Row& each : classes.rows) {
    std::vector<std::string> row{escaped_markup(each.name), grouped(each.units)};
    for (const double value : each.values) row.push_back(shown(value));
    rows.push_back(std::move(row));
  }
  std::string out = table(head, rows);
  if (!classes.note.empty()) out += "<p class=\"note\">" + escaped_markup(classes.note) + "</p>\n";
  return out;
}

// Rows are shares of the query's class; errors are coloured by their share of the largest one.
std::string confusion_table(const ClassConfusion& confusion) {
  const std::size_t classes = confusion.classes.size();
  std::int64_t most = 1;
  for (std::size_t i = 0; i < classes; ++i) {
    for (std::size_t j = 0; j < classes; ++j) {
      if (i != j) most = std::max(most, confusion.counts[i * classes + j]);
    }
  }
  std::string out =
      "<div class=\"scroll\"><table class=\"confusion\">\n<thead><tr><th class=\"side\">query \\ "
      "nearest</th>";
  for (const std::string& name : confusion.classes) out += "<th>" + escaped_markup(name) + "</th>";
  out += "</tr></thead>\n<tbody>\n";
  for (std::size_t i = 0; i < classes; ++i) {
    out += "<tr><th class=\"side\">" + escaped_markup(confusion.classes[i]) + "</th>";
    for (std::size_t j = 0; j < classes; ++j) {
      const std::int64_t count = confusion.counts[i * classes + j];
      if (i == j) {
        out += "<td class=\"own\">" + grouped(count) + "</td>";
      } else if (count == 0) {
        out += "<td></td>";
      } else {
        const double heat = 0.15 + 0.6 * static_cast<double>(count) / static_cast<double>(most);
        out +=
            "<td style=\"--h:" + number_text(std::round(100 * heat) / 100) + "\">" + grouped(count) + "</td>";
      }
    }
    out += "</tr>\n";
  }
  out += "</tbody></table></div>\n";
  return out + "<p class=\"note\">" + escaped_markup(confusion.note) +
         " Rows: the query's class; columns: the class of its nearest neighbour.</p>\n";
}

std::string item(const ShownItem& shown_item, const std::string& kind, const std::string& below) {
  std::string out = "<div class=\"item " + kind + "\">";
  if (shown_item.picture)
    out += "<img alt=\"" + escaped_markup(shown_item.name) + "\" src=\"" +
           data_address("image/png", png_of(*shown_item.picture)) + "\">";
  const bool has_label = !shown_item.label.empty();
  out += "<b>" + escaped_markup(has_label ? shown_item.label : shown_item.name) + "</b>";
  if (has_label) out += "<small>" + escaped_markup(shown_item.name) + "</small>";
  return out + "<small>" + escaped_markup(below) + "</small></div>\n";
}

std::string worst_queries(const WorstQueries& worst) {
  std::string out =
      "<p class=\"note\">By " + escaped_markup(worst.measure) +
      ". First the query, then what is nearest to it with its distance: relevant items are framed "
      "green, others red.</p>\n<div class=\"worst\">\n";
  for (const WorstQueries::Row& row : worst.rows) {
    out += "<div class=\"row\">\n" + item(row.query, "query", worst.measure + " " + shown(row.value));
    for (const ShownItem& neighbor : row.neighbors)
      out += item(neighbor, neighbor.relevant ? "hit" : "miss", shown(neighbor.distance));
    out += "</div>\n";
  }
  return out + "</div>\n";
}

}  // namespace

void add_portrait(Page& page, const Portrait& portrait) {
  page.figures("Pictures", chart_figures(portrait));
  std::vector<std::string> hardest;
  for (const TupleTable& tuples : portrait.hardest) hardest.push_back(figure_of(tuples));
  if (!hardest.empty()) page.figures("The hardest", hardest);
  if (portrait.classes && !portrait.classes->rows.empty())
    page.section("Classes, weakest first", class_table(*portrait.classes));
  if (portrait.confusion) page.section("Confusion between classes", confusion_table(*portrait.confusion));
  if (portrait.worst && !portrait.worst->rows.empty())
    page.section("Worst queries", worst_queries(*portrait.worst));
}

}  // namespace nearfar
