#include "nearfar/training/run_identity.h"

#include "nearfar/core/hash.h"

namespace nearfar {
namespace {

template <class T>
std::string_view bytes_of(std::span<const T> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

std::string tuples_fingerprint(const Tuples& tuples) {
  Hasher hasher;
  hasher.add(tuple_kind(tuples.kind).name);
  hasher.add(bytes_of(std::span<const std::int32_t>(tuples.items)));
  hasher.add(bytes_of(std::span<const float>(tuples.values)));
  return hasher.text();
}

}  // namespace

std::vector<Checkpoint::Fact> run_identity(const Model& model, const SideInformation& supervision) {
  std::vector<Checkpoint::Fact> facts{{"the version of nearfar", model.tool_version},
                                      {"--method", model.method},
                                      {"--seed", std::to_string(model.seed)},
                                      {"--normalize", model.normalize ? "true" : "false"},
                                      {"--distance", model.distance},
                                      {"the data", model.fingerprint}};
  for (const auto& [name, value] : model.options) facts.emplace_back("--" + name, value);
  if (supervision.tuples != nullptr)
    facts.emplace_back("the tuples", tuples_fingerprint(*supervision.tuples));
  if (!supervision.targets.empty())
    facts.emplace_back("the targets", hash_text(bytes_of(supervision.targets)));
  if (!supervision.chunks.empty()) facts.emplace_back("the chunks", hash_text(bytes_of(supervision.chunks)));
  if (supervision.valid != nullptr)
    facts.emplace_back("the validation rows", data_fingerprint(*supervision.valid));
  return facts;
}

std::string values_fingerprint(std::span<const float> values) { return hash_text(bytes_of(values)); }

std::string values_fingerprint(const Matrix& values) {
  return values_fingerprint({values.data(), static_cast<std::size_t>(values.size())});
}

}  // namespace nearfar
