// Token trees as text. What stands between two of them: the source's white space where it wrote both, else a table.
#include <vector>

#include "expand/print_code.h"

namespace rp {
namespace {

using T = TokenKind;

bool is_opener(T kind) { return kind == T::LParen || kind == T::LBracket || kind == T::LBrace; }
bool is_closer(T kind) { return kind == T::RParen || kind == T::RBracket || kind == T::RBrace; }
bool is_word(T kind) { return kind == T::Ident || kind == T::RawIdent || is_keyword_kind(kind); }

// Words that are no names, whatever the edition.
bool is_reserved(T kind) {
  switch (kind) {
    case T::KwAuto:
    case T::KwBikeshed:
    case T::KwBuiltin:
    case T::KwContractEnsures:
    case T::KwContractRequires:
    case T::KwDefault:
    case T::KwMacroRules:
    case T::KwPin:
    case T::KwRaw:
    case T::KwReuse:
    case T::KwSafe:
    case T::KwUnion:
    case T::KwYeet:
      return false;
    default:
      return is_keyword_kind(kind) || kind == T::Underscore;
  }
}

bool is_punctuation(T kind) {
  return kTokenKindInfo[static_cast<size_t>(kind)].is_punct && !is_opener(kind) && !is_closer(kind) &&
         kind != T::Underscore;
}

// A token or, by its opening delimiter, a group.
struct Piece {
  T kind = T::Eof;
  bool group = false;
  uint32_t last = 0;  // the slot of its last token
};

bool space_between(const Piece& a, const Piece& b) {
  const bool a_punctuation = !a.group && is_punctuation(a.kind);
  if (!a.group && (a.kind == T::OuterLineDoc || a.kind == T::InnerLineDoc)) return false;
  if (!a.group && a.kind == T::Dot && (b.group || !is_punctuation(b.kind))) return false;
  if (!a.group && a.kind == T::Dollar && !b.group && is_word(b.kind)) return false;
  if (!b.group && (b.kind == T::Comma || b.kind == T::Semi || b.kind == T::Dot) && !a_punctuation) return false;
  if (!a.group && is_word(a.kind)) {
    if (!b.group && b.kind == T::Bang && !is_reserved(a.kind)) return false;
    const bool callable = !is_reserved(a.kind) || a.kind == T::KwFn || a.kind == T::KwSelfType || a.kind == T::KwPub;
    if (b.group && b.kind == T::LParen && callable) return false;
  }
  return a.group || a.kind != T::Pound || !b.group || b.kind != T::LBracket;
}

class TokenPrinter {
 public:
  TokenPrinter(const Source& source, SourceId id, LinePrinter* out)
      : source_(source), tree_(source.tree), id_(id), out_(*out) {}

  void run(uint32_t begin, uint32_t end) {
    frames_.push_back({});
    for (uint32_t slot = begin; slot < end; slot += token_slots(tree_.token_kind(slot))) {
      const T kind = tree_.token_kind(slot);
      if (is_trivia(kind) || kind == T::Eof || kind == T::VirtualCloser) continue;
      if (is_closer(kind) || kind == T::GroupClose) {
        close(slot, kind);
        continue;
      }
      const bool group = is_opener(kind) || is_group_open(kind);
      separate({kind, group, slot}, slot);
      if (group) {
        open(slot, kind, end);
        continue;
      }
      out_.word(tree_.token_text(slot));
      if (is_doc_comment(kind)) out_.line_break();
      frames_.back().previous = {kind, false, slot};
      frames_.back().any = true;
    }
    while (frames_.size() > 1) close(end, T::Eof);
  }

 private:
  struct Frame {
    T opener = T::Eof;
    bool any = false;
    bool blanks = false;  // inside of braces
    Piece previous;
  };

  void open(uint32_t slot, T kind, uint32_t end) {
    Frame frame;
    frame.opener = kind;
    if (kind == T::LBrace) {
      out_.word("{");
      const uint32_t next = next_slot(slot, end);
      const bool empty = next >= end || is_closer(tree_.token_kind(next));
      frame.blanks = !empty && !joined(slot, next);
      if (frame.blanks) out_.space();
    } else if (kind == T::LParen || kind == T::LBracket) {
      out_.word(tree_.token_text(slot));
    }
    out_.open_inconsistent();
    frames_.push_back(frame);
  }

  [[nodiscard]] uint32_t next_slot(uint32_t slot, uint32_t end) const {
    uint32_t next = slot + token_slots(tree_.token_kind(slot));
    while (next < end && is_trivia(tree_.token_kind(next)) && !is_doc_comment(tree_.token_kind(next)))
      next += token_slots(tree_.token_kind(next));
    return next;
  }

  // Whether both are written in a file, and nothing between them. What a macro's definition puts there is never so.
  [[nodiscard]] bool joined(uint32_t first, uint32_t second) const {
    if (is_group_token(tree_.token_kind(first)) || second >= tree_.slot_count()) return false;
    if (source_.context(first) != kRootContext || source_.context(second) != kRootContext) return false;
    const TokenOrigin a = source_.origin(id_, first);
    const TokenOrigin b = source_.origin(id_, second);
    return a.source == b.source && a.offset + tree_.token_text(first).size() == b.offset;
  }

  void separate(const Piece& next, uint32_t slot) {
    const Frame& frame = frames_.back();
    if (frame.any && !joined(frame.previous.last, slot) && space_between(frame.previous, next)) out_.space();
    if (next.kind == T::LBrace && next.group) out_.open_consistent(LinePrinter::kIndent);
  }

  void close(uint32_t slot, T kind) {
    if (frames_.size() == 1) return;  // a closer that nothing opens
    const Frame frame = frames_.back();
    frames_.pop_back();
    out_.close();
    if (frame.opener == T::LBrace) {
      if (frame.blanks) out_.space_before_close(-LinePrinter::kIndent);
      out_.word("}");
      out_.close();
    } else if (kind != T::Eof && !is_group_token(kind)) {
      out_.word(tree_.token_text(slot));
    }
    frames_.back().previous = {frame.opener, true, slot};
    frames_.back().any = true;
  }

  const Source& source_;
  const Tree& tree_;
  SourceId id_;
  LinePrinter& out_;
  std::vector<Frame> frames_;
};

}  // namespace

void print_tokens(const Source& source, SourceId id, uint32_t begin, uint32_t end, LinePrinter* out) {
  TokenPrinter(source, id, out).run(begin, end);
}

void print_delimited(const Source& source, SourceId id, uint32_t open, uint32_t end, bool header, LinePrinter* out) {
  const Tree& tree = source.tree;
  const T kind = tree.token_kind(open);
  const uint32_t last = end > open + 1 && is_closer(tree.token_kind(end - 1)) ? end - 1 : end;
  bool empty = true;
  for (uint32_t slot = open + 1; slot < last; ++slot) empty &= is_trivia(tree.token_kind(slot));
  out->word(tree.token_text(open));
  const bool blanks = kind == T::LBrace && header && !empty;
  if (blanks) out->space();
  out->open_inconsistent();
  print_tokens(source, id, open + 1, last, out);
  out->close();
  if (blanks) out->space_before_close(-LinePrinter::kIndent);
  out->word(kind == T::LParen ? ")" : kind == T::LBracket ? "]" : "}");
}

}  // namespace rp
