#include "cli/data_options.h"

#include <algorithm>

#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/core/text.h"
#include "nearfar/io/square_matrix.h"
#include "nearfar/model/affine.h"
#include "nearfar/model/model_file.h"

namespace nearfar::cli {

std::vector<Choice> format_choices(const std::string& meaning_of_auto) {
  std::vector<Choice> choices = choices_of(formats());
  choices.insert(choices.begin(), {"auto", meaning_of_auto});
  return choices;
}

void DataOptions::add_to(Command& command, bool with_features, bool with_target) {
  command.input = &file;
  Option ignored = list_option(
      "--ignore-label", "VALUE",
      "rows whose label is VALUE are of unknown class: never anchor, query or relevant", ignored_labels);
  ignored.empty_allowed = true;
  command.add("Data", {
                          text_option("--label", "COL", "the class of each row", label),
                          text_option("--label-separator", "C",
                                      "C stands between several labels in one field; rows that share one are "
                                      "similar",
                                      label_separator),
                          std::move(ignored),
                      });
  if (with_features) {
    command.add("Data", {
                            text_option("--id", "COL",
                                        "the name of each row; a column called id is taken by itself", id),
                            text_option("--features", "SEL",
                                        "the feature columns: names, numbers, ranges, !negation; default: "
                                        "e1..eR, else all numeric columns "
                                        "that no other option names",
                                        features),
                        });
  }
  if (with_features && with_target) {
    command.add("Data", {text_option("--target", "COL",
                                     "the number of each row that is to be predicted: no feature", target)});
  }
  command.add(
      "Data",
      {
          list_option("--where", "COL=VALUE",
                      "keep rows by a column's text; also COL!=VALUE; of several all must hold", where),
          file_option("--labels-from",
                      "what stands beside a matrix: a table (.csv, .tsv), idx labels, or one label per line",
                      labels_from),
          choice_option("--input-format", "NAME", "format of FILE",
                        format_choices("by extension, then by content"), format),
          text_option("-d,--delimiter", "C", "field delimiter; \\t is a tab", delimiter),
          flag_option("-n,--no-header", "the first row is data; columns are called 1, 2, ...", no_header),
      });
}

TableOptions DataOptions::table() const {
  TableOptions options;
  options.file = file;
  options.format = format;
  options.delimiter = delimiter;
  options.header = !no_header;
  options.id = id;
  options.label = label;
  options.target = target;
  options.label_rules = label_rules();
  options.features = features;
  options.labels_from = labels_from;
  for (const std::string& condition : where) options.where.push_back(parse_condition(condition, "--where"));
  return options;
}

LabelRules DataOptions::label_rules() const {
  LabelRules rules{label_separator, ignored_labels};
  if (rules.separator == "\\t") rules.separator = "\t";
  const auto follows = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };  // in UTF-8
  const bool one = !rules.separator.empty() && is_utf8(rules.separator) &&
                   std::all_of(rules.separator.begin() + 1, rules.separator.end(), follows);
  if (!rules.separator.empty() && !one) {
    usage_error("--label-separator: '" + label_separator + "' is not one character",
                "for example --label-separator ';'");
  }
  return rules;
}

void SpaceOptions::add_to(Command& command, const std::string& unnamed) {
  command.add(
      "Space",
      {
          file_option("-m,--model", "map the rows by this model first", model),
          flag_option("--unsealed", "accept a model whose checksum does not match", unsealed),
          choice_option("--distance", "NAME", "the distance; " + unnamed, choices_of(distances()), distance),
          file_option("--matrix",
                      "M of a mahalanobis distance: a square of numbers, CSV without header or npy", matrix),
      });
}

std::optional<ExpectedFeatures> Space::expected() const {
  if (!model) return std::nullopt;
  return model->expected_features();
}

Matrix Space::embed(Matrix features) const {
  if (!model) return features;
  Matrix images = model->apply(features);
  if (const auto refused = distance.first_refused(images)) {
    data_error("the image of row " + grouped(refused->row + 1) +
                   " has a negative coordinate, and the distance " + distance.name() +
                   " takes only those of 0 or more",
               {}, "choose another --distance");
  }
  return images;
}

Space open_space(const SpaceOptions& options) {
  Space space;
  if (options.unsealed && options.model.empty())
    usage_error("--unsealed goes with --model", "name the model with -m, or leave --unsealed out");
  if (!options.model.empty()) space.model = read_model(options.model, options.unsealed);
  const std::string name = !options.distance.empty() ? options.distance
                           : space.model             ? space.model->distance
                                                     : "euclidean";
  const DistanceInfo& info = distance_info(name);
  const bool matrix_in_model = info.needs_matrix && options.matrix.empty() && space.model.has_value();
  if (!matrix_in_model && info.needs_matrix == options.matrix.empty()) {
    usage_error(info.needs_matrix ? "--distance " + name + " needs its matrix"
                                  : "--matrix does not apply to the distance " + name,
                info.needs_matrix ? "name it with --matrix FILE; a learned one is in the model: -m MODEL"
                                  : "use --distance mahalanobis");
  }
  std::string shown;
  if (matrix_in_model) {
    // M = A'A for the linear map A, so these are the Euclidean distances of the images.
    if (!affine_map(*space.model)) {
      usage_error("the map of " + options.model + " is not linear, so there is no matrix of a " + name +
                      " distance in it",
                  "leave --distance out, or give a matrix for the images with --matrix");
    }
    space.distance = Distance(info.kind == DistanceKind::mahalanobis ? DistanceKind::euclidean
                                                                     : DistanceKind::sqeuclidean);
    shown = name;
  } else if (info.needs_matrix) {
    const SquareMatrix m = read_square_matrix(options.matrix);
    space.distance = Distance(info.kind, m.values, m.n);
  } else {
    space.distance = parse_distance(name);
  }
  if (shown.empty()) shown = space.distance.name();
  space.name = space.model ? "model (" + shown + ")" : shown;
  return space;
}

void check_space(const Space& space, const Dataset& data, const std::string& file) {
  const std::int64_t wanted = space.distance.matrix_dim();
  const std::int64_t dims = space.model ? space.model->output_dim() : data.features.cols();
  if (wanted != 0 && wanted != dims) {
    data_error("the matrix is for " + grouped(wanted) + " features, the data have " + grouped(dims),
               {file, 0, 0, {}},
               "choose " + grouped(wanted) + " columns with --features, or give a matrix of " +
                   grouped(dims) + " x " + grouped(dims));
  }
  if (space.model) return;  // then the coordinates are those of the images
  if (const auto refused = space.distance.first_refused(data.features)) {
    const bool with_id = !data.ids.empty();
    data_error("row " + grouped(data.row_numbers[static_cast<std::size_t>(refused->row)]) +
                   (with_id ? " (" + data.row_name(refused->row) + ")" : "") + ", feature " +
                   data.feature_names[static_cast<std::size_t>(refused->col)] + ": the distance " +
                   space.distance.name() + " takes numbers of 0 or more, found " +
                   number_text(data.features(refused->row, refused->col)),
               {file == "-" ? "standard input" : file, 0, 0, {}},
               "choose the features with --features, or another --distance");
  }
}

Dataset read_labelled(const DataOptions& options, const TableOptions& table, Console& console,
                      bool label_needed) {
  if (label_needed && options.label.empty() &&
      (options.labels_from.empty() || is_side_table(options.labels_from))) {
    TableOptions look = table;
    look.read_features = false;
    look.where.clear();
    look.label_rules = {};
    look.named.clear();
    const std::string columns = TableReader(look).columns_text();
    usage_error(
        "a label column is needed, and none is assumed",
        columns.empty()
            ? "name what stands beside the matrix with --labels-from FILE, its column with --label COL"
            : "name it with --label; the columns are: " + columns);
  }
  std::vector<std::string> notes;
  Dataset data = read_table(table, notes);
  console.notes(notes);
  if (label_needed && data.labels.unknown_rows() == data.rows()) {
    data_error("no row has a label besides those of --ignore-label", {table.file, 0, 0, {}},
               "is --label the right column?");
  }
  return data;
}

TableOptions of_another_file(TableOptions table, const std::string& file) {
  table.file = file;
  table.format = "auto";
  table.labels_from.clear();
  for (const Condition& condition : table.where) table.no_features.push_back(condition.column);
  table.where.clear();
  return table;
}

ExpectedFeatures features_of(const Dataset& data, std::int64_t count, const std::string& file) {
  ExpectedFeatures expected;
  if (data.has_names) expected.names = data.feature_names;
  expected.count = count;
  expected.file = file == "-" ? "standard input" : file;
  return expected;
}

std::vector<double> numbers_of(const Dataset& data, const TextColumn& column, const std::string& what,
                               const std::string& file) {
  std::vector<double> numbers;
  for (std::size_t i = 0; i < column.values.size(); ++i) {
    double number = 0;
    if (parse_number(column.values[i], number) != NumberStatus::ok) {
      data_error("row " + grouped(data.row_numbers[i]) + ": the " + what + " is not a number: '" +
                     column.values[i] + "'",
                 {file, 0, 0, {}}, "fill it in, or leave such rows out with --where");
    }
    numbers.push_back(number);
  }
  return numbers;
}

void check_copied_format(const std::string& output, Format format) {
  if (output_format("auto", output, format) == format) return;
  const std::string name(format_info(format).name);
  usage_error(
      "the rows are copied as they stand, as " + name + "; " + output + " has the name of another format",
      "give it the extension ." + name);
}

}  // namespace nearfar::cli
