#include "nearfar/model/model.h"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "model/sample_model.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

Model random_model(std::int64_t rows, std::int64_t cols, std::uint64_t seed) {
  Model model;
  model.input_dim = cols;
  model.l = random_rows(rows, cols, seed);
  return model;
}

Model diagonal_model(std::int64_t d, std::uint64_t seed) {
  Model model = random_model(d, d, seed);
  for (std::int64_t i = 0; i < d; ++i) {
    for (std::int64_t j = 0; j < d; ++j) model.l(i, j) = i == j ? model.l(i, j) : 0;
  }
  return model;
}

// Every row alone, in pairs, and all together backwards give the bits that the row has in the whole.
void check_batches(const Model& model, const Matrix& x) {
  const Matrix whole = model.apply(x);
  REQUIRE(whole.rows() == x.rows());
  REQUIRE(whole.cols() == model.output_dim());
  const auto row_of = [&](const Matrix& y, std::int64_t i) {
    return std::span<const float>(y.row(i), static_cast<std::size_t>(y.cols()));
  };
  Matrix backwards;
  for (std::int64_t i = 0; i < x.rows(); ++i) {
    backwards.append(x.view().slice(x.rows() - 1 - i, x.rows() - i));
    CHECK(same_bits(row_of(model.apply(x.view().slice(i, i + 1)), 0), row_of(whole, i)));
    if (i + 2 <= x.rows())
      CHECK(same_bits(row_of(model.apply(x.view().slice(i, i + 2)), 1), row_of(whole, i + 1)));
  }
  const Matrix mirrored = model.apply(backwards);
  for (std::int64_t i = 0; i < x.rows(); ++i)
    CHECK(same_bits(row_of(mirrored, x.rows() - 1 - i), row_of(whole, i)));
}

Dataset small_data() {
  Dataset data;
  data.features = random_rows(4, 2, 5);
  data.row_numbers = {1, 2, 3, 4};
  data.ids = {"a", "b", "c", "d"};
  data.labels = encode_labels({"x", "y", "x", "z"});
  return data;
}

}  // namespace

TEST_CASE("apply: L x for every row") {
  const Model model = random_model(3, 5, 1);
  const Matrix x = random_rows(7, 5, 2);
  const Matrix y = model.apply(x);
  for (std::int64_t i = 0; i < 7; ++i) {
    for (std::int64_t r = 0; r < 3; ++r) {
      double sum = 0;
      for (std::int64_t k = 0; k < 5; ++k)
        sum += static_cast<double>(model.l(r, k)) * static_cast<double>(x(i, k));
      CHECK(near(y(i, r), sum, 1e-5, 1e-5));
    }
  }
}

TEST_CASE("apply: preprocessing first, then the map, then length 1") {
  Model model = sample_model();
  Matrix x(1, 3);
  x(0, 0) = 9;
  x(0, 1) = 4;
  x(0, 2) = 3.5F;
  // standardize: (4, 0.5, 2); pca: rows pick (0.5 - 0.5, -2) = (0, -2); L: (0.2, -0.6).
  const Matrix plain = model.apply(x);
  CHECK(plain(0, 0) == doctest::Approx(0.2));
  CHECK(plain(0, 1) == doctest::Approx(-0.6));
  model.normalize = true;
  const Matrix unit = model.apply(x);
  CHECK(unit(0, 0) == doctest::Approx(0.2 / std::sqrt(0.4)));
  CHECK(unit(0, 1) == doctest::Approx(-0.6 / std::sqrt(0.4)));
}

TEST_CASE("apply: the image of a row does not depend on the other rows of the call") {
  check_batches(random_model(3, 5, 1), random_rows(23, 5, 2));
  check_batches(random_model(17, 33, 3), random_rows(40, 33, 4));
  check_batches(diagonal_model(9, 5), random_rows(21, 9, 6));
  check_batches(sample_model(), random_rows(21, 3, 7));
  Model unit = random_model(8, 64, 8);
  unit.normalize = true;
  check_batches(unit, random_rows(37, 64, 9));
}

TEST_CASE("apply: the same bits for any number of threads") {
  const Model model = random_model(20, 70, 3);
  const Matrix x = random_rows(3000, 70, 4);
  const Matrix one = [&] {
    const Threads threads(1);
    return model.apply(x);
  }();
  for (const int count : {2, 3}) {
    const Threads threads(count);
    CHECK(same_bits(values(model.apply(x)), values(one)));
  }
}

TEST_CASE("apply: the short way of a diagonal map equals the full product") {
  for (const std::int64_t d : {1, 2, 5, 16, 33}) {
    const Model model = diagonal_model(d, static_cast<std::uint64_t>(d));
    const Matrix x = random_rows(10, d, 77);
    // The same map under one more row, which makes it rectangular: no short way there.
    Model full;
    full.input_dim = d;
    full.l = model.l;
    full.l.append(random_rows(1, d, 78));
    const Matrix short_way = model.apply(x);
    const Matrix long_way = full.apply(x);
    for (std::int64_t i = 0; i < 10; ++i) {
      for (std::int64_t j = 0; j < d; ++j) CHECK(short_way(i, j) == long_way(i, j));
    }
  }
  Model nearly = diagonal_model(4, 9);
  nearly.l(3, 0) = 1e-3F;  // one number off the diagonal counts
  const Matrix x = random_rows(1, 4, 1);
  CHECK(nearly.apply(x)(0, 3) == doctest::Approx(nearly.l(3, 3) * x(0, 3) + nearly.l(3, 0) * x(0, 0)));
}

TEST_CASE("apply: no rows give no rows") {
  const Matrix y = random_model(3, 5, 1).apply(Matrix(0, 5));
  CHECK(y.rows() == 0);
}

TEST_CASE("data_fingerprint: changes with a value, an id, a label or the order, not with what is no data") {
  const std::string base = data_fingerprint(small_data());
  CHECK(base.starts_with("xxh3-128:"));
  CHECK(base == data_fingerprint(small_data()));
  std::set<std::string> others = {base};
  const auto add = [&](auto change) {
    Dataset data = small_data();
    change(data);
    others.insert(data_fingerprint(data));
  };
  add([](Dataset& data) { data.features(3, 1) = std::nextafter(data.features(3, 1), 9.0F); });
  add([](Dataset& data) { data.ids[2] = "C"; });
  add([](Dataset& data) { data.labels.names[1] = "Y"; });
  add([](Dataset& data) { data.labels.codes[1] = 0; });
  add([](Dataset& data) { data.labels.codes[1] = Labels::kUnknown; });
  add([](Dataset& data) { std::swap(data.ids[0], data.ids[1]); });
  add([](Dataset& data) { data.ids.clear(); });
  add([](Dataset& data) { data.labels = {}; });
  CHECK(others.size() == 9);
  Dataset renamed = small_data();
  renamed.feature_names = {"p", "q"};
  renamed.row_numbers = {5, 6, 7, 8};
  CHECK(data_fingerprint(renamed) == base);
}
