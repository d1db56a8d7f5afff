#include "nearfar/io/jsonl.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "nearfar/io/lines.h"

namespace nearfar {
namespace {

using Json = nlohmann::json;

// Collects the members of one object as texts; numbers keep the digits of the file.
struct Collector final : nlohmann::json_sax<Json> {
  std::vector<std::pair<std::string, std::string>> members;
  std::string array_key;        // the key whose value is an array of numbers
  std::size_t array_begin = 0;  // its members: [array_begin, array_begin + array_size)
  std::size_t array_size = 0;
  std::string problem;
  std::size_t problem_byte = 0;

  bool null() override { return value(""); }
  bool boolean(bool v) override { return value(v ? "true" : "false"); }
  bool number_integer(number_integer_t v) override { return value(std::to_string(v)); }
  bool number_unsigned(number_unsigned_t v) override { return value(std::to_string(v)); }
  bool number_float(number_float_t, const string_t& text) override {
    std::string digits = text;
    std::replace(digits.begin(), digits.end(), ',', '.');  // nlohmann puts in the decimal point of the locale
    return value(std::move(digits));
  }
  bool string(string_t& text) override {
    if (in_array_) return fail("an array may hold numbers only");
    return value(text);
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override {
    if (depth_++ > 0) return fail("an object inside the object; rows must be flat");
    return true;
  }
  bool key(string_t& text) override {
    key_ = text;
    return true;
  }
  bool end_object() override {
    --depth_;
    return true;
  }
  bool start_array(std::size_t) override {
    if (depth_ == 0) return fail("expected an object, found an array");
    if (in_array_) return fail("an array inside an array; a row has one vector of numbers");
    if (!array_key.empty()) return fail("a second array, '" + key_ + "'; a row has one vector");
    in_array_ = true;
    array_key = key_;
    array_begin = members.size();
    return true;
  }
  bool end_array() override {
    in_array_ = false;
    return true;
  }
  bool parse_error(std::size_t byte, const std::string&, const nlohmann::detail::exception& error) override {
    problem_byte = byte;
    const std::string text = error.what();
    // "[json.exception.NAME.NUMBER] parse error at ...: WHY" or "[...] WHY"
    const std::size_t at = text.find("parse error");
    const std::size_t why = at == std::string::npos ? text.find("] ") : text.find(": ", at);
    problem = why == std::string::npos ? text : text.substr(why + 2);
    return false;
  }

 private:
  bool value(std::string text) {
    if (depth_ == 0) return fail("expected an object");
    if (in_array_) {
      ++array_size;
      members.emplace_back("e" + std::to_string(array_size), std::move(text));
    } else {
      members.emplace_back(key_, std::move(text));
    }
    return true;
  }
  bool fail(std::string why) {
    problem = std::move(why);
    return false;
  }

  int depth_ = 0;
  bool in_array_ = false;
  std::string key_;
};

class JsonlReader final : public RecordReader {
 public:
  explicit JsonlReader(std::unique_ptr<Source> source) : lines_(std::move(source)) {
    Record first;
    Collector object;
    if (!read_object(first, object)) {
      data_error("the file is empty", {name(), 0, 0, {}}, "JSON Lines has one object a line");
    }
    for (const auto& [key, text] : object.members) {
      if (!columns_.emplace(key, header_.size()).second) {
        data_error("the key '" + key + "' appears twice", key_place(first, key));
      }
      header_.push_back(key);
    }
    pending_ = true;
    store(first, object);
    pending_record_ = first;
  }

  [[nodiscard]] const std::string& name() const override { return lines_.name(); }
  [[nodiscard]] const std::vector<std::string>& header() const override { return header_; }
  [[nodiscard]] std::string_view header_text() const override { return {}; }
  [[nodiscard]] bool has_names() const override { return true; }
  [[nodiscard]] const std::vector<std::string>& notes() const override { return lines_.notes(); }

  bool next(Record& record) override {
    if (pending_) {
      pending_ = false;
      record = pending_record_;
    } else {
      Collector object;
      if (!read_object(record, object)) return false;
      store(record, object);
    }
    record.number = ++number_;
    return true;
  }

  [[nodiscard]] Place place(const Record& record, std::size_t column) const override {
    return key_place(record, column < header_.size() ? header_[column] : "");
  }

 private:
  [[nodiscard]] Place key_place(const Record& record, const std::string& key) const {
    Place place{name(), record.line, 0, std::string(record.text)};
    std::string quoted;
    append_json_string(quoted, key);
    const std::size_t at = record.text.find(quoted);
    if (at != std::string_view::npos) place.column = static_cast<std::int64_t>(at) + 1;
    return place;
  }

  // The next line that is not blank, parsed; false at the end.
  bool read_object(Record& record, Collector& object) {
    do {
      if (!read_line(record)) return false;
    } while (record.text.find_first_not_of(" \t") == std::string_view::npos);
    const bool good = Json::sax_parse(record.text.begin(), record.text.end(), &object);
    if (good && object.problem.empty()) return true;
    const std::size_t byte = std::min(object.problem_byte, record.text.size());
    data_error("not a JSON object: " + object.problem,
               {name(), record.line, static_cast<std::int64_t>(std::max<std::size_t>(byte, 1)),
                std::string(record.text)},
               record.text.front() == '{'
                   ? ""
                   : "JSON Lines has one object a line; for CSV pass --input-format csv");
  }

  bool read_line(Record& record) {
    Lines::Line line;
    if (!lines_.next(line)) return false;
    record.text = line.text;
    record.line_end = line.line_end;
    record.line = line.number;
    return true;
  }

  // Puts the members of an object into the order of the header.
  void store(Record& record, Collector& object) {
    values_.resize(header_.size());
    seen_.assign(header_.size(), false);
    for (std::size_t i = 0; i < object.members.size(); ++i) {
      auto& [key, text] = object.members[i];
      const bool same_order = i < header_.size() && header_[i] == key;
      const auto found = same_order ? columns_.end() : columns_.find(key);
      if (!same_order && found == columns_.end()) {
        const bool longer = !object.array_key.empty() && i >= object.array_begin &&
                            i < object.array_begin + object.array_size;
        data_error(longer ? "a vector of " + std::to_string(object.array_size) +
                                " numbers, longer than in the first row"
                          : "the key '" + key + "' is not in the first row",
                   key_place(record, longer ? object.array_key : key), "every row has the same keys");
      }
      const std::size_t column = same_order ? i : found->second;
      if (seen_[column]) data_error("the key '" + key + "' appears twice", key_place(record, key));
      seen_[column] = true;
      values_[column] = std::move(text);
    }
    const auto missing = std::find(seen_.begin(), seen_.end(), false);
    if (missing != seen_.end()) {
      data_error("the key '" + header_[static_cast<std::size_t>(missing - seen_.begin())] +
                     "' of the first row is missing",
                 {name(), record.line, 1, std::string(record.text)},
                 "every row has the same keys and vectors of one length");
    }
    record.fields.assign(values_.begin(), values_.end());
  }

  Lines lines_;
  std::vector<std::string> header_;
  std::unordered_map<std::string, std::size_t> columns_;
  std::vector<std::string> values_;
  std::vector<bool> seen_;
  std::int64_t number_ = 0;
  bool pending_ = false;
  Record pending_record_;
};

}  // namespace

std::unique_ptr<RecordReader> open_jsonl(std::unique_ptr<Source> source) {
  return std::make_unique<JsonlReader>(std::move(source));
}

void append_json_string(std::string& out, std::string_view text) {
  out += Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace nearfar
