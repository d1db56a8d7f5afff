#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nearfar/core/export.h"

namespace nearfar {

// What a page shows beside the numbers: plain data, filled by an evaluation only when a page is asked for.

struct Curve {
  std::string name;
  std::vector<double> x;
  std::vector<double> y;
};

/// What the y axis of a chart spans.
enum class YAxis {
  shares,  ///< 0 to 1, and every value
  values,  ///< the values
  powers   ///< the values by their logarithms, where all are above 0
};

/// A line at one x, and what stands there.
struct AxisMark {
  double x = 0;
  std::string text;
};

/// Lines over one axis: recall over k, precision over recall, ROC; the loss over epochs.
struct Chart {
  std::string title;
  std::string x_label;
  std::string y_label;
  bool log_x = false;
  std::vector<Curve> curves;
  std::string note;  ///< one sentence: what was sampled
  YAxis y_axis = YAxis::shares;
  bool counts_x = false;  ///< x are whole numbers, and so are its ticks
  std::optional<AxisMark> mark = {};
};

/// Points over two axes, each with its own range.
struct Scatter {
  std::string title;
  std::string x_label;
  std::string y_label;
  std::vector<double> x;
  std::vector<double> y;
  std::string note;
};

/// Shares of values in bins of equal width, one series a kind: distances of similar and dissimilar pairs.
struct Histogram {
  std::string title;
  std::string x_label;
  double low = 0;   ///< left end of the first bin
  double high = 0;  ///< right end of the last
  struct Series {
    std::string name;
    std::vector<double> shares;  ///< one a bin; sum 1
  };
  std::vector<Series> series;
  std::string note;
  std::optional<AxisMark> mark = {};  ///< drawn where it lies between the ends
};

struct ClassTable {
  std::vector<std::string> measures;
  struct Row {
    std::string name;
    std::int64_t units = 0;
    std::vector<double> values;  ///< one a measure
  };
  std::vector<Row> rows;  ///< weakest first
  std::string note;
};

/// How often a query of one class had its nearest neighbour in another.
struct ClassConfusion {
  std::vector<std::string> classes;
  std::vector<std::int64_t> counts;  ///< classes x classes; the row is the query's class
  std::string note;
};

/// A picture of bytes, row by row, channels innermost.
struct Thumbnail {
  std::int64_t height = 0;
  std::int64_t width = 0;
  std::int64_t channels = 1;  ///< 1 or 3
  std::vector<unsigned char> bytes;
};

struct ShownItem {
  std::string name;   ///< its id, or its row number
  std::string label;  ///< of its class; may be empty
  double distance = 0;
  bool relevant = false;
  std::optional<Thumbnail> picture;
};

struct WorstQueries {
  std::string measure;  ///< which they are the worst by
  struct Row {
    ShownItem query;
    double value = 0;
    std::vector<ShownItem> neighbors;  ///< nearest first
  };
  std::vector<Row> rows;
};

/// Tuples by name with a few numbers each: the hardest ones.
struct TupleTable {
  std::string title;
  std::vector<std::string> head;  ///< of the names, then of each number
  struct Row {
    std::string name;
    std::vector<Thumbnail> pictures;  ///< of the items; none for data that are no images
    std::vector<double> values;
  };
  std::vector<Row> rows;
  std::string note;
};

/// Names with a number of 0 or more each, the largest first.
struct RankedValues {
  std::string title;
  std::string what;   ///< a name is of: "feature"
  std::string value;  ///< the number is: "weight"
  struct Row {
    std::string name;
    double value = 0;
  };
  std::vector<Row> rows;
  std::string note;
};

/// A number of 0 or more for every pixel, row by row.
struct HeatMap {
  std::string title;
  std::int64_t height = 0;
  std::int64_t width = 0;
  std::vector<double> values;
  std::string note;
};

/// Numbers in rows under their names; NaN where there is none.
struct NumberTable {
  std::vector<std::string> head;
  std::vector<std::vector<double>> rows;
  std::string note;
};

/// Rows on the two directions of largest variance.
struct Projection {
  std::vector<std::string> classes;  ///< those with a colour
  std::vector<double> x;
  std::vector<double> y;
  std::vector<std::int32_t> of_class;  ///< place in `classes`; -1: unknown, or one of too many
  double explained = 0;                ///< share of the variance
  std::string note;
  std::string title = "The embedding on two directions";
};

/// What was drawn: "A sample of 1,000 of 60,000 queries.", or "All 1,797 queries."
[[nodiscard]] NEARFAR_EXPORT std::string sample_note(std::size_t some, std::size_t all,
                                                     std::string_view what);

struct Portrait {
  std::vector<Chart> charts;
  std::vector<Histogram> histograms;
  std::vector<Scatter> scatters;
  std::vector<TupleTable> hardest;
  std::optional<ClassTable> classes;
  std::optional<ClassConfusion> confusion;
  std::optional<WorstQueries> worst;
  std::optional<Projection> projection;
};

}  // namespace nearfar
