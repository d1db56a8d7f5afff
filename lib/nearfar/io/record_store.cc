#include "nearfar/io/record_store.h"

#include <algorithm>
#include <limits>

#include "nearfar/core/text.h"

namespace nearfar {

void RecordStore::add(const Record& record) {
  constexpr std::size_t kChunk = std::size_t{1} << 20U;
  const std::size_t needed = record.text.size() + record.line_end.size();
  if (needed > std::numeric_limits<std::uint32_t>::max())
    data_error("a record of more than 4 GiB", {}, "is a quote left open in the file?");
  if (chunks_.empty() || chunks_.back().capacity() - chunks_.back().size() < needed) {
    chunks_.emplace_back();
    chunks_.back().reserve(std::max(kChunk, needed));
  }
  std::string& chunk = chunks_.back();
  const char* text = chunk.data() + chunk.size();
  chunk.append(record.text).append(record.line_end);
  records_.push_back({text, static_cast<std::uint32_t>(record.text.size()),
                      static_cast<std::uint32_t>(record.line_end.size())});
}

std::string_view RecordStore::text(std::int64_t i) const {
  const Kept& kept = records_[static_cast<std::size_t>(i)];
  return {kept.text, kept.size};
}

std::string_view RecordStore::line_end(std::int64_t i) const {
  const Kept& kept = records_[static_cast<std::size_t>(i)];
  return {kept.text + kept.size, kept.line_end};
}

}  // namespace nearfar
