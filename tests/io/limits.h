// What a piece of work took: time and memory.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <thread>

namespace nearfar::testing {

/// A line of /proc/self/status in KiB, for example "VmHWM:", the peak, or "VmRSS:".
inline long memory_kib(const std::string& key) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word != key) continue;
    long kib = 0;
    status >> kib;
    return kib;
  }
  return 0;
}

/// Seconds of processor time, and megabytes beyond those in use before, since it was made.
class Taken {
 public:
  Taken() {
    std::ofstream("/proc/self/clear_refs") << 5;  // the peak starts from what is in use now
    before_ = memory_kib("VmRSS:");
    start_ = std::clock();
  }
  [[nodiscard]] double seconds() const { return static_cast<double>(std::clock() - start_) / CLOCKS_PER_SEC; }
  [[nodiscard]] double megabytes() const {
    return static_cast<double>(memory_kib("VmHWM:") - before_) / 1024;
  }

 private:
  long before_ = 0;
  std::clock_t start_ = 0;
};

/// A pipe that gives these bytes; its name can be opened once.
class Pipe {
 public:
  explicit Pipe(std::string bytes) {
    if (::pipe(ends_) != 0) std::abort();
    writer_ = std::thread([this, text = std::move(bytes)] {
      for (std::size_t done = 0; done < text.size();) {
        const ssize_t got = ::write(ends_[1], text.data() + done, text.size() - done);
        if (got <= 0) break;
        done += static_cast<std::size_t>(got);
      }
      ::close(ends_[1]);
    });
  }
  ~Pipe() {
    char rest[65536];  // so that the writer can end
    while (::read(ends_[0], rest, sizeof rest) > 0) {
    }
    writer_.join();
    ::close(ends_[0]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  [[nodiscard]] std::string name() const { return "/dev/fd/" + std::to_string(ends_[0]); }

 private:
  int ends_[2] = {-1, -1};
  std::thread writer_;
};

}  // namespace nearfar::testing
