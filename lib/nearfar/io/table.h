#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "nearfar/core/export.h"
#include "nearfar/data/columns.h"
#include "nearfar/data/dataset.h"
#include "nearfar/io/format.h"

namespace nearfar {

/// A column that an option names, to be read as text.
struct NamedColumn {
  std::string option;  ///< for messages: "--group"
  std::string column;
};

/// The columns that a model was trained on, or that other data have which these go with.
struct ExpectedFeatures {
  std::vector<std::string> names;  ///< empty: only the count is known
  std::int64_t count = 0;
  bool chosen = false;    ///< chosen by --features in training, so other columns beside them are no surprise
  bool can_keep = false;  ///< the command copies other columns with --keep: for the message about them
  std::string file = {};  ///< the data that they are the features of; "": those that a model was trained on
};

/// How to read a data file; the members are the options of the same names.
struct TableOptions {
  std::string file = "-";
  std::string format = "auto";
  std::string delimiter;
  bool header = true;
  std::string id;
  std::string label;
  LabelRules label_rules;
  std::string features;
  std::string labels_from;
  std::vector<Condition> where;
  std::string where_option = "--where";  ///< its name in messages
  std::string target;                    ///< a column that is only kept out of the features
  std::vector<std::string> no_features;  ///< columns that are none either, where the file has them
  std::vector<NamedColumn> named;        ///< read into Dataset::columns, in this order
  std::string keep;                      ///< a selector; its columns follow those of `named`
  bool read_features = true;
  std::optional<ExpectedFeatures> expected;
};

/// A data file as a stream of blocks of rows.
class NEARFAR_EXPORT TableReader {
 public:
  /// Opens the file and resolves every option against its header and first row. Throws Error.
  explicit TableReader(TableOptions options);
  ~TableReader();
  TableReader(const TableReader&) = delete;
  TableReader& operator=(const TableReader&) = delete;

  [[nodiscard]] const std::string& name() const;
  [[nodiscard]] Format format() const;
  /// The names of the text columns in words, "" when there are none.
  [[nodiscard]] std::string columns_text() const;
  /// Rows in the file where its header tells (a matrix), else -1.
  [[nodiscard]] std::int64_t declared_rows() const;
  /// Reads up to `rows` rows that pass --where into an emptied `block`; false when there was none left. The
  /// label codes are those of the block alone.
  bool read(Dataset& block, std::int64_t rows);
  /// The same for as many rows as are read in one go: those of 4 MB of text or 1 MB of values, more only when
  /// one row is longer. Where blocks end depends on the data alone.
  bool read_some(Dataset& block);
  /// Throws Error (data) where no row was read: the file has none, or none passes --where.
  [[noreturn]] void refuse_no_rows() const;
  /// Remarks for the user: the features used, the columns left out, a last line without newline.
  [[nodiscard]] std::vector<std::string> notes() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// All rows that pass --where. Throws Error (data) for a repeated id, and when no row is left.
[[nodiscard]] NEARFAR_EXPORT Dataset read_table(const TableOptions& options, std::vector<std::string>& notes);

}  // namespace nearfar
