#include "nearfar/training/progress.h"

#include <cmath>
#include <limits>

#include "nearfar/core/advice.h"
#include "nearfar/core/checked_count.h"
#include "nearfar/core/error.h"

namespace nearfar {

void Progress::save(Checkpoint& checkpoint) const {
  checkpoint.add("counts", std::vector<std::int64_t>{epoch, batch, steps, terms, active, best_epoch});
  checkpoint.add("sums", std::vector<double>{loss, first_loss, best_value});
  checkpoint.add("best", best);
  std::vector<double> records;
  for (const EpochRecord& r : history) {
    records.insert(records.end(), {static_cast<double>(r.steps), r.loss, r.active, r.learning_rate,
                                   r.valid.value_or(std::numeric_limits<double>::quiet_NaN())});
  }
  checkpoint.add("history", records);
}

void Progress::restore(const Checkpoint& checkpoint) {
  const auto& counts = checkpoint.get<std::int64_t>("counts", 6);
  for (const std::int64_t count : counts) (void)checked_count(static_cast<double>(count));
  epoch = counts[0];
  batch = counts[1];
  steps = counts[2];
  terms = counts[3];
  active = counts[4];
  best_epoch = counts[5];
  const auto& sums = checkpoint.get<double>("sums", 3);
  loss = sums[0];
  first_loss = sums[1];
  best_value = sums[2];
  best = checkpoint.get<float>("best");
  if (epoch < 1) data_error("the checkpoint is of an epoch before the first", {}, kStartAnew);
  const auto& records = checkpoint.get<double>("history", 5 * (epoch - 1));
  history.clear();
  for (std::size_t at = 0; at < records.size(); at += 5) {
    EpochRecord record;
    record.epoch = static_cast<std::int64_t>(at / 5) + 1;
    record.steps = checked_count(records[at]);
    record.loss = records[at + 1];
    record.active = records[at + 2];
    record.learning_rate = records[at + 3];
    if (!std::isnan(records[at + 4])) record.valid = records[at + 4];
    history.push_back(record);
  }
}

}  // namespace nearfar
