#include "nearfar/report/report.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>

#include "nearfar/core/random.h"
#include "nearfar/core/text.h"
#include "nearfar/report/markup.h"
#include "nearfar/report/numbers.h"
#include "report/sample_report.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;
using nlohmann::json;

namespace {

std::vector<std::vector<std::string>> cells(const std::string& csv) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(csv);
  for (std::string line; std::getline(lines, line);) rows.push_back(split_text(line, ','));
  return rows;
}

}  // namespace

TEST_CASE("report: every form shows the same numbers; JSON, CSV and JUnit to the bit") {
  Random random(1);
  for (int round = 0; round < 50; ++round) {
    SampleReport sample = sample_report();
    for (std::size_t m = 0; m < 3 && round > 0; ++m) {
      sample.outcome.measures[m].value = random.uniform();
      sample.verdict.estimates[m].interval = Interval{random.uniform(), random.uniform(), "bca"};
    }
    const auto as_json = json::parse(sample.rendered("json"));
    const auto csv = cells(sample.rendered("csv"));
    REQUIRE(csv.size() == 7);
    CHECK(csv[0] == std::vector<std::string>{"measure", "slice", "value", "low", "high", "n"});
    for (std::size_t m = 0; m < 3; ++m) {
      const MeasuredValue& measure = sample.outcome.measures[m];
      const Estimate& estimate = sample.verdict.estimates[m];
      CHECK(as_json["measures"][measure.name].get<double>() == measure.value);
      CHECK(as_json["intervals"][measure.name][0].get<double>() == estimate.interval->low);
      CHECK(as_json["intervals"][measure.name][1].get<double>() == estimate.interval->high);
      const std::vector<std::string> row{measure.name,
                                         "",
                                         exact(measure.value),
                                         exact(estimate.interval->low),
                                         exact(estimate.interval->high),
                                         std::to_string(estimate.units)};
      CHECK(csv[m + 1] == row);
      CHECK(std::strtod(csv[m + 1][2].c_str(), nullptr) == measure.value);
      CHECK(contains(sample.rendered("junit"),
                     "<property name=\"" + measure.name + "\" value=\"" + exact(measure.value) + "\"/>"));
      for (const std::string form : {"text", "markdown", "github", "html"}) {
        CAPTURE(form);
        const std::string text = sample.rendered(form);
        CHECK(contains(text, shown(measure.value)));
        CHECK(contains(text, shown(estimate.interval->low) + ", " + shown(estimate.interval->high)));
        CHECK(contains(text, measure.name));
      }
      CHECK(contains(sample.rendered("text"), measure.definition));
    }
  }
}

TEST_CASE("report: JSON has the contract's members") {
  const auto as_json = json::parse(sample_report().rendered("json"));
  CHECK(as_json["schema"] == 1);
  CHECK(as_json["measures"].size() == 3);
  CHECK(as_json["intervals"].size() == 3);
  CHECK(as_json["queries"] == 12540);
  CHECK(as_json["gallery"] == 12541);
  CHECK(as_json["skipped"] == 1);
  CHECK(as_json["tied"] == 0);
  CHECK(as_json["policies"]["ties"] == "expected");
  CHECK(as_json["signature"] == "eval-retrieval; ties expected");
  CHECK(as_json["slices"]["camera=3"]["n"] == 7);
  CHECK(as_json["slices"]["camera=3"]["measures"]["precision@1"] == 0.123456);
  CHECK(as_json["comparison"]["map@r"]["baseline"] == 0.35);
  CHECK(as_json["comparison"]["map@r"]["high"] == 0.034567);
  REQUIRE(as_json["gates"].size() == 3);
  CHECK(as_json["gates"][0]["gate"] == "map@r>=0.3");
  CHECK(as_json["gates"][0]["value"].get<double>() == 1.0 / 3);
  CHECK(as_json["gates"][0]["verdict"] == "pass");
  CHECK(as_json["gates"][0]["decided"] == "pass");
  CHECK(as_json["gates"][1]["verdict"] == "fail");
  CHECK(as_json["gates"][1]["decided"] == "fail");
  CHECK(as_json["gates"][2]["verdict"] == "inconclusive");
  CHECK(as_json["gates"][2]["decided"] == "pass");
  CHECK(as_json["gates"][2]["p_holm"] == 0.8);
  CHECK(sample_report().rendered("json").ends_with("}\n"));
}

TEST_CASE("numbers: as many digits as show on which side of a bound a number is") {
  CHECK(shown_beside(0.8943271, 0.9) == "0.8943");
  CHECK(shown_beside(0.89999, 0.9) == "0.89999");
  CHECK(shown_beside(0.9 - 1e-9, 0.9) == "0.899999999");
  CHECK(shown_beside(0.9, 0.9) == "0.9000");
  CHECK(shown_beside(1, 0.9) == "1.0000");
  CHECK(shown_beside(-1e-7, 0) == "-0.0000001");
  CHECK(shown_beside(0, 0) == "0.0000");
  CHECK(shown_beside(1e-30, 0) == "1e-30");
  CHECK(shown_beside(std::nextafter(0.9, 0.0), 0.9) == "0.8999999999999999");
  CHECK(shown_beside(std::nan(""), 0.9) == "undefined");
}

TEST_CASE("report: text has the counts, the policies and the gates with their value as the measures'") {
  const std::string text = sample_report().rendered("text");
  CHECK(contains(text, "queries 12,540, gallery 12,541, skipped 1, tied 0"));
  CHECK(contains(text, "distance euclidean, ties expected"));
  CHECK(contains(text, "pass  map@r>=0.3  (is 0.3333)"));
  CHECK(contains(text, "FAIL  map@r>0.5"));
  CHECK(contains(text, "inconclusive, the point estimate decides"));
  CHECK(contains(text, "3/4/5"));
  CHECK(contains(text, "0.3000"));
}

TEST_CASE("report: a count at a gate is a whole number") {
  SampleReport sample = sample_report();
  sample.verdict.gates[0].value = 12540;
  sample.verdict.gates[0].is_count = true;
  CHECK(contains(sample.rendered("text"), "(is 12540)"));
}

TEST_CASE("report: people read a policy in words, programs its name and value") {
  SampleReport sample = sample_report();
  sample.outcome.policies = {
      {"threshold", "0.5", "threshold 0.5 (given)"}, {"threshold-from", "given", ""}, {"ties", "expected"}};
  for (const std::string form : {"text", "markdown", "html"}) {
    CAPTURE(form);
    CHECK(contains(sample.rendered(form), "threshold 0.5 (given), ties expected"));
    CHECK(!contains(sample.rendered(form), "threshold-from"));
  }
  CHECK(json::parse(sample.rendered("json"))["policies"]["threshold-from"] == "given");
  CHECK(contains(sample.rendered("junit"), "threshold-from"));
}

TEST_CASE("report: columns of text are as wide as their letters, not as their bytes") {
  SampleReport sample = sample_report();
  sample.verdict.slices.push_back(sample.verdict.slices[0]);
  sample.verdict.slices[0].value = "\xC3\xA4\xC3\xB6\xC3\xBC";
  sample.verdict.slices[1].value = "abcde";
  const std::string text = sample.rendered("text");
  CHECK(contains(text, "camera=\xC3\xA4\xC3\xB6\xC3\xBC    precision@1"));
  CHECK(contains(text, "camera=abcde  precision@1"));
}

TEST_CASE("report: the letters of the definitions are explained where the definitions stand") {
  SampleReport sample = sample_report();
  sample.outcome.legend = "h(k): hits; R: all relevant ones";
  for (const std::string form : {"text", "markdown", "html"}) {
    CAPTURE(form);
    CHECK(contains(sample.rendered(form), sample.outcome.legend));
  }
}

TEST_CASE("report: what could not be computed is no number in any form") {
  SampleReport sample = sample_report();
  sample.outcome.measures[0].value = std::nan("");
  sample.verdict.estimates[0].interval.reset();
  sample.verdict.comparisons[0].evidence->high = static_cast<double>(INFINITY);
  const auto as_json = json::parse(sample.rendered("json"));
  CHECK(as_json["measures"]["precision@1"].is_null());
  CHECK(as_json["intervals"]["precision@1"].is_null());
  CHECK(as_json["comparison"]["map@r"]["high"].is_null());
  CHECK(contains(sample.rendered("csv"), "precision@1,,,,,12540\n"));
  CHECK(contains(sample.rendered("text"), "undefined"));
}

TEST_CASE("report: whatever stands in a text, every form stays well-formed") {
  for (const std::string nasty : {"\"", "\\", "a\nb", "a,b", "\t\x01\x1F", "</script>", "{}[]:", "\xC3\xB6",
                                  "\xE2\x80\xA8", "it's", "\x7F", "]]>", "<!--", "a|b", "&amp;", "\xFF"}) {
    CAPTURE(nasty);
    SampleReport sample = sample_report();
    sample.outcome.measures[0].name = "m" + nasty;
    sample.outcome.measures[0].definition = nasty;
    sample.outcome.policies[0] = {"p" + nasty, nasty};
    sample.verdict.gates[0].gate.text = nasty;
    sample.verdict.slices[0].value = nasty;
    const auto as_json = json::parse(sample.rendered("json"));
    CHECK(as_json["gates"][0]["gate"] == valid_utf8(nasty));
    CHECK(as_json["policies"]["p" + valid_utf8(nasty)] == valid_utf8(nasty));
    for (const std::string form : {"junit", "html"}) {
      const std::string text = sample.rendered(form);
      CHECK(is_utf8(text));
      CHECK(text.find('\x01') == std::string::npos);
      CHECK(!contains(text, "m" + std::string("</script>")));
      CHECK(!contains(text, "m<!--"));
    }
    for (const std::string form :
         {"markdown", "github"}) {  // each line of a table has the columns of its head
      std::istringstream lines(sample.rendered(form));
      std::ptrdiff_t columns = 0;
      for (std::string line; std::getline(lines, line);) {
        std::ptrdiff_t bars = 0;
        for (std::size_t i = 0; i < line.size(); ++i)
          bars += line[i] == '|' && (i == 0 || line[i - 1] != '\\') ? 1 : 0;
        if (!line.starts_with("|")) columns = 0;
        if (columns == 0) columns = bars;
        CHECK(bars == columns);
      }
    }
  }
  SampleReport sample = sample_report();
  sample.outcome.measures[0].name = "a\"b,c";
  CHECK(contains(sample.rendered("csv"), "\n\"a\"\"b,c\",,0.30000000000000004,0.25123,0.34987,12540\n"));
}

TEST_CASE("report: without intervals, gates, slices or a comparison") {
  SampleReport sample = sample_report();
  sample.verdict = {};
  sample.verdict.statistics.intervals = false;
  sample.verdict.estimates.resize(3);
  const auto as_json = json::parse(sample.rendered("json"));
  CHECK(as_json["intervals"].empty());
  CHECK(as_json["gates"].empty());
  CHECK(!as_json.contains("comparison"));
  CHECK(contains(sample.rendered("csv"), "mrr,,1,,,0\n"));
  CHECK(!contains(sample.rendered("text"), "["));
  CHECK(sample.verdict.passed());
}

TEST_CASE("per_unit_csv: a row a unit, empty where it was not counted") {
  CHECK(per_unit_csv(sample_report().outcome) ==
        "id,precision@1,map@r,mrr,relevant\n"
        "a,0.30000000000000004,0.3333333333333333,1,3\n"
        "\"b,c\",,,,0\n"
        "d,0.30000000000000004,0.3333333333333333,1,5\n");
}

TEST_CASE("github: at most ten annotations, escaped; a summary stays under 1 MiB and says what it left out") {
  SampleReport sample = sample_report();
  std::vector<std::string> lines = github_annotations(sample.report());
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].starts_with("::error title=eval-retrieval%3A gate failed::map@r>0.5 (is "));
  CHECK(lines[1].starts_with("::warning title="));
  sample.verdict.gates[1].gate.text = "100%\n::error::x";
  CHECK(contains(github_annotations(sample.report())[0], "::100%25%0A::error::x (is"));
  for (int i = 0; i < 30; ++i) sample.verdict.gates.push_back(sample.verdict.gates[1]);
  lines = github_annotations(sample.report());
  CHECK(lines.size() == 10);
  CHECK(contains(lines.back(), "23 more gates"));
  for (int i = 0; i < 40000; ++i) sample.verdict.slices.push_back(sample.verdict.slices[0]);
  const std::string summary = sample.rendered("github");
  CHECK(summary.size() < std::size_t{1} << 20U);
  CHECK(contains(summary, " more lines are left out"));
  CHECK(sample.rendered("markdown").size() > std::size_t{1} << 20U);
}

TEST_CASE("report formats: by name") {
  for (const ReportFormat& format : report_formats()) {
    CHECK(&report_format(format.name) == &format);
    CHECK(!format.meaning.empty());
    CHECK(sample_report().rendered(format.name).ends_with("\n"));
  }
  const auto error = error_of([] { (void)report_format("jsn", "--write"); });
  REQUIRE(error);
  CHECK(error->kind() == ErrorKind::usage);
  CHECK(contains(error->message(), "--write"));
  CHECK(contains(error->message(), "did you mean 'json'"));
}

TEST_CASE("exact and shown: the one text of a number") {
  Random random(2);
  for (int i = 0; i < 1000; ++i) {
    const double value = random.uniform();
    CHECK(std::strtod(exact(value).c_str(), nullptr) == value);
    char four[32];
    (void)std::snprintf(four, sizeof four, "%.4f", value);
    CHECK(shown(value) == four);
  }
  CHECK(exact(1) == "1");
  CHECK(exact(std::nan("")).empty());
  CHECK(exact_json(std::nan("")) == "null");
  CHECK(shown(-1e-9) == "0.0000");
  CHECK(shown(std::nan("")) == "undefined");
}

TEST_CASE("valid_utf8: keeps what is well-formed, replaces the rest byte by byte") {
  CHECK(valid_utf8("a\xC3\xB6z") == "a\xC3\xB6z");
  CHECK(valid_utf8("a\xC3") == "a\xEF\xBF\xBD");
  CHECK(valid_utf8("\xFFz\xF0\x9F\x98\x80") == "\xEF\xBF\xBDz\xF0\x9F\x98\x80");
  CHECK(escaped_markup("<a b=\"c\">&'") == "&lt;a b=&quot;c&quot;&gt;&amp;&#39;");
}
