#include "nearfar/io/table_writer.h"

#include <algorithm>

#include "nearfar/core/parallel.h"
#include "nearfar/core/text.h"
#include "nearfar/io/csv.h"
#include "nearfar/io/jsonl.h"
#include "nearfar/io/matrix_writer.h"

namespace nearfar {
namespace {

using TextColumns = std::vector<const std::vector<std::string>*>;

// Each number and the separator behind it.
void append_numbers(std::string& out, const float* values, std::int64_t count, char separator) {
  const std::size_t before = out.size();
  out.resize(before + static_cast<std::size_t>(count) * (kNumberRoom + 1));
  char* to = out.data() + before;
  for (std::int64_t i = 0; i < count; ++i) {
    to = put_number(to, values[i]);
    *to++ = separator;
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
}

// Rows become text in blocks on all threads; the blocks are written in order.
class TextWriter : public TableWriter {
 public:
  TextWriter(Sink& sink, TableLayout layout) : sink_(sink), layout_(std::move(layout)) {}

  void write(const TextColumns& columns, MatrixView vectors) final {
    constexpr std::int64_t kNumbers = 8192;  // in a block: about 100 KB of text
    constexpr std::int64_t kBlocks = 64;     // held as text at a time
    const std::int64_t rows = std::max<std::int64_t>(1, kNumbers / std::max<std::int64_t>(1, vectors.cols));
    texts_.resize(kBlocks);
    for (std::int64_t from = 0; from < vectors.rows; from += rows * kBlocks) {
      const std::int64_t count = std::min(rows * kBlocks, vectors.rows - from);
      parallel_ranges(count, rows, [&](std::int64_t begin, std::int64_t end) {
        std::string& text = texts_[static_cast<std::size_t>(begin / rows)];
        text.clear();
        for (std::int64_t i = from + begin; i < from + end; ++i)
          append_row(text, columns, static_cast<std::size_t>(i), vectors.row(i));
      });
      for (std::int64_t b = 0; b * rows < count; ++b) sink_.write(texts_[static_cast<std::size_t>(b)]);
    }
  }
  void finish() final {}

 protected:
  virtual void append_row(std::string& out, const TextColumns& columns, std::size_t i,
                          const float* vector) const = 0;
  [[nodiscard]] const TableLayout& layout() const { return layout_; }
  [[nodiscard]] Sink& sink() { return sink_; }

 private:
  Sink& sink_;
  TableLayout layout_;
  std::vector<std::string> texts_;  // of the blocks; their memory is used again
};

class CsvTableWriter final : public TextWriter {
 public:
  CsvTableWriter(Sink& sink, TableLayout layout_in) : TextWriter(sink, std::move(layout_in)) {
    std::string header;
    for (const std::string& name : layout().text_columns) {
      if (!header.empty()) header += layout().delimiter;
      append_csv_field(header, name, layout().delimiter);
    }
    for (std::int64_t r = 1; r <= layout().dims; ++r) {
      if (!header.empty()) header += layout().delimiter;
      header += "e" + std::to_string(r);
    }
    sink.write(header + "\n");
  }

 private:
  void append_row(std::string& out, const TextColumns& columns, std::size_t i,
                  const float* vector) const override {
    for (const std::vector<std::string>* column : columns) {
      append_csv_field(out, (*column)[i], layout().delimiter);
      out += layout().delimiter;
    }
    append_numbers(out, vector, layout().dims, layout().delimiter);
    out.back() = '\n';
  }
};

class JsonlTableWriter final : public TextWriter {
 public:
  using TextWriter::TextWriter;

 private:
  void append_row(std::string& out, const TextColumns& columns, std::size_t i,
                  const float* vector) const override {
    out += '{';
    for (std::size_t c = 0; c < columns.size(); ++c) {
      append_json_string(out, layout().text_columns[c]);
      out += ':';
      append_json_string(out, (*columns[c])[i]);
      out += ',';
    }
    out += "\"vector\":[";
    append_numbers(out, vector, layout().dims, ',');
    out.back() = ']';
    out += "}\n";
  }
};

class MatrixTableWriter final : public TableWriter {
 public:
  MatrixTableWriter(Sink& sink, TableLayout layout) : sink_(sink), layout_(std::move(layout)) {
    if (layout_.rows >= 0 || sink.seekable() || layout_.format == Format::fvecs) open(layout_.rows);
  }
  void write(const TextColumns&, MatrixView vectors) override {
    if (writer_) {
      writer_->write(vectors);
    } else {
      held_.append(vectors);
    }
  }
  void finish() override {
    if (!writer_) {
      open(held_.rows());
      writer_->write(held_);
    }
    writer_->finish();
  }

 private:
  void open(std::int64_t rows) { writer_ = open_matrix_writer(sink_, layout_.format, rows, layout_.dims); }

  Sink& sink_;
  TableLayout layout_;
  std::unique_ptr<MatrixWriter> writer_;
  Matrix held_;
};

}  // namespace

std::unique_ptr<TableWriter> open_table_writer(Sink& sink, const TableLayout& layout) {
  if (format_info(layout.format).is_matrix) return std::make_unique<MatrixTableWriter>(sink, layout);
  if (layout.format == Format::jsonl) return std::make_unique<JsonlTableWriter>(sink, layout);
  return std::make_unique<CsvTableWriter>(sink, layout);
}

}  // namespace nearfar
