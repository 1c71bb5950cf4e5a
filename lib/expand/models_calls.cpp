// Models of procedural macros that are called: paste, and the helpers of tokio's select!.
#include <algorithm>

#include "expand/builtin_literals.h"
#include "expand/builtin_writer.h"
#include "expand/models.h"

namespace rp {
namespace {

using T = TokenKind;

uint32_t next_slot(const Tree& tree, uint32_t slot) { return slot + token_slots(tree.token_kind(slot)); }

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
std::string in_case(std::string_view text, bool upper) {
  std::string out(text);
  for (char& c : out) {
    if (upper && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (!upper && is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string snake(std::string_view text) {
  std::string out;
  char previous = '_';
  for (const char c : text) {
    if (is_upper(c) && previous != '_') out.push_back('_');
    out.push_back(c);
    previous = c;
  }
  return in_case(out, false);
}

std::string camel(std::string_view text) {
  std::string out;
  char previous = '_';
  for (const char c : text) {
    if (c != '_') {
      if (previous == '_')
        out += in_case({&c, 1}, true);
      else if (is_upper(previous))
        out += in_case({&c, 1}, false);
      else
        out.push_back(c);
    }
    previous = c;
  }
  return out;
}

class Paste {
 public:
  Paste(const BuiltinCall& call, TokenStream* out, MacroError* error) : call_(call), out_(out), error_(error) {}

  BuiltinOutcome run() {
    const MacroInput& input = call_.input;
    const Tree& tree = input.source->tree;
    uint32_t attribute_end = 0;
    for (uint32_t slot = input.begin; slot < input.end;) {
      uint32_t end = 0;
      BuiltinOutcome outcome = BuiltinOutcome::Expanded;
      if (tree.token_kind(slot) == T::LBracket && pasted_end(slot, &end)) {
        outcome = identifier(slot, end);
      } else if (tree.token_kind(slot) == T::Eq && slot < attribute_end && text_end(slot, &end)) {
        outcome = text(slot, end);
      }
      if (outcome != BuiltinOutcome::Expanded) return outcome;
      if (end != 0) {
        slot = end;
        continue;
      }
      if (tree.token_kind(slot) == T::Pound) attribute_end = std::max(attribute_end, end_of_attribute(slot));
      const uint32_t next = std::min(next_slot(tree, slot), input.end);
      out_->push_range(*input.source, input.id, slot, next);
      slot = next;
    }
    return BuiltinOutcome::Expanded;
  }

 private:
  [[nodiscard]] const Tree& tree() const { return call_.input.source->tree; }
  [[nodiscard]] uint32_t skip(uint32_t slot) const {
    while (slot < call_.input.end && (is_trivia(tree().token_kind(slot)) || is_group_token(tree().token_kind(slot))))
      ++slot;
    return slot;
  }
  // Whether `[< .. >]` begins at `slot`; `end` is behind it.
  bool pasted_end(uint32_t slot, uint32_t* end) const {
    const uint32_t open = skip(slot + 1);
    if (open >= call_.input.end || tree().token_kind(open) != T::Lt) return false;
    uint32_t before = open;
    for (uint32_t at = open; at < call_.input.end; at = next_slot(tree(), at)) {
      const T kind = tree().token_kind(at);
      if (kind == T::RBracket) {
        *end = at + 1;
        return tree().token_kind(before) == T::Gt && before != open;
      }
      if (kind == T::LBracket) return false;
      if (!is_trivia(kind) && !is_group_token(kind)) before = at;
    }
    return false;
  }

  // The end of the attribute whose `#` is at `slot`; `slot` when there is none.
  [[nodiscard]] uint32_t end_of_attribute(uint32_t slot) const {
    uint32_t at = skip(slot + 1);
    if (at < call_.input.end && tree().token_kind(at) == T::Bang) at = skip(at + 1);
    if (at >= call_.input.end || tree().token_kind(at) != T::LBracket) return slot;
    for (uint32_t depth = 0; at < call_.input.end; at = next_slot(tree(), at)) {
      const T kind = tree().token_kind(at);
      if (kind == T::LBracket) ++depth;
      if (kind == T::RBracket && --depth == 0) return at;
    }
    return slot;
  }

  // Whether several words and strings stand behind the `=` at `slot`, which make one string; `end` is behind them.
  bool text_end(uint32_t slot, uint32_t* end) const {
    uint32_t count = 0;
    uint32_t at = skip(slot + 1);
    while (at < call_.input.end) {
      const T kind = tree().token_kind(at);
      if (kind == T::RBracket || kind == T::RParen || kind == T::Comma) break;
      uint32_t pasted = 0;
      if (kind == T::LBracket) {
        if (!pasted_end(at, &pasted)) return false;
      } else if (kind != T::Str && kind != T::RawStr && kind != T::Int && kind != T::Colon && kind != T::Ident &&
                 kind != T::RawIdent && kind != T::Underscore && !is_keyword_kind(kind)) {
        return false;
      }
      ++count;
      at = skip(pasted != 0 ? pasted : next_slot(tree(), at));
    }
    if (count < 2) return false;
    *end = at;
    return true;
  }

  // `= "a" b:upper "c"`: one string.
  BuiltinOutcome text(uint32_t equals, uint32_t end) {
    Pasted pasted;
    const BuiltinOutcome outcome = collect(skip(equals + 1), end, true, &pasted);
    if (outcome != BuiltinOutcome::Expanded) return outcome;
    out_->push_range(*call_.input.source, call_.input.id, equals, equals + 1);
    out_->push(T::Str, quote_string(pasted.text), pasted.origin, pasted.context);
    return BuiltinOutcome::Expanded;
  }

  BuiltinOutcome identifier(uint32_t begin, uint32_t end) {
    Pasted pasted;
    const BuiltinOutcome outcome = collect(skip(skip(begin + 1) + 1), end - 1, false, &pasted);
    if (outcome != BuiltinOutcome::Expanded) return outcome;
    if (pasted.text.empty()) return BuiltinOutcome::Opaque;
    if (pasted.lifetime)
      out_->push(T::Lifetime, "'" + pasted.text, pasted.origin, pasted.context);
    else if (pasted.raw)
      out_->push(T::RawIdent, "r#" + pasted.text, pasted.origin, pasted.context);
    else
      out_->push_text(pasted.text, pasted.origin, pasted.context);
    return BuiltinOutcome::Expanded;
  }

  struct Pasted {
    std::string text;
    TokenOrigin origin;
    ContextId context = kRootContext;
    bool raw = false;
    bool lifetime = false;
  };

  // What the words and literals from `begin` on make, up to `>` or `end`. In a string of an attribute, literals count
  // as they are and names that are pasted may be among them.
  BuiltinOutcome collect(uint32_t begin, uint32_t end, bool in_attribute, Pasted* out) {
    std::string part;
    out->origin = call_.place;
    bool first = true;
    for (uint32_t slot = begin; slot < end; slot = skip(slot)) {
      const T kind = tree().token_kind(slot);
      const std::string_view text = tree().token_text(slot);
      const uint32_t at = slot;
      slot = next_slot(tree(), slot);
      if (kind == T::Gt) break;
      if (kind == T::Colon) {
        slot = skip(slot);
        if (slot >= end || !modify(tree().token_text(slot), &part)) return BuiltinOutcome::Opaque;
        slot = next_slot(tree(), slot);
        continue;
      }
      out->text += part;
      part.clear();
      if (kind == T::Ident || is_keyword_kind(kind) || kind == T::Underscore || kind == T::Int) {
        if (text == "env" && tree().token_kind(skip(slot)) == T::Bang) return BuiltinOutcome::Opaque;
        part = text;
      } else if (kind == T::RawIdent) {
        out->raw = out->raw || first;
        part = plain_identifier(text);
      } else if (kind == T::Lifetime && first) {
        out->lifetime = true;
        part = text.substr(1);
      } else if (kind == T::Str || kind == T::RawStr || kind == T::Char) {
        StringValue value;
        if (!decode_string(kind, text, &value)) return BuiltinOutcome::Opaque;
        part = value.bytes;
        if (!in_attribute) std::replace(part.begin(), part.end(), '-', '_');
      } else if (uint32_t pasted_to = 0; in_attribute && kind == T::LBracket && pasted_end(at, &pasted_to)) {
        Pasted inner;
        const BuiltinOutcome outcome = collect(skip(skip(at + 1) + 1), pasted_to - 1, false, &inner);
        if (outcome != BuiltinOutcome::Expanded) return outcome;
        part = inner.text;
        slot = pasted_to;
      } else {
        if (error_ != nullptr) *error_ = {"unexpected token", call_.input.source->origin(call_.input.id, at), {}};
        return BuiltinOutcome::Failed;
      }
      if (first) {
        out->origin = call_.input.source->origin(call_.input.id, at);
        out->context = call_.input.source->context(at);
        first = false;
      }
    }
    out->text += part;
    return BuiltinOutcome::Expanded;
  }

  static bool modify(std::string_view modifier, std::string* part) {
    if (modifier == "lower")
      *part = in_case(*part, false);
    else if (modifier == "upper")
      *part = in_case(*part, true);
    else if (modifier == "snake")
      *part = snake(*part);
    else if (modifier == "camel")
      *part = camel(*part);
    else
      return false;
    return true;
  }

  const BuiltinCall& call_;
  TokenStream* out_;
  MacroError* error_;
};

}  // namespace

BuiltinOutcome model_paste(const BuiltinCall& call, BuiltinContext&, TokenStream* out, MacroError* error) {
  return Paste(call, out, error).run();
}

// `(_ _ _)`: an enum with a variant for each, and the integer that has a bit for each.
BuiltinOutcome model_tokio_output_enum(const BuiltinCall& call, BuiltinContext&, TokenStream* out, MacroError*) {
  const Tree& tree = call.input.source->tree;
  uint32_t count = 0;
  for (uint32_t slot = call.input.begin; slot < call.input.end; slot = next_slot(tree, slot))
    if (tree.token_kind(slot) == T::Underscore) ++count;
  if (count > 64) return BuiltinOutcome::Opaque;
  TokenWriter w(out, *call.input.source, call.input.id, call.place, kRootContext);
  std::string names;
  std::string variants;
  for (uint32_t i = 0; i < count; ++i) {
    const std::string name = "_" + std::to_string(i);
    names += (i == 0 ? "" : ", ") + name;
    variants += name + "(" + name + "), ";
  }
  const char* mask = count <= 8 ? "u8" : count <= 16 ? "u16" : count <= 32 ? "u32" : "u64";
  w.put("pub(super) enum Out<" + names + "> {" + variants + "Disabled, } pub(super) type Mask =", mask, ";");
  return BuiltinOutcome::Expanded;
}

// The pattern without `ref` and `mut`.
BuiltinOutcome model_tokio_clean_pattern(const BuiltinCall& call, BuiltinContext&, TokenStream* out, MacroError*) {
  const MacroInput& input = call.input;
  const Tree& tree = input.source->tree;
  for (uint32_t slot = input.begin; slot < input.end;) {
    const uint32_t next = std::min(next_slot(tree, slot), input.end);
    const T kind = tree.token_kind(slot);
    if (kind != T::KwRef && kind != T::KwMut) out->push_range(*input.source, input.id, slot, next);
    slot = next;
  }
  return BuiltinOutcome::Expanded;
}

}  // namespace rp
