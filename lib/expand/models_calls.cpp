// Models of procedural macros that are called: paste, and the helpers of tokio's select!.
#include "expand/builtin_literals.h"
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
    for (uint32_t slot = input.begin; slot < input.end;) {
      uint32_t end = 0;
      if (tree.token_kind(slot) == T::LBracket && pasted_end(slot, &end)) {
        const BuiltinOutcome outcome = identifier(slot, end);
        if (outcome != BuiltinOutcome::Expanded) return outcome;
        slot = end;
        continue;
      }
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

  BuiltinOutcome identifier(uint32_t begin, uint32_t end) {
    std::string name;
    std::string part;
    TokenOrigin origin = call_.place;
    ContextId context = kRootContext;
    bool first = true;
    bool raw = false;
    bool lifetime = false;
    for (uint32_t slot = skip(skip(begin + 1) + 1); slot < end - 1; slot = skip(next_slot(tree(), slot))) {
      const T kind = tree().token_kind(slot);
      const std::string_view text = tree().token_text(slot);
      if (kind == T::Gt) break;
      if (kind == T::Colon) {
        slot = skip(slot + 1);
        const std::string_view modifier = tree().token_text(slot);
        if (modifier == "lower")
          part = in_case(part, false);
        else if (modifier == "upper")
          part = in_case(part, true);
        else if (modifier == "snake")
          part = snake(part);
        else if (modifier == "camel")
          part = camel(part);
        else
          return BuiltinOutcome::Opaque;
        continue;
      }
      name += part;
      part.clear();
      if (kind == T::Ident || is_keyword_kind(kind) || kind == T::Underscore || kind == T::Int) {
        if (text == "env" && tree().token_kind(skip(slot + 1)) == T::Bang) return BuiltinOutcome::Opaque;
        part = text;
      } else if (kind == T::RawIdent) {
        raw = raw || first;
        part = plain_identifier(text);
      } else if (kind == T::Lifetime && first) {
        lifetime = true;
        part = text.substr(1);
      } else if (kind == T::Str || kind == T::RawStr || kind == T::Char) {
        StringValue value;
        if (!decode_string(kind, text, &value)) return BuiltinOutcome::Opaque;
        part = value.bytes;
        for (char& c : part)
          if (c == '-') c = '_';
      } else {
        if (error_ != nullptr) *error_ = {"unexpected token", call_.input.source->origin(call_.input.id, slot), {}};
        return BuiltinOutcome::Failed;
      }
      if (first) {
        origin = call_.input.source->origin(call_.input.id, slot);
        context = call_.input.source->context(slot);
        first = false;
      }
    }
    name += part;
    if (name.empty()) return BuiltinOutcome::Opaque;
    if (lifetime)
      out_->push(T::Lifetime, "'" + name, origin, context);
    else if (raw)
      out_->push(T::RawIdent, "r#" + name, origin, context);
    else
      out_->push_text(name, origin, context);
    return BuiltinOutcome::Expanded;
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
