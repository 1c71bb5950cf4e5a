// The matching machine: rustc's, which follows all ways through a matcher token by token, asks the parser for a
// fragment only where one way is left, and gives up where two are. What a way has matched is a chain of events that
// ways share, so that following many costs no copies.
#include <algorithm>
#include <array>

#include "expand/macro_internal.h"

namespace rp::macros {
namespace {

// How much deeper the next token stands.
constexpr std::array<int8_t, 256> kDepthChange = [] {
  std::array<int8_t, 256> change{};
  for (size_t k = 0; k < static_cast<size_t>(T::kCount); ++k)
    change[k] = opens(static_cast<T>(k)) ? 1 : closes(static_cast<T>(k)) ? -1 : 0;
  return change;
}();

}  // namespace

Matcher::Matcher(const Definition& definition, const MacroInput& input, const ParseOptions& options)
    : definition_(definition),
      input_(input),
      options_(options),
      parser_(input.source->tree, input.begin, input.end, options),
      events_(options.budget),
      current_(options.budget),
      after_token_(options.budget),
      at_variable_(options.budget),
      stamps_(options.budget),
      counts_(options.budget) {
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
  const Tree& tree = input_.source->tree;
  uint32_t depth = 0;
  while (slot < input_.end) {
    const TokenKind k = tree.token_kind(slot);
    slot += token_slots(k);
    depth += static_cast<uint32_t>(kDepthChange[static_cast<size_t>(k)]);
    if (depth == 0) break;
  }
  return std::min(slot, input_.end);
}

bool Matcher::same_text(uint32_t def_token, uint32_t slot) const {
  const DefToken& token = definition_.tokens[def_token];
  // Where it ends is asked only for a token that begins rightly.
  const Tree& tree = input_.source->tree;
  const std::string_view text = definition_.text(token);
  const uint32_t start = tree.token_start(slot);
  if (tree.text().compare(start, text.size(), text) != 0) return false;
  return same_token(kind(slot), tree.token_text(slot), token.kind, text);
}

// Whether rustc would try a variable's fragment at this token.
bool Matcher::begins(Fragment fragment, uint32_t slot) const {
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

Matcher::Fit Matcher::fit(const MatchOp& op, uint32_t slot) const {
  bool fits = false;
  switch (op.type) {
    case MatchOp::Type::Token:
      fits = equals(op, slot);
      break;
    case MatchOp::Type::Variable:
      fits = begins(op.fragment, slot);
      break;
    case MatchOp::Type::End:
      fits = slot >= input_.end;
      break;
    default:
      return Fit::Open;
  }
  return fits ? Fit::Yes : Fit::No;
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

void Matcher::take_trees(const Rule& rule, Thread* way, uint32_t* slot) {
  const uint32_t first_op = rule.ops[way->op + 1].b - 1;
  for (uint32_t taken = 0;; ++taken) {
    if ((taken & 0xFFFU) == 0xFFFU) Cancellation::poll(options_.cancellation);
    const uint32_t end = after_tree(*slot);
    way->event = record(way->event, way->op, {*slot, end});
    *slot = skip_trivia(end);
    if (*slot >= input_.end || closes(kind(*slot))) break;
    way->event = record(way->event, first_op, {});
  }
  way->op += 2;
}

// Takes the fragment of the variable that `way` stands at, which may begin here. False: it is none, and no other rule
// is tried.
bool Matcher::take_variable(const Rule& rule, Thread* way, uint32_t* slot, MacroError* error) {
  const MatchOp& op = rule.ops[way->op];
  if (op.takes_rest) {
    take_trees(rule, way, slot);
    return true;
  }
  uint32_t end = *slot + 1;
  if (needs_parser(op.fragment)) {
    const FragmentParser::Outcome outcome = parser_.parse(*slot, static_cast<MacroFragment>(op.fragment));
    if (!outcome.ok) {
      uint32_t at = *slot;
      if (input_.source->tree.slot_count() > 0)
        at = std::max(*slot, input_.source->tree.slot_at_offset(outcome.error_offset));
      *error = {std::string(outcome.error), origin(at), {}};
      return false;
    }
    end = outcome.end;
  } else if (op.fragment == Fragment::TokenTree) {
    end = after_tree(*slot);
  }
  way->event = record(way->event, way->op, {*slot, end});
  ++way->op;
  *slot = skip_trivia(end);
  return true;
}

// Follows the one way there is, as long as the next token leaves one: most matchers are gone through like this from
// their beginning to their end. Where two ways fit the token, they are for go_apart.
Matcher::Way Matcher::go_straight(const Rule& rule, Thread* way, uint32_t* slot, MacroError* error) {
  const MatchOp* const ops = rule.ops.data();
  bool fits = false;  // it was found already that the op takes the token
  for (;;) {
    const MatchOp& op = ops[way->op];
    switch (op.type) {
      case MatchOp::Type::Token:
        if (!fits && !equals(op, *slot)) return Way::Failed;
        *slot = skip_trivia(*slot + token_slots(kind(*slot)));
        ++way->op;
        fits = false;
        break;
      case MatchOp::Type::Variable:
        if (!fits && !begins(op.fragment, *slot)) return Way::Failed;
        if ((++polls_ & 0xFFFU) == 0) Cancellation::poll(options_.cancellation);
        if (!take_variable(rule, way, slot, error)) return Way::Stopped;
        fits = false;
        break;
      case MatchOp::Type::Enter: {
        const Fit within = fit(ops[way->op + 1], *slot);
        const Fit behind = op.repeat == Repeat::OneOrMore ? Fit::No : fit(ops[op.b], *slot);
        if (within == Fit::Open || behind == Fit::Open || (within == Fit::Yes && behind == Fit::Yes)) return Way::Parts;
        if (within == Fit::No && behind == Fit::No) return Way::Failed;
        fits = true;
        if (within == Fit::Yes)
          *way = {way->op + 1, record(way->event, way->op, {})};
        else
          way->op = op.b;
        break;
      }
      case MatchOp::Type::Again: {
        const Fit behind = fit(ops[way->op + 1], *slot);
        const Fit within = op.repeat == Repeat::ZeroOrOne ? Fit::No : fit(ops[op.b], *slot);
        if (within == Fit::Open || behind == Fit::Open || (within == Fit::Yes && behind == Fit::Yes)) return Way::Parts;
        if (within == Fit::No && behind == Fit::No) return Way::Failed;
        fits = true;
        if (within == Fit::Yes)
          *way = {op.b, record(way->event, op.b - 1, {})};
        else
          ++way->op;
        break;
      }
      case MatchOp::Type::Separator: {
        const Fit behind = fit(ops[way->op + 2], *slot);
        const bool separator = equals(op, *slot);
        if (behind == Fit::Open || (separator && behind == Fit::Yes)) return Way::Parts;
        if (separator) {
          *slot = skip_trivia(*slot + token_slots(kind(*slot)));
          ++way->op;
          fits = false;
        } else if (behind == Fit::Yes) {
          way->op += 2;
          fits = true;
        } else {
          return Way::Failed;
        }
        break;
      }
      case MatchOp::Type::AgainAfter:
        *way = {op.b, record(way->event, op.b - 1, {})};
        fits = false;
        break;
      case MatchOp::Type::End:
        return *slot >= input_.end ? Way::Ended : Way::Failed;
    }
  }
}

// Follows all ways up to where they need a token.
void Matcher::advance(const Rule& rule, uint32_t slot) {
  ended_ = 0;
  for (size_t i = 0; i < current_.size(); ++i) {
    const Thread thread = current_[i];
    const MatchOp& op = rule.ops[thread.op];
    switch (op.type) {
      case MatchOp::Type::Token:
        if (equals(op, slot)) after_token_.push_back({thread.op + 1, thread.event});
        break;
      case MatchOp::Type::Variable:
        if (begins(op.fragment, slot)) at_variable_.push_back(thread);
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
        if (equals(op, slot)) after_token_.push_back({thread.op + 1, thread.event});
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

void Matcher::ambiguous(const Rule& rule, uint32_t slot, MacroError* error) const {
  std::string options;
  for (const Thread& thread : at_variable_) {
    const Variable& variable = rule.variables[rule.ops[thread.op].a];
    if (!options.empty()) options += " or ";
    options += std::string(fragment_name(variable.fragment)) + " ('" + std::string(variable.name) + "')";
  }
  if (!after_token_.empty()) options += " or " + std::to_string(after_token_.size()) + " other option(s)";
  *error = {"local ambiguity when calling macro `" + definition_.name + "`: multiple parsing options: built-in NTs " +
                options,
            origin(slot),
            {}};
}

// Follows all ways that lead on from `way`, token by token, until one is left.
Matcher::Way Matcher::go_apart(const Rule& rule, Thread* way, uint32_t* slot, MacroError* error) {
  current_.truncate(0);
  after_token_.truncate(0);
  at_variable_.truncate(0);
  ++step_;
  add(way->op, way->event);
  for (;;) {
    if ((++polls_ & 0xFFFU) == 0) Cancellation::poll(options_.cancellation);
    advance(rule, *slot);
    if (*slot >= input_.end) {
      // No fragment begins there: an empty `vis` could, but rustc does not try it.
      if (ended_ > 1) {
        *error = {"ambiguity: multiple successful parses", origin(*slot), {}};
        return Way::Stopped;
      }
      way->event = end_event_;
      return ended_ == 1 ? Way::Ended : Way::Failed;
    }
    if (at_variable_.size() + (after_token_.empty() ? 0 : 1) > 1) {
      ambiguous(rule, *slot, error);
      return Way::Stopped;
    }
    if (!at_variable_.empty()) {
      *way = at_variable_[0];
      return take_variable(rule, way, slot, error) ? Way::Single : Way::Stopped;
    }
    if (after_token_.empty()) return Way::Failed;
    *slot = skip_trivia(*slot + token_slots(kind(*slot)));
    if (after_token_.size() == 1) {
      *way = after_token_[0];
      return Way::Single;
    }
    ++step_;
    for (const Thread& thread : after_token_) add(thread.op, thread.event);
    after_token_.truncate(0);
  }
}

MatchResult Matcher::match(const Rule& rule, Matches* out, MacroError* error) {
  uint32_t slot = skip_trivia(input_.begin);
  Thread thread{0, kNone};
  events_.truncate(0);
  step_ = 0;
  for (;;) {
    Way way = go_straight(rule, &thread, &slot, error);
    if (way == Way::Parts) {
      if (step_ == 0) {
        stamps_.resize(rule.ops.size());
        std::memset(stamps_.data(), 0, stamps_.size() * sizeof(uint32_t));
      }
      way = go_apart(rule, &thread, &slot, error);
    }
    switch (way) {
      case Way::Parts:
      case Way::Single:
        break;
      case Way::Failed:
        note_failure(slot);
        return MatchResult::NoMatch;
      case Way::Stopped:
        return MatchResult::Stopped;
      case Way::Ended:
        collect(rule, thread.event, out);
        return MatchResult::Matched;
    }
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

void Matcher::collect(const Rule& rule, uint32_t event, Matches* out) {
  const auto variables = static_cast<uint32_t>(rule.variables.size());
  const auto scopes = static_cast<uint32_t>(rule.scopes.size());
  const MatchOp* const ops = rule.ops.data();
  // How many there are of each; the matcher itself is gone through once.
  counts_.resize(variables + scopes);
  uint32_t* const ranges_left = counts_.data();
  uint32_t* const iterations_left = ranges_left + variables;
  std::memset(ranges_left, 0, counts_.size() * sizeof(uint32_t));
  iterations_left[0] = 1;
  uint32_t all_ranges = 0;
  for (uint32_t e = event; e != kNone; e = events_[e].previous) {
    const MatchOp& op = ops[events_[e].op];
    const bool is_range = op.type == MatchOp::Type::Variable;
    ++(is_range ? ranges_left : iterations_left)[op.a];
    all_ranges += is_range ? 1 : 0;
  }
  out->ranges.resize(all_ranges);
  out->scope_at = variables;
  out->first_size = variables + scopes;
  out->firsts = variables + 2 * scopes;
  size_t entries = 0;
  for (uint32_t scope = 1; scope < scopes; ++scope) entries += iterations_left[rule.scopes[scope].parent] + 1;
  out->numbers.resize(out->firsts + entries);
  uint32_t* const numbers = out->numbers.data();
  uint32_t at = 0;
  for (uint32_t v = 0; v < variables; ++v) {
    numbers[v] = at;
    at += ranges_left[v];
  }
  at = 0;
  for (uint32_t scope = 0; scope < scopes; ++scope) {
    const uint32_t size = scope == 0 ? 0 : iterations_left[rule.scopes[scope].parent] + 1;
    numbers[out->scope_at + scope] = at;
    numbers[out->first_size + scope] = size;
    at += size;
    if (scope != 0) numbers[out->firsts + at - 1] = iterations_left[scope];
  }
  // Backwards, as the chain goes: what has been counted down to is what came before.
  const auto begin_iteration = [&](uint32_t scope) {
    const uint32_t iteration = --iterations_left[scope];
    for (const uint32_t child : rule.scopes[scope].children)
      numbers[out->firsts + numbers[out->scope_at + child] + iteration] = iterations_left[child];
  };
  for (uint32_t e = event; e != kNone; e = events_[e].previous) {
    const MatchOp& op = ops[events_[e].op];
    if (op.type == MatchOp::Type::Variable)
      out->ranges[numbers[op.a] + --ranges_left[op.a]] = events_[e].range;
    else
      begin_iteration(op.a);
  }
  begin_iteration(0);
}

}  // namespace rp::macros
