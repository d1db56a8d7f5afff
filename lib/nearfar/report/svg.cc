#include "nearfar/report/svg.h"

#include <algorithm>
#include <cmath>

#include "nearfar/core/text.h"
#include "nearfar/report/markup.h"
#include "nearfar/report/svg_frame.h"

namespace nearfar {
namespace {

constexpr std::size_t kLegendNames = 30;

struct Range {
  double low = 0;
  double high = 0;
};

// Whether an axis can show the numbers apart: those that differ by rounding alone count as equal.
bool differ(double low, double high) {
  constexpr double kFinest = 1e-9;
  return high - low > kFinest * std::max(std::abs(low), std::abs(high));
}

Range range_of(const std::vector<double>& values) {
  if (values.empty()) return {0, 1};
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  if (differ(*low, *high)) return {*low, *high};
  const double around = std::max(0.5, 1e-6 * std::abs(*low));
  return {*low - around, *high + around};
}

// The ends of a y axis over the values alone: 0 is one of them where it is not far away, and a constant is
// seen against it.
Range value_range(const std::vector<double>& values) {
  if (values.empty()) return {0, 1};
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  if (!differ(*low, *high))
    return *low == 0 ? Range{0, 1} : Range{std::min(0.0, 2 * *low), std::max(0.0, 2 * *low)};
  return {*low > 0 && *low < 0.5 * *high ? 0 : *low, *high};
}

Axis y_axis(const Chart& chart, std::vector<double> values) {
  const bool positive = std::all_of(values.begin(), values.end(), [](double value) { return value > 0; });
  if (chart.y_axis == YAxis::powers && positive && !values.empty()) {
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    const Range y = differ(*low, *high) ? Range{*low, *high} : Range{*low / 2, *high * 2};
    return {y.low, y.high, true, chart.y_label, log_ticks(y.low, y.high)};
  }
  if (chart.y_axis == YAxis::shares) values.insert(values.end(), {0, 1});
  const Range y = chart.y_axis == YAxis::shares ? range_of(values) : value_range(values);
  return {y.low, y.high, false, chart.y_label, round_ticks(y.low, y.high, 5)};
}

Axis x_axis(const Chart& chart, const std::vector<double>& values) {
  const Range x = range_of(values);
  const bool is_log = chart.log_x && x.low > 0;
  Axis axis{x.low, x.high, is_log, chart.x_label,
            is_log ? log_ticks(x.low, x.high) : round_ticks(x.low, x.high, 6)};
  if (chart.counts_x) std::erase_if(axis.ticks, [](double tick) { return tick != std::round(tick); });
  return axis;
}

std::string at_point(double value, double place) { return tick_text(value) + " at " + tick_text(place); }

// "loss: 0.34 at 1 to 0.12 at 30, lowest 0.11 at 28, highest 0.34 at 1."
std::string words_of(const Curve& curve) {
  if (curve.y.empty()) return curve.name + ": no values.";
  const auto at = [&](std::size_t i) { return at_point(curve.y[i], curve.x[i]); };
  const auto [low, high] = std::minmax_element(curve.y.begin(), curve.y.end());
  return curve.name + ": " + at(0) + " to " + at(curve.y.size() - 1) + ", lowest " +
         at(static_cast<std::size_t>(low - curve.y.begin())) + ", highest " +
         at(static_cast<std::size_t>(high - curve.y.begin())) + ".";
}

// A line at one x with its text above it, held inside the drawing.
std::string mark_of(const Frame& frame, const AxisMark& mark) {
  const double x = frame.x(mark.x);
  const double part = (x - Frame::kLeft) / (Frame::kWidth - Frame::kLeft - Frame::kRight);
  const std::string anchor = part < 0.15 ? "start" : part > 0.85 ? "end" : "middle";
  return "<line class=\"mark\" x1=\"" + coordinate(x) + "\" x2=\"" + coordinate(x) + "\" y1=\"" +
         coordinate(Frame::kTop - 4) + "\" y2=\"" + coordinate(Frame::kHeight - Frame::kBottom) + "\"/>" +
         svg_words(x, Frame::kTop - 9, anchor, mark.text, " class=\"label\"");
}

std::string titled(const std::string& element, const std::string& attributes, const std::string& title) {
  return "<" + element + " " + attributes + "><title>" + escaped_markup(title) + "</title></" + element + ">";
}

std::string path_of(const Frame& frame, const Curve& curve) {
  std::string path;
  for (std::size_t i = 0; i < curve.x.size(); ++i)
    path += (i == 0 ? "M" : "L") + coordinate(frame.x(curve.x[i])) + " " + coordinate(frame.y(curve.y[i]));
  return path;
}

}  // namespace

std::vector<double> round_ticks(double low, double high, int count) {
  const double rough = (high - low) / count;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  const double part = rough / power;
  const double step = power * (part < 1.5 ? 1 : part < 3.5 ? 2 : part < 7.5 ? 5 : 10);
  std::vector<double> ticks;
  for (double k = std::ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; ++k)
    ticks.push_back(k == 0 ? 0 : k * step);
  return ticks;
}

std::vector<double> log_ticks(double low, double high) {
  const bool few = high / low < 300;
  std::vector<double> ticks;
  for (double power = std::pow(10, std::floor(std::log10(low)));
       power > 0 && power <= high && std::isfinite(power); power *= 10) {
    for (const double times : {1.0, 2.0, 5.0}) {
      const double tick = power * times;
      if ((times == 1 || few) && tick >= low && tick <= high) ticks.push_back(tick);
    }
  }
  return ticks;
}

std::string svg_chart(const Chart& chart) {
  std::vector<double> xs;
  std::vector<double> ys;
  std::string words;
  for (const Curve& curve : chart.curves) {
    xs.insert(xs.end(), curve.x.begin(), curve.x.end());
    ys.insert(ys.end(), curve.y.begin(), curve.y.end());
    words += (words.empty() ? "" : " ") + words_of(curve);
  }
  Frame frame(chart.title, x_axis(chart, xs), y_axis(chart, ys));
  if (chart.mark) {
    frame.add(mark_of(frame, *chart.mark));
    words += " " + chart.mark->text + ".";
  }
  frame.describe(words);
  for (std::size_t c = 0; c < chart.curves.size(); ++c) {
    const std::string colour = colour_class(c);
    frame.add(titled("path", "class=\"line " + colour + "\" d=\"" + path_of(frame, chart.curves[c]) + "\"",
                     chart.curves[c].name));
    for (std::size_t i = 0; i < chart.curves[c].x.size() && chart.curves[c].x.size() <= 60; ++i) {
      frame.add(titled("circle",
                       "class=\"dot " + colour + "\" r=\"2.4\" cx=\"" +
                           coordinate(frame.x(chart.curves[c].x[i])) + "\" cy=\"" +
                           coordinate(frame.y(chart.curves[c].y[i])) + "\"",
                       chart.curves[c].name + ": " + at_point(chart.curves[c].y[i], chart.curves[c].x[i])));
    }
  }
  return frame.text();
}

std::string svg_histogram(const Histogram& histogram) {
  std::vector<double> shares{0};
  for (const Histogram::Series& series : histogram.series)
    shares.insert(shares.end(), series.shares.begin(), series.shares.end());
  const Range y{0, std::max(1e-9, *std::max_element(shares.begin(), shares.end()))};
  Frame frame(histogram.title,
              {histogram.low, histogram.high, false, histogram.x_label,
               round_ticks(histogram.low, histogram.high, 6)},
              {y.low, y.high, false, "share of pairs", round_ticks(y.low, y.high, 5)});
  if (histogram.mark && histogram.mark->x >= histogram.low && histogram.mark->x <= histogram.high) {
    frame.add(mark_of(frame, *histogram.mark));
    frame.describe(histogram.mark->text + ".");
  }
  for (std::size_t s = 0; s < histogram.series.size(); ++s) {
    const std::vector<double>& bins = histogram.series[s].shares;
    const double width = (histogram.high - histogram.low) / static_cast<double>(bins.size());
    std::string path = "M" + coordinate(frame.x(histogram.low)) + " " + coordinate(frame.y(0));
    for (std::size_t b = 0; b < bins.size(); ++b) {
      const double left = histogram.low + static_cast<double>(b) * width;
      path += "V" + coordinate(frame.y(bins[b])) + "H" + coordinate(frame.x(left + width));
    }
    path += "V" + coordinate(frame.y(0)) + "Z";
    frame.add(titled("path", "class=\"area " + colour_class(s) + "\" d=\"" + path + "\"",
                     histogram.series[s].name));
  }
  return frame.text();
}

std::string svg_projection(const Projection& projection, const std::string& attributes, bool names) {
  Range x = range_of(projection.x);
  Range y = range_of(projection.y);
  const double width = Frame::kWidth - Frame::kLeft - Frame::kRight;
  const double height = Frame::kHeight - Frame::kTop - Frame::kBottom;
  constexpr double kAround = 1.04;  // so that no point lies on an axis
  const double unit = kAround * std::max((x.high - x.low) / width, (y.high - y.low) / height);
  const auto widen = [&](Range& range, double length) {
    const double more = (unit * length - (range.high - range.low)) / 2;
    range = {range.low - more, range.high + more};
  };
  widen(x, width);
  widen(y, height);
  Frame frame(projection.title, {x.low, x.high, false, "first direction", round_ticks(x.low, x.high, 6)},
              {y.low, y.high, false, "second direction", round_ticks(y.low, y.high, 5)});
  frame.describe(std::to_string(projection.x.size()) + " points" +
                 (projection.classes.empty()
                      ? std::string(".")
                      : " of the classes " + listed(projection.classes) + ", by colour."));
  for (std::size_t i = 0; i < projection.x.size(); ++i) {
    const std::int32_t of = i < projection.of_class.size() ? projection.of_class[i] : -1;
    const std::string colour = of < 0 ? "none" : colour_class(static_cast<std::size_t>(of));
    const std::string point = "class=\"point " + colour + "\" r=\"2.6\" cx=\"" +
                              coordinate(frame.x(projection.x[i])) + "\" cy=\"" +
                              coordinate(frame.y(projection.y[i])) + "\"";
    frame.add(names && of >= 0 ? titled("circle", point, projection.classes[static_cast<std::size_t>(of)])
                               : "<circle " + point + "/>");
  }
  return frame.text(attributes);
}

std::string svg_scatter(const Scatter& scatter) {
  const Range x = range_of(scatter.x);
  const Range y = range_of(scatter.y);
  Frame frame(scatter.title, {x.low, x.high, false, scatter.x_label, round_ticks(x.low, x.high, 6)},
              {y.low, y.high, false, scatter.y_label, round_ticks(y.low, y.high, 5)});
  frame.describe(std::to_string(scatter.x.size()) + " points. " + scatter.note);
  for (std::size_t i = 0; i < scatter.x.size(); ++i) {
    frame.add("<circle class=\"point s0\" r=\"2.2\" cx=\"" + coordinate(frame.x(scatter.x[i])) + "\" cy=\"" +
              coordinate(frame.y(scatter.y[i])) + "\"/>");
  }
  return frame.text();
}

std::string legend(const std::vector<std::string>& names) {
  if (names.size() < 2) return "";
  std::string out = "<p class=\"legend\">";
  for (std::size_t n = 0; n < std::min(names.size(), kLegendNames); ++n)
    out += "<span><i class=\"" + colour_class(n) + "\"></i>" + escaped_markup(names[n]) + "</span> ";
  if (names.size() > kLegendNames) out += "and " + std::to_string(names.size() - kLegendNames) + " more";
  return out + "</p>\n";
}

}  // namespace nearfar
