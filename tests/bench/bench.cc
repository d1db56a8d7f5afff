// What the hot loops reach, beside the machine's own matrix product in the same run. `./build.sh bench
// [NAME]`.
#include "bench.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/core/parallel.h"
#include "nearfar/core/random.h"
#include "nearfar/core/version.h"

namespace nearfar::bench {

double seconds(const std::function<void()>& work) {
  std::vector<double> times;
  for (int run = 0; run < 6; ++run) {
    const auto start = std::chrono::steady_clock::now();
    work();
    if (run > 0)
      times.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::sort(times.begin(), times.end());
  return times[2];
}

void print(const char* what, double value, const char* unit, double time) {
  std::printf("%-58s %10.1f %-10s %8.3f s\n", what, value, unit, time);
}

Matrix clustered(std::int64_t rows, std::int64_t d, std::int64_t classes, Labels& labels) {
  Matrix x(rows, d);
  Matrix centres(classes, d);
  Random random(1);
  for (std::int64_t i = 0; i < centres.size(); ++i) centres.data()[i] = static_cast<float>(random.normal());
  labels = Labels{};
  for (std::int64_t c = 0; c < classes; ++c) labels.names.push_back(std::to_string(c));
  for (std::int64_t i = 0; i < rows; ++i) {
    labels.codes.push_back(static_cast<std::int32_t>(i % classes));
    for (std::int64_t j = 0; j < d; ++j)
      x(i, j) = centres(i % classes, j) + 0.7F * static_cast<float>(random.normal());
  }
  return x;
}

namespace {

constexpr Bench kBenches[] = {{"product", bench_product},
                              {"distances", bench_distances},
                              {"neighbors", bench_neighbors},
                              {"kernels", bench_kernels},
                              {"axioms", bench_axioms},
                              {"retrieval", bench_retrieval},
                              {"mining", bench_mining},
                              {"losses", bench_losses},
                              {"training", bench_training},
                              {"csv", bench_csv},
                              {"npy", bench_npy},
                              {"embed", bench_embed}};

}  // namespace

}  // namespace nearfar::bench

int main(int argc, char** argv) {
  using namespace nearfar;
  const std::string_view only = argc > 1 ? argv[1] : "";
  std::printf("nearfar %s, %s, %d threads; median of 5\n", std::string(version()).c_str(),
              std::string(instruction_set()).c_str(), threads());
  for (const bench::Bench& bench : bench::kBenches) {
    if (only.empty() || bench.name == only) bench.run();
  }
  return 0;
}
