#include <cmath>

#include "nearfar/core/error.h"
#include "nearfar/core/hash.h"
#include "nearfar/core/text.h"
#include "nearfar/io/baseline_file.h"
#include "nearfar/io/jsonl.h"

namespace nearfar {
namespace {

void append_member(std::string& out, std::string_view key, std::string_view value) {
  append_json_string(out, key);
  out += ": ";
  append_json_string(out, value);
}

void append_finite(std::string& out, const std::string& measure, double value) {
  if (!std::isfinite(value))
    data_error("no baseline can be written: " + measure + " is not a finite number", {},
               "leave it out of --measures");
  append_number(out, value);
}

void append_values(std::string& out, const std::string& measure, const std::vector<double>& values) {
  out += '[';
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += ',';
    if (std::isnan(values[i])) {
      out += "null";
    } else {
      append_finite(out, measure, values[i]);
    }
  }
  out += ']';
}

void append_measure(std::string& out, const BaselineMeasure& measure) {
  out += "    {";
  append_member(out, "name", measure.name);
  out += ", ";
  append_member(out, "definition", measure.definition);
  out += ", \"value\": ";
  append_finite(out, measure.name, measure.value);
  out += measure.higher_is_better ? ", \"higher_is_better\": true" : ", \"higher_is_better\": false";
  out += ",\n     \"per_unit\": ";
  append_values(out, measure.name, measure.per_unit);
  out += ",\n     \"per_part\": ";
  append_values(out, measure.name, measure.per_part);
  out += '}';
}

}  // namespace

std::string baseline_text(const Baseline& baseline) {
  std::string out = "{\n  \"format\": \"nearfar-baseline\",\n  \"schema\": 1";
  const std::pair<std::string_view, std::string_view> texts[] = {{"tool_version", baseline.tool_version},
                                                                 {"unit", baseline.unit},
                                                                 {"signature", baseline.signature},
                                                                 {"fingerprint", baseline.fingerprint},
                                                                 {"parts", baseline.parts}};
  for (const auto& [key, value] : texts) {
    out += ",\n  ";
    append_member(out, key, value);
  }
  out += ",\n  \"ids\": [";
  for (std::size_t i = 0; i < baseline.unit_ids.size(); ++i) {
    if (!is_utf8(baseline.unit_ids[i]))
      data_error("no baseline can be written: the id of " + baseline.unit + " " +
                     grouped(static_cast<std::int64_t>(i + 1)) + " is not UTF-8, which JSON needs",
                 {}, "convert the ids: iconv -f LATIN1 -t UTF-8");
    if (i > 0) out += ',';
    append_json_string(out, baseline.unit_ids[i]);
  }
  out += "],\n  \"measures\": [";
  for (std::size_t m = 0; m < baseline.measures.size(); ++m) {
    out += m > 0 ? ",\n" : "\n";
    append_measure(out, baseline.measures[m]);
  }
  out += "\n  ],\n  ";
  const std::string checksum = hash_text(out);
  out += "\"checksum\": \"" + checksum + "\"\n}\n";
  return out;
}

}  // namespace nearfar
