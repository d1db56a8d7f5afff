// The part of eval-retrieval that measures rows: classes or judgements, vectors, and runs made of them.
#include "cli/retrieval_rows.h"

#include <fmt/core.h>

#include <algorithm>

#include "cli/retrieval_input.h"
#include "nearfar/core/error.h"
#include "nearfar/core/text.h"
#include "nearfar/evaluation/retrieval_portrait.h"
#include "nearfar/io/sink.h"
#include "nearfar/io/trec.h"
#include "nearfar/neighbors/nearest.h"

namespace nearfar::cli {
namespace {

constexpr std::int64_t kSavedRanks = 1000;  // of a run, unless --depth says otherwise

// Ids, classes and exclusion columns of the rows of one file.
void add_rows(Fingerprint& fingerprint, std::string_view side, const Dataset& data, std::size_t exclusions,
              bool by_class) {
  for (std::int64_t i = 0; i < data.rows(); ++i) {
    const auto row = static_cast<std::size_t>(i);
    const std::int32_t code = by_class ? data.labels.codes[row] : Labels::kUnknown;
    const bool known = code != Labels::kUnknown;
    const std::string& label = known ? data.labels.names[static_cast<std::size_t>(code)] : "";
    std::string groups;
    for (std::size_t c = 0; c < exclusions; ++c) {
      const std::string& value = data.columns[c].values[row];
      groups += std::to_string(value.size()) + ":" + value;
    }
    const std::string name = data.ids.empty() ? std::to_string(i + 1) : data.ids[row];
    fingerprint.add({side, name, known ? "known" : "unknown", label, groups});
  }
}

/// What is relevant to the rows: their classes, or judgements of them.
struct RowRelevance {
  Labels labels;  // of the queries, and behind them of the gallery if it has its own
  NameTable items;
  Qrels qrels;
  PlacedJudgements placed;
};

void add_classes(RowRelevance& relevance, const QueryAndGallery& rows, RetrievalTask& task) {
  relevance.labels =
      rows.own_gallery ? join_labels(rows.queries.labels, rows.own_gallery->labels) : rows.queries.labels;
  const std::span<const std::int32_t> codes(relevance.labels.codes);
  const std::size_t queries = rows.queries.labels.codes.size();
  task.query_codes = codes.first(queries);
  task.gallery_codes = rows.own_gallery ? codes.subspan(queries) : codes;
  task.labels = &relevance.labels;
}

void add_judgements(RowRelevance& relevance, const QueryAndGallery& rows, const std::string& file,
                    RetrievalTask& task, Console& console) {
  std::vector<std::string> notes;
  relevance.qrels = read_qrels(file, relevance.items, notes);
  console.notes(notes);
  relevance.placed = place_judgements(relevance.qrels, relevance.items, rows.queries.ids, rows.gallery().ids);
  const PlacedJudgements& placed = relevance.placed;
  const auto unjudged = std::count_if(placed.queries.begin(), placed.queries.end(),
                                      [](const JudgedRows& judged) { return !judged.known; });
  if (unjudged == rows.queries.rows() || placed.present == 0) {
    data_error(unjudged == rows.queries.rows() ? "no query of the data is among the judged ones"
                                               : "no judged item is in the gallery",
               {file, 0, 0, {}},
               "the judgements have the query '" + std::string(relevance.qrels.queries.name(0)) +
                   "' and the item '" + std::string(relevance.items.name(0)) +
                   "'; name the id columns with --id");
  }
  if (unjudged > 0)
    console.note(fmt::format("{} of the data {} not judged and not counted", counted(unjudged, "query"),
                             unjudged == 1 ? "is" : "are"));
  if (placed.absent > 0)
    console.note(fmt::format("{} {} not in the gallery and counted as not retrieved",
                             counted(placed.absent, "judged item"), placed.absent == 1 ? "is" : "are"));
  task.judgements = &placed.queries;
  task.missing = placed.missing;
}

// A row of unknown class is no query.
void write_run(const std::string& file, std::int64_t depth, const QueryAndGallery& rows, const Space& space,
               bool by_class) {
  Sink sink(file);
  RunWriter writer(sink, "nearfar");
  NearestOptions nearest;
  nearest.distance = space.distance;
  nearest.k = std::min(depth, rows.gallery().rows());
  nearest.allowed = [&](std::int64_t q, std::int64_t g) { return rows.allowed(q, g); };
  std::vector<std::string> names;
  for (std::int64_t g = 0; g < rows.gallery().rows(); ++g) names.push_back(rows.gallery().row_name(g));
  std::vector<std::string_view> items;
  std::vector<float> scores;
  nearest_neighbors(
      rows.query_rows, rows.gallery_view(), nearest, [&](std::int64_t q, std::span<const Neighbor> found) {
        if (by_class && rows.queries.labels.codes[static_cast<std::size_t>(q)] == Labels::kUnknown) return;
        items.clear();
        scores.clear();
        for (const Neighbor& neighbor : found) {
          items.emplace_back(names[static_cast<std::size_t>(neighbor.row)]);
          scores.push_back(0 - neighbor.distance);
        }
        writer.write(rows.queries.row_name(q), items, scores);
      });
  sink.close();
}

std::shared_ptr<const Portrait> portrait_of(const RetrievalTask& task, const Outcome& outcome,
                                            const QueryAndGallery& rows, const Distance& distance,
                                            std::uint64_t seed) {
  PortraitSource source;
  source.query_name = [&](std::int64_t q) { return rows.queries.row_name(q); };
  source.gallery_name = [&](std::int64_t g) { return rows.gallery().row_name(g); };
  if (!rows.query_pictures.empty())
    source.query_picture = [&](std::int64_t q) { return rows.query_pictures.of(q); };
  if (!rows.pictures_of_gallery().empty())
    source.gallery_picture = [&](std::int64_t g) { return rows.pictures_of_gallery().of(g); };
  return std::make_shared<const Portrait>(retrieval_portrait(task, outcome, distance, source, seed));
}

// The slices of a column, whose rows the missing queries come behind.
Outcome::Slicing slicing_of(const TextColumn& column, std::size_t missing) {
  Labels coded = encode_labels(column.values);
  coded.codes.insert(coded.codes.end(), missing, -1);
  return {column.name, coded.names, coded.codes};
}

// Every missing query is a cluster of its own.
std::vector<std::int32_t> clusters_of(const TextColumn& column, std::size_t missing) {
  Labels coded = encode_labels(column.values);
  for (std::size_t i = 0; i < missing; ++i)
    coded.codes.push_back(coded.classes() + static_cast<std::int32_t>(i));
  return coded.codes;
}

}  // namespace

void add_judgements(Fingerprint& fingerprint, const Qrels& qrels, const NameTable& items) {
  for (std::int32_t q = 0; q < qrels.queries.size(); ++q) {
    const std::string_view query = qrels.queries.name(q);
    fingerprint.add({"judged query", query});
    for (const auto& [item, grade] : qrels.of(q))
      fingerprint.add({"judgement", query, items.name(item), std::to_string(grade)});
  }
}

void check_gains(const Qrels& qrels, const Grading& grading, const std::string& file) {
  constexpr std::int32_t kMost = 1000;  // 2^1000 is a number, and sums of it
  for (const Qrels::Judgement& judged : qrels.judgements) {
    if (grading.gain == Gain::exp2 && judged.grade > kMost) {
      data_error(fmt::format("--gain exp2 of the grade {} is beyond any number", judged.grade),
                 {file, 0, 0, {}}, "use --gain linear");
    }
  }
}

Outcome RetrievalInput::evaluate_rows(Console& console, std::uint64_t seed) const {
  const bool by_class = qrels.empty();
  RetrievalOptions retrieval = options();
  const Space opened = open_space(space);
  std::vector<NamedColumn> further;
  for (const std::string& column : by) further.push_back({"--by", column});
  if (!cluster.empty()) further.push_back({"--cluster", cluster});
  const QueryAndGallery rows =
      read_query_and_gallery(data, gallery, opened, console, by_class, further, portrait);
  if (by_class && rows.gallery().labels.empty())
    usage_error("the gallery " + gallery.file + " needs labels",
                "name what stands beside it: --gallery-labels-from FILE");
  if (!by_class && (rows.queries.ids.empty() || rows.gallery().ids.empty()))
    usage_error("--qrels needs ids in both files", "name them with --id");
  if (retrieval.ties == TiePolicy::trec && rows.gallery().ids.empty())
    usage_error("--ties trec goes by id, and the gallery has none",
                "name them with --id, or take --ties index");
  RetrievalTask task;
  task.queries = rows.query_rows;
  task.gallery = rows.gallery_view();
  task.self = rows.self;
  task.query_groups = rows.query_groups;
  task.gallery_groups = rows.gallery_groups;
  task.gallery_ids = rows.gallery().ids;
  RowRelevance relevance;
  if (by_class) {
    add_classes(relevance, rows, task);
  } else {
    add_judgements(relevance, rows, qrels, task, console);
    check_gains(relevance.qrels, retrieval.grading, qrels);
  }
  retrieval.distance = opened.distance;
  retrieval.progress = [&](std::int64_t done, std::int64_t of) {
    console.progress(fmt::format("{} of {} queries", grouped(done), grouped(of)));
  };
  RetrievalResult result = evaluate_retrieval(task, retrieval);
  console.finish_progress();

  Outcome outcome = finish(std::move(result), retrieval);
  outcome.policies.insert(outcome.policies.begin(), {"distance", opened.name});
  outcome.policies.push_back({"exclude", gallery.check()});
  if (!gallery.exclude_same.empty()) outcome.policies.push_back({"exclude-same", gallery.exclude_same});
  if (parse_average(average) == Average::macro) {
    outcome.policies.push_back({"average", average});
    average_over_classes(outcome, relevance.labels);
  }
  const std::vector<TextColumn>& columns = rows.queries.columns;
  const std::size_t exclusions = columns.size() - further.size();
  const std::size_t missing = relevance.placed.missing.size();
  for (std::size_t c = 0; c < by.size(); ++c)
    outcome.slicings.push_back(slicing_of(columns[exclusions + c], missing));
  if (!cluster.empty()) outcome.clusters = clusters_of(columns.back(), missing);
  Fingerprint fingerprint;
  add_rows(fingerprint, "query", rows.queries, exclusions, by_class);
  if (rows.own_gallery) add_rows(fingerprint, "gallery", *rows.own_gallery, exclusions, by_class);
  add_judgements(fingerprint, relevance.qrels, relevance.items);
  outcome.fingerprint = fingerprint.text();
  outcome.unit_ids = rows.queries.ids;
  for (const std::string_view id : relevance.placed.missing) outcome.unit_ids.emplace_back(id);
  if (portrait) outcome.portrait = portrait_of(task, outcome, rows, opened.distance, seed);
  if (!save_run.empty()) write_run(save_run, depth.value_or(kSavedRanks), rows, opened, by_class);
  return outcome;
}

}  // namespace nearfar::cli
