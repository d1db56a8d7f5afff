#include "nearfar/network/layer_text.h"

#include <algorithm>

#include "nearfar/core/error.h"
#include "nearfar/core/family.h"
#include "nearfar/network/make_layers.h"

namespace nearfar {
namespace {

constexpr std::size_t kMostLayers = 1000;
constexpr std::size_t kDeepest = 8;

// Reads a list of layers from the front of the text, up to its end or the bracket that closes it.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  [[nodiscard]] std::vector<LayerText> list(std::size_t depth) {
    if (depth > kDeepest) refuse("blocks are nested deeper than " + std::to_string(kDeepest));
    std::vector<LayerText> layers;
    for (;;) {
      layers.push_back(layer(depth));
      if (++count_ > kMostLayers) refuse("there are more than " + std::to_string(kMostLayers) + " layers");
      if (!take(',')) return layers;
    }
  }
  void expect_end() {
    skip_blanks();
    if (!text_.empty()) refuse("a ',' is missing before '" + std::string(text_.substr(0, 20)) + "'");
  }

 private:
  [[noreturn]] static void refuse(const std::string& why) {
    usage_error("--network: " + why, kLayersExample);
  }
  void skip_blanks() {
    while (!text_.empty() && (text_.front() == ' ' || text_.front() == '\t' || text_.front() == '\n'))
      text_.remove_prefix(1);
  }
  [[nodiscard]] bool take(char c) {
    skip_blanks();
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  [[nodiscard]] std::string word() {
    skip_blanks();
    const std::size_t end = std::min(text_.find_first_of(" \t\n,()"), text_.size());
    std::string result(text_.substr(0, end));
    text_.remove_prefix(end);
    return result;
  }
  [[nodiscard]] LayerText layer(std::size_t depth) {
    LayerText result;
    result.name = word();
    if (result.name.empty()) refuse("the name of a layer is missing");
    const LayerInfo& info = row_named(layer_table(), "--network", "layer", result.name);
    if (info.holds_layers) {
      if (!take('('))
        refuse(result.name + " is written '" + result.name + " " + std::string(info.arguments) + "'");
      result.inner = list(depth + 1);
      if (!take(')')) refuse("the ')' of a " + result.name + " block is missing");
      return result;
    }
    for (std::string next = word(); !next.empty(); next = word()) result.arguments.push_back(std::move(next));
    return result;
  }

  std::string_view text_;
  std::size_t count_ = 0;
};

}  // namespace

std::string LayerText::text() const {
  std::string result = name;
  for (const std::string& argument : arguments) result += " " + argument;
  if (inner.empty()) return result;
  result += " (";
  for (std::size_t i = 0; i < inner.size(); ++i) result += (i > 0 ? ", " : "") + inner[i].text();
  return result + ")";
}

std::vector<LayerText> parse_layers(std::string_view text) {
  Reader reader(text);
  std::vector<LayerText> layers = reader.list(1);
  reader.expect_end();
  return layers;
}

}  // namespace nearfar
