// Small CSV files and what must be read from them.
#pragma once

#include <string>
#include <vector>

namespace nearfar::testing {

/// The columns joined by '|', then for every record ";LINE:" and its fields joined by '|', "~" when a remark
/// was made, and
/// "! LINE:COLUMN message" where reading stopped.
struct CsvCase {
  std::string input;
  std::string expected;
  char delimiter = ',';
  bool header = true;
};

inline const std::vector<CsvCase>& csv_cases() {
  static const std::string nul("a,b\n1\0,2\n", 9);
  static const std::vector<CsvCase> cases{
      // line ends, blank lines, the byte-order mark
      {"a,b\n1,2\n", "a|b;2:1|2"},
      {"a,b\r\n1,2\r\n", "a|b;2:1|2"},
      {"a,b\r\n1,2\n3,4\r\n", "a|b;2:1|2;3:3|4"},
      {"a,b\n1,2", "a|b;2:1|2~"},
      {"a,b\r\n1,2\r", "a|b;2:1|2~"},
      {"a,b\n1,", "a|b;2:1|~"},
      {"a,b", "a|b~"},
      {"a\n", "a"},
      {"\xEF\xBB\xBF"
       "a,b\n1,2\n",
       "a|b;2:1|2"},
      {"\xEF\xBB\xBF"
       "\"a\",b\n1,2\n",
       "a|b;2:1|2"},
      {"\xEF\xBB\xBF", "! 0:0 the file is empty"},
      {"", "! 0:0 the file is empty"},
      {"\xFF\xFE"
       "a",
       "! 1:1 the text is UTF-16, not UTF-8"},
      {"\xFE\xFF"
       "a",
       "! 1:1 the text is UTF-16, not UTF-8"},
      {"\n", "! 1:1 column 1 has no name"},
      {"a\n1\n\n2\n", "a;2:1;3:;4:2"},
      {"a,b\n1,2\n\n3,4\n", "a|b;2:1|2;4:3|4"},
      {"a,b\n1,2\n\n\n", "a|b;2:1|2"},
      {"a,b\r\n\r\n3,4\r\n", "a|b;3:3|4"},
      {"a,b\n\n\n\n3,4", "a|b;5:3|4~"},
      {"a,b\n,\n", "a|b;2:|"},
      {"a,b\n1\r2,3\n", "a|b;2:1\r2|3"},
      {"a,b\n1,2\r\r\n", "a|b;2:1|2\r"},
      {nul, std::string("a|b;2:1\0|2", 10)},
      {"n\xC3\xA4me,b\n\xE2\x82\xAC,2\n", "n\xC3\xA4me|b;2:\xE2\x82\xAC|2"},
      {"a,b\n 1 , 2\t\n", "a|b;2: 1 | 2\t"},
      // quotes
      {"a,b\n\"1\",\"2\"\n", "a|b;2:1|2"},
      {"\"a\",\"b\"\n1,2\n", "a|b;2:1|2"},
      {"a,b\n\"x,y\",2\n", "a|b;2:x,y|2"},
      {"a,b\n\"x\ny\",2\n3,4\n", "a|b;2:x\ny|2;4:3|4"},
      {"a,b\n\"x\r\ny\",2\r\n3,4\r\n", "a|b;2:x\r\ny|2;4:3|4"},
      {"a,b\n\"\n\n\n\",2\n3,4\n", "a|b;2:\n\n\n|2;6:3|4"},
      {"\"a\nb\",c\n1,2\n", "a\nb|c;3:1|2"},
      {"a,b\n\"he said \"\"hi\"\"\",2\n", "a|b;2:he said \"hi\"|2"},
      {"a,b\n\"\",\"\"\n", "a|b;2:|"},
      {"a,b\n\"\"\"\",2\n", "a|b;2:\"|2"},
      {"a,b\n\"\"\"\"\"\",\"\"\"x\"\n", "a|b;2:\"\"|\"x"},
      {"a,b\n1,\"2\"", "a|b;2:1|2~"},
      {"a,b\n1,\"2\"\r", "a|b;2:1|2~"},
      {"a,b\n1,\"2\"\"\"", "a|b;2:1|2\"~"},
      {"a,b\n1,\"\"", "a|b;2:1|~"},
      {"a\n\"x\"", "a;2:x~"},
      {"\"a\"", "a~"},
      {"a,b\n1,2\"3\n", "a|b;2:1|2\"3"},
      {"a,b\n1\"\"2,3\"\n", "a|b;2:1\"\"2|3\""},
      {"a,b\n \"1\",2\n", "a|b;2: \"1\"|2"},
      {"a,b\n\"x\",2\n\"y\ny\",3\n\"z\",4\n", "a|b;2:x|2;3:y\ny|3;5:z|4"},
      // quotes that are never closed, text after a quote
      {"a,b\n\"x,2\n3,4\n", "a|b! 2:1 a quoted field that starts here is never closed"},
      {"a,b\n1,\"x\n", "a|b! 2:3 a quoted field that starts here is never closed"},
      {"a,b\n1,\"", "a|b! 2:3 a quoted field that starts here is never closed"},
      {"a,b\n1,\"x\"\"", "a|b! 2:3 a quoted field that starts here is never closed"},
      {"a,b\n\"1\n2\",\"x\n\n", "a|b! 3:4 a quoted field that starts here is never closed"},
      {"\"a,b\n1,2\n", "! 1:1 a quoted field that starts here is never closed"},
      {"a,b\n\"x\"y,2\n", "a|b! 2:4 text after the closing quote of a field"},
      {"a,b\n\"x\" ,2\n", "a|b! 2:4 text after the closing quote of a field"},
      {"a,b\n1,\"x\"\"y\"z\n", "a|b! 2:9 text after the closing quote of a field"},
      {"a,b\n\"x\ny\"z,a longer rest of the line\n3,4\n", "a|b! 3:3 text after the closing quote of a field"},
      {"a,b\n\"x\"\ry\n", "a|b! 2:4 text after the closing quote of a field"},
      {"a,b\n1,\"x\"y", "a|b! 2:6 text after the closing quote of a field"},
      // rows of another length
      {"a,b\n1,2\n3\n", "a|b;2:1|2! 3:1 expected 2 fields as in the header, found 1"},
      {"a,b\n \n", "a|b! 2:1 expected 2 fields as in the header, found 1"},
      {"a,b\n1,2,3\n", "a|b! 2:5 expected 2 fields as in the header, found 3"},
      {"a,b\n1,2,\n", "a|b! 2:5 expected 2 fields as in the header, found 3"},
      {"a,b\n\"x\ny\",2,3\n", "a|b! 3:6 expected 2 fields as in the header, found 3"},
      {"a,b,c\n1,\"x\ny\"\n", "a|b|c! 2:3 expected 3 fields as in the header, found 2"},
      {"a,b\n\n1\n", "a|b! 3:1 expected 2 fields as in the header, found 1"},
      // the header
      {"a,a\n1,2\n", "! 1:3 two columns are called 'a': 1 and 2"},
      {"a,b, a \n", "! 1:5 two columns are called 'a': 1 and 3"},
      {"A,a\n1,2\n", "A|a;2:1|2"},
      {"a,\n1,2\n", "! 1:3 column 2 has no name"},
      {",b\n1,2\n", "! 1:1 column 1 has no name"},
      {"a,\" \"\n1,2\n", "! 1:3 column 2 has no name"},
      {"1,2\n3,4\n", "! 1:1 the header consists of numbers only, so it looks like data"},
      {"-1e5, .5\n", "! 1:1 the header consists of numbers only, so it looks like data"},
      {"1,x\n3,4\n", "1|x;2:3|4"},
      {"nan,inf\n3,4\n", "nan|inf;2:3|4"},
      {" a , b \n1,2\n", "a|b;2:1|2"},
      {"a;b\n1;2\n", "! 1:2 the header is one column that holds ';'"},
      {"ab\tc\n", "! 1:3 the header is one column that holds tabs"},
      {"a;b,c\n1,2\n", "a;b|c;2:1|2"},
      {"\"a;b\"\n1\n", "a;b;2:1"},
      {"a,b\n1,2\n", "! 1:2 the header is one column that holds ','", ';'},
      // other delimiters, no header
      {"a\tb\n1\t2,3\n", "a|b;2:1|2,3", '\t'},
      {"a;b\n1,5;\"2;3\"\n", "a|b;2:1,5|2;3", ';'},
      {"a b\n1 2\n", "a|b;2:1|2", ' '},
      {"1,2\n3,4\n", "1|2;1:1|2;2:3|4", ',', false},
      {"1,2", "1|2;1:1|2~", ',', false},
      {"x", "1;1:x~", ',', false},
      {"a;b\n", "1;1:a;b", ',', false},
      {"a,a\n", "1|2;1:a|a", ',', false},
      {"\xEF\xBB\xBF"
       "1,2\n",
       "1|2;1:1|2", ',', false},
      {"\"a\nb\",2\n3,4\n", "1|2;1:a\nb|2;3:3|4", ',', false},
      {"1,2\n\n3\n", "1|2;1:1|2! 3:1 expected 2 fields as in the first row, found 1", ',', false},
      {"", "! 0:0 the file is empty", ',', false},
  };
  return cases;
}

}  // namespace nearfar::testing
