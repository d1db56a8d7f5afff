#pragma once

#include <cstdint>

namespace nearfar {

/// A count that a checkpoint holds as a number: whole, from 0 to 2^53. Throws Error (data) for anything else,
/// as a file may hold whatever its checksum fits.
[[nodiscard]] std::int64_t checked_count(double value);
/// The same, or -1, which stands for none.
[[nodiscard]] std::int64_t checked_count_or_none(double value);

}  // namespace nearfar
