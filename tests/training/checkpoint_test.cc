#include "nearfar/training/checkpoint.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "nearfar/core/hash.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

Checkpoint sample() {
  Checkpoint checkpoint;
  checkpoint.identity = {{"data", "xxh3-128:00"}, {"lr", "0.001"}, {"empty", ""}};
  checkpoint.add("weights", std::vector<float>{1.5F, -0.0F, std::numeric_limits<float>::denorm_min()});
  checkpoint.add("sums", std::vector<double>{1e300, -2});
  checkpoint.add("step", std::vector<std::int64_t>{std::numeric_limits<std::int64_t>::min(), 7});
  checkpoint.add("none", std::vector<float>{});
  return checkpoint;
}

// The bytes with a checksum that is right.
std::string sealed(std::string bytes) {
  bytes.resize(bytes.size() - hash_text({}).size());
  return bytes + hash_text(bytes);
}

bool refused(std::string_view bytes) {
  return kind_of([&] { (void)parse_checkpoint(bytes, "run.ckpt"); }) == kData;
}

}  // namespace

TEST_CASE("checkpoint: what is written is read, to the bit") {
  const std::string bytes = checkpoint_bytes(sample());
  const Checkpoint read = parse_checkpoint(bytes, "run.ckpt");
  CHECK(checkpoint_bytes(read) == bytes);
  CHECK(read.identity == sample().identity);
  CHECK(read.get<float>("weights", 3)[0] == 1.5F);
  CHECK(std::signbit(read.get<float>("weights")[1]));
  CHECK(read.get<double>("sums")[0] == 1e300);
  CHECK(read.get<std::int64_t>("step", 2)[1] == 7);
  CHECK(read.get<float>("none", 0).empty());
}

TEST_CASE("checkpoint: an array that is missing, of another type or length is refused") {
  const Checkpoint checkpoint = sample();
  CHECK(kind_of([&] { (void)checkpoint.get<float>("weight"); }) == kData);
  CHECK(kind_of([&] { (void)checkpoint.get<double>("weights"); }) == kData);
  CHECK(kind_of([&] { (void)checkpoint.get<float>("weights", 4); }) == kData);
  CHECK(kind_of([&] { (void)checkpoint.get<float>("weights", 3); }) == 0);
}

TEST_CASE("checkpoint: the fact that differs is named with both values") {
  const Checkpoint checkpoint = sample();
  std::vector<Checkpoint::Fact> now = sample().identity;
  std::swap(now[0], now[2]);  // in any order
  CHECK(kind_of([&] { checkpoint.check_identity(now, "run.ckpt"); }) == 0);
  now = sample().identity;
  now[1].second = "0.01";
  const auto other = error_of([&] { checkpoint.check_identity(now, "run.ckpt"); });
  REQUIRE(other);
  CHECK(other->kind() == ErrorKind::data);
  CHECK(contains(other->what(), "run.ckpt"));
  CHECK(contains(other->message(), "lr was '0.001' and is now '0.01'"));
  now = sample().identity;
  now.emplace_back("momentum", "0.9");
  const auto more = error_of([&] { checkpoint.check_identity(now, "run.ckpt"); });
  REQUIRE(more);
  CHECK(contains(more->message(), "momentum was not given and is now '0.9'"));
  now = sample().identity;
  now.pop_back();
  const auto fewer = error_of([&] { checkpoint.check_identity(now, "run.ckpt"); });
  REQUIRE(fewer);
  CHECK(contains(fewer->message(), "empty was '' and is now not given"));
}

TEST_CASE("checkpoint: cut anywhere, or with any byte changed, it is refused") {
  const std::string bytes = checkpoint_bytes(sample());
  for (std::size_t size = 0; size < bytes.size(); ++size) CHECK(refused(bytes.substr(0, size)));
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string bad = bytes;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    CHECK(refused(bad));
  }
  CHECK(refused(bytes + "x"));
}

TEST_CASE("checkpoint: lengths that lie under a right checksum take no memory") {
  const std::string bytes = checkpoint_bytes(sample());
  const std::size_t end = bytes.size() - hash_text({}).size();
  std::int64_t read = 0;
  for (std::size_t at = 19; at + 8 <= end; ++at) {
    for (const std::uint64_t lie : {std::uint64_t{0}, std::uint64_t{1} << 20U, std::uint64_t{1} << 40U,
                                    std::uint64_t{1} << 61U, ~std::uint64_t{0}}) {
      std::string bad = bytes;
      bad.replace(at, 8, reinterpret_cast<const char*>(&lie), 8);
      bad = sealed(bad);
      const int kind = kind_of([&] { (void)parse_checkpoint(bad, "run.ckpt"); });
      CHECK((kind == kData || kind == 0));  // a changed value is a value
      read += kind == 0 ? 1 : 0;
    }
  }
  CHECK(read > 0);
  std::string twice = bytes;
  twice.replace(twice.find("weights"), 7, "sums\0\0\0", 7);
  CHECK(kind_of([&] { (void)parse_checkpoint(sealed(twice), "c"); }) == 0);
  Checkpoint same = sample();
  same.add("sums", std::vector<double>{});
  CHECK(refused(checkpoint_bytes(same)));
}

TEST_CASE(
    "checkpoint: a file that is not there is none; one that is there is read; another file is refused") {
  const Scratch scratch;
  const std::string file = scratch.path("run.ckpt");
  CHECK(!read_checkpoint(file));
  write_checkpoint(sample(), file);
  const auto read = read_checkpoint(file);
  REQUIRE(read);
  CHECK(checkpoint_bytes(*read) == checkpoint_bytes(sample()));
  (void)scratch.file("run.ckpt", "{\"format\": \"nearfar-model\"}");
  const auto error = error_of([&] { (void)read_checkpoint(file); });
  REQUIRE(error);
  CHECK(error->kind() == ErrorKind::data);
  CHECK(contains(error->what(), file));
}
