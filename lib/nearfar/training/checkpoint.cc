#include "nearfar/training/checkpoint.h"

#include <sys/stat.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <set>

#include "nearfar/core/advice.h"
#include "nearfar/core/error.h"
#include "nearfar/core/hash.h"
#include "nearfar/core/version.h"
#include "nearfar/io/sink.h"
#include "nearfar/io/source.h"

namespace nearfar {
namespace {

static_assert(std::endian::native == std::endian::little, "values are written as they are in memory");

constexpr std::string_view kMagic = "nearfar-checkpoint\n";
constexpr std::uint64_t kVersion = 1;
constexpr std::size_t kLargestFile = std::size_t{16} << 30U;
constexpr std::size_t kMostEntries = 100'000;

void put_count(std::string& out, std::uint64_t count) {
  out.append(reinterpret_cast<const char*>(&count), sizeof count);
}

void put_text(std::string& out, std::string_view text) {
  put_count(out, text.size());
  out += text;
}

template <class T>
void put_values(std::string& out, const std::vector<T>& values) {
  put_count(out, values.size());
  out.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

// Takes parts off the front of the bytes, none of which may be longer than what is left.
class Reader {
 public:
  Reader(std::string_view bytes, const std::string& name) : bytes_(bytes), name_(name) {}

  [[noreturn]] void refuse(const std::string& why) const {
    data_error("not a usable checkpoint: " + why, {name_, 0, 0, {}}, "remove it to start from the beginning");
  }
  [[nodiscard]] std::string_view take(std::uint64_t size) {
    if (size > bytes_.size()) refuse("it ends too early");
    const std::string_view part = bytes_.substr(0, static_cast<std::size_t>(size));
    bytes_.remove_prefix(part.size());
    return part;
  }
  [[nodiscard]] std::uint64_t count() {
    std::uint64_t value = 0;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  [[nodiscard]] std::uint64_t entries() {
    const std::uint64_t value = count();
    if (value > kMostEntries) refuse("it claims to have more parts than any checkpoint");
    return value;
  }
  [[nodiscard]] std::string text() { return std::string(take(count())); }
  template <class T>
  [[nodiscard]] std::vector<T> values() {
    const std::uint64_t size = count();
    if (size > bytes_.size() / sizeof(T)) refuse("it ends too early");
    const std::string_view part = take(size * sizeof(T));
    std::vector<T> result(static_cast<std::size_t>(size));
    if (!part.empty()) std::memcpy(result.data(), part.data(), part.size());
    return result;
  }
  [[nodiscard]] Checkpoint::Values array() {
    const std::uint64_t type = count();
    switch (type) {
      case 0:
        return values<float>();
      case 1:
        return values<double>();
      case 2:
        return values<std::int64_t>();
      default:
        refuse("it has an array of unknown type " + std::to_string(type));
    }
  }
  [[nodiscard]] bool at_end() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
  const std::string& name_;
};

const std::string* fact(std::span<const Checkpoint::Fact> facts, std::string_view name) {
  const auto found = std::find_if(facts.begin(), facts.end(), [&](const auto& f) { return f.first == name; });
  return found == facts.end() ? nullptr : &found->second;
}

}  // namespace

template <class T>
const std::vector<T>& Checkpoint::get(std::string_view name, std::int64_t size) const {
  const auto found =
      std::find_if(arrays.begin(), arrays.end(), [&](const Array& array) { return array.name == name; });
  const auto* values = found != arrays.end() ? std::get_if<std::vector<T>>(&found->values) : nullptr;
  if (values == nullptr)
    data_error("the checkpoint has no array '" + std::string(name) + "' of the right type", {}, kStartAnew);
  if (size >= 0 && static_cast<std::int64_t>(values->size()) != size) {
    data_error("the array '" + std::string(name) + "' of the checkpoint has " +
                   std::to_string(values->size()) + " values, " + std::to_string(size) + " are needed",
               {}, kStartAnew);
  }
  return *values;
}

template NEARFAR_EXPORT const std::vector<float>& Checkpoint::get(std::string_view, std::int64_t) const;
template NEARFAR_EXPORT const std::vector<double>& Checkpoint::get(std::string_view, std::int64_t) const;
template NEARFAR_EXPORT const std::vector<std::int64_t>& Checkpoint::get(std::string_view,
                                                                         std::int64_t) const;

void Checkpoint::check_identity(std::span<const Fact> now, const std::string& file) const {
  const auto refuse = [&](const std::string& name, const std::string* before, const std::string* is) {
    const auto value = [](const std::string* text) {
      return text != nullptr ? "'" + *text + "'" : std::string("not given");
    };
    data_error(
        "the checkpoint is of another run: " + name + " was " + value(before) + " and is now " + value(is),
        {file, 0, 0, {}}, "go on with the same data and options, or remove the file to start anew");
  };
  for (const auto& [name, value] : now) {
    const std::string* before = fact(identity, name);
    if (before == nullptr || *before != value) refuse(name, before, &value);
  }
  for (const auto& [name, value] : identity) {
    if (fact(now, name) == nullptr) refuse(name, &value, nullptr);
  }
}

std::string checkpoint_bytes(const Checkpoint& checkpoint) {
  std::string out(kMagic);
  put_count(out, kVersion);
  put_count(out, checkpoint.identity.size());
  for (const auto& [name, value] : checkpoint.identity) {
    put_text(out, name);
    put_text(out, value);
  }
  put_count(out, checkpoint.arrays.size());
  for (const Checkpoint::Array& array : checkpoint.arrays) {
    put_text(out, array.name);
    put_count(out, array.values.index());
    std::visit([&](const auto& values) { put_values(out, values); }, array.values);
  }
  out += hash_text(out);
  return out;
}

Checkpoint parse_checkpoint(std::string_view bytes, const std::string& name) {
  Reader start(bytes, name);
  if (!bytes.starts_with(kMagic)) start.refuse("it does not begin as one");
  (void)start.take(kMagic.size());
  const std::uint64_t file_version = start.count();
  if (file_version != kVersion) {
    start.refuse("it has format version " + std::to_string(file_version) + ", nearfar " +
                 std::string(version()) + " reads version " + std::to_string(kVersion));
  }
  const std::size_t checksum = hash_text({}).size();
  const std::size_t content = bytes.size() - std::min(bytes.size(), checksum);
  if (content < kMagic.size() + sizeof kVersion ||
      hash_text(bytes.substr(0, content)) != bytes.substr(content))
    start.refuse("the checksum does not match: it was cut or damaged");

  Reader reader(bytes.substr(0, content), name);
  (void)reader.take(kMagic.size() + sizeof kVersion);
  Checkpoint checkpoint;
  std::set<std::string> names;
  for (std::uint64_t left = reader.entries(); left > 0; --left) {
    std::string fact_name = reader.text();
    if (!names.insert(fact_name).second) reader.refuse("it says twice what '" + fact_name + "' is");
    checkpoint.identity.emplace_back(std::move(fact_name), reader.text());
  }
  names.clear();
  for (std::uint64_t left = reader.entries(); left > 0; --left) {
    std::string array_name = reader.text();
    if (!names.insert(array_name).second) reader.refuse("it has two arrays '" + array_name + "'");
    checkpoint.add(std::move(array_name), reader.array());
  }
  if (!reader.at_end()) reader.refuse("there is more in it than its parts");
  return checkpoint;
}

void write_checkpoint(const Checkpoint& checkpoint, const std::string& file) {
  Sink sink(file);
  sink.write(checkpoint_bytes(checkpoint));
  sink.close();
}

std::optional<Checkpoint> read_checkpoint(const std::string& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0 && errno == ENOENT) return std::nullopt;
  Source source(file);
  return parse_checkpoint(read_all(source, kLargestFile), source.name());
}

}  // namespace nearfar
