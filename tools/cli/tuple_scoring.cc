#include "cli/tuple_scoring.h"

#include <algorithm>
#include <array>

#include "nearfar/core/error.h"
#include "nearfar/core/parallel.h"
#include "nearfar/core/text.h"

namespace nearfar::cli {

void TupleOptions::add_to(Command& command) {
  command.add("Pairs",
              {
                  file_option("--pairs", "the pairs: columns a,b or row_a,row_b, and any others", pairs),
                  list_option("--tuples-where", "COL=VALUE", "keep pairs by a column's text", where),
                  file_option("--queries",
                              "the first item of each distance is a row of this file, not of FILE", queries),
              });
}

std::vector<Condition> TupleOptions::conditions() const {
  std::vector<Condition> conditions;
  for (const std::string& text : where) conditions.push_back(parse_condition(text, "--tuples-where"));
  return conditions;
}

std::span<const TupleDistance> distances_of(TupleKind kind) {
  static constexpr std::array<TupleDistance, 1> kPair{{{0, 1, "distance"}}};
  static constexpr std::array<TupleDistance, 2> kTriplet{{{0, 1, "d_ap"}, {0, 2, "d_an"}}};
  static constexpr std::array<TupleDistance, 2> kQuadruplet{{{0, 1, "d_ap"}, {2, 3, "d_an"}}};
  switch (kind) {
    case TupleKind::triplets:
      return kTriplet;
    case TupleKind::quadruplets:
      return kQuadruplet;
    case TupleKind::pairs:
    case TupleKind::graded_pairs:
      break;
  }
  return kPair;
}

ItemRows::ItemRows(const DataOptions& data, const TupleOptions& tuples, const Space& space, bool pictures,
                   Console& console)
    : space_(space), has_queries_(!tuples.queries.empty()), with_pictures_(pictures) {
  TableOptions table = data.table();
  table.expected = space.expected();
  read(gallery_, data, table, console);
  if (!has_queries_) return;
  table = of_another_file(std::move(table), tuples.queries);
  if (!space.model) table.expected = features_of(gallery_.data, gallery_.rows.cols(), data.file);
  read(queries_, data, table, console);
}

void ItemRows::read(Side& side, const DataOptions& data, const TableOptions& table, Console& console) const {
  side.data = read_labelled(data, table, console, false);
  check_space(space_, side.data, table.file);
  if (with_pictures_) side.pictures = pictures_of(side.data);
  side.rows = space_.embed(std::move(side.data.features));
}

TupleScorer::TupleScorer(const ItemRows& rows, const std::string& file, const std::vector<Condition>& where,
                         const std::string& option, bool value_needed)
    : rows_(rows) {
  auto source = std::make_unique<Source>(file);
  format_ = input_format("auto", *source);
  reader_ = open_records(std::move(source), format_, "", true);
  layout_ = tuple_layout(*reader_, !value_needed);
  filter_ = RowFilter(where, reader_->header(), reader_->name(), option);
  check_ids(layout_, rows_.to().data, *reader_);
  check_ids(layout_, rows_.from().data, *reader_);
  from_.emplace(rows_.from().data, layout_.by_row);
  if (&rows_.from() != &rows_.to()) own_to_.emplace(rows_.to().data, layout_.by_row);
}

std::int64_t TupleScorer::stream(const Taken& taken, const Scored& scored, Console& console) {
  constexpr std::size_t kBlock = 16384;  // tuples held at a time
  const std::string kind(tuple_kind(layout_.kind).name);
  const std::size_t rows_of_one = 2 * distances().size();
  const ItemIndex& to = own_to_ ? *own_to_ : *from_;
  std::int64_t seen = 0;
  std::int64_t tuples = 0;
  std::vector<float> distances_of_block;
  Record record;
  for (bool more = true; more;) {
    more = reader_->next(record);
    seen += more ? 1 : 0;
    if (more && !filter_.passes(record)) filter_.note_refused(record);
    if (more && filter_.passes(record)) {
      for (const TupleDistance& distance : distances()) {
        waiting_.push_back(from_->find(*reader_, record, layout_.items[distance.from]));
        waiting_.push_back(to.find(*reader_, record, layout_.items[distance.to]));
      }
      taken(record);
      ++tuples;
    }
    if (more && waiting_.size() < kBlock * rows_of_one) continue;
    score(distances_of_block);
    scored(distances_of_block);
    console.progress(grouped(tuples) + " " + kind);
  }
  console.finish_progress();
  if (tuples == 0) filter_.refuse_all(seen, kind, reader_->name());
  return tuples;
}

void TupleScorer::score(std::vector<float>& distances) {
  constexpr std::int64_t kRange = 1024;
  const MatrixView from = rows_.from().rows;
  const MatrixView to = rows_.to().rows;
  distances.resize(waiting_.size() / 2);
  parallel_ranges(
      static_cast<std::int64_t>(distances.size()), kRange, [&](std::int64_t begin, std::int64_t end) {
        for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
          distances[i] =
              rows_.space().distance.between(from.row(waiting_[2 * i]), to.row(waiting_[2 * i + 1]), to.cols);
        }
      });
  waiting_.clear();
}

bool is_logistic(const Model& model) {
  const std::pair<std::string, std::string> loss("loss", "logistic");
  return std::find(model.options.begin(), model.options.end(), loss) != model.options.end();
}

std::optional<float> logistic_threshold(const Space& space) {
  if (!space.model || space.distance.name() != space.model->distance || !is_logistic(*space.model))
    return std::nullopt;
  return space.model->threshold;
}

}  // namespace nearfar::cli
