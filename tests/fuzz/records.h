// Text tables as text, for comparisons.
#pragma once

#include "fuzz/target.h"
#include "nearfar/io/record.h"
#include "nearfar/io/table.h"

namespace nearfar::fuzz {

/// Header, records with their places, remarks, and the message with which reading stopped.
template <class OpenReader>
std::string all_records(const OpenReader& open) {
  std::string out;
  std::string message;
  const bool whole = accepted(
      [&] {
        const std::unique_ptr<RecordReader> reader = open();
        for (const std::string& name : reader->header()) out += name + "|";
        Record record;
        while (reader->next(record)) {
          require(record.fields.size() == reader->header().size(), "a record has the fields of the header");
          out += "\n" + std::to_string(record.number) + ":" + std::to_string(record.line) + ":";
          for (std::size_t c = 0; c < record.fields.size(); ++c) {
            const Place place = reader->place(record, c);
            out += std::to_string(place.line) + ":" + std::to_string(place.column) + "=";
            out.append(record.fields[c]) += '|';
          }
          out.append(record.text).append(record.line_end);
        }
        out += "\n" + std::to_string(reader->notes().size()) + " notes";
      },
      &message);
  return whole ? out : out + "\nrefused " + message;
}

/// The same bytes as a table of numbers; what is read has the shape it says.
inline void read_as_table(const TableOptions& options) {
  std::vector<std::string> notes;
  accepted([&] {
    const Dataset data = read_table(options, notes);
    require(data.features.rows() == data.rows() && data.rows() > 0, "a table has rows");
    require(data.feature_names.size() == static_cast<std::size_t>(data.features.cols()),
            "features have names");
    require(data.ids.empty() || data.ids.size() == data.row_numbers.size(), "rows have ids or none has");
  });
}

}  // namespace nearfar::fuzz
