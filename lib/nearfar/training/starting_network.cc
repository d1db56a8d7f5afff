#include "nearfar/training/starting_network.h"

#include <algorithm>
#include <cmath>

#include "nearfar/core/advice.h"
#include "nearfar/core/error.h"
#include "nearfar/core/product.h"
#include "nearfar/core/text.h"
#include "nearfar/data/preprocess.h"
#include "nearfar/mahalanobis/closed_form.h"

namespace nearfar {
namespace {

// The mean squared distance between images of two rows: twice the sum of the variances of their numbers.
double spread(const Matrix& images) {
  const std::vector<double> mean = column_means(images);
  double variance = 0;
  for (std::int64_t i = 0; i < images.rows(); ++i) {
    for (std::int64_t j = 0; j < images.cols(); ++j) {
      const double delta = static_cast<double>(images(i, j)) - mean[static_cast<std::size_t>(j)];
      variance += delta * delta;
    }
  }
  return 2 * variance / static_cast<double>(images.rows());
}

Matrix starting_map(MatrixView x, const LossTraining& options, const TrainedMap* start) {
  const std::int64_t dim = options.dim == 0 ? x.cols : options.dim;
  if (dim > x.cols) {
    data_error(
        "--dim " + std::to_string(dim) + " is more than the " + grouped(x.cols) +
            " features (after preprocessing)",
        {},
        "a linear map cannot add dimensions: --dim " + std::to_string(x.cols) + " at most, or --method mlp");
  }
  if (start != nullptr) {
    if (start->l.cols() != x.cols || (options.dim != 0 && start->l.rows() != dim)) {
      data_error("the map to start from is " + std::to_string(start->l.rows()) + " x " +
                     std::to_string(start->l.cols()) + ", this one is " + std::to_string(dim) + " x " +
                     std::to_string(x.cols),
                 {}, "start from a model with the same features, --preprocess and --dim");
    }
    return start->l;
  }
  Matrix l = dim == x.cols ? identity_map(x, 0) : pca_map(x, dim);
  const double squares = spread(multiply_abt(x, l));
  if (!(squares > 0)) data_error("all rows are the same, so there is nothing to learn", {}, kSameRows);
  const auto scale = static_cast<float>(std::sqrt(2 / squares));
  for (std::int64_t i = 0; i < l.rows(); ++i) {
    for (std::int64_t j = 0; j < l.cols(); ++j) l(i, j) *= scale;
  }
  return l;
}

const std::string& with_normalize(std::string& text, bool normalize) {
  if (normalize) text += ", normalize";
  return text;
}

// Whether a distance changes with the scale of the rows, by about as much.
bool grows_with_scale(DistanceKind kind) {
  return kind == DistanceKind::euclidean || kind == DistanceKind::sqeuclidean ||
         kind == DistanceKind::manhattan;
}

Network one_layer(MatrixView x, const LossTraining& options, const TrainedMap* start) {
  const Matrix l = starting_map(x, options, start);
  const bool diagonal = options.map == MapKind::diagonal;
  std::string text = diagonal ? "diagonal" : "linear " + std::to_string(l.rows()) + " no-bias";
  Network network(Shape::vector(x.cols), with_normalize(text, options.normalize));
  network.allocate();
  const std::span<float> weights = network.parameters().values(0);
  for (std::int64_t i = 0; i < l.rows(); ++i) {
    for (std::int64_t j = 0; j < l.cols(); ++j) {
      const auto at = static_cast<std::size_t>(diagonal ? j : i * l.cols() + j);
      if (!diagonal || i == j) weights[at] = l(i, j);
    }
  }
  return network;
}

}  // namespace

Network starting_network(MatrixView x, const LossTraining& options, const TrainedMap* start) {
  if (options.map != MapKind::network) return one_layer(x, options, start);
  const bool vector = options.input.flat;
  const Shape shape = vector ? Shape::vector(x.cols) : options.input;
  if (shape.size() != x.cols) {
    data_error("--input-shape " + shape.text() + " is " + grouped(shape.size()) + " numbers, a row has " +
                   grouped(x.cols) + " (after preprocessing)",
               {}, "name the shape of the images: CHANNELSxHEIGHTxWIDTH");
  }
  std::string text = options.network;
  Network network(shape, with_normalize(text, options.normalize));
  network.initialise(options.seed);
  if (start == nullptr) return network;
  if (!start->network) {
    data_error("the model to start from has a matrix, not a network", {},
               "start from a model with the same layers");
  }
  const Network& before = *start->network;
  if (before.text() != Network(shape, options.network).text() || before.input().size() != shape.size()) {
    data_error("the network to start from is another: '" + before.text() + "' on " + before.input().text() +
                   ", this one is '" + options.network + "' on " + shape.text(),
               {}, "start from a model with the same layers");
  }
  std::copy(before.parameters().values().begin(), before.parameters().values().end(),
            network.parameters().values().begin());
  return network;
}

double starting_unit(MatrixView x, const LossTraining& options) {
  if (options.map != MapKind::network || options.normalize || !grows_with_scale(options.distance)) return 1;
  constexpr std::int64_t kRows = 1024;
  const std::int64_t count = std::min(x.rows, kRows);
  Matrix rows(count, x.cols);
  for (std::int64_t i = 0; i < count; ++i) std::copy_n(x.row(i * x.rows / count), x.cols, rows.row(i));
  Network network = starting_network(rows, options, nullptr);
  const double squares = spread(network.forward(rows, {options.seed, 0, 0}));
  if (!(squares > 0 && std::isfinite(squares))) return 1;  // equal rows have no unit
  double unit = options.distance == DistanceKind::sqeuclidean ? squares : std::sqrt(squares);
  (void)parse_number(number_text(unit, 3), unit);
  return unit;
}

double starting_threshold(const LossTraining& options) {
  if (options.normalize) return 1;
  if (options.map == MapKind::network) return options.unit;
  return options.distance == DistanceKind::sqeuclidean ? 2 : std::sqrt(2.0);
}

double wide_map_factor(const LossTraining& options, std::int64_t features, bool from_tuples) {
  const bool is_adam = options.optimizer.kind != OptimizerKind::sgd;
  if (!from_tuples || options.map != MapKind::linear || !is_adam || !grows_with_scale(options.distance))
    return 1;
  const auto d = static_cast<double>(features);
  const double r = options.dim == 0 ? d : static_cast<double>(options.dim);
  return std::min(1.0, 250 / (d * std::sqrt(r)));
}

Matrix linear_map_of(Network& network, const LossTraining& options) {
  const std::span<float> weights = network.parameters().values(0);
  const std::int64_t inputs = network.input().size();
  Matrix l(network.output_dim(), inputs);
  for (std::int64_t i = 0; i < l.rows(); ++i) {
    for (std::int64_t j = 0; j < l.cols(); ++j) {
      const bool diagonal = options.map == MapKind::diagonal;
      const auto at = static_cast<std::size_t>(diagonal ? j : i * l.cols() + j);
      if (!diagonal || i == j) l(i, j) = weights[at];
    }
  }
  return l;
}

// normalize has no numbers, so the blocks are the same.
std::shared_ptr<const Network> layers_of(const Network& network, const LossTraining& options) {
  auto layers = std::make_shared<Network>(network.input(), options.network);
  layers->allocate();
  std::copy(network.parameters().values().begin(), network.parameters().values().end(),
            layers->parameters().values().begin());
  return layers;
}

}  // namespace nearfar
