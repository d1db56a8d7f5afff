#include "nearfar/neighbors/brackets.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "nearfar/core/error.h"
#include "nearfar/core/product.h"
#include "nearfar/neighbors/bracket_form.h"

namespace nearfar {
namespace {

bool same_rows(MatrixView a, MatrixView b) {
  return a.data == b.data && a.rows == b.rows && a.stride == b.stride;
}

// Of the farthest the keys are negated.
Brackets::Side bounds(const FormSide& form, bool negated) {
  Brackets::Side side;
  for (std::size_t i = 0; i < form.offset.size(); ++i) {
    const double offset = negated ? -form.offset[i] : form.offset[i];
    // Candidates adds low and gap up in float; no key is larger than the squared lengths of its two rows.
    const double rounding = 0x1p-22 * form.squares[i];
    side.low.push_back(round_down(offset - form.error[i]));
    side.gap.push_back(round_up(offset + form.error[i] + rounding - static_cast<double>(side.low.back())));
  }
  return side;
}

Brackets::Side no_bounds(std::int64_t rows) {
  const std::vector<float> zeros(static_cast<std::size_t>(rows));
  return {zeros, zeros};
}

}  // namespace

float round_down(double value) {
  const auto nearest = static_cast<float>(value);
  return static_cast<double>(nearest) <= value
             ? nearest
             : std::nextafter(nearest, -std::numeric_limits<float>::infinity());
}

float round_up(double value) { return -round_down(-value); }

Brackets::Brackets(MatrixView queries, MatrixView gallery, const Distance& distance, bool farthest)
    : queries_(queries),
      rows_(gallery),
      distance_(distance),
      farthest_(farthest),
      symmetric_(same_rows(queries, gallery) && distance.info().proved.symmetry) {
  if (queries.cols != gallery.cols) {
    throw Error(ErrorKind::internal, "neighbours among rows of different lengths");
  }
  const MatrixView others = symmetric_ ? MatrixView{nullptr, 0, queries.cols, queries.cols} : gallery;
  std::optional<BracketForm> form = bracket_form(queries, others, distance);
  exact_ = !form;
  if (exact_) {
    query_ = no_bounds(queries.rows);
    gallery_ = no_bounds(others.rows);
    return;
  }
  unit_ = form->unit;
  query_ = bounds(form->queries, farthest);
  gallery_ = bounds(form->gallery, farthest);
  for (const float gap : this->gallery().gap) widest_gap_ = std::max(widest_gap_, gap);
  mapped_queries_ = std::move(form->queries.rows);
  mapped_gallery_ = std::move(form->gallery.rows);
  if (!farthest) return;
  if (symmetric_) mapped_gallery_ = mapped_queries_;
  for (std::int64_t i = 0; i < mapped_queries_.size(); ++i) mapped_queries_.data()[i] *= -1;
}

double Brackets::key(float distance) const {
  const double key = exact_ ? static_cast<double>(distance) : bracket_key(distance_.kind(), unit_, distance);
  return farthest_ ? -key : key;
}

void Brackets::closeness(std::int64_t q0, std::int64_t q1, std::int64_t g0, std::int64_t g1, float* tile,
                         std::int64_t stride) const {
  if (exact_) {
    exact_closeness(q0, q1, g0, g1, tile, stride);
    return;
  }
  const Matrix& gallery = mapped_gallery_.empty() ? mapped_queries_ : mapped_gallery_;
  multiply_abt(mapped_queries_.view().slice(q0, q1), gallery.view().slice(g0, g1), tile, stride);
}

void Brackets::exact_closeness(std::int64_t q0, std::int64_t q1, std::int64_t g0, std::int64_t g1,
                               float* tile, std::int64_t stride) const {
  constexpr std::int64_t kPartBytes = 24 * 1024;  // gallery rows that stay in the first-level cache
  const std::int64_t part =
      std::max<std::int64_t>(8, kPartBytes / (4 * std::max<std::int64_t>(rows_.cols, 1)));
  for (std::int64_t begin = g0; begin < g1; begin += part) {
    const MatrixView rows = rows_.slice(begin, std::min(g1, begin + part));
    for (std::int64_t q = q0; q < q1; ++q) {
      float* out = tile + (q - q0) * stride + (begin - g0);
      distance_.to_rows(queries_.row(q), rows, out);
      if (farthest_) continue;
      for (std::int64_t g = 0; g < rows.rows; ++g) out[g] = -out[g];
    }
  }
}

}  // namespace nearfar
