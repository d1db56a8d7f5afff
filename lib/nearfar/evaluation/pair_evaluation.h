#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/evaluation/correlation.h"
#include "nearfar/evaluation/outcome.h"
#include "nearfar/evaluation/pair_measures.h"
#include "nearfar/evaluation/verification.h"

namespace nearfar {

/// Measures scored tuples. What measures share (the order of distances, closeness) is formed once, when it is
/// first needed.
class NEARFAR_EXPORT PairEvaluation {
 public:
  /// The tuples and this object must outlive what is measured: resamples ask them again.
  explicit PairEvaluation(const ScoredTuples& tuples) : judged_{tuples, {}} {}
  ~PairEvaluation();
  PairEvaluation(const PairEvaluation&) = delete;
  PairEvaluation& operator=(const PairEvaluation&) = delete;

  /// The measure has passed check_applies(). Throws Error (data) where it is not defined: pairs of one kind
  /// only, or a constant. O(n), but O(n log n) for kendall.
  [[nodiscard]] MeasuredValue measure(const PairMeasure& measure);
  /// Of pairs that are similar or not: their thresholds.
  [[nodiscard]] const Verification& verification();
  /// From now on pairs are accepted (1) or not (0) as `accepted` says, which must outlive this too; empty:
  /// there is no threshold.
  void decide(std::span<const std::uint8_t> accepted) { judged_.accepted = accepted; }
  [[nodiscard]] const JudgedTuples& judged() const { return judged_; }

 private:
  [[nodiscard]] const Correlation& correlation();
  [[nodiscard]] const std::vector<std::uint8_t>& similar();
  void refuse_one_kind(const PairMeasure& measure);
  [[nodiscard]] double measure_each(EachTuple formula, MeasuredValue& measured);

  JudgedTuples judged_;
  std::vector<std::uint8_t> similar_;
  std::vector<float> closeness_;
  std::unique_ptr<Verification> verification_;
  std::unique_ptr<Correlation> correlation_;
};

}  // namespace nearfar
