#pragma once

#include <cstdint>
#include <functional>

#include "nearfar/core/export.h"

namespace nearfar {

/// CPUs this process may use: the smaller of its affinity mask and its cgroup's quota (rounded up), at
/// least 1.
[[nodiscard]] NEARFAR_EXPORT int available_cpus();

/// Threads used from now on, 1 to 1024; 0 means available_cpus(). Not to be called while work is running.
/// The number never changes a result: work is cut by data index, never by thread.
NEARFAR_EXPORT void set_threads(int threads);
[[nodiscard]] NEARFAR_EXPORT int threads();

/// Calls body(0), ..., body(blocks - 1), each once, on up to threads() threads; returns when all are done.
/// Blocks are started in ascending order. If bodies throw, the exception of the lowest block is rethrown (the
/// same one for any number of threads) and later blocks may not have run. A call from inside a body runs in
/// place.
NEARFAR_EXPORT void parallel_blocks(std::int64_t blocks, const std::function<void(std::int64_t)>& body);

/// The same over [0, count) cut into pieces of `block` (the last may be shorter): body(begin, end).
NEARFAR_EXPORT void parallel_ranges(std::int64_t count, std::int64_t block,
                                    const std::function<void(std::int64_t, std::int64_t)>& body);

}  // namespace nearfar
