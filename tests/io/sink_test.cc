#include "nearfar/io/sink.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "nearfar/core/signals.h"
#include "nearfar/io/temporary_file.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;
namespace fs = std::filesystem;

namespace {

void write_file(const std::string& file, std::string_view bytes) {
  Sink sink(file);
  sink.write(bytes);
  sink.close();
}

mode_t mode_of(const std::string& file) {
  struct stat status {};
  REQUIRE(::stat(file.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

}  // namespace

TEST_CASE("a new file has what was written and the mode of the umask") {
  const Scratch scratch;
  const mode_t before = ::umask(027);
  write_file(scratch.path("new"), "abc");
  ::umask(before);
  CHECK(bytes_of(scratch.path("new")) == "abc");
  CHECK(mode_of(scratch.path("new")) == 0640);
  CHECK(scratch.entries() == 1);
  write_file(scratch.path("empty"), "");
  CHECK(bytes_of(scratch.path("empty")).empty());
  CHECK(scratch.entries() == 2);
}

TEST_CASE("large and small writes come out in order") {
  const Scratch scratch;
  std::string expected;
  Sink sink(scratch.path("f"));
  for (std::size_t i = 0; i < 60; ++i) {
    const std::string piece(i * i * 137 % 300'000, static_cast<char>('a' + i % 26));
    sink.write(piece);
    if (i % 7 == 0) sink.flush();
    expected += piece;
  }
  sink.close();
  CHECK(bytes_of(scratch.path("f")) == expected);
}

TEST_CASE("the old file stays until close, and stays for good without it") {
  const Scratch scratch;
  const std::string file = scratch.file("f", "old");
  {
    Sink sink(file);
    sink.write(std::string(1'000'000, 'x'));
    sink.flush();
    CHECK(bytes_of(file) == "old");
  }
  CHECK(bytes_of(file) == "old");
  CHECK(scratch.entries() == 1);
  Sink sink(file);
  sink.write("new");
  CHECK(bytes_of(file) == "old");
  sink.close();
  CHECK(bytes_of(file) == "new");
  CHECK(scratch.entries() == 1);
}

TEST_CASE("a file that is being replaced can still be read") {
  const Scratch scratch;
  const std::string file = scratch.file("f", "old");
  std::ifstream in(file);
  write_file(file, "new");
  std::string text;
  in >> text;
  CHECK(text == "old");
}

TEST_CASE("the mode of the old file is kept") {
  const Scratch scratch;
  const std::string file = scratch.file("f", "old");
  for (const mode_t mode : {mode_t{0600}, mode_t{0755}, mode_t{0666}}) {
    REQUIRE(::chmod(file.c_str(), mode) == 0);
    write_file(file, "new");
    CHECK(mode_of(file) == mode);
  }
}

TEST_CASE("a symbolic link is followed, not replaced, whether its target exists or not") {
  const Scratch scratch;
  fs::create_directory(scratch.folder() / "below");
  for (const bool exists : {true, false}) {
    if (exists) (void)scratch.file("below/target", "old");
    fs::create_symlink("below/target", scratch.folder() / "link");
    fs::create_symlink("link", scratch.folder() / "link2");
    write_file(scratch.path("link2"), "new");
    CHECK(fs::is_symlink(scratch.folder() / "link"));
    CHECK(fs::is_symlink(scratch.folder() / "link2"));
    CHECK(bytes_of(scratch.path("below/target")) == "new");
    CHECK(scratch.entries() == 3);
    for (const char* name : {"link", "link2", "below/target"}) fs::remove(scratch.folder() / name);
  }
  fs::create_symlink("loop", scratch.folder() / "loop");
  CHECK(kind_of([&] { write_file(scratch.path("loop"), "x"); }) == kIo);
}

TEST_CASE("bytes already written can be replaced in a regular file only") {
  const Scratch scratch;
  Sink sink(scratch.path("f"));
  CHECK(sink.seekable());
  sink.write("0123456789");
  sink.overwrite(3, "abc");
  sink.write("!");
  sink.close();
  CHECK(bytes_of(scratch.path("f")) == "012abc6789!");
  CHECK_FALSE(Sink("/dev/null").seekable());
}

TEST_CASE("a full device is an io error, at write or at close") {
  if (::access("/dev/full", W_OK) != 0) {
    MESSAGE("skipped: there is no /dev/full");
    return;
  }
  Sink small("/dev/full");
  small.write("x");
  CHECK(kind_of([&] { small.close(); }) == kIo);
  Sink large("/dev/full");
  const auto error = error_of([&] { large.write(std::string(1'000'000, 'x')); });
  REQUIRE(error);
  CHECK(contains(error->what(), "/dev/full: cannot write: No space left on device\n"));
  CHECK(contains(error->advice(), "df"));
}

TEST_CASE("what exists and is no regular file is written directly") {
  write_file("/dev/null", "abc");
  struct stat status {};
  REQUIRE(::stat("/dev/null", &status) == 0);
  CHECK(S_ISCHR(status.st_mode));
  const Scratch scratch;
  const std::string fifo = scratch.path("fifo");
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  std::string received;
  std::thread reader([&] { received = bytes_of(fifo); });
  write_file(fifo, std::string(300'000, 'y'));
  reader.join();
  CHECK(received == std::string(300'000, 'y'));
  CHECK(fs::is_fifo(fifo));
  CHECK(scratch.entries() == 1);
}

TEST_CASE("what cannot be created is an io error and leaves nothing behind") {
  const Scratch scratch;
  CHECK(kind_of([&] { const Sink sink(scratch.path("no/such/folder")); }) == kIo);
  CHECK(kind_of([&] { const Sink sink(scratch.folder().string()); }) == kIo);
  CHECK(kind_of([&] { write_file("", "x"); }) == kIo);
  CHECK(scratch.entries() == 0);
}

TEST_CASE("names: standard output, and the file as it was given") {
  CHECK(Sink("-").name() == "standard output");
  CHECK(Sink("/dev/null").name() == "/dev/null");
}

TEST_CASE("remove_temporary_files removes those of all open sinks, and only those") {
  const Scratch scratch;
  {
    Sink first(scratch.path("first"));
    Sink second(scratch.path("second"));
    write_file(scratch.path("third"), "done");
    CHECK(scratch.entries() == 3);
    remove_temporary_files();
    CHECK(scratch.entries() == 1);
  }
  CHECK(bytes_of(scratch.path("third")) == "done");
}

TEST_CASE("a pipe that is not blocking is waited for") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_NONBLOCK) == 0);
  const std::string text = std::string(300'000, 'a') + std::string(300'000, 'b');
  std::string received;
  std::thread reader([&] {
    char block[10'000];
    for (;;) {
      const ssize_t got = ::read(ends[0], block, sizeof block);
      if (got == 0) break;
      if (got > 0) received.append(block, static_cast<std::size_t>(got));
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
  });
  write_file("/dev/fd/" + std::to_string(ends[1]), text);
  ::close(ends[1]);
  reader.join();
  ::close(ends[0]);
  CHECK(received == text);
}

TEST_CASE("a name as long as the file system allows has room for its temporary file") {
  const Scratch scratch;
  const std::string name(255, 'n');
  write_file(scratch.path(name), "first");
  write_file(scratch.path(name), "second");
  CHECK(bytes_of(scratch.path(name)) == "second");
  CHECK(scratch.entries() == 1);
  CHECK(kind_of([&] { write_file(scratch.path(name + "n"), "x"); }) == kIo);
  CHECK(scratch.entries() == 1);
}

TEST_CASE("the owner of the old file is kept where this process may give files away") {
  if (::geteuid() != 0) {
    MESSAGE("skipped: not run as root");
    return;
  }
  constexpr uid_t kUser = 12345;
  constexpr gid_t kGroup = 23456;
  const Scratch scratch;
  const std::string file = scratch.file("f", "old");
  REQUIRE(::chown(file.c_str(), kUser, kGroup) == 0);
  REQUIRE(::chmod(file.c_str(), 0640) == 0);
  write_file(file, "new");
  struct stat status {};
  REQUIRE(::stat(file.c_str(), &status) == 0);
  CHECK(status.st_uid == kUser);
  CHECK(status.st_gid == kGroup);
  CHECK(mode_of(file) == 0640);
}

TEST_CASE("making a file leaves the held signals held") {
  const Scratch scratch;
  sigset_t pending;
  {
    const SignalsHeld held;
    ::raise(SIGTERM);
    Sink sink(scratch.path("f"));
    sink.write("x");
    REQUIRE(::sigpending(&pending) == 0);
    CHECK(sigismember(&pending, SIGTERM) == 1);  // the sink gives the mask back as it was
    ::signal(SIGTERM, SIG_IGN);                  // drops the pending one
  }
  ::signal(SIGTERM, SIG_DFL);
  CHECK(scratch.entries() == 0);
}

TEST_CASE("a followed file is written in place and stays without close") {
  const Scratch scratch;
  const std::string file = scratch.file("log.jsonl", "old and longer text\n");
  {
    Sink sink(file, Sink::Mode::follow);
    sink.write("line 1\n");
    sink.flush();
    CHECK(bytes_of(file) == "line 1\n");
  }
  CHECK(bytes_of(file) == "line 1\n");
}
