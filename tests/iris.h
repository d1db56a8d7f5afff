#pragma once

// The 150 irises of sample_data/: four lengths in cm, three species.

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "nearfar/data/dataset.h"

namespace nearfar::testing {

inline Dataset iris() {
  std::ifstream in(std::string(NEARFAR_SOURCE_DIR) + "/sample_data/iris.csv");
  std::string line;
  std::getline(in, line);
  Dataset data;
  data.feature_names = {"sepal_length", "sepal_width", "petal_length", "petal_width"};
  std::vector<std::string> species;
  while (std::getline(in, line)) {
    std::istringstream fields(line);
    std::string text;
    Matrix row(1, 4);
    for (std::int64_t j = 0; j < 4; ++j) {
      std::getline(fields, text, ',');
      row(0, j) = std::stof(text);
    }
    std::getline(fields, text);
    data.features.append(row);
    species.push_back(text);
    data.row_numbers.push_back(static_cast<std::int64_t>(species.size()));
  }
  if (species.size() != 150) throw std::runtime_error("iris.csv has not 150 rows");
  data.file_rows = 150;
  data.labels = encode_labels(species);
  return data;
}

}  // namespace nearfar::testing
