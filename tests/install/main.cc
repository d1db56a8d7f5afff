#include <nearfar/core/matrix.h>
#include <nearfar/core/version.h>

#include <iostream>

int main() {
  nearfar::Matrix matrix(3, 2);
  matrix.row(2)[1] = 4.0F;
  const nearfar::Matrix copy = matrix;  // allocated inside the library, freed through it
  std::cout << nearfar::version() << ' ' << nearfar::instruction_set() << ' ' << copy.row(2)[1] << '\n';
}
