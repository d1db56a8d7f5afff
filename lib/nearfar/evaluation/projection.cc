#include "nearfar/evaluation/projection.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "nearfar/core/random.h"
#include "nearfar/core/text.h"

namespace nearfar {
namespace {

constexpr int kSteps = 60;
constexpr std::size_t kColours = 10;  // of a page's style
using Direction = std::vector<double>;

double dot(const Direction& a, const Direction& b) {
  double sum = 0;
  for (std::size_t j = 0; j < a.size(); ++j) sum += a[j] * b[j];
  return sum;
}

void make_unit(Direction& v) {
  const double length = std::sqrt(dot(v, v));
  for (double& value : v) value = length > 0 ? value / length : 0;
}

void remove(Direction& v, const Direction& from) {
  const double part = dot(v, from);
  for (std::size_t j = 0; j < v.size(); ++j) v[j] -= part * from[j];
}

class Centred {
 public:
  explicit Centred(MatrixView rows) : rows_(rows), mean_(static_cast<std::size_t>(rows.cols)) {
    for (std::int64_t i = 0; i < rows.rows; ++i) {
      for (std::size_t j = 0; j < mean_.size(); ++j) mean_[j] += static_cast<double>(rows.row(i)[j]);
    }
    for (double& value : mean_) value /= static_cast<double>(rows.rows);
    for (std::int64_t i = 0; i < rows.rows; ++i) {
      for (std::size_t j = 0; j < mean_.size(); ++j) {
        const double d = static_cast<double>(rows.row(i)[j]) - mean_[j];
        total_ += d * d;
      }
    }
  }

  [[nodiscard]] double total() const { return total_; }  // sum of squares

  // (X - mean) v
  [[nodiscard]] std::vector<double> scores(const Direction& v) const {
    std::vector<double> out(static_cast<std::size_t>(rows_.rows));
    const double shift = dot(mean_, v);
    for (std::size_t i = 0; i < out.size(); ++i) {
      const float* row = rows_.row(static_cast<std::int64_t>(i));
      double sum = 0;
      for (std::size_t j = 0; j < v.size(); ++j) sum += static_cast<double>(row[j]) * v[j];
      out[i] = sum - shift;
    }
    return out;
  }
  // (X - mean)'(X - mean) v
  [[nodiscard]] Direction applied(const Direction& v) const {
    const std::vector<double> s = scores(v);
    Direction out(v.size());
    for (std::size_t i = 0; i < s.size(); ++i) {
      const float* row = rows_.row(static_cast<std::int64_t>(i));
      for (std::size_t j = 0; j < out.size(); ++j) out[j] += s[i] * (static_cast<double>(row[j]) - mean_[j]);
    }
    return out;
  }

 private:
  MatrixView rows_;
  Direction mean_;
  double total_ = 0;
};

void fix_sign(Direction& v) {
  double largest = 0;
  for (const double value : v) {
    if (std::abs(value) > std::abs(largest)) largest = value;
  }
  if (largest >= 0) return;
  for (double& value : v) value = -value;
}

// Of a name that is one; other names stand behind all numbers.
double number_of(const std::string& name) {
  double value = 0;
  return parse_number(name, value) == NumberStatus::ok ? value : std::numeric_limits<double>::infinity();
}

}  // namespace

Projection project(MatrixView rows) {
  const Centred centred(rows);
  Random random(0, RandomPurpose::portrait);
  std::array<Direction, 2> axes;
  for (Direction& axis : axes) {
    axis.resize(static_cast<std::size_t>(rows.cols));
    for (double& value : axis) value = random.normal();
  }
  for (int step = 0; step < kSteps; ++step) {
    for (std::size_t a = 0; a < axes.size(); ++a) {
      axes[a] = centred.applied(axes[a]);
      if (a > 0) remove(axes[a], axes[0]);
      make_unit(axes[a]);
      // Once more: what is left of a direction that has little of its own is mostly rounding along the first.
      if (a > 0) remove(axes[a], axes[0]);
      make_unit(axes[a]);
    }
  }
  for (Direction& axis : axes) fix_sign(axis);
  if (rows.cols == 1) axes[1][0] = 0;
  Projection projection;
  projection.x = centred.scores(axes[0]);
  projection.y = centred.scores(axes[1]);
  if (centred.total() > 0)
    projection.explained =
        (dot(projection.x, projection.x) + dot(projection.y, projection.y)) / centred.total();
  return projection;
}

void colour_by_class(Projection& projection, std::span<const std::int32_t> codes,
                     std::span<const std::string> names) {
  std::vector<std::int64_t> points(names.size());
  for (const std::int32_t code : codes) {
    if (code >= 0) ++points[static_cast<std::size_t>(code)];
  }
  std::vector<std::size_t> present;
  for (std::size_t c = 0; c < names.size(); ++c) {
    if (points[c] > 0) present.push_back(c);
  }
  const std::size_t all = present.size();
  if (all > kColours) {
    std::stable_sort(present.begin(), present.end(),
                     [&](std::size_t a, std::size_t b) { return points[a] > points[b]; });
    present.resize(kColours);
    projection.note += " The " + std::to_string(kColours) + " largest of " +
                       grouped(static_cast<std::int64_t>(all)) + " classes have a colour.";
  }
  std::sort(present.begin(), present.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(number_of(names[a]), names[a]) < std::pair(number_of(names[b]), names[b]);
  });
  std::vector<std::int32_t> place(names.size(), -1);
  projection.classes.clear();
  for (const std::size_t c : present) {
    place[c] = static_cast<std::int32_t>(projection.classes.size());
    projection.classes.push_back(names[c]);
  }
  projection.of_class.clear();
  for (const std::int32_t code : codes)
    projection.of_class.push_back(code < 0 ? -1 : place[static_cast<std::size_t>(code)]);
}

}  // namespace nearfar
