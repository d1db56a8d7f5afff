#include "nearfar/data/names.h"

#include <algorithm>

namespace nearfar {

std::int32_t NameTable::number(std::string_view name) {
  const auto found = numbers_.find(name);
  if (found != numbers_.end()) return found->second;
  names_.push_back(keep(name));
  numbers_.emplace(names_.back(), size() - 1);
  return size() - 1;
}

std::optional<std::int32_t> NameTable::find(std::string_view name) const {
  const auto found = numbers_.find(name);
  if (found == numbers_.end()) return std::nullopt;
  return found->second;
}

std::string_view NameTable::keep(std::string_view name) {
  constexpr std::size_t kChunk = std::size_t{1} << 16U;
  if (name.size() > room_) {
    room_ = std::max(kChunk, name.size());
    chunks_.push_back(std::make_unique<char[]>(room_));
    end_ = chunks_.back().get();
  }
  char* const begin = end_;
  end_ = std::copy(name.begin(), name.end(), begin);
  room_ -= name.size();
  return {begin, name.size()};
}

}  // namespace nearfar
