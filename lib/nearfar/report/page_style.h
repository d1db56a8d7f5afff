#pragma once

#include <string_view>

namespace nearfar {

/// The colours, as variables with a light and a dark value; c0 to c9 are the series (Okabe and Ito's palette,
/// which people with colour blindness can tell apart, extended to ten).
inline constexpr std::string_view kColourStyle = R"css(:root {
  --back: #ffffff; --card: #f7f7f5; --ink: #1b1f24; --soft: #5b6470; --line: #d9dcdf; --grid: #e8eaec;
  --pass: #0b7a43; --pass-back: #e3f5ea; --fail: #b3261e; --fail-back: #fdeae8; --open: #8a5a00; --open-back: #fdf1d8;
  --heat: 0, 114, 178;
  --c0: #0072b2; --c1: #d55e00; --c2: #009e73; --c3: #cc79a7; --c4: #b88a00; --c5: #56b4e9; --c6: #8b5fbf;
  --c7: #7a5c3e; --c8: #6b7680; --c9: #b0124f;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --back: #14171a; --card: #1c2024; --ink: #e6e8ea; --soft: #9aa4ae; --line: #343a40; --grid: #2a2f34;
    --pass: #5fd394; --pass-back: #12301f; --fail: #ff8a80; --fail-back: #3a1715; --open: #f2c46b; --open-back: #352a10;
    --heat: 86, 180, 233;
    --c0: #4aa8e0; --c1: #ff8b45; --c2: #2fc79b; --c3: #e79ac6; --c4: #e3b93c; --c5: #8fd0f7; --c6: #b796e6;
    --c7: #c09a72; --c8: #9aa6b0; --c9: #f0608f;
  }
}
)css";

/// Of the drawings; s0 to s9 are the series.
inline constexpr std::string_view kChartStyle = R"css(.chart text { fill: var(--soft); font-size: 12px; }
.chart .label { font-size: 12.5px; }
.grid { stroke: var(--grid); } .axis, .tick { stroke: var(--line); }
.line { fill: none; stroke-width: 2; stroke: var(--c); }
.dot, .point { fill: var(--c); } .point { fill-opacity: 0.75; } .point.none { fill: var(--soft); }
.area { fill: var(--c); fill-opacity: 0.28; stroke: var(--c); stroke-width: 1.4; }
.s0 { --c: var(--c0); } .s1 { --c: var(--c1); } .s2 { --c: var(--c2); } .s3 { --c: var(--c3); } .s4 { --c: var(--c4); }
.s5 { --c: var(--c5); } .s6 { --c: var(--c6); } .s7 { --c: var(--c7); } .s8 { --c: var(--c8); } .s9 { --c: var(--c9); }
.mark { stroke: var(--soft); stroke-dasharray: 4 3; }
)css";

/// Of a picture that stands by itself.
inline constexpr std::string_view kPictureStyle =
    R"css(text { fill: var(--soft); font: 15px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
.chart text, .chart .label { font-size: 15px; }
.title { fill: var(--ink); font-size: 17px; font-weight: 600; } .name { fill: var(--ink); font-size: 21px; font-weight: 600; }
.card { fill: var(--card); stroke: var(--line); }
)css";

/// Of every page, behind the two above.
inline constexpr std::string_view kPageStyle = R"css(* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--back); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 28px 24px 64px; }
h1 { font-size: 26px; line-height: 1.2; margin: 0 0 4px; letter-spacing: -0.01em; }
h2 { font-size: 18px; margin: 40px 0 12px; letter-spacing: -0.005em; }
.lead, .note { color: var(--soft); margin: 4px 0; }
.note { font-size: 13px; }
.verdicts { list-style: none; margin: 16px 0 0; padding: 0; display: grid; gap: 8px; }
.verdicts li { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: baseline; padding: 9px 14px; border-radius: 8px; border-left: 4px solid; }
.verdicts b { min-width: 3.2em; }
.verdicts code { font-weight: 600; }
.verdicts span { color: var(--ink); }
.verdicts .pass { background: var(--pass-back); border-color: var(--pass); } .pass b { color: var(--pass); }
.verdicts .fail { background: var(--fail-back); border-color: var(--fail); } .fail b { color: var(--fail); }
.verdicts .done { background: var(--card); border-color: var(--c0); } .done b { color: var(--c0); }
.verdicts .open { background: var(--open-back); border-color: var(--open); } .open b { color: var(--open); }
code { font: 13.5px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; font-size: 13px; color: var(--soft); border-bottom: 1px solid var(--line); padding: 6px 12px 6px 0; white-space: nowrap; }
td { border-bottom: 1px solid var(--grid); padding: 7px 12px 7px 0; vertical-align: top; }
th.n, td.n { text-align: right; white-space: nowrap; }
td.d { color: var(--soft); }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 164px), 1fr)); gap: 12px; }
.tile { background: var(--card); border: 1px solid var(--grid); border-radius: 10px; padding: 12px 14px; }
.tile h3 { margin: 0; font-size: 13px; font-weight: 600; color: var(--soft); }
.tile strong { display: block; font-size: 27px; line-height: 1.25; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
.tile p { margin: 2px 0 0; font-size: 12.5px; color: var(--soft); overflow-wrap: anywhere; }
.band { position: relative; height: 6px; margin: 8px 0 4px; border-radius: 3px; background: var(--grid); }
.band i { position: absolute; top: 0; bottom: 0; border-radius: 3px; background: var(--c0); opacity: 0.35; min-width: 2px; }
.band u { position: absolute; top: -3px; bottom: -3px; width: 2px; margin-left: -1px; background: var(--c0); }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 460px), 1fr)); gap: 18px; }
figure { margin: 0; background: var(--card); border: 1px solid var(--grid); border-radius: 10px; padding: 14px 16px; min-width: 0; }
figcaption { font-weight: 600; margin-bottom: 4px; }
.chart { display: block; width: 100%; height: auto; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 14px; margin: 0 0 6px; font-size: 13px; color: var(--soft); }
.legend i { display: inline-block; width: 11px; height: 11px; border-radius: 3px; margin-right: 6px; background: var(--c); }
.confusion { width: auto; font-size: 13px; }
.confusion th, .confusion td { padding: 5px 7px; text-align: center; border: 1px solid var(--grid); min-width: 2.5em; }
.confusion td { background: rgba(var(--heat), var(--h, 0)); }
.confusion .own { color: var(--soft); }
.confusion th.side { text-align: right; }
.worst { display: grid; gap: 10px; }
.worst .row { display: grid; grid-template-columns: repeat(auto-fill, minmax(78px, 1fr)); align-items: start; gap: 8px; padding: 10px; border: 1px solid var(--grid); border-radius: 10px; background: var(--card); }
.item { min-width: 0; font-size: 12px; line-height: 1.35; padding: 6px; border-radius: 7px; border: 1px solid var(--grid); background: var(--back); overflow-wrap: anywhere; }
.item.query { border-width: 2px; border-color: var(--c0); }
.item.hit { border-color: var(--pass); } .item.miss { border-color: var(--fail); }
.item b { display: block; } .item small { color: var(--soft); display: block; }
td:has(.thumb) ~ td { vertical-align: middle; }
.thumb { width: 40px; height: 40px; object-fit: contain; image-rendering: pixelated; border-radius: 3px; margin-right: 6px; vertical-align: middle; background: #000; }
.item img { display: block; width: 100%; image-rendering: pixelated; border-radius: 4px; margin-bottom: 4px; background: #000; }
footer { margin-top: 44px; color: var(--soft); font-size: 13px; overflow-wrap: anywhere; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 4px 18px; margin: 18px 0 0; }
.facts dt { color: var(--soft); } .facts dd { margin: 0; overflow-wrap: anywhere; }
h3 { font-size: 15px; margin: 16px 0 2px; }
.gains .band { width: 100%; min-width: 60px; margin: 9px 0 0; } .gains td:nth-child(2) { width: 40%; }
.ranked td { padding-top: 1px; padding-bottom: 1px; font-size: 14px; line-height: 1.45; } .ranked td:nth-child(2) { width: 60%; }
.bar { display: block; height: 11px; margin-top: 5px; border-radius: 3px; background: var(--c0); min-width: 1px; }
.heat { display: block; width: min(100%, 360px); margin: 8px 0; image-rendering: pixelated; border-radius: 4px; }
.scale { display: flex; gap: 8px; align-items: center; width: min(100%, 360px); margin: 0; font-size: 13px; color: var(--soft); }
.scale i { flex: 1; height: 10px; border-radius: 3px; background: linear-gradient(to right, #440154, #3b528b, #21918c, #5ec962, #fde725); }
details { margin-top: 16px; } summary { cursor: pointer; color: var(--soft); }
@media (max-width: 560px) {
  main { padding: 18px 14px 40px; } h1 { font-size: 22px; } figure { padding: 12px 10px; }
  .chart text, .chart .label { font-size: 17px; }
  .facts { grid-template-columns: 1fr; gap: 0; } .facts dd { margin-bottom: 8px; }
  .gains th:nth-child(2), .gains td:nth-child(2) { display: none; } .gains th { white-space: normal; vertical-align: bottom; }
  .gains th, .gains td { font-size: 13px; padding-right: 8px; }
}
@page { margin: 14mm 12mm; }
@media print {
  :root { --back: #ffffff; --card: #ffffff; --ink: #000000; --soft: #444444; --line: #999999; --grid: #cccccc; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; } body { font-size: 10pt; }
  h1 { font-size: 17pt; } h2 { font-size: 13pt; margin: 20px 0 8px; break-after: avoid; }
  td { padding: 3px 10px 3px 0; } th { padding: 3px 10px 3px 0; }
  figure, .tile, .worst .row, .verdicts li, tr, .confusion { break-inside: avoid; } h3 { break-after: avoid; }
  .figures { grid-template-columns: 1fr 1fr; gap: 10px; } figure { padding: 8px 10px; }
  .chart text, .chart .label { font-size: 15px; }
  .worst { gap: 6px; } .worst .row { grid-template-columns: repeat(9, 1fr); gap: 4px; padding: 5px; }
  .item { padding: 3px 4px; font-size: 7.5pt; line-height: 1.25; }
  .scroll { overflow: visible; } details:not([open]) { display: none; }
}
)css";

}  // namespace nearfar
