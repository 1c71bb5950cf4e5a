// A report as one HTML file without anything outside it: figures by area and severity, filters, findings with their
// source, the inventory of unsafety, figures, and what was not seen. Readable without script, on a phone, in the dark,
// with a keyboard and by a screen reader.
//
// Everything from the code under review is escaped. The file's content security policy lets nothing be loaded and no
// script run but its own, which it names by its hash (html_page.cpp).
#pragma once

#include <string>
#include <string_view>

#include "review/result.h"

namespace rp {

std::string render_html(const ReviewResult& result, std::string_view version);

// The parts of the page that are the same in each report.
extern const std::string_view kHtmlStyle;
extern const std::string_view kHtmlScript;
extern const std::string_view kHtmlScriptHash;  // "sha256-..." of kHtmlScript, as a content security policy has it

}  // namespace rp
