#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nearfar {

/// The numbers on one axis, and where they stand.
struct Axis {
  double low = 0;
  double high = 1;
  bool is_log = false;
  std::string label;
  std::vector<double> ticks;

  /// 0 at `low`, 1 at `high`.
  [[nodiscard]] double place(double value) const;
};

/// A drawing with an x and a y axis: grid, tick texts and labels; what is drawn goes between begin and end.
class Frame {
 public:
  static constexpr double kWidth = 560;
  static constexpr double kHeight = 330;

  Frame(std::string_view title, Axis x, Axis y);

  [[nodiscard]] double x(double value) const;
  [[nodiscard]] double y(double value) const;
  void add(const std::string& element) { body_ += element; }
  [[nodiscard]] std::string text() const;

 private:
  std::string title_;
  Axis x_;
  Axis y_;
  std::string body_;
};

/// A coordinate with one digit behind the point.
[[nodiscard]] std::string coordinate(double value);
/// The text at a tick: at most four digits, "10k" for 10,000.
[[nodiscard]] std::string tick_text(double value);
/// "s3": the class of a series' colour; colours repeat after ten.
[[nodiscard]] std::string colour_class(std::size_t series);

}  // namespace nearfar
