// The command line and its config file: words, one a line, then, behind a zero byte, the file that @CONFIG
// names. What
// --print-config prints gives the same options again.
#include <optional>

#include "cli/data_options.h"
#include "fuzz/target.h"

using namespace nearfar;
using namespace nearfar::fuzz;

namespace {

// One option of each kind beside those of the tools.
struct Options {
  cli::DataOptions data;
  cli::SpaceOptions space;
  double number = 0.5;
  std::optional<double> optional_number;
  std::string output = "-";
  std::string log;
};

// The effective options, "" where the words say no such thing; nothing where they are refused.
std::optional<std::string> effective(const std::vector<std::string>& words) {
  Options options;
  cli::Command command;
  command.name = "fuzz";
  options.data.add_to(command);
  options.space.add_to(command);
  command.add("More", {cli::number_option("--number", "X", "", options.number, 0),
                       cli::optional_number_option("--optional-number", "X", "", options.optional_number, ""),
                       cli::output_option("-o,--output", "", options.output),
                       cli::output_option("--log", "", options.log)});
  std::vector<std::string> copies{"fuzz"};
  copies.insert(copies.end(), words.begin(), words.end());
  std::vector<char*> argv;
  for (std::string& word : copies) argv.push_back(word.data());
  argv.push_back(nullptr);
  try {
    std::string config;
    static_cast<void>(cli::parse(command, static_cast<int>(copies.size()), argv.data(), config));
    return config;
  } catch (const Error& error) {
    require(error.kind() == ErrorKind::usage || error.kind() == ErrorKind::io, error.what());
    return std::nullopt;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t zero = std::min(bytes.find('\0'), size);
  const InputFile config(bytes.substr(std::min(zero + 1, size)));
  std::vector<std::string> words;
  for (std::string_view rest = bytes.substr(0, zero); !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    words.emplace_back(rest.substr(0, end));
    if (words.back() == "@CONFIG") words.back() = config.path();
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  const std::optional<std::string> printed = effective(words);
  if (!printed || printed->empty()) return 0;
  const InputFile file(*printed);
  require(effective({"--config", file.path(), "--print-config"}) == printed,
          "the printed options are the same again");
  return 0;
}
