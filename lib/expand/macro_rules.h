// macro_rules! and `macro`: compiled once, then matched and transcribed for each call.
// The Rust Reference, "Macros By Example"; follow sets: its appendix "Macro Follow-Set Ambiguity Formal Specification".
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "expand/source.h"

namespace rp {

// What bounds the work of one crate's macros (rustc: recursion_limit; the others are ours).
struct ExpansionLimits {
  uint32_t depth = 128;                 // expansions within expansions
  uint32_t tokens_per_call = 4u << 20;  // of one output
  uint64_t tokens = 12u << 20;          // of all outputs of a crate: some thirty times what large crates need
  uint32_t tokens_of_a_call = 48;       // what a call counts for, besides the tokens of its output
};

class MacroRules {
 public:
  MacroRules(MacroRules&&) noexcept;
  ~MacroRules();

  // `node` is a MacroRulesItem or MacroDefItem of `source`, which must outlive the result. `edition` is that of the
  // crate that defines it. Errors of the definition (follow sets, unknown fragment specifiers, no rules, repetitions
  // that match nothing, duplicate names) go to `errors`; a macro with errors can still be expanded as far as rustc
  // would. Never throws for what the text says.
  static MacroRules compile(const Source& source, SourceId id, NodeId node, Edition edition,
                            std::vector<MacroError>* errors);

  struct Call {
    MacroInput input;
    TokenOrigin place;                            // of the call, for messages
    ExpansionId expansion;                        // marks what the macro brings
    FragmentKind produces = FragmentKind::Items;  // only for limits and messages
  };
  // Matches the rules in order and appends the transcription of the first that fits. Tokens of the definition get the
  // context contexts.with(their own, call.expansion); tokens of the input keep theirs. `source_id` of compile() is the
  // origin's source: SourceIds of definition and input must be of one table.
  // Returns false with `error` filled when no rule fits, or rustc would stop: a fragment that does not parse, an
  // ambiguity, a repetition count that differs, a limit.
  bool expand(const Call& call, const ExpansionLimits& limits, ContextTable& contexts, const ParseOptions& options,
              TokenStream* out, MacroError* error) const;

  [[nodiscard]] uint32_t rule_count() const;
  // Rules written attr(..) or derive(..) rather than for a call `name!(..)` (unstable: macro_attr, macro_derive).
  [[nodiscard]] bool has_attr_rules() const;

 private:
  struct Compiled;
  explicit MacroRules(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace rp
