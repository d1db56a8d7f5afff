#include "nearfar/io/neighbor_file.h"

#include <algorithm>
#include <tuple>

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"
#include "nearfar/io/csv.h"
#include "nearfar/io/format.h"
#include "nearfar/io/item_index.h"
#include "nearfar/io/jsonl.h"

namespace nearfar {
namespace {

struct Line {
  std::int32_t query;
  std::int32_t neighbor;
  float distance;
  std::int64_t number;  // of the record, for messages

  [[nodiscard]] auto pair() const { return std::tuple(query, neighbor); }
};

std::size_t column(const RecordReader& reader, const std::string& name) {
  const auto found = std::find(reader.header().begin(), reader.header().end(), name);
  if (found == reader.header().end()) {
    data_error("there is no column " + name + "; the columns are " + listed(reader.header()),
               {reader.name(), 1, 0, {}},
               "expected query,rank,neighbor,distance as find-neighbors writes it");
  }
  return static_cast<std::size_t>(found - reader.header().begin());
}

NeighborLists lists_of(const std::vector<Line>& lines, std::size_t rows) {
  NeighborLists lists;
  lists.begin.assign(rows + 1, 0);
  for (const Line& line : lines) {
    ++lists.begin[static_cast<std::size_t>(line.query) + 1];
    lists.rows.push_back(line.neighbor);
    lists.distances.push_back(line.distance);
  }
  for (std::size_t i = 0; i < rows; ++i) lists.begin[i + 1] += lists.begin[i];
  return lists;
}

}  // namespace

NeighborLists read_neighbors(const std::string& file, const Dataset& data, std::vector<std::string>& notes) {
  auto source = std::make_unique<Source>(file);
  const Format format = input_format("auto", *source);
  const std::unique_ptr<RecordReader> reader = open_records(std::move(source), format, "", true);
  const std::size_t query = column(*reader, "query");
  const std::size_t neighbor = column(*reader, "neighbor");
  const std::size_t distance = column(*reader, "distance");
  const ItemIndex index(data, data.ids.empty());
  std::vector<Line> lines;
  Record record;
  while (reader->next(record)) {
    Line line{index.find(*reader, record, query), index.find(*reader, record, neighbor), 0, record.number};
    if (parse_number(record.fields[distance], line.distance) != NumberStatus::ok) {
      data_error("expected a distance, found '" + std::string(record.fields[distance]) + "'",
                 reader->place(record, distance), "make the file again with find-neighbors");
    }
    if (line.query != line.neighbor) lines.push_back(line);
  }
  std::sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) {
    return std::tuple(a.query, a.neighbor, a.number) < std::tuple(b.query, b.neighbor, b.number);
  });
  const auto twice = std::adjacent_find(lines.begin(), lines.end(),
                                        [](const Line& a, const Line& b) { return a.pair() == b.pair(); });
  if (twice != lines.end()) {
    data_error("the neighbour '" + data.row_name(twice->neighbor) + "' of '" + data.row_name(twice->query) +
                   "' stands there twice, in the rows " + grouped(twice->number) + " and " +
                   grouped((twice + 1)->number),
               {reader->name(), 0, 0, {}},
               "take one of the two lines away, or make the file again with find-neighbors");
  }
  notes.insert(notes.end(), reader->notes().begin(), reader->notes().end());
  return lists_of(lines, static_cast<std::size_t>(data.rows()));
}

NeighborWriter::NeighborWriter(Sink& sink, const Dataset& queries, const Dataset& gallery, Format format)
    : sink_(sink), queries_(queries), gallery_(gallery), format_(format) {
  if (format_info(format).is_matrix)
    usage_error(
        "neighbours are written as csv, tsv or jsonl, not as " + std::string(format_info(format).name),
        "write --output-format csv, or a name that ends in .csv");
  if (format_ == Format::jsonl) return;
  const std::string delimiter(1, delimiter_of(format_, ""));
  sink_.write("query" + delimiter + "rank" + delimiter + "neighbor" + delimiter + "distance\n");
}

void NeighborWriter::append_item(const Dataset& data, std::int64_t row) {
  if (data.ids.empty()) {
    text_ += data.row_name(row);
  } else if (format_ == Format::jsonl) {
    append_json_string(text_, data.row_name(row));
  } else {
    append_csv_field(text_, data.row_name(row), delimiter_of(format_, ""));
  }
}

void NeighborWriter::write(std::int64_t query, std::span<const std::int32_t> rows,
                           std::span<const float> distances) {
  const bool json = format_ == Format::jsonl;
  const char delimiter = json ? ',' : delimiter_of(format_, "");
  text_.clear();
  for (std::size_t r = 0; r < rows.size(); ++r) {
    text_ += json ? "{\"query\":" : "";
    append_item(queries_, query);
    text_ += delimiter;
    text_ += (json ? "\"rank\":" : "") + std::to_string(r + 1);
    text_ += delimiter;
    text_ += json ? "\"neighbor\":" : "";
    append_item(gallery_, rows[r]);
    text_ += delimiter;
    text_ += json ? "\"distance\":" : "";
    append_number(text_, distances[r]);
    text_ += json ? "}\n" : "\n";
  }
  sink_.write(text_);
}

}  // namespace nearfar
