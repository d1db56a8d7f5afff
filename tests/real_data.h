// Real data that may lie beside the source tree (../shared/data, or the folder in $NEARFAR_REAL_DATA). It is
// no part of the project: a test that wants it says so and is content without.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace nearfar::testing {

/// The path of a file or folder of it, "" if there is none.
inline std::string real_data(const std::string& name) {
  const char* folder = std::getenv("NEARFAR_REAL_DATA");
  const std::filesystem::path path =
      (folder != nullptr ? std::filesystem::path(folder)
                         : std::filesystem::path(NEARFAR_SOURCE_DIR) / ".." / "shared" / "data") /
      name;
  return std::filesystem::exists(path) ? path.string() : "";
}

}  // namespace nearfar::testing
