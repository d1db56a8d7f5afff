#include "nearfar/report/report.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>

#include "nearfar/core/random.h"
#include "nearfar/core/text.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

Report sample() {
  Report report;
  report.measures = {
      {"precision@1", "h(k)/k", 0.1 + 0.2}, {"map@r", "(1/R) sum", 1.0 / 3}, {"mrr", "1 / rank", 1}};
  report.counts = {{"queries", 12540}, {"gallery", 12541}, {"skipped", 1}, {"tied", 0}};
  report.policies = {{"distance", "euclidean"}, {"ties", "expected"}};
  const std::pair<std::string, double> values[] = {{"map@r", 1.0 / 3}};
  report.gates = {decide(parse_gate("map@r>=0.3"), values), decide(parse_gate("map@r>0.5"), values)};
  return report;
}

std::string rendered(std::string_view format, const Report& report) {
  return report_format(format).render(report);
}

std::vector<std::vector<std::string>> cells(const std::string& csv) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(csv);
  for (std::string line; std::getline(lines, line);) rows.push_back(split_text(line, ','));
  return rows;
}

}  // namespace

TEST_CASE("report: text, JSON and CSV show the same numbers, JSON and CSV to the bit") {
  Random random(1);
  for (int round = 0; round < 50; ++round) {
    Report report = sample();
    for (ReportMeasure& measure : report.measures)
      measure.value = round == 0 ? measure.value : random.uniform();
    const auto json = nlohmann::json::parse(rendered("json", report));
    const auto csv = cells(rendered("csv", report));
    const std::string text = rendered("text", report);
    REQUIRE(csv.size() == 4);
    CHECK(csv[0] == std::vector<std::string>{"measure", "slice", "value", "low", "high", "n"});
    for (std::size_t m = 0; m < 3; ++m) {
      const ReportMeasure& measure = report.measures[m];
      CHECK(json["measures"][measure.name].get<double>() == measure.value);
      REQUIRE(csv[m + 1].size() == 6);
      CHECK(csv[m + 1][0] == measure.name);
      CHECK(std::strtod(csv[m + 1][2].c_str(), nullptr) == measure.value);
      CHECK(csv[m + 1][2] == value_text(measure.value));
      CHECK(csv[m + 1][5] == "12540");
      char four[32];
      (void)std::snprintf(four, sizeof four, "%.4f", measure.value);
      CHECK(contains(text, four));
      CHECK(contains(text, measure.name));
      CHECK(contains(text, measure.definition));
    }
  }
}

TEST_CASE("report: JSON has the contract's members") {
  const auto json = nlohmann::json::parse(rendered("json", sample()));
  CHECK(json["schema"] == 1);
  CHECK(json["measures"].size() == 3);
  CHECK(json["queries"] == 12540);
  CHECK(json["gallery"] == 12541);
  CHECK(json["skipped"] == 1);
  CHECK(json["tied"] == 0);
  CHECK(json["policies"]["ties"] == "expected");
  REQUIRE(json["gates"].size() == 2);
  CHECK(json["gates"][0]["gate"] == "map@r>=0.3");
  CHECK(json["gates"][0]["value"].get<double>() == 1.0 / 3);
  CHECK(json["gates"][0]["verdict"] == "pass");
  CHECK(json["gates"][0]["decided"] == "pass");
  CHECK(json["gates"][1]["verdict"] == "fail");
  CHECK(json["gates"][1]["decided"] == "fail");
  CHECK(rendered("json", sample()).ends_with("}\n"));
}

TEST_CASE("report: text has the counts, the policies and the gates with their unrounded value") {
  const std::string text = rendered("text", sample());
  CHECK(contains(text, "queries 12,540, gallery 12,541, skipped 1, tied 0"));
  CHECK(contains(text, "distance euclidean, ties expected"));
  CHECK(contains(text, "pass  map@r>=0.3  (is 0.3333333333333333)"));
  CHECK(contains(text, "FAIL  map@r>0.5"));
  CHECK(contains(text, "0.3000"));
}

TEST_CASE("report: whatever stands in a text, JSON stays JSON and CSV keeps its columns") {
  for (const std::string nasty : {"\"", "\\", "a\nb", "a,b", "\t\x01\x1F", "</script>", "{}[]:", "\xC3\xB6",
                                  "\xE2\x80\xA8", "it's", "\x7F"}) {
    CAPTURE(nasty);
    Report report = sample();
    report.measures[0].name = "m" + nasty;
    report.measures[0].definition = nasty;
    report.policies[0] = {"p" + nasty, nasty};
    report.gates[0].gate.text = nasty;
    const auto json = nlohmann::json::parse(rendered("json", report));
    CHECK(json["measures"]["m" + nasty].get<double>() == report.measures[0].value);
    CHECK(json["definitions"]["m" + nasty] == nasty);
    CHECK(json["policies"]["p" + nasty] == nasty);
    CHECK(json["gates"][0]["gate"] == nasty);
  }
  Report report = sample();
  report.measures[0].name = "a\"b,c";
  CHECK(contains(rendered("csv", report), "\n\"a\"\"b,c\",,0.30000000000000004,,,12540\n"));
  report.policies[0].second = "broken \xFF bytes";  // no UTF-8: shown as such, never invalid JSON
  CHECK(nlohmann::json::parse(rendered("json", report))["policies"]["distance"] ==
        "broken \xEF\xBF\xBD bytes");
}

TEST_CASE("report: without measures, gates or policies") {
  const Report empty;
  CHECK(empty.passed());
  const auto json = nlohmann::json::parse(rendered("json", empty));
  CHECK(json["measures"].empty());
  CHECK(json["gates"].empty());
  CHECK(rendered("csv", empty) == "measure,slice,value,low,high,n\n");
}

TEST_CASE("report: passed only if every gate passed") {
  Report report = sample();
  CHECK(!report.passed());
  report.gates[1].passed = true;
  CHECK(report.passed());
  report.gates[0].passed = false;
  CHECK(!report.passed());
}

TEST_CASE("report formats: by name") {
  for (const ReportFormat& format : report_formats()) {
    CHECK(&report_format(format.name) == &format);
    CHECK(!format.meaning.empty());
    CHECK(format.render(sample()).ends_with("\n"));
  }
  const auto error = error_of([] { (void)report_format("jsn"); });
  REQUIRE(error);
  CHECK(error->kind() == ErrorKind::usage);
  CHECK(contains(error->message(), "did you mean 'json'"));
}

TEST_CASE("value_text: reads back to the same double") {
  Random random(2);
  for (int i = 0; i < 1000; ++i) {
    const double value = random.uniform();
    CHECK(std::strtod(value_text(value).c_str(), nullptr) == value);
  }
  CHECK(value_text(1) == "1");
  CHECK(value_text(0) == "0");
  CHECK(value_text(0.5) == "0.5");
}
