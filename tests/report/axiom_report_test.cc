#include "nearfar/report/axiom_report.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "nearfar/core/error.h"

using namespace nearfar;

namespace {

// A distance that breaks the triangle inequality half way between the rows "a" and "b".
AxiomText broken_triangle() {
  AxiomText text;
  text.subject = "sqeuclidean";
  text.formula = "sum (x_i - y_i)^2";
  text.tolerance = 1e-6;
  text.item_word = "row";
  text.item_name = [](std::int64_t row) { return std::string(1, "ab"[row]); };
  text.report.rows = text.report.rows_used = 2;
  text.report.dims = 1;
  text.report.all = true;
  for (AxiomFinding& finding : text.report.findings) {
    finding.theory = Theory::proved;
    finding.status = AxiomStatus::proved;
    finding.checked = 1;
  }
  AxiomFinding& triangle = text.report.findings[3];
  triangle.theory = Theory::refuted;
  triangle.status = AxiomStatus::violated;
  triangle.worst =
      Counterexample{{{0, 1, "{a}", {0}}, {0, 1, "half way from {a} to {b}", {1.5}}, {1, -1, "{a}", {3}}},
                     {{"d(x,z)", 9}, {"d(x,y)", 2.25}, {"d(y,z)", 2.25}},
                     "d(x,z) > d(x,y) + d(y,z)",
                     0.5};
  text.report.verdict = AxiomVerdict::semimetric;
  return text;
}

}  // namespace

TEST_CASE("axiom_format: text and json, another is refused") {
  CHECK(axiom_format("text").name == "text");
  CHECK(axiom_format("json").name == "json");
  CHECK_THROWS_AS(static_cast<void>(axiom_format("xml")), Error);
}

TEST_CASE("axiom report: the text shows rows by name, made ones by their recipe") {
  const std::string text = axiom_format("text").render(broken_triangle());
  for (const char* part :
       {"sqeuclidean, sum (x_i - y_i)^2\n", "2 rows of 1 feature;", "symmetry                    proved\n",
        "triangle inequality         violated: d(x,z) > d(x,y) + d(y,z)\n",
        "d(x,z) = 9, d(x,y) = 2.25, d(y,z) = 2.25; missed by 50 % of the largest\n", "x: row a (0)\n",
        "y: half way from row a to row b (1.5)\n", "z: row b (3)\n",
        "verdict: semimetric; fails: triangle inequality\n"}) {
    INFO(part);
    CHECK(text.find(part) != std::string::npos);
  }
  CHECK(text.find("required") == std::string::npos);
}

TEST_CASE("axiom report: the words for what was not violated") {
  AxiomText text = broken_triangle();
  AxiomFinding& triangle = text.report.findings[3];
  triangle.worst.reset();
  triangle.checked = 1234;
  triangle.status = AxiomStatus::held;
  CHECK(axiom_format("text").render(text).find(
            "held on all 1,234 triples, but there are rows that break it\n") != std::string::npos);
  triangle.theory = Theory::open;
  triangle.status = AxiomStatus::sampled;
  CHECK(axiom_format("text").render(text).find("no violation in 1,234 sampled triples\n") !=
        std::string::npos);
  text.report.findings[2] = triangle;
  CHECK(axiom_format("text").render(text).find("no violation in 1,234 sampled pairs\n") != std::string::npos);
  text.report.rank = 1;
  CHECK(axiom_format("text").render(text).find("proved (the images have 1 of 1 dimension)\n") !=
        std::string::npos);
  text.report.rows = 5;
  CHECK(axiom_format("text").render(text).find("5 rows of 1 feature, of which 2 are looked at;") !=
        std::string::npos);
}

TEST_CASE("axiom report: many coordinates are not printed for people") {
  AxiomText text = broken_triangle();
  text.report.findings[3].worst->items[0].values.assign(9, 0.5);
  CHECK(axiom_format("text").render(text).find("x: row a\n") != std::string::npos);
  CHECK(axiom_format("json").render(text).find("[0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5]") != std::string::npos);
}

TEST_CASE("axiom report: the JSON object has everything, to the last digit") {
  AxiomText text = broken_triangle();
  text.report.findings[3].worst->distances[0].second = 0.1 + 0.2;
  text.required = "metric";
  text.passed = false;
  text.item_name = [](std::int64_t row) {
    return row == 0 ? std::string("a \"quoted\"\n") : std::string("b");
  };
  const auto json = nlohmann::json::parse(axiom_format("json").render(text));
  CHECK(json["schema"] == 1);
  CHECK(json["distance"] == "sqeuclidean");
  CHECK(json["rows"] == 2);
  CHECK(json["verdict"] == "semimetric");
  CHECK(json["fails"] == nlohmann::json::array({"triangle inequality"}));
  CHECK(json["required"] == "metric");
  CHECK(json["passed"] == false);
  CHECK(json["axioms"]["symmetry"]["status"] == "proved");
  const auto& triangle = json["axioms"]["triangle inequality"];
  CHECK(triangle["status"] == "violated");
  CHECK(triangle["checked"] == 1);
  CHECK(triangle["worst"]["excess"] == 0.5);
  CHECK(triangle["worst"]["distances"]["d(x,z)"] == 0.1 + 0.2);
  CHECK(triangle["worst"]["items"][0]["is"] == "row a \"quoted\"\n");
  CHECK(triangle["worst"]["items"][0]["made"] == false);
  CHECK(triangle["worst"]["items"][1]["made"] == true);
  CHECK(triangle["worst"]["items"][1]["of"].size() == 2);
  CHECK(triangle["worst"]["items"][2]["values"][0] == 3);
}
