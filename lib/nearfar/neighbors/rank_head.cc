#include "nearfar/neighbors/rank_head.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "nearfar/core/equal_rows.h"
#include "nearfar/core/sort_by_float.h"
#include "nearfar/neighbors/head_list.h"
#include "nearfar/neighbors/rank_block.h"

namespace nearfar {
namespace {

/// One number for every gallery row, all of them the same between two uses.
struct Scratch {
  std::vector<std::uint8_t> relevant;  // 0
  std::vector<std::int32_t> measured;  // -1; of a first row among equal ones: the candidate measured for all
  Matrix few;

  void fit(MatrixView gallery) {
    relevant.resize(static_cast<std::size_t>(gallery.rows));
    measured.resize(static_cast<std::size_t>(gallery.rows), -1);
    few.reshape(kRankFew, gallery.cols);
  }
};

/// The first ranks of one query. Sorted by their lower bounds, candidates fall into stretches of overlapping
/// bounds. The order of stretches is that of keys, and the order within matters only where one holds relevant
/// and other candidates: there they are measured.
class Head {
 public:
  void begin(const Brackets& brackets, const RankOptions& options, std::int64_t q) {
    brackets_ = &brackets;
    by_row_ = options.ties_by_row;
    q_ = q;
    options.relevant(q, relevant_);
    excluded_.clear();
    if (options.excluded) options.excluded(q, excluded_);
    nearest_ = options.nearest;
    const std::int64_t depth = std::max(options.depth(std::ssize(relevant_)), nearest_);
    list_.begin(brackets, q, depth, relevant_, excluded_);
  }

  /// Whether any candidate is.
  [[nodiscard]] bool wanted() const { return !relevant_.empty() || nearest_ > 0; }

  [[nodiscard]] std::int64_t relevant() const { return std::ssize(relevant_); }

  void collect(float* closeness, std::int64_t g0, std::int64_t count) { list_.collect(closeness, g0, count); }

  /// After the last collect(): finds out what has to be measured. `copies`: first_equal_rows of the gallery.
  void sort(std::span<const std::int32_t> copies, Scratch& scratch) {
    list_.sort(places_);
    find_mixed(scratch);
    choose_measured(copies, scratch);
    next_ = 0;
  }

  /// Measures what has to be among the gallery rows below `g1`.
  void measure(std::int64_t g1, Scratch& scratch) {
    const std::span<const HeadList::Entry> entries = list_.entries();
    const MatrixView gallery = brackets_->gallery_rows();
    std::size_t at[kRankFew];
    std::int64_t rows = 0;
    const auto flush = [&] {
      float distances[kRankFew];
      brackets_->distances(q_, scratch.few.view().slice(0, rows), distances);
      for (std::int64_t r = 0; r < rows; ++r) distances_[at[r]] = distances[r];
      rows = 0;
    };
    for (; next_ < entries.size() && entries[next_].row < g1; ++next_) {
      if (source_[next_] != static_cast<std::int32_t>(next_)) continue;
      std::copy_n(gallery.row(entries[next_].row), gallery.cols, scratch.few.row(rows));
      at[rows++] = next_;
      if (rows == kRankFew) flush();
    }
    if (rows > 0) flush();
  }

  void finish(std::vector<RankGroup>& groups) const {
    groups.clear();
    std::size_t hit = 0;
    const auto add_hits = [&](std::size_t end) {
      for (; hit < hits_.size() && hits_[hit] < end; ++hit)
        groups.push_back(
            {std::numeric_limits<float>::quiet_NaN(), static_cast<std::int64_t>(hits_[hit]), 1, 1, false});
    };
    for (const Stretch& stretch : mixed_) {
      add_hits(stretch.begin);
      add_measured(stretch, groups);
      while (hit < hits_.size() && hits_[hit] < stretch.end) ++hit;
    }
    add_hits(places_.size());
  }

  /// The nearest candidates, and those at the distance of the last one. No key of the first `nearest` places
  /// is above the highest of their bounds, so no other candidate counts that is.
  void neighbors(std::vector<Neighbor>& found) const {
    found.clear();
    const std::span<const HeadList::Entry> entries = list_.entries();
    const auto first = std::min<std::size_t>(static_cast<std::size_t>(nearest_), places_.size());
    float highest = -std::numeric_limits<float>::infinity();
    for (std::size_t i = 0; i < places_.size() && (i < first || places_[i].low <= highest); ++i) {
      const HeadList::Entry& entry = entries[places_[i].entry];
      if (i < first) highest = std::max(highest, list_.high(entry));
      found.push_back({entry.row, brackets_->distance(q_, entry.row)});
    }
    std::sort(found.begin(), found.end(), [](const Neighbor& a, const Neighbor& b) {
      return a.distance != b.distance ? a.distance < b.distance : a.row < b.row;
    });
    std::size_t count = first;
    while (count < found.size() && found[count].distance == found[first - 1].distance) ++count;
    found.resize(count);
  }

 private:
  using Place = HeadList::Place;
  struct Stretch {  // of places_
    std::size_t begin;
    std::size_t end;
  };
  struct Measured {
    float distance;
    std::int32_t row;
    std::uint8_t relevant;
  };

  // Where relevant and other candidates overlap, two of them stand side by side.
  void find_mixed(Scratch& scratch) {
    for (const std::int32_t row : relevant_) scratch.relevant[static_cast<std::size_t>(row)] = 1;
    const std::span<const HeadList::Entry> entries = list_.entries();
    const std::size_t size = places_.size();
    relevant_here_.resize(size);
    joined_.resize(size + 1);
    hits_.resize(size);
    std::size_t hits = 0;
    float reach = -std::numeric_limits<float>::infinity();  // the highest bound so far
    for (std::size_t i = 0; i < size; ++i) {
      const HeadList::Entry& entry = entries[places_[i].entry];
      const float high = list_.high(entry);
      joined_[i] = entry.low <= reach ? 1 : 0;
      reach = high > reach ? high : reach;
      relevant_here_[i] = scratch.relevant[static_cast<std::size_t>(entry.row)];
      hits_[hits] = static_cast<std::uint32_t>(i);
      hits += relevant_here_[i];
    }
    joined_[size] = 0;
    hits_.resize(hits);
    for (const std::int32_t row : relevant_) scratch.relevant[static_cast<std::size_t>(row)] = 0;
    mixed_.clear();
    for (std::size_t i = 1; i < size; ++i) {
      if ((joined_[i] & (relevant_here_[i] ^ relevant_here_[i - 1])) == 0) continue;
      Stretch stretch{i, i + 1};
      while (joined_[stretch.begin] != 0) --stretch.begin;
      while (joined_[stretch.end] != 0) ++stretch.end;
      mixed_.push_back(stretch);
      i = stretch.end;
    }
  }

  // Copies of a row have its bounds, so they are in one stretch with it.
  void choose_measured(std::span<const std::int32_t> copies, Scratch& scratch) {
    const std::span<const HeadList::Entry> entries = list_.entries();
    source_.assign(entries.size(), -1);
    distances_.resize(entries.size());
    if (brackets_->exact()) return;
    for (const Stretch& stretch : mixed_) {
      for (std::size_t i = stretch.begin; i < stretch.end; ++i) {
        const auto entry = static_cast<std::int32_t>(places_[i].entry);
        std::int32_t source = entry;
        if (!copies.empty()) {
          std::int32_t& known = scratch.measured[first_of(copies, places_[i])];
          if (known < 0) known = entry;
          source = known;
        }
        source_[places_[i].entry] = source;
      }
      if (copies.empty()) continue;
      for (std::size_t i = stretch.begin; i < stretch.end; ++i)
        scratch.measured[first_of(copies, places_[i])] = -1;
    }
  }

  [[nodiscard]] std::size_t first_of(std::span<const std::int32_t> copies, const Place& place) const {
    return static_cast<std::size_t>(copies[static_cast<std::size_t>(list_.entries()[place.entry].row)]);
  }

  void add_measured(const Stretch& stretch, std::vector<RankGroup>& groups) const {
    thread_local std::vector<Measured> items;
    items.clear();
    for (std::size_t i = stretch.begin; i < stretch.end; ++i) {
      const std::size_t entry = places_[i].entry;
      const float distance = brackets_->exact()
                                 ? places_[i].low  // where bounds are the key, it is the distance
                                 : distances_[static_cast<std::size_t>(source_[entry])];
      items.push_back({distance, list_.entries()[entry].row, relevant_here_[i]});
    }
    const auto by_row = [](const Measured& a, const Measured& b) { return a.row < b.row; };
    if (by_row_ && !std::is_sorted(items.begin(), items.end(), by_row))
      std::sort(items.begin(), items.end(), by_row);
    sort_by_float(items, [](const Measured& item) { return item.distance; });
    for (std::size_t begin = 0; begin < items.size();) {
      std::size_t end = begin;
      std::int64_t relevant = 0;
      for (; end < items.size() && items[end].distance == items[begin].distance; ++end)
        relevant += items[end].relevant;
      const auto count = static_cast<std::int64_t>(end - begin);
      const auto nearer = static_cast<std::int64_t>(stretch.begin + begin);
      if (!by_row_ && relevant > 0)
        groups.push_back({items[begin].distance, nearer, count, relevant, relevant < count});
      for (std::int64_t at = 0; by_row_ && at < count; ++at) {
        if (items[begin + static_cast<std::size_t>(at)].relevant != 0)
          groups.push_back({items[begin].distance, nearer + at, 1, 1, relevant < count});
      }
      begin = end;
    }
  }

  const Brackets* brackets_ = nullptr;
  bool by_row_ = false;
  std::int64_t q_ = 0;
  std::vector<std::int32_t> relevant_;
  std::vector<std::int32_t> excluded_;
  std::int64_t nearest_ = 0;
  HeadList list_;
  std::vector<Place> places_;                // by lower bound
  std::vector<std::uint8_t> relevant_here_;  // of every place: whether it is relevant
  std::vector<std::uint8_t> joined_;         // whether its bounds overlap with those before
  std::vector<std::uint32_t> hits_;          // the places that are relevant
  std::vector<Stretch> mixed_;               // of which a part is relevant
  std::vector<std::int32_t> source_;  // of every entry the one whose distance it has; -1: none is wanted
  std::vector<float> distances_;      // of the entries that are measured
  std::size_t next_ = 0;              // entry to be measured
};

}  // namespace

void count_heads(const Brackets& brackets, const RankOptions& options, const RankUse& use) {
  const MatrixView gallery = brackets.gallery_rows();
  const std::vector<std::int32_t> copies = first_equal_rows(gallery);
  for_each_query_block(brackets.query_rows().rows, options, [&](std::int64_t q0, std::int64_t q1) {
    thread_local std::vector<Head> heads(static_cast<std::size_t>(kRankQueries));
    thread_local Scratch scratch;
    scratch.fit(gallery);
    const auto each = [&](const auto& work) {
      for (std::int64_t q = q0; q < q1; ++q) work(q, heads[static_cast<std::size_t>(q - q0)]);
    };
    bool any = false;
    each([&](std::int64_t q, Head& head) {
      head.begin(brackets, options, q);
      any = any || head.wanted();
    });
    if (any) {
      for_each_stripe(brackets, q0, q1, brackets.exact(),
                      [&](float* closeness, std::int64_t q, std::int64_t g0, std::int64_t count) {
                        Head& head = heads[static_cast<std::size_t>(q - q0)];
                        if (head.wanted()) head.collect(closeness, g0, count);
                      });
    }
    each([&](std::int64_t, Head& head) { head.sort(copies, scratch); });
    for (std::int64_t g1 = kRankMeasured; g1 < gallery.rows + kRankMeasured; g1 += kRankMeasured)
      each([&](std::int64_t, Head& head) { head.measure(g1, scratch); });
    std::vector<RankGroup> groups;
    std::vector<Neighbor> neighbors;
    each([&](std::int64_t q, const Head& head) {
      head.finish(groups);
      use(q, groups, head.relevant());
      if (options.nearest == 0) return;
      head.neighbors(neighbors);
      options.neighbors(q, neighbors);
    });
  });
}

}  // namespace nearfar
