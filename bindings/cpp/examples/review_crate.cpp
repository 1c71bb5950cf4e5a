// Reviews a crate and prints what was found, the figures, and what could not be read.
//
// usage: review_crate PATH
#include <iomanip>
#include <iostream>
#include <rustpro.hpp>

namespace {

size_t review(std::string_view path) {
  const rustpro::Report report = rustpro::Workspace::open(path).review();
  for (const rustpro::Finding& finding : report.findings()) {
    const rustpro::Place place = finding.primary();
    std::cout << place.path << ':' << place.start.line << ':' << place.start.column_bytes << ": " << finding.message()
              << " [" << finding.rule() << "]\n";
    for (size_t i = 0; i < finding.note_count(); ++i) std::cout << "    " << finding.note(i) << '\n';
  }

  const rustpro::Metrics metrics = report.metrics();
  size_t documented = 0;
  for (const rustpro::UnsafeUse& use : report.unsafe_uses()) documented += use.docs != RP_SAFETY_NONE;
  std::cout << metrics.files << " files, " << metrics.code_lines << " lines of code, " << metrics.functions
            << " functions\n"
            << metrics.unsafe_uses << " uses of unsafety, " << documented << " of them with a reason\n";
  size_t shown = 0;
  for (const rustpro::FunctionSize& function : report.longest_functions()) {
    if (++shown > 3) break;
    std::cout << std::setw(5) << function.lines << " lines: " << function.name << " (" << function.place.path << ':'
              << function.place.start.line << ")\n";
  }
  for (const rustpro::Unread& unread : report.unread()) {
    std::cout << "not read: " << unread.path << ": " << unread.reason << '\n';
  }
  return report.findings().size();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: review_crate PATH\n";
    return 2;
  }
  try {
    return review(argv[1]) > 0 ? 1 : 0;
  } catch (const rustpro::Error& error) {
    std::cerr << error.what() << '\n';
    return 3;
  }
}
