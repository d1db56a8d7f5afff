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
  static constexpr double kHeight = 340;
  static constexpr double kLeft = 86;
  static constexpr double kRight = 14;
  static constexpr double kTop = 24;
  static constexpr double kBottom = 52;

  Frame(std::string_view title, Axis x, Axis y);

  [[nodiscard]] double x(double value) const;
  [[nodiscard]] double y(double value) const;
  void add(const std::string& element) { body_ += element; }
  /// What there is to see, in words, for those who cannot see it.
  void describe(std::string words) { words_ = std::move(words); }
  /// The drawing as an element; `attributes` place it inside another drawing.
  [[nodiscard]] std::string text(const std::string& attributes = "") const;

 private:
  std::string title_;
  std::string words_;
  Axis x_;
  Axis y_;
  std::string body_;
};

/// A coordinate with one digit behind the point.
[[nodiscard]] std::string coordinate(double value);
/// Words inside a drawing; `anchor` is start, middle or end.
[[nodiscard]] std::string svg_words(double x, double y, const std::string& anchor, std::string_view text,
                                    const std::string& attributes = "");
/// The text at a tick: at most four digits, "10k" for 10,000.
[[nodiscard]] std::string tick_text(double value);
/// "s3": the class of a series' colour; colours repeat after ten.
[[nodiscard]] std::string colour_class(std::size_t series);

}  // namespace nearfar
