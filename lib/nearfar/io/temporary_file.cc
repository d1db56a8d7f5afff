#include "nearfar/io/temporary_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>

#include "nearfar/core/error.h"
#include "nearfar/core/signals.h"

namespace nearfar {
namespace {

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

// A name beside the target with room for the six characters that make it new; a name as long as file systems
// allow is cut for that.
std::string pattern_beside(const std::string& target) {
  constexpr std::string_view kEnding = ".XXXXXX";
  const std::size_t name = target.rfind('/') + 1;  // 0 where there is no slash
  return target.substr(0, std::min(target.size(), name + NAME_MAX - kEnding.size())).append(kEnding);
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

TemporaryFile::TemporaryFile(const std::string& target, const std::string& name, const struct stat* old)
    : target_(target), name_(name), path_(pattern_beside(target)) {
  {
    const SignalsHeld held;  // none comes between making the file and remembering it
    descriptor_ = ::mkostemp(path_.data(), O_CLOEXEC);
    if (descriptor_ >= 0) remember(path_);
  }
  if (descriptor_ < 0) io_error(name_, "cannot create a file in " + folder_of(target_), errno);
  // Where the file system does not have owners or modes, the file is still written.
  if (old != nullptr && ::fchown(descriptor_, old->st_uid, old->st_gid) != 0)
    (void)!::fchown(descriptor_, static_cast<uid_t>(-1), old->st_gid);
  ::fchmod(descriptor_, old != nullptr ? old->st_mode & 07777 : default_mode());
}

TemporaryFile::~TemporaryFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (path_.empty()) return;
  ::unlink(path_.c_str());
  forget(path_);
}

void TemporaryFile::replace_target() {
  if (::fsync(descriptor_) != 0) io_error(name_, "cannot write", errno);
  const int descriptor = descriptor_;
  descriptor_ = -1;
  if (::close(descriptor) != 0) io_error(name_, "cannot write", errno);
  if (::rename(path_.c_str(), target_.c_str()) != 0) io_error(name_, "cannot replace", errno);
  forget(path_);
  path_.clear();
  const int folder = ::open(folder_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;  // a folder that may be written but not read
  const int status = ::fsync(folder);
  const int error = errno;
  ::close(folder);
  if (status != 0 && error != EINVAL && error != EROFS) io_error(name_, "cannot write", error);
}

}  // namespace nearfar
