#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/core/error.h"

namespace nearfar {

/// Checks the column names of a CSV file, blanks around them put aside: each has one, no two are the same,
/// they are not all numbers, and a single one, unless `quoted`, does not hold another delimiter. Throws Error
/// (data); `place` tells where a field begins.
void check_csv_header(const std::vector<std::string_view>& fields, bool quoted, char delimiter,
                      const std::function<Place(std::size_t)>& place);

/// What a reader should be told of a header that passes and may still be data, as some of its names are
/// numbers with a decimal point; "" for any other.
[[nodiscard]] std::string doubt_of_csv_header(const std::vector<std::string_view>& fields);

}  // namespace nearfar
