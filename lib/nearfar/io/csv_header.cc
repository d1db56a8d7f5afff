#include "nearfar/io/csv_header.h"

#include <string>
#include <unordered_map>

#include "nearfar/core/text.h"

namespace nearfar {
namespace {

void refuse_other_delimiter(std::string_view field, char delimiter, Place at) {
  const std::size_t other = field.find_first_of(delimiter == ',' ? ";\t|" : ",;\t|");
  if (other == std::string_view::npos) return;
  const char found = field[other];
  at.column += static_cast<std::int64_t>(other);
  data_error(
      "the header is one column that holds " + (found == '\t' ? "tabs" : std::string("'") + found + "'"), at,
      "if that is the delimiter, say so: -d '" + (found == '\t' ? "\\t" : std::string(1, found)) + "'");
}

// Numbers, some of which may be missing ("nan") or too large, but not all.
bool looks_like_data(const std::vector<std::string_view>& fields) {
  bool any_finite = false;
  for (const std::string_view field : fields) {
    float number = 0;
    const NumberStatus status = parse_number(field, number);
    if (status == NumberStatus::not_a_number) return false;
    any_finite = any_finite || status != NumberStatus::not_finite;
  }
  return any_finite;
}

}  // namespace

std::string doubt_of_csv_header(const std::vector<std::string_view>& fields) {
  std::vector<std::string> fractions;
  for (const std::string_view field : fields) {
    float number = 0;
    if (field.find('.') != std::string_view::npos && parse_number(field, number) == NumberStatus::ok)
      fractions.emplace_back(trimmed(field));
  }
  if (fractions.empty()) return "";
  constexpr std::size_t kShown = 3;
  if (fractions.size() > kShown) fractions.resize(kShown);
  return "the first line was read as the names of columns, such as " + listed(fractions) +
         "; if it is data: --no-header (-n)";
}

void check_csv_header(const std::vector<std::string_view>& fields, bool quoted, char delimiter,
                      const std::function<Place(std::size_t)>& place) {
  if (fields.size() == 1 && !quoted) refuse_other_delimiter(fields[0], delimiter, place(0));
  if (looks_like_data(fields)) {
    data_error("the header consists of numbers only, so it looks like data", place(0),
               "add a line of column names, or pass --no-header (-n) if the first line is data");
  }
  std::unordered_map<std::string_view, std::size_t> seen;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::string_view field = trimmed(fields[i]);
    if (field.empty())
      data_error("column " + std::to_string(i + 1) + " has no name", place(i), "name it in the header");
    const auto [earlier, is_new] = seen.emplace(field, i);
    if (!is_new) {
      data_error("two columns are called '" + std::string(field) +
                     "': " + std::to_string(earlier->second + 1) + " and " + std::to_string(i + 1),
                 place(i), "column names must be unique; rename one in the header");
    }
  }
}

}  // namespace nearfar
