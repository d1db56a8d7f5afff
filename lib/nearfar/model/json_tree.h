#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace nearfar {

struct JsonValue;
struct JsonMember;
using JsonNumbers = std::vector<float>;
using JsonArray = std::vector<JsonValue>;    ///< of anything but numbers; an empty array is one of these
using JsonObject = std::vector<JsonMember>;  ///< in the order of the file; keys differ

/// A value of a model file. An array of numbers, which is nearly all of a model, takes four bytes a number.
/// Whole numbers are unsigned when they are not negative.
struct JsonValue {
  std::variant<std::monostate, bool, std::uint64_t, std::int64_t, float, std::string, JsonNumbers, JsonArray,
               JsonObject>
      value;

  /// The alternative, or null.
  template <class T>
  [[nodiscard]] const T* as() const {
    return std::get_if<T>(&value);
  }
};

struct JsonMember {
  std::string key;
  JsonValue value;
};

/// The value of a member, or null.
[[nodiscard]] const JsonValue* find_member(const JsonObject& object, std::string_view key);

/// Parses the whole of `text`. Every number with a point is read straight into float, so that it comes back
/// to the bit. Throws Error (data) for what is not JSON, with the line in the file called `name`, and, before
/// it takes memory, for what no model holds: nesting deeper than 6, a repeated key, more than 1,000 keys in
/// an object, 4 million values beside those in arrays of numbers, a text of more than 64 KiB that is no
/// member called "base64", an array that mixes numbers and other things. Time grows with the size of the
/// text, memory is at most about 4 times it beside 400 MB.
[[nodiscard]] JsonValue parse_json_tree(std::string_view text, const std::string& name);

}  // namespace nearfar
