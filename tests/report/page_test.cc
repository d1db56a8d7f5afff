#include "nearfar/report/page.h"

#include <doctest/doctest.h>
#include <zlib.h>

#include <cmath>
#include <limits>
#include <memory>

#include "nearfar/report/png.h"
#include "nearfar/report/svg.h"
#include "report/sample_report.h"
#include "scratch.h"

using namespace nearfar;
using namespace nearfar::testing;

namespace {

std::uint32_t number_at(const std::string& bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8U | static_cast<unsigned char>(bytes[at + i]);
  return number;
}

std::string decoded(std::string_view base64) {
  const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i + 4 <= base64.size(); i += 4) {
    std::uint32_t three = 0;
    for (std::size_t j = 0; j < 4; ++j)
      three =
          three << 6U | (base64[i + j] == '=' ? 0U : static_cast<std::uint32_t>(digits.find(base64[i + j])));
    for (std::size_t j = 0; j < 3; ++j) out += static_cast<char>(three >> (16 - 8 * j) & 255U);
  }
  while (!base64.empty() && base64.back() == '=') {
    out.pop_back();
    base64.remove_suffix(1);
  }
  return out;
}

Portrait nasty_portrait() {
  const std::string nasty = "<b>\"&'</script>";
  Portrait portrait;
  portrait.charts = {{nasty,
                      nasty,
                      nasty,
                      true,
                      {{nasty, {1, 10, 100}, {0, 0.5, 1}}, {"b", {1, 10, 100}, {1, 1, 0}}},
                      nasty}};
  portrait.histograms = {{nasty, nasty, 0, 2, {{nasty, {0.5, 0.5}}, {"b", {1, 0}}}, nasty}};
  portrait.classes = ClassTable{{nasty}, {{nasty, 3, {std::nan("")}}}, nasty};
  portrait.confusion = ClassConfusion{{nasty, "b"}, {1, 2, 3, 4}, nasty};
  WorstQueries worst{nasty, {}};
  Thumbnail picture{2, 2, 1, {0, 255, 128, 1}};
  worst.rows.push_back({{nasty, nasty, 0, true, picture}, 0.25, {{nasty, "", 1.5, false, std::nullopt}}});
  portrait.worst = worst;
  portrait.projection = Projection{{nasty, "b"}, {0, 1, 2}, {0, 1, 0}, {0, 1, -1}, 0.5, nasty};
  return portrait;
}

}  // namespace

TEST_CASE("page: self-contained, and no text of the data is markup") {
  SampleReport sample = sample_report();
  sample.outcome.portrait = std::make_shared<const Portrait>(nasty_portrait());
  const std::string page = sample.rendered("html");
  CHECK(!contains(page, "<b>\"&'"));
  CHECK(!contains(page, "</script>"));
  CHECK(!contains(page, "http"));
  CHECK(!contains(page, "url("));
  CHECK(contains(page, "prefers-color-scheme: dark"));
  CHECK(contains(page, "@media print"));
  CHECK(contains(page, "&lt;b&gt;&quot;&amp;&#39;&lt;/script&gt;"));
  CHECK(!contains(page, "nan"));
  for (const std::string_view tag : {"figure", "section", "svg", "table", "div", "ul"}) {
    const std::string name(tag);
    CAPTURE(name);
    std::size_t opened = 0;
    std::size_t closed = 0;
    for (std::size_t at = page.find("<" + name); at != std::string::npos; at = page.find("<" + name, at + 1))
      ++opened;
    for (std::size_t at = page.find("</" + name); at != std::string::npos;
         at = page.find("</" + name, at + 1))
      ++closed;
    CHECK(opened == closed);
    CHECK(opened > 0);
  }
}

TEST_CASE("png_of: the pixels come back, grey and in colour") {
  for (const std::int64_t channels : {1, 3}) {
    Thumbnail picture{3, 5, channels, {}};
    for (std::int64_t i = 0; i < 15 * channels; ++i)
      picture.bytes.push_back(static_cast<unsigned char>(i * 7));
    const std::string png = png_of(picture);
    CHECK(png.substr(1, 3) == "PNG");
    CHECK(number_at(png, 16) == 5);
    CHECK(number_at(png, 20) == 3);
    CHECK(png[25] == (channels == 3 ? 2 : 0));
    const std::size_t data = 8 + 25;  // behind the signature and IHDR
    const std::uint32_t size = number_at(png, data);
    CHECK(png.substr(data + 4, 4) == "IDAT");
    const auto* begin = reinterpret_cast<const Bytef*>(png.data() + data + 4);
    CHECK(number_at(png, data + 8 + size) == crc32(0, begin, size + 4));
    std::string rows(static_cast<std::size_t>(3 * (5 * channels + 1)), '?');
    uLongf length = rows.size();
    REQUIRE(uncompress(reinterpret_cast<Bytef*>(rows.data()), &length, begin + 4, size) == Z_OK);
    REQUIRE(length == rows.size());
    for (std::size_t i = 0; i < 3; ++i) {
      const auto width = static_cast<std::size_t>(5 * channels);
      CHECK(rows[i * (width + 1)] == '\0');
      for (std::size_t j = 0; j < width; ++j)
        CHECK(static_cast<unsigned char>(rows[i * (width + 1) + 1 + j]) == picture.bytes[i * width + j]);
    }
  }
}

TEST_CASE("data_address: base64, with its padding") {
  for (const std::string bytes : {"", "a", "ab", "abc", "abcd", "\xFF\xFE\xFD"}) {
    const std::string address = data_address("image/png", bytes);
    REQUIRE(address.starts_with("data:image/png;base64,"));
    const std::string text = address.substr(22);
    CHECK(text.size() % 4 == 0);
    CHECK(decoded(text) == bytes);
  }
  CHECK(data_address("a/b", "Man") == "data:a/b;base64,TWFu");
}

TEST_CASE("ticks: round numbers inside the range") {
  CHECK(round_ticks(0, 1, 5) == std::vector<double>{0, 0.2, 0.4, 0.6000000000000001, 0.8, 1});
  CHECK(log_ticks(1, 1000) == std::vector<double>{1, 10, 100, 1000});
  CHECK(log_ticks(1, 10) == std::vector<double>{1, 2, 5, 10});
  for (const double high : {1e-6, 0.37, 5.0, 123456.0}) {
    const std::vector<double> ticks = round_ticks(-high / 3, high, 6);
    CHECK(ticks.size() >= 3);
    CHECK(ticks.size() <= 11);
    CHECK(ticks.front() >= -high / 3 - 1e-9 * high);
    CHECK(ticks.back() <= high * (1 + 1e-9));
  }
}

TEST_CASE("charts: one value, no value, equal values") {
  Chart chart{"t", "x", "y", true, {{"a", {1}, {0.5}}}, ""};
  CHECK(!contains(svg_chart(chart), "nan"));
  chart.curves.clear();
  CHECK(!contains(svg_chart(chart), "nan"));
  CHECK(!contains(svg_histogram({"t", "x", 0, 1, {{"a", {0, 0}}}, ""}), "nan"));
  CHECK(!contains(svg_projection({{}, {1, 1}, {2, 2}, {}, 0, ""}), "nan"));
}

TEST_CASE("charts: numbers that differ by rounding alone, however large, have an axis that ends") {
  const double infinite = std::numeric_limits<double>::infinity();
  CHECK(log_ticks(5e-324, 1).size() < 1000);
  CHECK(log_ticks(1, infinite).size() < 1000);
  for (const double value : {0.34, -7.0, 1e17, 1e300}) {
    const double next = std::nextafter(value, 1e308);
    for (const YAxis axis : {YAxis::values, YAxis::powers, YAxis::shares}) {
      Chart chart{"t", "x", "y", false, {{"a", {1, 2}, {value, next}}}, ""};
      chart.y_axis = axis;
      const std::string picture = svg_chart(chart);
      CHECK(!contains(picture, "nan"));
      CHECK(picture.size() < 10000);
    }
    CHECK(svg_scatter({"t", "x", "y", {value, next}, {next, value}, ""}).size() < 10000);
  }
}
