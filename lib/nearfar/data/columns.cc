#include "nearfar/data/columns.h"

#include <algorithm>
#include <optional>

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"

namespace nearfar {
namespace {

std::optional<std::size_t> lookup(std::string_view name, const std::vector<std::string>& names) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  const bool digits = !name.empty() && name.find_first_not_of("0123456789") == std::string_view::npos;
  const std::optional<std::int64_t> number = digits ? parse_integer(name) : std::nullopt;
  if (number && *number >= 1 && *number <= static_cast<std::int64_t>(names.size())) {
    return static_cast<std::size_t>(*number - 1);
  }
  return std::nullopt;
}

[[noreturn]] void refuse_column(std::string_view name, const std::vector<std::string>& names,
                                const std::string& file, std::string_view option) {
  data_error(
      std::string(option) + ": there is no column '" + std::string(name) + "'" + did_you_mean(name, names),
      {file, 0, 0, {}}, "the columns are: " + columns_listed(names));
}

struct Part {
  std::string text;
  bool quoted = false;
};

std::vector<Part> parts_of(std::string_view selector, std::string_view option) {
  std::vector<Part> parts(1);
  bool inside = false;
  for (const char c : selector) {
    if (c == '"') {
      inside = !inside;
      parts.back().quoted = true;
    } else if (c == ',' && !inside) {
      parts.emplace_back();
    } else {
      parts.back().text += c;
    }
  }
  if (inside)
    usage_error(std::string(option) + ": a quote in '" + std::string(selector) + "' is not closed",
                "for example " + std::string(option) + " '\"name, with a comma\",other'");
  return parts;
}

}  // namespace

std::string columns_listed(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 12;
  if (names.size() <= kShown) return listed(names);
  const std::vector<std::string> first(names.begin(), names.begin() + 6);
  const std::vector<std::string> last(names.end() - 4, names.end());
  std::string out;
  for (const std::string& name : first) out += name + ", ";
  return out + "... (" + std::to_string(names.size()) + " in all), " + listed(last);
}

std::size_t find_column(std::string_view name, const std::vector<std::string>& names, const std::string& file,
                        std::string_view option) {
  const std::optional<std::size_t> index = lookup(name, names);
  if (!index) refuse_column(name, names, file, option);
  return *index;
}

std::vector<std::size_t> select_columns(std::string_view selector, const std::vector<std::string>& names,
                                        const std::string& file, std::string_view option,
                                        const std::vector<std::size_t>* candidates) {
  const auto is_candidate = [&](std::size_t column) {
    return candidates == nullptr ||
           std::find(candidates->begin(), candidates->end(), column) != candidates->end();
  };
  std::vector<std::size_t> chosen;
  bool first = true;
  for (Part& part : parts_of(selector, option)) {
    const bool negated = !part.text.empty() && part.text[0] == '!' && !lookup(part.text, names);
    if (negated) part.text.erase(0, 1);
    if (part.text.empty())
      usage_error(std::string(option) + ": an empty part in the selector '" + std::string(selector) + "'",
                  "take a comma away; for example " + std::string(option) + " p1-p64,height");
    if (first && negated) {
      for (std::size_t i = 0; i < names.size(); ++i) {
        if (is_candidate(i)) chosen.push_back(i);
      }
    }
    first = false;
    std::size_t from = 0;
    std::size_t to = 0;
    // A name may hold '-' itself, so the whole part is tried first, then every '-' as that of a range.
    bool found = false;
    bool open = false;
    if (const std::optional<std::size_t> whole = lookup(part.text, names)) {
      from = to = *whole;
      found = true;
    }
    for (std::size_t dash = part.text.find('-'); !found && !part.quoted && dash != std::string::npos;
         dash = part.text.find('-', dash + 1)) {
      const std::optional<std::size_t> low = lookup(std::string_view(part.text).substr(0, dash), names);
      const std::string_view rest = std::string_view(part.text).substr(dash + 1);
      const std::optional<std::size_t> high = rest.empty() ? names.size() - 1 : lookup(rest, names);
      if (!low || !high) continue;
      if (*low > *high) {
        const std::string_view begin = std::string_view(part.text).substr(0, dash);
        usage_error(std::string(option) + ": the range '" + part.text + "' runs backwards",
                    "write it the other way round: " + std::string(rest) + "-" + std::string(begin));
      }
      from = *low;
      to = *high;
      open = rest.empty();
      found = true;
    }
    if (!found) refuse_column(part.text, names, file, option);
    for (std::size_t i = from; i <= to; ++i) {
      const auto at = std::find(chosen.begin(), chosen.end(), i);
      if (negated && at != chosen.end()) chosen.erase(at);
      if (!negated && at == chosen.end() && (!open || is_candidate(i))) chosen.push_back(i);
    }
  }
  return chosen;
}

Condition parse_condition(std::string_view text, std::string_view option) {
  const std::size_t equal = text.find('=');
  if (equal == std::string_view::npos || equal == 0 || text.starts_with("!=")) {
    usage_error(std::string(option) + " '" + std::string(text) + "': expected COLUMN=VALUE or COLUMN!=VALUE",
                "for example " + std::string(option) + " split=train");
  }
  if (text.substr(equal).starts_with("==")) {
    std::string one(text);
    one.erase(equal, 1);
    usage_error(std::string(option) + " '" + std::string(text) + "': one = is enough",
                "write " + std::string(option) + " " + one);
  }
  const bool negated = text[equal - 1] == '!';
  return {std::string(text.substr(0, negated ? equal - 1 : equal)), std::string(text.substr(equal + 1)),
          !negated};
}

}  // namespace nearfar
