#include "nearfar/io/fvecs.h"

#include <algorithm>
#include <cstring>

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"
#include "nearfar/io/raw_rows.h"

namespace nearfar {
namespace {

constexpr std::int64_t kPrefix = 4;  // bytes of the length before each row

class FvecsReader final : public MatrixReader {
 public:
  FvecsReader(std::unique_ptr<Source> source, const ElementType& element)
      : source_(std::move(source)), element_(element) {
    const std::string_view start = source_->peek(kPrefix);
    if (start.empty()) refuse_empty(name());
    if (start.size() < kPrefix) refuse("the file ends inside the length of row 1");
    cols_ = length_at(start.data());
    if (cols_ < 1 || cols_ > kMostColumns) {
      refuse("its first row would have " + std::to_string(cols_) + " values; 1 to " + grouped(kMostColumns) +
             " can be read");
    }
    row_bytes_ = kPrefix + cols_ * static_cast<std::int64_t>(element_.bytes);
    if (const std::optional<std::int64_t> there = source_->remaining()) {
      rows_ = *there / row_bytes_;
      if (*there % row_bytes_ != 0) {
        refuse("rows of " + counted(cols_, "value") + " have " + counted(row_bytes_, "byte") + ", and its " +
               counted(*there, "byte") + " are no whole number of them: the file ends inside row " +
               grouped(rows_ + 1));
      }
    }
  }

  [[nodiscard]] const std::string& name() const override { return source_->name(); }
  [[nodiscard]] std::int64_t rows() const override { return rows_; }
  [[nodiscard]] std::int64_t cols() const override { return cols_; }
  [[nodiscard]] bool is_bytes() const override { return element_.is_byte(); }

  std::int64_t read(Matrix& block, std::int64_t count) override {
    const std::int64_t before = done_;
    if (rows_ >= 0) {
      count = std::min(count, rows_ - done_);
      block.reserve(block.rows() + count, cols_);
    }
    constexpr std::int64_t kStep = 256 * 1024;  // bytes read at a time
    const std::int64_t step = std::max<std::int64_t>(1, kStep / row_bytes_);
    while (done_ - before < count) {
      const std::int64_t rows = read_stored(std::min(step, count - (done_ - before)));
      if (rows == 0) break;
      convert(block, rows);
    }
    return done_ - before;
  }

 private:
  [[noreturn]] void refuse(const std::string& why) const {
    data_error(
        std::string("not a usable .") + (is_bytes() ? "bvecs" : "fvecs") + " file: " + why,
        {name(), 0, 0, {}},
        "was it cut, or is it of another format? copy it again, or say what it is with --input-format");
  }
  static std::int64_t length_at(const void* bytes) {
    std::int32_t length = 0;
    std::memcpy(&length, bytes, sizeof length);
    return length;
  }

  // Up to `rows` whole rows into stored_, which grows as they come; fewer at the end.
  std::int64_t read_stored(std::int64_t rows) {
    constexpr std::size_t kGrowth = 1024 * 1024;
    const auto size = static_cast<std::size_t>(rows * row_bytes_);
    std::size_t got = 0;
    while (got < size) {
      if (got == stored_.size()) stored_.resize(std::min(size, got + kGrowth));
      const std::size_t now =
          source_->read(reinterpret_cast<char*>(stored_.data()) + got, std::min(size, stored_.size()) - got);
      if (now == 0) break;
      got += now;
    }
    const auto whole = static_cast<std::int64_t>(got) / row_bytes_;
    if (static_cast<std::int64_t>(got) % row_bytes_ != 0)
      refuse("the file ends inside row " + grouped(done_ + whole + 1));
    return whole;
  }

  void convert(Matrix& block, std::int64_t rows) {
    float* to = block.extend(rows, cols_);
    for (std::int64_t i = 0; i < rows; ++i, ++done_) {
      const unsigned char* row = stored_.data() + i * row_bytes_;
      const std::int64_t length = length_at(row);
      if (length != cols_) {
        refuse("row " + grouped(done_ + 1) + " has " + grouped(length) + " values, the first has " +
               grouped(cols_));
      }
      const unsigned char* values = row + kPrefix;
      const std::size_t good = to_floats(element_, values, static_cast<std::size_t>(cols_), to + i * cols_);
      if (good < static_cast<std::size_t>(cols_)) {
        refuse_value(fault_of(element_, values + good * element_.bytes), done_,
                     static_cast<std::int64_t>(good), name());
      }
    }
  }

  std::unique_ptr<Source> source_;
  ElementType element_;
  std::int64_t rows_ = -1;
  std::int64_t cols_ = 0;
  std::int64_t row_bytes_ = 0;
  std::int64_t done_ = 0;
  std::vector<unsigned char> stored_;
};

}  // namespace

std::unique_ptr<MatrixReader> open_fvecs(std::unique_ptr<Source> source, const ElementType& element) {
  return std::make_unique<FvecsReader>(std::move(source), element);
}

}  // namespace nearfar
