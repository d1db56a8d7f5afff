#include "nearfar/io/sink.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <optional>

#include "nearfar/core/error.h"
#include "nearfar/core/signals.h"
#include "nearfar/core/text.h"
#include "nearfar/io/temporary_file.h"

namespace nearfar {
namespace {

constexpr std::size_t kBuffer = 256 * 1024;

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
    path = to.starts_with('/') ? to : path.substr(0, path.rfind('/') + 1) + to;
  }
  io_error(file, "cannot open for writing", ELOOP);
}

// Hands on all the bytes by calls of some(bytes), which returns what write(2) does.
template <class Some>
void hand_on(std::string_view bytes, int descriptor, const std::string& name, const Some& some) {
  while (!bytes.empty()) {
    const ssize_t written = some(bytes);
    if (written > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (written < 0 && errno == EAGAIN) {  // a pipe or terminal that another process made non-blocking
      struct pollfd room {
        descriptor, POLLOUT, 0
      };
      ::poll(&room, 1, -1);
    } else if (written == 0 || errno != EINTR) {
      io_error(name, "cannot write", written == 0 ? EIO : errno);
    }
  }
}

extern "C" void die_tidily(int signal) {
  remove_temporary_files();
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

void on_signal(int signal) {
  struct sigaction action {};
  action.sa_handler = die_tidily;
  struct sigaction current {};
  // A caller that ignores a signal (nohup, or SIGPIPE by a parent that wants EPIPE) is left in charge.
  if (::sigaction(signal, nullptr, &current) == 0 && current.sa_handler == SIG_DFL)
    ::sigaction(signal, &action, nullptr);
}

}  // namespace

void end_tidily_on_signals() {
  for (const int signal : kEndingSignals) on_signal(signal);
  on_signal(SIGPIPE);
  ::signal(SIGXFSZ, SIG_IGN);  // a file-size limit becomes a write error
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
  if (mode != Mode::replace || (exists && !S_ISREG(status.st_mode))) {
    constexpr mode_t kReadWrite = 0666;  // less the umask
    const int create = mode == Mode::follow   ? O_CREAT | O_TRUNC
                       : mode == Mode::append ? O_CREAT | O_APPEND
                                              : 0;
    descriptor_ = ::open(file.c_str(), O_WRONLY | O_CLOEXEC | create, kReadWrite);
    if (descriptor_ < 0) io_error(name_, "cannot open for writing", errno);
    return;
  }
  const std::string target = followed(file);
  if (exists && ::access(target.c_str(), W_OK) != 0) io_error(name_, "cannot open for writing", errno);
  temporary_ = std::make_unique<TemporaryFile>(target, name_, exists ? &status : nullptr);
  descriptor_ = temporary_->descriptor();
}

Sink::~Sink() {
  if (!temporary_ && descriptor_ > STDERR_FILENO) ::close(descriptor_);
}

void Sink::write(std::string_view bytes) {
  if (buffer_.size() + bytes.size() > kBuffer) {
    flush();
    if (bytes.size() >= kBuffer) {
      write_through(bytes);
      return;
    }
  }
  buffer_.append(bytes);
}

void Sink::flush() {
  write_through(buffer_);
  buffer_.clear();
}

void Sink::write_through(std::string_view bytes) {
  hand_on(bytes, descriptor_, name_,
          [&](std::string_view rest) { return ::write(descriptor_, rest.data(), rest.size()); });
}

void Sink::overwrite(std::int64_t offset, std::string_view bytes) {
  flush();
  const auto place = [&](std::string_view rest) {
    return offset + static_cast<std::int64_t>(bytes.size() - rest.size());
  };
  hand_on(bytes, descriptor_, name_, [&](std::string_view rest) {
    return ::pwrite(descriptor_, rest.data(), rest.size(), place(rest));
  });
}

void Sink::close() {
  flush();
  const int descriptor = descriptor_;
  descriptor_ = -1;
  if (temporary_) {
    temporary_->replace_target();
    return;
  }
  // A full disk may only be reported here, so standard output is closed too (through a copy, so that 1 stays
  // taken).
  const int last = descriptor <= STDERR_FILENO ? ::dup(descriptor) : descriptor;
  if (last < 0 || ::close(last) != 0) io_error(name_, "cannot write", errno);
}

}  // namespace nearfar
