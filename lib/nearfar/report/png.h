#pragma once

#include <string>

#include "nearfar/evaluation/portrait.h"

namespace nearfar {

/// A picture as a PNG file: 8 bits, grey or RGB. Source: W3C, "Portable Network Graphics (PNG)
/// Specification".
[[nodiscard]] std::string png_of(const Thumbnail& picture);
/// Any bytes as a data: address that a page can show.
[[nodiscard]] std::string data_address(std::string_view media_type, std::string_view bytes);

}  // namespace nearfar
