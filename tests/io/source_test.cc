#include "nearfar/io/source.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <thread>

#include "nearfar/core/random.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

std::string gzipped(std::string_view text) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string read_in_steps(Source& source, std::size_t step) {
  std::string all;
  std::string part(step, '\0');
  while (const std::size_t got = source.read(part.data(), step)) all.append(part, 0, got);
  return all;
}

std::string random_text(std::size_t size) {
  Random random(size);
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>('a' + random.below(26));
  return text;
}

}  // namespace

TEST_CASE("all bytes arrive in order, for any step and any amount looked at before") {
  const Scratch scratch;
  for (const std::size_t size : {0U, 1U, 2U, 3U, 4096U, 10'000U, 600'000U}) {
    const std::string text = random_text(size);
    const std::string plain = scratch.file("plain", text);
    const std::string packed = scratch.file("packed", gzipped(text));
    for (const std::string& file : {plain, packed}) {
      for (const std::size_t step : {1U, 3U, 4096U, 1'000'000U}) {
        if (step == 1 && size > 10'000) continue;
        Source source(file);
        CHECK(source.name() == file);
        for (const std::size_t ahead : {0U, 1U, 6U, 4096U})
          CHECK(source.peek(ahead) == std::string_view(text).substr(0, ahead));
        CHECK(read_in_steps(source, step) == text);
        CHECK(source.peek(10).empty());
      }
    }
  }
}

TEST_CASE("peeking in the middle does not lose bytes") {
  const Scratch scratch;
  const std::string text = random_text(9000);
  for (const std::string& bytes : {text, gzipped(text)}) {
    Source source(scratch.file("f", bytes));
    std::string all;
    char part[700];
    for (;;) {
      CHECK(source.peek(1 + all.size() % 5000) ==
            std::string_view(text).substr(all.size(), std::min<std::size_t>(1 + all.size() % 5000, 4096)));
      const std::size_t got = source.read(part, sizeof part);
      if (got == 0) break;
      all.append(part, got);
    }
    CHECK(all == text);
  }
}

TEST_CASE("gzip files of several members, and empty ones, are read to the end") {
  const Scratch scratch;
  Source several(scratch.file("several.gz", gzipped("abc") + gzipped("") + gzipped("def")));
  CHECK(read_in_steps(several, 2) == "abcdef");
  Source empty(scratch.file("empty.gz", gzipped("")));
  CHECK(read_in_steps(empty, 2).empty());
}

TEST_CASE("damaged and cut gzip data are refused as data") {
  const Scratch scratch;
  const std::string packed = gzipped(random_text(5000));
  for (const std::size_t kept : {std::size_t{2}, std::size_t{9}, packed.size() / 2, packed.size() - 1}) {
    Source source(scratch.file("cut.gz", packed.substr(0, kept)));
    CHECK(kind_of([&] { (void)read_in_steps(source, 1000); }) == kData);
  }
  std::string damaged = packed;
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 0x55);
  Source source(scratch.file("damaged.gz", damaged));
  CHECK(kind_of([&] { (void)read_in_steps(source, 1000); }) == kData);
}

TEST_CASE("a pipe that gives a byte at a time is read and recognised as gzip") {
  const std::string text = random_text(300);
  for (const std::string& bytes : {text, gzipped(text)}) {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    std::thread producer([&] {
      for (const char c : bytes) {
        if (::write(ends[1], &c, 1) != 1) break;
        std::this_thread::yield();
      }
      ::close(ends[1]);
    });
    Source source("/dev/fd/" + std::to_string(ends[0]));
    CHECK(source.peek(20) == text.substr(0, 20));
    CHECK(read_in_steps(source, 64) == text);
    producer.join();
    ::close(ends[0]);
  }
}

TEST_CASE("what cannot be opened or read is an io error with the name") {
  const Scratch scratch;
  const auto missing = error_of([&] { const Source source(scratch.path("missing")); });
  REQUIRE(missing);
  CHECK((missing->kind() == ErrorKind::io));
  CHECK(contains(missing->what(), scratch.path("missing") + ": cannot open: No such file"));
  CHECK(kind_of([&] { const Source source(scratch.folder().string()); }) == kIo);
  CHECK(kind_of([&] { const Source source(scratch.file("f", "x") + "/below"); }) == kIo);
}

TEST_CASE("read_all gives everything up to its limit") {
  const Scratch scratch;
  const std::string text = random_text(600'000);
  const std::string file = scratch.file("f", text);
  Source within(file);
  CHECK(read_all(within, 600'000) == text);
  Source beyond(file);
  CHECK(kind_of([&] { (void)read_all(beyond, 599'999); }) == kData);
}
