// The macros that rustc implements itself, by name.
#include <algorithm>
#include <iterator>

#include "expand/builtin_calls.h"
#include "expand/print_code.h"
#include "syntax/lexer.h"
#include "syntax/parser.h"

namespace rp {
namespace {

using K = NodeKind;
using T = TokenKind;

using Call = const BuiltinCall&;
using Context = BuiltinContext&;

uint32_t next_slot(const Tree& tree, uint32_t slot) { return slot + token_slots(tree.token_kind(slot)); }

uint32_t skip_trivia(const Tree& tree, uint32_t slot, uint32_t end) {
  while (slot < end && is_trivia(tree.token_kind(slot))) ++slot;
  return slot;
}

// The slot behind the token or delimited group at `slot`.
uint32_t over_tree(const Tree& tree, uint32_t slot, uint32_t end) {
  uint32_t depth = 0;
  do {
    const T kind = tree.token_kind(slot);
    if (kind == T::LParen || kind == T::LBracket || kind == T::LBrace || is_group_open(kind)) ++depth;
    if (kind == T::RParen || kind == T::RBracket || kind == T::RBrace || kind == T::GroupClose) {
      if (depth > 0) --depth;
    }
    slot = next_slot(tree, slot);
  } while (depth > 0 && slot < end);
  return std::min(slot, end);
}

BuiltinOutcome put_string(Call call, Context context, TokenStream* out, std::string_view text) {
  TokenWriter w = builtin_writer(call, context, out);
  w.put(QuotedText{text});
  return BuiltinOutcome::Expanded;
}

// ---- Strings ------------------------------------------------------------------------------------------------------

std::string without_suffix(T kind, std::string_view text) {
  if (kind == T::Int) {
    const auto decimal = decimal_of_integer(text);
    return decimal ? *decimal : std::string(text);
  }
  for (const std::string_view suffix : {"f16", "f32", "f64", "f128"})
    if (text.ends_with(suffix)) text.remove_suffix(suffix.size());
  std::string out;
  for (const char c : text)
    if (c != '_') out.push_back(c);
  return out;
}

BuiltinOutcome concat(Call call, Context context, TokenStream* out, MacroError* error) {
  CallArguments arguments;
  if (!read_arguments(call, context, &arguments, error)) return BuiltinOutcome::Failed;
  std::string text;
  for (const NodeId node : arguments.nodes) {
    LiteralArgument literal;
    switch (literal_argument(call, context, arguments.tree, node, &literal)) {
      case LiteralResult::Unknown:
        return BuiltinOutcome::Opaque;
      case LiteralResult::NotLiteral:
        return builtin_failure(
            error, call.input.source->origin(call.input.id, call.input.begin + arguments.tree.first_slot(node)),
            "expected a literal", "only literals (like `\"foo\"`, `-42` and `3.14`) can be passed to `concat!()`");
      case LiteralResult::Literal:
        break;
    }
    if (literal.negative) text.push_back('-');
    if (literal.kind == T::Str || literal.kind == T::RawStr || literal.kind == T::Char) {
      StringValue value;
      if (!decode_string(literal.kind, literal.text, &value)) return BuiltinOutcome::Opaque;
      text += value.bytes;
    } else if (literal.kind == T::KwTrue || literal.kind == T::KwFalse) {
      text += literal.text;
    } else if (literal.kind >= T::Int && literal.kind <= T::FloatTrailingDot) {
      text += without_suffix(literal.kind, literal.text);
    } else {
      return builtin_failure(error, literal.origin,
                             literal.kind == T::CStr || literal.kind == T::RawCStr
                                 ? "cannot concatenate a C string literal"
                                 : "cannot concatenate a byte string literal");
    }
  }
  return put_string(call, context, out, text);
}

std::string quote_bytes(std::string_view bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "b\"";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n')
      out += "\\n";
    else if (c == '\r')
      out += "\\r";
    else if (c == '\t')
      out += "\\t";
    else if (c == '"' || c == '\\' || c == '\'')
      (out += '\\') += c;
    else if (byte >= 0x20 && byte < 0x7f)
      out += c;
    else
      ((out += "\\x") += kHex[byte >> 4]) += kHex[byte & 15];
  }
  return out + "\"";
}

// One byte or a string of bytes; arrays of them are looked into by the caller.
bool bytes_of(const LiteralArgument& literal, std::string* bytes) {
  if (literal.kind == T::Byte || literal.kind == T::ByteStr || literal.kind == T::RawByteStr) {
    StringValue value;
    if (!decode_string(literal.kind, literal.text, &value)) return false;
    *bytes += value.bytes;
    return true;
  }
  if (literal.kind != T::Int) return false;
  const auto number = decimal_of_integer(literal.text);
  if (!number || number->size() > 3 || std::stoi(*number) > 255) return false;
  bytes->push_back(static_cast<char>(static_cast<unsigned char>(std::stoi(*number))));
  return true;
}

BuiltinOutcome concat_bytes(Call call, Context context, TokenStream* out, MacroError* error) {
  CallArguments arguments;
  if (!read_arguments(call, context, &arguments, error)) return BuiltinOutcome::Failed;
  const Tree& tree = arguments.tree;
  std::vector<NodeId> parts;
  for (const NodeId node : arguments.nodes) {
    if (tree.kind(node) == K::ArrayExpr) {
      for (NodeId element = tree.first_child(node); element; element = tree.next_sibling(element))
        parts.push_back(element);
    } else if (tree.kind(node) == K::ArrayRepeatExpr) {
      return BuiltinOutcome::Opaque;
    } else {
      parts.push_back(node);
    }
  }
  std::string bytes;
  for (const NodeId node : parts) {
    LiteralArgument literal;
    const LiteralResult result = literal_argument(call, context, tree, node, &literal);
    if (result == LiteralResult::Unknown) return BuiltinOutcome::Opaque;
    if (result == LiteralResult::NotLiteral || literal.negative || !bytes_of(literal, &bytes))
      return builtin_failure(
          error, literal.origin, "expected a byte literal",
          "only byte literals (like `b\"foo\"`, `b's'` and `[3, 4, 5]`) can be passed to `concat_bytes!()`");
  }
  builtin_writer(call, context, out).put_token(T::ByteStr, quote_bytes(bytes));
  return BuiltinOutcome::Expanded;
}

BuiltinOutcome stringify(Call call, Context context, TokenStream* out, MacroError*) {
  const MacroInput& input = call.input;
  return put_string(call, context, out, stringify_tokens(*input.source, input.id, input.begin, input.end));
}

// The text of the only argument, or of the first of several.
LiteralResult first_string(Call call, Context context, MacroError* error, std::string* text, bool* failed) {
  CallArguments arguments;
  *failed = false;
  if (!read_arguments(call, context, &arguments, error)) {
    *failed = true;
    return LiteralResult::NotLiteral;
  }
  if (arguments.nodes.empty()) return LiteralResult::NotLiteral;
  LiteralArgument literal;
  const LiteralResult result = literal_argument(call, context, arguments.tree, arguments.nodes[0], &literal);
  if (result != LiteralResult::Literal) return result;
  StringValue value;
  if (literal.kind != T::Str && literal.kind != T::RawStr) return LiteralResult::NotLiteral;
  if (!decode_string(literal.kind, literal.text, &value)) return LiteralResult::NotLiteral;
  *text = std::move(value.bytes);
  return LiteralResult::Literal;
}

// Says why nobody can see what the macro makes.
BuiltinOutcome opaque_because(MacroError* error, std::string reason) {
  if (error != nullptr) error->message = std::move(reason);
  return BuiltinOutcome::Opaque;
}
BuiltinOutcome unknown_variable(MacroError* error, const std::string& name) {
  return opaque_because(error,
                        "the environment variable `" + name + "` is not known: whoever builds the crate sets it");
}
BuiltinOutcome missing_file(MacroError* error, const std::string& path) {
  return opaque_because(error, "`" + path + "` is not there, or not to be read");
}

// What a macro does with its one string.
using StringAction = BuiltinOutcome (*)(Call, Context, TokenStream*, MacroError*, const std::string&);
BuiltinOutcome with_string(Call call, Context context, TokenStream* out, MacroError* error, StringAction action) {
  std::string text;
  bool failed = false;
  switch (first_string(call, context, error, &text, &failed)) {
    case LiteralResult::Unknown:
      if (error != nullptr && !error->message.empty()) return BuiltinOutcome::Opaque;
      return opaque_because(error, "its argument is not known: whoever builds the crate decides about it");
    case LiteralResult::NotLiteral:
      return failed ? BuiltinOutcome::Failed : builtin_failure(error, call.place, "argument must be a string literal");
    case LiteralResult::Literal:
      break;
  }
  return action(call, context, out, error, text);
}

BuiltinOutcome compile_error(Call call, Context context, TokenStream* out, MacroError* error) {
  return with_string(call, context, out, error,
                     [](Call c, Context, TokenStream*, MacroError* e, const std::string& text) {
                       return builtin_failure(e, c.place, text);
                     });
}

BuiltinOutcome env(Call call, Context context, TokenStream* out, MacroError* error) {
  return with_string(call, context, out, error,
                     [](Call c, Context x, TokenStream* o, MacroError* e, const std::string& text) {
                       const auto value = x.env(text);
                       return value ? put_string(c, x, o, *value) : unknown_variable(e, text);
                     });
}

BuiltinOutcome option_env(Call call, Context context, TokenStream* out, MacroError* error) {
  return with_string(call, context, out, error,
                     [](Call c, Context x, TokenStream* o, MacroError* e, const std::string& text) {
                       const auto value = x.env(text);
                       if (!value) return unknown_variable(e, text);
                       builtin_writer(c, x, o).put("$crate::option::Option::Some(", QuotedText{*value}, ")");
                       return BuiltinOutcome::Expanded;
                     });
}

bool read_utf8(Context context, const std::string& path, std::string* text) {
  return context.read_file(path, text) && find_invalid_utf8(*text) == std::string_view::npos;
}

// The tokens of a file. `$crate` in it stands in a macro's definition, and belongs to that.
void push_file(std::string_view text, TokenOrigin place, TokenStream* out) {
  LexOptions options;
  options.whole_file = false;
  const TokenBuffer tokens = lex(text, options);
  for (uint32_t slot = 0; slot < tokens.count;) {
    const T kind = tokens.kinds[slot];
    const uint32_t end = token_end(text, tokens.starts.data(), tokens.count, tokens.unterminated_tail, slot, kind);
    if (!is_trivia(kind))
      out->push(kind, text.substr(tokens.starts[slot], end - tokens.starts[slot]), place, kRootContext);
    slot += token_slots(kind);
  }
}

BuiltinOutcome include(Call call, Context context, TokenStream* out, MacroError* error) {
  return with_string(call, context, out, error,
                     [](Call c, Context x, TokenStream* o, MacroError* e, const std::string& path) {
                       std::string text;
                       if (!read_utf8(x, path, &text)) return missing_file(e, path);
                       push_file(text, c.place, o);
                       return BuiltinOutcome::Expanded;
                     });
}

BuiltinOutcome include_str(Call call, Context context, TokenStream* out, MacroError* error) {
  return with_string(call, context, out, error,
                     [](Call c, Context x, TokenStream* o, MacroError* e, const std::string& path) {
                       std::string text;
                       return read_utf8(x, path, &text) ? put_string(c, x, o, text) : missing_file(e, path);
                     });
}

BuiltinOutcome include_bytes(Call call, Context context, TokenStream* out, MacroError* error) {
  return with_string(call, context, out, error,
                     [](Call c, Context x, TokenStream* o, MacroError* e, const std::string& path) {
                       std::string text;
                       if (!x.read_file(path, &text)) return missing_file(e, path);
                       builtin_writer(c, x, o).put_token(T::ByteStr, quote_bytes(text));
                       return BuiltinOutcome::Expanded;
                     });
}

// ---- Place --------------------------------------------------------------------------------------------------------

BuiltinOutcome line(Call call, Context context, TokenStream* out, MacroError*) {
  builtin_writer(call, context, out).put_token(T::Int, std::to_string(context.line()) + "u32");
  return BuiltinOutcome::Expanded;
}
BuiltinOutcome column(Call call, Context context, TokenStream* out, MacroError*) {
  builtin_writer(call, context, out).put_token(T::Int, std::to_string(context.column()) + "u32");
  return BuiltinOutcome::Expanded;
}
BuiltinOutcome file(Call call, Context context, TokenStream* out, MacroError*) {
  return put_string(call, context, out, context.file());
}
BuiltinOutcome module_path(Call call, Context context, TokenStream* out, MacroError*) {
  return put_string(call, context, out, context.module_path());
}

// ---- Configuration ------------------------------------------------------------------------------------------------

BuiltinOutcome cfg(Call call, Context context, TokenStream* out, MacroError* error) {
  std::string problem;
  const auto holds =
      evaluate_cfg(*call.input.source, call.input.id, call.input.begin, call.input.end, context, &problem);
  if (!holds) return builtin_failure(error, call.place, problem);
  builtin_writer(call, context, out).put(*holds ? "true" : "false");
  return BuiltinOutcome::Expanded;
}

// `predicate => { tokens } _ => expression,`: the first arm that holds.
BuiltinOutcome cfg_select(Call call, Context context, TokenStream* out, MacroError* error) {
  const MacroInput& input = call.input;
  const Tree& tree = input.source->tree;
  uint32_t slot = input.begin;
  // The whole may stand in braces: `cfg_select! {{ .. }}`.
  slot = skip_trivia(tree, slot, input.end);
  uint32_t end = input.end;
  if (slot < end && tree.token_kind(slot) == T::LBrace) {
    const uint32_t closer = over_tree(tree, slot, end);
    if (skip_trivia(tree, closer, end) == end) {
      ++slot;
      end = closer - 1;
    }
  }
  while ((slot = skip_trivia(tree, slot, end)) < end) {
    const uint32_t begin = slot;
    while (slot < end && tree.token_kind(slot) != T::FatArrow) slot = over_tree(tree, slot, end);
    if (slot >= end) return builtin_failure(error, call.place, "expected `=>`");
    const bool wildcard = tree.token_kind(begin) == T::Underscore;
    std::string problem;
    const auto holds =
        wildcard ? std::optional<bool>(true) : evaluate_cfg(*input.source, input.id, begin, slot, context, &problem);
    if (!holds) return builtin_failure(error, call.place, problem);
    slot = skip_trivia(tree, slot + 1, end);
    if (slot >= end) return builtin_failure(error, call.place, "expected an arm's body");
    uint32_t body = slot;
    uint32_t body_end = 0;
    if (tree.token_kind(slot) == T::LBrace) {
      slot = over_tree(tree, slot, end);
      ++body;
      body_end = slot - 1;
      const uint32_t after = skip_trivia(tree, slot, end);
      if (after < end && tree.token_kind(after) == T::Comma) slot = after + 1;
    } else {
      FragmentParser parser(tree, slot, end, context.parse_options());
      const FragmentParser::Outcome outcome = parser.parse(slot, MacroFragment::Expr);
      if (!outcome.ok || outcome.end <= slot) return builtin_failure(error, call.place, std::string(outcome.error));
      body_end = outcome.end;
      slot = skip_trivia(tree, body_end, end);
      if (slot < end && tree.token_kind(slot) == T::Comma) ++slot;
    }
    if (*holds) {
      out->push_range(*input.source, input.id, body, body_end);
      return BuiltinOutcome::Expanded;
    }
  }
  return builtin_failure(error, call.place, "none of the predicates in this `cfg_select` evaluated to true");
}

// ---- Panics and assertions --------------------------------------------------------------------------------------

BuiltinOutcome by_edition(Call call, Context context, TokenStream* out, std::string_view macro) {
  TokenWriter w = builtin_writer(call, context, out);
  w.put(
      "$crate::panic::" + std::string(macro) + (context.edition() >= Edition::k2021 ? "_2021" : "_2015") + "!(",
      [&] { w.put_range(call.input.begin, call.input.end); }, ")");
  return BuiltinOutcome::Expanded;
}
BuiltinOutcome panic(Call call, Context context, TokenStream* out, MacroError*) {
  return by_edition(call, context, out, "panic");
}
BuiltinOutcome unreachable(Call call, Context context, TokenStream* out, MacroError*) {
  return by_edition(call, context, out, "unreachable");
}

BuiltinOutcome assert_macro(Call call, Context context, TokenStream* out, MacroError* error) {
  const MacroInput& input = call.input;
  const Tree& tree = input.source->tree;
  const uint32_t begin = skip_trivia(tree, input.begin, input.end);
  if (begin >= input.end)
    return builtin_failure(error, call.place, "macro requires a boolean expression as an argument");
  FragmentParser parser(tree, begin, input.end, context.parse_options());
  const FragmentParser::Outcome condition = parser.parse(begin, MacroFragment::Expr);
  if (!condition.ok || condition.end <= begin)
    return builtin_failure(error, input.source->origin(input.id, begin), std::string(condition.error));
  uint32_t rest = skip_trivia(tree, condition.end, input.end);
  if (rest < input.end && tree.token_kind(rest) != T::Comma)
    return builtin_failure(error, input.source->origin(input.id, rest),
                           "expected `,`, found `" + std::string(tree.token_text(rest)) + "`");
  if (rest < input.end) rest = skip_trivia(tree, rest + 1, input.end);
  TokenWriter w = builtin_writer(call, context, out);
  // The condition stays one operand of `!`.
  w.put("if !");
  w.put_token(T::GroupOpenExpr, "");
  w.put_range(begin, condition.end);
  w.put_token(T::GroupClose, "");
  if (rest >= input.end) {
    std::optional<std::string> printed =
        print_expression(*input.source, input.id, begin, condition.end, context.parse_options());
    if (!printed) printed = stringify_tokens(*input.source, input.id, begin, condition.end);
    const std::string text = "assertion failed: " + *printed;
    w.put("{ $crate::panicking::panic(", QuotedText{text}, ") }");
    return BuiltinOutcome::Expanded;
  }
  if (context.edition() >= Edition::k2021) {
    w.put("{ $crate::panic::panic_2021!(", [&] { w.put_range(rest, input.end); }, ") }");
  } else {
    // As written here: it may be core's panic! or std's.
    TokenWriter plain(out, *input.source, input.id, call.place, kRootContext);
    plain.put("{ panic!(", [&] { plain.put_range(rest, input.end); }, ") }");
  }
  return BuiltinOutcome::Expanded;
}

// ---- Others -------------------------------------------------------------------------------------------------------

BuiltinOutcome unit(Call call, Context context, TokenStream* out, MacroError*) {
  builtin_writer(call, context, out).put("()");
  return BuiltinOutcome::Expanded;
}

// `pattern_type!(u32 is 1..)`: the type that it narrows.
BuiltinOutcome pattern_type(Call call, Context context, TokenStream* out, MacroError* error) {
  const MacroInput& input = call.input;
  const Tree& tree = input.source->tree;
  const uint32_t begin = skip_trivia(tree, input.begin, input.end);
  FragmentParser parser(tree, begin, input.end, context.parse_options());
  if (begin >= input.end || !parser.begins_fragment(begin, MacroFragment::Type))
    return builtin_failure(error, call.place, "expected type");
  const FragmentParser::Outcome type = parser.parse(begin, MacroFragment::Type);
  if (!type.ok || type.end <= begin) return builtin_failure(error, call.place, std::string(type.error));
  out->push_range(*input.source, input.id, begin, type.end);
  return BuiltinOutcome::Modelled;
}

BuiltinOutcome opaque(Call, Context, TokenStream*, MacroError*) { return BuiltinOutcome::Opaque; }

constexpr BuiltinMacro kMacros[] = {
    {"asm", expand_asm},
    {"assert", assert_macro},
    {"cfg", cfg},
    {"cfg_select", cfg_select},
    {"column", column},
    {"compile_error", compile_error},
    {"concat", concat},
    {"concat_bytes", concat_bytes},
    {"const_format_args", expand_format_args},
    {"core_panic", panic},
    {"env", env},
    {"file", file},
    {"format_args", expand_format_args},
    {"format_args_nl", expand_format_args_nl},
    {"global_asm", expand_asm},
    {"include", include},
    {"include_bytes", include_bytes},
    {"include_str", include_str},
    {"iter", opaque},
    {"line", line},
    {"log_syntax", unit},
    {"module_path", module_path},
    {"naked_asm", expand_asm},
    {"option_env", option_env},
    {"pattern_type", pattern_type},
    {"std_panic", panic},
    {"stringify", stringify},
    {"trace_macros", unit},
    {"unreachable", unreachable},
};

}  // namespace

const BuiltinMacro* find_builtin_macro(std::string_view name) {
  const auto* at = std::lower_bound(std::begin(kMacros), std::end(kMacros), name,
                                    [](const BuiltinMacro& m, std::string_view n) { return m.name < n; });
  return at != std::end(kMacros) && at->name == name ? at : nullptr;
}

}  // namespace rp
