#include "nearfar/core/equal_rows.h"

#include <cstring>
#include <unordered_map>

#include "nearfar/core/hash.h"
#include "nearfar/core/parallel.h"

namespace nearfar {

std::vector<std::int32_t> first_equal_rows(MatrixView rows) {
  constexpr std::int64_t kRows = 1024;  // hashed in one task
  const std::size_t bytes = static_cast<std::size_t>(rows.cols) * sizeof(float);
  std::vector<std::uint64_t> hashes(static_cast<std::size_t>(rows.rows));
  parallel_ranges(rows.rows, kRows, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i)
      hashes[static_cast<std::size_t>(i)] =
          hash_bytes({reinterpret_cast<const char*>(rows.row(i)), bytes}).low;
  });
  // Rows of one hash that differ all the same stay apart: each is taken for its own first one.
  std::vector<std::int32_t> first(hashes.size());
  std::unordered_map<std::uint64_t, std::int32_t> known;
  known.reserve(hashes.size());
  bool any = false;
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    const auto row = static_cast<std::int32_t>(i);
    const std::int32_t other = known.emplace(hashes[i], row).first->second;
    const bool equal = other != row && std::memcmp(rows.row(other), rows.row(row), bytes) == 0;
    first[i] = equal ? other : row;
    any = any || equal;
  }
  if (!any) first.clear();
  return first;
}

}  // namespace nearfar
