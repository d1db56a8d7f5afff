#include "nearfar/training/sampler.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>
#include <unordered_set>

#include "nearfar/core/error.h"
#include "nearfar/core/random.h"

namespace nearfar {
namespace {

// Items in shuffled order, shuffled anew when all have been taken.
class Deck {
 public:
  Deck(std::vector<std::int64_t> items, Random random) : items_(std::move(items)), random_(random) {
    random_.shuffle(std::span(items_));
  }
  std::int64_t draw() {
    if (next_ == items_.size()) {
      random_.shuffle(std::span(items_));
      next_ = 0;
    }
    return items_[next_++];
  }
  // Up to `count` different items; a round is finished before the next one begins, so that none is repeated.
  std::vector<std::int64_t> draw_different(std::int64_t count) {
    if (static_cast<std::size_t>(count) >= items_.size()) return items_;
    std::vector<std::int64_t> drawn;
    while (static_cast<std::int64_t>(drawn.size()) < count) {
      const std::int64_t item = draw();
      if (std::find(drawn.begin(), drawn.end(), item) == drawn.end()) drawn.push_back(item);
    }
    return drawn;
  }

 private:
  std::vector<std::int64_t> items_;
  Random random_;
  std::size_t next_ = 0;
};

std::vector<std::int64_t> up_to(std::size_t count) {
  std::vector<std::int64_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), std::int64_t{0});
  return numbers;
}

// Streams of one epoch: 0 for the order of the classes or tuples, c + 1 for the rows of class c.
Random stream(std::uint64_t seed, std::int64_t epoch, std::size_t index) {
  return Random(seed, RandomPurpose::batches, (static_cast<std::uint64_t>(epoch) << 32U) | index);
}

// Whether two rows of known class share no label; by the first code where there is one at all.
bool any_dissimilar(const Labels& labels) {
  for (std::int32_t a = 0; a < labels.classes(); ++a) {
    for (std::int32_t b = a + 1; b < labels.classes(); ++b) {
      if (!labels.similar(a, b)) return true;
    }
  }
  return false;
}

}  // namespace

ClassSampler::ClassSampler(const Labels& labels, std::int64_t classes_per_batch,
                           std::int64_t samples_per_class, std::uint64_t seed)
    : classes_per_batch_(std::max<std::int64_t>(1, classes_per_batch)),
      samples_per_class_(std::max<std::int64_t>(1, samples_per_class)),
      seed_(seed) {
  for (std::vector<std::int64_t>& rows : rows_by_label(labels)) {
    if (rows.size() > 1) classes_.push_back(std::move(rows));
  }
  if (classes_.size() < 2) {
    data_error(classes_.empty() ? "no class has two rows, so there are no similar pairs to learn from"
                                : "only one class has two rows, so there is nothing to tell apart",
               {}, "is --label the right column, and --where right?");
  }
  if (labels.several() && !any_dissimilar(labels)) {
    data_error("every two rows share a label, so there is nothing to tell apart", {},
               "is --label the right column, and --label-separator right?");
  }
  classes_per_batch_ = std::min(classes_per_batch_, static_cast<std::int64_t>(classes_.size()));
}

std::vector<Batch> ClassSampler::epoch(std::int64_t epoch) const {
  std::int64_t usable = 0;
  std::vector<Deck> decks;
  for (std::size_t c = 0; c < classes_.size(); ++c) {
    usable += static_cast<std::int64_t>(classes_[c].size());
    decks.emplace_back(classes_[c], stream(seed_, epoch, c + 1));
  }
  Deck order(up_to(classes_.size()), stream(seed_, epoch, 0));
  std::vector<Batch> batches;
  for (std::int64_t rows = 0; rows < usable;) {
    Batch batch;
    std::unordered_set<std::int64_t> in_batch;
    for (const std::int64_t c : order.draw_different(classes_per_batch_)) {
      const std::vector<std::int64_t> drawn =
          decks[static_cast<std::size_t>(c)].draw_different(samples_per_class_);
      for (const std::int64_t row : drawn) {  // one with several labels may have been drawn for another
        if (in_batch.insert(row).second) batch.rows.push_back(row);
      }
      rows += static_cast<std::int64_t>(drawn.size());
    }
    batches.push_back(std::move(batch));
  }
  return batches;
}

TupleSampler::TupleSampler(const Tuples& tuples, std::int64_t batch_size, std::uint64_t seed)
    : tuples_(tuples), batch_size_(std::max<std::int64_t>(1, batch_size)), seed_(seed) {}

std::vector<Batch> TupleSampler::epoch(std::int64_t epoch) const {
  std::vector<std::int64_t> order = up_to(static_cast<std::size_t>(tuples_.size()));
  stream(seed_, epoch, 0).shuffle(std::span(order));
  std::vector<Batch> batches;
  for (std::size_t begin = 0; begin < order.size(); begin += static_cast<std::size_t>(batch_size_)) {
    Batch batch;
    batch.tuples.kind = tuples_.kind;
    std::unordered_map<std::int32_t, std::int32_t> places;
    const std::size_t end = std::min(order.size(), begin + static_cast<std::size_t>(batch_size_));
    for (std::size_t t = begin; t < end; ++t) {
      for (const std::int32_t row : tuples_[order[t]]) {
        const auto [place, is_new] = places.emplace(row, static_cast<std::int32_t>(batch.rows.size()));
        if (is_new) batch.rows.push_back(row);
        batch.tuples.items.push_back(place->second);
      }
      if (!tuples_.values.empty())
        batch.tuples.values.push_back(tuples_.values[static_cast<std::size_t>(order[t])]);
    }
    batches.push_back(std::move(batch));
  }
  return batches;
}

}  // namespace nearfar
