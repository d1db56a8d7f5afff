#include "nearfar/io/row_filter.h"

#include <algorithm>

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"

namespace nearfar {
namespace {

constexpr std::size_t kShown = 8;

// A value as a message shows it: what is longer than 40 bytes is cut before a whole UTF-8 character.
std::string quoted(const std::string& value) {
  constexpr std::size_t kLongest = 40;
  if (value.size() <= kLongest) return "'" + value + "'";
  std::size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0U) == 0x80U) --end;
  return "'" + value.substr(0, end) + "...'";
}

}  // namespace

void SeenValues::add(std::string_view text) {
  if (values_.size() > kShown || std::find(values_.begin(), values_.end(), text) != values_.end()) return;
  values_.emplace_back(text);
}

std::string SeenValues::listed() const {
  std::vector<std::string> shown;
  for (const std::string& value : values_) shown.push_back(quoted(value));
  if (shown.size() > kShown) shown.back() = "more";
  return nearfar::listed(shown);
}

std::string SeenValues::near(std::string_view asked) const {
  const bool is_there = std::find(values_.begin(), values_.end(), asked) != values_.end();
  constexpr std::size_t kShortest = 3;  // any digit is near any other
  return is_there || asked.size() < kShortest ? "" : did_you_mean(asked, values_);
}

RowFilter::RowFilter(const std::vector<Condition>& conditions, const std::vector<std::string>& header,
                     const std::string& file, const std::string& option)
    : option_(option) {
  conditions_.reserve(conditions.size());
  for (const Condition& condition : conditions) {
    conditions_.push_back({find_column(condition.column, header, file, option), condition, {}});
  }
}

bool RowFilter::passes(const Record& record) const {
  return std::all_of(conditions_.begin(), conditions_.end(), [&](const Column& column) {
    return (record.fields[column.at] == column.condition.value) == column.condition.equal;
  });
}

std::vector<std::size_t> RowFilter::columns() const {
  std::vector<std::size_t> columns;
  columns.reserve(conditions_.size());
  for (const Column& column : conditions_) columns.push_back(column.at);
  return columns;
}

void RowFilter::note_refused(const Record& record) {
  for (Column& column : conditions_) column.refused.add(record.fields[column.at]);
}

void RowFilter::refuse_all(std::int64_t count, const std::string& rows, const std::string& file) const {
  if (count == 0 || conditions_.empty()) refuse_no_rows(rows, file);
  std::string asked;
  std::string held;
  for (const auto& [at, condition, refused] : conditions_) {
    asked += (asked.empty() ? " " : " and ") + condition.column + (condition.equal ? "=" : "!=") +
             condition.value + (condition.equal ? refused.near(condition.value) : "");
    held += (held.empty() ? "" : "; ") + condition.column + " is " + refused.listed();
  }
  const std::string what = rows.starts_with("data ") ? rows.substr(5) : rows;
  const std::string none = count == 1 ? "the only " + what.substr(0, what.size() - 1) + " does not pass "
                                      : "none of the " + grouped(count) + " " + what + " passes ";
  data_error(none + option_ + asked, {file, 0, 0, {}},
             "in the file " + held + "; the value is compared as text");
}

void refuse_no_rows(const std::string& rows, const std::string& file) {
  data_error("there are no " + rows, {file, 0, 0, {}},
             "the file ends behind its header: is it the right one, and did what wrote it succeed?");
}

}  // namespace nearfar
