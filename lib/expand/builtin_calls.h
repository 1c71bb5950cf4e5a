// What the implementations of built-in macros share: reading their arguments.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "expand/builtin_literals.h"
#include "expand/builtin_writer.h"
#include "syntax/tree.h"

namespace rp {

// The expressions between the parentheses of a call. Slots of `tree` count from the begin of the input.
struct CallArguments {
  Tree tree;
  std::vector<NodeId> nodes;
};
// False with `error` filled when rustc's parser would report an error.
bool read_arguments(const BuiltinCall& call, BuiltinContext& context, CallArguments* out, MacroError* error);

// A literal that an argument is, or that the macro call it is expands to.
struct LiteralArgument {
  TokenKind kind = TokenKind::Eof;
  std::string text;
  bool negative = false;
  TokenOrigin origin;
  ContextId context = kRootContext;
  bool written = true;  // stands in the call itself
};
enum class LiteralResult : uint8_t { Literal, NotLiteral, Unknown };
LiteralResult literal_argument(const BuiltinCall& call, BuiltinContext& context, const Tree& tree, NodeId node,
                               LiteralArgument* out);

// The text of tokens as stringify! gives it.
std::string stringify_tokens(const Source& source, SourceId id, uint32_t begin, uint32_t end);

BuiltinOutcome builtin_failure(MacroError* error, TokenOrigin place, std::string message, std::string help = {});
ContextId builtin_context(const BuiltinCall& call, BuiltinContext& context);
TokenWriter builtin_writer(const BuiltinCall& call, BuiltinContext& context, TokenStream* out);

// `cfg(..)` predicate in [begin, end). Nothing when it does not parse.
std::optional<bool> evaluate_cfg(const Source& source, SourceId id, uint32_t begin, uint32_t end,
                                 BuiltinContext& context, std::string* error);

BuiltinOutcome expand_format_args(const BuiltinCall&, BuiltinContext&, TokenStream*, MacroError*);
BuiltinOutcome expand_format_args_nl(const BuiltinCall&, BuiltinContext&, TokenStream*, MacroError*);
BuiltinOutcome expand_asm(const BuiltinCall&, BuiltinContext&, TokenStream*, MacroError*);

}  // namespace rp
