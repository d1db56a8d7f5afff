#include "nearfar/model/model_fields.h"

namespace nearfar {

void ModelFields::refuse(const std::string& why, const std::string& advice) const {
  data_error(why, {file_, 0, 0, {}}, advice);
}

void ModelFields::refuse(const std::string& part, const Error& error) const {
  const std::string& message = error.message();
  const std::size_t colon = message.starts_with("--") ? message.find(": ") : std::string::npos;
  refuse(part + ": " + (colon == std::string::npos ? message : message.substr(colon + 2)), error.advice());
}

void ModelFields::check_keys(const JsonObject& object, const std::set<std::string>& allowed,
                             const std::string& what) const {
  for (const auto& [key, value] : object) {
    if (!allowed.contains(key))
      refuse(what + " has the field '" + key + "', which this version does not know");
  }
}

const JsonValue& ModelFields::member(const JsonObject& object, const std::string& key) const {
  const JsonValue* found = find_member(object, key);
  if (found == nullptr) refuse("the field '" + key + "' is missing");
  return *found;
}

const JsonObject& ModelFields::object(const JsonValue& value, const std::string& what) const {
  if (value.as<JsonObject>() == nullptr) refuse(what + " is not an object");
  return *value.as<JsonObject>();
}

const JsonArray& ModelFields::array(const JsonValue& value, const std::string& what) const {
  if (value.as<JsonArray>() == nullptr) refuse(what);
  return *value.as<JsonArray>();
}

const std::string& ModelFields::text(const JsonValue& value, const std::string& what) const {
  if (value.as<std::string>() == nullptr) refuse(what + " is not a text");
  return *value.as<std::string>();
}

const std::string& ModelFields::text(const JsonObject& object, const std::string& key) const {
  return text(member(object, key), "the field '" + key + "'");
}

std::int64_t ModelFields::integer(const JsonObject& object, const std::string& key, std::int64_t low,
                                  std::int64_t high) const {
  const auto* value = member(object, key).as<std::uint64_t>();
  if (value == nullptr || *value < static_cast<std::uint64_t>(low) ||
      *value > static_cast<std::uint64_t>(high)) {
    refuse("the field '" + key + "' is not a whole number from " + std::to_string(low) + " to " +
           std::to_string(high));
  }
  return static_cast<std::int64_t>(*value);
}

std::uint64_t ModelFields::seed(const JsonObject& object) const {
  const auto* value = member(object, "seed").as<std::uint64_t>();
  if (value == nullptr) refuse("the field 'seed' is not a whole number of 0 or more");
  return *value;
}

double ModelFields::number(const JsonValue& value, const std::string& what) const {
  if (const auto* whole = value.as<std::uint64_t>()) return static_cast<double>(*whole);
  if (const auto* negative = value.as<std::int64_t>()) return static_cast<double>(*negative);
  if (value.as<float>() == nullptr) refuse(what + " is not a number");
  return static_cast<double>(*value.as<float>());
}

const JsonNumbers& ModelFields::numbers(const JsonValue& value, const std::string& what,
                                        std::int64_t size) const {
  const auto* found = value.as<JsonNumbers>();
  if (found == nullptr || static_cast<std::int64_t>(found->size()) != size)
    refuse(what + " is not an array of " + std::to_string(size) + " numbers");
  return *found;
}

Matrix ModelFields::matrix(const JsonValue& value, const std::string& what, std::int64_t cols) const {
  const JsonArray& rows = array(value, what + " is not an array of rows");
  if (rows.empty() || static_cast<std::int64_t>(rows.size()) > kMostDims)
    refuse(what + " has not 1 to " + std::to_string(kMostDims) + " rows");
  Matrix result;  // grows with what is there, however large input_dim claims to be
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const JsonNumbers& row = numbers(rows[i], "row " + std::to_string(i + 1) + " of " + what, cols);
    result.append({row.data(), 1, cols, cols});
  }
  return result;
}

}  // namespace nearfar
