#pragma once

#include <csignal>

namespace nearfar::cli {

/// While this lives, a signal that ends the process is kept until someone looks, so that work can be put away
/// first. Signals that are ignored stay so.
class StopSignal {
 public:
  StopSignal();
  /// A signal that has come by now ends the process.
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  /// The signal that has come, 0 for none.
  [[nodiscard]] static int come();
  /// Puts back what was done with signals before, and lets the one that has come have its way.
  void let_go();

 private:
  struct sigaction before_[3] = {};
  bool holds_ = true;
};

}  // namespace nearfar::cli
