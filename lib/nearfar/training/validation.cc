#include "nearfar/training/validation.h"

#include <algorithm>
#include <numeric>

#include "nearfar/evaluation/retrieval.h"

namespace nearfar {

double validate(const Network& network, const TrainingData& data, const LossTraining& options,
                const std::function<bool()>& stop) {
  constexpr std::int64_t kRows = 1024;
  const auto ask = [&] {
    if (stop && stop()) throw Interrupted();
  };
  const MatrixView x = data.valid_x;
  Matrix images;
  images.reserve(x.rows, network.output_dim());
  for (std::int64_t begin = 0; begin < x.rows; begin += kRows) {
    ask();
    images.append(network.apply(x.slice(begin, std::min(x.rows, begin + kRows))));
  }
  std::vector<std::int64_t> self(static_cast<std::size_t>(x.rows));
  std::iota(self.begin(), self.end(), std::int64_t{0});
  RetrievalTask task;
  task.queries = images;
  task.query_codes = data.valid_labels->codes;
  task.gallery = images;
  task.gallery_codes = data.valid_labels->codes;
  task.self = self;
  if (data.valid_labels->several()) task.labels = data.valid_labels;
  RetrievalOptions retrieval;
  retrieval.measures = {*options.select};
  retrieval.distance = Distance(options.distance);
  retrieval.progress = [&](std::int64_t, std::int64_t) { ask(); };
  return evaluate_retrieval(task, retrieval).values.front();
}

}  // namespace nearfar
