// Collections of files that a reader must accept or refuse, and tables of real data, where they lie beside
// the source tree.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "limits.h"
#include "nearfar/io/csv.h"
#include "nearfar/io/json_text.h"
#include "nearfar/io/jsonl.h"
#include "nearfar/io/npy_reader.h"
#include "nearfar/io/table.h"
#include "real_data.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;
namespace fs = std::filesystem;

namespace {

// The folder, or "" after a message.
std::string folder_or_skip(const std::string& name) {
  const std::string folder = real_data(name);
  if (folder.empty()) MESSAGE("skipped: no " << name << " beside the source tree");
  return folder;
}

std::vector<fs::path> files_in(const std::string& folder, const std::string& extension) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == extension) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

bool is_json(const std::string& text) {
  try {
    JsonText json(text);
    json.skip_value();
    json.finish();
  } catch (const JsonFault&) {
    return false;
  }
  return true;
}

// What reading the text as JSON Lines says: "" when it is read whole.
std::string problem_as_lines(const Scratch& scratch, const std::string& text) {
  const auto error = error_of([&] {
    const std::unique_ptr<RecordReader> reader =
        open_jsonl(std::make_unique<Source>(scratch.file("t.jsonl", text)));
    Record record;
    while (reader->next(record)) {
    }
  });
  if (!error) return "";
  CHECK((error->kind() == ErrorKind::data));
  return error->message();
}

// Whether the message is about the shape of a row, not about broken JSON.
bool is_about_shape(const std::string& message) {
  const char* parts[] = {"rows must be flat", "a row has one vector", "an array may hold numbers only"};
  return std::any_of(std::begin(parts), std::end(parts),
                     [&](const char* part) { return contains(message, part); });
}

// As a line of its own: line ends between the tokens of valid JSON mean no more than blanks.
std::string on_one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  std::replace(text.begin(), text.end(), '\r', ' ');
  return text;
}

TableOptions table_of(const std::string& file) {
  TableOptions options;
  options.file = file;
  return options;
}

Dataset read(const TableOptions& options) {
  std::vector<std::string> notes;
  return read_table(options, notes);
}

std::int64_t lines_of(const std::string& file) {
  std::ifstream in(file);
  return std::count(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>(), '\n');
}

}  // namespace

// A reader of one flat object a line cannot accept all of JSON, so "as required" means here: a text that must
// be accepted (y_) is accepted by the grammar, and as the value of a row's member it becomes a field or is
// refused for the shape of the row alone. One that must be refused (n_) is refused by the grammar, alone and
// as a value, and so is the row. One that is free (i_) is read or refused, without harm.
TEST_CASE("JSONTestSuite: all texts are accepted or refused as required") {
  const std::string folder = folder_or_skip("JSONTestSuite/test_parsing");
  if (folder.empty()) return;
  const Scratch scratch;
  int accepted = 0;
  int refused = 0;
  int left_free = 0;
  for (const fs::path& path : files_in(folder, ".json")) {
    const std::string name = path.filename().string();
    CAPTURE(name);
    const std::string text = bytes_of(path.string());
    const std::string row = "{\"value\":" + text + "}\n";
    if (name.starts_with("y_")) {
      const std::string message = problem_as_lines(scratch, on_one_line("{\"value\":" + text + "}"));
      CHECK(is_json(text));
      CHECK((message.empty() || is_about_shape(message)));
      ++accepted;
    } else if (name.starts_with("n_")) {
      const Taken taken;
      CHECK_FALSE(is_json(text));
      CHECK_FALSE(problem_as_lines(scratch, text).empty());
      CHECK_FALSE(problem_as_lines(scratch, row).empty());
      CHECK(taken.seconds() < 1);
      CHECK(taken.megabytes() < 64);
      ++refused;
    } else {
      (void)is_json(text);
      (void)problem_as_lines(scratch, text);
      (void)problem_as_lines(scratch, row);
      ++left_free;
    }
  }
  CHECK(accepted + refused == 283);
  CHECK(left_free == 35);
}

TEST_CASE("csv-spectrum: all files are read as their JSON says") {
  const std::string folder = folder_or_skip("csv-spectrum");
  if (folder.empty()) return;
  int files = 0;
  for (const fs::path& path : files_in(folder + "/csvs", ".csv")) {
    CAPTURE(path.filename().string());
    nlohmann::json expected =
        nlohmann::json::parse(bytes_of(folder + "/json/" + path.stem().string() + ".json"));
    if (expected.is_object()) {  // location_coordinates: one row without its array, and with another
                                 // telephone number
      expected["Contact Phone Number"] = "2095257564";
      expected = nlohmann::json::array({expected});
    }
    for (const std::size_t buffer : std::initializer_list<std::size_t>{1, 7, 65536}) {
      const std::unique_ptr<RecordReader> reader =
          open_csv(std::make_unique<Source>(path.string()), {',', true, buffer});
      nlohmann::json rows = nlohmann::json::array();
      Record record;
      while (reader->next(record)) {
        nlohmann::json row = nlohmann::json::object();
        for (std::size_t i = 0; i < record.fields.size(); ++i) row[reader->header()[i]] = record.fields[i];
        rows.push_back(row);
      }
      CHECK(rows == expected);
    }
    ++files;
  }
  CHECK(files == 12);
}

TEST_CASE("npy files of pickled objects are refused") {
  const std::string folder = folder_or_skip("npy-hostile");
  if (folder.empty()) return;
  const std::vector<fs::path> files = files_in(folder, ".npy");
  CHECK(files.size() == 3);
  for (const fs::path& path : files) {
    const auto error = error_of([&] { (void)open_npy(std::make_unique<Source>(path.string())); });
    REQUIRE(error);
    CHECK(contains(error->message(), "pickled"));
  }
}

TEST_CASE("real tables are read whole, from a file and from a pipe to the same bytes") {
  const std::string folder = folder_or_skip("keel");
  if (folder.empty()) return;
  struct Table {
    const char* file;
    const char* label;
    std::int64_t features;
  };
  const Table tables[] = {
      {"keel/iris.csv", "label", 4},         {"keel/letter.csv", "label", 16},
      {"keel/optdigits.csv", "label", 64},   {"keel/vowel.csv", "label", 13},
      {"keel/sonar.csv", "label", 60},       {"keel/phoneme.csv", "label", 5},
      {"madelon/madelon.csv", "label", 500}, {"sts/dev-sentences.csv", "", 25},
      {"sts/train-sentences.csv", "", 25},   {"glove-twitter25/glove_twitter_25d.csv", "", 25}};
  for (const Table& table : tables) {
    CAPTURE(std::string(table.file));
    TableOptions options = table_of(real_data(table.file));
    REQUIRE_FALSE(options.file.empty());
    options.label = table.label;
    const Dataset data = read(options);
    CHECK(data.features.cols() == table.features);
    CHECK(data.rows() == lines_of(options.file) - 1);
    const Pipe pipe(bytes_of(options.file));
    options.file = pipe.name();
    const Dataset piped = read(options);
    REQUIRE(piped.features.size() == data.features.size());
    CHECK(std::memcmp(piped.features.data(), data.features.data(),
                      static_cast<std::size_t>(data.features.size()) * sizeof(float)) == 0);
    CHECK(piped.labels.codes == data.labels.codes);
    CHECK(piped.ids == data.ids);
  }
}

TEST_CASE("real matrices are read whole, with their labels") {
  const std::string folder = folder_or_skip("fashion-mnist");
  if (folder.empty()) return;
  TableOptions images = table_of(folder + "/t10k-images-idx3-ubyte.gz");
  images.labels_from = folder + "/t10k-labels-idx1-ubyte.gz";
  const Dataset fashion = read(images);
  CHECK(fashion.rows() == 10'000);
  CHECK(fashion.features.cols() == 784);
  CHECK(fashion.is_bytes);
  CHECK(fashion.labels.names.size() == 10);

  TableOptions omniglot = table_of(real_data("omniglot/images_background_small1-28x28-u8.npy"));
  omniglot.labels_from = real_data("omniglot/images_background_small1-labels.csv");
  omniglot.label = "label";
  const Dataset characters = read(omniglot);
  CHECK(characters.rows() == 2'720);
  CHECK(characters.features.cols() == 784);

  // The same vectors as text and as npy.
  const Dataset text = read(table_of(real_data("glove-twitter25/glove_twitter_25d.csv")));
  const Dataset npy = read(table_of(real_data("glove-twitter25/glove_twitter_25d-f32.npy")));
  REQUIRE(text.features.size() == npy.features.size());
  CHECK(std::memcmp(text.features.data(), npy.features.data(),
                    static_cast<std::size_t>(npy.features.size()) * sizeof(float)) == 0);
}
