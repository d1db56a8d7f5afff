#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <exception>
#include <new>

#include "cli/command.h"
#include "cli/console.h"
#include "nearfar/core/error.h"
#include "nearfar/core/parallel.h"
#include "nearfar/core/version.h"
#include "nearfar/io/sink.h"

namespace nearfar::cli {
namespace {

// A closed descriptor 0-2 is filled with one on which the operation fails, so that no data file ever gets its
// number.
void fill_standard_descriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) >= 0) continue;
    const int opened = ::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    if (opened >= 0 && opened != descriptor) {
      ::dup2(opened, descriptor);
      ::close(opened);
    }
  }
}

extern "C" void die_tidily(int signal) {
  remove_temporary_files();
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

void set_signals() {
  struct sigaction action {};
  action.sa_handler = die_tidily;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
    struct sigaction current {};
    // A caller that ignores a signal (nohup, or SIGPIPE by a parent that wants EPIPE) is left in charge.
    if (::sigaction(signal, nullptr, &current) == 0 && current.sa_handler == SIG_DFL)
      ::sigaction(signal, &action, nullptr);
  }
  ::signal(SIGXFSZ, SIG_IGN);  // a file-size limit becomes a write error
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

int run(Command& command, int argc, char** argv) {
  std::string config;
  switch (parse(command, argc, argv, config)) {
    case Action::help:
      print(help_text(command));
      return 0;
    case Action::version:
      print(version_text(command));
      return 0;
    case Action::print_config:
      print(config);
      return 0;
    case Action::run:
      break;
  }
  set_threads(static_cast<int>(command.common.threads));
  return command.run();
}

int fail(const Command& command, int status, const std::string& text) {
  Console(command).error(text);
  return status;
}

}  // namespace

int run_command(Command& command, int argc, char** argv) {
  fill_standard_descriptors();
  set_signals();
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
