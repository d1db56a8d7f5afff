#pragma once

#include <string>

#include "nearfar/evaluation/portrait.h"

namespace nearfar {

// What a portrait holds as figures of a page: title, picture, legend and note.
[[nodiscard]] std::string figure_of(const Chart& chart);
[[nodiscard]] std::string figure_of(const Histogram& histogram);
[[nodiscard]] std::string figure_of(const Scatter& scatter);
[[nodiscard]] std::string figure_of(const Projection& projection);
[[nodiscard]] std::string figure_of(const HeatMap& map);
[[nodiscard]] std::string figure_of(const RankedValues& ranking);
[[nodiscard]] std::string figure_of(const TupleTable& tuples);

/// How much of the variance a projection shows, in one sentence.
[[nodiscard]] std::string variance_note(const Projection& projection);

/// The numbers as a table of a page, six digits each.
[[nodiscard]] std::string number_table(const NumberTable& numbers);

}  // namespace nearfar
