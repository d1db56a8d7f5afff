#include "nearfar/neighbors/rank_count.h"

#include "nearfar/neighbors/brackets.h"
#include "nearfar/neighbors/rank_block.h"
#include "nearfar/neighbors/rank_boundaries.h"
#include "nearfar/neighbors/rank_head.h"

namespace nearfar {
namespace {

constexpr double kCrowded = 0.03;  // boundaries in a bracket beyond which every candidate is measured

// To any depth.
void count_all(const Brackets& brackets, const RankOptions& options, const RankUse& use) {
  const MatrixView gallery = brackets.gallery_rows();
  for_each_query_block(brackets.query_rows().rows, options, [&](std::int64_t q0, std::int64_t q1) {
    thread_local std::vector<Boundaries> counts(static_cast<std::size_t>(kRankQueries));
    const auto each = [&](const auto& work) {
      for (std::int64_t q = q0; q < q1; ++q) work(q, counts[static_cast<std::size_t>(q - q0)]);
    };
    each([&](std::int64_t q, Boundaries& own) { own.list(brackets, options, q); });
    Matrix few(kRankFew, gallery.cols);
    for (std::int64_t g1 = kRankMeasured; g1 < gallery.rows + kRankMeasured; g1 += kRankMeasured)
      each([&](std::int64_t, Boundaries& own) { own.measure(g1, few); });
    bool any = false;
    double crowding = 0;
    each([&](std::int64_t, Boundaries& own) {
      own.sort();
      any = any || own.any();
      crowding += own.crowding() / static_cast<double>(q1 - q0);
    });
    const bool exact = brackets.exact() || crowding > kCrowded;
    each([&](std::int64_t, Boundaries& own) { own.begin(exact); });
    if (any) {
      for_each_stripe(brackets, q0, q1, exact,
                      [&](float* closeness, std::int64_t q, std::int64_t g0, std::int64_t count) {
                        Boundaries& own = counts[static_cast<std::size_t>(q - q0)];
                        if (own.any()) own.count(closeness, g0, count, few);
                      });
    }
    std::vector<RankGroup> groups;
    each([&](std::int64_t q, const Boundaries& own) {
      own.finish(groups);
      use(q, groups, own.relevant());
    });
  });
}

}  // namespace

void count_ranks(MatrixView queries, MatrixView gallery, const RankOptions& options, const RankUse& use) {
  const Brackets brackets(queries, gallery, options.distance, false);
  options.depth ? count_heads(brackets, options, use) : count_all(brackets, options, use);
}

}  // namespace nearfar
