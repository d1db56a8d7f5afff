// What the parts of the benchmark share.
#pragma once

#include <cstdint>
#include <functional>

#include "nearfar/core/matrix.h"
#include "nearfar/data/dataset.h"

namespace nearfar::bench {

/// The median of five runs after one that is not counted.
double seconds(const std::function<void()>& work);

/// One line: what, how much of it, the time of one run.
void print(const char* what, double value, const char* unit, double time);

/// Rows around the centre of their class.
Matrix clustered(std::int64_t rows, std::int64_t d, std::int64_t classes, Labels& labels);

struct Bench {
  const char* name;
  void (*run)();
};

// compute.cc
void bench_product();
void bench_distances();
void bench_neighbors();
void bench_kernels();
void bench_axioms();
void bench_retrieval();
void bench_mining();
void bench_losses();
void bench_training();
// files.cc
void bench_csv();
void bench_npy();
void bench_embed();

}  // namespace nearfar::bench
