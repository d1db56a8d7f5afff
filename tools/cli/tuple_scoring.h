#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/console.h"
#include "cli/data_options.h"
#include "cli/pictures.h"
#include "nearfar/core/matrix.h"
#include "nearfar/data/dataset.h"
#include "nearfar/io/format.h"
#include "nearfar/io/item_index.h"
#include "nearfar/io/record.h"
#include "nearfar/io/row_filter.h"
#include "nearfar/io/tuple_layout.h"

namespace nearfar::cli {

/// The options that name tuples of rows.
struct TupleOptions {
  std::string pairs;
  std::vector<std::string> where;
  std::string queries;

  void add_to(Command& command);
  [[nodiscard]] std::vector<Condition> conditions() const;
};

/// A distance of a tuple: from which of its items to which, and the column it goes to. The first item of a
/// distance is one of --queries, if there are any.
struct TupleDistance {
  std::size_t from;
  std::size_t to;
  const char* column;
};
[[nodiscard]] std::span<const TupleDistance> distances_of(TupleKind kind);

/// The rows that tuples name, as the distance of a space sees them: 4 bytes a coordinate, and the ids.
class ItemRows {
 public:
  /// Reads FILE, and --queries beside it. The space must outlive this.
  ItemRows(const DataOptions& data, const TupleOptions& tuples, const Space& space, bool pictures,
           Console& console);

  struct Side {
    Dataset data;
    Matrix rows;
    Pictures pictures;  ///< where they were asked for
  };
  [[nodiscard]] const Side& to() const { return gallery_; }
  [[nodiscard]] const Side& from() const { return has_queries_ ? queries_ : gallery_; }
  [[nodiscard]] const Space& space() const { return space_; }

 private:
  void read(Side& side, const DataOptions& data, const TableOptions& table, Console& console) const;

  const Space& space_;
  Side gallery_;
  Side queries_;
  bool has_queries_;
  bool with_pictures_;
};

/// A file of tuples, scored as it streams through in blocks.
class TupleScorer {
 public:
  /// Opens the file. Pairs need a value only where `value_needed`. `option` is the name of the conditions'.
  TupleScorer(const ItemRows& rows, const std::string& file, const std::vector<Condition>& where,
              const std::string& option, bool value_needed);

  [[nodiscard]] const RecordReader& reader() const { return *reader_; }
  [[nodiscard]] Format format() const { return format_; }
  [[nodiscard]] const TupleLayout& layout() const { return layout_; }
  [[nodiscard]] std::span<const TupleDistance> distances() const { return distances_of(layout_.kind); }

  /// Calls `taken` with every tuple that passes, in order, and after each block of them `scored` with their
  /// distances: distances().size() a tuple. Returns how many passed. Throws Error (data) for an item that
  /// does not exist, and where no tuple passes.
  using Taken = std::function<void(const Record&)>;
  using Scored = std::function<void(std::span<const float>)>;
  std::int64_t stream(const Taken& taken, const Scored& scored, Console& console);

 private:
  void score(std::vector<float>& distances);

  const ItemRows& rows_;
  std::unique_ptr<RecordReader> reader_;
  Format format_ = Format::csv;
  TupleLayout layout_;
  RowFilter filter_;
  std::optional<ItemIndex> from_;
  std::optional<ItemIndex> own_to_;    // unless the items of both sides are rows of the same file
  std::vector<std::int32_t> waiting_;  // rows from and to of each distance of each tuple of the block
};

/// Whether the model was trained by the logistic loss, whose b is its threshold.
[[nodiscard]] bool is_logistic(const Model& model);
/// b of the probability 1 / (1 + e^(d - b)) that a pair at distance d is similar, where the model is
/// logistic and distances are taken by its own.
[[nodiscard]] std::optional<float> logistic_threshold(const Space& space);

}  // namespace nearfar::cli
