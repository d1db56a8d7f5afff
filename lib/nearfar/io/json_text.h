#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace nearfar {

/// What is wrong with a JSON text, and the offset of the byte where; thrown by JsonText.
struct JsonFault {
  std::size_t at = 0;
  std::string what;
};

/// Reads a JSON text from left to right, by the grammar of RFC 8259 and nothing beyond it: no comments, no
/// trailing commas, no NaN, strings in UTF-8 without lone surrogates. Numbers are not converted. Nothing
/// recurses. Throws JsonFault. Time: the length of the text.
class JsonText {
 public:
  explicit JsonText(std::string_view text) : text_(text) {}

  enum class Kind { object, array, string, number, boolean, null };

  /// What the value that begins here is. Skips blanks.
  [[nodiscard]] Kind kind();
  /// The offset of the next byte.
  [[nodiscard]] std::size_t at() const { return at_; }

  /// Takes the opening brace or bracket; next_member() and next_element() then go from value to value.
  void open();
  /// Before each member: takes the comma, if one is due, the key and the colon; false at the closing brace,
  /// which is taken. `key` may be a view into `room`.
  [[nodiscard]] bool next_member(bool first, std::string_view& key, std::vector<char>& room);
  /// The offset of the last key that next_member() took.
  [[nodiscard]] std::size_t key_at() const { return key_at_; }
  /// The same for the elements of an array.
  [[nodiscard]] bool next_element(bool first);
  /// Takes a string. The view is into the text where no escape had to be undone, else into `room`, which
  /// grows by it and has to have memory for it.
  [[nodiscard]] std::string_view string(std::vector<char>& room);
  /// Takes a number, true, false or null, as it stands.
  [[nodiscard]] std::string_view scalar();
  /// Takes any value. Throws JsonFault for one nested deeper than kDeepest.
  void skip_value();
  /// Throws JsonFault unless only blanks are left.
  void finish();

  static constexpr std::size_t kDeepest = 512;

 private:
  [[noreturn]] void fail(std::string what) const { throw JsonFault{at_, std::move(what)}; }
  [[noreturn]] void fail_unexpected(const std::string& expected) const;
  [[nodiscard]] char now() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  [[nodiscard]] bool ended() const { return at_ >= text_.size(); }
  void skip_blanks();
  void expect(char c, const std::string& expected);
  void number();
  void digits();
  void literal(std::string_view word);
  void escape(std::vector<char>& room);
  [[nodiscard]] unsigned hexadecimal();

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t key_at_ = 0;
};

}  // namespace nearfar
