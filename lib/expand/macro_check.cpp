// What rustc demands of a matcher: that no repetition matches nothing, that no name is bound twice, and that what
// follows a fragment can never become part of it. The Rust Reference, "Macro Follow-Set Ambiguity Formal
// Specification"; where rustc's check differs from it, rustc's.
#include <algorithm>
#include <unordered_map>

#include "expand/macro_internal.h"

namespace rp::macros {
namespace {

// Tokens and variables, and whether there may be none. Nodes stand for themselves; a closing delimiter is the node of
// its group with kClosing added, a separator the node of its sequence with kSeparator.
constexpr uint32_t kClosing = 0x4000'0000;
constexpr uint32_t kSeparator = 0x8000'0000;
// Larger sets are cut off: then an error may be missed, in a matcher nobody writes.
constexpr size_t kMaxSet = 512;
// Of one matcher.
constexpr size_t kMaxErrors = 50;

struct TokenSet {
  std::vector<uint32_t> members;
  bool maybe_empty = true;

  void replace(uint32_t member) {
    members.assign(1, member);
    maybe_empty = false;
  }
  void clear_full() {
    members.clear();
    maybe_empty = false;
  }
  void add(uint32_t member) {
    if (members.size() < kMaxSet && std::find(members.begin(), members.end(), member) == members.end())
      members.push_back(member);
  }
  // What may stand after it as well, when there may be none of these.
  void add_all(const TokenSet& other) {
    for (const uint32_t member : other.members) add(member);
    if (!other.maybe_empty) maybe_empty = false;
  }
};

class Checker {
 public:
  Checker(const Definition& definition, const std::vector<PatternNode>& nodes, std::vector<MacroError>* errors)
      : d_(definition), nodes_(nodes), errors_(errors) {}

  void run() {
    const auto count = static_cast<uint32_t>(nodes_.size());
    check_names();
    check_empty();
    if (!errors_->empty()) return;
    first_of_node_.resize(count);
    for (uint32_t i = count; i-- > 0;) {
      if (nodes_[i].type == PatternNode::Type::Sequence) first_of_node_[i] = first(i + 1, nodes_[i].end);
    }
    TokenSet nothing;
    check(0, count, nothing);
  }

 private:
  void error(uint32_t token, std::string message, std::string help = {}) {
    if (errors_->size() >= kMaxErrors) return;
    errors_->push_back({std::move(message), d_.origin(token), std::move(help)});
  }
  [[nodiscard]] TokenKind kind_of(uint32_t member) const;
  [[nodiscard]] uint32_t token_of(uint32_t member) const;
  [[nodiscard]] const PatternNode* variable_of(uint32_t member) const;
  void check_names();
  void check_empty();
  [[nodiscard]] TokenSet first(uint32_t begin, uint32_t end) const;
  TokenSet check(uint32_t begin, uint32_t end, const TokenSet& follow);
  [[nodiscard]] bool may_follow(Fragment fragment, uint32_t member) const;
  void check_follow(const TokenSet& last, const TokenSet& next);

  const Definition& d_;
  const std::vector<PatternNode>& nodes_;
  std::vector<MacroError>* errors_;
  std::vector<TokenSet> first_of_node_;  // of the bodies of sequences
};

uint32_t Checker::token_of(uint32_t member) const {
  if ((member & kClosing) != 0) return nodes_[member & ~kClosing].close;
  if ((member & kSeparator) != 0) return nodes_[member & ~kSeparator].separator;
  return nodes_[member].token;
}

TokenKind Checker::kind_of(uint32_t member) const { return d_.tokens[token_of(member)].kind; }

const PatternNode* Checker::variable_of(uint32_t member) const {
  if ((member & (kClosing | kSeparator)) != 0) return nullptr;
  return nodes_[member].type == PatternNode::Type::Variable ? &nodes_[member] : nullptr;
}

void Checker::check_names() {
  std::unordered_map<std::string, bool> seen;
  for (const PatternNode& node : nodes_) {
    if (node.type != PatternNode::Type::Variable) continue;
    std::string key(d_.text(node.token));
    if (d_.tokens[node.token].kind == T::RawIdent) key.erase(0, 2);
    key += '#';
    key += std::to_string(d_.source->context(d_.tokens[node.token].slot));
    if (!seen.emplace(std::move(key), true).second) error(node.token, "duplicate matcher binding");
  }
}

// A repetition without separator must take a token each time.
void Checker::check_empty() {
  for (uint32_t i = 0; i < nodes_.size(); ++i) {
    const PatternNode& node = nodes_[i];
    if (node.type != PatternNode::Type::Sequence || node.separator != kNone) continue;
    bool may_be_empty = true;
    for (uint32_t child = i + 1; child < node.end && may_be_empty; child = nodes_[child].end) {
      const PatternNode& inner = nodes_[child];
      may_be_empty = (inner.type == PatternNode::Type::Variable && inner.fragment == Fragment::Visibility) ||
                     (inner.type == PatternNode::Type::Sequence && inner.repeat != Repeat::OneOrMore) ||
                     (inner.type == PatternNode::Type::Token && is_doc_comment(d_.tokens[inner.token].kind));
    }
    if (may_be_empty) error(node.token, "repetition matches empty token tree");
  }
}

// What the nodes [begin, end) can begin with.
TokenSet Checker::first(uint32_t begin, uint32_t end) const {
  TokenSet set;
  size_t looked_at = 0;
  for (uint32_t i = begin; i < end; i = nodes_[i].end) {
    const PatternNode& node = nodes_[i];
    if (node.type != PatternNode::Type::Sequence) {
      set.add(i);
      set.maybe_empty = false;
      return set;
    }
    const TokenSet& inner = first_of_node_[i];
    for (const uint32_t member : inner.members) set.add(member);
    if (inner.maybe_empty && node.separator != kNone) set.add(i | kSeparator);
    if (!inner.maybe_empty && node.repeat == Repeat::OneOrMore) {
      set.maybe_empty = false;
      return set;
    }
    if (++looked_at > kMaxSet) return set;
  }
  return set;
}

constexpr bool anything_may_follow(Fragment fragment) {
  switch (fragment) {
    case Fragment::Block:
    case Fragment::Ident:
    case Fragment::Item:
    case Fragment::Lifetime:
    case Fragment::Literal:
    case Fragment::Meta:
    case Fragment::TokenTree:
      return true;
    default:
      return false;
  }
}

// Returns what the nodes can end with.
TokenSet Checker::check(uint32_t begin, uint32_t end, const TokenSet& follow) {
  TokenSet last;
  for (uint32_t i = begin; i < end; i = nodes_[i].end) {
    const PatternNode& node = nodes_[i];
    if (node.type == PatternNode::Type::Delimited) {
      TokenSet closing;
      closing.replace(i | kClosing);
      check(i + 1, node.end, closing);
      last.clear_full();
      continue;
    }
    if (node.type == PatternNode::Type::Token ||
        (node.type == PatternNode::Type::Variable && anything_may_follow(node.fragment))) {
      last.clear_full();
      continue;
    }
    TokenSet next = first(node.end, end);
    if (next.maybe_empty) next.add_all(follow);
    if (node.type == PatternNode::Type::Sequence) {
      if (node.separator != kNone) next.add(i | kSeparator);
      TokenSet inner = check(i + 1, node.end, next);
      if (inner.maybe_empty)
        last.add_all(inner);
      else
        last = std::move(inner);
      continue;
    }
    last.replace(i);
    check_follow(last, next);
  }
  return last;
}

void Checker::check_follow(const TokenSet& last, const TokenSet& next) {
  for (const uint32_t member : last.members) {
    const PatternNode* variable = variable_of(member);
    if (variable == nullptr) continue;
    for (const uint32_t after : next.members) {
      if (may_follow(variable->fragment, after)) continue;
      const PatternNode* other = variable_of(after);
      std::string shown = other != nullptr
                              ? "$" + std::string(d_.text(other->token)) + ":" + std::string(d_.text(other->token + 2))
                              : std::string(d_.text(token_of(after)));
      const std::string fragment(d_.text(variable->token + 2));  // as it is written
      const bool sure = last.members.size() == 1 && next.members.size() == 1;
      error(token_of(after), "`$" + std::string(d_.text(variable->token)) + ":" + fragment + "` " +
                                 (sure ? "is" : "may be") + " followed by `" + shown + "`, which is not allowed for `" +
                                 fragment + "` fragments");
    }
  }
}

bool begins_type_or_word(TokenKind kind) {
  switch (kind) {
    case T::LParen:
    case T::LBracket:
    case T::Bang:
    case T::Star:
    case T::And:
    case T::AndAnd:
    case T::Question:
    case T::Lifetime:
    case T::RawLifetime:
    case T::Lt:
    case T::Shl:
    case T::ColonColon:
    case T::DollarCrate:
      return true;
    default:
      return is_word(kind) && kind != T::KwPriv;
  }
}

bool Checker::may_follow(Fragment fragment, uint32_t member) const {
  if ((member & kClosing) != 0) return true;
  const PatternNode* variable = variable_of(member);
  const TokenKind kind = variable != nullptr ? T::Eof : kind_of(member);
  switch (fragment) {
    case Fragment::Stmt:
    case Fragment::Expr:
    case Fragment::Expr2021:
      return kind == T::FatArrow || kind == T::Comma || kind == T::Semi;
    case Fragment::PatParam:
      if (kind == T::Or) return true;
      [[fallthrough]];
    case Fragment::Pat:
      return kind == T::FatArrow || kind == T::Comma || kind == T::Eq || kind == T::KwIf || kind == T::KwIn;
    case Fragment::Path:
    case Fragment::Type:
      if (variable != nullptr) return variable->fragment == Fragment::Block;
      switch (kind) {
        case T::LBrace:
        case T::LBracket:
        case T::Comma:
        case T::FatArrow:
        case T::Colon:
        case T::Eq:
        case T::Gt:
        case T::Shr:
        case T::Semi:
        case T::Or:
        case T::KwAs:
        case T::KwWhere:
          return true;
        default:
          return false;
      }
    case Fragment::Visibility:
      if (variable != nullptr)
        return variable->fragment == Fragment::Ident || variable->fragment == Fragment::Type ||
               variable->fragment == Fragment::Path;
      return kind == T::Comma || begins_type_or_word(kind);
    default:
      return true;
  }
}

}  // namespace

void check_matcher(const Definition& definition, const std::vector<PatternNode>& nodes,
                   std::vector<MacroError>* errors) {
  Checker(definition, nodes, errors).run();
}

}  // namespace rp::macros
