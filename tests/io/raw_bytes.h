// Bytes of matrix files, written without the code under test.
#pragma once

#include <cstring>
#include <initializer_list>
#include <string>
#include <vector>

namespace nearfar::testing {

/// The bytes of one value, little-endian or big-endian.
template <class T>
std::string raw_value(T value, bool big_endian) {
  char bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));
  std::string out;
  for (std::size_t i = 0; i < sizeof(T); ++i) out += bytes[big_endian ? sizeof(T) - 1 - i : i];
  return out;
}

template <class T>
std::string raw(std::initializer_list<T> values, bool big_endian) {
  std::string out;
  for (const T value : values) out += raw_value(value, big_endian);
  return out;
}

inline std::string npy_bytes(const std::string& dictionary, const std::string& data, char version = 1) {
  std::string bytes = "\x93NUMPY";
  bytes += version;
  bytes += '\0';
  const std::size_t length = dictionary.size();
  for (unsigned i = 0; i < (version == 1 ? 2U : 4U); ++i)
    bytes += static_cast<char>(length >> 8U * i & 0xFFU);
  return bytes + dictionary + data;
}

inline std::string npy_dictionary(const std::string& type, const std::string& shape, bool fortran = false) {
  return "{'descr': '" + type + "', 'fortran_order': " + (fortran ? "True" : "False") + ", 'shape': (" +
         shape + "), }\n";
}

/// `type` is the code of the values: 0x08 unsigned byte ... 0x0E double.
inline std::string idx_bytes(char type, const std::vector<std::uint32_t>& sizes, const std::string& data) {
  std::string bytes{'\0', '\0', type, static_cast<char>(sizes.size())};
  for (const std::uint32_t size : sizes) bytes += raw_value(size, true);
  return bytes + data;
}

}  // namespace nearfar::testing
