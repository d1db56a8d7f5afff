#include "nearfar/mahalanobis/start.h"

#include "nearfar/core/error.h"
#include "nearfar/core/text.h"
#include "nearfar/mahalanobis/closed_form.h"

namespace nearfar {

StartingMap starting_map(MatrixView x, const LearnerOptions& options) {
  StartingMap start;
  start.given = !options.init.empty();
  if (start.given && options.dim != 0 && options.dim != options.init.rows()) {
    usage_error("--dim " + std::to_string(options.dim) + ": the map of --init has " +
                    counted(options.init.rows(), "dimension"),
                "leave --dim out");
  }
  const bool all = options.dim == 0 || options.dim == x.cols;
  const Matrix l = start.given ? options.init : all ? identity_map(x, 0) : pca_map(x, options.dim);
  start.rows = l.rows();
  start.cols = l.cols();
  start.l.assign(l.data(), l.data() + l.size());
  return start;
}

}  // namespace nearfar
