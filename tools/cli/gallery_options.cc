#include "cli/gallery_options.h"

#include <algorithm>
#include <filesystem>
#include <unordered_map>

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"
#include "nearfar/data/labels.h"

namespace nearfar::cli {
namespace {

// By the number of the row in the file that both were read from.
std::vector<std::int64_t> same_row(const Dataset& queries, const Dataset& gallery) {
  std::vector<std::int64_t> self;
  const auto& numbers = gallery.row_numbers;  // they rise
  for (const std::int64_t number : queries.row_numbers) {
    const auto found = std::lower_bound(numbers.begin(), numbers.end(), number);
    const bool is_there = found != numbers.end() && *found == number;
    self.push_back(is_there ? found - numbers.begin() : -1);
  }
  return self;
}

// Which gallery row is the query itself: the same row without a gallery or in the same file, else the same
// id.
std::vector<std::int64_t> self_rows(const Dataset& queries, const std::optional<Dataset>& gallery,
                                    bool same_file) {
  std::vector<std::int64_t> self;
  if (!gallery) {
    for (std::int64_t i = 0; i < queries.rows(); ++i) self.push_back(i);
    return self;
  }
  const bool with_ids = !queries.ids.empty() && !gallery->ids.empty();
  if (!with_ids && same_file) return same_row(queries, *gallery);
  if (!with_ids) usage_error("--exclude self with --gallery needs ids in both files", "name them with --id");
  std::unordered_map<std::string_view, std::int64_t> rows;
  for (std::size_t i = 0; i < gallery->ids.size(); ++i)
    rows.emplace(gallery->ids[i], static_cast<std::int64_t>(i));
  for (const std::string& id : queries.ids) {
    const auto found = rows.find(id);
    self.push_back(found == rows.end() ? -1 : found->second);
  }
  return self;
}

// Of queries and a gallery out of the same file.
void note_own_rows(const QueryAndGallery& both, Console& console) {
  const std::vector<std::int64_t> self = same_row(both.queries, *both.own_gallery);
  const auto own = static_cast<std::int64_t>(self.size()) - std::count(self.begin(), self.end(), -1);
  if (own == 0) return;
  console.note(counted(own, "row") +
               (own == 1 ? " is query and gallery, and finds itself"
                         : " are queries and gallery, and find themselves") +
               "; --exclude self leaves that out");
}

// The texts of the columns of --exclude-same, which are the first ones read, as one text a row.
void append_groups(const Dataset& data, std::size_t columns, std::vector<std::string>& groups) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(data.rows()); ++i) {
    std::string group;
    for (std::size_t c = 0; c < columns; ++c) {
      const std::string& value = data.columns[c].values[i];
      group += std::to_string(value.size()) + ":" + value;  // so that no two pairs of texts look alike
    }
    groups.push_back(std::move(group));
  }
}

}  // namespace

void GalleryOptions::add_to(Command& command, std::string_view group) {
  command.add(
      group,
      {
          file_option("--gallery", "search this file in place of the other rows of FILE", file),
          file_option("--gallery-labels-from", "what stands beside a gallery that is a matrix", labels_from),
          list_option("--gallery-where", "COL=VALUE", "keep gallery rows by a column's text", where),
          with_choices(
              text_option("--exclude", "NAME",
                          "self (the query's own row; in another file the same id) or none; default self, "
                          "with --gallery none",
                          exclude),
              {"self", "none"}),
          text_option("--exclude-same", "COL",
                      "leave out gallery rows with the query's value in this column; A+B: in both",
                      exclude_same),
      });
}

std::string GalleryOptions::check() const {
  const std::string policy = !exclude.empty() ? exclude : file.empty() ? "self" : "none";
  if (policy != "self" && policy != "none")
    usage_error("--exclude: expected self or none, found '" + policy + "'",
                "write --exclude self to leave the query itself out, or --exclude none");
  if (file.empty() && !where.empty())
    usage_error("--gallery-where goes with --gallery",
                "name the other rows with --gallery FILE, or filter FILE with --where");
  if (file.empty() && !labels_from.empty())
    usage_error("--gallery-labels-from goes with --gallery",
                "name the other rows with --gallery FILE, or what stands beside FILE with --labels-from");
  return policy;
}

QueryAndGallery read_query_and_gallery(const DataOptions& data, const GalleryOptions& options,
                                       const Space& space, Console& console, bool label_needed,
                                       const std::vector<NamedColumn>& further, bool pictures) {
  TableOptions table = data.table();
  table.expected = space.expected();
  const std::vector<std::string> same =
      options.exclude_same.empty() ? std::vector<std::string>() : split_text(options.exclude_same, '+');
  for (const std::string& column : same) table.named.push_back({"--exclude-same", column});
  const std::vector<NamedColumn> of_both = table.named;
  table.named.insert(table.named.end(), further.begin(), further.end());
  std::vector<Condition> gallery_where;
  for (const std::string& condition : options.where)
    gallery_where.push_back(parse_condition(condition, "--gallery-where"));
  for (const Condition& condition : gallery_where) table.no_features.push_back(condition.column);
  QueryAndGallery both;
  both.queries = read_labelled(data, table, console, label_needed);
  check_space(space, both.queries, data.file);
  const std::int64_t columns = both.queries.features.cols();
  if (pictures) both.query_pictures = pictures_of(both.queries);
  both.query_rows = space.embed(std::move(both.queries.features));
  if (!options.file.empty()) {
    table = of_another_file(std::move(table), options.file);
    table.labels_from = options.labels_from;
    table.named = of_both;
    // What an option names of the queries is no feature of the gallery.
    for (const NamedColumn& named : further) table.no_features.push_back(named.column);
    table.where = gallery_where;
    table.where_option = "--gallery-where";
    if (!space.model) table.expected = features_of(both.queries, columns, data.file);
    both.own_gallery = read_labelled(data, table, console, false);
    check_space(space, *both.own_gallery, options.file);
    if (pictures) both.gallery_pictures = pictures_of(*both.own_gallery);
    both.gallery_rows = space.embed(std::move(both.own_gallery->features));
  }
  std::error_code none;  // standard input is no file
  const bool same_file = both.own_gallery && std::filesystem::equivalent(data.file, options.file, none);
  if (options.check() == "self") both.self = self_rows(both.queries, both.own_gallery, same_file);
  if (same_file && options.exclude.empty()) note_own_rows(both, console);
  if (!same.empty()) {
    std::vector<std::string> groups;
    append_groups(both.queries, same.size(), groups);
    if (both.own_gallery) append_groups(*both.own_gallery, same.size(), groups);
    const std::vector<std::int32_t> codes = encode_labels(groups).codes;
    const auto middle = codes.begin() + both.queries.rows();
    both.query_groups.assign(codes.begin(), middle);
    both.gallery_groups =
        both.own_gallery ? std::vector<std::int32_t>(middle, codes.end()) : both.query_groups;
  }
  return both;
}

}  // namespace nearfar::cli
