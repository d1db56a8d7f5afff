#include "nearfar/io/table.h"

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"
#include "nearfar/io/feature_columns.h"
#include "nearfar/io/feature_fields.h"
#include "nearfar/io/label_column.h"
#include "nearfar/io/record_queue.h"
#include "nearfar/io/table_columns.h"

namespace nearfar {
namespace {

constexpr std::int64_t kMatrixRows = 1024;  // read from a matrix at a time

void refuse_label_rules(const LabelRules& rules) {
  const char* option = !rules.separator.empty() ? "--label-separator" : "--ignore-label";
  if (rules.separator.empty() && rules.ignored.empty()) return;
  usage_error(std::string(option) + " goes with --label", "name the column of the labels: --label COL");
}

}  // namespace

class TableReader::Impl {
 public:
  explicit Impl(TableOptions options) : options_(std::move(options)), labels_(options_.label_rules) {
    auto source = std::make_unique<Source>(options_.file);
    name_ = source->name();
    format_ = input_format(options_.format, *source);
    if (format_info(format_).is_matrix) {
      open_as_matrix(std::move(source));
    } else {
      open_as_text(std::move(source));
    }
    if (!columns_.label) refuse_label_rules(options_.label_rules);
  }

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] Format format() const { return format_; }
  [[nodiscard]] std::string columns_text() const { return records_ ? columns_listed(reader().header()) : ""; }
  [[nodiscard]] std::int64_t declared_rows() const { return matrix_ ? matrix_->rows() : -1; }

  bool read(Dataset& block, std::int64_t rows) {
    start(block);
    while (block.rows() < rows && read_more(block, rows - block.rows())) {
    }
    if (ended_) labels_.refuse_fractions();
    return finish(block);
  }

  bool read_some(Dataset& block) {
    start(block);
    while (block.rows() == 0 && read_more(block, some_rows())) {
    }
    return finish(block);
  }

  [[nodiscard]] std::vector<std::string> notes() const {
    std::vector<std::string> all;
    if (!feature_note_.empty()) all.push_back(feature_note_);
    if (records_) all.insert(all.end(), reader().notes().begin(), reader().notes().end());
    if (ended_ && columns_.label) {
      for (std::string& note : labels_.notes(reader().name())) all.push_back(std::move(note));
    }
    return all;
  }

  [[noreturn]] void refuse_no_rows() const {
    columns_.where.refuse_all(rows_seen_, "data rows", records_ ? reader().name() : name_);
  }

 private:
  void open_as_matrix(std::unique_ptr<Source> source) {
    if (!options_.delimiter.empty())
      usage_error("--delimiter does not apply to a matrix", "leave --delimiter out");
    if (!options_.header) usage_error("--no-header does not apply to a matrix", "leave --no-header out");
    matrix_ = open_matrix(std::move(source), format_);
    has_names_ = false;
    std::vector<std::string> numbers;
    for (std::int64_t j = 1; j <= matrix_->cols(); ++j) numbers.push_back(std::to_string(j));
    if (!options_.features.empty()) {
      selected_ = select_columns(options_.features, numbers, name_, "--features");
      if (selected_.empty())
        data_error("--features leaves no column", {name_, 0, 0, {}}, "name some, for example --features 1-8");
      for (const std::size_t j : selected_) feature_names_.push_back(numbers[j]);
    } else {
      feature_names_ = std::move(numbers);
    }
    if (options_.expected) check_expected(*options_.expected, feature_names_, has_names_, name_);
    if (options_.labels_from.empty()) {
      const bool needs_text = !options_.id.empty() || !options_.label.empty() || !options_.target.empty() ||
                              !options_.where.empty() || !options_.named.empty() || !options_.keep.empty();
      if (needs_text) {
        data_error(
            "a matrix has no columns with names", {name_, 0, 0, {}},
            "name what stands beside it with --labels-from FILE: a table, idx labels, or one label a line");
      }
      return;
    }
    Beside beside = open_beside(options_.labels_from);
    if (!beside.is_table && options_.label.empty()) options_.label = beside.records->header()[0];
    records_.emplace(std::move(beside.records));
    columns_ = resolve_columns(options_, reader().header(), reader().name());
  }

  void open_as_text(std::unique_ptr<Source> source) {
    if (!options_.labels_from.empty()) {
      usage_error(
          "--labels-from goes with a matrix; " + name_ + " is " + std::string(format_info(format_).name),
          "name its own column with --label");
    }
    records_.emplace(open_records(std::move(source), format_, options_.delimiter, options_.header));
    const std::vector<std::string>& header = reader().header();
    columns_ = resolve_columns(options_, header, name_);
    if (!options_.read_features) return;
    has_names_ = reader().has_names();
    FeatureRequest request;
    request.file = name_;
    request.selector = options_.features;
    request.expected = options_.expected ? &*options_.expected : nullptr;
    request.has_names = has_names_;
    request.claimed = columns_.all();
    request.label = columns_.label;
    FeatureChoice choice = choose_feature_columns(header, records_->first(), request);
    features_ = std::move(choice.columns);
    feature_note_ = std::move(choice.note);
    for (const std::size_t column : features_) feature_names_.push_back(header[column]);
  }

  [[nodiscard]] const RecordReader& reader() const { return records_->reader(); }

  // Empties a block, whose memory is used again.
  void start(Dataset& block) const {
    Matrix features = std::move(block.features);
    features.truncate(0);
    block = Dataset{};
    block.features = std::move(features);
    block.feature_names = feature_names_;
    block.has_names = has_names_;
    block.is_bytes = matrix_ && matrix_->is_bytes();
    block.row_sizes = matrix_ ? matrix_->row_sizes() : std::vector<std::int64_t>();
    for (const std::size_t column : columns_.text) block.columns.push_back({reader().header()[column], {}});
  }

  bool finish(Dataset& block) {
    if (columns_.label) block.labels = labels_.take();
    block.file_rows = rows_seen_;
    return block.rows() > 0;
  }

  // Of a matrix 512 KB of values, which stay in the cache of a core; of a text table all records at hand.
  [[nodiscard]] std::int64_t some_rows() const {
    constexpr std::int64_t kValues = std::int64_t{1} << 17U;
    if (!matrix_) return std::numeric_limits<std::int64_t>::max();
    return std::max<std::int64_t>(1, kValues / matrix_->cols());
  }

  // Adds up to `most` rows; false at the end of the file.
  bool read_more(Dataset& block, std::int64_t most) {
    ended_ = matrix_ ? !read_matrix(block, most) : !read_records(block, most);
    return !ended_;
  }

  bool read_records(Dataset& block, std::int64_t most) {
    const std::size_t count = std::min(records_->ahead(), static_cast<std::size_t>(most));
    if (count == 0) return false;
    const auto cols = static_cast<std::int64_t>(features_.size());
    const std::int64_t before = block.rows();
    float* values = cols > 0 ? block.features.extend(static_cast<std::int64_t>(count), cols) : nullptr;
    passes_.resize(count);
    const std::span<const Record> records = records_->take(count, [&](const Record& record, std::size_t i) {
      passes_[i] = columns_.where.passes(record) ? 1 : 0;
      if (passes_[i] != 0)
        read_features(reader(), record, features_, values + static_cast<std::int64_t>(i) * cols);
    });
    for (std::size_t i = 0; i < count; ++i) {
      ++rows_seen_;
      if (passes_[i] == 0) {
        columns_.where.note_refused(records[i]);
        continue;
      }
      const std::int64_t from = before + static_cast<std::int64_t>(i);
      const std::int64_t to = block.rows();
      if (cols > 0 && to < from) std::copy_n(block.features.row(from), cols, block.features.row(to));
      add_texts(block, records[i]);
    }
    if (cols > 0) block.features.truncate(block.rows());
    return true;
  }

  void add_texts(Dataset& block, const Record& record) {
    block.row_numbers.push_back(rows_seen_);
    if (columns_.id) {
      const std::string_view id = record.fields[*columns_.id];
      if (id.empty())
        data_error("an empty id", reader().place(record, *columns_.id),
                   "fill it in, or name another column with --id");
      block.ids.emplace_back(id);
    }
    if (columns_.label) labels_.add(reader(), record, *columns_.label);
    for (std::size_t c = 0; c < columns_.text.size(); ++c) {
      block.columns[c].values.emplace_back(record.fields[columns_.text[c]]);
    }
  }

  bool read_matrix(Dataset& block, std::int64_t most) {
    const bool as_it_stands = !records_ && selected_.empty() && options_.read_features;
    Matrix& rows = as_it_stands ? block.features : part_;
    part_.truncate(0);
    const std::int64_t got = matrix_->read(rows, as_it_stands ? most : std::min(most, kMatrixRows));
    rows_read_ += got;
    if (!records_) {
      for (std::int64_t i = 0; i < got; ++i) block.row_numbers.push_back(++rows_seen_);
      if (options_.read_features && !as_it_stands) append_selected(block, part_);
      return got > 0;
    }
    for (std::int64_t i = 0; i < got; ++i) {
      const Record* record = next_record();
      if (record == nullptr) refuse_count();
      if (!columns_.where.passes(*record)) {
        columns_.where.note_refused(*record);
        continue;
      }
      add_texts(block, *record);
      if (options_.read_features) append_selected(block, part_.view().slice(i, i + 1));
    }
    if (got == 0 && next_record() != nullptr) refuse_count();
    return got > 0;
  }

  // The next record of what stands beside a matrix; null at the end.
  const Record* next_record() {
    const Record* record = records_->next();
    rows_seen_ += record != nullptr ? 1 : 0;
    return record;
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
    data_error("expected " + counted(rows, "row") + ", one for each row of " + name_ + ", found " +
                   grouped(rows_seen_),
               {reader().name(), 0, 0, {}},
               "the two files do not belong together: name the other with --labels-from");
  }

  TableOptions options_;
  std::string name_;
  Format format_ = Format::csv;
  std::unique_ptr<MatrixReader> matrix_;
  std::optional<RecordQueue> records_;  // the table itself, or what stands beside a matrix
  TableColumns columns_;
  std::vector<std::size_t> features_;  // columns of a text table
  std::vector<char> passes_;           // of the records just taken: whether they pass --where
  std::vector<std::size_t> selected_;  // columns of a matrix; empty: all
  std::vector<std::string> feature_names_;
  bool has_names_ = true;
  std::string feature_note_;
  std::int64_t rows_seen_ = 0;  // records, or rows of a bare matrix
  std::int64_t rows_read_ = 0;  // of the matrix
  Matrix part_;                 // rows of the matrix before any filter
  bool ended_ = false;
  LabelColumn labels_;
};

TableReader::TableReader(TableOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
TableReader::~TableReader() = default;
const std::string& TableReader::name() const { return impl_->name(); }
Format TableReader::format() const { return impl_->format(); }
std::string TableReader::columns_text() const { return impl_->columns_text(); }
std::int64_t TableReader::declared_rows() const { return impl_->declared_rows(); }
bool TableReader::read(Dataset& block, std::int64_t rows) { return impl_->read(block, rows); }
bool TableReader::read_some(Dataset& block) { return impl_->read_some(block); }
void TableReader::refuse_no_rows() const { impl_->refuse_no_rows(); }
std::vector<std::string> TableReader::notes() const { return impl_->notes(); }

Dataset read_table(const TableOptions& options, std::vector<std::string>& notes) {
  TableReader reader(options);
  Dataset all;
  reader.read(all, std::numeric_limits<std::int64_t>::max());
  for (std::string& note : reader.notes()) notes.push_back(std::move(note));
  if (all.rows() == 0) reader.refuse_no_rows();
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
