// failing-command KIND: ends in each way in which a command can, for the tests of what becomes of it.
#include <map>
#include <new>
#include <stdexcept>

#include "cli/command.h"
#include "nearfar/core/error.h"

using namespace nearfar;

namespace {

int run(const std::string& kind) {
  const std::map<std::string, ErrorKind> kinds{{"usage", ErrorKind::usage},
                                               {"data", ErrorKind::data},
                                               {"io", ErrorKind::io},
                                               {"numerical", ErrorKind::numerical},
                                               {"inconclusive", ErrorKind::inconclusive},
                                               {"internal", ErrorKind::internal}};
  if (const auto found = kinds.find(kind); found != kinds.end()) throw Error(found->second, "as asked");
  if (kind == "memory") throw std::bad_alloc();
  if (kind == "bug") throw std::logic_error("not thought of");
  return kind == "gate" ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::string kind;
  cli::Command command;
  command.name = "failing-command";
  command.input = &kind;
  command.run = [&] { return run(kind); };
  return cli::run_command(command, argc, argv);
}
