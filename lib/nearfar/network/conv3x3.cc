#include "nearfar/network/conv3x3.h"

#include <algorithm>

#include "nearfar/core/parallel.h"
#include "nearfar/core/product_tile.h"
#include "nearfar/network/image_lanes.h"
#include "nearfar/network/minimal_filtering.h"
#include "nearfar/network/sum.h"

namespace nearfar {
namespace {

constexpr std::int64_t kTerms = 16;  // numbers of a transformed tile
// Columns of one product: few enough that the transformed tiles stay in the second-level cache.
constexpr std::int64_t kColumns = 64;
constexpr std::int64_t kTilesAtOnce = kColumns / kVectorLanes;
constexpr std::int64_t kMostParts = 32;  // in which the gradient of U is summed

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

// Numbers from one of the 16 matrices of channels x columns to the next; not a multiple of a page, whose
// lines would push each other out of the cache.
std::int64_t term_step(std::int64_t channels) { return channels * kColumns + kVectorLanes; }

}  // namespace

// Some tiles of a block of images, transformed: number t of tile i is vector i of row c of matrix t.
struct Conv3x3::Tiles {
  std::int64_t first = 0;
  std::int64_t count = 0;
  float* v = nullptr;  // rows are input channels
  float* m = nullptr;  // rows are output channels

  [[nodiscard]] std::int64_t columns() const { return count * kVectorLanes; }
};

Conv3x3::Conv3x3(Shape input, Shape convolved, ConvOptions options, bool pools)
    : Conv(input,
           pools ? Shape::image(convolved.channels, convolved.height / 2, convolved.width / 2) : convolved,
           options),
      convolved_(convolved),
      pools_(pools),
      tile_rows_(pools ? convolved.height / 2 : (convolved.height + 1) / 2),
      tile_columns_(pools ? convolved.width / 2 : (convolved.width + 1) / 2) {}

Conv3x3::Places Conv3x3::input_places(std::int64_t tile) const {
  Places places{};
  for (std::int64_t q = 0; q < kTerms; ++q) {
    const std::int64_t i = tile / tile_columns_ * 2 + q / 4 - options().pad;
    const std::int64_t j = tile % tile_columns_ * 2 + q % 4 - options().pad;
    const bool inside = i >= 0 && i < input().height && j >= 0 && j < input().width;
    places[static_cast<std::size_t>(q)] = inside ? i * input().width + j : -1;
  }
  return places;
}

Conv3x3::Places Conv3x3::output_places(std::int64_t tile) const {
  Places places{};
  for (std::int64_t q = 0; q < 4; ++q) {
    const std::int64_t i = tile / tile_columns_ * 2 + q / 2;
    const std::int64_t j = tile % tile_columns_ * 2 + q % 2;
    const bool inside = i < convolved_.height && j < convolved_.width;
    places[static_cast<std::size_t>(q)] = inside ? i * convolved_.width + j : -1;
  }
  return places;
}

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

// V = B' x B
void Conv3x3::transform_input(const Tiles& part, const float* x) const {
  constexpr Vector kNothing = {};
  const std::int64_t channel = input().positions() * kVectorLanes;
  for (std::int64_t i = 0; i < part.count; ++i) {
    const Places places = input_places(part.first + i);
    for (std::int64_t c = 0; c < input().channels; ++c) {
      Vector d[kTerms];
      for (std::size_t q = 0; q < kTerms; ++q) {
        d[q] = kNothing;
        if (places[q] >= 0) load(x + c * channel + places[q] * kVectorLanes, d[q]);
      }
      for (int j = 0; j < 4; ++j) input_line(d + j, 4);
      for (int k = 0; k < 4; ++k) input_line(d + 4 * k, 1);
      float* to = part.v + c * part.columns() + i * kVectorLanes;
      for (int t = 0; t < kTerms; ++t) store(d[t], to + t * term_step(input().channels));
    }
  }
}

// dx = B dV B', added to what other tiles have put there
void Conv3x3::add_input_gradient(const Tiles& part, float* dx) const {
  const std::int64_t channel = input().positions() * kVectorLanes;
  for (std::int64_t i = 0; i < part.count; ++i) {
    const Places places = input_places(part.first + i);
    for (std::int64_t c = 0; c < input().channels; ++c) {
      const float* from = part.v + c * part.columns() + i * kVectorLanes;
      Vector d[kTerms];
      for (int t = 0; t < kTerms; ++t) load(from + t * term_step(input().channels), d[t]);
      for (int j = 0; j < 4; ++j) input_line_back(d + j, 4);
      for (int k = 0; k < 4; ++k) input_line_back(d + 4 * k, 1);
      for (std::size_t q = 0; q < kTerms; ++q) {
        if (places[q] < 0) continue;
        float* to = dx + c * channel + places[q] * kVectorLanes;
        Vector sum;
        load(to, sum);
        sum += d[q];
        store(sum, to);
      }
    }
  }
}

// y = A' M A + b; pooled, the first largest number of the four, and which one it was
void Conv3x3::transform_products(const Tiles& part, float* y, std::uint8_t* largest) const {
  const std::int64_t channel = output().positions() * kVectorLanes;
  for (std::int64_t i = 0; i < part.count; ++i) {
    const std::int64_t tile = part.first + i;
    const Places places = output_places(tile);
    for (std::int64_t o = 0; o < output().channels; ++o) {
      const float* from = part.m + o * part.columns() + i * kVectorLanes;
      Vector m[kTerms];
      for (int t = 0; t < kTerms; ++t) load(from + t * term_step(output().channels), m[t]);
      Vector half[8];
      for (int j = 0; j < 4; ++j) output_line(m + j, 4, half[j], half[4 + j]);
      Vector out[4];
      for (int k = 0; k < 2; ++k) output_line(half + 4 * k, 1, out[2 * k], out[2 * k + 1]);
      for (Vector& number : out) number += bias(o);
      if (!pools_) {
        for (std::size_t q = 0; q < 4; ++q)
          if (places[q] >= 0) store(out[q], y + o * channel + places[q] * kVectorLanes);
        continue;
      }
      VectorInts which = {};
      for (int q = 1; q < 4; ++q) {
        const VectorInts larger = out[q] > out[0];
        which = larger ? VectorInts{} + q : which;
        out[0] = larger ? out[q] : out[0];
      }
      store(out[0], y + o * channel + tile * kVectorLanes);
      if (largest == nullptr) continue;
      std::uint8_t* bytes = largest + (o * tiles() + tile) * kVectorLanes;
      for (int lane = 0; lane < kVectorLanes; ++lane) bytes[lane] = static_cast<std::uint8_t>(which[lane]);
    }
  }
}

// dM = A dy A'
void Conv3x3::transform_gradient(const Tiles& part, const float* dy, const std::uint8_t* largest) const {
  const std::int64_t channel = output().positions() * kVectorLanes;
  for (std::int64_t i = 0; i < part.count; ++i) {
    const std::int64_t tile = part.first + i;
    const Places places = output_places(tile);
    for (std::int64_t o = 0; o < output().channels; ++o) {
      Vector out[4] = {};
      if (pools_) {
        Vector gradient;
        load(dy + o * channel + tile * kVectorLanes, gradient);
        const std::uint8_t* bytes = largest + (o * tiles() + tile) * kVectorLanes;
        VectorInts which = {};
        for (int lane = 0; lane < kVectorLanes; ++lane) which[lane] = bytes[lane];
        for (int q = 0; q < 4; ++q) out[q] = which == q ? gradient : Vector{};
      } else {
        for (std::size_t q = 0; q < 4; ++q)
          if (places[q] >= 0) load(dy + o * channel + places[q] * kVectorLanes, out[q]);
      }
      Vector half[8];
      for (int j = 0; j < 2; ++j) output_line_back(out[j], out[2 + j], half + j, 2);
      Vector m[kTerms];
      for (int k = 0; k < 4; ++k) output_line_back(half[2 * k], half[2 * k + 1], m + 4 * k, 1);
      float* to = part.m + o * part.columns() + i * kVectorLanes;
      for (int t = 0; t < kTerms; ++t) store(m[t], to + t * term_step(output().channels));
    }
  }
}

void Conv3x3::map(const Matrix& u, MatrixView x, float* y, std::uint8_t* largest) const {
  const std::int64_t inputs = input().channels;
  const std::int64_t outputs = output().channels;
  parallel_ranges(x.rows, kVectorLanes, [&](std::int64_t begin, std::int64_t end) {
    Workspace& work = workspace();
    work.x.reshape(input().size(), kVectorLanes);
    work.y.reshape(output().size(), kVectorLanes);
    work.v.reshape(kTerms, term_step(inputs));
    work.m.reshape(kTerms, term_step(outputs));
    rows_to_lanes(x.slice(begin, end), work.x.data());
    for (std::int64_t tile = 0; tile < tiles(); tile += kTilesAtOnce) {
      const Tiles part{tile, std::min(kTilesAtOnce, tiles() - tile), work.v.data(), work.m.data()};
      transform_input(part, work.x.data());
      for (std::int64_t t = 0; t < kTerms; ++t) {
        const MatrixView u_t = u.view().slice(t * outputs, (t + 1) * outputs);
        multiply_tile({u_t, false}, {{work.v.row(t), inputs, part.columns(), part.columns()}, true},
                      work.m.row(t), part.columns());
      }
      std::uint8_t* which = largest == nullptr ? nullptr : largest + begin * outputs * tiles();
      transform_products(part, work.y.data(), which);
    }
    lanes_to_rows(work.y.data(), end - begin, output().size(), y + begin * output().size());
  });
}

void Conv3x3::apply(MatrixView x, float* y) const { map(transformed_weights(), x, y, nullptr); }

void Conv3x3::forward(MatrixView x, float* y, const Pass& /*pass*/) {
  u_ = transformed_weights();
  const std::int64_t blocks = (x.rows + kVectorLanes - 1) / kVectorLanes;
  if (pools_) largest_.resize(static_cast<std::size_t>(blocks * kVectorLanes * output().channels * tiles()));
  map(u_, x, y, pools_ ? largest_.data() : nullptr);
}

// dU += dM V' and dx for the images of one block, with dM = A dy A' and dV = U' dM
void Conv3x3::backward_block(MatrixView x, MatrixView dy, const std::uint8_t* largest, float* du,
                             float* dx) const {
  const std::int64_t inputs = input().channels;
  const std::int64_t outputs = output().channels;
  Workspace& work = workspace();
  work.x.reshape(input().size(), kVectorLanes);
  work.y.reshape(output().size(), kVectorLanes);
  work.v.reshape(kTerms, term_step(inputs));
  work.m.reshape(kTerms, term_step(outputs));
  rows_to_lanes(x, work.x.data());
  rows_to_lanes(dy, work.y.data());
  if (dx != nullptr) {
    work.dx.reshape(input().size(), kVectorLanes);
    std::fill_n(work.dx.data(), work.dx.size(), 0.0F);
  }
  for (std::int64_t tile = 0; tile < tiles(); tile += kTilesAtOnce) {
    const Tiles part{tile, std::min(kTilesAtOnce, tiles() - tile), work.v.data(), work.m.data()};
    transform_input(part, work.x.data());
    transform_gradient(part, work.y.data(), largest);
    for (std::int64_t t = 0; t < kTerms; ++t) {
      const MatrixView v{work.v.row(t), inputs, part.columns(), part.columns()};
      const MatrixView dm{work.m.row(t), outputs, part.columns(), part.columns()};
      multiply_tile({dm, false}, {v, false}, du + t * outputs * inputs, inputs, true);
      if (dx == nullptr) continue;
      const MatrixView u = u_.view().slice(t * outputs, (t + 1) * outputs);
      multiply_tile({u, true}, {dm, true}, work.v.row(t), part.columns());
    }
    if (dx != nullptr) add_input_gradient(part, work.dx.data());
  }
  if (dx != nullptr) lanes_to_rows(work.dx.data(), x.rows, input().size(), dx);
}

// dW = G' dU G,  db = sum of dy over positions; the parts of dU and db are added in their order
void Conv3x3::backward(MatrixView x, MatrixView /*y*/, MatrixView dy, float* dx) {
  const std::int64_t inputs = input().channels;
  const std::int64_t outputs = output().channels;
  const std::int64_t blocks = (x.rows + kVectorLanes - 1) / kVectorLanes;
  const std::int64_t part_rows = (blocks + kMostParts - 1) / kMostParts * kVectorLanes;
  partial_.reshape((x.rows + part_rows - 1) / part_rows, u_.size() + outputs);
  const auto largest_of = [&](std::int64_t row) {
    return pools_ ? largest_.data() + row * outputs * tiles() : nullptr;
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
