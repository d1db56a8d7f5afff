#include "nearfar/training/augmentation.h"

#include <array>
#include <cmath>
#include <numbers>
#include <set>
#include <vector>

#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/parallel.h"
#include "nearfar/core/random.h"
#include "nearfar/core/text.h"

namespace nearfar {
namespace {

struct AugmentationPart {
  std::string_view name;
  std::string_view argument;
  double Augmentation::*value;  // null for the switch
  double low;
  double high;
};
constexpr std::array<AugmentationPart, 5> kParts{{
    {"shift", "PIXELS", &Augmentation::shift, 0, 1024},
    {"flip", "", nullptr, 0, 0},
    {"rotate", "DEGREES", &Augmentation::rotate, 0, 180},
    {"crop", "SHARE", &Augmentation::crop, 0.1, 1},
    {"noise", "DEVIATION", &Augmentation::noise, 0, 1e6},
}};

// Where the pixel of a place in the new image is taken from: (a x + b y, c x + d y) from the centre, shifted.
struct Warp {
  double a, b, c, d, x0, y0;
};

// Uniform in [-most, most].
double within(Random& random, double most) { return most * (2 * random.uniform() - 1); }

Warp draw_warp(const Augmentation& augmentation, const Shape& shape, Random& random) {
  const double angle = within(random, augmentation.rotate) * std::numbers::pi / 180;
  const double part = 1 - (1 - augmentation.crop) * random.uniform();
  const double mirror = augmentation.flip && random.uniform() < 0.5 ? -1 : 1;
  const double x0 = std::round(within(random, augmentation.shift));
  const double y0 = std::round(within(random, augmentation.shift));
  // A part of the image can lie anywhere in it.
  const double left = within(random, (1 - part) / 2) * static_cast<double>(shape.width);
  const double up = within(random, (1 - part) / 2) * static_cast<double>(shape.height);
  Warp warp{};
  warp.a = part * mirror * std::cos(angle);
  warp.b = -part * std::sin(angle);
  warp.c = part * mirror * std::sin(angle);
  warp.d = part * std::cos(angle);
  warp.x0 = left - x0;
  warp.y0 = up - y0;
  return warp;
}

// One channel as numbers `stride` apart.
struct Channel {
  float* data;
  std::int64_t height;
  std::int64_t width;
  std::int64_t stride;

  [[nodiscard]] double at(std::int64_t y, std::int64_t x) const {
    if (y < 0 || x < 0 || y >= height || x >= width) return 0;
    return static_cast<double>(data[(y * width + x) * stride]);
  }
  [[nodiscard]] double bilinear(double y, double x) const {
    const double low_y = std::floor(y);
    const double low_x = std::floor(x);
    const auto i = static_cast<std::int64_t>(low_y);
    const auto j = static_cast<std::int64_t>(low_x);
    const double v = y - low_y;
    const double u = x - low_x;
    return (1 - v) * ((1 - u) * at(i, j) + u * at(i, j + 1)) +
           v * ((1 - u) * at(i + 1, j) + u * at(i + 1, j + 1));
  }
};

void warp_channel(const Channel& channel, const Warp& warp, std::vector<float>& out) {
  const double middle_y = static_cast<double>(channel.height - 1) / 2;
  const double middle_x = static_cast<double>(channel.width - 1) / 2;
  out.clear();
  for (std::int64_t i = 0; i < channel.height; ++i) {
    for (std::int64_t j = 0; j < channel.width; ++j) {
      const double y = static_cast<double>(i) - middle_y;
      const double x = static_cast<double>(j) - middle_x;
      out.push_back(static_cast<float>(channel.bilinear(warp.c * x + warp.d * y + warp.y0 + middle_y,
                                                        warp.a * x + warp.b * y + warp.x0 + middle_x)));
    }
  }
  for (std::size_t k = 0; k < out.size(); ++k)
    channel.data[k * static_cast<std::size_t>(channel.stride)] = out[k];
}

}  // namespace

std::string Augmentation::text() const {
  std::string text;
  for (const AugmentationPart& part : kParts) {
    const bool is_on = part.value == nullptr ? flip : this->*part.value != Augmentation().*part.value;
    if (!is_on) continue;
    text += (text.empty() ? "" : ", ") + std::string(part.name);
    if (part.value != nullptr) text += " " + number_text(this->*part.value);
  }
  return text;
}

void Augmentation::apply(Matrix& rows, const Shape& shape, bool channels_last, std::uint64_t seed,
                         std::int64_t step) const {
  constexpr std::int64_t kRows = 8;
  parallel_ranges(rows.rows(), kRows, [&](std::int64_t begin, std::int64_t end) {
    std::vector<float> image;
    for (std::int64_t n = begin; n < end; ++n) {
      Random random(seed, RandomPurpose::augmentation,
                    static_cast<std::uint64_t>(step) << 24U | static_cast<std::uint64_t>(n));
      if (shift > 0 || flip || rotate > 0 || crop < 1) {
        const Warp warp = draw_warp(*this, shape, random);
        for (std::int64_t c = 0; c < shape.channels; ++c) {
          float* first = rows.row(n) + (channels_last ? c : c * shape.positions());
          warp_channel({first, shape.height, shape.width, channels_last ? shape.channels : 1}, warp, image);
        }
      }
      for (std::int64_t k = 0; noise > 0 && k < rows.cols(); ++k)
        rows(n, k) = static_cast<float>(static_cast<double>(rows(n, k)) + noise * random.normal());
    }
  });
}

Augmentation parse_augmentation(std::string_view text) {
  Augmentation augmentation;
  std::set<std::string> seen;
  for (const std::string& item : split_text(text, ',')) {
    std::vector<std::string> words;
    for (const std::string& word : split_text(trimmed(item), ' ')) {
      if (!word.empty()) words.push_back(word);
    }
    const AugmentationPart& part = row_named(std::span<const AugmentationPart>(kParts), "--augment",
                                             "augmentation", words.empty() ? std::string() : words[0]);
    const std::string written =
        std::string(part.name) + (part.argument.empty() ? "" : " " + std::string(part.argument));
    if (words.size() != (part.value == nullptr ? 1U : 2U) || !seen.insert(words[0]).second)
      usage_error("--augment: '" + std::string(trimmed(item)) + "' should be '" + written + "', once",
                  "for example --augment 'shift 2, flip, rotate 10'");
    if (part.value == nullptr) {
      augmentation.flip = true;
      continue;
    }
    double value = 0;
    if (parse_number(words[1], value) != NumberStatus::ok || value < part.low || value > part.high) {
      usage_error("--augment: " + words[0] + " takes a number from " + number_text(part.low) + " to " +
                      number_text(part.high) + ", not '" + words[1] + "'",
                  "for example --augment 'shift 2, flip, rotate 10'");
    }
    augmentation.*part.value = value;
  }
  return augmentation;
}

}  // namespace nearfar
