#include "nearfar/training/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <vector>

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"

namespace nearfar {
namespace {

[[noreturn]] void refuse(std::string_view text) {
  usage_error("--schedule: '" + std::string(text) + "' is no schedule",
              "write constant, cosine, step:EPOCHS or step:EPOCHS:FACTOR, and warmup:STEPS before it: "
              "warmup:100,cosine");
}

std::int64_t count_of(std::string_view text, std::string_view part) {
  const std::optional<std::int64_t> count = parse_integer(part);
  if (!count || *count < 1) refuse(text);
  return *count;
}

}  // namespace

double Schedule::factor(std::int64_t step, std::int64_t steps, std::int64_t epoch) const {
  const double risen = step < warm_up ? static_cast<double>(step + 1) / static_cast<double>(warm_up) : 1;
  switch (kind) {
    case Kind::constant:
      break;
    case Kind::cosine: {
      const std::int64_t rest = std::max<std::int64_t>(1, steps - warm_up);
      const double t =
          static_cast<double>(std::clamp<std::int64_t>(step - warm_up, 0, rest)) / static_cast<double>(rest);
      return risen * (1 + std::cos(std::numbers::pi * t)) / 2;
    }
    case Kind::step:
      return risen * std::pow(drop, static_cast<double>((epoch - 1) / every));
  }
  return risen;
}

std::string Schedule::text() const {
  const std::string warm = warm_up > 0 ? "warmup:" + std::to_string(warm_up) + "," : "";
  switch (kind) {
    case Kind::cosine:
      return warm + "cosine";
    case Kind::step:
      return warm + "step:" + std::to_string(every) + ":" + number_text(drop);
    case Kind::constant:
      break;
  }
  return warm + "constant";
}

Schedule parse_schedule(std::string_view text) {
  Schedule schedule;
  bool named = false;
  const std::vector<std::string> parts = split_text(text, ',');
  for (std::size_t p = 0; p < parts.size(); ++p) {
    const std::vector<std::string> words = split_text(trimmed(parts[p]), ':');
    if (words[0] == "warmup" && p == 0 && words.size() == 2) {
      schedule.warm_up = count_of(text, words[1]);
      continue;
    }
    if (named) refuse(text);
    named = true;
    if (words[0] == "constant" && words.size() == 1) continue;
    if (words[0] == "cosine" && words.size() == 1) {
      schedule.kind = Schedule::Kind::cosine;
    } else if (words[0] == "step" && (words.size() == 2 || words.size() == 3)) {
      schedule.kind = Schedule::Kind::step;
      schedule.every = count_of(text, words[1]);
      if (words.size() == 3 && (parse_number(words[2], schedule.drop) != NumberStatus::ok ||
                                !(schedule.drop > 0 && schedule.drop <= 1))) {
        refuse(text);
      }
    } else {
      refuse(text);
    }
  }
  return schedule;
}

}  // namespace nearfar
