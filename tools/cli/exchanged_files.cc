#include "cli/exchanged_files.h"

#include <filesystem>
#include <memory>
#include <utility>

#include "nearfar/core/error.h"
#include "nearfar/io/format.h"
#include "nearfar/io/source.h"
#include "nearfar/io/tuple_layout.h"

namespace nearfar::cli {
namespace {

bool has_header_of_tuples(const std::string& file) {
  try {
    auto source = std::make_unique<Source>(file);
    const Format format = input_format("auto", *source);
    (void)tuple_layout(*open_records(std::move(source), format, "", true), true);
    return true;
  } catch (const Error&) {  // no table at all, or another one
    return false;
  }
}

}  // namespace

int run_on_data_and_tuples(const std::string& file, const std::string& tuples, const std::string& option,
                           const std::function<int()>& run) {
  try {
    return run();
  } catch (const Error& error) {
    const bool of_the_data = error.kind() == ErrorKind::data || error.kind() == ErrorKind::usage;
    std::error_code none;
    if (!of_the_data || !std::filesystem::is_regular_file(file, none) ||
        !std::filesystem::is_regular_file(tuples, none) || !has_header_of_tuples(file) ||
        has_header_of_tuples(tuples))
      throw;
    throw Error(
        error.kind(),
        file + " has the header of a file of tuples, and " + tuples + ", which " + option + " names, has not",
        {}, "the other way round: " + tuples + " " + option + " " + file);
  }
}

}  // namespace nearfar::cli
