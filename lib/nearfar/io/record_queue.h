#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "nearfar/io/record.h"

namespace nearfar {

/// The records of a reader, taken a few megabytes ahead so that they can be split on all threads.
class RecordQueue {
 public:
  explicit RecordQueue(std::unique_ptr<RecordReader> reader) : reader_(std::move(reader)) {}

  [[nodiscard]] const RecordReader& reader() const { return *reader_; }
  /// The next record, split, without taking it; null at the end.
  [[nodiscard]] const Record* first();
  /// Takes one record and splits it; null at the end. It is valid until the next call.
  [[nodiscard]] const Record* next();
  /// Records at hand: at least one, 0 at the end.
  [[nodiscard]] std::size_t ahead();
  /// Takes `count` of the records at hand, splits them, and calls each(record, number among them); both on
  /// all threads, in pieces that the text alone decides. They are valid until the next call. Throws what
  /// splitting and `each` throw for the first record of the first piece where they do.
  using Each = std::function<void(const Record&, std::size_t)>;
  std::span<const Record> take(std::size_t count, const Each& each);

 private:
  std::unique_ptr<RecordReader> reader_;
  std::vector<Record> batch_;  // [next_, taken_) are at hand
  std::size_t next_ = 0;
  std::size_t taken_ = 0;
};

}  // namespace nearfar
