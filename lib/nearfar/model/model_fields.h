#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "nearfar/core/error.h"
#include "nearfar/core/matrix.h"
#include "nearfar/model/json_tree.h"

namespace nearfar {

/// The most rows, columns, features that a model is believed to have.
inline constexpr std::int64_t kMostDims = 1 << 20;

/// The fields of a model file, each read as the kind that it has to have. What is not as it should be throws
/// Error (data) with the name of the file; `what` and `key` say in the message what it is about.
class ModelFields {
 public:
  explicit ModelFields(std::string file) : file_(std::move(file)) {}

  /// Throws Error (data). Without an advice of its own: a field is wrong although the checksum is right, or
  /// was not looked at.
  [[noreturn]] void refuse(const std::string& why, const std::string& advice = kEdited) const;

  /// The same about a part of the model that another function has refused: without the option of a command
  /// line that its message begins with.
  [[noreturn]] void refuse(const std::string& part, const Error& error) const;

  void check_keys(const JsonObject& object, const std::set<std::string>& allowed,
                  const std::string& what) const;
  [[nodiscard]] const JsonValue& member(const JsonObject& object, const std::string& key) const;
  [[nodiscard]] const JsonObject& object(const JsonValue& value, const std::string& what) const;
  /// `problem` is the whole message.
  [[nodiscard]] const JsonArray& array(const JsonValue& value, const std::string& problem) const;
  [[nodiscard]] const std::string& text(const JsonValue& value, const std::string& what) const;
  [[nodiscard]] const std::string& text(const JsonObject& object, const std::string& key) const;
  [[nodiscard]] std::int64_t integer(const JsonObject& object, const std::string& key, std::int64_t low,
                                     std::int64_t high) const;
  [[nodiscard]] std::uint64_t seed(const JsonObject& object) const;
  /// Whole numbers to the last digit, others as they are: floats.
  [[nodiscard]] double number(const JsonValue& value, const std::string& what) const;
  [[nodiscard]] const JsonNumbers& numbers(const JsonValue& value, const std::string& what,
                                           std::int64_t size) const;
  /// Rows of `cols` numbers; takes memory for what is there, however large `cols` claims to be.
  [[nodiscard]] Matrix matrix(const JsonValue& value, const std::string& what, std::int64_t cols) const;

 private:
  static constexpr char kEdited[] =
      "undo what was edited, train the model again, or copy it again from where it was trained";
  std::string file_;
};

}  // namespace nearfar
