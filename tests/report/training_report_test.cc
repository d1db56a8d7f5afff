#include "nearfar/report/training_report.h"

#include <doctest/doctest.h>

#include <cmath>

#include "nearfar/report/heat_map.h"
#include "nearfar/report/svg.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

TrainingPortrait sample_portrait(const std::string& text = "map@r") {
  TrainingPortrait portrait;
  portrait.method = "linear";
  portrait.loss = "triplet";
  portrait.facts = {{"options", text}};
  portrait.end = {false, "epoch 3 kept", text};
  Gains gains;
  gains.held_out = true;
  gains.queries = 540;
  gains.of = 1540;
  gains.maps = {{"linear", 0.98765, {0.9702, 0.9951}, 0.8123}, {"identity", 0.9123, {0.89, 0.93}, 0.6}};
  portrait.gains = {gains};
  Chart chart{"Loss", "epoch", text, false, {{text, {1, 2, 3, 4}, {0.5, 0.25, 0.125, 0.1875}}}, text};
  chart.y_axis = YAxis::values;
  chart.counts_x = true;
  chart.mark = AxisMark{3, "kept: epoch 3"};
  portrait.curves = {chart};
  portrait.records = {{"epoch", text}, {{1, 0.5}, {2, 0.25}, {3, 1e-5}, {4, std::nan("")}}, text};
  portrait.weights = RankedValues{text, "feature", "weight", {{text, 2.5}, {"p2", 1.25}}, text};
  portrait.pixels = HeatMap{text, 2, 3, {0, 1, 2, 3, 4, 8}, text};
  portrait.spectrum = chart;
  Projection before{{text, "b"}, {0, 1, 2}, {0, 1, 0}, {0, 1, -1}, 0.5, text};
  portrait.spaces = {before, before};
  portrait.distances = {{text, "x", 0, 2, {{text, {0.5, 0.5}}, {"b", {1, 0}}}, text}};
  portrait.grades = {{text, "similarity", "distance", {0, 0.5, 1}, {3, 2, 1}, text}};
  portrait.fingerprint = "xxh3-128:0";
  return portrait;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

std::string page_of(const TrainingPortrait& portrait) {
  return training_report_format("html", "--write").render(portrait);
}

}  // namespace

TEST_CASE("training page: the numbers that it was given") {
  const std::string page = page_of(sample_portrait());
  CHECK(contains(page, "<h1>train-metric: linear, triplet loss</h1>"));
  CHECK(contains(page, "<b>epoch 3 kept</b>"));
  CHECK(contains(page, "0.9877"));
  CHECK(contains(page, "[0.9702, 0.9951]"));
  CHECK(contains(page, "0.8123"));
  CHECK(contains(
      page,
      "Validation rows, each against the others: classes that were not trained on (540 drawn of 1,540)"));
  CHECK(contains(page, "<td class=\"n\">0.25</td>"));
  CHECK(contains(page, "1e-05"));
  CHECK(contains(page, "width:50%"));  // the second weight beside the first
  CHECK(contains(page, "largest 8 at row 2, column 3"));
  CHECK(contains(page, "kept: epoch 3"));
  CHECK(contains(page, "map@r: 0.5 at 1 to 0.1875 at 4, lowest 0.125 at 3, highest 0.5 at 1."));
}

TEST_CASE("training page: self-contained, well-formed, and no text of the data is markup") {
  const std::string nasty = "<b>\"&'</script>";
  const std::string page = page_of(sample_portrait(nasty));
  CHECK(!contains(page, "<b>\"&'"));
  CHECK(!contains(page, "</script>"));
  CHECK(!contains(page, "http"));
  CHECK(!contains(page, "url("));
  CHECK(!contains(page, "nan"));
  for (const std::string tag : {"figure", "section", "svg", "table", "div", "dl", "details", "ul"}) {
    CAPTURE(tag);
    CHECK(count(page, "<" + tag) == count(page, "</" + tag));
    CHECK(count(page, "<" + tag) > 0);
  }
  const std::string picture = training_report_format("svg", "--write").render(sample_portrait(nasty));
  CHECK(!contains(picture, "<b>"));
  CHECK(!contains(picture, "</script>"));
}

TEST_CASE("training page: what is not there has no heading") {
  TrainingPortrait portrait;
  portrait.method = "pca";
  portrait.end = {false, "solved", "in closed form"};
  const std::string page = page_of(portrait);
  for (const std::string heading : {"What was gained", "How it went", "What was learned", "Before and after"})
    CHECK(!contains(page, heading));
  CHECK(!contains(page, "<details>"));
  CHECK(contains(page, "solved"));
}

TEST_CASE("svg_chart: a curve has all its points, on the axes that are asked for") {
  TrainingPortrait portrait = sample_portrait();
  Chart& chart = portrait.curves[0];
  CHECK(count(svg_chart(chart), "<circle") == 4);
  // As a line alone where there are many.
  Curve& curve = chart.curves[0];
  for (int i = 5; i <= 300; ++i) {
    curve.x.push_back(i);
    curve.y.push_back(0.1);
  }
  const std::string many = svg_chart(chart);
  const std::size_t path = many.find(" d=\"M");
  REQUIRE(path != std::string::npos);
  const std::string points = many.substr(path, many.find('"', path + 4) - path);
  CHECK(count(points, "L") == 299);

  // Whole epochs only, even where there is one.
  curve = {"loss", {1}, {0.5}};
  CHECK(!contains(svg_chart(chart), ">1.2<"));
  CHECK(contains(svg_chart(chart), ">1<"));
  // A constant is seen against 0, and powers of ten by their logarithm.
  curve = {"lr", {1, 2}, {0.001, 0.001}};
  CHECK(contains(svg_chart(chart), ">0.002<"));
  chart.y_axis = YAxis::powers;
  curve = {"norm", {1, 2, 3}, {1000, 1, 0.001}};
  const std::string powers = svg_chart(chart);
  for (const std::string tick : {">0.001<", ">0.1<", ">10<", ">1000<"}) CHECK(contains(powers, tick));
  curve.y[1] = 0;  // which has no logarithm
  CHECK(!contains(svg_chart(chart), "nan"));
  CHECK(!contains(svg_chart(chart), "inf"));
}

TEST_CASE("coloured: from the darkest to the lightest colour") {
  const Thumbnail picture = coloured({"", 1, 3, {0, 1, 2}, ""});
  CHECK(picture.channels == 3);
  CHECK(picture.bytes == std::vector<unsigned char>{68, 1, 84, 33, 145, 140, 253, 231, 37});
  CHECK(coloured({"", 1, 1, {0}, ""}).bytes == std::vector<unsigned char>{68, 1, 84});
}

TEST_CASE("svg: a picture that stands by itself") {
  const std::string picture = training_report_format("svg", "--write").render(sample_portrait());
  CHECK(picture.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
  CHECK(contains(picture, "prefers-color-scheme: dark"));
  CHECK(contains(picture, "linear, triplet loss"));
  CHECK(count(picture, "<circle class=\"point") == 6);
  CHECK(count(picture, "<svg") == 3);
  CHECK(count(picture, "</svg>") == 3);
  TrainingPortrait nothing;
  CHECK(!contains(training_report_format("svg", "--write").render(nothing), "nan"));
}

TEST_CASE("svg: names of classes take as much room as they have letters, whatever their bytes") {
  const auto legend = [](std::vector<std::string> classes) {
    TrainingPortrait portrait = sample_portrait();
    portrait.spaces.resize(1);
    portrait.spaces[0].classes = std::move(classes);
    const std::string picture = training_report_format("svg", "--write").render(portrait);
    const std::string mark = "r=\"5.5\" cx=";
    std::vector<std::string> places;
    for (std::size_t at = picture.find(mark); at != std::string::npos; at = picture.find(mark, at + 1))
      places.push_back(picture.substr(at, picture.find('/', at) - at));
    return places;
  };
  REQUIRE(legend({"abcd", "efgh", "c"}).size() == 3);
  CHECK(legend({"\xC3\xA4\xC3\xB6\xC3\xBC\xC3\x9F", "\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC",
                "c"}) == legend({"abcd", "efgh", "c"}));
  CHECK(legend({"abcde", "efgh", "c"}) != legend({"abcd", "efgh", "c"}));
}

TEST_CASE("training formats: an unknown one is refused with those that are") {
  CHECK(kind_of([] { (void)training_report_format("json", "--write"); }) == kUsage);
}
