#include "nearfar/report/figures.h"

#include <algorithm>

#include "nearfar/report/band.h"
#include "nearfar/report/heat_map.h"
#include "nearfar/report/markup.h"
#include "nearfar/report/numbers.h"
#include "nearfar/report/page.h"
#include "nearfar/report/png.h"
#include "nearfar/report/svg.h"
#include "nearfar/report/svg_frame.h"

namespace nearfar {
namespace {

std::string note_below(const std::string& note) {
  return note.empty() ? "" : "<p class=\"note\">" + escaped_markup(note) + "</p>\n";
}

}  // namespace

std::string figure_of(const Chart& chart) {
  std::vector<std::string> names;
  for (const Curve& curve : chart.curves) names.push_back(curve.name);
  return figure(chart.title, svg_chart(chart), legend(names), chart.note);
}

std::string figure_of(const Histogram& histogram) {
  std::vector<std::string> names;
  for (const Histogram::Series& series : histogram.series) names.push_back(series.name);
  return figure(histogram.title, svg_histogram(histogram), legend(names), histogram.note);
}

std::string figure_of(const Scatter& scatter) {
  return figure(scatter.title, svg_scatter(scatter), "", scatter.note);
}

std::string figure_of(const Projection& projection) {
  return figure(projection.title, svg_projection(projection), legend(projection.classes),
                variance_note(projection) + " " + projection.note);
}

std::string variance_note(const Projection& projection) {
  return "Principal components, " + coordinate(100 * projection.explained) + " % of the variance.";
}

std::string figure_of(const HeatMap& map) {
  const auto most = std::max_element(map.values.begin(), map.values.end());
  const std::int64_t at = most - map.values.begin();
  const std::string place =
      "row " + std::to_string(at / map.width + 1) + ", column " + std::to_string(at % map.width + 1);
  const std::string body = "<img class=\"heat\" alt=\"" +
                           escaped_markup(map.title + ": largest " + significant(*most, 4) + " at " + place) +
                           "\" src=\"" + data_address("image/png", png_of(coloured(map))) +
                           "\">\n<p class=\"scale\"><span>0</span><i></i><span>" + significant(*most, 4) +
                           "</span></p>\n";
  return figure(map.title, body, "", map.note);
}

std::string figure_of(const RankedValues& ranking) {
  const double most = ranking.rows.empty() ? 0 : ranking.rows.front().value;
  std::vector<std::vector<std::string>> rows;
  for (const RankedValues::Row& row : ranking.rows) {
    const std::string bar =
        "<i class=\"bar\" style=\"width:" + style_share(most > 0 ? row.value / most : 0) + "\"></i>";
    rows.push_back({escaped_markup(row.name), bar, significant(row.value, 4)});
  }
  const std::string body = "<div class=\"ranked\">" +
                           table({escaped_markup(ranking.what), "", escaped_markup(ranking.value)}, rows, 2) +
                           "</div>\n";
  return figure(ranking.title, body, "", ranking.note);
}

std::string figure_of(const TupleTable& tuples) {
  std::vector<std::string> head;
  for (const std::string& name : tuples.head) head.push_back(escaped_markup(name));
  std::vector<std::vector<std::string>> rows;
  for (const TupleTable::Row& each : tuples.rows) {
    std::string name;
    for (const Thumbnail& picture : each.pictures)
      name += "<img class=\"thumb\" alt=\"\" src=\"" + data_address("image/png", png_of(picture)) + "\">";
    std::vector<std::string> row{name + escaped_markup(each.name)};
    for (const double value : each.values) row.push_back(significant(value, 4));
    rows.push_back(std::move(row));
  }
  return figure(tuples.title, table(head, rows), "", tuples.note);
}

std::string number_table(const NumberTable& numbers) {
  std::vector<std::string> head;
  for (const std::string& name : numbers.head) head.push_back(escaped_markup(name));
  std::vector<std::vector<std::string>> rows;
  for (const std::vector<double>& numbers_of_row : numbers.rows) {
    std::vector<std::string> row;
    for (const double number : numbers_of_row) row.push_back(significant(number));
    rows.push_back(std::move(row));
  }
  return table(head, rows, 0) + note_below(numbers.note);
}

}  // namespace nearfar
