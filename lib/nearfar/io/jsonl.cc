#include "nearfar/io/jsonl.h"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_map>

#include "nearfar/core/text.h"
#include "nearfar/io/json_text.h"
#include "nearfar/io/lines.h"

namespace nearfar {
namespace {

using Json = nlohmann::json;
using Kind = JsonText::Kind;

[[noreturn]] void refuse(std::size_t at, std::string what) { throw JsonFault{at, std::move(what)}; }

// A scalar as the text of a field: null is empty. Its view begins where the value does, unless escapes were
// undone.
std::string_view scalar_field(JsonText& json, std::vector<char>& room) {
  const Kind kind = json.kind();
  if (kind == Kind::string) return json.string(room);
  const std::string_view text = json.scalar();
  return kind == Kind::null ? text.substr(0, 0) : text;
}

std::string_view vector_element(JsonText& json) {
  const Kind kind = json.kind();
  if (kind != Kind::number)
    refuse(json.at(), kind == Kind::array ? "an array inside an array; a row has one vector of numbers"
                                          : "an array may hold numbers only");
  return json.scalar();
}

class JsonlReader final : public RecordReader {
 public:
  explicit JsonlReader(std::unique_ptr<Source> source) : lines_(std::move(source)) {
    if (!take_line(first_, true)) refuse_empty(name());
    guarded(first_, [&] { read_header(); });
    pending_ = true;
  }

  [[nodiscard]] const std::string& name() const override { return lines_.name(); }
  [[nodiscard]] const std::vector<std::string>& header() const override { return header_; }
  [[nodiscard]] std::string_view header_text() const override { return {}; }
  [[nodiscard]] bool has_names() const override { return true; }
  [[nodiscard]] const std::vector<std::string>& notes() const override { return lines_.notes(); }

  [[nodiscard]] std::size_t take(std::span<Record> records) override {
    std::size_t taken = 0;
    if (pending_) {
      pending_ = false;
      records[0].text = first_.text;
      records[0].line_end = first_.line_end;
      records[0].line = first_.line;
      records[0].number = ++number_;
      return 1;
    }
    while (taken < records.size() && take_line(records[taken], taken == 0))
      records[taken++].number = ++number_;
    return taken;
  }

  void split(Record& record) const override {
    record.fields.assign(header_.size(), {});
    record.undone.clear();
    record.undone.reserve(record.text.size());  // so that views into it stay good
    guarded(record, [&] {
      read_row(record.text, record.undone, [&](std::size_t column, std::size_t, std::string_view field) {
        record.fields[column] = field;
      });
    });
  }

  [[nodiscard]] Place place(const Record& record, std::size_t column) const override {
    Place place{name(), record.line, 0, std::string(record.text)};
    std::vector<char> room;
    room.reserve(record.text.size());
    read_row(record.text, room, [&](std::size_t at_column, std::size_t at, std::string_view) {
      if (at_column == column) place.column = static_cast<std::int64_t>(at) + 1;
    });
    return place;
  }

 private:
  // The next line that is not blank.
  bool take_line(Record& record, bool may_fill) {
    Lines::Line line;
    do {
      if (!lines_.next(line, may_fill)) return false;
    } while (line.text.find_first_not_of(" \t\r") == std::string_view::npos);
    record.text = line.text;
    record.line_end = line.line_end;
    record.line = line.number;
    return true;
  }

  // Turns a fault into an Error with its place.
  void guarded(const Record& record, const std::function<void()>& read) const {
    try {
      read();
    } catch (const JsonFault& fault) {
      const std::size_t begin = record.text.find_first_not_of(" \t");
      data_error(fault.what,
                 {name(), record.line, static_cast<std::int64_t>(fault.at) + 1, std::string(record.text)},
                 advice_for(record.text.substr(begin), fault));
    }
  }

  [[nodiscard]] static std::string advice_for(std::string_view text, const JsonFault& fault) {
    if (fault.what.find("is no number in JSON") != std::string::npos)
      return "remove such rows or fill the gaps first";
    if (text == "{") return "JSON Lines has each object on a line of its own: jq -c . FILE";
    if (text.starts_with('{'))
      return "a row is one flat object, as in {\"id\": \"a\", \"e\": [1.5, 2]}; jq makes such ones, for "
             "example of "
             "the answer of an API: jq -c '.data[] | {id: .index, e: .embedding}'";
    if (text.starts_with('[')) return "JSON Lines has one object a line; of an array: jq -c '.[]' FILE";
    return "JSON Lines has one object a line; for CSV pass --input-format csv";
  }

  // The keys of the first object name the columns; those of its array are e1, e2, ...
  void read_header() {
    std::vector<char> room;
    room.reserve(first_.text.size());
    for_each_member(first_.text, room, [&](std::string_view key, std::size_t key_at, JsonText& json) {
      if (json.kind() != Kind::array) {
        (void)scalar_field(json, room);
        add_column(std::string(key), key_at);
        return;
      }
      if (vector_key_) refuse(key_at, "a second array, '" + std::string(key) + "'; a row has one vector");
      vector_key_ = key;
      vector_begin_ = header_.size();
      json.open();
      while (json.next_element(vector_size_ == 0)) {
        (void)vector_element(json);
        add_column("e" + std::to_string(++vector_size_), key_at);
      }
    });
  }

  void add_column(std::string column, std::size_t at) {
    if (!columns_.emplace(column, header_.size()).second)
      refuse(at, "the key '" + column + "' appears twice");
    header_.push_back(std::move(column));
  }

  // Calls member(key, offset of the key, text at the value) for each; the call takes the value. Whatever is
  // wrong with the JSON of the line is found before what is wrong with the shape of the row.
  template <class Member>
  static void for_each_member(std::string_view text, std::vector<char>& room, const Member& member) {
    JsonText json(text);
    if (json.kind() != Kind::object) {
      check_json(text);
      refuse(json.at(), std::string("expected an object, found ") +
                            (json.kind() == Kind::array ? "an array" : "something else"));
    }
    json.open();
    std::string_view key;
    for (bool first = true; json.next_member(first, key, room); first = false) {
      const Kind kind = json.kind();
      if (kind == Kind::object) {
        check_json(text);
        refuse(json.at(), "an object inside the object; rows must be flat");
      }
      try {
        member(key, json.key_at(), json);
      } catch (const JsonFault&) {
        check_json(text);
        throw;
      }
    }
    json.finish();
  }

  static void check_json(std::string_view text) {
    JsonText json(text);
    json.skip_value();
    json.finish();
  }

  // Calls field(column, offset of the value, text) for every column of a row.
  template <class Field>
  void read_row(std::string_view text, std::vector<char>& room, const Field& field) const {
    std::vector<bool> seen(header_.size());
    std::size_t next = 0;  // the column that comes next where rows have the order of the first
    for_each_member(text, room, [&](std::string_view key, std::size_t at, JsonText& json) {
      if (json.kind() == Kind::array) {
        read_vector(key, at, json, seen, field);
        next = vector_begin_ + vector_size_;
        return;
      }
      if (next >= header_.size() || header_[next] != key || in_vector(next)) next = column_of(key, at);
      if (seen[next]) refuse(at, "the key '" + std::string(key) + "' appears twice");
      seen[next] = true;
      const std::size_t value_at = json.at();
      field(next, value_at, scalar_field(json, room));
      ++next;
    });
    const auto missing = std::find(seen.begin(), seen.end(), false);
    if (missing == seen.end()) return;
    const auto column = static_cast<std::size_t>(missing - seen.begin());
    refuse(0, "the key '" + (in_vector(column) ? *vector_key_ : header_[column]) +
                  "' of the first row is missing; every row has the same keys");
  }

  [[nodiscard]] bool in_vector(std::size_t column) const {
    return column >= vector_begin_ && column < vector_begin_ + vector_size_;
  }

  [[nodiscard]] std::size_t column_of(std::string_view key, std::size_t at) const {
    const auto found = columns_.find(std::string(key));
    if (found == columns_.end() || in_vector(found->second)) {
      if (key == vector_key_) refuse(at, "expected an array of " + std::to_string(vector_size_) + " numbers");
      refuse(at, "the key '" + std::string(key) + "' is not in the first row; every row has the same keys");
    }
    return found->second;
  }

  template <class Field>
  void read_vector(std::string_view key, std::size_t at, JsonText& json, std::vector<bool>& seen,
                   const Field& field) const {
    if (vector_key_ != key) {
      refuse(at, "an array, '" + std::string(key) + "', where the first row has none; " +
                     "every row has the same keys");
    }
    if (vector_size_ > 0 && seen[vector_begin_])
      refuse(at, "the key '" + std::string(key) + "' appears twice");
    json.open();
    std::size_t size = 0;
    while (json.next_element(size == 0)) {
      (void)json.kind();
      const std::size_t element_at = json.at();
      const std::string_view text = vector_element(json);
      if (size < vector_size_) {
        seen[vector_begin_ + size] = true;
        field(vector_begin_ + size, element_at, text);
      }
      ++size;
    }
    if (size != vector_size_) {
      refuse(at, "a vector of " + std::to_string(size) + " numbers; the first row has " +
                     std::to_string(vector_size_));
    }
  }

  Lines lines_;
  Record first_;
  bool pending_ = false;  // first_ has not been handed out
  std::vector<std::string> header_;
  std::unordered_map<std::string, std::size_t> columns_;  // by name
  std::optional<std::string> vector_key_;
  std::size_t vector_begin_ = 0;  // columns of the vector: [vector_begin_, vector_begin_ + vector_size_)
  std::size_t vector_size_ = 0;
  std::int64_t number_ = 0;
};

}  // namespace

std::unique_ptr<RecordReader> open_jsonl(std::unique_ptr<Source> source) {
  return std::make_unique<JsonlReader>(std::move(source));
}

void append_json_string(std::string& out, std::string_view text) {
  out += Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace nearfar
