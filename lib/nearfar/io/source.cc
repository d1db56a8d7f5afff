#include "nearfar/io/source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"

namespace nearfar {
namespace {

constexpr std::size_t kBlock = 256 * 1024;
constexpr std::size_t kPeek = 4096;

// What to do about a file that is not there: "did you mean 'FOLDER/NAME'?" where a name beside it is near.
std::string cure_of_missing(const std::string& file) {
  constexpr std::size_t kMost = 10000;  // names looked at
  const std::filesystem::path path(file);
  std::error_code none;
  std::vector<std::string> names;
  std::filesystem::directory_iterator entry(path.has_parent_path() ? path.parent_path() : ".", none);
  for (; !none && entry != std::filesystem::directory_iterator() && names.size() < kMost;
       entry.increment(none))
    names.push_back(entry->path().filename().string());
  std::sort(names.begin(), names.end());
  const std::string near = closest_name(path.filename().string(), names);
  if (near.empty()) return "check the name, and that the command which writes it has run";
  return "did you mean '" + (path.parent_path() / near).string() + "'?";
}

}  // namespace

class Source::Impl {
 public:
  explicit Impl(const std::string& file) : name_(file == "-" ? "standard input" : file) {
    if (file != "-") {
      descriptor_ = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
      if (descriptor_ < 0) {
        const int error = errno;
        io_error(name_, "cannot open", error, error == ENOENT ? cure_of_missing(file) : "");
      }
      struct stat status {};
      if (::fstat(descriptor_, &status) == 0 && S_ISDIR(status.st_mode)) {
        ::close(descriptor_);
        io_error(name_, "cannot read", EISDIR);
      }
    }
  }
  ~Impl() {
    if (unpacking_) inflateEnd(&stream_);
    if (descriptor_ > 0) ::close(descriptor_);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }

  std::size_t read(char* to, std::size_t size) {
    if (begin_ < end_) {
      const std::size_t taken = std::min(size, end_ - begin_);
      std::memcpy(to, ahead_.data() + begin_, taken);
      begin_ += taken;
      return taken;
    }
    start();
    return unpacking_ ? unpack(to, size) : read_raw(to, size);
  }

  std::string_view peek(std::size_t size) {
    size = std::min(size, kPeek);
    if (ahead_.empty()) ahead_.resize(kPeek);
    while (end_ - begin_ < size) {
      start();
      std::memmove(ahead_.data(), ahead_.data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
      char* to = ahead_.data() + end_;
      const std::size_t got = unpacking_ ? unpack(to, kPeek - end_) : read_raw(to, kPeek - end_);
      if (got == 0) break;
      end_ += got;
    }
    return {ahead_.data() + begin_, std::min(size, end_ - begin_)};
  }

  std::optional<std::int64_t> remaining() {
    start();
    struct stat status {};
    // Files of /proc have no size of their own.
    if (unpacking_ || ::fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size == 0)
      return std::nullopt;
    const off_t at = ::lseek(descriptor_, 0, SEEK_CUR);
    if (at < 0) return std::nullopt;
    const std::size_t held = end_ - begin_ + packed_end_ - packed_begin_;
    return std::max<std::int64_t>(0, status.st_size - at) + static_cast<std::int64_t>(held);
  }

 private:
  // The first read tells whether the data are packed.
  void start() {
    if (started_) return;
    started_ = true;
    while (packed_.size() < 2) {
      char two[2];
      const std::size_t got = read_descriptor(two, 2 - packed_.size());
      if (got == 0) break;
      packed_.insert(packed_.end(), two, two + got);
    }
    packed_end_ = packed_.size();
    if (packed_.size() == 2 && packed_[0] == '\x1f' && packed_[1] == '\x8b') {
      packed_.resize(kBlock);
      constexpr int kGzipWindow = 15 + 16;
      if (inflateInit2(&stream_, kGzipWindow) != Z_OK) io_error(name_, "cannot unpack gzip data", ENOMEM);
      unpacking_ = true;
      stream_.next_in = reinterpret_cast<Bytef*>(packed_.data());
      stream_.avail_in = static_cast<uInt>(packed_end_);
    }
  }

  std::size_t read_descriptor(char* to, std::size_t size) {
    for (;;) {
      const ssize_t got = ::read(descriptor_, to, size);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) io_error(name_, "cannot read", errno);
    }
  }

  std::size_t read_raw(char* to, std::size_t size) {
    if (packed_begin_ < packed_end_) {  // the two bytes that were looked at
      const std::size_t taken = std::min(size, packed_end_ - packed_begin_);
      std::memcpy(to, packed_.data() + packed_begin_, taken);
      packed_begin_ += taken;
      return taken;
    }
    return read_descriptor(to, size);
  }

  std::size_t unpack(char* to, std::size_t size) {
    stream_.next_out = reinterpret_cast<Bytef*>(to);
    stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(size, kBlock));
    const uInt room = stream_.avail_out;
    while (stream_.avail_out == room) {
      if (stream_.avail_in == 0) {
        const std::size_t got = read_descriptor(packed_.data(), packed_.size());
        if (got == 0) {
          if (between_members_) return 0;
          throw Error(ErrorKind::data, "gzip data end too early", {name_, 0, 0, {}},
                      "the file was cut; copy it again");
        }
        stream_.next_in = reinterpret_cast<Bytef*>(packed_.data());
        stream_.avail_in = static_cast<uInt>(got);
      }
      between_members_ = false;
      const int status = inflate(&stream_, Z_NO_FLUSH);
      if (status == Z_STREAM_END) {  // another member may follow
        between_members_ = true;
        inflateReset(&stream_);
      } else if (status != Z_OK && status != Z_BUF_ERROR) {
        throw Error(ErrorKind::data,
                    std::string("damaged gzip data: ") + (stream_.msg ? stream_.msg : "unknown"),
                    {name_, 0, 0, {}}, "copy the file again; gzip -t checks it");
      }
    }
    return room - stream_.avail_out;
  }

  std::string name_;
  int descriptor_ = 0;
  bool started_ = false;
  std::vector<char> ahead_;  // bytes peeked at and not yet taken: [begin_, end_)
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::vector<char> packed_;  // what was read from the descriptor and not yet handed on
  std::size_t packed_begin_ = 0;
  std::size_t packed_end_ = 0;
  bool unpacking_ = false;
  bool between_members_ = false;
  z_stream stream_{};
};

Source::Source(const std::string& file) : impl_(std::make_unique<Impl>(file)) {}
Source::~Source() = default;
const std::string& Source::name() const { return impl_->name(); }
std::size_t Source::read(char* to, std::size_t size) { return impl_->read(to, size); }
std::string_view Source::peek(std::size_t size) { return impl_->peek(size); }
std::optional<std::int64_t> Source::remaining() { return impl_->remaining(); }

void refuse_empty(const std::string& file) {
  data_error("the file is empty", {file, 0, 0, {}},
             "is it the right one, and did the command that wrote it succeed?");
}

std::string read_all(Source& source, std::size_t limit) {
  std::string text;
  std::size_t used = 0;
  for (;;) {
    text.resize(used + kBlock);
    const std::size_t got = source.read(text.data() + used, kBlock);
    used += got;
    if (got == 0) break;
    if (used > limit) {
      data_error("larger than " + std::to_string(limit >> 20U) + " MiB, which this kind of file never is",
                 {source.name(), 0, 0, {}}, "was another file given in its place?");
    }
  }
  text.resize(used);
  return text;
}

}  // namespace nearfar
