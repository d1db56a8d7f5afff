#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "nearfar/core/export.h"

namespace nearfar {

/// Class labels as codes 0, 1, ... in the order of first appearance, with their texts. Where a row may have
/// several labels a code stands for one set of them: rows of the same code have the same set, and rows of
/// different codes are still similar when their sets share a label.
struct Labels {
  static constexpr std::int32_t kUnknown = -1;

  std::vector<std::int32_t> codes;  ///< one a row; kUnknown for a row of unknown class
  /// Text of each code; of a set, its labels in bytewise order with the separator between them.
  std::vector<std::string> names;
  /// Labels in the set of each code, as numbers, ascending, one or more; empty when every row has one label.
  std::vector<std::vector<std::int32_t>> sets;
  std::vector<std::string> label_names = {};  ///< text of each label in `sets`; empty when that is

  [[nodiscard]] bool empty() const { return codes.empty(); }
  [[nodiscard]] std::int32_t classes() const { return static_cast<std::int32_t>(names.size()); }
  [[nodiscard]] bool several() const { return !sets.empty(); }
  /// Different labels: as many as classes() where every row has one.
  [[nodiscard]] std::int32_t label_count() const {
    return static_cast<std::int32_t>(several() ? label_names.size() : names.size());
  }
  /// Whether rows of these two codes are similar: both known, and the same class or a label in common.
  [[nodiscard]] bool similar(std::int32_t a, std::int32_t b) const {
    if (a == kUnknown || b == kUnknown) return false;
    return a == b || (several() && share_a_label(a, b));
  }
  /// Rows of unknown class.
  [[nodiscard]] NEARFAR_EXPORT std::int64_t unknown_rows() const;

 private:
  [[nodiscard]] NEARFAR_EXPORT bool share_a_label(std::int32_t a, std::int32_t b) const;
};

/// How the text of a label field is read.
struct LabelRules {
  /// Between the labels of one field; "": the field is one label as it stands. Otherwise blanks around a
  /// label are dropped, and a label that is written twice counts once.
  std::string separator;
  /// Labels that say nothing. A row that has no other label is of unknown class.
  std::vector<std::string> ignored;
};

/// Whether a label in the field is empty, and the empty label is none of the ignored ones.
[[nodiscard]] NEARFAR_EXPORT bool has_empty_label(std::string_view field, const LabelRules& rules);

/// Gives the label fields of rows their codes, one row after the other. O(1) a label, but for sorting the
/// labels of a row.
class NEARFAR_EXPORT LabelEncoder {
 public:
  explicit LabelEncoder(LabelRules rules = {});
  /// The next row. An empty label is a label like any other.
  void add(std::string_view field);
  /// The labels of the rows added since the last call; numbering starts anew.
  [[nodiscard]] Labels take();
  /// The ignored labels that no row has had so far, since the encoder was made.
  [[nodiscard]] std::vector<std::string> never_seen() const;

 private:
  [[nodiscard]] bool ignores(std::string_view label);
  [[nodiscard]] std::int32_t number_of(std::string_view label);
  [[nodiscard]] std::int32_t code_of(std::vector<std::int32_t> set);

  LabelRules rules_;
  std::vector<bool> ignored_seen_;
  std::unordered_map<std::string, std::int32_t> numbers_;  // of labels
  std::map<std::vector<std::int32_t>, std::int32_t> set_codes_;
  Labels labels_;
};

/// The codes of rows by the texts of their label fields.
[[nodiscard]] NEARFAR_EXPORT Labels encode_labels(const std::vector<std::string>& texts,
                                                  const LabelRules& rules = {});

/// The rows of `first` and behind them those of `second`, on one numbering: labels of the same text are one.
/// The codes of `first` stay as they are. O(rows + labels log labels).
[[nodiscard]] NEARFAR_EXPORT Labels join_labels(const Labels& first, const Labels& second);

/// The rows of each code, ascending; rows of unknown class are in none.
[[nodiscard]] NEARFAR_EXPORT std::vector<std::vector<std::int64_t>> rows_by_class(const Labels& labels);

/// The rows that have each label, ascending. A row with several labels is in as many lists; where every row
/// has one label this is rows_by_class().
[[nodiscard]] NEARFAR_EXPORT std::vector<std::vector<std::int64_t>> rows_by_label(const Labels& labels);

}  // namespace nearfar
