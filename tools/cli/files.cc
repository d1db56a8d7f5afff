#include <sys/stat.h>

#include <filesystem>

#include "cli/command.h"
#include "nearfar/core/error.h"
#include "nearfar/core/text.h"

namespace nearfar::cli {
namespace {

// A file that the command line names, and by which option.
struct NamedFile {
  std::string by;
  std::string file;
};

// What tells whether two names are one file: the file itself where it exists, else its path; "" for standard
// input and output, devices and pipes, which may be used together.
std::string identity(const std::string& file) {
  if (file == "-") return "";
  struct stat status {};
  if (::stat(file.c_str(), &status) == 0) {
    if (!S_ISREG(status.st_mode)) return "";
    return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
  }
  std::error_code ignored;
  return std::filesystem::weakly_canonical(file, ignored).string();
}

bool same_file(const NamedFile& a, const NamedFile& b) {
  const std::string one = identity(a.file);
  return !one.empty() && one == identity(b.file);
}

void collect(const Command& command, std::vector<NamedFile>& read, std::vector<NamedFile>& written) {
  if (command.reads_input()) read.push_back({"FILE", *command.input});
  for (const Option& option : command.options) {
    const auto found = command.given.find(option.key());
    if (found == command.given.end()) {
      if (option.writes_file && option.default_text == "-") written.push_back({"--" + option.key(), "-"});
      continue;
    }
    for (const std::string& file : found->second) {
      if (option.reads_file) read.push_back({"--" + option.key(), file});
      if (option.writes_file) written.push_back({"--" + option.key(), file});
    }
  }
}

}  // namespace

void check_files(const Command& command) {
  std::vector<NamedFile> read;
  std::vector<NamedFile> written;
  collect(command, read, written);
  std::vector<std::string> from_standard_input;
  for (const NamedFile& input : read) {
    if (input.file == "-") from_standard_input.push_back(input.by);
  }
  if (from_standard_input.size() > 1) {
    usage_error("standard input cannot be read twice: by " + listed(from_standard_input),
                "name a file for all but one");
  }
  for (std::size_t o = 0; o < written.size(); ++o) {
    const NamedFile& output = written[o];
    for (std::size_t other = 0; other < o; ++other) {
      if ((output.file == "-" && written[other].file == "-") || same_file(output, written[other])) {
        usage_error(written[other].by + " and " + output.by + " would write to the same place",
                    "give them different files");
      }
    }
    for (const NamedFile& input : read) {
      if ((command.in_place && input.by == "FILE") || !same_file(output, input)) continue;
      usage_error(output.by + " " + output.file + " would overwrite what " + input.by + " reads",
                  "write to another file");
    }
  }
}

}  // namespace nearfar::cli
