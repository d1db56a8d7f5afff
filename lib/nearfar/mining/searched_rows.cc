#include "nearfar/mining/searched_rows.h"

#include <span>
#include <utility>

#include "nearfar/core/parallel.h"
#include "nearfar/core/random.h"
#include "nearfar/core/rows.h"
#include "nearfar/mining/draw.h"

namespace nearfar {
namespace {

void sort_by_row(std::vector<Neighbor>& rows) {
  std::sort(rows.begin(), rows.end(), [](const Neighbor& a, const Neighbor& b) { return a.row < b.row; });
}

}  // namespace

SearchedRows::SearchedRows(MatrixView x, const SimilarRows& similar, const Distance& distance,
                           const RowSearch& search,
                           const std::function<void(std::int64_t done, std::int64_t of)>& progress)
    : x_(x),
      similar_(similar),
      distance_(distance),
      search_(search),
      progress_(progress),
      positives_(static_cast<std::size_t>(x.rows)),
      negatives_(static_cast<std::size_t>(x.rows)) {
  if (search_.plan.positives == SearchPlan::Positives::drawn) {
    draw_first_positives();
  } else {
    find_positives();
  }
  if (search_.plan.negatives == SearchPlan::Negatives::nearest) {
    find_nearest_negatives();
  } else {
    find_negatives_beyond();
  }
}

bool SearchedRows::is_anchor(std::int64_t row) const {
  return similar_.is_known(row) && similar_.positives(row) > 0 && similar_.negatives(row) > 0;
}

NearestOptions SearchedRows::among_negatives() const {
  NearestOptions options;
  options.distance = distance_;
  options.progress = progress_;
  options.allowed = [this](std::int64_t q, std::int64_t g) {
    return is_anchor(q) && similar_.is_known(g) && !similar_.similar(q, g);
  };
  return options;
}

void SearchedRows::find_positives() {
  NearestOptions options;
  options.distance = distance_;
  options.progress = progress_;
  options.k = search_.positives;
  options.farthest = search_.plan.positives == SearchPlan::Positives::farthest;
  options.allowed = [this](std::int64_t q, std::int64_t g) {
    return q != g && is_anchor(q) && similar_.similar(q, g);
  };
  nearest_neighbors(x_, x_, options, [&](std::int64_t q, std::span<const Neighbor> found) {
    std::vector<Neighbor>& rows = positives_[static_cast<std::size_t>(q)];
    rows.assign(found.begin(), found.end());
    sort_by_row(rows);
  });
}

void SearchedRows::find_nearest_negatives() {
  NearestOptions options = among_negatives();
  options.k = search_.nearest_negatives();
  nearest_neighbors(x_, x_, options, [&](std::int64_t q, std::span<const Neighbor> found) {
    std::vector<Neighbor>& rows = negatives_[static_cast<std::size_t>(q)];
    rows.assign(found.begin(), found.end());
    sort_by_row(rows);
  });
}

Neighbor SearchedRows::positive(std::int64_t row, std::int64_t i) const {
  std::vector<std::int32_t> scratch;
  const std::int32_t other = similar_.positive(row, similar_.similar_to(row, scratch), i);
  return {other, distance_.between(x_.row(row), x_.row(other), x_.cols)};
}

// The positives that draw_positives() takes if there is a negative beyond each that it meets.
void SearchedRows::draw_first_positives() {
  parallel_blocks(x_.rows, [&](std::int64_t row) {
    if (!is_anchor(row)) return;
    std::vector<Neighbor>& drawn = positives_[static_cast<std::size_t>(row)];
    const std::int64_t all = similar_.positives(row);
    if (search_.positives == 0 || search_.positives >= all) {
      for (std::int64_t i = 0; i < all; ++i) drawn.push_back(positive(row, i));
      return;
    }
    Random random(search_.seed, RandomPurpose::mining, static_cast<std::uint64_t>(row));
    LazyPermutation order(static_cast<std::uint64_t>(all), random);
    while (std::ssize(drawn) < search_.positives)
      drawn.push_back(positive(row, static_cast<std::int64_t>(order.next())));
  });
}

// The same for anchors that meet positives beyond which there is no negative: those are at least as far as
// the farthest negative.
void SearchedRows::draw_positives_again(const std::vector<std::int32_t>& rows) {
  NearestOptions options = among_negatives();
  options.farthest = true;
  options.allowed = [&, allowed = options.allowed](std::int64_t q, std::int64_t g) {
    return allowed(rows[static_cast<std::size_t>(q)], g);
  };
  std::vector<float> farthest;
  const Matrix queries = rows_at(x_, rows);
  nearest_neighbors(queries, x_, options, [&](std::int64_t, std::span<const Neighbor> found) {
    farthest.push_back(found.front().distance);
  });
  parallel_blocks(std::ssize(rows), [&](std::int64_t i) {
    const std::int32_t row = rows[static_cast<std::size_t>(i)];
    std::vector<Neighbor>& drawn = positives_[static_cast<std::size_t>(row)];
    drawn.clear();
    Random random(search_.seed, RandomPurpose::mining, static_cast<std::uint64_t>(row));
    LazyPermutation order(static_cast<std::uint64_t>(similar_.positives(row)), random);
    while (std::ssize(drawn) < search_.positives && !order.done()) {
      const Neighbor next = positive(row, static_cast<std::int64_t>(order.next()));
      if (next.distance < farthest[static_cast<std::size_t>(i)]) drawn.push_back(next);
    }
  });
}

void SearchedRows::find_negatives_beyond() {
  const NearestOptions options = among_negatives();
  // Asks for the positives of these rows, and returns the rows for which one was in vain.
  const auto ask = [&](const std::vector<std::int32_t>& rows) {
    std::vector<BeyondRequest> requests;
    for (const std::int32_t row : rows) {
      for (const Neighbor& p : positives_[static_cast<std::size_t>(row)])
        requests.push_back({row, p.distance});
    }
    const std::vector<Neighbor> answers = nearest_beyond(x_, x_, requests, options);
    std::vector<std::int32_t> vain;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const std::int32_t row = requests[i].query;
      if (answers[i].row >= 0) {
        negatives_[static_cast<std::size_t>(row)].push_back(answers[i]);
      } else if (vain.empty() || vain.back() != row) {
        vain.push_back(row);
      }
    }
    return vain;
  };
  std::vector<std::int32_t> all;
  for (std::int32_t row = 0; row < static_cast<std::int32_t>(x_.rows); ++row) {
    if (is_anchor(row)) all.push_back(row);
  }
  std::vector<std::int32_t> vain = ask(all);
  if (search_.plan.positives == SearchPlan::Positives::drawn && search_.positives > 0) {
    std::erase_if(vain, [&](std::int32_t row) { return search_.positives >= similar_.positives(row); });
    if (!vain.empty()) {
      for (const std::int32_t row : vain) negatives_[static_cast<std::size_t>(row)].clear();
      draw_positives_again(vain);
      static_cast<void>(ask(vain));
    }
  }
  parallel_blocks(x_.rows, [&](std::int64_t row) {
    std::vector<Neighbor>& negatives = negatives_[static_cast<std::size_t>(row)];
    sort_by_row(positives_[static_cast<std::size_t>(row)]);
    sort_by_row(negatives);
    const auto equal = [](const Neighbor& a, const Neighbor& b) { return a.row == b.row; };
    negatives.erase(std::unique(negatives.begin(), negatives.end(), equal), negatives.end());
  });
}

void SearchedRows::for_each(std::int64_t begin, std::int64_t end,
                            const std::function<void(Anchor&&)>& use) const {
  parallel_blocks(end - begin, [&](std::int64_t i) {
    const std::int64_t row = begin + i;
    if (!similar_.is_known(row)) return;
    Anchor anchor;
    anchor.row = static_cast<std::int32_t>(row);
    for (const Neighbor& p : positives_[static_cast<std::size_t>(row)]) {
      anchor.positives.push_back(p.row);
      anchor.d_ap.push_back(p.distance);
    }
    for (const Neighbor& n : negatives_[static_cast<std::size_t>(row)]) {
      anchor.negatives.push_back(n.row);
      anchor.d_an.push_back(n.distance);
    }
    order_negatives(anchor, search_.ranks);
    use(std::move(anchor));
  });
}

}  // namespace nearfar
