// White space between the tokens of an expansion.
#include "report/expanded_text.h"

namespace rp::expanded {
namespace {

using T = TokenKind;
using N = NodeKind;

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool is_line_doc(T kind) { return kind == T::OuterLineDoc || kind == T::InnerLineDoc; }

// Whether the lexer would read something else when the two stand side by side.
bool would_join(const TextWriter::Token& left, std::string_view left_text, const TextWriter::Token& right) {
  if (left_text.empty() || right.text.empty()) return false;
  const char a = left_text.back();
  const char b = right.text.front();
  if (is_word_byte(a)) {
    if (is_word_byte(b) || b == '"' || b == '\'' || b == '#') return true;
    // `1.` `.`, and `1` `.` `0` where no field is meant.
    return false;
  }
  if (left.kind == T::Float && a == '.') return true;
  if (is_literal(left.kind) || left.kind == T::Lifetime) return is_word_byte(b);
  switch (a) {
    case '&':
    case '|':
      return b == a || b == '=';
    case '<':
      return b == '<' || b == '=' || b == '-';
    case '>':
      return b == '>' || b == '=';
    case '-':
      return b == '=' || b == '>';
    case '=':
      return b == '=' || b == '>';
    case '/':
      return b == '/' || b == '*' || b == '=';
    case '.':
      return b == '.' || b == '=';
    case ':':
      return b == ':';
    case '!':
    case '+':
    case '*':
    case '%':
    case '^':
      return b == '=';
    case '\'':
      return is_word_byte(b);
    default:
      return false;
  }
}

// A parser splits these again where it sees two.
bool splits_again(char a, char b) { return a == b && (a == '&' || a == '<' || a == '>'); }

bool ends_operand(T kind) {
  return kind == T::Ident || kind == T::RawIdent || is_literal(kind) || kind == T::RParen || kind == T::RBracket ||
         kind == T::RBrace || kind == T::Question || kind == T::KwSelfValue || kind == T::KwSelfType;
}

bool is_generic_list(N owner) {
  return owner == N::GenericArgs || owner == N::GenericParams || owner == N::QualifiedSelf || owner == N::UseBound;
}

bool hugs_left(const TextWriter::Token& token, const TextWriter::Token& before) {
  const N owner = token.owner;
  switch (token.kind) {
    case T::Semi:
    case T::Comma:
    case T::Dot:
    case T::RParen:
    case T::RBracket:
    case T::Colon:
      return true;
    case T::Question:
      return owner == N::TryExpr;
    case T::ColonColon:
      if (before.kind == T::Gt) return before.owner == N::GenericArgs || before.owner == N::QualifiedSelf;
      return before.kind == T::Ident || before.kind == T::RawIdent || before.kind == T::KwCrate ||
             before.kind == T::KwSelfValue || before.kind == T::KwSelfType || before.kind == T::KwSuper ||
             before.kind == T::DollarCrate || before.kind == T::RParen;
    case T::LParen:
      switch (owner) {
        case N::ArgList:
        case N::ParamList:
        case N::TupleFieldList:
        case N::ParenthesizedArgs:
        case N::TupleStructPat:
        case N::Visibility:
        case N::BuiltinExpr:
        case N::BuiltinType:
        case N::DerefPat:
          return true;
        case N::TokenTree:
        case N::Attr:
          return before.kind == T::Bang || before.kind == T::Ident || before.kind == T::RawIdent;
        default:
          return false;
      }
    case T::LBracket:
      return owner == N::IndexExpr || owner == N::Attr || (owner == N::TokenTree && before.kind == T::Bang);
    case T::Lt:
      return is_generic_list(owner) && owner != N::QualifiedSelf;
    case T::Gt:
      return is_generic_list(owner);
    case T::Bang:
      return owner == N::MacroCall || owner == N::MacroRulesItem || owner == N::Attr;
    case T::DotDot:
    case T::DotDotEq:
      return (owner == N::RangeExpr || owner == N::RangePat) && ends_operand(before.kind);
    case T::Or:
      return owner == N::ClosureExpr && !token.opens;
    case T::RBrace:
      return owner == N::UseTreeList;
    default:
      return false;
  }
}

bool hugs_right(const TextWriter::Token& token) {
  const N owner = token.owner;
  switch (token.kind) {
    case T::LParen:
    case T::LBracket:
    case T::Dot:
    case T::ColonColon:
    case T::Dollar:
    case T::Tilde:
      return true;
    case T::Pound:
      return owner == N::Attr;
    case T::LBrace:
      return owner == N::UseTreeList;
    case T::Bang:
      return owner != N::MacroRulesItem && owner != N::BinaryExpr;
    case T::And:
    case T::AndAnd:
      return owner == N::RefExpr || owner == N::RefType || owner == N::RefPat || owner == N::SelfParam;
    case T::Star:
    case T::Minus:
      return owner == N::UnaryExpr || owner == N::PointerType || owner == N::LiteralExpr;
    case T::Lt:
      return is_generic_list(owner);
    case T::Question:
      return owner == N::TraitBound;
    case T::DotDot:
    case T::DotDotEq:
      return owner == N::RangeExpr || owner == N::RangePat || owner == N::RecordExpr;
    case T::Or:
      return owner == N::ClosureExpr && token.opens;
    default:
      return false;
  }
}

}  // namespace

bool TextWriter::space_before(const Token& token) const {
  if (text_.empty()) return false;
  const bool hugs = hugs_right(last_) || hugs_left(token, last_);
  if (token.kind == T::LBrace && last_.kind == T::Bang) return true;
  if (!hugs && !(last_.kind == T::LBrace && token.kind == T::RBrace)) return true;
  if (!would_join(last_, last_text_, token)) return false;
  const bool split = last_text_.size() == 1 && splits_again(last_text_[0], token.text.front()) &&
                     (is_generic_list(last_.owner) || hugs_right(last_)) && last_.kind != T::Or;
  return !split;
}

void TextWriter::begin_line() {
  line_ = false;
  if (text_.empty()) return;
  if (text_.back() != '\n') text_.push_back('\n');
  text_.append(size_t{4} * indent_, ' ');
}

uint32_t TextWriter::put(const Token& token) {
  if (line_ || is_line_doc(last_.kind)) {
    begin_line();
  } else if (space_before(token)) {
    text_.push_back(' ');
  }
  just_opened_ = false;
  const uint32_t start = size();
  text_.append(token.text);
  last_ = token;
  last_text_.assign(token.text);
  last_.text = {};
  return start;
}

void TextWriter::put_verbatim(std::string_view text) {
  if (text.empty()) return;
  if (line_ || is_line_doc(last_.kind))
    begin_line();
  else if (text.front() == '{' || last_.kind != T::Bang)
    text_.push_back(' ');
  just_opened_ = false;
  text_.append(text);
  last_ = Token();
  last_.kind = text.back() == '}' ? T::RBrace : text.back() == ')' ? T::RParen : T::RBracket;
  last_text_.assign(text.substr(text.size() - 1));
}

void TextWriter::put_comment(std::string_view text) {
  std::string safe = "/* ";
  char before = ' ';
  for (const char c : text) {
    const bool ends = (before == '*' && c == '/') || (before == '/' && c == '*');
    if (ends) safe.push_back(' ');
    safe.push_back(c == '\n' || c == '\r' ? ' ' : c);
    before = c;
  }
  safe += " */";
  const bool own_line = line_;
  put({T::BlockComment, safe, N::Fragment, false});
  line_ = own_line;
}

std::string TextWriter::take() {
  if (!text_.empty() && text_.back() != '\n') text_.push_back('\n');
  last_ = Token();
  last_text_.clear();
  indent_ = 0;
  line_ = false;
  return std::move(text_);
}

}  // namespace rp::expanded
