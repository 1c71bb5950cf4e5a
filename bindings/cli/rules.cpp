// rustpro rules, rustpro explain.
#include "commands.h"

namespace cli {
namespace {

constexpr const char* kSeverities[] = {"", "error", "warning", "advice"};

std::string severity_of(const rp_rule& rule) {
  return std::string(kSeverities[rule.severity <= RP_SEVERITY_ADVICE ? rule.severity : 0]) +
         (rule.verdict == RP_VERDICT_PROVEN ? ", proven" : ", likely") + (rule.opt_in != 0 ? ", when asked for" : "");
}

std::string padded(std::string text, size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

// Prose in lines of at most `width` bytes, as far as words allow.
std::string wrapped(std::string_view text, size_t width) {
  std::string out;
  size_t column = 0;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    if (column != 0 && column + 1 + end > width) {
      out += '\n';
      column = 0;
    } else if (column != 0) {
      out += ' ';
      ++column;
    }
    out += text.substr(0, end);
    column += end;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out + '\n';
}

std::string indented(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) out += "    " + std::string(text.substr(0, end));
    out += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string explain_text(const Library& library, size_t index) {
  const rp_rule rule = library->rule_at(index);
  std::string text = std::string(view(rule.id)) + ": " + std::string(view(rule.title)) + "\n" + severity_of(rule);
  if (rule.lint.length > 0) text += "; as the lint " + std::string(view(rule.lint));
  text += "\n\n" + wrapped(view(rule.why), 100);
  if (rule.doubt.length > 0) text += "\nWhat may make it wrong: " + wrapped(view(rule.doubt), 100);
  text += "\nFound in:\n\n" + indented(view(rule.bad)) + "\nNot in:\n\n" + indented(view(rule.good));
  text += "\nReferences:\n";
  for (size_t i = 0; i < rule.reference_count; ++i)
    text += "  " + std::string(view(library->rule_reference(index, i))) + "\n";
  text += "\nTo silence it for a line or an item: // rustpro: allow(" + std::string(view(rule.id)) + ") why\n";
  return text;
}

std::string markdown(const Library& library, size_t index) {
  const rp_rule rule = library->rule_at(index);
  const auto code = [](std::string_view text) {
    // Longer than any fence inside.
    std::string fence = "```";
    while (text.find(fence) != std::string_view::npos) fence += '`';
    return fence + std::string(text.starts_with("--- ") ? "text" : "rust") + "\n" + std::string(text) +
           (text.ends_with('\n') ? "" : "\n") + fence + "\n";
  };
  std::string text = "\n## " + std::string(view(rule.id)) + "\n\n**" + std::string(view(rule.title)) + "** (" +
                     severity_of(rule) + ")\n\n" + std::string(view(rule.why)) + "\n\n";
  if (rule.lint.length > 0) text += "As the lint `" + std::string(view(rule.lint)) + "`.\n\n";
  if (rule.doubt.length > 0) text += "What may make it wrong: " + std::string(view(rule.doubt)) + ".\n\n";
  text += "Found in:\n\n" + code(view(rule.bad)) + "\nNot in:\n\n" + code(view(rule.good)) + "\n";
  for (size_t i = 0; i < rule.reference_count; ++i)
    text += "- " + std::string(view(library->rule_reference(index, i))) + "\n";
  return text;
}

}  // namespace

ExitCode rules(const RulesOptions& options, Output& output) {
  const Library library;
  const size_t count = library->rule_count();
  std::string text = options.markdown ? "# Rules\n" : "";
  size_t width = 0, severities = 0, shown = 0;
  for (size_t i = 0; i < count; ++i) {
    const rp_rule rule = library->rule_at(i);
    width = std::max(width, rule.id.length);
    severities = std::max(severities, severity_of(rule).size());
  }
  for (size_t i = 0; i < count; ++i) {
    const rp_rule rule = library->rule_at(i);
    if (!options.area.empty() && view(rule.area) != options.area) continue;
    ++shown;
    if (options.markdown)
      text += markdown(library, i);
    else
      text += padded(std::string(view(rule.id)), width + 2) + padded(severity_of(rule), severities + 2) +
              std::string(view(rule.title)) + "\n";
  }
  if (shown == 0) throw Failure(ExitCode::kUsage, "there is no area '" + printable(options.area) + "'");
  output.write(text);
  output.flush();
  return ExitCode::kClean;
}

ExitCode explain(const RulesOptions& options, Output& output) {
  const Library library;
  const size_t index = library->rule_find(options.rule.data(), options.rule.size());
  if (index >= library->rule_count())
    throw Failure(ExitCode::kUsage,
                  "there is no rule '" + printable(options.rule) + "'; rustpro rules lists those there are");
  output.write(explain_text(library, index));
  output.flush();
  return ExitCode::kClean;
}

}  // namespace cli
