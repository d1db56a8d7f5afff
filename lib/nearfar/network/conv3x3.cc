#include "nearfar/network/conv3x3.h"

#include <algorithm>

#include "nearfar/core/parallel.h"
#include "nearfar/core/product_tile.h"
#include "nearfar/network/image_lanes.h"
#include "nearfar/network/minimal_filtering.h"
#include "nearfar/network/sum.h"

namespace nearfar {
namespace {

constexpr std::int64_t kTerms = FilteringTiles::kTerms;

// What each thread works in, kept from step to step.
struct Workspace {
  Matrix x;   // lanes
  Matrix y;   // lanes, of the output or its gradient
  Matrix dx;  // lanes
  Matrix v;   // 16 x C x columns; then its gradient
  Matrix m;   // 16 x O x columns, or its gradient
};

Workspace& workspace() {
  thread_local Workspace own;
  return own;
}

// Makes room for one block of images.
void fit(Workspace& work, const Shape& input, const Shape& output) {
  work.x.reshape(input.size(), kVectorLanes);
  work.y.reshape(output.size(), kVectorLanes);
  work.v.reshape(kTerms, FilteringTiles::term_step(input.channels));
  work.m.reshape(kTerms, FilteringTiles::term_step(output.channels));
}

}  // namespace

Conv3x3::Conv3x3(Shape input, const FilteringTiles& tiles, ConvOptions options)
    : Conv(input, tiles.output(), options), tiles_(tiles) {}

Conv3x3::Conv3x3(Shape input, Shape convolved, ConvOptions options, bool pools)
    : Conv3x3(input, FilteringTiles(input, convolved, options.pad, pools), options) {}

// U = G W G', row t O + o for number t of the kernels of output channel o.
Matrix Conv3x3::transformed_weights() const {
  const std::int64_t outputs = output().channels;
  const std::int64_t inputs = input().channels;
  Matrix u(kTerms * outputs, inputs);
  parallel_ranges(outputs, 16, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t o = begin; o < end; ++o) {
      for (std::int64_t c = 0; c < inputs; ++c) {
        double g[9];
        double half[12];
        double whole[kTerms];
        std::copy_n(weight().row(o) + 9 * c, 9, g);
        for (int j = 0; j < 3; ++j) weight_line(g + j, 3, half + j, 3);
        for (int i = 0; i < 4; ++i) weight_line(half + 3 * i, 1, whole + 4 * i, 1);
        for (std::int64_t t = 0; t < kTerms; ++t) u(t * outputs + o, c) = static_cast<float>(whole[t]);
      }
    }
  });
  return u;
}

void Conv3x3::map(const Matrix& u, MatrixView x, float* y, std::uint8_t* largest) const {
  const std::int64_t inputs = input().channels;
  const std::int64_t outputs = output().channels;
  parallel_ranges(x.rows, kVectorLanes, [&](std::int64_t begin, std::int64_t end) {
    Workspace& work = workspace();
    fit(work, input(), output());
    rows_to_lanes(x.slice(begin, end), work.x.data());
    for (std::int64_t first = 0; first < tiles_.count(); first += FilteringTiles::kAtOnce) {
      const FilteringTiles::Some part = tiles_.some(first, work.v.data(), work.m.data());
      tiles_.transform_input(part, work.x.data());
      for (std::int64_t t = 0; t < kTerms; ++t) {
        const MatrixView u_t = u.view().slice(t * outputs, (t + 1) * outputs);
        multiply_tile({u_t, false}, {{work.v.row(t), inputs, part.columns(), part.columns()}, true},
                      work.m.row(t), part.columns());
      }
      std::uint8_t* which = largest == nullptr ? nullptr : largest + begin * outputs * tiles_.count();
      tiles_.transform_products(part, biases(), work.y.data(), which);
    }
    lanes_to_rows(work.y.data(), end - begin, output().size(), y + begin * output().size());
  });
}

void Conv3x3::apply(MatrixView x, float* y) const { map(transformed_weights(), x, y, nullptr); }

void Conv3x3::forward(MatrixView x, float* y, const Pass& /*pass*/) {
  u_ = transformed_weights();
  const std::int64_t blocks = (x.rows + kVectorLanes - 1) / kVectorLanes;
  if (pools())
    largest_.resize(static_cast<std::size_t>(blocks * kVectorLanes * output().channels * tiles_.count()));
  map(u_, x, y, pools() ? largest_.data() : nullptr);
}

// dU += dM V' and dx for the images of one block, with dM = A dy A' and dV = U' dM
void Conv3x3::backward_block(MatrixView x, MatrixView dy, const std::uint8_t* largest, float* du,
                             float* dx) const {
  const std::int64_t inputs = input().channels;
  const std::int64_t outputs = output().channels;
  Workspace& work = workspace();
  fit(work, input(), output());
  rows_to_lanes(x, work.x.data());
  rows_to_lanes(dy, work.y.data());
  if (dx != nullptr) {
    work.dx.reshape(input().size(), kVectorLanes);
    std::fill_n(work.dx.data(), work.dx.size(), 0.0F);
  }
  for (std::int64_t first = 0; first < tiles_.count(); first += FilteringTiles::kAtOnce) {
    const FilteringTiles::Some part = tiles_.some(first, work.v.data(), work.m.data());
    tiles_.transform_input(part, work.x.data());
    tiles_.transform_gradient(part, work.y.data(), largest);
    for (std::int64_t t = 0; t < kTerms; ++t) {
      const MatrixView v{work.v.row(t), inputs, part.columns(), part.columns()};
      const MatrixView dm{work.m.row(t), outputs, part.columns(), part.columns()};
      multiply_tile({dm, false}, {v, false}, du + t * outputs * inputs, inputs, true);
      if (dx == nullptr) continue;
      const MatrixView u = u_.view().slice(t * outputs, (t + 1) * outputs);
      multiply_tile({u, true}, {dm, true}, work.v.row(t), part.columns());
    }
    if (dx != nullptr) tiles_.add_input_gradient(part, work.dx.data());
  }
  if (dx != nullptr) lanes_to_rows(work.dx.data(), x.rows, input().size(), dx);
}

// dW = G' dU G,  db = sum of dy over positions; the parts of dU and db are added in their order
void Conv3x3::backward(MatrixView x, MatrixView /*y*/, MatrixView dy, float* dx) {
  const std::int64_t inputs = input().channels;
  const std::int64_t outputs = output().channels;
  const std::int64_t part_rows = images_of_part(x.rows, kVectorLanes);
  partial_.reshape((x.rows + part_rows - 1) / part_rows, u_.size() + outputs);
  const auto largest_of = [&](std::int64_t row) {
    return pools() ? largest_.data() + row * outputs * tiles_.count() : nullptr;
  };
  parallel_ranges(x.rows, part_rows, [&](std::int64_t part_begin, std::int64_t part_end) {
    float* du = partial_.row(part_begin / part_rows);
    std::fill_n(du, u_.size(), 0.0F);
    for (std::int64_t begin = part_begin; begin < part_end; begin += kVectorLanes) {
      const std::int64_t end = std::min(part_end, begin + kVectorLanes);
      backward_block(x.slice(begin, end), dy.slice(begin, end), largest_of(begin), du,
                     dx == nullptr ? nullptr : dx + begin * input().size());
    }
    for (std::int64_t o = 0; o < outputs; ++o) {
      double sum = 0;
      for (std::int64_t n = part_begin; n < part_end; ++n)
        sum += sum_of(dy.row(n) + o * output().positions(), output().positions());
      du[u_.size() + o] = static_cast<float>(sum);
    }
  });
  parallel_ranges(outputs, 16, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t o = begin; o < end; ++o) {
      std::array<std::vector<double>, kTerms> du;
      for (std::size_t t = 0; t < kTerms; ++t) {
        const std::int64_t row = static_cast<std::int64_t>(t) * outputs + o;
        du[t] = sums_of_parts(partial_, row * inputs, (row + 1) * inputs);
      }
      for (std::int64_t c = 0; c < inputs; ++c) {
        double whole[kTerms];
        double half[12];
        double g[9];
        for (std::size_t t = 0; t < kTerms; ++t) whole[t] = du[t][static_cast<std::size_t>(c)];
        for (int i = 0; i < 4; ++i) weight_line_back(whole + 4 * i, 1, half + 3 * i, 1);
        for (int j = 0; j < 3; ++j) weight_line_back(half + j, 3, g + j, 3);
        for (std::int64_t k = 0; k < 9; ++k)
          weight_gradient()[static_cast<std::size_t>((o * inputs + c) * 9 + k)] = static_cast<float>(g[k]);
      }
      bias_gradient()[static_cast<std::size_t>(o)] =
          static_cast<float>(sums_of_parts(partial_, u_.size() + o, u_.size() + o + 1)[0]);
    }
  });
}

}  // namespace nearfar
