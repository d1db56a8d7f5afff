#include "nearfar/model/json_tree.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "nearfar/core/error.h"

namespace nearfar {
namespace {

constexpr std::size_t kDeepest = 6;
constexpr std::size_t kMostKeys = 1000;
constexpr std::size_t kMostValues = std::size_t{4} << 20U;
constexpr std::size_t kLongestText = std::size_t{1} << 16U;

using FloatJson =
    nlohmann::basic_json<std::map, std::vector, std::string, bool, std::int64_t, std::uint64_t, float>;

// An object or array whose end has not come yet.
struct Open {
  bool is_object = false;
  JsonObject members;
  std::set<std::string> keys;
  std::string key;  // of the member to come
  JsonArray items;
  JsonNumbers numbers;
};

// Builds the tree from the parser's events; false ends the parsing, with problem() set.
class TreeBuilder : public nlohmann::json_sax<FloatJson> {
 public:
  bool null() override { return put({}); }
  bool boolean(bool value) override { return put({value}); }
  bool number_integer(std::int64_t value) override { return number(value); }
  bool number_unsigned(std::uint64_t value) override { return number(value); }
  bool number_float(float value, const std::string& /*text*/) override { return number(value); }
  bool string(std::string& value) override { return fits(value) && put({std::move(value)}); }
  bool binary(binary_t& /*value*/) override { return refuse("binary data"); }

  bool start_object(std::size_t /*size*/) override { return open(true); }
  bool start_array(std::size_t /*size*/) override { return open(false); }
  bool key(std::string& key) override {
    Open& object = open_.back();
    if (!fits(key)) return false;
    if (!object.keys.insert(key).second) return refuse("the key '" + key + "' appears twice");
    if (object.keys.size() > kMostKeys) return refuse("an object has more fields than that of any model");
    object.key = std::move(key);
    return true;
  }
  bool end_object() override {
    JsonObject members = std::move(open_.back().members);
    open_.pop_back();
    return put({std::move(members)});
  }
  bool end_array() override {
    Open array = std::move(open_.back());
    open_.pop_back();
    if (array.numbers.empty()) return put({std::move(array.items)});
    return put({std::move(array.numbers)});
  }
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) override {
    position_ = position;
    return false;
  }

  [[nodiscard]] const std::string& problem() const { return problem_; }
  [[nodiscard]] std::size_t position() const { return position_; }
  [[nodiscard]] JsonValue take_root() { return std::move(root_); }

 private:
  bool refuse(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }
  bool fits(const std::string& text) {
    const bool is_array_of_numbers = !open_.empty() && open_.back().is_object && open_.back().key == "base64";
    return is_array_of_numbers || text.size() <= kLongestText || refuse("a text longer than any in a model");
  }
  bool open(bool is_object) {
    if (open_.size() == kDeepest) return refuse("it is nested deeper than any model");
    open_.emplace_back().is_object = is_object;
    return true;
  }
  // A number in an array is not held as a value of its own.
  template <class Number>
  bool number(Number value) {
    if (open_.empty() || open_.back().is_object) return put({value});
    if (!open_.back().items.empty()) return refuse_mixture();
    open_.back().numbers.push_back(static_cast<float>(value));
    return true;
  }
  bool put(JsonValue value) {
    if (++values_ > kMostValues) return refuse("it has more parts than any model");
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().is_object) {
      open_.back().members.push_back({std::move(open_.back().key), std::move(value)});
    } else if (open_.back().numbers.empty()) {
      open_.back().items.push_back(std::move(value));
    } else {
      return refuse_mixture();
    }
    return true;
  }
  bool refuse_mixture() {
    const auto object =
        std::find_if(open_.rbegin(), open_.rend(), [](const Open& open) { return open.is_object; });
    const std::string where = object == open_.rend() ? "" : " in '" + object->key + "'";
    return refuse("an array" + where + " holds numbers and something else");
  }

  std::vector<Open> open_;
  JsonValue root_;
  std::size_t values_ = 0;
  std::string problem_;
  std::size_t position_ = 0;
};

}  // namespace

const JsonValue* find_member(const JsonObject& object, std::string_view key) {
  const auto found =
      std::find_if(object.begin(), object.end(), [&](const JsonMember& member) { return member.key == key; });
  return found == object.end() ? nullptr : &found->value;
}

JsonValue parse_json_tree(std::string_view text, const std::string& name) {
  TreeBuilder builder;
  if (FloatJson::sax_parse(text, &builder)) return builder.take_root();
  if (!builder.problem().empty())
    data_error("not a usable JSON object: " + builder.problem(), {name, 0, 0, {}},
               "train the model again, or copy it again from where it was trained");
  const std::size_t before = std::min(builder.position(), text.size());
  const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(before), '\n');
  data_error("this is not a whole JSON object", {name, line, 0, {}},
             "the file was cut or edited; train the model again");
}

}  // namespace nearfar
