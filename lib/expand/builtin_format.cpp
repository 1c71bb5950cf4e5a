// format_args! and its relatives, and the macros of inline assembly.
#include <algorithm>

#include "expand/builtin_calls.h"
#include "expand/format_string.h"
#include "syntax/lexer.h"
#include "syntax/parser.h"

namespace rp {
namespace {

using K = NodeKind;
using T = TokenKind;

struct NamedArgument {
  std::string_view name;
  uint32_t index = 0;
};

class FormatExpansion {
 public:
  FormatExpansion(const BuiltinCall& call, BuiltinContext& context, TokenStream* out, MacroError* error)
      : call_(call), context_(context), out_(out), error_(error) {}

  BuiltinOutcome run(bool line_break) {
    if (!read_arguments(call_, context_, &arguments_, error_)) return BuiltinOutcome::Failed;
    if (arguments_.nodes.empty()) return fail(call_.place, "requires at least a format string argument");
    switch (literal_argument(call_, context_, arguments_.tree, arguments_.nodes[0], &literal_)) {
      case LiteralResult::Unknown:
        return BuiltinOutcome::Opaque;
      case LiteralResult::NotLiteral:
        return fail(place_of(arguments_.nodes[0]), "format argument must be a string literal",
                    "you might be missing a string literal to format with: `\"{}\", `");
      case LiteralResult::Literal:
        break;
    }
    if (literal_.kind != T::Str && literal_.kind != T::RawStr)
      return fail(literal_.origin, "format argument must be a string literal");
    if (!decode_string(literal_.kind, literal_.text, &value_)) return BuiltinOutcome::Opaque;
    if (!sort_arguments()) return BuiltinOutcome::Failed;
    format_ = parse_format_string(value_.bytes);
    if (format_.error) return fail(at(format_.error->span), format_.error->message, format_.error->help);
    if (!resolve()) return BuiltinOutcome::Failed;
    write(line_break);
    return BuiltinOutcome::Expanded;
  }

 private:
  struct Capture {
    std::string_view name;
    ByteSpan span;
  };

  BuiltinOutcome fail(TokenOrigin place, std::string message, std::string help = {}) {
    return builtin_failure(error_, place, std::move(message), std::move(help));
  }
  [[nodiscard]] TokenOrigin place_of(NodeId node) const {
    return call_.input.source->origin(call_.input.id, call_.input.begin + arguments_.tree.first_slot(node));
  }
  // A place inside the format string.
  [[nodiscard]] TokenOrigin at(ByteSpan span) const {
    TokenOrigin origin = literal_.origin;
    if (literal_.written) origin.offset += value_.offsets[std::min<size_t>(span.start, value_.offsets.size() - 1)];
    return origin;
  }

  // Tells `name = value` from other arguments.
  bool sort_arguments() {
    const Tree& tree = arguments_.tree;
    for (size_t i = 1; i < arguments_.nodes.size(); ++i) {
      const NodeId node = arguments_.nodes[i];
      const NodeId left = tree.kind(node) == K::AssignExpr ? tree.child(node, Role::left) : NodeId();
      if (left && tree.has_token(node, T::Eq) && tree.kind(left) == K::PathExpr &&
          tree.first_slot(left) + 1 == tree.end_slot(left)) {
        std::string_view name = tree.token_text(tree.first_slot(left));
        if (name.starts_with("r#")) name.remove_prefix(2);
        for (const NamedArgument& other : named_)
          if (other.name == name) {
            fail(place_of(node), "duplicate argument named `" + std::string(name) + "`");
            return false;
          }
        named_.push_back({name, static_cast<uint32_t>(values_.size())});
        values_.push_back(tree.child(node, Role::right));
      } else {
        if (!named_.empty()) {
          fail(place_of(node), "positional arguments cannot follow named arguments");
          return false;
        }
        values_.push_back(node);
        ++positional_;
      }
    }
    used_.assign(values_.size(), false);
    return true;
  }

  // The number of an argument in the output, where what the string captures comes last.
  bool number(const FormatArgument& argument, uint32_t* index) {
    using Kind = FormatArgument::Kind;
    if (argument.kind == Kind::None || argument.kind == Kind::Number) return true;
    if (argument.kind != Kind::Name) {
      *index = argument.index;
      if (*index < values_.size()) {
        used_[*index] = true;
        return true;
      }
      if (!out_of_range_) out_of_range_ = argument;
      return true;
    }
    for (const NamedArgument& named : named_)
      if (named.name == argument.name) {
        *index = named.index;
        used_[named.index] = true;
        return true;
      }
    for (size_t i = 0; i < captures_.size(); ++i)
      if (captures_[i].name == argument.name) {
        *index = static_cast<uint32_t>(values_.size() + i);
        return true;
      }
    if (!literal_.written) {
      fail(literal_.origin, "there is no argument named `" + std::string(argument.name) + "`",
           "did you intend to capture a variable from the surrounding scope? to avoid ambiguity, `format_args!` cannot "
           "capture variables when the format string is expanded from a macro");
      return false;
    }
    *index = static_cast<uint32_t>(values_.size() + captures_.size());
    captures_.push_back({argument.name, argument.span});
    return true;
  }

  bool resolve() {
    for (const FormatPiece& piece : format_.pieces) {
      if (!piece.is_placeholder) continue;
      const FormatPlaceholder& p = piece.placeholder;
      uint32_t value = 0;
      uint32_t precision = 0;
      uint32_t width = 0;
      if (!number(p.argument, &value) || !number(p.precision, &precision) || !number(p.width, &width)) return false;
      if (!is_format_trait(p.trait)) {
        fail(at(p.trait_span), "unknown format trait `" + std::string(p.trait) + "`");
        return false;
      }
      numbers_.push_back(value);
      numbers_.push_back(width);
      numbers_.push_back(precision);
    }
    return check_counts();
  }

  bool check_counts() {
    const auto plural = [](size_t n, std::string_view word) {
      return std::to_string(n) + " " + std::string(word) + (n == 1 ? "" : "s");
    };
    const size_t given = values_.size();
    if (out_of_range_) {
      const std::string verb = given == 1 ? "is " : "are ";
      const std::string have = given == 0 ? "no arguments were given" : "there " + verb + plural(given, "argument");
      if (out_of_range_->kind == FormatArgument::Kind::Next && format_.implicit_count > given)
        fail(at(out_of_range_->span),
             plural(format_.implicit_count, "positional argument") + " in format string, but " + have);
      else
        fail(at(out_of_range_->span),
             "invalid reference to positional argument " + std::to_string(out_of_range_->index) + " (" + have + ")",
             "positional arguments are zero-based");
      return false;
    }
    size_t unused = 0;
    size_t first = 0;
    for (size_t i = given; i-- > 0;)
      if (!used_[i]) ++unused, first = i;
    if (unused == 0) return true;
    if (unused > 1)
      fail(place_of(values_[first]), "multiple unused formatting arguments");
    else
      fail(place_of(values_[first]), first >= positional_ ? "named argument never used" : "argument never used");
    return false;
  }

  void write(bool line_break) {
    std::string text;
    size_t number = 0;
    for (const FormatPiece& piece : format_.pieces) {
      if (!piece.is_placeholder) {
        if (piece.text == "{" || piece.text == "}") text += piece.text;
        text += piece.text;
        continue;
      }
      text += "{" + std::to_string(numbers_[number]) +
              format_spec_text(piece.placeholder, numbers_[number + 1], numbers_[number + 2]) + "}";
      number += 3;
    }
    if (line_break) text += "\n";
    TokenWriter w = builtin_writer(call_, context_, out_);
    w.put("builtin # format_args(");
    out_->push(T::Str, quote_string(text, QuoteStyle::Visible), literal_.origin, literal_.context);
    for (const NodeId value : values_) {
      w.put(",");
      w.put_range(call_.input.begin + arguments_.tree.first_slot(value),
                  call_.input.begin + arguments_.tree.end_slot(value));
    }
    for (const Capture& capture : captures_) {
      w.put(",");
      write_capture(capture);
    }
    w.put(")");
  }

  void write_capture(const Capture& capture) {
    LexOptions options;
    options.whole_file = false;
    const TokenBuffer tokens = lex(capture.name, options);
    T kind = tokens.count == 1 ? tokens.kinds[0] : T::Ident;
    std::string text(capture.name);
    const bool path_word = kind == T::KwSelfValue || kind == T::KwSelfType || kind == T::KwSuper || kind == T::KwCrate;
    if (kind >= T::KwAs && kind <= T::KwYield && !path_word) {
      kind = T::RawIdent;
      text = "r#" + text;
    }
    out_->push(kind, text, at(capture.span), literal_.context);
  }

  const BuiltinCall& call_;
  BuiltinContext& context_;
  TokenStream* out_;
  MacroError* error_;
  CallArguments arguments_;
  LiteralArgument literal_;
  StringValue value_;
  FormatString format_;
  std::vector<NamedArgument> named_;
  std::vector<NodeId> values_;
  std::vector<bool> used_;
  uint32_t positional_ = 0;
  std::vector<Capture> captures_;
  std::vector<uint32_t> numbers_;  // of each placeholder: value, width, precision
  std::optional<FormatArgument> out_of_range_;
};

// ---- asm! -----------------------------------------------------------------------------------------------------------

class AsmExpansion {
 public:
  AsmExpansion(const BuiltinCall& call, BuiltinContext& context, TokenStream* out)
      : tree_(call.input.source->tree),
        end_(call.input.end),
        parser_(tree_, call.input.begin, call.input.end, context.parse_options()),
        w_(builtin_writer(call, context, out)),
        at_(call.input.begin) {}

  // The template and every expression among the operands, so that their names are seen.
  BuiltinOutcome run() {
    w_.put("builtin # asm(");
    skip();
    while (at_ < end_) {
      argument();
      // What could not be read is left out.
      while (at_ < end_ && tree_.token_kind(at_) != T::Comma) over();
      if (at_ < end_) over();
    }
    w_.put(")");
    return BuiltinOutcome::Modelled;
  }

 private:
  [[nodiscard]] T kind() const { return at_ < end_ ? tree_.token_kind(at_) : T::Eof; }
  [[nodiscard]] std::string_view text() const { return at_ < end_ ? tree_.token_text(at_) : std::string_view(); }
  void skip() {
    while (at_ < end_ && is_trivia(tree_.token_kind(at_))) ++at_;
  }
  void step() {
    at_ += token_slots(tree_.token_kind(at_));
    skip();
  }
  // Over one token or one delimited group.
  void over() {
    uint32_t depth = 0;
    do {
      const T k = kind();
      if (k == T::LParen || k == T::LBracket || k == T::LBrace) ++depth;
      if ((k == T::RParen || k == T::RBracket || k == T::RBrace) && depth > 0) --depth;
      step();
    } while (depth > 0 && at_ < end_);
  }
  void expression() {
    if (at_ >= end_ || !parser_.begins_fragment(at_, MacroFragment::Expr)) return;
    const FragmentParser::Outcome outcome = parser_.parse(at_, MacroFragment::Expr);
    if (!outcome.ok || outcome.end <= at_) return;
    if (!first_) w_.put(",");
    first_ = false;
    w_.put_range(at_, outcome.end);
    at_ = outcome.end;
    skip();
  }
  void argument() {
    // `name = operand`
    if (uint32_t after = at_ + 1; kind() == T::Ident) {
      while (after < end_ && is_trivia(tree_.token_kind(after))) ++after;
      if (after < end_ && tree_.token_kind(after) == T::Eq) {
        step();
        step();
      }
    }
    const std::string_view word = text();
    if (word == "in" || word == "out" || word == "lateout" || word == "inout" || word == "inlateout") {
      step();
      if (kind() == T::LParen) over();
      if (kind() == T::Underscore) return;
      expression();
      if (kind() == T::FatArrow) {
        step();
        if (kind() != T::Underscore) expression();
      }
    } else if (word == "options" || word == "clobber_abi") {
      step();
    } else if (word == "const" || word == "sym" || word == "label") {
      step();
      expression();
    } else {
      expression();
    }
  }

  const Tree& tree_;
  uint32_t end_;
  FragmentParser parser_;
  TokenWriter w_;
  uint32_t at_;
  bool first_ = true;
};

}  // namespace

BuiltinOutcome expand_format_args(const BuiltinCall& call, BuiltinContext& context, TokenStream* out,
                                  MacroError* error) {
  return FormatExpansion(call, context, out, error).run(false);
}

BuiltinOutcome expand_format_args_nl(const BuiltinCall& call, BuiltinContext& context, TokenStream* out,
                                     MacroError* error) {
  return FormatExpansion(call, context, out, error).run(true);
}

BuiltinOutcome expand_asm(const BuiltinCall& call, BuiltinContext& context, TokenStream* out, MacroError*) {
  return AsmExpansion(call, context, out).run();
}

}  // namespace rp
