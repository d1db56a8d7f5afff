#include "fuzz/matrix.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return nearfar::fuzz::check_matrix(nearfar::Format::npy, data, size);
}
