// From the tokens of a definition to rules: matchers as programs for the matching machine, transcribers as lists of
// what to put out.
#include <algorithm>
#include <unordered_map>

#include "expand/macro_internal.h"

namespace rp::macros {

std::string_view fragment_name(Fragment fragment) {
  switch (fragment) {
    case Fragment::Item:
      return "item";
    case Fragment::Block:
      return "block";
    case Fragment::Stmt:
      return "stmt";
    case Fragment::PatParam:
      return "pat_param";
    case Fragment::Pat:
      return "pat";
    case Fragment::Expr:
      return "expr";
    case Fragment::Expr2021:
      return "expr_2021";
    case Fragment::Type:
      return "ty";
    case Fragment::Literal:
      return "literal";
    case Fragment::Path:
      return "path";
    case Fragment::Meta:
      return "meta";
    case Fragment::Visibility:
      return "vis";
    case Fragment::Ident:
      return "ident";
    case Fragment::Lifetime:
      return "lifetime";
    case Fragment::TokenTree:
      return "tt";
  }
  return "tt";
}

namespace {

bool fragment_of(std::string_view name, Edition edition, Fragment* out) {
  if (name == "pat") {
    *out = edition >= Edition::k2021 ? Fragment::Pat : Fragment::PatParam;
    return true;
  }
  if (name == "expr") {
    *out = edition >= Edition::k2024 ? Fragment::Expr : Fragment::Expr2021;
    return true;
  }
  for (uint8_t i = 0; i <= static_cast<uint8_t>(Fragment::TokenTree); ++i) {
    const auto fragment = static_cast<Fragment>(i);
    if (fragment_name(fragment) == name) {
      *out = fragment;
      return true;
    }
  }
  return false;
}

// Keywords that an older edition does not know.
TokenKind kind_in_edition(TokenKind kind, Edition edition) {
  switch (kind) {
    case T::KwAsync:
    case T::KwAwait:
    case T::KwTry:
      return edition >= Edition::k2018 ? kind : T::Ident;
    case T::KwGen:
      return edition >= Edition::k2024 ? kind : T::Ident;
    default:
      return kind;  // `dyn` is a word of the parser's in every edition
  }
}

bool repeat_of(TokenKind kind, Repeat* out) {
  switch (kind) {
    case T::Star:
      *out = Repeat::ZeroOrMore;
      return true;
    case T::Plus:
      *out = Repeat::OneOrMore;
      return true;
    case T::Question:
      *out = Repeat::ZeroOrOne;
      return true;
    default:
      return false;
  }
}

std::string quoted(std::string_view text) { return "`" + std::string(text.substr(0, 60)) + "`"; }

struct NameKey {
  std::string_view name;
  ContextId context;
  friend bool operator==(const NameKey&, const NameKey&) = default;
};
struct NameHash {
  size_t operator()(const NameKey& key) const { return std::hash<std::string_view>()(key.name) * 31 + key.context; }
};

class DefinitionParser {
 public:
  DefinitionParser(Definition* definition, std::vector<MacroError>* errors) : d_(*definition), errors_(errors) {}

  void run(NodeId node);

 private:
  // Tokens are numbered; close_[i] is the token that closes what token i opens.
  [[nodiscard]] TokenKind kind(uint32_t i) const { return i < d_.tokens.size() ? d_.tokens[i].kind : T::Eof; }
  [[nodiscard]] std::string_view text(uint32_t i) const { return d_.text(i); }
  void error(uint32_t token, std::string message, std::string help = {});
  void read_tokens(uint32_t begin_slot, uint32_t end_slot);
  void match_delimiters();
  [[nodiscard]] uint32_t after_tree(uint32_t i) const { return close_[i] != kNone ? close_[i] + 1 : i + 1; }
  [[nodiscard]] NameKey name_key(uint32_t token) const;

  uint32_t rule(uint32_t i, uint32_t end, TokenKind separator);
  void add_rule(RuleKind kind, uint32_t matcher_begin, uint32_t matcher_end, uint32_t out_begin, uint32_t out_end);
  bool repetition_tail(uint32_t* i, uint32_t end, uint32_t* separator, Repeat* repeat);
  void pattern(uint32_t begin, uint32_t end, uint32_t depth);
  uint32_t pattern_dollar(uint32_t i, uint32_t end, uint32_t depth);
  void pattern_token(uint32_t i);
  void emit(uint32_t begin, uint32_t end, uint32_t scope);
  void complete_ops();
  void output(uint32_t begin, uint32_t end, uint32_t depth);
  uint32_t output_dollar(uint32_t i, uint32_t end, uint32_t depth);
  void output_tokens(uint32_t begin, uint32_t end);
  void meta_expression(uint32_t open);
  bool concat_parts(uint32_t i, uint32_t end, OutOp* op);
  uint32_t lookup(uint32_t name_token) const;
  void use(uint32_t variable) { uses_.push_back(variable); }

  Definition& d_;
  std::vector<MacroError>* errors_;
  std::vector<uint32_t> close_;
  std::vector<PatternNode> nodes_;
  Rule* rule_ = nullptr;
  std::unordered_map<NameKey, uint32_t, NameHash> names_;
  std::vector<uint32_t> uses_;
};

void DefinitionParser::error(uint32_t token, std::string message, std::string help) {
  d_.valid = false;
  if (errors_ == nullptr) return;
  MacroError e;
  e.message = std::move(message);
  e.help = std::move(help);
  if (!d_.tokens.empty())
    e.place = d_.origin(std::min<uint32_t>(token, static_cast<uint32_t>(d_.tokens.size()) - 1));
  else
    e.place = TokenOrigin{d_.id, 0};
  errors_->push_back(std::move(e));
}

// Appends the tokens in the slots, comments left out.
void DefinitionParser::read_tokens(uint32_t begin_slot, uint32_t end_slot) {
  const Tree& tree = d_.source->tree;
  for (uint32_t slot = begin_slot; slot < end_slot; slot += token_slots(tree.token_kind(slot))) {
    TokenKind kind = tree.token_kind(slot);
    if (is_trivia(kind)) continue;
    const uint32_t start = tree.token_start(slot);
    uint32_t end = tree.token_end(slot);
    if (kind == T::KwCrate && !d_.tokens.empty() && d_.tokens.back().kind == T::Dollar &&
        (d_.tokens.size() < 2 || d_.tokens[d_.tokens.size() - 2].kind != T::Dollar)) {
      d_.tokens.back().kind = T::DollarCrate;
      continue;
    }
    kind = kind_in_edition(kind, d_.edition);
    d_.tokens.push_back({kind, slot, start, end - start});
  }
}

void DefinitionParser::match_delimiters() {
  const auto count = static_cast<uint32_t>(d_.tokens.size());
  close_.assign(count, kNone);
  std::vector<uint32_t> stack;
  for (uint32_t i = 0; i < count; ++i) {
    if (opens(kind(i))) {
      stack.push_back(i);
    } else if (closes(kind(i)) && !stack.empty()) {
      close_[stack.back()] = i;
      stack.pop_back();
    }
  }
  // What nothing closes ends with the definition; the file has a syntax error then.
  if (!stack.empty()) error(stack.back(), "this delimiter is not closed");
}

NameKey DefinitionParser::name_key(uint32_t token) const {
  std::string_view name = text(token);
  if (kind(token) == T::RawIdent) name.remove_prefix(2);
  return {name, d_.source->context(d_.tokens[token].slot)};
}

// ---- Rules ------------------------------------------------------------------------------------------------------

void DefinitionParser::run(NodeId node) {
  const Tree& tree = d_.source->tree;
  const NodeId name = tree.child(node, Role::name);
  if (name) d_.name = std::string(tree.text(name));
  const NodeId body = tree.child(node, Role::body);
  const NodeId parameters = tree.child(node, Role::parameters);
  if (!body) {
    error(0, "macros must contain at least one rule");
    return;
  }
  if (parameters) {
    read_tokens(tree.first_slot(parameters), tree.end_slot(parameters));
    const auto middle = static_cast<uint32_t>(d_.tokens.size());
    read_tokens(tree.first_slot(body), tree.end_slot(body));
    match_delimiters();
    if (!d_.valid) return;
    add_rule(RuleKind::Call, 1, middle - 1, middle + 1, static_cast<uint32_t>(d_.tokens.size()) - 1);
    return;
  }
  read_tokens(tree.first_slot(body), tree.end_slot(body));
  match_delimiters();
  if (!d_.valid) return;
  const uint32_t end = static_cast<uint32_t>(d_.tokens.size()) - 1;
  const TokenKind separator = tree.kind(node) == NodeKind::MacroDefItem ? T::Comma : T::Semi;
  uint32_t i = 1;
  if (i == end) error(0, "macros must contain at least one rule");
  while (i < end) i = rule(i, end, separator);
}

// `(matcher) => {transcriber}` and the separator. Returns where the next one begins; `end` after an error.
uint32_t DefinitionParser::rule(uint32_t i, uint32_t end, TokenKind separator) {
  RuleKind rule_kind = RuleKind::Call;
  if (kind(i) == T::KwUnsafe && i + 1 < end && text(i + 1) == "attr") ++i;
  if (kind(i) == T::Ident && text(i) == "attr" && i + 1 < end) {
    ++i;
    if (kind(i) != T::LParen && kind(i) != T::LBracket && kind(i) != T::LBrace) {
      error(i, "macro attribute argument matchers require parentheses");
      return end;
    }
    i = after_tree(i);
    rule_kind = RuleKind::Attribute;
  } else if (kind(i) == T::Ident && text(i) == "derive" && i + 1 < end) {
    ++i;
    if (kind(i) != T::LParen) {
      error(i, "`derive` rules must start with `derive()`");
      return end;
    }
    i = after_tree(i);
    rule_kind = RuleKind::Derive;
  }
  const uint32_t matcher = i;
  if (i >= end || (kind(i) != T::LParen && kind(i) != T::LBracket && kind(i) != T::LBrace)) {
    error(std::min(i, end), "invalid macro matcher; matchers must be contained in balanced delimiters");
    return end;
  }
  i = after_tree(i);
  if (i >= end || kind(i) != T::FatArrow) {
    error(std::min(i, end), "expected `=>` after the matcher of a macro rule");
    return end;
  }
  ++i;
  if (i >= end) {
    error(end, "macro definition ended unexpectedly", "expected the right-hand side of a macro rule");
    return end;
  }
  if (kind(i) != T::LParen && kind(i) != T::LBracket && kind(i) != T::LBrace) {
    error(i, "macro rhs must be delimited");
    return end;
  }
  const uint32_t out = i;
  i = after_tree(i);
  add_rule(rule_kind, matcher + 1, close_[matcher], out + 1, close_[out]);
  if (i >= end) return end;
  if (kind(i) != separator) {
    error(i, std::string("expected `") + (separator == T::Comma ? "," : ";") +
                 "` between the rules of a macro, found " + quoted(text(i)));
    return end;
  }
  return i + 1;
}

void DefinitionParser::add_rule(RuleKind kind, uint32_t matcher_begin, uint32_t matcher_end, uint32_t out_begin,
                                uint32_t out_end) {
  rule_ = &d_.rules.emplace_back();
  rule_->kind = kind;
  names_.clear();
  nodes_.clear();
  rule_->scopes.emplace_back();
  pattern(matcher_begin, matcher_end, 0);
  std::vector<MacroError> found;
  if (d_.valid) {
    check_matcher(d_, nodes_, &found);
    for (MacroError& e : found) {
      d_.valid = false;
      if (errors_ != nullptr) errors_->push_back(std::move(e));
    }
  }
  emit(0, static_cast<uint32_t>(nodes_.size()), 0);
  rule_->ops.push_back({MatchOp::Type::End});
  complete_ops();
  uses_.clear();
  output(out_begin, out_end, 0);
}

// ---- Matchers ---------------------------------------------------------------------------------------------------

// After `$( .. )`: an optional separator and the operator.
bool DefinitionParser::repetition_tail(uint32_t* i, uint32_t end, uint32_t* separator, Repeat* repeat) {
  *separator = kNone;
  if (*i < end && repeat_of(kind(*i), repeat)) {
    ++*i;
    return true;
  }
  if (*i + 1 < end && !opens(kind(*i)) && repeat_of(kind(*i + 1), repeat)) {
    if (*repeat == Repeat::ZeroOrOne) {
      error(*i, "the `?` macro repetition operator does not take a separator");
      *i += 2;
      return false;
    }
    *separator = *i;
    *i += 2;
    return true;
  }
  error(std::min(*i, end), "expected one of: `*`, `+`, or `?`");
  return false;
}

void DefinitionParser::pattern_token(uint32_t i) {
  PatternNode node{PatternNode::Type::Token};
  node.token = i;
  node.end = static_cast<uint32_t>(nodes_.size()) + 1;
  nodes_.push_back(node);
}

void DefinitionParser::pattern(uint32_t begin, uint32_t end, uint32_t depth) {
  if (depth > kMaxDepth) {
    error(begin, "the matcher is nested too deeply");
    return;
  }
  for (uint32_t i = begin; i < end;) {
    if (kind(i) == T::Dollar) {
      i = pattern_dollar(i, end, depth);
    } else if (opens(kind(i)) && close_[i] != kNone) {
      const auto at = static_cast<uint32_t>(nodes_.size());
      PatternNode node{PatternNode::Type::Delimited};
      node.token = i;
      node.close = close_[i];
      nodes_.push_back(node);
      pattern(i + 1, close_[i], depth + 1);
      nodes_[at].end = static_cast<uint32_t>(nodes_.size());
      i = close_[i] + 1;
    } else {
      pattern_token(i);
      ++i;
    }
  }
}

// At `$`.
uint32_t DefinitionParser::pattern_dollar(uint32_t i, uint32_t end, uint32_t depth) {
  const uint32_t next = i + 1;
  if (next >= end) {
    pattern_token(i);
    return next;
  }
  if (kind(next) == T::LParen) {
    const auto at = static_cast<uint32_t>(nodes_.size());
    PatternNode node{PatternNode::Type::Sequence};
    node.token = next;
    nodes_.push_back(node);
    pattern(next + 1, close_[next], depth + 1);
    nodes_[at].end = static_cast<uint32_t>(nodes_.size());
    i = close_[next] + 1;
    repetition_tail(&i, end, &nodes_[at].separator, &nodes_[at].repeat);
    return i;
  }
  if (kind(next) == T::LBrace) {
    error(next, "`$$` and meta-variable expressions are not allowed inside macro parameter definitions");
    return close_[next] + 1;
  }
  if (kind(next) == T::Dollar) {
    error(next, "`$$` and meta-variable expressions are not allowed inside macro parameter definitions");
    return next + 1;
  }
  if (!is_word(kind(next))) {
    error(next, "expected identifier, found " + quoted(text(next)));
    return next;
  }
  if (next + 2 >= end || kind(next + 1) != T::Colon || !is_word(kind(next + 2))) {
    error(next, "missing fragment specifier",
          "fragment specifiers must be provided: `$" + std::string(text(next)) + ":ident`");
    return next + 1;
  }
  PatternNode node{PatternNode::Type::Variable};
  node.token = next;
  node.end = static_cast<uint32_t>(nodes_.size()) + 1;
  if (!fragment_of(text(next + 2), d_.edition, &node.fragment)) {
    error(next + 2, "invalid fragment specifier " + quoted(text(next + 2)),
          "valid fragment specifiers are `ident`, `block`, `stmt`, `expr`, `expr_2021`, `pat`, `pat_param`, `ty`, "
          "`lifetime`, `literal`, `path`, `meta`, `tt`, `item` and `vis`");
  }
  nodes_.push_back(node);
  return next + 3;
}

// The program for the nodes [begin, end).
void DefinitionParser::emit(uint32_t begin, uint32_t end, uint32_t scope) {
  std::vector<MatchOp>& ops = rule_->ops;
  for (uint32_t i = begin; i < end; i = nodes_[i].end) {
    const PatternNode node = nodes_[i];
    switch (node.type) {
      case PatternNode::Type::Token:
        // rustc passes over documentation comments in matchers.
        if (!is_doc_comment(kind(node.token))) ops.push_back({MatchOp::Type::Token, Repeat::ZeroOrMore, node.token});
        break;
      case PatternNode::Type::Delimited:
        ops.push_back({MatchOp::Type::Token, Repeat::ZeroOrMore, node.token});
        emit(i + 1, node.end, scope);
        ops.push_back({MatchOp::Type::Token, Repeat::ZeroOrMore, node.close});
        break;
      case PatternNode::Type::Variable: {
        const NameKey key = name_key(node.token);
        const auto number = static_cast<uint32_t>(rule_->variables.size());
        Variable variable{key.name, key.context, node.fragment, scope, {}};
        variable.chain.resize(rule_->scopes[scope].depth);
        uint32_t around = scope;
        for (size_t d = variable.chain.size(); d-- > 0; around = rule_->scopes[around].parent)
          variable.chain[d] = around;
        rule_->variables.push_back(std::move(variable));
        names_.emplace(key, number);
        ops.push_back({MatchOp::Type::Variable, Repeat::ZeroOrMore, number});
        break;
      }
      case PatternNode::Type::Sequence: {
        const auto inner = static_cast<uint32_t>(rule_->scopes.size());
        rule_->scopes.push_back({scope, rule_->scopes[scope].depth + 1, {}});
        rule_->scopes[scope].children.push_back(inner);
        const auto enter = static_cast<uint32_t>(ops.size());
        ops.push_back({MatchOp::Type::Enter, node.repeat, inner});
        emit(i + 1, node.end, inner);
        if (node.separator == kNone) {
          ops.push_back({MatchOp::Type::Again, node.repeat, inner, enter + 1});
        } else {
          ops.push_back({MatchOp::Type::Separator, node.repeat, node.separator});
          ops.push_back({MatchOp::Type::AgainAfter, node.repeat, inner, enter + 1});
        }
        ops[enter].b = static_cast<uint32_t>(ops.size());
        break;
      }
    }
  }
}

// What matching would otherwise look up again for each token.
void DefinitionParser::complete_ops() {
  std::vector<MatchOp>& ops = rule_->ops;
  for (size_t i = 0; i < ops.size(); ++i) {
    MatchOp& op = ops[i];
    if (op.type == MatchOp::Type::Token || op.type == MatchOp::Type::Separator) {
      op.kind = d_.tokens[op.a].kind;
    } else if (op.type == MatchOp::Type::Variable) {
      op.fragment = rule_->variables[op.a].fragment;
      if (op.fragment != Fragment::TokenTree) continue;
      const MatchOp& again = ops[i + 1];
      if (again.type != MatchOp::Type::Again || again.b != i || again.repeat == Repeat::ZeroOrOne) continue;
      const MatchOp& next = ops[i + 2];
      op.takes_rest =
          next.type == MatchOp::Type::End || (next.type == MatchOp::Type::Token && closes(d_.tokens[next.a].kind));
    }
  }
}

// ---- Transcribers -----------------------------------------------------------------------------------------------

uint32_t DefinitionParser::lookup(uint32_t name_token) const {
  const auto found = names_.find(name_key(name_token));
  return found == names_.end() ? kNone : found->second;
}

void DefinitionParser::output_tokens(uint32_t begin, uint32_t end) {
  if (begin == end) return;
  std::vector<OutOp>& out = rule_->output;
  OutOp op{OutOp::Type::Tokens};
  op.a = begin;
  op.b = end;
  op.place = begin;
  out.push_back(op);
}

void DefinitionParser::output(uint32_t begin, uint32_t end, uint32_t depth) {
  if (depth > kMaxDepth) {
    error(begin, "the transcriber is nested too deeply");
    return;
  }
  uint32_t copied = begin;
  for (uint32_t i = begin; i < end;) {
    if (kind(i) != T::Dollar) {
      ++i;
      continue;
    }
    output_tokens(copied, i);
    i = output_dollar(i, end, depth);
    copied = i;
  }
  output_tokens(copied, end);
}

// At `$`.
uint32_t DefinitionParser::output_dollar(uint32_t i, uint32_t end, uint32_t depth) {
  const uint32_t next = i + 1;
  if (next >= end || closes(kind(next))) {
    output_tokens(i, next);
    return next;
  }
  if (kind(next) == T::Dollar) {
    output_tokens(next, next + 1);
    return next + 1;
  }
  if (kind(next) == T::LParen) {
    const auto at = static_cast<uint32_t>(rule_->output.size());
    OutOp op{OutOp::Type::Begin};
    op.place = i;
    rule_->output.push_back(op);
    std::vector<uint32_t> outer;
    outer.swap(uses_);
    output(next + 1, close_[next], depth + 1);
    rule_->output[at].end = static_cast<uint32_t>(rule_->output.size());
    i = close_[next] + 1;
    repetition_tail(&i, end, &rule_->output[at].separator, &rule_->output[at].repeat);
    std::sort(uses_.begin(), uses_.end());
    uses_.erase(std::unique(uses_.begin(), uses_.end()), uses_.end());
    rule_->output[at].a = static_cast<uint32_t>(rule_->used.size());
    rule_->output[at].b = static_cast<uint32_t>(uses_.size());
    rule_->used.insert(rule_->used.end(), uses_.begin(), uses_.end());
    outer.insert(outer.end(), uses_.begin(), uses_.end());
    uses_.swap(outer);
    return i;
  }
  if (kind(next) == T::LBrace) {
    meta_expression(next);
    return close_[next] + 1;
  }
  if (!is_word(kind(next))) {
    error(next, "expected identifier, found " + quoted(text(next)));
    return next;
  }
  const uint32_t variable = lookup(next);
  if (variable == kNone) {
    output_tokens(i, next + 1);
    return next + 1;
  }
  OutOp op{OutOp::Type::Variable};
  op.a = variable;
  op.b = next;
  op.place = next;
  rule_->output.push_back(op);
  use(variable);
  return next + 1;
}

bool DefinitionParser::concat_parts(uint32_t i, uint32_t end, OutOp* op) {
  op->a = static_cast<uint32_t>(rule_->parts.size());
  while (i < end) {
    ConcatPart part;
    if (kind(i) == T::Dollar && i + 1 < end) {
      ++i;
      part.variable = lookup(i);
      if (part.variable == kNone) {
        error(i, "variable " + quoted(text(i)) + " is not recognized in meta-variable expression");
        return false;
      }
      use(part.variable);
    } else if (!is_word(kind(i)) && kind(i) != T::Str && kind(i) != T::Int && kind(i) != T::Char &&
               kind(i) != T::RawStr) {
      error(i, "expected identifier or string literal");
      return false;
    }
    part.token = i;
    rule_->parts.push_back(part);
    ++i;
    if (i < end && kind(i) != T::Comma) {
      error(i, "expected comma");
      return false;
    }
    ++i;
  }
  op->b = static_cast<uint32_t>(rule_->parts.size());
  if (op->b - op->a < 2) {
    error(op->place, "`concat` must have at least two elements");
    return false;
  }
  return true;
}

// `${count($x)}` and its like; `open` is the brace.
void DefinitionParser::meta_expression(uint32_t open) {
  const uint32_t close = close_[open];
  const uint32_t name = open + 1;
  const uint32_t args = open + 2;
  if (name >= close || !is_word(kind(name))) {
    error(name, "expected identifier");
    return;
  }
  if (args >= close || kind(args) != T::LParen) {
    error(args, "meta-variable expression parameter must be wrapped in parentheses");
    return;
  }
  const uint32_t args_end = close_[args];
  if (args_end + 1 != close) {
    error(args_end + 1, "unexpected trailing tokens in meta-variable expression");
    return;
  }
  uint32_t i = args + 1;
  OutOp op{OutOp::Type::Count};
  op.place = name;
  const std::string_view word = text(name);
  const auto depth_at = [&](uint32_t at) {
    if (kind(at) != T::Int || at + 1 != args_end) {
      error(at, "meta-variable expression depth must be a literal");
      return false;
    }
    uint32_t value = 0;
    for (const char c : text(at)) {
      if (c < '0' || c > '9') {
        error(at, "only unsuffixes integer literals are supported in meta-variable expressions");
        return false;
      }
      value = value > 100000 ? value : value * 10 + static_cast<uint32_t>(c - '0');
    }
    op.b = value;
    return true;
  };
  if (word == "concat") {
    op.type = OutOp::Type::Concat;
    if (concat_parts(i, args_end, &op)) rule_->output.push_back(op);
    return;
  }
  if (word == "count" || word == "ignore") {
    op.type = word == "count" ? OutOp::Type::Count : OutOp::Type::Ignore;
    if (i < args_end && kind(i) == T::Dollar) ++i;
    if (i >= args_end || !is_word(kind(i))) {
      error(i, "expected identifier");
      return;
    }
    op.a = lookup(i);
    if (op.a == kNone) {
      error(i, "variable " + quoted(text(i)) + " is not recognized in meta-variable expression");
      return;
    }
    use(op.a);
    ++i;
    if (i < args_end) {
      if (kind(i) != T::Comma || word == "ignore") {
        error(i, "unexpected token: " + std::string(text(i)));
        return;
      }
      if (i + 1 < args_end && !depth_at(i + 1)) return;
    }
    rule_->output.push_back(op);
    return;
  }
  if (word == "index" || word == "len") {
    op.type = word == "index" ? OutOp::Type::Index : OutOp::Type::Length;
    if (i < args_end && !depth_at(i)) return;
    rule_->output.push_back(op);
    return;
  }
  error(name, "unrecognized meta-variable expression", "expected one of: `concat`, `count`, `ignore`, `index`, `len`");
}

}  // namespace

void parse_definition(Definition* definition, NodeId node, std::vector<MacroError>* errors) {
  DefinitionParser(definition, errors).run(node);
}

}  // namespace rp::macros
