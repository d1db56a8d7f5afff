#include "nearfar/core/hash.h"

#include <xxhash.h>

#include <new>

namespace nearfar {
namespace {

std::string in_words(XXH128_hash_t hash) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, hash);
  std::string text = "xxh3-128:";
  for (const unsigned char byte : canonical.digest) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

}  // namespace

class Hasher::Impl {
 public:
  Impl() : state_(XXH3_createState()) {
    if (state_ == nullptr) throw std::bad_alloc();
    XXH3_128bits_reset(state_);
  }
  ~Impl() { XXH3_freeState(state_); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  void update(const void* data, std::size_t size) { XXH3_128bits_update(state_, data, size); }
  [[nodiscard]] XXH128_hash_t digest() const { return XXH3_128bits_digest(state_); }

 private:
  XXH3_state_t* state_;
};

Hasher::Hasher() : impl_(std::make_unique<Impl>()) {}
Hasher::~Hasher() = default;

void Hasher::add(std::string_view bytes) {
  const std::uint64_t size = bytes.size();
  impl_->update(&size, sizeof size);
  impl_->update(bytes.data(), bytes.size());
}

std::string Hasher::text() const { return in_words(impl_->digest()); }

Hash128 hash_bytes(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.low64, hash.high64};
}

std::string hash_text(std::string_view bytes) { return in_words(XXH3_128bits(bytes.data(), bytes.size())); }

}  // namespace nearfar
