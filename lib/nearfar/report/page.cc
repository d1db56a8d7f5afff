#include "nearfar/report/page.h"

#include "nearfar/report/markup.h"
#include "nearfar/report/page_style.h"

namespace nearfar {

Page::Page(std::string_view title, std::string_view lead) {
  const std::string name = escaped_markup(title);
  out_ =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>" +
      name + "</title>\n<style>\n" + std::string(kColourStyle) + std::string(kChartStyle) +
      std::string(kPageStyle) + "</style>\n</head>\n<body>\n<main>\n<header>\n<h1>" + name + "</h1>\n";
  if (!lead.empty()) out_ += "<p class=\"lead\">" + escaped_markup(lead) + "</p>\n";
  out_ += "</header>\n";
}

void Page::section(std::string_view heading, const std::string& body) {
  out_ += "<section>\n";
  if (!heading.empty()) out_ += "<h2>" + escaped_markup(heading) + "</h2>\n";
  out_ += body + "</section>\n";
}

void Page::figures(std::string_view heading, const std::vector<std::string>& figures) {
  if (figures.empty()) return;
  std::string body = "<div class=\"figures\">\n";
  for (const std::string& each : figures) body += each;
  section(heading, body + "</div>\n");
}

std::string Page::text() const { return out_ + "</main>\n</body>\n</html>\n"; }

std::string figure(std::string_view title, const std::string& body, const std::string& legend,
                   std::string_view note) {
  std::string out = "<figure>\n<figcaption>" + escaped_markup(title) + "</figcaption>\n" + legend + body;
  if (!note.empty()) out += "<p class=\"note\">" + escaped_markup(note) + "</p>\n";
  return out + "</figure>\n";
}

std::string notice(std::string_view kind, std::string_view word, std::string_view about,
                   std::string_view sentence) {
  std::string out = "<li class=\"" + std::string(kind) + "\"><b>" + escaped_markup(word) + "</b>";
  if (!about.empty()) out += "<code>" + escaped_markup(about) + "</code>";
  return out + "<span>" + escaped_markup(sentence) + "</span></li>\n";
}

std::string notice_list(const std::vector<std::string>& notices) {
  std::string out = "<ul class=\"verdicts\">\n";
  for (const std::string& each : notices) out += each;
  return out + "</ul>\n";
}

std::string folded(std::string_view summary, const std::string& body) {
  return "<details>\n<summary>" + escaped_markup(summary) + "</summary>\n" + body + "</details>\n";
}

std::string table(const std::vector<std::string>& head, const std::vector<std::vector<std::string>>& rows,
                  std::size_t numbers) {
  const auto cells = [&](const std::vector<std::string>& row, const std::string& kind) {
    std::string out = "<tr>";
    for (std::size_t c = 0; c < row.size(); ++c)
      out += "<" + kind + (c >= numbers ? " class=\"n\">" : ">") + row[c] + "</" + kind + ">";
    return out + "</tr>\n";
  };
  std::string out = "<div class=\"scroll\"><table>\n<thead>" + cells(head, "th") + "</thead>\n<tbody>\n";
  for (const std::vector<std::string>& row : rows) out += cells(row, "td");
  return out + "</tbody>\n</table></div>\n";
}

}  // namespace nearfar
