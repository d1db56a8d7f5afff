#include "nearfar/io/table.h"

#include <algorithm>
#include <array>
#include <limits>
#include <unordered_map>

#include "nearfar/core/error.h"
#include "nearfar/core/parallel.h"
#include "nearfar/core/text.h"
#include "nearfar/io/feature_columns.h"
#include "nearfar/io/feature_fields.h"
#include "nearfar/io/row_filter.h"

namespace nearfar {
namespace {

constexpr std::int64_t kMatrixRows = 1024;  // read from a matrix at a time

constexpr std::size_t kRecords = 4096;     // taken from a text table at a time, at most
constexpr std::size_t kPiece = 64 * 1024;  // bytes of records that one thread reads at a time

// The columns of the options, as indices into the header of the text table.
struct Columns {
  std::optional<std::size_t> id;
  std::optional<std::size_t> label;
  std::vector<std::size_t> text;  // named, then kept
  RowFilter where;
  std::vector<std::size_t> features;
};

}  // namespace

class TableReader::Impl {
 public:
  explicit Impl(TableOptions options) : options_(std::move(options)) {
    auto source = std::make_unique<Source>(options_.file);
    name_ = source->name();
    format_ = input_format(options_.format, *source);
    if (format_info(format_).is_matrix) {
      open_as_matrix(std::move(source));
    } else {
      if (!options_.labels_from.empty()) {
        usage_error(
            "--labels-from goes with a matrix; " + name_ + " is " + std::string(format_info(format_).name),
            "name its own column with --label");
      }
      records_ = open_records(std::move(source), format_, options_.delimiter, options_.header);
      resolve_text_columns();
      if (options_.read_features) choose_features();
    }
  }

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] Format format() const { return format_; }
  [[nodiscard]] std::string columns_text() const {
    return records_ ? columns_listed(records_->header()) : "";
  }
  [[nodiscard]] std::int64_t declared_rows() const { return matrix_ ? matrix_->rows() : -1; }

  bool read(Dataset& block, std::int64_t rows) {
    block = Dataset{};
    block.feature_names = feature_names_;
    block.has_names = has_names_;
    block.is_bytes = matrix_ && matrix_->is_bytes();
    for (const std::size_t column : columns_.text) block.columns.push_back({records_->header()[column], {}});
    label_texts_.clear();
    if (matrix_) {
      read_matrix(block, rows);
    } else {
      while (block.rows() < rows && fill_batch()) add_records(block, rows - block.rows());
    }
    if (columns_.label) block.labels = encode_labels(label_texts_);
    block.file_rows = rows_seen_;
    return block.rows() > 0;
  }

  [[nodiscard]] std::vector<std::string> notes() const {
    std::vector<std::string> all;
    if (!feature_note_.empty()) all.push_back(feature_note_);
    if (records_) all.insert(all.end(), records_->notes().begin(), records_->notes().end());
    return all;
  }

 private:
  void open_as_matrix(std::unique_ptr<Source> source) {
    if (!options_.delimiter.empty()) usage_error("--delimiter does not apply to a matrix");
    if (!options_.header) usage_error("--no-header does not apply to a matrix");
    matrix_ = open_matrix(std::move(source), format_);
    has_names_ = false;
    std::vector<std::string> numbers;
    for (std::int64_t j = 1; j <= matrix_->cols(); ++j) numbers.push_back(std::to_string(j));
    if (!options_.features.empty()) {
      selected_ = select_columns(options_.features, numbers, name_, "--features");
      if (selected_.empty()) data_error("--features leaves no column", {name_, 0, 0, {}});
      for (const std::size_t j : selected_) feature_names_.push_back(numbers[j]);
    } else {
      feature_names_ = std::move(numbers);
    }
    if (options_.expected) check_expected(*options_.expected, feature_names_, has_names_, name_);
    if (options_.labels_from.empty()) {
      const bool needs_text = !options_.id.empty() || !options_.label.empty() || !options_.where.empty() ||
                              !options_.named.empty() || !options_.keep.empty();
      if (needs_text) {
        data_error("a matrix has no columns with names", {name_, 0, 0, {}},
                   "put labels and ids into a table beside it: --labels-from FILE.csv");
      }
      return;
    }
    Beside beside = open_beside(options_.labels_from);
    records_ = std::move(beside.records);
    if (!beside.is_table && options_.label.empty()) options_.label = records_->header()[0];
    resolve_text_columns();
  }

  void resolve_text_columns() {
    const std::string& file = records_->name();
    const std::vector<std::string>& header = records_->header();
    if (!options_.id.empty()) {
      columns_.id = find_column(options_.id, header, file, "--id");
    } else if (const auto found = std::find(header.begin(), header.end(), "id"); found != header.end()) {
      columns_.id = static_cast<std::size_t>(found - header.begin());
    }
    if (!options_.label.empty()) columns_.label = find_column(options_.label, header, file, "--label");
    for (const NamedColumn& named : options_.named) {
      columns_.text.push_back(find_column(named.column, header, file, named.option));
    }
    if (!options_.keep.empty()) {
      for (const std::size_t column : select_columns(options_.keep, header, file, "--keep"))
        columns_.text.push_back(column);
    }
    columns_.where = RowFilter(options_.where, header, file, options_.where_option);
  }

  void choose_features() {
    FeatureRequest request;
    request.file = name_;
    request.selector = options_.features;
    request.expected = options_.expected ? &*options_.expected : nullptr;
    request.has_names = records_->has_names();
    request.claimed = columns_.text;
    if (columns_.id) request.claimed.push_back(*columns_.id);
    if (columns_.label) request.claimed.push_back(*columns_.label);
    request.label = columns_.label;
    for (const std::size_t column : columns_.where.columns()) request.claimed.push_back(column);
    Record* first = fill_batch() ? batch_.data() : nullptr;
    if (first != nullptr) records_->split(*first);
    const FeatureChoice choice = choose_feature_columns(records_->header(), first, request);
    columns_.features = choice.columns;
    feature_note_ = choice.note;
    has_names_ = records_->has_names();
    for (const std::size_t column : columns_.features) feature_names_.push_back(records_->header()[column]);
  }

  // Takes further records when those at hand are used up; false at the end.
  bool fill_batch() {
    if (next_ < taken_) return true;
    batch_.resize(kRecords);
    taken_ = records_->take(batch_);
    next_ = 0;
    return taken_ > 0;
  }

  // The next record, split, or null at the end.
  Record* next_record() {
    if (!fill_batch()) return nullptr;
    Record& record = batch_[next_++];
    records_->split(record);
    ++rows_seen_;
    return &record;
  }

  // Up to `most` of the records at hand: split and read on all threads, in pieces that the text alone
  // decides.
  void add_records(Dataset& block, std::int64_t most) {
    const std::size_t count = std::min(taken_ - next_, static_cast<std::size_t>(most));
    const std::span<Record> records(batch_.data() + next_, count);
    const auto cols = static_cast<std::int64_t>(columns_.features.size());
    const std::int64_t rows_before = block.rows();
    float* values = cols > 0 ? block.features.extend(static_cast<std::int64_t>(count), cols) : nullptr;
    kept_.resize(count);
    const std::vector<std::size_t> pieces = pieces_of(records);
    parallel_blocks(static_cast<std::int64_t>(pieces.size()) - 1, [&](std::int64_t p) {
      for (std::size_t i = pieces[static_cast<std::size_t>(p)]; i < pieces[static_cast<std::size_t>(p) + 1];
           ++i) {
        records_->split(records[i]);
        kept_[i] = columns_.where.passes(records[i]) ? 1 : 0;
        if (kept_[i] != 0 && cols > 0)
          read_features(*records_, records[i], columns_.features,
                        values + static_cast<std::int64_t>(i) * cols);
      }
    });
    for (std::size_t i = 0; i < count; ++i) {
      ++rows_seen_;
      if (kept_[i] == 0) continue;
      const std::int64_t row = block.rows();
      if (cols > 0 && row < rows_before + static_cast<std::int64_t>(i))
        std::copy_n(values + static_cast<std::int64_t>(i) * cols, cols, block.features.row(row));
      add_texts(block, records[i]);
    }
    if (cols > 0) block.features.truncate(block.rows());
    next_ += count;
  }

  // Where the records are cut: each piece but the last has at least kPiece bytes.
  static std::vector<std::size_t> pieces_of(std::span<const Record> records) {
    std::vector<std::size_t> pieces{0};
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < records.size(); ++i) {
      bytes += records[i].text.size();
      if (bytes < kPiece && i + 1 < records.size()) continue;
      pieces.push_back(i + 1);
      bytes = 0;
    }
    return pieces;
  }

  void add_texts(Dataset& block, const Record& record) {
    block.row_numbers.push_back(rows_seen_);
    if (columns_.id) {
      const std::string_view id = record.fields[*columns_.id];
      if (id.empty())
        data_error("an empty id", records_->place(record, *columns_.id), "every row needs an id of its own");
      block.ids.emplace_back(id);
    }
    if (columns_.label) {
      const std::string_view label = record.fields[*columns_.label];
      if (label.empty()) {
        data_error("an empty label", records_->place(record, *columns_.label),
                   "leave such rows out with --where, or label them");
      }
      label_texts_.emplace_back(label);
    }
    for (std::size_t c = 0; c < columns_.text.size(); ++c) {
      block.columns[c].values.emplace_back(record.fields[columns_.text[c]]);
    }
  }

  void read_matrix(Dataset& block, std::int64_t rows) {
    while (block.rows() < rows) {
      part_.truncate(0);
      const std::int64_t got = matrix_->read(part_, std::min(rows - block.rows(), kMatrixRows));
      rows_read_ += got;
      if (!records_) {
        for (std::int64_t i = 0; i < got; ++i) block.row_numbers.push_back(++rows_seen_);
        if (options_.read_features) append_selected(block, part_);
      } else {
        for (std::int64_t i = 0; i < got; ++i) {
          const Record* record = next_record();
          if (record == nullptr) refuse_count();
          if (!columns_.where.passes(*record)) continue;
          add_texts(block, *record);
          if (options_.read_features) append_selected(block, part_.view().slice(i, i + 1));
        }
        if (got == 0 && next_record() != nullptr) refuse_count();
      }
      if (got == 0) break;
    }
  }

  void append_selected(Dataset& block, MatrixView part) const {
    if (selected_.empty()) {
      block.features.append(part);
      return;
    }
    const auto cols = static_cast<std::int64_t>(selected_.size());
    float* to = block.features.extend(part.rows, cols);
    for (std::int64_t i = 0; i < part.rows; ++i) {
      for (const std::size_t column : selected_) *to++ = part.row(i)[column];
    }
  }

  // One side has ended before the other: counts what is left of both.
  [[noreturn]] void refuse_count() {
    while (next_record() != nullptr) {
    }
    std::int64_t rows = rows_read_;
    Matrix rest;
    for (; const std::int64_t got = matrix_->read(rest, kMatrixRows); rest.truncate(0)) rows += got;
    data_error(
        "expected " + counted(rows, "row") + ", one for each row of " + name_ + ", found " + grouped(rows_seen_),
        {records_->name(), 0, 0, {}}, "the two files do not belong together");
  }

  TableOptions options_;
  std::string name_;
  Format format_ = Format::csv;
  std::unique_ptr<MatrixReader> matrix_;
  std::unique_ptr<RecordReader> records_;  // the table itself, or what stands beside a matrix
  std::vector<Record> batch_;              // [next_, taken_) are at hand
  std::size_t next_ = 0;
  std::size_t taken_ = 0;
  std::vector<char> kept_;  // of the records at hand: whether they pass --where
  Columns columns_;
  std::vector<std::size_t> selected_;  // columns of a matrix; empty: all
  std::vector<std::string> feature_names_;
  bool has_names_ = true;
  std::string feature_note_;
  std::int64_t rows_seen_ = 0;  // records, or rows of a bare matrix
  std::int64_t rows_read_ = 0;  // of the matrix
  Matrix part_;                 // rows of the matrix before any filter
  std::vector<std::string> label_texts_;
};

TableReader::TableReader(TableOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
TableReader::~TableReader() = default;
const std::string& TableReader::name() const { return impl_->name(); }
Format TableReader::format() const { return impl_->format(); }
std::string TableReader::columns_text() const { return impl_->columns_text(); }
std::int64_t TableReader::declared_rows() const { return impl_->declared_rows(); }
bool TableReader::read(Dataset& block, std::int64_t rows) { return impl_->read(block, rows); }
std::vector<std::string> TableReader::notes() const { return impl_->notes(); }

Dataset read_table(const TableOptions& options, std::vector<std::string>& notes) {
  TableReader reader(options);
  Dataset all;
  reader.read(all, std::numeric_limits<std::int64_t>::max());
  for (std::string& note : reader.notes()) notes.push_back(std::move(note));
  if (all.rows() == 0) {
    data_error(
        all.file_rows == 0 ? "there are no data rows"
                           : "none of the " + grouped(all.file_rows) + " rows passes " + options.where_option,
        {reader.name(), 0, 0, {}}, all.file_rows == 0 ? "" : "check the value; it is compared as text");
  }
  std::unordered_map<std::string_view, std::size_t> seen;
  for (std::size_t i = 0; i < all.ids.size(); ++i) {
    const auto [earlier, is_new] = seen.emplace(all.ids[i], i);
    if (!is_new) {
      data_error("the id '" + all.ids[i] + "' appears twice: in data rows " +
                     grouped(all.row_numbers[earlier->second]) + " and " + grouped(all.row_numbers[i]),
                 {reader.name(), 0, 0, {}},
                 "ids must be unique; name another column with --id, or number the rows");
    }
  }
  return all;
}

}  // namespace nearfar
