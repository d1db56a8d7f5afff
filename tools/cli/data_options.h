#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/console.h"
#include "nearfar/data/dataset.h"
#include "nearfar/io/table.h"
#include "nearfar/metric/distance.h"
#include "nearfar/model/model.h"

namespace nearfar::cli {

/// auto, and the names of the file formats.
[[nodiscard]] std::vector<Choice> format_choices(const std::string& meaning_of_auto);

/// The options by which every command reads its data file.
struct DataOptions {
  std::string file = "-";
  std::string format = "auto";
  std::string delimiter;
  bool no_header = false;
  std::string id;
  std::string label;
  std::string target;
  std::string label_separator;
  std::vector<std::string> ignored_labels;
  std::string features;
  std::string labels_from;
  std::vector<std::string> where;

  /// Adds the rows, and makes FILE the command's input. Without `with_features` those that choose ids and
  /// features are left out.
  /// `with_target`: --target, which then only keeps its column out of the features.
  void add_to(Command& command, bool with_features = true, bool with_target = true);
  [[nodiscard]] TableOptions table() const;
  /// How label fields are read. Throws Error (usage) for a separator that is not one character.
  [[nodiscard]] LabelRules label_rules() const;
};

/// Where distances are taken: in a model's space, or with a pre-defined distance.
struct SpaceOptions {
  std::string model;
  bool unsealed = false;
  std::string distance;
  std::string matrix;

  /// `unnamed` says which distance is taken when none is named.
  void add_to(Command& command, const std::string& unnamed = "default euclidean, or the model's own");
};

/// A space ready for use.
struct Space {
  std::optional<Model> model;
  Distance distance;
  std::string name;  ///< for reports: the distance, or "model (euclidean)"

  [[nodiscard]] std::optional<ExpectedFeatures> expected() const;
  /// The rows as the distance wants them: images under the model, or the features as they are. Throws Error
  /// (data) for images outside the domain of the distance.
  [[nodiscard]] Matrix embed(Matrix features) const;
};

/// Reads the model or the matrix. Throws Error (usage) for options that do not go together.
[[nodiscard]] Space open_space(const SpaceOptions& options);
/// Checks that the distance can take the rows, now that they are known: that a matrix fits their width, and
/// that the numbers are in its domain. Throws Error (data).
void check_space(const Space& space, const Dataset& data, const std::string& file);

/// Reads all rows, with the label column demanded: without one it stops and lists the columns.
[[nodiscard]] Dataset read_labelled(const DataOptions& options, const TableOptions& table, Console& console,
                                    bool label_needed);

/// `table` for another file that goes with FILE, of which all rows are read: columns that keep rows of FILE
/// are no features there either.
[[nodiscard]] TableOptions of_another_file(TableOptions table, const std::string& file);

/// What another file has to have as features that goes with these data, which `file` holds.
[[nodiscard]] ExpectedFeatures features_of(const Dataset& data, std::int64_t count, const std::string& file);

/// A text column of the data as numbers, one a row. Throws Error (data) that names the row and `what` is
/// expected there: "target".
[[nodiscard]] std::vector<double> numbers_of(const Dataset& data, const TextColumn& column,
                                             const std::string& what, const std::string& file);

/// For a command that copies records as they stand: refuses (usage) an output that is called like another
/// format than theirs.
void check_copied_format(const std::string& output, Format format);

/// Texts as strings, for help texts.
template <class Texts>
std::vector<std::string> names_of_texts(const Texts& texts) {
  return {texts.begin(), texts.end()};
}

}  // namespace nearfar::cli
