// usage: replay_<target> FOLDER
// Runs a target on every file of its corpus, for the ordinary tests.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "fuzz/target.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const std::filesystem::path& file : files) {
    std::ifstream in(file, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    static_cast<void>(std::printf("%s\n", file.filename().c_str()));
    static_cast<void>(std::fflush(stdout));  // the last name printed is the one that ended the process
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }
  static_cast<void>(std::printf("%zu inputs\n", files.size()));
  return files.empty() ? 1 : 0;
}
