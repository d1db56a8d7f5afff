#include <algorithm>
#include <limits>
#include <set>
#include <unordered_set>

#include "nearfar/core/error.h"
#include "nearfar/core/hash.h"
#include "nearfar/core/text.h"
#include "nearfar/core/version.h"
#include "nearfar/io/baseline_file.h"
#include "nearfar/io/json_text.h"
#include "nearfar/io/source.h"

namespace nearfar {
namespace {

using Kind = JsonText::Kind;

constexpr std::size_t kLargestFile = std::size_t{1} << 30U;
constexpr std::int64_t kSchema = 1;
constexpr std::string_view kAdvice = "the file was cut or edited; write it anew with --write-baseline";

[[noreturn]] void refuse(std::size_t at, std::string what) { throw JsonFault{at, std::move(what)}; }

class BaselineParser {
 public:
  explicit BaselineParser(std::string_view text) : json_(text) { room_.reserve(text.size()); }

  Baseline parse() {
    Baseline baseline;
    std::set<std::string> seen;
    each_member(seen, [&](const std::string& key) { member(key, baseline); });
    json_.finish();
    for (const std::string key : {"format", "schema", "tool_version", "unit", "signature", "fingerprint",
                                  "parts", "ids", "measures", "checksum"}) {
      if (!seen.contains(key)) refuse(json_.at(), "the field '" + key + "' is missing");
    }
    check_sizes(baseline);
    return baseline;
  }

 private:
  template <class Use>
  void each_member(std::set<std::string>& seen, Use&& use) {
    if (json_.kind() != Kind::object) refuse(json_.at(), "expected an object");
    json_.open();
    std::string_view key;
    for (bool first = true; json_.next_member(first, key, room_); first = false) {
      const std::string name(key);
      room_.clear();
      if (!seen.insert(name).second) refuse(json_.key_at(), "the field '" + name + "' appears twice");
      use(name);
    }
  }
  template <class Use>
  void each_element(const std::string& what, Use&& use) {
    if (json_.kind() != Kind::array) refuse(json_.at(), what + ": expected an array");
    json_.open();
    for (bool first = true; json_.next_element(first); first = false) use();
  }

  void member(const std::string& key, Baseline& baseline) {
    if (key == "format") {
      if (text(key) != "nearfar-baseline") refuse(json_.at(), "this is not a nearfar baseline");
    } else if (key == "schema") {
      check_schema();
    } else if (key == "tool_version") {
      baseline.tool_version = text(key);
    } else if (key == "unit") {
      baseline.unit = text(key);
    } else if (key == "signature") {
      baseline.signature = text(key);
    } else if (key == "fingerprint") {
      baseline.fingerprint = text(key);
    } else if (key == "parts") {
      baseline.parts = text(key);
    } else if (key == "ids") {
      read_ids(baseline);
    } else if (key == "measures") {
      each_element(key, [&] { read_measure(baseline); });
    } else if (key == "checksum") {
      static_cast<void>(text(key));  // compared before the text was parsed
    } else {
      refuse(json_.key_at(), "there is a field '" + key + "', which this version does not know");
    }
  }

  void check_schema() {
    const std::size_t at = json_.at();
    const std::string_view found = json_.kind() == Kind::number ? json_.scalar() : std::string_view();
    const std::optional<std::int64_t> schema = parse_integer(found);
    if (!schema || *schema < 1) refuse(at, "the field 'schema' is not a whole number from 1");
    if (*schema > kSchema)
      refuse(at, "the baseline has schema " + std::string(found) + "; nearfar " + std::string(version()) +
                     " reads up to " + std::to_string(kSchema));
  }

  void read_ids(Baseline& baseline) {
    std::unordered_set<std::string> seen;
    each_element("ids", [&] {
      const std::size_t at = json_.at();
      baseline.unit_ids.push_back(text("an id"));
      if (!seen.insert(baseline.unit_ids.back()).second)
        refuse(at, "the id '" + baseline.unit_ids.back() + "' appears twice");
    });
  }

  void read_measure(Baseline& baseline) {
    BaselineMeasure measure;
    const std::size_t at = json_.at();
    std::set<std::string> seen;
    each_member(seen, [&](const std::string& key) {
      if (key == "name") {
        measure.name = text(key);
      } else if (key == "definition") {
        measure.definition = text(key);
      } else if (key == "value") {
        measure.value = number(key);
      } else if (key == "higher_is_better") {
        if (json_.kind() != Kind::boolean) refuse(json_.at(), key + " is neither true nor false");
        measure.higher_is_better = json_.scalar() == "true";
      } else if (key == "per_unit") {
        measure.per_unit = numbers(key);
      } else if (key == "per_part") {
        measure.per_part = numbers(key);
      } else {
        refuse(json_.key_at(), "a measure has the field '" + key + "', which this version does not know");
      }
    });
    if (seen.size() != 6) refuse(at, "a measure lacks a field");
    for (const BaselineMeasure& other : baseline.measures) {
      if (other.name == measure.name) refuse(at, "the measure '" + measure.name + "' appears twice");
    }
    baseline.measures.push_back(std::move(measure));
  }

  void check_sizes(const Baseline& baseline) const {
    std::size_t units = baseline.unit_ids.size();
    for (const BaselineMeasure& measure : baseline.measures) {
      if (measure.per_unit.empty() && measure.per_part.empty())
        refuse(json_.at(), "the measure '" + measure.name + "' has no values");
      if (measure.per_unit.empty()) continue;
      if (units == 0) units = measure.per_unit.size();
      if (measure.per_unit.size() != units)
        refuse(json_.at(), "the measure '" + measure.name + "' has " + grouped_size(measure.per_unit.size()) +
                               " values for " + grouped_size(units) + " units");
    }
  }
  static std::string grouped_size(std::size_t size) { return grouped(static_cast<std::int64_t>(size)); }

  std::string text(const std::string& what) {
    if (json_.kind() != Kind::string) refuse(json_.at(), what + " is not a text");
    const std::string found(json_.string(room_));
    room_.clear();
    return found;
  }
  double number(const std::string& what) {
    const std::size_t at = json_.at();
    double value = 0;
    if (json_.kind() != Kind::number || parse_number(json_.scalar(), value) != NumberStatus::ok)
      refuse(at, what + " is not a finite number");
    return value;
  }
  std::vector<double> numbers(const std::string& what) {
    std::vector<double> values;
    each_element(what, [&] {
      if (json_.kind() == Kind::null) {
        static_cast<void>(json_.scalar());
        values.push_back(std::numeric_limits<double>::quiet_NaN());
      } else {
        values.push_back(number("an element of " + what));
      }
    });
    return values;
  }

  JsonText json_;
  std::vector<char> room_;  // for strings with escapes
};

void check_start(std::string_view text, const std::string& name) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos)
    data_error("the file is empty, so it is no baseline", {name, 0, 0, {}}, "write it with --write-baseline");
  if (text[first] != '{' || text.substr(0, 4096).find("nearfar-baseline") == std::string_view::npos)
    data_error("this is not a nearfar baseline", {name, 0, 0, {}},
               "a baseline is what --write-baseline writes; was another file given in its place?");
}

// The last member, in the very form in which it is written.
void check_checksum(std::string_view text, const std::string& name) {
  constexpr std::string_view kKey = "\"checksum\": \"";
  const std::size_t at = text.rfind(kKey);
  const bool fits = at != std::string_view::npos &&
                    text.substr(at) == std::string(kKey) + hash_text(text.substr(0, at)) + "\"\n}\n";
  if (!fits)
    data_error("the checksum of the baseline is missing or does not match: it was cut, edited or reformatted",
               {name, 0, 0, {}}, "write it anew with --write-baseline");
}

}  // namespace

Baseline parse_baseline(std::string_view text, const std::string& name) {
  check_start(text, name);
  check_checksum(text, name);
  try {
    return BaselineParser(text).parse();
  } catch (const JsonFault& fault) {
    const std::string_view before = text.substr(0, fault.at);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    data_error(fault.what, {name, line, 0, {}}, std::string(kAdvice));
  }
}

Baseline read_baseline(const std::string& file) {
  Source source(file);
  const std::string text = read_all(source, kLargestFile);
  return parse_baseline(text, source.name());
}

}  // namespace nearfar
