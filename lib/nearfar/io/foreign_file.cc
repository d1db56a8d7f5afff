#include "nearfar/io/foreign_file.h"

#include <string>
#include <string_view>

#include "nearfar/core/error.h"

namespace nearfar {
namespace {

struct ForeignFile {
  std::string_view start;
  std::string_view what;
  std::string_view advice;
};

constexpr ForeignFile kForeignFiles[] = {
    {"PK\x03\x04", "a zip archive (a spreadsheet, .npz or .pt is one)",
     "save the table as CSV, or an array as .npy"},
    {"\xD0\xCF\x11\xE0", "an old Office document", "save the table as CSV"},
    {"PAR1", "a Parquet file", "save the table as CSV"},
    {"ARROW1", "an Arrow file", "save the table as CSV"},
    {"\x89HDF", "an HDF5 file", "save the array as .npy"},
    {"SQLite format 3", "an SQLite database", "sqlite3 -header -csv FILE 'select ...' writes CSV"},
    {"%PDF", "a PDF document", ""},
    {"\x89PNG", "an image", "images are read from .npy or idx, one row an image"},
    {"\xFF\xD8\xFF", "an image", "images are read from .npy or idx, one row an image"},
    {"GIF8", "an image", "images are read from .npy or idx, one row an image"},
    {"BZh", "packed by bzip2", "unpack it: bzip2 -dc FILE | COMMAND -"},
    {"\xFD"
     "7zXZ",
     "packed by xz", "unpack it: xz -dc FILE | COMMAND -"},
    {"\x28\xB5\x2F\xFD", "packed by zstd", "unpack it: zstd -dc FILE | COMMAND -"},
    {"\x7F"
     "ELF",
     "a program", ""},
    {"[{", "a JSON array", "JSON Lines has one object a line: jq -c '.[]' FILE"},
    {"[\n", "a JSON array", "JSON Lines has one object a line: jq -c '.[]' FILE"},
    {"<!DOCTYPE", "an HTML page", ""},
    {"<html", "an HTML page", ""},
    {"<?xml", "an XML document", ""},
};

[[noreturn]] void refuse(const Source& source, std::string_view what, std::string_view advice) {
  data_error("expected a table, found " + std::string(what), {source.name(), 0, 0, {}}, std::string(advice));
}

}  // namespace

void refuse_foreign_file(Source& source) {
  constexpr std::size_t kLooked = 64;
  const std::string_view start = source.peek(kLooked);
  for (const ForeignFile& foreign : kForeignFiles) {
    if (start.starts_with(foreign.start)) refuse(source, foreign.what, foreign.advice);
  }
  if (start.starts_with('{') && start.find("\"nearfar-model\"") != std::string_view::npos)
    refuse(source, "a nearfar model",
           "name the data as FILE; a model goes behind -m, as in embed -m MODEL FILE");
}

}  // namespace nearfar
