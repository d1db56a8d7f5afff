#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/console.h"
#include "cli/data_options.h"
#include "cli/pictures.h"
#include "nearfar/core/matrix.h"
#include "nearfar/data/dataset.h"

namespace nearfar::cli {

/// What the rows of FILE, the queries, are compared with: each other, or the rows of another file.
struct GalleryOptions {
  std::string file;
  std::string labels_from;
  std::vector<std::string> where;
  std::string exclude;       ///< "self", "none", or "" for self without a gallery and none with one
  std::string exclude_same;  ///< columns joined by +, or ""

  void add_to(Command& command, std::string_view group);
  /// The policy in force: "self" or "none". Throws Error (usage) for other words and for options that need
  /// --gallery.
  [[nodiscard]] std::string check() const;
};

/// Queries and gallery, read and mapped into the space of the distance; their features are given up for it.
struct QueryAndGallery {
  Dataset queries;
  std::optional<Dataset> own_gallery;  ///< empty: the queries are their own gallery
  Matrix query_rows;
  Matrix gallery_rows;      ///< of own_gallery
  Pictures query_pictures;  ///< where they were asked for
  Pictures gallery_pictures;
  /// The gallery row that a query may not be answered with, -1 for none; empty where no query has one.
  std::vector<std::int64_t> self;
  /// A query may not be answered with a gallery row of its own group; empty without --exclude-same.
  std::vector<std::int32_t> query_groups;
  std::vector<std::int32_t> gallery_groups;

  [[nodiscard]] const Pictures& pictures_of_gallery() const {
    return own_gallery ? gallery_pictures : query_pictures;
  }
  [[nodiscard]] const Dataset& gallery() const { return own_gallery ? *own_gallery : queries; }
  [[nodiscard]] MatrixView gallery_view() const { return own_gallery ? gallery_rows : query_rows; }
  [[nodiscard]] bool allowed(std::int64_t q, std::int64_t g) const {
    const auto i = static_cast<std::size_t>(q);
    return (self.empty() || self[i] != g) &&
           (query_groups.empty() || query_groups[i] != gallery_groups[static_cast<std::size_t>(g)]);
  }
};

/// Reads both files; the label column of the queries is demanded where `label_needed`. The columns of
/// --exclude-same are read into both, behind them those of `further` into the queries. `options.check()` has
/// passed. With `pictures` the images are kept, a byte a pixel.
[[nodiscard]] QueryAndGallery read_query_and_gallery(const DataOptions& data, const GalleryOptions& options,
                                                     const Space& space, Console& console, bool label_needed,
                                                     const std::vector<NamedColumn>& further = {},
                                                     bool pictures = false);

}  // namespace nearfar::cli
