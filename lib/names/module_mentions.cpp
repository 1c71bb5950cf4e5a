#include "names/module_mentions.h"

#include <algorithm>
#include <utility>

#include "manifest/reader.h"
#include "syntax/lexer.h"

namespace rp {
namespace {

using T = TokenKind;

// Steps over the tokens of a text, comments left out.
class TokenReader {
 public:
  TokenReader(std::string_view text, const TokenBuffer& tokens) : text_(text), tokens_(tokens) { skip(); }
  [[nodiscard]] bool at_end() const { return slot_ >= tokens_.count; }
  [[nodiscard]] T kind() const { return tokens_.kinds[slot_]; }
  [[nodiscard]] std::string_view text() const {
    const uint32_t end =
        token_end(text_, tokens_.starts.data(), tokens_.count, tokens_.unterminated_tail, slot_, tokens_.kinds[slot_]);
    return text_.substr(tokens_.starts[slot_], end - tokens_.starts[slot_]);
  }
  void next() {
    slot_ += token_slots(tokens_.kinds[slot_]);
    skip();
  }

 private:
  void skip() {
    while (!at_end() && is_trivia(tokens_.kinds[slot_])) ++slot_;
  }
  std::string_view text_;
  const TokenBuffer& tokens_;
  uint32_t slot_ = 0;
};

std::string_view plain_name(std::string_view name) { return name.starts_with("r#") ? name.substr(2) : name; }

// Identifiers, and keywords that are names where the grammar has no use for them.
bool is_name(T kind) {
  switch (kind) {
    case T::Ident:
    case T::RawIdent:
#define RP_WEAK_KEYWORD(name, text) case T::name:
#include "syntax/token_kinds.def"
      return true;
    default:
      return false;
  }
}

class MentionReader {
 public:
  MentionReader(std::string_view path, Mentions* out) : folder_(manifest::path_parent(path)), out_(out) {
    std::string_view name = path.substr(path.rfind('/') + 1);
    if (name.ends_with(".rs")) name.remove_suffix(3);
    stem_ = name;
  }

  void run(TokenReader in) {
    for (; !in.at_end(); in.next()) {
      token(in.kind(), in.text());
      before_[2] = before_[1];
      before_[1] = before_[0];
      before_[0] = {in.kind(), in.text()};
    }
  }

 private:
  struct Token {
    T kind = T::Eof;
    std::string_view text;
  };

  void token(T kind, std::string_view text) {
    switch (kind) {
      case T::LBrace:
        if (is_name(before_[0].kind) && before_[1].kind == T::KwMod)
          inline_.emplace_back(depth_, plain_name(before_[0].text));
        ++depth_;
        break;
      case T::RBrace:
        if (depth_ > 0) --depth_;
        while (!inline_.empty() && inline_.back().first >= depth_) inline_.pop_back();
        break;
      case T::Semi:
        if (is_name(before_[0].kind) && before_[1].kind == T::KwMod) module(plain_name(before_[0].text));
        in_use_ = false;
        break;
      case T::KwUse:
        in_use_ = true;
        break;
      case T::Str:
      case T::RawStr:
        if (before_[0].kind == T::Eq && before_[1].text == "path") named(text);
        if (before_[0].kind == T::LParen && before_[1].kind == T::Bang && before_[2].text == "include") named(text);
        break;
      case T::ColonColon:
        // `::a` begins with the next name, `a::b::c` with `a`.
        if (is_name(before_[0].kind) && before_[1].kind != T::ColonColon) head(before_[0].text);
        if (is_name(before_[0].kind) && before_[1].kind == T::ColonColon && !continues_path(before_[2]))
          head(before_[0].text);
        break;
      default:
        if (is_name(kind) && (before_[0].kind == T::KwUse || before_[0].kind == T::KwCrate)) head(text);
        if (is_name(kind) && before_[0].kind == T::ColonColon && before_[1].kind == T::KwUse) head(text);
        if (is_name(kind) && in_use_ && (before_[0].kind == T::LBrace || before_[0].kind == T::Comma)) head(text);
        break;
    }
  }

  static bool continues_path(const Token& token) {
    return is_name(token.kind) || token.kind == T::Gt || token.kind == T::KwSelfType || token.kind == T::KwSelfValue ||
           token.kind == T::KwSuper || token.kind == T::KwCrate;
  }

  void head(std::string_view name) { out_->heads.push_back(plain_name(name)); }

  [[nodiscard]] std::string inside(std::string folder) const {
    for (const auto& [depth, name] : inline_) folder = manifest::join_path(folder, name);
    return folder;
  }

  // The file may stand for a module of its own name, or for the folder it lies in.
  void module(std::string_view name) {
    for (const std::string& base : {inside(folder_), inside(manifest::join_path(folder_, stem_))}) {
      out_->files.push_back(manifest::join_path(base, std::string(name) + ".rs"));
      out_->files.push_back(manifest::join_path(base, std::string(name) + "/mod.rs"));
    }
  }

  // By a string; one with escapes is left out.
  void named(std::string_view literal) {
    const size_t begin = literal.find('"');
    const size_t end = literal.rfind('"');
    if (begin == std::string_view::npos || begin == end) return;
    const std::string_view name = literal.substr(begin + 1, end - begin - 1);
    if (name.find('\\') != std::string_view::npos) return;
    out_->files.push_back(manifest::join_path(folder_, name));
    if (inline_.empty()) return;
    out_->files.push_back(manifest::join_path(inside(folder_), name));
    out_->files.push_back(manifest::join_path(inside(manifest::join_path(folder_, stem_)), name));
  }

  std::string folder_;
  std::string stem_;
  Mentions* out_;
  Token before_[3];
  uint32_t depth_ = 0;
  bool in_use_ = false;
  std::vector<std::pair<uint32_t, std::string_view>> inline_;  // modules with braces around: depth and name
};

// ---- A quick look: what is not plain ASCII, and comments, are in doubt
// -----------------------------------------------

bool is_word_byte(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

size_t behind_spaces(std::string_view text, size_t at) {
  return std::min(text.find_first_not_of(" \t\r\n", at), text.size());
}

// Neither a letter nor anything that has a meaning for the grammar where a space may stand.
bool is_doubtful(char c) { return c == '/' || c == '\v' || c == '\f' || static_cast<unsigned char>(c) >= 0x80; }

// Whether `mod` at `at` may be a declaration that a file belongs to: all but `mod name {`.
bool may_declare_module(std::string_view text, size_t at) {
  if (at > 0 && is_word_byte(text[at - 1])) return false;
  const size_t name = behind_spaces(text, at + 3);
  if (name == text.size()) return false;
  if (name == at + 3 && !is_doubtful(text[name])) return false;
  size_t end = name;
  while (end < text.size() && is_word_byte(text[end])) ++end;
  const size_t behind = behind_spaces(text, end);
  return end == name || (behind < text.size() && text[behind] != '{');
}

}  // namespace

bool may_mention_files(std::string_view text) {
  if (text.find("include") != std::string_view::npos) return true;
  for (size_t at = text.find("path"); at != std::string_view::npos; at = text.find("path", at + 4)) {
    const size_t behind = behind_spaces(text, at + 4);
    if (behind < text.size() && (text[behind] == '=' || is_doubtful(text[behind]))) return true;
  }
  for (size_t at = text.find("mod"); at != std::string_view::npos; at = text.find("mod", at + 3))
    if (may_declare_module(text, at)) return true;
  return false;
}

Mentions read_mentions(std::string_view path, std::string_view text, const Cancellation* cancellation) {
  LexOptions options;
  options.cancellation = cancellation;
  const TokenBuffer tokens = lex(text, options);
  Mentions mentions;
  MentionReader(path, &mentions).run(TokenReader(text, tokens));
  return mentions;
}

}  // namespace rp
