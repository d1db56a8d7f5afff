#include "nearfar/evaluation/fingerprint.h"

#include "nearfar/core/hash.h"

namespace nearfar {
namespace {

void append_bytes(std::string& out, std::uint64_t number) {
  for (int shift = 0; shift < 64; shift += 8) out += static_cast<char>((number >> shift) & 0xFFU);
}

}  // namespace

void Fingerprint::add(std::initializer_list<std::string_view> fact) {
  buffer_.clear();
  for (const std::string_view part : fact) {
    append_bytes(buffer_, part.size());  // so that "ab","c" differs from "a","bc"
    buffer_ += part;
  }
  const Hash128 hash = hash_bytes(buffer_);
  ++facts_;
  low_ += hash.low;
  high_ += hash.high;
}

std::string Fingerprint::text() const {
  std::string sums;
  for (const std::uint64_t number : {facts_, low_, high_}) append_bytes(sums, number);
  return hash_text(sums);
}

}  // namespace nearfar
