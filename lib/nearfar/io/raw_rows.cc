#include "nearfar/io/raw_rows.h"

#include <algorithm>
#include <limits>

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"

namespace nearfar {
namespace {

constexpr std::int64_t kStep = 256 * 1024;    // bytes of rows read at a time: they stay in the cache
constexpr std::size_t kGrowth = 1024 * 1024;  // memory taken ahead of what has arrived
constexpr std::int64_t kGathered = 64;        // rows of a column-by-column matrix gathered at a time

// In Fortran order element (i, j, k, l) stands at i + rows (j + J (k + K l)); as a row of the flattened
// matrix it is in column (j K + k) L + l. The first says which run of `rows` numbers the second is.
std::vector<std::int64_t> fortran_runs(const std::vector<std::int64_t>& sizes, std::int64_t cols) {
  std::vector<std::int64_t> runs(static_cast<std::size_t>(cols));
  for (std::int64_t c = 0; c < cols; ++c) {
    std::int64_t rest = c;
    std::int64_t run = 0;
    for (std::size_t axis = sizes.size() - 1; axis >= 1; --axis) {
      std::int64_t stride = 1;  // of this axis, in runs
      for (std::size_t before = 1; before < axis; ++before) stride *= sizes[before];
      run += rest % sizes[axis] * stride;
      rest /= sizes[axis];
    }
    runs[static_cast<std::size_t>(c)] = run;
  }
  return runs;
}

}  // namespace

FlatShape flat_shape(const std::vector<std::int64_t>& sizes, const std::string& what,
                     const std::string& file) {
  const auto refuse = [&](const std::string& why) {
    data_error("not a usable " + what + ": " + why, {file, 0, 0, {}},
               "rows are what the first axis counts: numpy.save(file, x.reshape(len(x), -1))");
  };
  if (sizes.empty() || sizes.size() > 4)
    refuse("an array of " + std::to_string(sizes.size()) + " dimensions; 1 to 4 can be read");
  FlatShape shape;
  shape.rows = sizes[0];
  for (std::size_t i = 1; i < sizes.size(); ++i) {
    if (sizes[i] == 0) refuse("the array has no columns");
    if (shape.cols > kMostColumns / sizes[i])
      refuse("rows of more than " + grouped(kMostColumns) + " values");
    shape.cols *= sizes[i];
  }
  if (sizes.size() > 2) shape.row_sizes.assign(sizes.begin() + 1, sizes.end());
  constexpr std::int64_t kMostBytesOfAValue = 8;
  if (shape.rows > std::numeric_limits<std::int64_t>::max() / kMostBytesOfAValue / shape.cols)
    refuse("a shape too large for any file");
  return shape;
}

RawRows::RawRows(Source& source, std::string what, RawLayout layout)
    : source_(source),
      what_(std::move(what)),
      layout_(std::move(layout)),
      row_bytes_(layout_.shape.cols * static_cast<std::int64_t>(layout_.element.bytes)) {
  const std::optional<std::int64_t> there = source_.remaining();
  sized_ = there.has_value();
  const std::int64_t needed = layout_.shape.rows * row_bytes_;
  if (there && *there < needed) {
    refuse("its header promises " + grouped(layout_.shape.rows) + " rows of " + counted(row_bytes_, "byte") +
           ", but " + (*there == 0 ? "nothing" : counted(*there, "byte")) + " follow" +
           (*there <= 1 ? "s" : "") + ": the file ends inside row " + grouped(*there / row_bytes_ + 1) +
           " of " + grouped(layout_.shape.rows));
  }
  if (there && *there > needed) {
    refuse("there " + std::string(*there - needed == 1 ? "is " : "are ") + counted(*there - needed, "byte") +
           " after the last of its " + counted(layout_.shape.rows, "row"));
  }
}

std::int64_t RawRows::read(Matrix& block, std::int64_t count) {
  count = std::min(count, layout_.shape.rows - done_);
  if (sized_) block.reserve(block.rows() + count, layout_.shape.cols);
  if (layout_.fortran_sizes.empty()) {
    stream_rows(block, count);
  } else {
    gather_rows(block, count);
  }
  if (done_ == layout_.shape.rows) check_end();
  return count;
}

const unsigned char* RawRows::read_stored(std::int64_t& count) {
  count = std::min({count, std::max<std::int64_t>(1, kStep / row_bytes_), layout_.shape.rows - done_});
  store(static_cast<std::size_t>(count * row_bytes_));
  done_ += count;
  if (done_ == layout_.shape.rows) check_end();
  return stored_.data();
}

void RawRows::refuse(const std::string& why) const {
  data_error("not a usable " + what_ + ": " + why, {source_.name(), 0, 0, {}},
             "the file was cut or changed: write it, or copy it, again");
}

std::size_t RawRows::read_some(unsigned char* to, std::size_t size, std::size_t behind) {
  const std::size_t got = source_.read(reinterpret_cast<char*>(to), size);
  if (got == 0) {
    if (!layout_.fortran_sizes.empty()) refuse("the file ends inside its values");
    const std::int64_t row = done_ + static_cast<std::int64_t>(behind) / row_bytes_ + 1;
    refuse("the file ends inside row " + grouped(row) + " of " + grouped(layout_.shape.rows));
  }
  return got;
}

// `size` bytes into stored_, which grows as they come: a header that promises more than there is takes little
// memory.
void RawRows::store(std::size_t size) {
  stored_.clear();
  for (std::size_t got = 0; got < size;) {
    if (got == stored_.size()) stored_.resize(std::min(size, got + kGrowth));
    got += read_some(stored_.data() + got, stored_.size() - got, got);
  }
}

void RawRows::read_in_place(float* rows, std::size_t size) {
  auto* to = reinterpret_cast<unsigned char*>(rows);
  for (std::size_t got = 0; got < size;) got += read_some(to + got, size - got, got);
}

// Throws at the first of `count` values, from row done_ on, that is no finite float.
void RawRows::check_values(const unsigned char* stored, float* values, std::int64_t count) const {
  const std::size_t all = static_cast<std::size_t>(count);
  const std::size_t good = to_floats(layout_.element, stored, all, values);
  if (good == all) return;
  const auto at = static_cast<std::int64_t>(good);
  refuse_value(fault_of(layout_.element, stored + good * layout_.element.bytes),
               done_ + at / layout_.shape.cols, at % layout_.shape.cols, source_.name());
}

void RawRows::stream_rows(Matrix& block, std::int64_t count) {
  const std::int64_t cols = layout_.shape.cols;
  const std::int64_t step = std::max<std::int64_t>(1, kStep / row_bytes_);
  for (const std::int64_t end = done_ + count; done_ < end;) {
    const std::int64_t rows = std::min(step, end - done_);
    const std::int64_t size = rows * row_bytes_;
    if (layout_.element.is_native_float() && size <= kStep) {
      float* to = block.extend(rows, cols);
      read_in_place(to, static_cast<std::size_t>(size));
      check_values(reinterpret_cast<const unsigned char*>(to), to, rows * cols);
    } else {
      store(static_cast<std::size_t>(size));
      check_values(stored_.data(), block.extend(rows, cols), rows * cols);
    }
    done_ += rows;
  }
}

// Column c of row i stands at (column_runs_[c] * rows + i) in the file.
void RawRows::gather_rows(Matrix& block, std::int64_t count) {
  const std::int64_t all_rows = layout_.shape.rows;
  const std::int64_t cols = layout_.shape.cols;
  const std::size_t bytes = layout_.element.bytes;
  if (done_ == 0 && count > 0) {
    store(static_cast<std::size_t>(all_rows * row_bytes_));
    column_runs_ = fortran_runs(layout_.fortran_sizes, cols);
  }
  std::vector<float> column(static_cast<std::size_t>(kGathered));
  for (const std::int64_t end = done_ + count; done_ < end;) {
    const std::int64_t rows = std::min(kGathered, end - done_);
    float* to = block.extend(rows, cols);
    for (std::int64_t c = 0; c < cols; ++c) {
      const std::int64_t first = column_runs_[static_cast<std::size_t>(c)] * all_rows + done_;
      const unsigned char* stored = stored_.data() + static_cast<std::size_t>(first) * bytes;
      const auto good = static_cast<std::int64_t>(
          to_floats(layout_.element, stored, static_cast<std::size_t>(rows), column.data()));
      if (good < rows) {
        refuse_value(fault_of(layout_.element, stored + static_cast<std::size_t>(good) * bytes), done_ + good,
                     c, source_.name());
      }
      for (std::int64_t i = 0; i < rows; ++i) to[i * cols + c] = column[static_cast<std::size_t>(i)];
    }
    done_ += rows;
  }
}

void RawRows::check_end() {
  if (ended_) return;
  ended_ = true;
  char more = 0;
  if (source_.read(&more, 1) != 0)
    refuse("there are bytes after the last of its " + counted(layout_.shape.rows, "row"));
}

void refuse_value(const std::string& fault, std::int64_t row, std::int64_t col, const std::string& file) {
  data_error(fault + " in row " + std::to_string(row + 1) + ", column " + std::to_string(col + 1),
             {file, 0, 0, {}}, "remove such rows or fill the gaps first; distances to them are not defined");
}

}  // namespace nearfar
