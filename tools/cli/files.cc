#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "cli/command.h"
#include "nearfar/core/error.h"
#include "nearfar/core/text.h"

namespace nearfar::cli {
namespace {

// A file that the command line names, and by which option; "-" for every name of standard input (of standard
// output).
struct NamedFile {
  std::string by;
  std::string file;
};

NamedFile named(const std::string& by, const std::string& file, int descriptor) {
  const std::string number = std::to_string(descriptor);
  const bool is_standard = file == (descriptor == STDIN_FILENO ? "/dev/stdin" : "/dev/stdout") ||
                           file == "/dev/fd/" + number || file == "/proc/self/fd/" + number;
  return {by, is_standard ? "-" : file};
}

// What tells whether two names are one file: the file itself where it exists, else its path; "" for devices
// and sockets, which may be used together. A pipe is one too: two readers would share what comes out of it.
std::string identity(const std::string& file, int descriptor) {
  struct stat status {};
  const bool standard = file == "-";
  if ((standard ? ::fstat(descriptor, &status) : ::stat(file.c_str(), &status)) == 0) {
    if (!S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode)) return "";
    return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
  }
  if (standard) return "";
  std::error_code ignored;
  return std::filesystem::weakly_canonical(file, ignored).string();
}

bool is_pipe(const std::string& file) {
  struct stat status {};
  return ::stat(file.c_str(), &status) == 0 && S_ISFIFO(status.st_mode);
}

void collect(const Command& command, std::vector<NamedFile>& read, std::vector<NamedFile>& written) {
  const auto reads = [&](const std::string& by, const std::string& file) {
    read.push_back(named(by, file, STDIN_FILENO));
  };
  const auto writes = [&](const std::string& by, const std::string& file) {
    written.push_back(named(by, file, STDOUT_FILENO));
  };
  if (command.reads_input()) reads("FILE", *command.input);
  for (const Option& option : command.options) {
    const std::string by = "--" + option.key();
    const auto found = command.given.find(option.key());
    if (found == command.given.end()) {
      if (option.writes_file && option.default_text == "-") writes(by, "-");
      continue;
    }
    for (const std::string& value : found->second) {
      const std::size_t colon = value.find(':');
      if (option.after_colon && colon == std::string::npos) continue;  // refused where it is used
      const std::string file = option.after_colon ? value.substr(colon + 1) : value;
      if (option.reads_file) reads(by, file);
      if (option.writes_file) writes(by, file);
    }
  }
}

// Standard input, or a pipe with a name, gives its bytes once.
void refuse_reading_twice(const std::vector<NamedFile>& read) {
  for (std::size_t i = 0; i < read.size(); ++i) {
    const bool standard = read[i].file == "-";
    if (!standard && !is_pipe(read[i].file)) continue;
    std::vector<std::string> readers{read[i].by};
    for (std::size_t other = i + 1; other < read.size(); ++other) {
      const bool same =
          standard ? read[other].file == "-"
                   : identity(read[i].file, STDIN_FILENO) == identity(read[other].file, STDIN_FILENO);
      if (same) readers.push_back(read[other].by);
    }
    if (readers.size() == 1) continue;
    usage_error((standard ? "standard input" : "the pipe " + read[i].file) + " cannot be read twice: by " +
                    listed(readers),
                "name a file for all but one");
  }
}

void refuse_writing_twice(const std::vector<NamedFile>& written) {
  for (std::size_t o = 0; o < written.size(); ++o) {
    for (std::size_t other = 0; other < o; ++other) {
      const std::string one = identity(written[o].file, STDOUT_FILENO);
      const bool same = (written[o].file == "-" && written[other].file == "-") ||
                        (!one.empty() && one == identity(written[other].file, STDOUT_FILENO));
      if (same)
        usage_error(written[other].by + " and " + written[o].by + " would write to the same place",
                    "give them different files");
    }
  }
}

// An input is never written to, except that a command may replace FILE at its end where it says so.
void refuse_overwriting(const Command& command, const NamedFile& output, const NamedFile& input) {
  const std::string target = identity(output.file, STDOUT_FILENO);
  if (target.empty() || target != identity(input.file, STDIN_FILENO)) return;
  const bool replaces = output.file != "-" && !is_pipe(output.file);
  if (command.in_place && input.by == "FILE" && replaces) return;
  const bool allowed = std::any_of(command.options.begin(), command.options.end(), [&](const Option& option) {
    return "--" + option.key() == output.by && option.may_replace == input.by;
  });
  if (allowed && replaces) return;
  const std::string what = output.file == "-" ? "standard output" : output.by + " " + output.file;
  usage_error(what + " would overwrite what " + input.by + " reads", "write to another file");
}

}  // namespace

void check_files(const Command& command) {
  std::vector<NamedFile> read;
  std::vector<NamedFile> written;
  collect(command, read, written);
  refuse_reading_twice(read);
  refuse_writing_twice(written);
  for (const NamedFile& output : written) {
    for (const NamedFile& input : read) refuse_overwriting(command, output, input);
  }
}

}  // namespace nearfar::cli
