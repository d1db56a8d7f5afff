#pragma once

#include <cstdint>
#include <cstring>
#include <utility>

namespace nearfar {

/// The widest vector of floats of the instruction set, for what is worth its own loop over registers: only
/// for .cc files of the library, which all are compiled for one level.
#if defined(__AVX512F__)
constexpr int kVectorLanes = 16;
#elif defined(__AVX__)
constexpr int kVectorLanes = 8;
#else
constexpr int kVectorLanes = 4;
#endif
typedef float Vector __attribute__((vector_size(kVectorLanes * sizeof(float))));
typedef std::int32_t VectorInts __attribute__((vector_size(kVectorLanes * sizeof(float))));

inline void load(const float* from, Vector& v) { std::memcpy(&v, from, sizeof v); }
inline void store(const Vector& v, float* to) { std::memcpy(to, &v, sizeof v); }

/// a_0 b_0 a_1 b_1 ... of the first halves of a and b, and of the second.
template <int... i>
void interleave(const Vector& a, const Vector& b, Vector& low, Vector& high,
                std::integer_sequence<int, i...> /*lanes*/) {
  low = __builtin_shufflevector(a, b, (i / 2 + i % 2 * kVectorLanes)...);
  high = __builtin_shufflevector(a, b, (kVectorLanes / 2 + i / 2 + i % 2 * kVectorLanes)...);
}

/// A square of kVectorLanes x kVectorLanes numbers becomes its transposed: by as many rounds of interleaving
/// row i with row i + kVectorLanes / 2 as halve kVectorLanes to 1.
inline void transpose(Vector* square) {
  for (int round = kVectorLanes; round > 1; round /= 2) {
    Vector next[kVectorLanes];
    for (int i = 0; i < kVectorLanes / 2; ++i) {
      interleave(square[i], square[i + kVectorLanes / 2], next[2 * i], next[2 * i + 1],
                 std::make_integer_sequence<int, kVectorLanes>());
    }
    for (int i = 0; i < kVectorLanes; ++i) square[i] = next[i];
  }
}

}  // namespace nearfar
