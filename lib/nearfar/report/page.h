#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nearfar {

/// A self-contained HTML page: nothing is fetched, no script; light and dark by the reader's preference,
/// narrow and wide windows, paper. Used for every report that is a page.
class Page {
 public:
  /// `lead` stands below the heading; both are plain text.
  Page(std::string_view title, std::string_view lead);

  /// A section with a heading; `body` is HTML.
  void section(std::string_view heading, const std::string& body);
  /// Several figures in one section, side by side where there is room.
  void figures(std::string_view heading, const std::vector<std::string>& figures);
  [[nodiscard]] std::string text() const;

 private:
  std::string out_;
};

/// A picture with what is said about it; `body` and `legend` are HTML, the others plain text.
[[nodiscard]] std::string figure(std::string_view title, const std::string& body, const std::string& legend,
                                 std::string_view note);

/// What came out, of the kinds pass, fail, open and done: a word, what it is about (may be ""), a sentence;
/// all plain text.
[[nodiscard]] std::string notice(std::string_view kind, std::string_view word, std::string_view about,
                                 std::string_view sentence);
[[nodiscard]] std::string notice_list(const std::vector<std::string>& notices);

/// What is folded away until the reader wants it; `body` is HTML.
[[nodiscard]] std::string folded(std::string_view summary, const std::string& body);

/// A table; cells are HTML. `numbers` says from which column on cells are numbers.
[[nodiscard]] std::string table(const std::vector<std::string>& head,
                                const std::vector<std::vector<std::string>>& rows, std::size_t numbers = 1);

}  // namespace nearfar
