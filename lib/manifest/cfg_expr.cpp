#include "manifest/cfg_expr.h"

#include <algorithm>
#include <utility>

namespace rp::manifest {
namespace {

enum class TokenKind : uint8_t { End, Open, Close, Comma, Equals, Identifier, String, Bad };

struct Token {
  TokenKind kind = TokenKind::End;
  std::string_view text;  // of an identifier (without r#) or a string (without quotes)
  bool raw = false;
  Span span;
};

bool is_identifier_start(char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_identifier_part(char c) { return is_identifier_start(c) || (c >= '0' && c <= '9'); }

class Tokens {
 public:
  explicit Tokens(std::string_view text) : text_(text) { advance(); }
  [[nodiscard]] const Token& now() const { return now_; }
  void advance() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    const size_t start = at_;
    now_ = {};
    if (at_ < text_.size()) read();
    now_.span = {static_cast<uint32_t>(start), static_cast<uint32_t>(at_)};
  }

 private:
  void read() {
    const char c = text_[at_++];
    switch (c) {
      case '(':
        now_.kind = TokenKind::Open;
        return;
      case ')':
        now_.kind = TokenKind::Close;
        return;
      case ',':
        now_.kind = TokenKind::Comma;
        return;
      case '=':
        now_.kind = TokenKind::Equals;
        return;
      case '"': {
        const size_t end = text_.find('"', at_);
        now_.kind = end == std::string_view::npos ? TokenKind::Bad : TokenKind::String;
        now_.text = text_.substr(at_, end - at_);
        at_ = end == std::string_view::npos ? text_.size() : end + 1;
        return;
      }
      default:
        break;
    }
    now_.kind = TokenKind::Bad;
    if (!is_identifier_start(c)) return;
    size_t start = at_ - 1;
    if (c == 'r' && at_ < text_.size() && text_[at_] == '#') {
      if (at_ + 1 >= text_.size() || !is_identifier_start(text_[at_ + 1])) return;
      now_.raw = true;
      start = ++at_;
    }
    while (at_ < text_.size() && is_identifier_part(text_[at_])) ++at_;
    now_.kind = TokenKind::Identifier;
    now_.text = text_.substr(start, at_ - start);
  }

  std::string_view text_;
  size_t at_ = 0;
  Token now_;
};

// Keeps a stack of the lists that are open instead of recursing.
class Parser {
 public:
  Parser(std::string_view text, CfgError* error) : tokens_(text), error_(error) {}

  bool run(std::vector<CfgNode>* nodes) {
    nodes_ = nodes;
    do {
      if (!operand()) return false;
    } while (!open_.empty());
    if (tokens_.now().kind != TokenKind::End) return fail("expected the end of the condition");
    return true;
  }

 private:
  // One operand, and all lists that end with it.
  bool operand() {
    const Token token = tokens_.now();
    if (token.kind == TokenKind::Close && !open_.empty() && may_close_) return close_lists();
    if (token.kind != TokenKind::Identifier) {
      return fail(token.kind == TokenKind::Bad ? "this is neither a name nor a string" : "expected a condition");
    }
    if (!token.raw && (token.text == "all" || token.text == "any" || token.text == "not")) return open_list(token);
    tokens_.advance();
    CfgNode node;
    node.span = token.span;
    node.fact.key = token.text;
    node.raw = token.raw;
    if (tokens_.now().kind == TokenKind::Equals) {
      tokens_.advance();
      if (tokens_.now().kind != TokenKind::String) return fail("expected a string after `=`");
      node.fact.value = tokens_.now().text;
      node.fact.has_value = true;
      node.span.end = tokens_.now().span.end;
      tokens_.advance();
    } else if (!token.raw && token.text == "true") {
      node.kind = CfgNode::Kind::True;
    } else if (!token.raw && token.text == "false") {
      node.kind = CfgNode::Kind::False;
    }
    node.end = static_cast<uint32_t>(nodes_->size()) + 1;
    nodes_->push_back(node);
    return after_operand();
  }

  bool open_list(const Token& token) {
    if (open_.size() == kMaxCfgDepth) return fail("the condition is nested too deep");
    CfgNode node;
    node.kind = token.text == "all"   ? CfgNode::Kind::All
                : token.text == "any" ? CfgNode::Kind::Any
                                      : CfgNode::Kind::Not;
    node.span = token.span;
    tokens_.advance();
    if (tokens_.now().kind != TokenKind::Open) return fail("expected `(`");
    tokens_.advance();
    open_.push_back(static_cast<uint32_t>(nodes_->size()));
    may_close_ = node.kind != CfgNode::Kind::Not;
    nodes_->push_back(node);
    return true;
  }

  bool after_operand() {
    if (open_.empty()) return true;
    const bool list = (*nodes_)[open_.back()].kind != CfgNode::Kind::Not;
    if (list && tokens_.now().kind == TokenKind::Comma) {
      tokens_.advance();
      may_close_ = true;
      return true;
    }
    if (tokens_.now().kind != TokenKind::Close) return fail(list ? "expected `,` or `)`" : "expected `)`");
    return close_lists();
  }

  // At the `)` of the innermost list.
  bool close_lists() {
    CfgNode& node = (*nodes_)[open_.back()];
    node.end = static_cast<uint32_t>(nodes_->size());
    node.span.end = tokens_.now().span.end;
    open_.pop_back();
    tokens_.advance();
    return after_operand();  // at most kMaxCfgDepth deep
  }

  bool fail(std::string message) {
    if (error_ != nullptr) *error_ = {std::move(message), tokens_.now().span};
    return false;
  }

  Tokens tokens_;
  CfgError* error_;
  std::vector<CfgNode>* nodes_ = nullptr;
  std::vector<uint32_t> open_;
  bool may_close_ = false;
};

void append_node(std::string& out, const CfgNode& node) {
  switch (node.kind) {
    case CfgNode::Kind::All:
      out += "all(";
      return;
    case CfgNode::Kind::Any:
      out += "any(";
      return;
    case CfgNode::Kind::Not:
      out += "not(";
      return;
    case CfgNode::Kind::True:
      out += "true";
      return;
    case CfgNode::Kind::False:
      out += "false";
      return;
    case CfgNode::Kind::Fact:
      break;
  }
  if (node.raw) out += "r#";
  out += node.fact.key;
  if (node.fact.has_value) out.append(" = \"").append(node.fact.value).append("\"");
}

bool is_list(const CfgNode& node) {
  return node.kind == CfgNode::Kind::All || node.kind == CfgNode::Kind::Any || node.kind == CfgNode::Kind::Not;
}

}  // namespace

std::optional<CfgExpr> CfgExpr::parse(std::string_view text, CfgError* error) {
  CfgExpr expr;
  if (!Parser(text, error).run(&expr.nodes_)) return std::nullopt;
  return expr;
}

// From the last node to the first: the operands of a node are known when it is reached.
bool CfgExpr::holds(std::span<const CfgFact> facts) const {
  std::vector<char> value(nodes_.size());
  for (size_t i = nodes_.size(); i-- > 0;) {
    const CfgNode& node = nodes_[i];
    const bool all = node.kind == CfgNode::Kind::All;
    switch (node.kind) {
      case CfgNode::Kind::True:
        value[i] = 1;
        break;
      case CfgNode::Kind::False:
        value[i] = 0;
        break;
      case CfgNode::Kind::Not:
        value[i] = value[i + 1] == 0;
        break;
      case CfgNode::Kind::Fact:
        value[i] = std::find(facts.begin(), facts.end(), node.fact) != facts.end();
        break;
      case CfgNode::Kind::All:
      case CfgNode::Kind::Any: {
        bool result = all;
        for (size_t child = i + 1; child < node.end; child = nodes_[child].end) {
          if ((value[child] != 0) != all) result = !all;
        }
        value[i] = result;
        break;
      }
    }
  }
  return !value.empty() && value[0] != 0;
}

bool Platform::matches(std::string_view target_name, std::span<const CfgFact> facts) const {
  return condition ? condition->holds(facts) : text == target_name;
}

std::optional<Platform> parse_platform(std::string_view text, CfgError* error) {
  Platform platform;
  platform.text = text;
  if (text.starts_with("cfg(") && text.ends_with(')')) {
    CfgError inner;
    platform.condition = CfgExpr::parse(text.substr(4, text.size() - 5), &inner);
    if (platform.condition) return platform;
    if (error != nullptr) *error = {std::move(inner.message), {inner.span.begin + 4, inner.span.end + 4}};
    return std::nullopt;
  }
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    // Letters beyond ASCII are names to cargo as well; no target has them, so they only never match.
    const bool fits = is_identifier_part(c) || c == '-' || c == '.' || static_cast<unsigned char>(c) >= 0x80;
    if (fits) continue;
    if (error != nullptr) {
      const bool condition = text.find('(') != std::string_view::npos;
      *error = {condition ? "a condition must be written cfg(…)" : "a target's name has letters, digits, `-`, `_`, `.`",
                {static_cast<uint32_t>(i), static_cast<uint32_t>(i + 1)}};
    }
    return std::nullopt;
  }
  return platform;
}

std::string to_string(const Platform& platform) {
  if (!platform.condition) return std::string(platform.text);
  std::string out = "cfg(";
  const std::span<const CfgNode> nodes = platform.condition->nodes();
  std::vector<uint32_t> ends;
  for (size_t i = 0; i < nodes.size(); ++i) {
    append_node(out, nodes[i]);
    if (is_list(nodes[i])) ends.push_back(nodes[i].end);
    bool closed = !is_list(nodes[i]) || nodes[i].end == i + 1;
    while (!ends.empty() && ends.back() == i + 1) {
      out += ')';
      ends.pop_back();
    }
    if (closed && i + 1 < nodes.size()) out += ", ";
  }
  return out + ")";
}

std::string_view useless_cfg_name(const CfgExpr& expr) {
  for (const CfgNode& node : expr.nodes()) {
    if (node.kind != CfgNode::Kind::Fact) continue;
    const std::string_view key = node.fact.key;
    if (node.fact.has_value ? key == "feature" : key == "test" || key == "debug_assertions" || key == "proc_macro")
      return key;
  }
  return {};
}

}  // namespace rp::manifest
