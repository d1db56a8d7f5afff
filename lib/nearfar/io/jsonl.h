#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "nearfar/core/export.h"
#include "nearfar/io/record.h"
#include "nearfar/io/source.h"

namespace nearfar {

/// JSON Lines: one object a line, flat ({"id":"a","f1":0.5}) or with one array of numbers
/// ({"id":"a","vector":[0.5,1]}), whose elements become the columns e1..eR. The first object names the
/// columns; every later one has the same keys, in any order. Throws Error (data) for anything else, a
/// repeated key included.
[[nodiscard]] NEARFAR_EXPORT std::unique_ptr<RecordReader> open_jsonl(std::unique_ptr<Source> source);

/// Appends `text` as a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD.
NEARFAR_EXPORT void append_json_string(std::string& out, std::string_view text);

}  // namespace nearfar
