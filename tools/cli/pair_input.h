#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/data_options.h"
#include "cli/tuple_scoring.h"
#include "nearfar/data/scored_tuples.h"
#include "nearfar/io/tuple_columns.h"

namespace nearfar::cli {

/// Where scored tuples come from: tables that hold their distances, or, with --pairs, the distances of the
/// rows of FILE.
class PairInput {
 public:
  /// Reads the model, and the rows. Throws Error (usage) for options that do not go together. The options
  /// must outlive this. With `pictures` images are kept, a byte a pixel.
  PairInput(const Command& command, const DataOptions& data, const SpaceOptions& space,
            const TupleOptions& tuples, bool pictures, Console& console);

  /// The tuples to be judged: of FILE, or of --pairs.
  [[nodiscard]] ScoredTuples read(const TupleExtras& extras);
  /// Pairs of another file, of the same kind, to choose a threshold on.
  [[nodiscard]] ScoredTuples read_also(const std::string& file, const std::vector<Condition>& where,
                                       const std::string& option);

  /// Of an item as read() named it; none for data that are no images.
  [[nodiscard]] std::optional<Thumbnail> picture(TupleKind kind, std::size_t place,
                                                 std::string_view item) const;

  /// The model of -m, if there is one.
  [[nodiscard]] const std::optional<Model>& model() const { return space_.model; }
  /// Its threshold, where it has one for these distances.
  [[nodiscard]] std::optional<float> model_threshold(const ScoredTuples& tuples) const;
  /// For reports: the distance, or what the column was called.
  [[nodiscard]] std::string distance_name(const ScoredTuples& tuples) const;
  /// The distance between rows; none where a table holds the distances.
  [[nodiscard]] std::optional<std::string> own_distance() const;

 private:
  [[nodiscard]] ScoredTuples read_table(const std::string& file, const std::string& format,
                                        const std::vector<Condition>& where, const std::string& option,
                                        const TupleExtras& extras);
  [[nodiscard]] ScoredTuples score(const std::string& file, const std::vector<Condition>& where,
                                   const std::string& option, const TupleExtras& extras);

  const DataOptions& data_;
  const TupleOptions& tuples_;
  Console& console_;
  Space space_;
  std::unique_ptr<ItemRows> rows_;  // null where a table holds the distances
  bool by_row_ = false;             // items are named by their rows, not by their ids
};

}  // namespace nearfar::cli
