#pragma once

#include <functional>
#include <string>

namespace nearfar::cli {

/// Runs a command that reads data from FILE and tuples from the file that `option` names ("" for none). Where
/// it is refused for what it read, and FILE has the header of tuples and the other file has not, the two are
/// the wrong way round, and the Error says that instead. The headers are read again for it, so only those of
/// regular files.
[[nodiscard]] int run_on_data_and_tuples(const std::string& file, const std::string& tuples,
                                         const std::string& option, const std::function<int()>& run);

}  // namespace nearfar::cli
