#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/io/record.h"
#include "nearfar/io/table.h"

namespace nearfar {

struct FeatureRequest {
  std::string file;
  std::string selector;                        ///< --features, or ""
  const ExpectedFeatures* expected = nullptr;  ///< what the model was trained on, or null
  std::vector<std::size_t> claimed;            ///< columns that other options name
  std::optional<std::size_t> label;            ///< never a feature, not even when the selector names it
  bool has_names = true;
};

struct FeatureChoice {
  std::vector<std::size_t> columns;
  std::string note;  ///< one line for the user: what is used and what is left out
};

/// Which columns of a text table are features: those of the selector (whose negations and open ranges speak
/// of the columns that would be taken without one); else e1..eR if the header has them; else every column
/// whose first data row is a number, which no other option names, and which is not id, split or fold. With a
/// model the names must be its own names, in any order. `first` is the first data row, or null. Throws Error
/// (usage) for an unclaimed numeric column that is called like a label and for a selector that picks the
/// label, and Error (data) when there is no feature or the model's do not fit.
[[nodiscard]] FeatureChoice choose_feature_columns(const std::vector<std::string>& header,
                                                   const Record* first, const FeatureRequest& request);

/// Throws Error (data) unless the names (or, where one side has none, the number) of the features are the
/// expected ones.
void check_expected(const ExpectedFeatures& expected, const std::vector<std::string>& names, bool has_names,
                    const std::string& file);

}  // namespace nearfar
