#include "nearfar/io/sink.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"

namespace nearfar {
namespace {

constexpr std::size_t kBuffer = 256 * 1024;

// Paths of unfinished temporary files, readable from a signal handler.
struct Slot {
  std::atomic<bool> used{false};
  std::atomic<bool> ready{false};
  char path[PATH_MAX] = {};
};
std::array<Slot, 16> slots;

void remember(const std::string& path) {
  for (Slot& slot : slots) {
    bool expected = false;
    if (!slot.used.compare_exchange_strong(expected, true)) continue;
    if (path.size() < sizeof slot.path) {
      std::memcpy(slot.path, path.c_str(), path.size() + 1);
      slot.ready = true;
    }
    return;
  }
}

void forget(const std::string& path) {
  for (Slot& slot : slots) {
    if (slot.ready && path == slot.path) {
      slot.ready = false;
      slot.used = false;
    }
  }
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// The number behind /dev/stdout, /dev/stderr and /dev/fd/N.
std::optional<int> own_descriptor(const std::string& file) {
  if (file == "/dev/stdout") return STDOUT_FILENO;
  if (file == "/dev/stderr") return STDERR_FILENO;
  const std::string_view folder = "/dev/fd/";
  if (!file.starts_with(folder)) return std::nullopt;
  const std::optional<std::int64_t> number = parse_integer(std::string_view(file).substr(folder.size()));
  if (!number || *number < 0 || *number > INT_MAX) return std::nullopt;
  return static_cast<int>(*number);
}

// Where the name leads when symbolic links are followed, whether there is a file or not.
std::string followed(const std::string& file) {
  constexpr int kMostLinks = 40;
  std::string path = file;
  for (int links = 0; links < kMostLinks; ++links) {
    char buffer[PATH_MAX];
    const ssize_t size = ::readlink(path.c_str(), buffer, sizeof buffer);
    if (size < 0) return path;
    const std::string to(buffer, static_cast<std::size_t>(size));
    path = to.starts_with('/') ? to : folder_of(path) + "/" + to;
  }
  io_error(file, "cannot open for writing", ELOOP);
}

mode_t default_mode() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

}  // namespace

void remove_temporary_files() noexcept {
  for (const Slot& slot : slots) {
    if (slot.ready) ::unlink(slot.path);
  }
}

Sink::Sink(const std::string& file, Mode mode) : name_(file == "-" ? "standard output" : file) {
  buffer_.reserve(kBuffer);
  if (file == "-") {
    descriptor_ = STDOUT_FILENO;
    return;
  }
  if (const std::optional<int> own = own_descriptor(file)) {
    // Not opened by name: behind it may be a regular file that the shell appends to, which must not be
    // replaced.
    descriptor_ = ::fcntl(*own, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (descriptor_ < 0) io_error(name_, "cannot open for writing", errno);
    return;
  }
  struct stat status {};
  const bool exists = ::stat(file.c_str(), &status) == 0;
  if (mode == Mode::follow || (exists && !S_ISREG(status.st_mode))) {
    constexpr mode_t kReadWrite = 0666;  // less the umask
    const int create = mode == Mode::follow ? O_CREAT | O_TRUNC : 0;
    descriptor_ = ::open(file.c_str(), O_WRONLY | O_CLOEXEC | create, kReadWrite);
    if (descriptor_ < 0) io_error(name_, "cannot open for writing", errno);
    return;
  }
  target_ = followed(file);
  if (exists && ::access(target_.c_str(), W_OK) != 0) io_error(name_, "cannot open for writing", errno);
  temporary_ = target_ + ".XXXXXX";
  descriptor_ = ::mkostemp(temporary_.data(), O_CLOEXEC);
  if (descriptor_ < 0) io_error(name_, "cannot create a file in " + folder_of(target_), errno);
  remember(temporary_);
  ::fchmod(descriptor_, exists ? status.st_mode & 07777 : default_mode());
}

Sink::~Sink() {
  if (!temporary_.empty()) {
    ::unlink(temporary_.c_str());
    forget(temporary_);
  }
  if (descriptor_ > STDERR_FILENO) ::close(descriptor_);
}

void Sink::write(std::string_view bytes) {
  if (buffer_.size() + bytes.size() > kBuffer) {
    flush();
    if (bytes.size() >= kBuffer) {
      write_through(bytes.data(), bytes.size());
      return;
    }
  }
  buffer_.append(bytes);
}

void Sink::flush() {
  write_through(buffer_.data(), buffer_.size());
  buffer_.clear();
}

void Sink::write_through(const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(descriptor_, data, size);
    if (written < 0) {
      if (errno == EINTR) continue;
      io_error(name_, "cannot write", errno);
    }
    data += written;
    size -= static_cast<std::size_t>(written);
  }
}

void Sink::overwrite(std::int64_t offset, std::string_view bytes) {
  flush();
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(descriptor_, bytes.data(), bytes.size(), offset);
    if (written < 0) {
      if (errno == EINTR) continue;
      io_error(name_, "cannot write", errno);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += written;
  }
}

void Sink::close() {
  flush();
  if (temporary_.empty()) {
    const int descriptor = descriptor_;
    descriptor_ = -1;
    // A full disk may only be reported here, so standard output is closed too (through a copy, so that 1
    // stays taken).
    const int last = descriptor <= STDERR_FILENO ? ::dup(descriptor) : descriptor;
    if (last < 0 || ::close(last) != 0) io_error(name_, "cannot write", errno);
    return;
  }
  if (::fsync(descriptor_) != 0) io_error(name_, "cannot write", errno);
  const int descriptor = descriptor_;
  descriptor_ = -1;
  if (::close(descriptor) != 0) io_error(name_, "cannot write", errno);
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) io_error(name_, "cannot replace", errno);
  forget(temporary_);
  temporary_.clear();
  const int folder = ::open(folder_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) {
    const int status = ::fsync(folder);
    const int error = errno;
    ::close(folder);
    if (status != 0 && error != EINVAL && error != EROFS) io_error(name_, "cannot write", error);
  }
}

}  // namespace nearfar
