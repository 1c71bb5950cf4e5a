// Macros that rustc brings itself (format_args!, concat!, include!, cfg!, …), its derives and attribute macros, and
// models of procedural macros that are in wide use. Each turns tokens into tokens; nothing here knows names or scopes.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crates/cfg_set.h"
#include "expand/source.h"

namespace rp {

// What a call knows of its surroundings. All views outlive the call.
class BuiltinContext {
 public:
  virtual ~BuiltinContext() = default;
  [[nodiscard]] virtual Edition edition() const = 0;
  [[nodiscard]] virtual const CfgSet& cfg() const = 0;
  [[nodiscard]] virtual std::string module_path() const = 0;  // "crate_name::module"
  [[nodiscard]] virtual std::string_view file() const = 0;    // as file!() gives it
  [[nodiscard]] virtual uint32_t line() const = 0;            // of the outermost call
  [[nodiscard]] virtual uint32_t column() const = 0;
  // A file named by include!, include_str!, include_bytes!, relative to the file of the call. False with a reason in
  // `text` when it cannot be had.
  virtual bool read_file(std::string_view path, std::string* text) = 0;
  // The variables that cargo sets (CARGO_PKG_VERSION, …). Others are unknown: nothing of the machine is looked at.
  [[nodiscard]] virtual std::optional<std::string> env(std::string_view name) const = 0;
  // Expands a macro call that stands where a literal is needed (`concat!("a", stringify!(b))`). False: not possible.
  virtual bool expand_eagerly(const MacroInput& whole_call, TokenStream* out) = 0;
  // Whether `tokens_unknown` of the call's result must be assumed (see BuiltinOutcome).
  [[nodiscard]] virtual ContextTable& contexts() = 0;
  [[nodiscard]] virtual const ParseOptions& parse_options() const = 0;
};

enum class BuiltinOutcome : uint8_t {
  Expanded,  // the output is what rustc would have
  Modelled,  // the output has the items and names that the macro creates, bodies may be left out
  Opaque,    // what it gives cannot be known (an unknown env!, a file outside the roots); the output is empty
  Failed,    // rustc would report an error
};

struct BuiltinCall {
  MacroInput input;       // between the delimiters
  TokenOrigin place;      // of the call
  ExpansionId expansion;  // made-up tokens that need hygiene are marked with it
  FragmentKind produces = FragmentKind::Expr;
};

// A macro that rustc implements: the name in `#[rustc_builtin_macro]`. Null when there is none of that name.
struct BuiltinMacro {
  std::string_view name;
  BuiltinOutcome (*expand)(const BuiltinCall& call, BuiltinContext& context, TokenStream* out, MacroError* error);
};
const BuiltinMacro* find_builtin_macro(std::string_view name);

// A derive of rustc ("Clone", "Debug", …) for an item: appends the impls.
struct DeriveInput {
  const Source* source = nullptr;
  SourceId id;
  NodeId item;                      // StructItem, EnumItem or UnionItem; nodes in `removed` are cfg'd away
  std::span<const NodeId> removed;  // sorted
  TokenOrigin place;                // of the name in #[derive(..)]
  ExpansionId expansion;
};
struct BuiltinDerive {
  std::string_view name;
  BuiltinOutcome (*expand)(const DeriveInput& input, BuiltinContext& context, TokenStream* out, MacroError* error);
};
const BuiltinDerive* find_builtin_derive(std::string_view name);

// An attribute macro of rustc on an item (`test`, `bench`, `global_allocator`, `test_case`, `derive_const`, `cfg_eval`,
// `cfg_accessible`, `alloc_error_handler`, `define_opaque`, …). What it appends stands in place of the item, attribute
// taken off; most give the item back as it is.
struct AttributeInput {
  MacroInput arguments;  // of the attribute: inside its delimiters; empty range when it has none
  const Source* source = nullptr;
  SourceId id;
  NodeId item;
  NodeId attribute;  // the Attr node, to be left out
  std::span<const NodeId> removed;
  TokenOrigin place;
  ExpansionId expansion;
};
struct BuiltinAttribute {
  std::string_view name;
  BuiltinOutcome (*expand)(const AttributeInput& input, BuiltinContext& context, TokenStream* out, MacroError* error);
};
const BuiltinAttribute* find_builtin_attribute(std::string_view name);

// Models of procedural macros, by the package that defines them and the name of the macro: ("serde_derive",
// "Serialize"), ("tokio-macros", "main"). Versions whose output differs are told apart by `version`.
struct ProcMacroModel {
  std::string_view package;
  std::string_view name;
  // One of the three, as the macro is.
  decltype(BuiltinMacro::expand) call = nullptr;
  decltype(BuiltinDerive::expand) derive = nullptr;
  decltype(BuiltinAttribute::expand) attribute = nullptr;
};
const ProcMacroModel* find_proc_macro_model(std::string_view package, std::string_view name);
// Every model, for documentation and tests.
std::span<const ProcMacroModel> proc_macro_models();

// Our own equivalents of the macros that core, alloc and std define by macro_rules!, as Rust text with #[macro_export]
// items; `$crate` is the crate they belong to: "core", "alloc", "std", "std_detect" (is_x86_feature_detected! and its
// like, which std gives on). To be compiled as edition 2024, which is those crates' own. The attributes in the text
// are explained at the head of the one for core.
std::string_view std_macro_text(std::string_view crate);

}  // namespace rp
