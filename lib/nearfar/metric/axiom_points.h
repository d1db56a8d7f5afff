#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "nearfar/metric/axiom_search.h"

namespace nearfar {

/// A subject as a map in double and a distance between images that needs no matrix: |L(x - y)| is the
/// Euclidean distance of L x and L y.
class AxiomImages {
 public:
  explicit AxiomImages(const AxiomSubject& subject);

  [[nodiscard]] const Distance& distance() const { return distance_; }
  /// The map where it is linear; none where rows are their own images, or the map is of another sort.
  [[nodiscard]] const std::optional<AffineMap>& linear() const { return linear_; }
  [[nodiscard]] bool is_linear() const { return !map_; }
  /// Images of rows of input_dim numbers, one after the other; their number per row is image_dim.
  [[nodiscard]] std::vector<double> of(const std::vector<double>& inputs) const;
  [[nodiscard]] std::int64_t input_dim() const { return input_dim_; }
  /// How far off a coordinate of the image may be.
  [[nodiscard]] double noise(std::span<const double> input, std::span<const double> image) const;

 private:
  [[nodiscard]] std::vector<double> mapped(const std::vector<double>& inputs) const;

  std::int64_t input_dim_;
  Distance distance_;
  std::optional<AffineMap> linear_;
  double linear_size_ = 0;                 // Frobenius length of its matrix
  std::function<Matrix(MatrixView)> map_;  // where the map is not linear
  std::optional<AffineMap> after_;         // of a Mahalanobis distance between the images of map_
};

/// Points, and the distances of their images.
class PointSpace final : public AxiomSpace {
 public:
  /// `inputs` holds the points one after the other. Points whose image the distance does not take are left
  /// out.
  PointSpace(const AxiomImages& images, std::vector<double> inputs);

  [[nodiscard]] std::int64_t size() const override { return static_cast<std::int64_t>(point_.size()); }
  [[nodiscard]] double between(std::int64_t i, std::int64_t j) const override;
  [[nodiscard]] bool symmetric() const override { return distance_.info().proved.symmetry; }
  [[nodiscard]] double difference(std::int64_t i, std::int64_t j) const override;
  [[nodiscard]] double zero(std::int64_t i, std::int64_t j) const override;
  [[nodiscard]] double scale(std::int64_t /*i*/, std::int64_t /*j*/) const override { return 0; }
  /// Which of the points given to the constructor is i.
  [[nodiscard]] std::int64_t point(std::int64_t i) const { return point_[static_cast<std::size_t>(i)]; }

 private:
  [[nodiscard]] const double* image(std::int64_t i) const { return images_.data() + point(i) * image_dim_; }

  Distance distance_;
  std::int64_t input_dim_;
  std::int64_t image_dim_;
  std::vector<double> inputs_;  // empty when the points are their own images
  std::vector<double> images_;
  std::vector<std::int64_t> point_;
  std::vector<double> noise_;  // row_noise of each point that is kept
};

/// Rows made to break an axiom, around one or two rows of the data drawn by (seed, group): these rows, points
/// between and beyond them, copies scaled, shifted and reversed.
struct PointMaker {
  MatrixView rows;
  std::vector<double> mean;   ///< of the rows
  std::vector<double> blind;  ///< a direction in which a linear map does not move, or empty
  std::uint64_t seed = 0;

  [[nodiscard]] std::vector<AxiomItem> group(std::int64_t number) const;
};

}  // namespace nearfar
