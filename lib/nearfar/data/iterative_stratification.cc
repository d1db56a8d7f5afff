#include "nearfar/data/iterative_stratification.h"

#include <numeric>
#include <set>
#include <utility>

namespace nearfar {
namespace {

class Stratifier {
 public:
  Stratifier(const Labels& labels, std::span<const double> shares, Random random)
      : labels_(labels),
        shares_(shares),
        random_(random),
        part_of_(labels.codes.size(), kNotDealt),
        rows_(rows_by_label(labels)) {
    for (const double share : shares)
      rows_wanted_.push_back(share * static_cast<double>(labels.codes.size()));
    for (std::vector<std::int64_t>& rows : rows_) {
      random_.shuffle(std::span(rows));
      left_.push_back(rows.size());
      std::vector<double> wanted;
      for (const double share : shares) wanted.push_back(share * static_cast<double>(rows.size()));
      label_wanted_.push_back(std::move(wanted));
    }
  }

  std::vector<std::int32_t> run() {
    for (std::size_t label = 0; label < rows_.size(); ++label) rarest_.emplace(left_[label], label);
    while (!rarest_.empty()) {
      const std::size_t label = rarest_.begin()->second;
      for (const std::int64_t row : rows_[label]) {
        if (!dealt(row)) deal(row, neediest(&label_wanted_[label]));
      }
      rarest_.erase({left_[label], label});  // none left
    }
    std::vector<std::int64_t> unknown(part_of_.size());
    std::iota(unknown.begin(), unknown.end(), std::int64_t{0});
    std::erase_if(unknown, [&](std::int64_t row) { return dealt(row); });
    random_.shuffle(std::span(unknown));
    for (const std::int64_t row : unknown) deal(row, neediest(nullptr));
    return std::move(part_of_);
  }

 private:
  static constexpr std::int32_t kNotDealt = -1;
  static constexpr double kEqual = 1e-9;

  [[nodiscard]] bool dealt(std::int64_t row) const {
    return part_of_[static_cast<std::size_t>(row)] != kNotDealt;
  }

  // The part that lacks most of a label (if given), of equals most rows, of equals one by chance.
  std::size_t neediest(const std::vector<double>* label_wanted) {
    std::vector<std::size_t> best;
    for (std::size_t p = 0; p < shares_.size(); ++p) {
      const auto more = [&](const std::vector<double>& wanted) {
        return wanted[p] > wanted[best[0]] + kEqual ? 1 : wanted[p] < wanted[best[0]] - kEqual ? -1 : 0;
      };
      int order = best.empty() ? 1 : label_wanted != nullptr ? more(*label_wanted) : 0;
      if (order == 0) order = more(rows_wanted_);
      if (order > 0) best.clear();
      if (order >= 0) best.push_back(p);
    }
    return best[best.size() == 1 ? 0 : random_.below(best.size())];
  }

  void deal(std::int64_t row, std::size_t part) {
    const auto at = static_cast<std::size_t>(row);
    part_of_[at] = static_cast<std::int32_t>(part);
    rows_wanted_[part] -= 1;
    if (labels_.codes[at] == Labels::kUnknown) return;
    for (const std::int32_t label : labels_.sets[static_cast<std::size_t>(labels_.codes[at])]) {
      const auto l = static_cast<std::size_t>(label);
      label_wanted_[l][part] -= 1;
      rarest_.erase({left_[l], l});
      --left_[l];
      rarest_.emplace(left_[l], l);
    }
  }

  const Labels& labels_;
  std::span<const double> shares_;
  Random random_;
  std::vector<std::int32_t> part_of_;
  std::vector<std::vector<std::int64_t>> rows_;           // of each label, in random order
  std::vector<std::size_t> left_;                         // rows of each label that are not yet dealt
  std::set<std::pair<std::size_t, std::size_t>> rarest_;  // (left, label)
  std::vector<std::vector<double>> label_wanted_;         // by label, then part: rows still to come
  std::vector<double> rows_wanted_;                       // by part
};

}  // namespace

std::vector<std::int32_t> iterative_stratification(const Labels& labels, std::span<const double> shares,
                                                   Random random) {
  return Stratifier(labels, shares, random).run();
}

}  // namespace nearfar
