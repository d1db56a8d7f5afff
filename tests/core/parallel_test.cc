#include "nearfar/core/parallel.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace nearfar;

namespace {

constexpr int kThreadCounts[] = {1, 2, 3, 8};

void pause_for(std::int64_t microseconds) {
  std::this_thread::sleep_for(std::chrono::microseconds(microseconds));
}

// Runs `blocks` blocks of which those in `failing` throw their number; returns the number that arrives, or
// -1.
std::int64_t failure_of(std::int64_t blocks, const std::set<std::int64_t>& failing) {
  try {
    parallel_blocks(blocks, [&](std::int64_t block) {
      if (block % 3 == 0) pause_for(200);  // lower blocks may end after higher ones
      if (failing.contains(block)) throw std::out_of_range(std::to_string(block));
    });
  } catch (const std::out_of_range& error) {
    return std::stoll(error.what());
  }
  return -1;
}

}  // namespace

TEST_CASE("the number of threads is what was set") {
  CHECK(available_cpus() >= 1);
  for (const int count : kThreadCounts) {
    set_threads(count);
    CHECK(threads() == count);
  }
  set_threads(0);
  CHECK(threads() == available_cpus());
}

TEST_CASE("every block runs exactly once") {
  for (const int count : kThreadCounts) {
    set_threads(count);
    for (const std::int64_t blocks : {0, 1, 2, 7, 1000}) {
      std::vector<std::atomic<int>> runs(static_cast<std::size_t>(blocks));
      parallel_blocks(blocks, [&](std::int64_t block) { ++runs.at(static_cast<std::size_t>(block)); });
      for (const std::atomic<int>& run : runs) CHECK(run == 1);
    }
  }
}

TEST_CASE("no more threads are used than were set") {
  for (const int count : kThreadCounts) {
    set_threads(count);
    std::atomic<int> running{0};
    std::atomic<int> most{0};
    parallel_blocks(64, [&](std::int64_t) {
      const int now = ++running;
      int seen = most;
      while (now > seen && !most.compare_exchange_weak(seen, now)) {
      }
      pause_for(300);
      --running;
    });
    CHECK(most <= count);
    if (count > 1) CHECK(most > 1);
  }
}

TEST_CASE("one thread runs the blocks in ascending order") {
  set_threads(1);
  std::vector<std::int64_t> order;
  parallel_blocks(50, [&](std::int64_t block) { order.push_back(block); });
  for (std::size_t i = 0; i < order.size(); ++i) CHECK(order[i] == static_cast<std::int64_t>(i));
  CHECK(order.size() == 50);
}

TEST_CASE("ranges cover the whole and keep to the block size") {
  for (const int count : kThreadCounts) {
    set_threads(count);
    for (const std::int64_t size : {0, 1, 9, 10, 11, 95}) {
      std::vector<std::atomic<int>> covered(static_cast<std::size_t>(size));
      std::atomic<bool> aligned{true};
      parallel_ranges(size, 10, [&](std::int64_t begin, std::int64_t end) {
        if (begin % 10 != 0 || begin >= end || (end - begin != 10 && end != size)) aligned = false;
        for (std::int64_t i = begin; i < end; ++i) ++covered.at(static_cast<std::size_t>(i));
      });
      CHECK(aligned);
      for (const std::atomic<int>& cell : covered) CHECK(cell == 1);
    }
  }
}

TEST_CASE("the exception of the lowest failing block arrives, for any number of threads") {
  for (const int count : kThreadCounts) {
    set_threads(count);
    for (int repeat = 0; repeat < 20; ++repeat) {
      CHECK(failure_of(60, {59}) == 59);
      CHECK(failure_of(60, {0, 1, 2, 3}) == 0);
      CHECK(failure_of(60, {6, 7, 8, 40}) == 6);
    }
    CHECK(failure_of(1, {0}) == 0);
    CHECK(failure_of(60, {}) == -1);  // and the pool works on after a failure
  }
}

TEST_CASE("a call from inside a body runs in place and passes its exception on") {
  for (const int count : kThreadCounts) {
    set_threads(count);
    std::vector<std::atomic<int>> runs(40);
    parallel_blocks(8, [&](std::int64_t outer) {
      const std::thread::id self = std::this_thread::get_id();
      parallel_blocks(5, [&](std::int64_t inner) {
        if (std::this_thread::get_id() == self) ++runs[static_cast<std::size_t>(outer * 5 + inner)];
      });
    });
    for (const std::atomic<int>& run : runs) CHECK(run == 1);
    CHECK_THROWS_AS(parallel_blocks(4,
                                    [](std::int64_t outer) {
                                      parallel_blocks(4, [&](std::int64_t inner) {
                                        if (outer == 2 && inner == 3) throw std::runtime_error("inner");
                                      });
                                    }),
                    std::runtime_error);
  }
}

TEST_CASE("callers on several threads take turns") {
  set_threads(3);
  std::atomic<std::int64_t> total{0};
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 4; ++caller) {
    callers.emplace_back([&] {
      for (int repeat = 0; repeat < 50; ++repeat)
        parallel_blocks(20, [&](std::int64_t block) { total += block; });
    });
  }
  for (std::thread& caller : callers) caller.join();
  CHECK(total == 4 * 50 * 190);
  set_threads(0);
}
