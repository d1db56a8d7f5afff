#include "nearfar/io/record_queue.h"

#include <algorithm>

#include "nearfar/core/parallel.h"

namespace nearfar {
namespace {

constexpr std::size_t kFewest = 256;       // records taken at first, so that small tables take little memory
constexpr std::size_t kMost = 16384;       // ... and at a time in the end
constexpr std::size_t kPiece = 64 * 1024;  // bytes of records that one thread splits at a time

// Where the records are cut: each piece but the last has at least kPiece bytes.
std::vector<std::size_t> pieces_of(std::span<const Record> records) {
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

}  // namespace

const Record* RecordQueue::first() {
  if (ahead() == 0) return nullptr;
  reader_->split(batch_[next_]);
  return &batch_[next_];
}

const Record* RecordQueue::next() {
  const Record* record = first();
  if (record != nullptr) ++next_;
  return record;
}

std::span<const Record> RecordQueue::take(std::size_t count, const Each& each) {
  const std::span<Record> records(batch_.data() + next_, count);
  const std::vector<std::size_t> pieces = pieces_of(records);
  parallel_blocks(static_cast<std::int64_t>(pieces.size()) - 1, [&](std::int64_t piece) {
    const auto p = static_cast<std::size_t>(piece);
    for (std::size_t i = pieces[p]; i < pieces[p + 1]; ++i) {
      reader_->split(records[i]);
      each(records[i], i);
    }
  });
  next_ += count;
  return records;
}

std::size_t RecordQueue::ahead() {
  if (next_ == taken_) {
    batch_.resize(std::clamp(4 * batch_.size(), kFewest, kMost));
    taken_ = reader_->take(batch_);
    next_ = 0;
  }
  return taken_ - next_;
}

}  // namespace nearfar
