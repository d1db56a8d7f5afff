#pragma once

// What to do about data that several functions refuse alike: the last argument of data_error.

namespace nearfar {

inline constexpr char kTwoClasses[] = "is --label the right column, and do --where and --tuples keep enough?";
inline constexpr char kTwoRows[] = "give two rows or more: is --where right?";
inline constexpr char kSameRows[] = "are the right columns taken? name them with --features";
inline constexpr char kPointForComma[] =
    "write numbers with a point; where commas are nothing else: sed 's/,/./g'";
inline constexpr char kStartAnew[] = "remove the checkpoint to start anew";

}  // namespace nearfar
