#include "nearfar/metric/distance.h"

#include <array>
#include <cmath>

#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"
#include "nearfar/metric/kernels.h"

namespace nearfar {
namespace {

//                         d >= 0  identity  symmetry  triangle
constexpr Axioms kMetric{true, true, true, true};
constexpr Axioms kSemimetric{true, true, true, false};
constexpr Axioms kPseudometric{true, false, true, true};
constexpr Axioms kDissimilarity{true, false, true, false};
constexpr Axioms kOnlySymmetric{false, false, true, false};
constexpr Axioms kOnlyNonNegative{true, false, false, false};

constexpr bool kTrains = true;
constexpr bool kNeedsMatrix = true;
constexpr bool kNonNegative = true;

constexpr std::array<DistanceInfo, 16> kDistances{{
    {DistanceKind::euclidean, "euclidean", "", "sqrt(sum (x_i - y_i)^2)", "Euclid; L2 norm", "[0, inf)",
     kMetric, kTrains, "(x - y) / d", !kNeedsMatrix, !kNonNegative, "ordinary points", euclidean_rows},
    {DistanceKind::sqeuclidean, "sqeuclidean", "", "sum (x_i - y_i)^2", "L2 norm, squared", "[0, inf)",
     kSemimetric, kTrains, "2 (x - y)", !kNeedsMatrix, !kNonNegative, "ordinary points", sqeuclidean_rows},
    {DistanceKind::manhattan, "manhattan", "", "sum |x_i - y_i|", "Minkowski; L1 norm", "[0, inf)", kMetric,
     kTrains, "sign(x - y)", !kNeedsMatrix, !kNonNegative, "ordinary points", manhattan_rows},
    {DistanceKind::chebyshev, "chebyshev", "", "max |x_i - y_i|", "Chebyshev; L-infinity norm", "[0, inf)",
     kMetric, !kTrains, "", !kNeedsMatrix, !kNonNegative, "ordinary points", chebyshev_rows},
    {DistanceKind::minkowski, "minkowski", "P", "(sum |x_i - y_i|^P)^(1/P), P >= 1",
     "Minkowski 1896; LP norm", "[0, inf)", kMetric, !kTrains, "", !kNeedsMatrix, !kNonNegative,
     "ordinary points", minkowski_rows},
    {DistanceKind::canberra, "canberra", "", "sum |x_i - y_i| / (|x_i| + |y_i|), 0/0 = 0",
     "Lance & Williams 1967", "[0, d]", kMetric, !kTrains, "", !kNeedsMatrix, !kNonNegative,
     "a 0 is at 1 from every other coordinate, at 0 from a 0", canberra_rows},
    // The denominator is that of Lance & Williams; sum |x_i + y_i|, which agrees where no feature is
    // negative, would be 0 for x = -y.
    {DistanceKind::braycurtis, "braycurtis", "", "sum |x_i - y_i| / sum (|x_i| + |y_i|)",
     "Bray & Curtis 1957; Lance & Williams 1967", "[0, 1]", kSemimetric, !kTrains, "", !kNeedsMatrix,
     !kNonNegative, "at 1 from everything, at 0 from each other", braycurtis_rows},
    {DistanceKind::hamming, "hamming", "", "share of i with x_i != y_i", "Hamming 1950", "[0, 1]", kMetric,
     !kTrains, "", !kNeedsMatrix, !kNonNegative, "ordinary points", hamming_rows},
    {DistanceKind::jaccard, "jaccard", "", "1 - sum min(x_i, y_i) / sum max(x_i, y_i), features >= 0",
     "Jaccard 1912; Ruzicka 1958", "[0, 1]", kMetric, !kTrains, "", !kNeedsMatrix, kNonNegative,
     "at 1 from everything, at 0 from each other", jaccard_rows},
    {DistanceKind::cosine, "cosine", "", "1 - c, c = x'y / (|x| |y|)", "Salton & McGill 1983", "[0, 2]",
     kDissimilarity, kTrains, "(c x / |x| - y / |y|) / |x|", !kNeedsMatrix, !kNonNegative,
     "at 1 from everything, at 0 from each other", cosine_rows},
    {DistanceKind::angular, "angular", "", "arccos(x'y / (|x| |y|)) / pi", "angle between rows", "[0, 1]",
     kPseudometric, !kTrains, "", !kNeedsMatrix, !kNonNegative,
     "at 1/2 from everything, at 0 from each other", angular_rows},
    {DistanceKind::correlation, "correlation", "", "cosine of the rows less their means", "Pearson 1895",
     "[0, 2]", kDissimilarity, !kTrains, "", !kNeedsMatrix, !kNonNegative,
     "rows of equal numbers are at 1 from everything, at 0 from each other", correlation_rows},
    {DistanceKind::dot, "dot", "", "-x'y", "inner product, negated", "(-inf, inf)", kOnlySymmetric, kTrains,
     "-y", !kNeedsMatrix, !kNonNegative, "at 0 from everything", dot_rows},
    {DistanceKind::snr, "snr", "", "var(y - x) / var(x) over the coordinates, x the query or anchor",
     "Yuan et al. 2019 (CVPR)", "[0, inf)", kOnlyNonNegative, kTrains,
     "2 (x' - y' - d x') / |x'|^2, x' and y' less their means", !kNeedsMatrix, !kNonNegative,
     "an anchor of equal numbers is at 0 from what differs by a constant, else at the largest float",
     snr_rows},
    {DistanceKind::mahalanobis, "mahalanobis", "", "sqrt((x - y)'M(x - y))", "Mahalanobis 1936", "[0, inf)",
     kPseudometric, !kTrains, "", kNeedsMatrix, !kNonNegative, "ordinary points", mahalanobis_rows},
    {DistanceKind::sqmahalanobis, "sqmahalanobis", "", "(x - y)'M(x - y)", "Mahalanobis 1936, squared",
     "[0, inf)", kDissimilarity, !kTrains, "", kNeedsMatrix, !kNonNegative, "ordinary points",
     sqmahalanobis_rows},
}};

std::string written(const DistanceInfo& info) {
  return std::string(info.name) + (info.argument.empty() ? "" : ":" + std::string(info.argument));
}

std::shared_ptr<const Matrix> no_factor() {
  static const auto kNone = std::make_shared<const Matrix>();
  return kNone;
}

}  // namespace

std::span<const DistanceInfo> distances() { return kDistances; }

Distance::Distance(DistanceKind kind, double exponent, std::shared_ptr<const Matrix> factor)
    : kind_(kind),
      exponent_(exponent),
      factor_(std::move(factor)),
      info_(&kDistances[static_cast<std::size_t>(kind)]) {}

Distance::Distance(DistanceKind kind) : Distance(kind, 0, no_factor()) {
  if (info().needs_matrix)
    usage_error("the distance " + std::string(info().name) + " needs a matrix",
                "give it with --matrix, or a model with -m");
  if (!info().argument.empty())
    usage_error("the distance " + std::string(info().name) + " is written " + written(info()),
                "for example " + std::string(info().name) + ":3");
}

Distance::Distance(DistanceKind kind, std::span<const double> m, std::int64_t d)
    : Distance(kind, 0, std::make_shared<const Matrix>(mahalanobis_factor(m, d))) {}

Distance Distance::minkowski(double exponent) {
  if (!(exponent >= 1 && std::isfinite(exponent))) {
    usage_error("minkowski:" + number_text(exponent) + " needs an exponent that is finite and 1 or more",
                exponent > 1 ? "the limit of it is --distance chebyshev"
                             : "below 1 the way over a third row can be the shorter one; 1 is manhattan");
  }
  return {DistanceKind::minkowski, exponent, no_factor()};
}

const DistanceInfo& Distance::info() const { return *info_; }

std::string Distance::name() const {
  return std::string(info().name) + (info().argument.empty() ? "" : ":" + number_text(exponent_));
}

std::optional<Distance::Refused> Distance::first_refused(MatrixView rows) const {
  if (!info().nonnegative) return std::nullopt;
  for (std::int64_t i = 0; i < rows.rows; ++i) {
    for (std::int64_t j = 0; j < rows.cols; ++j) {
      if (rows.row(i)[j] < 0) return Refused{i, j};
    }
  }
  return std::nullopt;
}

const DistanceInfo& distance_info(std::string_view text) {
  const std::string_view name = text.substr(0, text.find(':'));
  for (const DistanceInfo& info : distances()) {
    if (info.name != name) continue;
    if (info.argument.empty() != (name == text))
      usage_error("--distance: '" + std::string(text) + "' should be '" + written(info) + "'",
                  info.argument.empty() ? "leave out what stands behind the name"
                                        : "for example " + std::string(name) + ":3");
    return info;
  }
  refuse_name("--distance", "distance", text, distance_names());
}

Distance parse_distance(std::string_view text) {
  const DistanceInfo& info = distance_info(text);
  if (info.argument.empty()) return Distance(info.kind);
  const std::string_view argument = text.substr(info.name.size() + 1);
  double exponent = 0;
  switch (parse_number(argument, exponent)) {
    case NumberStatus::ok:
      break;
    case NumberStatus::not_finite:
    case NumberStatus::out_of_range:
      usage_error("--distance: the exponent of '" + std::string(text) + "' is not finite",
                  "the limit of it is --distance chebyshev");
    case NumberStatus::not_a_number:
      usage_error("--distance: the exponent of '" + std::string(text) + "' is not a number",
                  "for example minkowski:3");
  }
  return Distance::minkowski(exponent);
}

std::vector<std::string> distance_names() {
  std::vector<std::string> names;
  for (const DistanceInfo& info : distances()) names.push_back(written(info));
  return names;
}

}  // namespace nearfar
