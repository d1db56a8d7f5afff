// What the fuzz targets share. A target is one function, which libFuzzer calls with bytes of its making and
// replay.cc with those of the corpus; a fault is whatever ends the process.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "nearfar/core/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace nearfar::fuzz {

/// Ends the process where a property does not hold.
inline void require(bool holds, const std::string& what) {
  if (holds) return;
  static_cast<void>(std::fprintf(stderr, "not so: %s\n", what.c_str()));
  std::abort();
}

/// Bytes as a regular file in no folder, or as a pipe; both have a name while this lives.
class InputFile {
 public:
  enum class Kind { regular, pipe };
  static constexpr std::size_t kMostInPipe = 60'000;

  explicit InputFile(std::string_view bytes, Kind kind = Kind::regular) {
    if (kind == Kind::regular) {
      descriptor_ = ::memfd_create("fuzz", MFD_CLOEXEC);
      put(descriptor_, bytes);
    } else {
      int ends[2];
      require(bytes.size() <= kMostInPipe && ::pipe2(ends, O_CLOEXEC) == 0, "a pipe can be made");
      put(ends[1], bytes);
      ::close(ends[1]);
      descriptor_ = ends[0];
    }
  }
  ~InputFile() { ::close(descriptor_); }
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  [[nodiscard]] std::string path() const { return "/dev/fd/" + std::to_string(descriptor_); }

 private:
  static void put(int descriptor, std::string_view bytes) {
    require(::write(descriptor, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()),
            "the input can be written");
  }

  int descriptor_ = -1;
};

/// Whether the action succeeds; the only other way is to refuse the data, or to ask for an option that says
/// what they are.
template <class Action>
bool accepted(Action&& action, std::string* message = nullptr) {
  try {
    action();
    return true;
  } catch (const Error& error) {
    require(error.kind() == ErrorKind::data || error.kind() == ErrorKind::usage,
            std::string("nothing else is to blame: ") + error.what());
    if (message != nullptr) *message = error.message();
    return false;
  }
}

/// The first byte chooses among ways to read the rest.
struct Input {
  unsigned choice = 0;
  std::string_view bytes;

  Input(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return;
    choice = data[0];
    bytes = {reinterpret_cast<const char*>(data) + 1, size - 1};
  }
};

}  // namespace nearfar::fuzz
