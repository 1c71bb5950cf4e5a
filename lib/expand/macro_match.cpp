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
  if (k == token.kind) {
    if (token_length(k) != 0) return true;
  } else if (!(is_plain_word(k) && is_plain_word(token.kind)) && !(is_literal(k) && is_literal(token.kind))) {
    return false;
  }
  // Where it ends is asked only for a token that begins rightly.
  const Tree& tree = input_.source->tree;
  const std::string_view text = definition_.text(token);
  const uint32_t start = tree.token_start(slot);
  if (tree.text().compare(start, text.size(), text) != 0) return false;
  return same_token(k, tree.token_text(slot), token.kind, text);
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

// Follows the one way there is as long as it wants tokens of the definition: *op and *slot move on. False: the token at
// *slot is another.
bool Matcher::follow(const Rule& rule, uint32_t* op, uint32_t* slot) const {
  while (rule.ops[*op].type == MatchOp::Type::Token) {
    if (*slot >= input_.end || !equals(rule.ops[*op].a, *slot)) return false;
    *slot = skip_trivia(*slot + token_slots(kind(*slot)));
    ++*op;
  }
  return true;
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

// Whether the variable is all of `$($t:tt)*` at the end of the matcher or of a delimited part of it: then it takes the
// trees up to there, and no token in between leaves a choice.
bool Matcher::rest_in_trees(const Rule& rule, uint32_t op) const {
  if (rule.variables[rule.ops[op].a].fragment != Fragment::TokenTree) return false;
  const MatchOp& again = rule.ops[op + 1];
  if (again.type != MatchOp::Type::Again || again.b != op || again.repeat == Repeat::ZeroOrOne) return false;
  const MatchOp& next = rule.ops[op + 2];
  return next.type == MatchOp::Type::End ||
         (next.type == MatchOp::Type::Token && closes(definition_.tokens[next.a].kind));
}

void Matcher::take_trees(const Rule& rule, Thread thread, uint32_t* slot) {
  uint32_t event = thread.event;
  for (uint32_t taken = 0;; ++taken) {
    if ((taken & 0xFFFU) == 0xFFFU) Cancellation::poll(options_.cancellation);
    const uint32_t end = after_tree(*slot);
    event = record(event, thread.op, {*slot, end});
    *slot = skip_trivia(end);
    if (*slot >= input_.end || closes(kind(*slot))) break;
    event = record(event, rule.ops[thread.op + 1].b - 1, {});
  }
  ++step_;
  add(thread.op + 2, event);
}

MatchResult Matcher::match(const Rule& rule, Matches* out, MacroError* error) {
  uint32_t slot = skip_trivia(input_.begin);
  uint32_t first_op = 0;
  if (!follow(rule, &first_op, &slot)) {
    note_failure(slot);
    return MatchResult::NoMatch;
  }
  events_.truncate(0);
  current_.truncate(0);
  after_token_.truncate(0);
  at_variable_.truncate(0);
  stamps_.resize(rule.ops.size());
  std::memset(stamps_.data(), 0, stamps_.size() * sizeof(uint32_t));
  step_ = 1;
  add(first_op, kNone);
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
      if (after_token_.size() == 1 && !follow(rule, &after_token_[0].op, &slot)) {
        note_failure(slot);
        return MatchResult::NoMatch;
      }
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
    if (rest_in_trees(rule, thread.op)) {
      take_trees(rule, thread, &slot);
      continue;
    }
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
  const size_t variables = rule.variables.size();
  const size_t scopes = rule.scopes.size();
  // How many there are of each; the matcher itself is gone through once.
  std::vector<uint32_t> left(variables + scopes, 0);
  uint32_t* const ranges_left = left.data();
  uint32_t* const iterations_left = left.data() + variables;
  iterations_left[0] = 1;
  for (uint32_t e = event; e != kNone; e = events_[e].previous) {
    const MatchOp& op = rule.ops[events_[e].op];
    ++(op.type == MatchOp::Type::Variable ? ranges_left : iterations_left)[op.a];
  }
  out->variable_at.resize(variables);
  uint32_t at = 0;
  for (size_t v = 0; v < variables; ++v) {
    out->variable_at[v] = at;
    at += ranges_left[v];
  }
  out->ranges.resize(at);
  out->scope_at.resize(scopes);
  out->first_size.resize(scopes);
  at = 0;
  for (size_t scope = 0; scope < scopes; ++scope) {
    out->scope_at[scope] = at;
    out->first_size[scope] = scope == 0 ? 0 : iterations_left[rule.scopes[scope].parent] + 1;
    at += out->first_size[scope];
  }
  out->firsts.resize(at);
  for (size_t scope = 1; scope < scopes; ++scope)
    out->firsts[out->scope_at[scope] + out->first_size[scope] - 1] = iterations_left[scope];
  // Backwards, as the chain goes: what has been counted down to is what came before.
  const auto begin_iteration = [&](uint32_t scope) {
    const uint32_t iteration = --iterations_left[scope];
    for (const uint32_t child : rule.scopes[scope].children)
      out->firsts[out->scope_at[child] + iteration] = iterations_left[child];
  };
  for (uint32_t e = event; e != kNone; e = events_[e].previous) {
    const MatchOp& op = rule.ops[events_[e].op];
    if (op.type == MatchOp::Type::Variable)
      out->ranges[out->variable_at[op.a] + --ranges_left[op.a]] = events_[e].range;
    else
      begin_iteration(op.a);
  }
  begin_iteration(0);
}

}  // namespace rp::macros
