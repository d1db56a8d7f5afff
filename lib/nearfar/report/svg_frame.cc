#include "nearfar/report/svg_frame.h"

#include <charconv>
#include <cmath>

#include "nearfar/core/text.h"
#include "nearfar/report/markup.h"

namespace nearfar {
namespace {

std::string line(const std::string& kind, double x1, double y1, double x2, double y2) {
  return "<line class=\"" + kind + "\" x1=\"" + coordinate(x1) + "\" y1=\"" + coordinate(y1) + "\" x2=\"" +
         coordinate(x2) + "\" y2=\"" + coordinate(y2) + "\"/>";
}

}  // namespace

double Axis::place(double value) const {
  if (is_log) return (std::log(value) - std::log(low)) / (std::log(high) - std::log(low));
  return (value - low) / (high - low);
}

Frame::Frame(std::string_view title, Axis x, Axis y) : title_(title), x_(std::move(x)), y_(std::move(y)) {}

double Frame::x(double value) const { return kLeft + x_.place(value) * (kWidth - kLeft - kRight); }
double Frame::y(double value) const {
  return kHeight - kBottom - y_.place(value) * (kHeight - kTop - kBottom);
}

std::string Frame::text(const std::string& attributes) const {
  std::string out = "<svg class=\"chart\"" + attributes + " viewBox=\"0 0 " + coordinate(kWidth) + " " +
                    coordinate(kHeight) + "\" role=\"img\" aria-label=\"" + escaped_markup(title_) + "\">";
  if (!words_.empty()) out += "<desc>" + escaped_markup(words_) + "</desc>";
  for (const double tick : y_.ticks) {
    out += line("grid", kLeft, y(tick), kWidth - kRight, y(tick));
    out += svg_words(kLeft - 7, y(tick) + 4, "end", tick_text(tick));
  }
  for (const double tick : x_.ticks) {
    out += line("tick", x(tick), kHeight - kBottom, x(tick), kHeight - kBottom + 5);
    out += svg_words(x(tick), kHeight - kBottom + 20, "middle", tick_text(tick));
  }
  out += line("axis", kLeft, kHeight - kBottom, kWidth - kRight, kHeight - kBottom);
  out += svg_words((kLeft + kWidth - kRight) / 2, kHeight - 8, "middle", x_.label, " class=\"label\"");
  const double middle = (kTop + kHeight - kBottom) / 2;
  out += svg_words(13, middle, "middle", y_.label,
                   " class=\"label\" transform=\"rotate(-90 13 " + coordinate(middle) + ")\"");
  return out + body_ + "</svg>\n";
}

std::string svg_words(double x, double y, const std::string& anchor, std::string_view text,
                      const std::string& attributes) {
  return "<text x=\"" + coordinate(x) + "\" y=\"" + coordinate(y) + "\" text-anchor=\"" + anchor + "\"" +
         attributes + ">" + escaped_markup(text) + "</text>";
}

std::string coordinate(double value) {
  char buffer[64];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, 1);
  std::string text = error == std::errc{} ? std::string(buffer, end) : "0";
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text == "-0" ? "0" : text;
}

std::string tick_text(double value) {
  if (std::abs(value) >= 10000 && std::abs(value) < 1e9 && std::fmod(value, 1000) == 0)
    return number_text(value / 1000) + "k";
  char buffer[64];
  const auto [end, error] =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::general, 4);
  return error == std::errc{} ? std::string(buffer, end) : number_text(value);
}

std::string colour_class(std::size_t series) { return "s" + std::to_string(series % 10); }

}  // namespace nearfar
