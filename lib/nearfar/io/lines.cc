#include "nearfar/io/lines.h"

#include <algorithm>
#include <cstring>

#include "nearfar/core/error.h"

namespace nearfar {
namespace {

constexpr std::size_t kRead = 256 * 1024;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

bool Lines::next(Line& line, bool may_fill) {
  if (number_ == 0 && source_->peek(kByteOrderMark.size()) == kByteOrderMark) {
    char mark[3];
    for (std::size_t got = 0; got < sizeof mark;) got += source_->read(mark + got, sizeof mark - got);
  }
  std::size_t end = filled_;
  for (;;) {
    const void* found = std::memchr(buffer_.data() + searched_, '\n', filled_ - searched_);
    if (found != nullptr) {
      end = static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data());
      break;
    }
    searched_ = filled_;
    if (!may_fill && !ended_) return false;
    if (filled_ - position_ > kLongestRecord) {
      data_error("a line of more than " + std::to_string(kLongestRecord >> 20U) + " MiB",
                 {name(), number_ + 1, 0, {}}, "is this a text file?");
    }
    if (fill()) continue;
    if (position_ == filled_) return false;
    notes_.push_back(name() + ": the last line has no newline; it was read as a whole line");
    end = filled_;
    break;
  }
  const char* data = buffer_.data();
  const std::size_t text_end = end > position_ && data[end - 1] == '\r' ? end - 1 : end;
  const std::size_t behind = std::min(end + 1, filled_);
  line.text = {data + position_, text_end - position_};
  line.line_end = {data + text_end, behind - text_end};
  line.number = ++number_;
  position_ = searched_ = behind;
  return true;
}

// More bytes behind those of the line that is not whole, which is moved to the front; false at the end.
bool Lines::fill() {
  if (ended_) return false;
  std::memmove(buffer_.data(), buffer_.data() + position_, filled_ - position_);
  filled_ -= position_;
  searched_ -= position_;
  position_ = 0;
  if (buffer_.size() - filled_ < kRead) buffer_.resize(std::max(buffer_.size() * 2, filled_ + kRead));
  const std::size_t got = source_->read(buffer_.data() + filled_, buffer_.size() - filled_);
  filled_ += got;
  ended_ = got == 0;
  return !ended_;
}

}  // namespace nearfar
