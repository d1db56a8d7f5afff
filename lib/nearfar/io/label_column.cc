#include "nearfar/io/label_column.h"

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
