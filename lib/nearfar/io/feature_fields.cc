#include "nearfar/io/feature_fields.h"

#include "nearfar/core/advice.h"
#include "nearfar/core/text.h"

namespace nearfar {
namespace {

[[noreturn]] void refuse(const RecordReader& reader, const Record& record, std::size_t column,
                         NumberStatus status) {
  constexpr std::size_t kShown = 40;  // of the field
  const std::string field(record.fields[column].substr(0, kShown));
  const std::string& name = reader.header()[column];
  const std::string where = "in the feature column '" + name + "'";
  const Place place = reader.place(record, column);
  if (status == NumberStatus::not_finite) {
    data_error("'" + field + "' " + where + " is not a finite number", place,
               "remove such rows or fill the gaps first; distances to them are not defined");
  }
  if (status == NumberStatus::out_of_range) {
    data_error(field + " " + where + " is beyond the range of 32-bit floats (3.4e38)", place,
               "rescale the column first");
  }
  if (has_decimal_comma(field)) {
    data_error("expected a number " + where + ", found '" + field + "', whose decimal point is a comma",
               place, kPointForComma);
  }
  data_error("expected a number " + where + ", found " + (field.empty() ? "nothing" : "'" + field + "'"),
             place,
             field.empty() ? "fill the gap, or leave the column out: --features '!" + name + "'"
                           : "a column of text is no feature; choose the features with --features");
}

}  // namespace

void read_features(const RecordReader& reader, const Record& record, const std::vector<std::size_t>& columns,
                   float* values) {
  for (const std::size_t column : columns) {
    const NumberStatus status = parse_number(record.fields[column], *values++);
    if (status != NumberStatus::ok) refuse(reader, record, column, status);
  }
}

}  // namespace nearfar
