#include "nearfar/io/record.h"

namespace nearfar {

bool RecordReader::next(Record& record) {
  if (take({&record, 1}) == 0) return false;
  split(record);
  return true;
}

}  // namespace nearfar
