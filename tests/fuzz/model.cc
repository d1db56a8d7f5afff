// Models: what is accepted is written and read again unchanged, and maps rows or refuses them.
#include "fuzz/target.h"
#include "nearfar/model/model_file.h"

using namespace nearfar;
using namespace nearfar::fuzz;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  Model sealed;
  const bool seal_holds = accepted([&] { sealed = parse_model(text, "input"); });
  Model model;
  const bool whole = accepted([&] { model = parse_model(text, "input", true); });
  require(whole || !seal_holds, "what is accepted with its seal is accepted without");
  if (!whole) return 0;
  const std::string written = model_text(model);
  require(model_text(parse_model(written, "written")) == written, "a model that was read can be written");
  require(!seal_holds || model_text(sealed) == written, "the seal changes nothing");
  const Matrix rows(2, model.input_dim);
  accepted(
      [&] { require(model.apply(rows).cols() == model.output_dim(), "images have output_dim numbers"); });
  return 0;
}
