#include "nearfar/evaluation/calibration.h"

#include <string>

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"
#include "nearfar/evaluation/confusion.h"

namespace nearfar {
namespace {

Confusion confusion_at(const Accepted& accepted, const Accepted& all) {
  return {accepted.similar, accepted.dissimilar, all.similar - accepted.similar,
          all.dissimilar - accepted.dissimilar};
}

}  // namespace

Calibration parse_calibration(std::string_view text) {
  if (text == "accuracy") return {Calibration::Goal::accuracy, 0};
  if (text == "f1") return {Calibration::Goal::f1, 0};
  double limit = 0;
  if (text.starts_with("far:") && parse_number(text.substr(4), limit) == NumberStatus::ok && limit >= 0 &&
      limit <= 1)
    return {Calibration::Goal::far, limit};
  usage_error(
      "--calibrate: expected accuracy, f1 or far:X with X from 0 to 1, found '" + std::string(text) + "'",
      "for example --calibrate far:0.01");
}

OperatingPoint calibrate(const Verification& pairs, const Calibration& calibration, std::string_view where,
                         std::span<const std::uint32_t> counts) {
  const Accepted all = pairs.total(counts);
  if (all.similar == 0 || all.dissimilar == 0) {
    data_error(std::string(where) + ": a threshold needs similar and dissimilar pairs to be chosen on, and " +
                   (all.similar == 0 ? "no pair is similar" : "every pair is similar"),
               {}, "give pairs of both kinds; mk-triplets --kind pairs makes them");
  }
  switch (calibration.goal) {
    case Calibration::Goal::accuracy:
      return pairs.best([](const Accepted& a, const Accepted& of) { return confusion_at(a, of).accuracy(); },
                        counts);
    case Calibration::Goal::f1:
      return pairs.best([](const Accepted& a, const Accepted& of) { return confusion_at(a, of).f1(); },
                        counts);
    case Calibration::Goal::far:
      break;
  }
  return pairs.tar_at_far(calibration.limit, counts).point;
}

std::vector<OperatingPoint> calibrate_on_other_folds(const Verification& pairs,
                                                     const Calibration& calibration, const Labels& folds) {
  if (folds.classes() < 2) {
    data_error("a threshold that is chosen on other folds needs two folds or more, found " +
                   counted(folds.classes(), "fold"),
               {}, "deal them with --folds 5, or name another column with --fold");
  }
  std::vector<OperatingPoint> points;
  std::vector<std::uint32_t> others(folds.codes.size());
  for (std::int32_t fold = 0; fold < folds.classes(); ++fold) {
    for (std::size_t u = 0; u < others.size(); ++u) others[u] = folds.codes[u] == fold ? 0 : 1;
    points.push_back(
        calibrate(pairs, calibration, "outside fold " + folds.names[static_cast<std::size_t>(fold)], others));
  }
  return points;
}

}  // namespace nearfar
