#include "nearfar/io/trec.h"

#include <algorithm>
#include <utility>

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"
#include "nearfar/io/trec_lines.h"

namespace nearfar {
namespace {

constexpr std::int64_t kLargestGrade = 1'000'000;

// A line of either file: of which query, of which item, and what it says of it.
template <class Value>
struct Line {
  std::int32_t query;
  std::int32_t item;
  Value value;
  std::int64_t number;
};

// Sorts lines by query, keeping their order otherwise; `begin` gets where each query's lines are.
template <class Value>
std::vector<Line<Value>> by_query(const std::vector<Line<Value>>& lines, std::int32_t queries,
                                  std::vector<std::int64_t>& begin) {
  begin.assign(static_cast<std::size_t>(queries) + 1, 0);
  for (const Line<Value>& line : lines) ++begin[static_cast<std::size_t>(line.query) + 1];
  for (std::size_t q = 1; q < begin.size(); ++q) begin[q] += begin[q - 1];
  std::vector<std::int64_t> next = begin;
  std::vector<Line<Value>> sorted(lines.size());
  for (const Line<Value>& line : lines)
    sorted[static_cast<std::size_t>(next[static_cast<std::size_t>(line.query)]++)] = line;
  return sorted;
}

// `lines` are sorted by query.
template <class Value>
void refuse_pairs_twice(const std::vector<Line<Value>>& lines, const std::string& file,
                        const NameTable& queries, const NameTable& items) {
  // Of each item the last line that names it; its query tells whether it is one of this query.
  std::vector<const Line<Value>*> last(static_cast<std::size_t>(items.size()));
  for (const Line<Value>& line : lines) {
    const Line<Value>*& earlier = last[static_cast<std::size_t>(line.item)];
    if (earlier != nullptr && earlier->query == line.query) {
      data_error("the item '" + std::string(items.name(line.item)) + "' of the query '" +
                     std::string(queries.name(line.query)) + "' stands here a second time, after line " +
                     grouped(earlier->number),
                 {file, line.number, 0, {}}, "take one of the two lines away");
    }
    earlier = &line;
  }
}

// Calls read(record) for each line, which must be there.
template <class Read>
void for_each_line(RecordReader& reader, std::vector<std::string>& notes, Read read) {
  Record record;
  bool any = false;
  for (; reader.next(record); any = true) read(record);
  if (!any) refuse_empty(reader.name());
  notes.insert(notes.end(), reader.notes().begin(), reader.notes().end());
}

void append_name(std::string& out, std::string_view name) {
  if (name.empty() || name.find_first_of(" \t\n\v\f\r") != std::string_view::npos) {
    data_error("the id '" + std::string(name) + "' cannot stand in a run, whose fields white space separates",
               {}, "name another column with --id");
  }
  out += name;
}

}  // namespace

Qrels read_qrels(const std::string& file, NameTable& items, std::vector<std::string>& notes) {
  const auto reader =
      open_trec(std::make_unique<Source>(file), {"query", "iteration", "item", "grade"}, false, "judgement");
  Qrels qrels;
  std::vector<Line<std::int32_t>> lines;
  for_each_line(*reader, notes, [&](const Record& record) {
    const std::optional<std::int64_t> grade = parse_integer(record.fields[3]);
    if (!grade || *grade > kLargestGrade) {
      data_error("expected a grade, a whole number up to " + grouped(kLargestGrade) + ", found '" +
                     std::string(record.fields[3]) + "'",
                 reader->place(record, 3),
                 "write 0, 1, 2, ...; a negative one says that the item was not judged");
    }
    lines.push_back({qrels.queries.number(record.fields[0]), items.number(record.fields[2]),
                     static_cast<std::int32_t>(std::max<std::int64_t>(*grade, -1)), record.line});
  });
  lines = by_query(lines, qrels.queries.size(), qrels.begin);
  refuse_pairs_twice(lines, reader->name(), qrels.queries, items);
  lines.erase(std::remove_if(lines.begin(), lines.end(), [](const auto& line) { return line.value < 0; }),
              lines.end());
  lines = by_query(lines, qrels.queries.size(), qrels.begin);
  qrels.judgements.reserve(lines.size());
  for (const auto& line : lines) qrels.judgements.push_back({line.item, line.value});
  return qrels;
}

Run read_run(const std::string& file, NameTable& items, std::vector<std::string>& notes) {
  const auto reader =
      open_trec(std::make_unique<Source>(file), {"query", "Q0", "item", "rank", "score", "tag"}, true, "run");
  Run run;
  std::vector<Line<double>> lines;
  for_each_line(*reader, notes, [&](const Record& record) {
    double score = 0;
    if (const NumberStatus status = parse_number(record.fields[4], score); status != NumberStatus::ok) {
      const std::string found = ", found '" + std::string(record.fields[4]) + "'";
      data_error(
          (status == NumberStatus::not_a_number ? "expected a score, a number" : "expected a finite score") +
              found,
          reader->place(record, 4), "the fifth field is the score, larger is nearer: q1 Q0 doc7 1 0.93 name");
    }
    lines.push_back(
        {run.queries.number(record.fields[0]), items.number(record.fields[2]), score, record.line});
  });
  lines = by_query(lines, run.queries.size(), run.begin);
  refuse_pairs_twice(lines, reader->name(), run.queries, items);
  run.rows.reserve(lines.size());
  for (const auto& line : lines) run.rows.push_back({line.item, line.value});
  return run;
}

void RunWriter::write(std::string_view query, std::span<const std::string_view> items,
                      std::span<const float> scores) {
  text_.clear();
  for (std::size_t i = 0; i < items.size(); ++i) {
    append_name(text_, query);
    text_ += " Q0 ";
    append_name(text_, items[i]);
    text_ += " " + std::to_string(i + 1) + " ";
    append_number(text_, scores[i]);
    text_ += " " + tag_ + "\n";
  }
  sink_.write(text_);
}

}  // namespace nearfar
