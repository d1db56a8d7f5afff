#include <fcntl.h>
#include <fmt/core.h>
#include <sys/resource.h>
#include <unistd.h>

#include <exception>
#include <new>

#include "cli/command.h"
#include "cli/console.h"
#include "nearfar/core/error.h"
#include "nearfar/core/parallel.h"
#include "nearfar/core/text.h"
#include "nearfar/core/version.h"
#include "nearfar/io/sink.h"

namespace nearfar::cli {
namespace {

// A closed descriptor 0-2 is filled with one on which the operation fails, so that no data file ever gets its
// number: open() gives the lowest free one.
void fill_standard_descriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) >= 0) continue;
    if (::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY) != descriptor)
      ::_exit(static_cast<int>(ErrorKind::io));
  }
}

void print(const std::string& text) {
  Sink out("-");
  out.write(text);
  out.close();
}

std::string version_text(const Command& command) {
  std::string text = command.name + " (nearfar) " + std::string(version()) + "\n";
  if (command.common.verbose) text += "instruction set: " + std::string(instruction_set()) + "\n";
  return text;
}

// What the process has used so far.
std::string resources_text() {
  struct rusage used {};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const struct timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return fmt::format("{:.2f} s of CPU time on {}, {:.0f} MB of memory at most, instruction set {}",
                     seconds(used.ru_utime) + seconds(used.ru_stime), counted(threads(), "thread"),
                     static_cast<double>(used.ru_maxrss) / 1000, instruction_set());
}

int run(Command& command, int argc, char** argv) {
  std::string text;
  switch (parse(command, argc, argv, text)) {
    case Action::help:
      print(help_text(command));
      return 0;
    case Action::version:
      print(version_text(command));
      return 0;
    case Action::print_config:
    case Action::generate:
      print(text);
      return 0;
    case Action::run:
      break;
  }
  set_threads(static_cast<int>(command.common.threads));
  const int status = command.run();
  Console(command).detail(resources_text());
  return status;
}

int fail(const Command& command, int status, const std::string& text) {
  Console(command).error(text);
  return status;
}

}  // namespace

int run_command(Command& command, int argc, char** argv) {
  fill_standard_descriptors();
  end_tidily_on_signals();
  const std::string report =
      " (nearfar " + std::string(version()) + "); please report it with the command line";
  try {
    return run(command, argc, argv);
  } catch (const Error& error) {
    return fail(command, static_cast<int>(error.kind()),
                error.what() + (error.kind() == ErrorKind::internal ? report : ""));
  } catch (const std::bad_alloc&) {
    return fail(command, static_cast<int>(ErrorKind::io), "out of memory");
  } catch (const std::exception& error) {
    return fail(command, static_cast<int>(ErrorKind::internal),
                std::string("a bug: ") + error.what() + report);
  }
}

}  // namespace nearfar::cli
