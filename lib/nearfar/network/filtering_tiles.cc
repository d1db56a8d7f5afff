#include "nearfar/network/filtering_tiles.h"

#include "nearfar/network/image_lanes.h"
#include "nearfar/network/minimal_filtering.h"

namespace nearfar {

FilteringTiles::FilteringTiles(Shape input, Shape convolved, std::int64_t pad, bool pools)
    : input_(input),
      convolved_(convolved),
      output_(pools ? Shape::image(convolved.channels, convolved.height / 2, convolved.width / 2)
                    : convolved),
      pad_(pad),
      pools_(pools),
      tile_rows_(pools ? convolved.height / 2 : (convolved.height + 1) / 2),
      tile_columns_(pools ? convolved.width / 2 : (convolved.width + 1) / 2) {}

FilteringTiles::Places FilteringTiles::input_places(std::int64_t tile) const {
  Places places{};
  for (std::int64_t q = 0; q < kTerms; ++q) {
    const std::int64_t i = tile / tile_columns_ * 2 + q / 4 - pad_;
    const std::int64_t j = tile % tile_columns_ * 2 + q % 4 - pad_;
    const bool inside = i >= 0 && i < input_.height && j >= 0 && j < input_.width;
    places[static_cast<std::size_t>(q)] = inside ? i * input_.width + j : -1;
  }
  return places;
}

FilteringTiles::Places FilteringTiles::output_places(std::int64_t tile) const {
  Places places{};
  for (std::int64_t q = 0; q < 4; ++q) {
    const std::int64_t i = tile / tile_columns_ * 2 + q / 2;
    const std::int64_t j = tile % tile_columns_ * 2 + q % 2;
    const bool inside = i < convolved_.height && j < convolved_.width;
    places[static_cast<std::size_t>(q)] = inside ? i * convolved_.width + j : -1;
  }
  return places;
}

// V = B' x B
void FilteringTiles::transform_input(const Some& some, const float* x) const {
  constexpr Vector kNothing = {};
  const std::int64_t channel = input_.positions() * kVectorLanes;
  for (std::int64_t i = 0; i < some.count; ++i) {
    const Places places = input_places(some.first + i);
    for (std::int64_t c = 0; c < input_.channels; ++c) {
      Vector d[kTerms];
      for (std::size_t q = 0; q < kTerms; ++q) {
        d[q] = kNothing;
        if (places[q] >= 0) load(x + c * channel + places[q] * kVectorLanes, d[q]);
      }
      for (int j = 0; j < 4; ++j) input_line(d + j, 4);
      for (int k = 0; k < 4; ++k) input_line(d + 4 * k, 1);
      float* to = some.v + c * some.columns() + i * kVectorLanes;
      for (int t = 0; t < kTerms; ++t) store(d[t], to + t * term_step(input_.channels));
    }
  }
}

// dx = B dV B', added to what other tiles have put there
void FilteringTiles::add_input_gradient(const Some& some, float* dx) const {
  const std::int64_t channel = input_.positions() * kVectorLanes;
  for (std::int64_t i = 0; i < some.count; ++i) {
    const Places places = input_places(some.first + i);
    for (std::int64_t c = 0; c < input_.channels; ++c) {
      const float* from = some.v + c * some.columns() + i * kVectorLanes;
      Vector d[kTerms];
      for (int t = 0; t < kTerms; ++t) load(from + t * term_step(input_.channels), d[t]);
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
void FilteringTiles::transform_products(const Some& some, std::span<const float> biases, float* y,
                                        std::uint8_t* largest) const {
  const std::int64_t channel = output_.positions() * kVectorLanes;
  for (std::int64_t i = 0; i < some.count; ++i) {
    const std::int64_t tile = some.first + i;
    const Places places = output_places(tile);
    for (std::int64_t o = 0; o < output_.channels; ++o) {
      const float* from = some.m + o * some.columns() + i * kVectorLanes;
      Vector m[kTerms];
      for (int t = 0; t < kTerms; ++t) load(from + t * term_step(output_.channels), m[t]);
      Vector half[8];
      for (int j = 0; j < 4; ++j) output_line(m + j, 4, half[j], half[4 + j]);
      Vector out[4];
      for (int k = 0; k < 2; ++k) output_line(half + 4 * k, 1, out[2 * k], out[2 * k + 1]);
      for (Vector& number : out) number += biases[static_cast<std::size_t>(o)];
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
      std::uint8_t* bytes = largest + (o * count() + tile) * kVectorLanes;
      for (int lane = 0; lane < kVectorLanes; ++lane) bytes[lane] = static_cast<std::uint8_t>(which[lane]);
    }
  }
}

// dM = A dy A'
void FilteringTiles::transform_gradient(const Some& some, const float* dy,
                                        const std::uint8_t* largest) const {
  const std::int64_t channel = output_.positions() * kVectorLanes;
  for (std::int64_t i = 0; i < some.count; ++i) {
    const std::int64_t tile = some.first + i;
    const Places places = output_places(tile);
    for (std::int64_t o = 0; o < output_.channels; ++o) {
      Vector out[4] = {};
      if (pools_) {
        Vector gradient;
        load(dy + o * channel + tile * kVectorLanes, gradient);
        const std::uint8_t* bytes = largest + (o * count() + tile) * kVectorLanes;
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
      float* to = some.m + o * some.columns() + i * kVectorLanes;
      for (int t = 0; t < kTerms; ++t) store(m[t], to + t * term_step(output_.channels));
    }
  }
}

}  // namespace nearfar
