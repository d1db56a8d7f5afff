#include "nearfar/io/feature_columns.h"

#include <algorithm>
#include <array>

#include "nearfar/core/advice.h"
#include "nearfar/core/error.h"
#include "nearfar/core/text.h"
#include "nearfar/io/row_filter.h"

namespace nearfar {
namespace {

constexpr std::array<std::string_view, 5> kLabelLike{"label", "class", "target", "y", "category"};
constexpr std::string_view kMore = "more";
constexpr std::array<std::string_view, 3> kNeverFeatures{"id", "split", "fold"};

template <class Items, class Item>
bool contains(const Items& items, const Item& item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

// e1, e2, ... as `embed` writes them.
std::vector<std::size_t> embedding_columns(const std::vector<std::string>& header) {
  std::vector<std::size_t> columns;
  for (;;) {
    const auto found = std::find(header.begin(), header.end(), "e" + std::to_string(columns.size() + 1));
    if (found == header.end()) return columns;
    columns.push_back(static_cast<std::size_t>(found - header.begin()));
  }
}

bool is_number(std::string_view field) {
  float value = 0;
  return parse_number(field, value) != NumberStatus::not_a_number;
}

std::vector<std::size_t> default_columns(const std::vector<std::string>& header, const Record& first,
                                         const FeatureRequest& request) {
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < header.size(); ++i) {
    // A feature of the model stays one, even when it is to be copied too.
    const bool of_model =
        request.expected != nullptr && i != request.label && contains(request.expected->names, header[i]);
    const bool claimed = !of_model && contains(request.claimed, i);
    const bool never = contains(kNeverFeatures, header[i]);
    if (claimed || never || !is_number(first.fields[i])) continue;
    const bool label_like = contains(kLabelLike, lower(header[i]));
    if (label_like && request.expected == nullptr && request.selector.empty()) {
      throw Error(ErrorKind::usage,
                  "the numeric column '" + header[i] + "' looks like a label, not a feature",
                  {request.file, 0, 0, {}},
                  request.label ? "choose the features: --features '!" + header[i] +
                                      "'; or if it is the label: --label " + header[i]
                                : "say what it is: --label " + header[i] +
                                      ", or choose the features: --features '!" + header[i] + "'");
    }
    columns.push_back(i);
  }
  return columns;
}

// "p1-p64" for a run of neighbours, names otherwise; long lists are cut.
std::string described(const std::vector<std::size_t>& columns, const std::vector<std::string>& header) {
  std::vector<std::string> runs;
  for (std::size_t i = 0; i < columns.size();) {
    std::size_t end = i;
    while (end + 1 < columns.size() && columns[end + 1] == columns[end] + 1) ++end;
    const std::string& from = header[columns[i]];
    const std::string& to = header[columns[end]];
    runs.push_back(end == i ? from : end == i + 1 ? from + ", " + to : from + " to " + to);
    i = end + 1;
  }
  if (runs.size() > 6) {
    runs.resize(6);
    runs.emplace_back("...");
  }
  std::string out;
  for (const std::string& run : runs) out += (out.empty() ? "" : ", ") + run;
  return out;
}

// The columns that no other option names and whose first field is a number but for its comma.
std::vector<std::size_t> with_decimal_comma(const std::vector<std::string>& header, const Record& first,
                                            const FeatureRequest& request) {
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (!contains(request.claimed, i) && has_decimal_comma(first.fields[i])) columns.push_back(i);
  }
  return columns;
}

std::string note_for(const std::vector<std::string>& header, const Record& first,
                     const std::vector<std::size_t>& chosen, const FeatureRequest& request) {
  std::vector<std::size_t> left_out;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const bool used = std::find(chosen.begin(), chosen.end(), i) != chosen.end() ||
                      std::find(request.claimed.begin(), request.claimed.end(), i) != request.claimed.end();
    if (!used) left_out.push_back(i);
  }
  std::string note = request.file + ": " + counted(static_cast<std::int64_t>(chosen.size()), "feature") +
                     " (" + described(chosen, header) + ")";
  if (!left_out.empty()) note += "; left out: " + described(left_out, header);
  if (request.selector.empty() && request.expected == nullptr) {
    if (const auto commas = with_decimal_comma(header, first, request); !commas.empty())
      note += "; with a decimal comma, and so no number: " + described(commas, header);
  }
  return note;
}

// The model's own columns, wherever they stand; those that are missing are left to check_expected.
std::vector<std::size_t> columns_of_model(const std::vector<std::string>& header,
                                          const FeatureRequest& request) {
  std::vector<std::size_t> columns;
  for (const std::string& name : request.expected->names) {
    const auto found = std::find(header.begin(), header.end(), name);
    if (found != header.end()) columns.push_back(static_cast<std::size_t>(found - header.begin()));
  }
  return columns;
}

}  // namespace

void check_expected(const ExpectedFeatures& expected, const std::vector<std::string>& names, bool has_names,
                    const std::string& file) {
  const auto count = static_cast<std::int64_t>(names.size());
  if (expected.names.empty() || !has_names) {
    if (count != expected.count && !expected.file.empty()) {
      data_error("expected " + counted(expected.count, "feature") + ", as " + expected.file + " has, found " +
                     grouped(count),
                 {file, 0, 0, {}}, "choose the same columns of both files with --features");
    }
    if (count != expected.count) {
      data_error("the model was trained on " + grouped(expected.count) + " features, the data have " +
                     grouped(count),
                 {file, 0, 0, {}},
                 "choose the same columns as in training with --features, or the model of these data");
    }
    return;
  }
  std::vector<std::string> missing;
  std::vector<std::string> surplus;
  for (const std::string& name : expected.names) {
    if (std::find(names.begin(), names.end(), name) == names.end()) missing.push_back(name);
  }
  for (const std::string& name : names) {
    if (!contains(expected.names, name)) surplus.push_back(name);
  }
  const auto shortened = [](std::vector<std::string> list) {
    if (list.size() > 5) {
      list.resize(5);
      list.emplace_back(kMore);
    }
    for (std::string& name : list) {
      if (name != kMore) name.insert(0, "'").push_back('\'');
    }
    return listed(list);
  };
  const auto refuse = [&](const std::string& message, const std::string& advice) {
    data_error(message, {file, 0, 0, {}}, advice);
  };
  if (!missing.empty() && !expected.file.empty()) {
    refuse("there " + std::string(missing.size() > 1 ? "are no columns " : "is no column ") +
               shortened(missing) + (missing.size() > 1 ? ", features of " : ", a feature of ") +
               expected.file + (surplus.empty() ? "" : did_you_mean(missing[0], surplus)),
           "give both files the same columns, or choose those that both have with --features");
  }
  if (!surplus.empty() && !expected.file.empty()) {
    refuse((surplus.size() > 1 ? "the columns " : "the column ") + shortened(surplus) +
               (surplus.size() > 1 ? " are" : " is") + " no feature of " + expected.file,
           "leave out what is none: --features '!" + surplus[0] + "'");
  }
  if (!missing.empty()) {
    data_error("the model needs the feature" + std::string(missing.size() > 1 ? "s " : " ") +
                   shortened(missing) + ", which the data do not have" +
                   (surplus.empty() ? "" : did_you_mean(missing[0], surplus)),
               {file, 0, 0, {}}, "give the columns the names that they had in training, in any order");
  }
  if (!surplus.empty()) {
    data_error((surplus.size() > 1 ? "the features " : "the feature ") + shortened(surplus) +
                   (surplus.size() > 1 ? " were" : " was") + " not there when the model was trained",
               {file, 0, 0, {}},
               "name a label with --label, a number to be predicted with --target" +
                   std::string(expected.can_keep ? ", what is to be copied with --keep" : "") +
                   "; leave out others: --features '!" + surplus[0] + "'");
  }
}

FeatureChoice choose_feature_columns(const std::vector<std::string>& header, const Record* first,
                                     const FeatureRequest& request) {
  if (first == nullptr) refuse_no_rows("data rows", request.file);
  FeatureChoice choice;
  const std::vector<std::size_t> embedded = embedding_columns(header);
  if (!request.selector.empty()) {
    const std::vector<std::size_t> candidates =
        embedded.empty() ? default_columns(header, *first, request) : embedded;
    choice.columns = select_columns(request.selector, header, request.file, "--features", &candidates);
    if (request.label && contains(choice.columns, *request.label)) {
      usage_error("--features picks the label column '" + header[*request.label] +
                      "' too, which would give the answer away",
                  "take it out: --features '" + request.selector + ",!" + header[*request.label] + "'");
    }
  } else if (request.expected != nullptr && request.expected->chosen && request.has_names) {
    choice.columns = columns_of_model(header, request);
  } else if (!embedded.empty()) {
    choice.columns = embedded;
    if (request.label && contains(embedded, *request.label)) {
      usage_error("the label column '" + header[*request.label] + "' is one of the features e1, e2, ...",
                  "choose the features with --features");
    }
  } else {
    choice.columns = default_columns(header, *first, request);
  }
  if (request.expected != nullptr) {
    std::vector<std::string> names;
    for (const std::size_t column : choice.columns) names.push_back(header[column]);
    check_expected(*request.expected, names, request.has_names, request.file);
    if (request.has_names && !request.expected->names.empty()) {  // into the model's order
      for (std::size_t f = 0; f < choice.columns.size(); ++f) {
        const auto found = std::find(header.begin(), header.end(), request.expected->names[f]);
        choice.columns[f] = static_cast<std::size_t>(found - header.begin());
      }
    }
  }
  if (choice.columns.empty() && !with_decimal_comma(header, *first, request).empty()) {
    data_error("no column holds numbers that could be features: their decimal point is a comma",
               {request.file, 0, 0, {}}, kPointForComma);
  }
  if (choice.columns.empty()) {
    data_error("no column holds numbers that could be features", {request.file, 0, 0, {}},
               "choose them with --features; if the numbers are in one column, give the delimiter with -d");
  }
  choice.note = note_for(header, *first, choice.columns, request);
  return choice;
}

}  // namespace nearfar
