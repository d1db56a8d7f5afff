#pragma once

#include <string>
#include <vector>

#include "nearfar/evaluation/portrait.h"

namespace nearfar {

// Charts as SVG elements for a page: they take their colours from the page's style sheet (classes s0 to s9,
// axis, grid), scale with the width there is, and have a text for those who cannot see them.

/// One round number after the other inside [low, high], about `count` of them: 1, 2 or 5 times a power of ten
/// apart; on a logarithmic axis the powers of ten (and their 2 and 5 when there are few). The ends must
/// differ by more than rounding.
[[nodiscard]] std::vector<double> round_ticks(double low, double high, int count);
[[nodiscard]] std::vector<double> log_ticks(double low, double high);

[[nodiscard]] std::string svg_chart(const Chart& chart);
[[nodiscard]] std::string svg_histogram(const Histogram& histogram);
/// Both axes have one scale: distances in the picture are those in the plane. `attributes` as for a Frame;
/// without `names` the points do not tell their class one by one.
[[nodiscard]] std::string svg_projection(const Projection& projection, const std::string& attributes = "",
                                         bool names = true);
[[nodiscard]] std::string svg_scatter(const Scatter& scatter);
/// The series of a chart or histogram, or the classes of a projection, by colour.
[[nodiscard]] std::string legend(const std::vector<std::string>& names);

}  // namespace nearfar
