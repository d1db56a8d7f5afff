#include "cli/stop_signal.h"

#include <array>

namespace nearfar::cli {
namespace {

constexpr std::array<int, 3> kSignals{SIGINT, SIGTERM, SIGHUP};
volatile std::sig_atomic_t come_signal = 0;

extern "C" void note_signal(int signal) { come_signal = signal; }

}  // namespace

StopSignal::StopSignal() {
  come_signal = 0;
  for (std::size_t s = 0; s < kSignals.size(); ++s) {
    ::sigaction(kSignals[s], nullptr, &before_[s]);
    if (before_[s].sa_handler == SIG_IGN) continue;
    struct sigaction action {};
    action.sa_handler = note_signal;
    action.sa_flags = SA_RESTART;
    ::sigaction(kSignals[s], &action, nullptr);
  }
}

StopSignal::~StopSignal() { let_go(); }

int StopSignal::come() { return come_signal; }

void StopSignal::let_go() {
  if (!holds_) return;
  holds_ = false;
  for (std::size_t s = 0; s < kSignals.size(); ++s) ::sigaction(kSignals[s], &before_[s], nullptr);
  if (come_signal != 0) ::raise(come_signal);
}

}  // namespace nearfar::cli
