#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nearfar {

// What a page shows beside the numbers: plain data, filled by an evaluation only when a page is asked for.

struct Curve {
  std::string name;
  std::vector<double> x;
  std::vector<double> y;
};

/// Lines over one axis: recall over k, precision over recall, ROC.
struct Chart {
  std::string title;
  std::string x_label;
  std::string y_label;
  bool log_x = false;
  std::vector<Curve> curves;
  std::string note;  ///< one sentence: what was sampled
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

/// Rows on the two directions of largest variance.
struct Projection {
  std::vector<std::string> classes;
  std::vector<double> x;
  std::vector<double> y;
  std::vector<std::int32_t> of_class;  ///< place in `classes`; -1: unknown, or one of too many
  double explained = 0;                ///< share of the variance
  std::string note;
};

struct Portrait {
  std::vector<Chart> charts;
  std::vector<Histogram> histograms;
  std::optional<ClassTable> classes;
  std::optional<ClassConfusion> confusion;
  std::optional<WorstQueries> worst;
  std::optional<Projection> projection;
};

}  // namespace nearfar
