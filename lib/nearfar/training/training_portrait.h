#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/evaluation/portrait.h"
#include "nearfar/training/learn.h"

namespace nearfar {

/// How a training ended, in a word and a sentence.
struct TrainingEnd {
  bool at_limit = false;  ///< by a limit, before its own criterion held
  std::string word;
  std::string sentence;
};

/// What a page shows of a training: plain data.
struct TrainingPortrait {
  std::string method;
  std::string loss;                                        ///< "" for a method with its own solver
  std::vector<std::pair<std::string, std::string>> facts;  ///< what was trained, from what, and how
  TrainingEnd end;
  std::vector<Gains> gains;             ///< on training rows, on validation rows
  std::vector<Chart> curves;            ///< over epochs or iterations; none for a closed form
  NumberTable records;                  ///< the numbers of the curves
  std::optional<RankedValues> weights;  ///< of features, where they have names
  std::optional<HeatMap> pixels;        ///< weights of pixels, where the rows are images
  std::optional<Chart> spectrum;        ///< singular values of L
  std::vector<Projection> spaces;       ///< the same rows before and after
  std::vector<Histogram> distances;     ///< of the tuples, before and after
  std::vector<Scatter> grades;          ///< of graded pairs: distance over similarity, before and after
  std::string fingerprint;              ///< of the training rows
};

/// The portrait of a model that was learned from `data`, with what learn() was given and told. Gains are
/// taken from the history or measured here. The rows in the pictures are the validation rows, or those of
/// training where there are none: at most 1,500 of them, drawn by the model's seed; the tuples those of
/// training, at most 5,000. Time: two principal directions of 1,500 rows, twice, and what measure_gains()
/// takes; memory: O(20,000 d) beside it.
[[nodiscard]] NEARFAR_EXPORT TrainingPortrait training_portrait(const Model& model, const Dataset& data,
                                                                const SideInformation& supervision,
                                                                const LearnOptions& options,
                                                                const LearnHistory& history);

}  // namespace nearfar
