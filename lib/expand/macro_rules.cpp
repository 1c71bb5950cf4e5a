// The face of the engine: compile a definition, expand a call.
#include "expand/macro_rules.h"

#include <algorithm>

#include "expand/macro_internal.h"

namespace rp {

struct MacroRules::Compiled {
  macros::Definition definition;
};

MacroRules::MacroRules(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
MacroRules::MacroRules(MacroRules&&) noexcept = default;
MacroRules::~MacroRules() = default;

MacroRules MacroRules::compile(const Source& source, SourceId id, NodeId node, Edition edition,
                               std::vector<MacroError>* errors) {
  auto compiled = std::make_unique<Compiled>();
  compiled->definition.source = &source;
  compiled->definition.id = id;
  compiled->definition.edition = edition;
  macros::parse_definition(&compiled->definition, node, errors);
  return MacroRules(std::move(compiled));
}

uint32_t MacroRules::rule_count() const { return static_cast<uint32_t>(compiled_->definition.rules.size()); }

bool MacroRules::has_attr_rules() const {
  const auto& rules = compiled_->definition.rules;
  return std::any_of(rules.begin(), rules.end(),
                     [](const macros::Rule& rule) { return rule.kind != macros::RuleKind::Call; });
}

namespace {

// The text of a documentation comment as rustc turns it into an attribute: a raw string of what stands between the
// delimiters, with as many `#` as it takes.
void push_doc_attribute(const Source& source, SourceId id, uint32_t slot, TokenStream* out) {
  const TokenKind kind = source.tree.token_kind(slot);
  std::string_view text = source.tree.token_text(slot);
  text.remove_prefix(std::min<size_t>(3, text.size()));
  if (kind == TokenKind::OuterBlockDoc || kind == TokenKind::InnerBlockDoc)
    text.remove_suffix(std::min<size_t>(2, text.size()));
  size_t hashes = 0;
  size_t run = 0;
  for (const char c : text) {
    run = c == '"' ? 1 : c == '#' && run > 0 ? run + 1 : 0;
    hashes = std::max(hashes, run);
  }
  const std::string marks(hashes, '#');
  const std::string literal = "r" + marks + "\"" + std::string(text) + "\"" + marks;
  const TokenOrigin origin = source.origin(id, slot);
  const ContextId context = source.context(slot);
  out->push(TokenKind::Pound, "#", origin, context);
  if (kind == TokenKind::InnerLineDoc || kind == TokenKind::InnerBlockDoc)
    out->push(TokenKind::Bang, "!", origin, context);
  out->push(TokenKind::LBracket, "[", origin, context);
  out->push(TokenKind::Ident, "doc", origin, context);
  out->push(TokenKind::Eq, "=", origin, context);
  out->push(TokenKind::RawStr, literal, origin, context);
  out->push(TokenKind::RBracket, "]", origin, context);
}

// The input with attributes for documentation comments, or null when there are none.
std::unique_ptr<Source> without_doc_comments(const MacroInput& input, const ParseOptions& options) {
  const Tree& tree = input.source->tree;
  uint32_t slot = input.begin;
  // Most inputs have none, and large ones are looked through many times: a block at a time, which the compiler does
  // with wide instructions.
  constexpr uint32_t kBlock = 16;
  for (bool any = false; slot + kBlock <= input.end; slot += kBlock) {
    for (uint32_t i = 0; i < kBlock; ++i) any |= is_doc_comment(tree.token_kind(slot + i));
    if (any) break;
  }
  while (slot < input.end && !is_doc_comment(tree.token_kind(slot))) ++slot;
  if (slot == input.end) return nullptr;
  TokenStream stream(options.budget);
  for (slot = input.begin; slot < input.end;) {
    uint32_t end = slot;
    while (end < input.end && !is_doc_comment(tree.token_kind(end))) ++end;
    stream.push_range(*input.source, input.id, slot, end);
    if (end < input.end) push_doc_attribute(*input.source, input.id, end++, &stream);
    slot = end;
  }
  return stream.finish(FragmentKind::Tokens, options);
}

}  // namespace

bool MacroRules::expand(const Call& call, const ExpansionLimits& limits, ContextTable& contexts,
                        const ParseOptions& options, TokenStream* out, MacroError* error) const {
  const macros::Definition& definition = compiled_->definition;
  if (!definition.valid) {
    *error = {"the definition of macro `" + definition.name + "` has errors", call.place, {}};
    return false;
  }
  MacroInput input = call.input;
  const std::unique_ptr<Source> desugared = without_doc_comments(input, options);
  if (desugared != nullptr) {
    // Its tokens carry their origins with them.
    input.source = desugared.get();
    input.begin = 0;
    input.end = desugared->tree.slot_count();
  }
  macros::Matcher matcher(definition, input, options);
  for (const macros::Rule& rule : definition.rules) {
    if (rule.kind != macros::RuleKind::Call) continue;
    macros::Matches matches;
    switch (matcher.match(rule, &matches, error)) {
      case macros::MatchResult::Matched:
        return macros::transcribe({definition, rule, matcher, matches, call, limits, contexts, out, error});
      case macros::MatchResult::NoMatch:
        break;
      case macros::MatchResult::Stopped:
        return false;
    }
  }
  matcher.failure(call.place, error);
  return false;
}

}  // namespace rp
