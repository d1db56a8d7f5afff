#include "nearfar/training/learn.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "nearfar/core/text.h"
#include "nearfar/mahalanobis/closed_form.h"
#include "nearfar/model/model_file.h"
#include "scratch.h"
#include "training/classes.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

Dataset small() { return separable_data(40, 3, 2, 1); }

LearnOptions quick(const std::string& method, const std::string& loss = "triplet") {
  LearnOptions options;
  options.method = method;
  options.loss = loss;
  options.training.epochs = 2;
  return options;
}

template <class Change>
std::optional<Error> refusal(Change change, const Tuples* tuples = nullptr, const Dataset& data = small()) {
  LearnOptions options = quick("linear");
  change(options);
  return error_of([&] { (void)learn(data, tuples, options, {}); });
}

template <class Change>
void is_usage(Change change, std::string_view part, const Tuples* tuples = nullptr) {
  const auto error = refusal(change, tuples);
  REQUIRE_MESSAGE(error, part);
  CHECK(error->kind() == ErrorKind::usage);
  CHECK_MESSAGE(contains(error->what(), part), error->what());
}

std::string option_of(const Model& model, std::string_view name) {
  for (const auto& [key, value] : model.options) {
    if (key == name) return value;
  }
  return "(none)";
}

}  // namespace

TEST_CASE("methods: a table of names that method_info finds") {
  for (const MethodInfo& method : methods()) {
    CHECK(&method_info(method.name) == &method);
    CHECK(!method.meaning.empty());
    CHECK(method.by_loss == (method.learner == nullptr));
  }
  const auto error = error_of([] { (void)method_info("linaer"); });
  REQUIRE(error);
  CHECK(error->kind() == ErrorKind::usage);
  CHECK(contains(error->message(), "did you mean 'linear'"));
  for (const MethodInfo& method : methods()) CHECK(contains(error->advice(), method.name));
}

TEST_CASE("learn: names nobody knows are answered with the nearest") {
  is_usage([](LearnOptions& o) { o.method = "covarience"; }, "did you mean 'covariance'");
  is_usage([](LearnOptions& o) { o.loss = "tripplet"; }, "did you mean 'triplet'");
  is_usage([](LearnOptions& o) { o.distance = "euclidian"; }, "did you mean 'euclidean'");
  is_usage([](LearnOptions& o) { o.preprocess = "standardise"; }, "did you mean 'standardize'");
  is_usage([](LearnOptions& o) { o.reduction = "average"; }, "mean");
  is_usage([](LearnOptions& o) { o.method = "identity", o.distance = "euclidian"; },
           "did you mean 'euclidean'");
}

TEST_CASE("learn: an option that the loss does not have is refused with those it has") {
  for (const LossInfo& loss : losses()) {
    const auto has = [&](std::string_view name) {
      return std::any_of(loss.options.begin(), loss.options.end(),
                         [&](const LossOptionInfo& o) { return o.name == name; });
    };
    const auto check = [&](std::string_view name, auto set) {
      CAPTURE(std::string(loss.name));
      CAPTURE(std::string(name));
      const auto error = refusal([&](LearnOptions& options) {
        options.loss = loss.name;
        set(options);
      });
      CHECK(error.has_value() != has(name));
      if (!error) return;
      CHECK(error->kind() == ErrorKind::usage);
      CHECK(contains(error->message(), "--" + std::string(name)));
      for (const LossOptionInfo& own : loss.options) CHECK(contains(error->advice(), own.name));
    };
    check("margin", [](LearnOptions& o) { o.loss_options = {{"margin", 0.1}}; });
    check("pos-margin", [](LearnOptions& o) { o.loss_options = {{"pos-margin", 0.1}}; });
    check("neg-margin", [](LearnOptions& o) { o.loss_options = {{"neg-margin", 0.1}}; });
    check("smooth", [](LearnOptions& o) { o.loss_options = {{"smooth", 1}}; });
    check("swap", [](LearnOptions& o) { o.loss_options = {{"swap", 1}}; });
  }
}

TEST_CASE("learn: a closed form refuses what only a loss has, and a distance that needs a matrix") {
  for (const std::string method : {"identity", "covariance", "pca"}) {
    is_usage([&](LearnOptions& o) { o.method = method, o.loss_options = {{"margin", 0.1}}; }, "--margin");
    is_usage(
        [&](LearnOptions& o) {
          o.method = method, o.loss_options = {{"pos-margin", 0.1}};
        },
        "--pos-margin");
    is_usage(
        [&](LearnOptions& o) {
          o.method = method, o.loss_options = {{"neg-margin", 0.1}};
        },
        "--neg-margin");
    is_usage([&](LearnOptions& o) { o.method = method, o.reduction = "mean"; }, "--reduction");
    is_usage([&](LearnOptions& o) { o.method = method, o.loss_options = {{"swap", 1}}; }, "--swap");
    is_usage([&](LearnOptions& o) { o.method = method, o.distance = "mahalanobis"; }, "mahalanobis");
  }
  is_usage([](LearnOptions& o) { o.method = "identity", o.training.dim = 2; }, "--dim");
  is_usage([](LearnOptions& o) { o.method = "diagonal", o.training.dim = 2; }, "--dim");
  is_usage([](LearnOptions& o) { o.distance = "mahalanobis"; }, "mahalanobis");
}

TEST_CASE("learn: a margin beyond the range of the distance is refused with one that works") {
  is_usage([](LearnOptions& o) { o.loss_options = {{"margin", -0.1}}; }, "never negative");
  is_usage(
      [](LearnOptions& o) {
        o.loss = "contrastive", o.loss_options = {{"neg-margin", -1}};
      },
      "never negative");
  is_usage(
      [](LearnOptions& o) {
        o.loss = "contrastive", o.loss_options = {{"pos-margin", -1}};
      },
      "never negative");
  is_usage([](LearnOptions& o) { o.distance = "cosine", o.loss_options = {{"margin", 2}}; }, "at most 2");
  is_usage(
      [](LearnOptions& o) {
        o.training.normalize = true, o.loss_options = {{"margin", 2}};
      },
      "at most 2 between rows of length 1");
  is_usage(
      [](LearnOptions& o) {
        o.training.normalize = true, o.distance = "sqeuclidean", o.loss_options = {{"margin", 4}};
      },
      "at most 4");
  is_usage([](LearnOptions& o) { o.loss_options = {{"margin", std::nan("")}}; }, "--margin");
  is_usage([](LearnOptions& o) { o.loss_options = {{"margin", INFINITY}}; }, "--margin");
  CHECK(!refusal([](LearnOptions& o) { o.loss_options = {{"margin", 50}}; }));
  CHECK(!refusal([](LearnOptions& o) { o.loss_options = {{"margin", 0}}; }));
  CHECK(!refusal([](LearnOptions& o) { o.training.normalize = true, o.loss_options = {{"margin", 1.9}}; }));
  CHECK(!refusal([](LearnOptions& o) {
    o.training.normalize = true, o.distance = "sqeuclidean", o.loss_options = {{"margin", 3.9}};
  }));
}

TEST_CASE("learn: tuples that a loss cannot use, and no supervision at all, are refused") {
  const Dataset data = small();
  for (const LossInfo& loss : losses()) {
    for (const TupleKindInfo& kind : tuple_kinds()) {
      Tuples tuples;
      tuples.kind = kind.kind;
      tuples.items = {0, 2, 1, 3};
      tuples.items.resize(kind.items);
      if (!kind.value_name.empty()) tuples.values = {1};
      const bool fits = (kind.kind == TupleKind::pairs && loss.from_pairs) ||
                        (kind.kind == TupleKind::graded_pairs && loss.from_graded_pairs) ||
                        (kind.kind == TupleKind::triplets && loss.from_triplets);
      const auto error = refusal([&](LearnOptions& o) { o.loss = loss.name; }, &tuples);
      CHECK(error.has_value() != fits);
      if (error) CHECK(error->kind() == ErrorKind::usage);
      if (error) CHECK(contains(error->message(), kind.name));
    }
  }
  Dataset unlabelled = data;
  unlabelled.labels = {};
  const auto error = refusal([](LearnOptions&) {}, nullptr, unlabelled);
  REQUIRE(error);
  CHECK(error->kind() == ErrorKind::usage);
  CHECK(contains(error->advice(), "--label"));
  CHECK(!refusal([](LearnOptions& o) { o.method = "pca"; }, nullptr, unlabelled));
}

TEST_CASE("default_preprocessing: by method, distance and kind of numbers") {
  Dataset data = small();
  const auto chosen = [&](const std::string& method, const std::string& distance) {
    LearnOptions options = quick(method);
    options.distance = distance;
    return default_preprocessing(options, data);
  };
  CHECK(chosen("linear", "") == "standardize");
  CHECK(chosen("diagonal", "euclidean") == "standardize");
  CHECK(chosen("covariance", "") == "standardize");
  CHECK(chosen("pca", "") == "standardize");
  CHECK(chosen("identity", "") == "none");
  CHECK(chosen("linear", "cosine") == "none");
  data.is_bytes = true;
  CHECK(chosen("linear", "") == "scale:255");
  CHECK(chosen("pca", "") == "scale:255");
  CHECK(chosen("identity", "") == "none");
  CHECK(chosen("linear", "cosine") == "none");
}

TEST_CASE("learn: baselines are those of the preprocessed rows") {
  const Dataset data = small();
  for (const MethodInfo& method : methods()) {
    if (method.by_loss || !method.learner->unsupervised) continue;
    LearnOptions options = quick(std::string(method.name));
    options.preprocess = "standardize";
    const Model model = learn(data, nullptr, options, {});
    const Matrix x = fit_preprocessing("standardize", data.features).apply(data.features);
    CHECK(same_bits(values(model.l), values(method.learner->learn({x}, {}, {}).l)));
    CHECK(model.method == method.name);
    CHECK(model.distance == "euclidean");
  }
  LearnOptions options = quick("pca");
  options.training.dim = 2;
  options.distance = "cosine";
  const Model model = learn(data, nullptr, options, {});
  CHECK(model.output_dim() == 2);
  CHECK(model.distance == "cosine");
  CHECK(model.preprocessing.steps.empty());
}

TEST_CASE("learn: the model tells what it came from, and goes through a file") {
  const Dataset data = small();
  LearnOptions options = quick("linear", "contrastive");
  options.training.seed = 42;
  options.training.normalize = true;
  options.loss_options = {{"pos-margin", 0.25}};
  options.reduction = "sum";
  std::int64_t epochs = 0;
  LearnWatch watch;
  watch.training.epoch = [&](const EpochRecord&) { ++epochs; };
  const Model model = learn(data, nullptr, options, watch);
  CHECK(epochs == 2);
  CHECK(model.seed == 42);
  CHECK(model.normalize);
  CHECK(model.input_dim == 3);
  CHECK(model.feature_names == data.feature_names);
  CHECK(model.fingerprint == data_fingerprint(data));
  CHECK(option_of(model, "preprocess") == "standardize");
  CHECK(option_of(model, "loss") == "contrastive");
  CHECK(option_of(model, "pos-margin") == "0.25");
  CHECK(option_of(model, "neg-margin") != "(none)");
  CHECK(option_of(model, "margin") == "(none)");
  CHECK(option_of(model, "reduction") == "sum");
  CHECK(option_of(model, "epochs") == "2");
  CHECK(model.training.front() == std::pair<std::string, double>{"rows", 40});
  const std::string text = model_text(model);
  CHECK(same_bits(values(parse_model(text, "m").apply(data.features)), values(model.apply(data.features))));
  for (const int count : {1, 2, 3}) {
    const Threads threads(count);
    CHECK(model_text(learn(data, nullptr, options, {})) == text);
  }
  CHECK(text.find(NEARFAR_SOURCE_DIR) == std::string::npos);
  CHECK(text.find("second") == std::string::npos);
  Dataset nameless = data;
  nameless.has_names = false;
  CHECK(learn(nameless, nullptr, options, {}).feature_names.empty());
}

TEST_CASE("learn: the learned images tell classes apart better than the features") {
  const Dataset data = separable_data(120, 5, 3, 3, 1);
  const auto errors = [&](const Matrix& x) {  // rows whose nearest other row is of another class
    std::int64_t wrong = 0;
    for (std::int64_t i = 0; i < x.rows(); ++i) {
      std::pair<float, std::size_t> nearest{INFINITY, 0};
      for (std::int64_t j = 0; j < x.rows(); ++j) {
        if (i != j)
          nearest = std::min(nearest,
                             {Distance().between(x.row(i), x.row(j), x.cols()), static_cast<std::size_t>(j)});
      }
      if (data.labels.codes[nearest.second] != data.labels.codes[static_cast<std::size_t>(i)]) ++wrong;
    }
    return wrong;
  };
  const Tuples triplets = tuples_of(data.labels, TupleKind::triplets, 500, 5);
  for (const std::string method : {"linear", "diagonal"}) {
    for (const Tuples* tuples : {static_cast<const Tuples*>(nullptr), &triplets}) {
      LearnOptions options = quick(method);
      options.training.epochs = 60;
      options.training.samples_per_class = 10;
      options.training.optimizer.learning_rate = 0.02;
      const Model model = learn(data, tuples, options, {});
      CHECK(2 * errors(model.apply(data.features)) < errors(data.features));
    }
  }
}

TEST_CASE("default_loss: by what there is to learn from") {
  const Dataset data = small();
  LearnOptions options = quick("linear", "");
  const auto chosen = [&](const Tuples* tuples) {
    return option_of(learn(data, tuples, options, {}), "loss");
  };
  const Tuples triplets = tuples_of(data.labels, TupleKind::triplets, 50, 1);
  const Tuples pairs = tuples_of(data.labels, TupleKind::pairs, 50, 1);
  Tuples graded = pairs;
  graded.kind = TupleKind::graded_pairs;
  CHECK(chosen(nullptr) == "triplet");
  CHECK(chosen(&triplets) == "triplet");
  CHECK(chosen(&pairs) == "logistic");
  CHECK(chosen(&graded) == "cosent");
  options.distance = "cosine";
  CHECK(chosen(&pairs) == "contrastive");
  options.distance = "sqeuclidean";
  CHECK(chosen(&pairs) == "logistic");
}

TEST_CASE("learn: a margin that is not given is fitted to the rows of an adapter, a rate to a wide map") {
  Dataset data = separable_data(60, 50, 2, 1);
  for (std::int64_t k = 0; k < data.features.size(); ++k) data.features.data()[k] *= 100;
  const Tuples pairs = tuples_of(data.labels, TupleKind::pairs, 50, 1);
  LearnOptions options = quick("mlp", "contrastive");
  options.network.residual = true;
  const auto value = [&](std::string_view name) {
    double number = 0;
    (void)parse_number(option_of(learn(data, &pairs, options, {}), name), number);
    return number;
  };
  // 50 numbers of variance 100^2.
  CHECK(value("neg-margin") == doctest::Approx(1000).epsilon(0.1));
  CHECK(value("pos-margin") == 0);
  CHECK(value("lr") == 0.001);
  options.loss_options = {{"neg-margin", 3}};
  CHECK(value("neg-margin") == 3);

  options = quick("linear", "contrastive");
  CHECK(value("neg-margin") == 1);
  CHECK(value("lr") == doctest::Approx(0.001 * 250 / (50 * std::sqrt(50.0))).epsilon(0.05));
  options.rate_given = true;
  CHECK(value("lr") == 0.001);
}
