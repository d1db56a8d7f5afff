// find-neighbors: the k nearest rows of every query, exactly.
#include <fmt/core.h>

#include "cli/data_options.h"
#include "cli/gallery_options.h"
#include "nearfar/core/error.h"
#include "nearfar/core/text.h"
#include "nearfar/io/neighbor_file.h"
#include "nearfar/io/sink.h"
#include "nearfar/neighbors/nearest.h"

namespace {

using namespace nearfar;

struct Options {
  cli::DataOptions data;
  cli::SpaceOptions space;
  cli::GalleryOptions gallery;
  std::int64_t k = 10;
  std::string output = "-";
  std::string output_format = "auto";
};

int run(const cli::Command& command, const Options& options) {
  cli::Console console(command);
  (void)options.gallery.check();
  const Format format = output_format(options.output_format, options.output, Format::csv);
  const cli::Space space = cli::open_space(options.space);
  const cli::QueryAndGallery rows =
      cli::read_query_and_gallery(options.data, options.gallery, space, console, false);

  Sink out(options.output);
  NeighborWriter writer(out, rows.queries, rows.gallery(), format);
  NearestOptions nearest;
  nearest.distance = space.distance;
  nearest.k = options.k;
  if (!rows.self.empty() || !rows.query_groups.empty())
    nearest.allowed = [&](std::int64_t q, std::int64_t g) { return rows.allowed(q, g); };
  nearest.progress = [&](std::int64_t done, std::int64_t of) {
    console.progress(fmt::format("{} of {} queries", grouped(done), grouped(of)));
  };
  std::int64_t with_fewer = 0;
  std::vector<std::int32_t> neighbors;
  std::vector<float> distances;
  nearest_neighbors(rows.query_rows, rows.gallery_view(), nearest,
                    [&](std::int64_t q, std::span<const Neighbor> found) {
                      if (std::ssize(found) < options.k) ++with_fewer;
                      neighbors.clear();
                      distances.clear();
                      for (const Neighbor& neighbor : found) {
                        neighbors.push_back(neighbor.row);
                        distances.push_back(neighbor.distance);
                      }
                      writer.write(q, neighbors, distances);
                    });
  console.finish_progress();
  out.close();
  if (with_fewer > 0) {
    const bool filtered = options.gallery.file.empty() && !options.data.where.empty();
    console.note(fmt::format("{} of {} queries have fewer than {} neighbours to be answered with{}",
                             grouped(with_fewer), grouped(rows.queries.rows()), grouped(options.k),
                             filtered ? "; what --where leaves out is found with --gallery FILE" : ""));
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  cli::Command command;
  command.name = "find-neighbors";
  command.summary = "the k nearest rows of every query";
  command.usage = "[QUERIES] [--gallery FILE] [-m MODEL] [-k K] [OPTION ...]";
  command.description =
      "Writes query,rank,neighbor,distance, the nearest first: by id, or by row number where a file has no "
      "ids. "
      "Without --gallery every row is compared with all others. The search is exact; of rows at the same "
      "distance the "
      "one that stands first in its file comes first.";
  options.data.add_to(command);
  options.space.add_to(command);
  options.gallery.add_to(command, "Search");
  command.add("Search",
              {cli::integer_option("-k,--neighbors", "K", "neighbours of each query", options.k, 1)});
  command.add("Output", {
                            cli::output_option("-o,--output", "where to write", options.output),
                            cli::table_format_option(options.output_format),
                        });
  command.second_file = "name what is searched with --gallery: find-neighbors QUERIES --gallery FILE";
  command.examples = {
      {"the three nearest of every flower", "find-neighbors sample_data/iris.csv --label species -k 3"},
      {"of one flower among all others; where rows have names: --where id=NAME",
       "find-neighbors sample_data/iris.csv --label species --features 1-4 --where petal_length=6.9 "
       "--gallery sample_data/iris.csv --exclude self -k 5"},
      {"of one part of the rows among the other, in the space of a learned metric",
       "mk-splits sample_data/digits.csv --strategy random --fractions train=0.7,test=0.3 -o split.csv && "
       "train-metric split.csv --where split=train --label digit --dim 16 -o model.json && "
       "find-neighbors -m model.json split.csv --label digit --where split=test --gallery split.csv "
       "--gallery-where split=train -k 5 -o neighbors.csv"},
  };
  command.run = [&] { return run(command, options); };
  return cli::run_command(command, argc, argv);
}
