// Checkpoints: the bytes as they are, and with the seal that fits them, which a fuzzer would never find. What
// is accepted is written again unchanged, and what a training takes from it can be saved and restored.
#include "fuzz/target.h"
#include "nearfar/core/hash.h"
#include "nearfar/loss/loss_function.h"
#include "nearfar/training/progress.h"

using namespace nearfar;
using namespace nearfar::fuzz;

namespace {

void restore_training(const Checkpoint& checkpoint) {
  Progress progress;
  if (accepted([&] { progress.restore(checkpoint); })) {
    Checkpoint again;
    progress.save(again);
    Progress same;
    require(accepted([&] { same.restore(again); }), "what was restored can be saved");
    require(progress.active_share() <= 0x1p53, "the active share is a number");
  }
  constexpr std::int64_t kNumbers = 4;
  const ParameterRange range{0, kNumbers, true};
  Optimizer optimizer(kNumbers, {}, {&range, 1});
  if (accepted([&] { optimizer.restore(checkpoint, "optimizer."); })) {
    float values[kNumbers] = {};
    const float gradient[kNumbers] = {1, -1, 0, 2};
    optimizer.step(values, gradient, 1, 1);
  }
}

void restore_loss(const Checkpoint& checkpoint) {
  LossSetup setup;
  setup.info = &loss_info("infonce");
  setup.distance = DistanceKind::cosine;
  setup.options = default_options(*setup.info, setup.distance);
  setup.options.memory = 3;
  setup.dim = 2;
  setup.classes = 2;
  LossFunction loss(setup);
  std::vector<LossFunction::Array> state;
  for (const Checkpoint::Array& array : checkpoint.arrays) {
    if (array.name.starts_with("loss.") && array.values.index() == 0)
      state.push_back({array.name.substr(5), checkpoint.get<float>(array.name)});
  }
  if (!accepted([&] { loss.restore(state); })) return;
  const std::int32_t labels[] = {0, 0, 1, 1};
  Supervision supervision;
  supervision.labels = labels;
  static_cast<void>(loss.evaluate(Matrix(4, 2), supervision));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  accepted([&] { static_cast<void>(parse_checkpoint(bytes, "input")); });
  const std::string sealed = bytes + hash_text(bytes);
  Checkpoint checkpoint;
  if (!accepted([&] { checkpoint = parse_checkpoint(sealed, "input"); })) return 0;
  require(checkpoint_bytes(checkpoint) == sealed, "a checkpoint is written as it was read");
  restore_training(checkpoint);
  restore_loss(checkpoint);
  return 0;
}
