#pragma once

#include <memory>
#include <string>
#include <vector>

#include "nearfar/io/record.h"
#include "nearfar/io/source.h"

namespace nearfar {

/// Lines of fields with any white space between them, as TREC files have them: without a header, so the
/// columns are named by the caller. Blank lines and those that begin with # are skipped. Throws Error (data)
/// for a line of fewer fields than columns, and of more unless `more_allowed`, when the further ones are not
/// read. `what` names the kind of file in messages.
[[nodiscard]] std::unique_ptr<RecordReader> open_trec(std::unique_ptr<Source> source,
                                                      std::vector<std::string> columns, bool more_allowed,
                                                      std::string what);

}  // namespace nearfar
