#include "nearfar/loss/loss.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "nearfar/core/error.h"

using namespace nearfar;

namespace {

template <class Call>
std::string usage_message(Call call) {
  try {
    call();
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::usage);
    return error.what();
  }
  FAIL_CHECK("not refused");
  return {};
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("loss table: names are unique and found; every row is complete") {
  std::set<std::string_view> names;
  for (const LossInfo& loss : losses()) {
    INFO(std::string(loss.name));
    CHECK(names.insert(loss.name).second);
    CHECK(&loss_info(loss.name) == &loss);
    CHECK_FALSE(loss.formula.empty());
    CHECK_FALSE(loss.source.empty());
    CHECK((loss.over_distances != nullptr) != (loss.over_rows != nullptr));
    CHECK_FALSE(loss.meaning.empty());
    CHECK((loss.from_labels || loss.from_pairs || loss.from_triplets || loss.from_graded_pairs));
    REQUIRE_FALSE(loss.distances.empty());
    std::set<DistanceKind> kinds;
    for (const DistanceKind kind : loss.distances) {
      CHECK(kinds.insert(kind).second);
      CHECK(distances()[static_cast<std::size_t>(kind)].trains);
    }
    for (const LossOptionInfo& option : loss.options) {
      CHECK(find_option(loss, option.name) == &option);
      CHECK_FALSE(option.meaning.empty());
      CHECK((option.number != nullptr) != (option.flag != nullptr));
      if (option.number == nullptr) continue;
      CHECK(in_range(option.range, option.usual));
      CHECK(in_range(option.range, option.usual_cosine));
    }
  }
}

TEST_CASE("loss table: an unknown name is a usage error that lists the losses") {
  const std::string message = usage_message([] { static_cast<void>(loss_info("tripplet")); });
  for (const LossInfo& loss : losses()) CHECK(contains(message, loss.name));
}

TEST_CASE("reductions: names go both ways, an unknown one is a usage error that lists them") {
  for (const Reduction reduction : {Reduction::mean, Reduction::mean_nonzero, Reduction::sum}) {
    CHECK(parse_reduction(reduction_name(reduction)) == reduction);
  }
  CHECK(reduction_name(Reduction::mean_nonzero) == "mean-nonzero");
  const std::string message = usage_message([] { static_cast<void>(parse_reduction("average")); });
  for (const char* name : {"mean", "mean-nonzero", "sum"}) CHECK(contains(message, name));
}
