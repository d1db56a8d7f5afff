#include <algorithm>

#include "nearfar/core/text.h"
#include "nearfar/report/figures.h"
#include "nearfar/report/markup.h"
#include "nearfar/report/page_style.h"
#include "nearfar/report/svg.h"
#include "nearfar/report/svg_frame.h"
#include "nearfar/report/training_forms.h"

namespace nearfar {
namespace {

constexpr double kMargin = 16;
constexpr double kHead = 48;   // above a panel: its title and note
constexpr double kLine = 24;   // of the legend
constexpr double kLetter = 9;  // of the legend, about
constexpr double kPanel = Frame::kWidth + kMargin;

// The classes from left to right, in as many lines as they need; `height` gets what they take.
std::string legend_at(const std::vector<std::string>& classes, double top, double width, double& height) {
  std::string out;
  double x = kMargin;
  double y = top;
  if (classes.size() < 2) return out;
  for (std::size_t c = 0; c < classes.size(); ++c) {
    const double length = 20 + kLetter * static_cast<double>(utf8_length(classes[c])) + 16;
    if (x > kMargin && x + length > width) {
      x = kMargin;
      y += kLine;
    }
    out += "<circle class=\"dot " + colour_class(c) + "\" r=\"5.5\" cx=\"" + coordinate(x + 6) + "\" cy=\"" +
           coordinate(y - 5) + "\"/>" + svg_words(x + 18, y, "start", classes[c]);
    x += length;
  }
  height = y - top + kLine;
  return out;
}

std::string panel(const Projection& projection, double left, double top) {
  const std::string place = " x=\"" + coordinate(left) + "\" y=\"" + coordinate(top + kHead) + "\" width=\"" +
                            coordinate(Frame::kWidth) + "\" height=\"" + coordinate(Frame::kHeight) + "\"";
  return svg_words(left, top + 16, "start", projection.title, " class=\"title\"") +
         svg_words(left, top + 36, "start", variance_note(projection)) +
         svg_projection(projection, place, false);
}

}  // namespace

std::string render_training_picture(const TrainingPortrait& portrait) {
  const double width = kMargin + kPanel * std::max(1.0, static_cast<double>(portrait.spaces.size()));
  const std::string name = "train-metric: " + training_name(portrait);
  std::string body = svg_words(kMargin, 32, "start", name, " class=\"name\"");
  double height = 48;
  if (!portrait.spaces.empty()) {
    body += svg_words(kMargin, 56, "start", portrait.spaces.front().note);
    height += 22;
    double lines = 0;
    body += legend_at(portrait.spaces.front().classes, height + 14, width, lines);
    height += lines + 4;
    for (std::size_t s = 0; s < portrait.spaces.size(); ++s)
      body += panel(portrait.spaces[s], kMargin + kPanel * static_cast<double>(s), height);
    height += kHead + Frame::kHeight;
  }
  height += kMargin;
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + coordinate(width) + " " +
         coordinate(height) + "\" role=\"img\" aria-label=\"" + escaped_markup(name) + "\">\n<style>\n" +
         std::string(kColourStyle) + std::string(kChartStyle) + std::string(kPictureStyle) +
         "</style>\n<rect class=\"card\" width=\"" + coordinate(width) + "\" height=\"" + coordinate(height) +
         "\" rx=\"10\"/>\n" + body + "</svg>\n";
}

}  // namespace nearfar
