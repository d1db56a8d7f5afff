// score-pairs: the distance of every pair of a pair file. Pairs stream through in blocks; in memory are the
// rows of FILE (and --queries), or their images under the model, at 4 bytes a coordinate, and the ids.
#include <fmt/core.h>

#include "cli/data_options.h"
#include "nearfar/core/error.h"
#include "nearfar/core/parallel.h"
#include "nearfar/core/text.h"
#include "nearfar/io/append_column.h"
#include "nearfar/io/item_index.h"
#include "nearfar/io/record_store.h"
#include "nearfar/io/row_filter.h"
#include "nearfar/io/sink.h"
#include "nearfar/io/tuple_layout.h"

namespace {

using namespace nearfar;

struct Options {
  cli::DataOptions data;
  cli::SpaceOptions space;
  std::string pairs;
  std::vector<std::string> pairs_where;
  std::string queries;
  std::string output = "-";
};

// A distance of a tuple: from which of its items to which, and the column it goes to. The first item of a
// distance is one of --queries, if there are any.
struct Scored {
  std::size_t from;
  std::size_t to;
  const char* column;
};

std::vector<Scored> scored_of(TupleKind kind) {
  switch (kind) {
    case TupleKind::triplets:
      return {{0, 1, "d_ap"}, {0, 2, "d_an"}};
    case TupleKind::quadruplets:
      return {{0, 1, "d_ap"}, {2, 3, "d_an"}};
    case TupleKind::pairs:
    case TupleKind::graded_pairs:
      break;
  }
  return {{0, 1, "distance"}};
}

// Rows as the distance sees them, and the way to them from the names in the pair file.
struct Side {
  Dataset data;
  Matrix rows;
  std::optional<ItemIndex> index;
};

void read_side(Side& side, const cli::DataOptions& data, const TableOptions& table, const cli::Space& space,
               cli::Console& console) {
  side.data = cli::read_labelled(data, table, console, false);
  cli::check_space(space, side.data, table.file);
  side.rows = space.embed(std::move(side.data.features));
}

// The threshold that tells `same` from not; none where the distance is not the one it was found for.
std::optional<float> threshold_of(const cli::Space& space, TupleKind kind, cli::Console& console) {
  if (!space.model || !space.model->threshold || scored_of(kind).size() > 1) return std::nullopt;
  if (space.distance.name() != space.model->distance) {
    console.note("no column same: the threshold of the model is for its own distance, " +
                 space.model->distance);
    return std::nullopt;
  }
  return space.model->threshold;
}

class Scorer {
 public:
  Scorer(const Side& from, const Side& to, const cli::Space& space, TupleKind kind,
         std::optional<float> threshold)
      : from_(from), to_(to), distance_(space.distance), scored_(scored_of(kind)), threshold_(threshold) {}

  [[nodiscard]] std::vector<NewColumn> columns() const {
    std::vector<NewColumn> columns;
    for (const Scored& scored : scored_) columns.push_back({scored.column, true});
    if (threshold_) columns.push_back({"same", true});
    return columns;
  }

  // Finds the rows of the next tuple. Throws Error (data).
  void add(const RecordReader& reader, const Record& record, const TupleLayout& layout) {
    for (const Scored& scored : scored_) {
      rows_.push_back(from_.index->find(reader, record, layout.items[scored.from]));
      rows_.push_back(to_.index->find(reader, record, layout.items[scored.to]));
    }
    records_.add(record);
  }
  [[nodiscard]] std::int64_t waiting() const { return records_.size(); }

  // Writes the tuples added since the last call with their distances, in their order.
  void write(Sink& out, const ColumnAppender& appender) {
    constexpr std::int64_t kRange = 1024;
    std::vector<std::string> texts(static_cast<std::size_t>((waiting() + kRange - 1) / kRange));
    parallel_ranges(waiting(), kRange, [&](std::int64_t begin, std::int64_t end) {
      std::string& text = texts[static_cast<std::size_t>(begin / kRange)];
      std::vector<std::string> values;
      for (std::int64_t t = begin; t < end; ++t) {
        score(t, values);
        appender.append(text, records_.text(t), records_.line_end(t), values);
      }
    });
    for (const std::string& text : texts) out.write(text);
    records_ = RecordStore();
    rows_.clear();
  }

 private:
  void score(std::int64_t t, std::vector<std::string>& values) const {
    values.clear();
    float distance = 0;
    const std::int32_t* row = rows_.data() + static_cast<std::size_t>(t) * 2 * scored_.size();
    for (std::size_t s = 0; s < scored_.size(); ++s, row += 2) {
      distance = distance_.between(from_.rows.row(row[0]), to_.rows.row(row[1]), to_.rows.cols());
      append_number(values.emplace_back(), distance);
    }
    if (threshold_) values.emplace_back(distance <= *threshold_ ? "1" : "0");
  }

  const Side& from_;
  const Side& to_;
  const Distance& distance_;
  std::vector<Scored> scored_;
  std::optional<float> threshold_;
  RecordStore records_;
  std::vector<std::int32_t> rows_;  // from and to of each distance of each record
};

// Streams the pairs of the file through; returns how many.
std::int64_t score(RecordReader& reader, const RowFilter& filter, const TupleLayout& layout, Scorer& scorer,
                   const ColumnAppender& appender, Sink& out, cli::Console& console) {
  constexpr std::int64_t kBlock = 16384;  // pairs held at a time
  std::int64_t tuples = 0;
  Record record;
  for (bool more = true; more;) {
    more = reader.next(record);
    if (more && filter.passes(record)) {
      scorer.add(reader, record, layout);
      ++tuples;
    }
    if (more && scorer.waiting() < kBlock) continue;
    scorer.write(out, appender);
    console.progress(grouped(tuples) + " " + std::string(tuple_kind(layout.kind).name));
  }
  console.finish_progress();
  return tuples;
}

int run(const cli::Command& command, const Options& options) {
  cli::Console console(command);
  if (options.pairs.empty()) {
    usage_error("a file of pairs is needed: --pairs FILE",
                "its columns are a,b (ids) or row_a,row_b (row numbers)");
  }
  std::vector<Condition> conditions;
  for (const std::string& text : options.pairs_where)
    conditions.push_back(parse_condition(text, "--tuples-where"));
  const cli::Space space = cli::open_space(options.space);

  TableOptions table = options.data.table();
  table.expected = space.expected();
  Side gallery;
  Side queries;
  read_side(gallery, options.data, table, space, console);
  if (!options.queries.empty()) {
    table.file = options.queries;
    table.format = "auto";
    table.labels_from.clear();
    table.where.clear();
    if (!space.model) {
      table.expected =
          ExpectedFeatures{gallery.data.has_names ? gallery.data.feature_names : std::vector<std::string>{},
                           gallery.rows.cols()};
    }
    read_side(queries, options.data, table, space, console);
  }
  Side& from = options.queries.empty() ? gallery : queries;

  auto source = std::make_unique<Source>(options.pairs);
  const Format format = input_format("auto", *source);
  const std::unique_ptr<RecordReader> reader = open_records(std::move(source), format, "", true);
  const TupleLayout layout = tuple_layout(*reader, true);
  for (Side* side : {&gallery, &from}) {
    check_ids(layout, side->data, *reader);
    if (!side->index) side->index.emplace(side->data, layout.by_row);
  }
  const RowFilter filter(conditions, reader->header(), reader->name(), "--tuples-where");
  Scorer scorer(from, gallery, space, layout.kind, threshold_of(space, layout.kind, console));
  const ColumnAppender appender(*reader, format, delimiter_of(format, ""), scorer.columns(),
                                "take that column out of the file of pairs, or rename it");
  cli::check_copied_format(options.output, format);

  Sink out(options.output);
  out.write(appender.header());
  const std::int64_t tuples = score(*reader, filter, layout, scorer, appender, out, console);
  const std::string kind(tuple_kind(layout.kind).name);
  if (tuples == 0) {
    data_error("there are no " + kind + std::string(conditions.empty() ? "" : " that pass --tuples-where"),
               {reader->name(), 0, 0, {}});
  }
  out.close();
  console.notes(reader->notes());
  console.note(grouped(tuples) + " " + kind + ", distance: " + space.name);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  cli::Command command;
  command.name = "score-pairs";
  command.summary = "the distance of every pair of a file of pairs";
  command.usage = "[FILE] --pairs PAIRS [--queries FILE] [-m MODEL] [--distance NAME] [OPTION ...]";
  command.description =
      "Copies the file of pairs as it stands and adds the column distance: larger is farther. With a model "
      "that has a threshold also the column same: 1 where the distance is not above it, else 0. Pairs name "
      "their items by id (columns a,b) or by row number (row_a,row_b); to triplets and quadruplets both "
      "distances are added, as d_ap and d_an. Pairs stream through in blocks.";
  options.data.add_to(command);
  command.add(
      "Pairs",
      {
          cli::file_option("--pairs", "the pairs: columns a,b or row_a,row_b, and any others", options.pairs),
          cli::list_option("--tuples-where", "COL=VALUE", "keep pairs by a column's text",
                           options.pairs_where),
          cli::file_option("--queries", "the first item of each distance is a row of this file, not of FILE",
                           options.queries),
      });
  options.space.add_to(command);
  command.add("Output", {cli::output_option("-o,--output", "where to write", options.output)});
  command.examples = {
      {"how far apart mined pairs are by another distance",
       "mk-triplets sample_data/iris.csv --label species --kind pairs --strategy hard -o pairs.csv && "
       "score-pairs sample_data/iris.csv --label species --pairs pairs.csv --distance cosine -o scored.csv"},
      {"under a model",
       "train-metric sample_data/digits.csv --label digit --dim 16 -o model.json && "
       "mk-triplets sample_data/digits.csv --label digit --kind pairs --strategy random | "
       "score-pairs sample_data/digits.csv --label digit --pairs - -m model.json -o scored.csv"},
  };
  command.run = [&] { return run(command, options); };
  return cli::run_command(command, argc, argv);
}
