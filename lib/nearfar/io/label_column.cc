#include "nearfar/io/label_column.h"

#include <algorithm>
#include <cmath>

#include "nearfar/core/text.h"

namespace nearfar {

LabelColumn::LabelColumn(LabelRules rules) : rules_(std::move(rules)), encoder_(rules_) {}

void LabelColumn::add(const RecordReader& reader, const Record& record, std::size_t column) {
  const std::string_view field = record.fields[column];
  if (has_empty_label(field, rules_)) {
    data_error(field.empty() ? "an empty label" : "an empty label in '" + std::string(field) + "'",
               reader.place(record, column),
               field.empty()
                   ? "leave such rows out with --where, label them, or take them for rows of unknown "
                     "class: --ignore-label ''"
                   : "take the surplus '" + rules_.separator +
                         "' away, or let empty labels say nothing: --ignore-label ''");
  }
  encoder_.add(field);
  if (all_numbers_ && rules_.separator.empty()) look_for_fraction(reader, record, column);
}

void LabelColumn::look_for_fraction(const RecordReader& reader, const Record& record, std::size_t column) {
  const std::string_view field = record.fields[column];
  if (std::find(rules_.ignored.begin(), rules_.ignored.end(), field) != rules_.ignored.end()) return;
  double number = 0;
  all_numbers_ = parse_number(field, number) == NumberStatus::ok;
  if (!all_numbers_ || !fraction_.empty() || number == std::floor(number)) return;
  fraction_ = field;
  fraction_place_ = reader.place(record, column);
}

void LabelColumn::refuse_fractions() const {
  if (!all_numbers_ || fraction_.empty()) return;
  data_error("the label " + fraction_ + " is a number with a fraction, so the column holds no classes",
             fraction_place_,
             "a value to be learned is named with --target of train-metric; classes that are written as such "
             "numbers need a letter before them");
}

Labels LabelColumn::take() {
  Labels labels = encoder_.take();
  unknown_rows_ += labels.unknown_rows();
  return labels;
}

std::vector<std::string> LabelColumn::notes(const std::string& file) const {
  std::vector<std::string> notes;
  if (unknown_rows_ > 0)
    notes.push_back(file + ": " + counted(unknown_rows_, "row") + " of unknown class (--ignore-label)");
  for (const std::string& label : encoder_.never_seen())
    notes.push_back(file + ": no row has the label '" + label + "' of --ignore-label");
  return notes;
}

}  // namespace nearfar
