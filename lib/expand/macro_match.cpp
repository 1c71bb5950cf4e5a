// The matching machine: rustc's, which follows all ways through a matcher token by token, asks the parser for a
// fragment only where one way is left, and gives up where two are. What a way has matched is a chain of events that
// ways share, so that following many costs no copies.
#include <algorithm>

#include "expand/macro_internal.h"

namespace rp::macros {

Matcher::Matcher(const Definition& definition, const MacroInput& input, const ParseOptions& options)
    : definition_(definition),
      input_(input),
      options_(options),
      parser_(input.source->tree, input.begin, input.end, options),
      events_(options.budget),
      current_(options.budget),
      after_token_(options.budget),
      at_variable_(options.budget),
      stamps_(options.budget) {
  furthest_ = input.begin;
}

TokenOrigin Matcher::origin(uint32_t slot) const {
  if (slot >= input_.end) slot = input_.end;
  const Tree& tree = input_.source->tree;
  if (slot < tree.slot_count()) return input_.source->origin(input_.id, slot);
  if (slot > 0 && tree.slot_count() > 0) return input_.source->origin(input_.id, tree.slot_count() - 1);
  return TokenOrigin{input_.id, 0};
}

uint32_t Matcher::after_tree(uint32_t slot) const {
  uint32_t depth = 0;
  while (slot < input_.end) {
    const TokenKind k = kind(slot);
    if (opens(k)) ++depth;
    if (closes(k)) --depth;
    slot += token_slots(k);
    if (depth == 0) break;
  }
  return std::min(slot, input_.end);
}

bool Matcher::equals(uint32_t def_token, uint32_t slot) const {
  const DefToken& token = definition_.tokens[def_token];
  const TokenKind k = kind(slot);
  if (!is_plain_word(k) && !is_literal(k) && k != token.kind) return false;
  return same_token(k, input_.source->tree.token_text(slot), token.kind, definition_.text(token));
}

// Whether rustc would try the variable's fragment at this token.
bool Matcher::begins(const Rule& rule, uint32_t variable, uint32_t slot) const {
  const Fragment fragment = rule.variables[variable].fragment;
  const TokenKind k = kind(slot);
  switch (fragment) {
    case Fragment::Ident:
      return (is_word(k) && k != T::Underscore) || k == T::DollarCrate;
    case Fragment::Lifetime:
      return k == T::Lifetime || k == T::RawLifetime;
    case Fragment::TokenTree:
      return k != T::Eof && !closes(k);
    default:
      return parser_.begins_fragment(slot, static_cast<MacroFragment>(fragment));
  }
}

uint32_t Matcher::record(uint32_t previous, uint32_t op, Matches::Range range) {
  events_.push_back({previous, op, range});
  return static_cast<uint32_t>(events_.size()) - 1;
}

// Two ways to the same place are enough to know that it is ambiguous; more would only multiply.
void Matcher::add(uint32_t op, uint32_t event) {
  const uint32_t once = step_ * 2;
  if (stamps_[op] == once + 1) return;
  stamps_[op] = stamps_[op] == once ? once + 1 : once;
  current_.push_back({op, event});
}

void Matcher::note_failure(uint32_t slot) {
  failed_ = true;
  furthest_ = std::max(furthest_, slot);
}

// Follows all ways up to where they need a token.
void Matcher::advance(const Rule& rule, uint32_t slot) {
  ended_ = 0;
  for (size_t i = 0; i < current_.size(); ++i) {
    const Thread thread = current_[i];
    const MatchOp& op = rule.ops[thread.op];
    switch (op.type) {
      case MatchOp::Type::Token:
        if (slot < input_.end && equals(op.a, slot)) after_token_.push_back({thread.op + 1, thread.event});
        break;
      case MatchOp::Type::Variable:
        if (begins(rule, op.a, slot)) at_variable_.push_back(thread);
        break;
      case MatchOp::Type::Enter:
        if (op.repeat != Repeat::OneOrMore) add(op.b, thread.event);
        add(thread.op + 1, record(thread.event, thread.op, {}));
        break;
      case MatchOp::Type::Again:
        add(thread.op + 1, thread.event);
        if (op.repeat != Repeat::ZeroOrOne) add(op.b, record(thread.event, op.b - 1, {}));
        break;
      case MatchOp::Type::Separator:
        add(thread.op + 2, thread.event);
        if (slot < input_.end && equals(op.a, slot)) after_token_.push_back({thread.op + 1, thread.event});
        break;
      case MatchOp::Type::AgainAfter:
        add(op.b, record(thread.event, op.b - 1, {}));
        break;
      case MatchOp::Type::End:
        if (slot >= input_.end) {
          ++ended_;
          end_event_ = thread.event;
        }
        break;
    }
  }
  current_.truncate(0);
}

MatchResult Matcher::match(const Rule& rule, Matches* out, MacroError* error) {
  events_.truncate(0);
  current_.truncate(0);
  after_token_.truncate(0);
  at_variable_.truncate(0);
  stamps_.resize(rule.ops.size());
  std::memset(stamps_.data(), 0, stamps_.size() * sizeof(uint32_t));
  step_ = 1;
  uint32_t slot = skip_trivia(input_.begin);
  add(0, kNone);
  for (;;) {
    if ((step_ & 0xFFFU) == 0) Cancellation::poll(options_.cancellation);
    advance(rule, slot);
    if (slot >= input_.end) {
      if (ended_ == 1) {
        collect(rule, end_event_, out);
        return MatchResult::Matched;
      }
      if (ended_ > 1) {
        *error = {"ambiguity: multiple successful parses", origin(slot), {}};
        return MatchResult::Stopped;
      }
      // An empty `vis` is the only fragment that could be here, and rustc does not try it.
      if (at_variable_.empty()) {
        note_failure(slot);
        return MatchResult::NoMatch;
      }
    }
    if (at_variable_.empty()) {
      if (after_token_.empty()) {
        note_failure(slot);
        return MatchResult::NoMatch;
      }
      slot = skip_trivia(slot + token_slots(kind(slot)));
      ++step_;
      for (const Thread& thread : after_token_) add(thread.op, thread.event);
      after_token_.truncate(0);
      continue;
    }
    if (at_variable_.size() > 1 || !after_token_.empty()) {
      std::string options;
      for (const Thread& thread : at_variable_) {
        const Variable& variable = rule.variables[rule.ops[thread.op].a];
        if (!options.empty()) options += " or ";
        options += std::string(fragment_name(variable.fragment)) + " ('" + std::string(variable.name) + "')";
      }
      if (!after_token_.empty()) options += " or " + std::to_string(after_token_.size()) + " other option(s)";
      *error = {"local ambiguity when calling macro `" + definition_.name +
                    "`: multiple parsing options: built-in NTs " + options,
                origin(slot),
                {}};
      return MatchResult::Stopped;
    }
    const Thread thread = at_variable_[0];
    at_variable_.truncate(0);
    const Fragment fragment = rule.variables[rule.ops[thread.op].a].fragment;
    uint32_t end = slot;
    if (needs_parser(fragment)) {
      const FragmentParser::Outcome outcome = parser_.parse(slot, static_cast<MacroFragment>(fragment));
      if (!outcome.ok) {
        uint32_t at = slot;
        if (input_.source->tree.slot_count() > 0)
          at = std::max(slot, input_.source->tree.slot_at_offset(outcome.error_offset));
        *error = {std::string(outcome.error), origin(at), {}};
        return MatchResult::Stopped;
      }
      end = outcome.end;
    } else if (fragment == Fragment::TokenTree) {
      end = after_tree(slot);
    } else {
      end = slot + 1;
    }
    ++step_;
    add(thread.op + 1, record(thread.event, thread.op, {slot, end}));
    slot = skip_trivia(end);
  }
}

void Matcher::failure(TokenOrigin place, MacroError* error) const {
  if (furthest_ >= input_.end || !failed_) {
    *error = {"unexpected end of macro invocation", place, {}};
    return;
  }
  const TokenKind k = kind(furthest_);
  std::string what = "`" + std::string(input_.source->tree.token_text(furthest_)) + "`";
  if (is_group_open(k)) {
    constexpr size_t kPrefix = sizeof("group_open_") - 1;
    what = "`" + std::string(kTokenKindInfo[static_cast<size_t>(k)].name.substr(kPrefix)) + "` metavariable";
  }
  *error = {"no rules expected " + what, origin(furthest_), {}};
}

void Matcher::collect(const Rule& rule, uint32_t event, Matches* out) const {
  std::vector<uint32_t> order;
  for (uint32_t e = event; e != kNone; e = events_[e].previous) order.push_back(e);
  out->variables.assign(rule.variables.size(), {});
  out->first.assign(rule.scopes.size(), {});
  std::vector<uint32_t> iterations(rule.scopes.size(), 0);
  const auto begin_iteration = [&](uint32_t scope) {
    ++iterations[scope];
    for (const uint32_t child : rule.scopes[scope].children) out->first[child].push_back(iterations[child]);
  };
  begin_iteration(0);
  for (size_t i = order.size(); i-- > 0;) {
    const Event& e = events_[order[i]];
    const MatchOp& op = rule.ops[e.op];
    if (op.type == MatchOp::Type::Variable)
      out->variables[op.a].push_back(e.range);
    else
      begin_iteration(op.a);
  }
  for (uint32_t scope = 1; scope < rule.scopes.size(); ++scope) out->first[scope].push_back(iterations[scope]);
}

}  // namespace rp::macros
