// Baselines: the input is all before the checksum, which is made to fit. What is accepted is written and read
// again unchanged.
#include "fuzz/target.h"
#include "nearfar/core/hash.h"
#include "nearfar/io/baseline_file.h"

using namespace nearfar;
using namespace nearfar::fuzz;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  const std::string sealed = body + "\"checksum\": \"" + hash_text(body) + "\"\n}\n";
  Baseline baseline;
  if (!accepted([&] { baseline = parse_baseline(sealed, "input"); })) return 0;
  const std::string written = baseline_text(baseline);
  require(baseline_text(parse_baseline(written, "written")) == written,
          "a baseline that was read can be written");
  return 0;
}
