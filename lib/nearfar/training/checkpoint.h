#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "nearfar/core/export.h"

namespace nearfar {

/// The state of an iterative computation between two steps, and what it is the state of: enough to go on as
/// if it had never stopped. Any learner fills it with arrays under names of its own.
class NEARFAR_EXPORT Checkpoint {
 public:
  using Values = std::variant<std::vector<float>, std::vector<double>, std::vector<std::int64_t>>;
  struct Array {
    std::string name;
    Values values;
  };
  /// A fact that must be the same for a run to go on: ("data", its fingerprint), ("lr", "0.001").
  using Fact = std::pair<std::string, std::string>;

  std::vector<Fact> identity;  ///< of data and options, in any order; names differ
  std::vector<Array> arrays;   ///< names differ

  void add(std::string name, Values values) { arrays.push_back({std::move(name), std::move(values)}); }
  /// The values of an array of this type. Throws Error (data) where there is none of that name and type, or,
  /// for a `size` of 0 or more, where it has another number of values.
  template <class T>
  [[nodiscard]] const std::vector<T>& get(std::string_view name, std::int64_t size = -1) const;

  /// Throws Error (data) that names the first fact that differs from those of the run that wants to go on:
  /// `file` is for the message.
  void check_identity(std::span<const Fact> now, const std::string& file) const;
};

/// The bytes of a checkpoint file: "nearfar-checkpoint", format version, lengths before everything, values
/// little-endian, and XXH3-128 over all of it at the end.
[[nodiscard]] NEARFAR_EXPORT std::string checkpoint_bytes(const Checkpoint& checkpoint);
/// Reads such bytes; `name` is for messages. Throws Error (data) for anything else: every length is held
/// against the bytes that are there before memory is taken for it.
[[nodiscard]] NEARFAR_EXPORT Checkpoint parse_checkpoint(std::string_view bytes, const std::string& name);

/// Replaces `file` atomically: after a kill at any moment it holds the old checkpoint or the new one. Throws
/// Error (io).
NEARFAR_EXPORT void write_checkpoint(const Checkpoint& checkpoint, const std::string& file);
/// Nothing where there is no such file. Throws Error (data, io).
[[nodiscard]] NEARFAR_EXPORT std::optional<Checkpoint> read_checkpoint(const std::string& file);

}  // namespace nearfar
