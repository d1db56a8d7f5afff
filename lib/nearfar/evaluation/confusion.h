#pragma once

#include <cstdint>
#include <span>

namespace nearfar {

/// How many pairs were accepted and rejected, rightly and wrongly. The positive ones are the similar.
struct Confusion {
  std::uint64_t true_accepts = 0;
  std::uint64_t false_accepts = 0;
  std::uint64_t false_rejects = 0;
  std::uint64_t true_rejects = 0;

  /// (TA + TR) / all
  [[nodiscard]] double accuracy() const;
  /// 2 TA / (2 TA + FA + FR); 0 where nothing is similar and nothing accepted.
  [[nodiscard]] double f1() const;
  /// (TA TR - FA FR) / sqrt((TA+FA)(TA+FR)(TR+FA)(TR+FR)); 0 where a factor is 0. Matthews 1975.
  [[nodiscard]] double mcc() const;
};

/// Counts decisions (1: accepted) against the truth (1: similar), each taken as often as `counts` says, or
/// once.
[[nodiscard]] Confusion confusion_of(std::span<const std::uint8_t> accepted,
                                     std::span<const std::uint8_t> similar,
                                     std::span<const std::uint32_t> counts = {});

}  // namespace nearfar
