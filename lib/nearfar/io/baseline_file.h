#pragma once

#include <string>
#include <string_view>

#include "nearfar/core/export.h"
#include "nearfar/data/baseline.h"

namespace nearfar {

/// The text of a baseline file: one JSON object, {"format":"nearfar-baseline","schema":1,"tool_version",
/// "unit","signature","fingerprint","parts","ids":[..],"measures":[{"name","definition","value",
/// "higher_is_better","per_unit":[..],"per_part":[..]}],"checksum"}. Numbers in the shortest form that reads
/// back to the same double, null for a unit that was not counted; `checksum` is last, XXH3-128 over all bytes
/// before it. Throws Error (data) for an id that is not UTF-8 or a value that is not finite.
[[nodiscard]] NEARFAR_EXPORT std::string baseline_text(const Baseline& baseline);

/// Reads such a file. Throws Error (data) with its place for anything else: not JSON, a newer schema, a
/// checksum that does not match, an unknown, missing or repeated field, a repeated id or measure, numbers of
/// values that do not fit together. Memory: a few times the file, whatever it claims; it may have 1 GiB.
[[nodiscard]] NEARFAR_EXPORT Baseline read_baseline(const std::string& file);
/// The same from the text of a file called `name`.
[[nodiscard]] NEARFAR_EXPORT Baseline parse_baseline(std::string_view text, const std::string& name);

}  // namespace nearfar
