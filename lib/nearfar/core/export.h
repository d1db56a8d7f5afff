#pragma once
// Marks what the shared library shows to the outside; everything else is hidden (-fvisibility=hidden).
#define NEARFAR_EXPORT __attribute__((visibility("default")))
