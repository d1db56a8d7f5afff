#pragma once

#include <string>
#include <string_view>

namespace nearfar {

/// Text for XML and HTML, between tags and in attributes with double quotes: & < > " ' become entities; what
/// XML 1.0 cannot hold (control characters, bytes that are not UTF-8) becomes U+FFFD.
[[nodiscard]] std::string escaped_markup(std::string_view text);

/// Text for one cell of a Markdown table: what Markdown or HTML would take for markup is escaped, a line end
/// is a blank.
[[nodiscard]] std::string escaped_markdown(std::string_view text);

/// The text with everything that is not well-formed UTF-8 as U+FFFD, one for each such byte.
[[nodiscard]] std::string valid_utf8(std::string_view text);

}  // namespace nearfar
