// Follows the statements of a build script with what is known of values. Where a condition is not known, every way is
// followed from the same state, and what the ways leave is joined; what is printed on one of them is then no more than
// possible. A way that ends in a panic does not count: the package would not build.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "expand/build_script.h"
#include "expand/macro_rules.h"
#include "expand/script_value.h"

namespace rp::script {

// A text that is printed, in pieces: what is known of it, and gaps.
struct Printed {
  struct Piece {
    std::string text;
    bool gap = false;
  };
  std::vector<Piece> pieces;
  size_t size = 0;
  void add(std::string_view text);
  void add_gap();
  void add(const Value& value);
};

class Interpreter {
 public:
  Interpreter(const BuildScriptInput& input, ScriptFiles& files) : input_(input), files_(files) {}
  ScriptFacts run();

 private:
  struct Variable {
    std::string_view name;
    Value value;
    uint32_t frame = 0;
    uint32_t serial = 0;
    bool lost = false;  // something else may change it: it stays unknown
  };
  using State = std::vector<Variable>;
  // What ways leave that end early: by return, break or continue.
  struct Exit {
    bool any = false;
    State state;
    Value value;
  };
  struct Frame {
    uint32_t id = 0;
    uint32_t parent = 0;          // index + 1 of the frame in which a closure was made
    uint32_t limit = UINT32_MAX;  // variables of the parent with a lower serial are seen
    size_t base = 0;
    Exit returned;
    bool fails_build = false;  // main: what it returns as an error ends the build
    bool exits = false;        // a way in it ends the script with success
    std::string_view self_type;
  };
  struct Loop {
    std::string_view label;  // without its colon
    size_t base = 0;
    size_t frame = 0;    // how many functions are open
    bool block = false;  // a labelled block: only its name leads out of it
    Exit broken;
    Exit continued;
  };
  struct Note {  // something that was printed
    Printed line;
    uint32_t maybe = 0;
  };
  struct Function {
    Code code;
    std::string_view self_type;  // of the impl around it
    std::string_view trait_name;
    Tri there = Tri::Yes;  // whether cfg keeps it
    bool visited = false;
  };
  // Several ways from one state. One `begin` and `end` for each, then `finish`.
  class Fork {
   public:
    explicit Fork(Interpreter& in) : in_(in), before_(in.vars_), maybe_(in.maybe_) {}
    void begin();
    void end(Value value);
    Value finish();

   private:
    struct Way {
      State state;
      Value value;
      uint32_t maybe = 0;
      bool dead = false;
      bool left = false;
      size_t first_note = 0;
      size_t end_note = 0;
      uint64_t frame_leaves = 0;
    };
    Interpreter& in_;
    State before_;
    uint32_t maybe_;
    uint64_t leaves_ = 0;
    size_t first_note_ = 0;
    std::vector<Way> ways_;
  };
  friend class Fork;

  // ---- Files and items: script_items.cpp ----
  void load_file(const std::string& path, bool root);
  void collect(Code items, std::string_view self_type, std::string_view trait_name, Tri there, const std::string& dir,
               uint32_t depth);
  void collect_use(Code tree, std::vector<std::string_view> prefix, uint32_t depth);
  void collect_block_items(const Tree& tree);
  // Whether the attributes of a node keep it.
  Tri keeps(Code node);
  Tri condition(const Tree& tree, uint32_t begin, uint32_t end);
  Tri version_attribute(const Tree& tree, std::string_view name, uint32_t begin, uint32_t end);
  std::vector<std::string_view> path_of(Code path) const;
  // With what `use` brings written out. Empty when it cannot be told what the path means.
  std::vector<std::string_view> full_path(const std::vector<std::string_view>& path) const;
  // Tokens [begin, end) of a tree, read again as something else.
  const Tree* fragment(const Tree& tree, uint32_t begin, uint32_t end, FragmentKind kind);

  // ---- Statements and expressions: script_statements.cpp, script_expressions.cpp ----
  Value eval(Code e);
  Value eval_inner(Code e);
  Value block(Code b);
  void statement(Code s);
  Value if_expression(Code e);
  Value match_expression(Code e);
  Value for_expression(Code e);
  Value loop_expression(Code e);
  Value literal(Code e);
  Value path_expression(Code e);
  Value constant(const std::string_view name);
  Value binary(Code e);
  // The fields of a struct in their order, where its comparison is derived.
  Value comparable(const Value& v, std::string_view trait);
  Value arithmetic(TokenKind op, const Value& a, const Value& b);
  Value assign(Code e);
  Value field(Code e);
  Value index(Code e);
  Value try_expression(Code e);
  Value record_expression(Code e);
  // A condition, with what its `let`s bind declared.
  Tri test(Code e);
  // Whether a value fits a pattern; what the pattern binds is declared in any case.
  Tri match(Code pattern, const Value& value);
  Tri match_parts(Code pattern, const std::vector<Value>* parts, bool exact);
  void bind(std::string_view name, Value value);
  TokenKind operator_of(Code e, NodeId after) const;

  // ---- Variables and ways ----
  Variable* find(std::string_view name);
  Variable* place(Code e);  // the variable that an expression is, or a part of
  void store(Variable* variable, Value value);
  // What a method made of its receiver.
  void store_receiver(Code receiver, Value self);
  void lose(Code e);             // the variable can be changed from elsewhere from now on
  void forget_assigned(Code c);  // what a piece of code may change is unknown
  void open_loop(Code label, bool block);
  static void join_into(Exit& exit, const State& state, size_t base, const Value& value);
  void leave(Exit& exit, size_t base, const Value& value);
  Value arrive(Exit& exit, size_t base, const Value& end);
  Value leave_frame(size_t index, uint32_t maybe, const Value& end);
  void die() { dead_ = true; }
  Frame& frame() { return frames_.back(); }

  // ---- Calls: script_calls.cpp, script_std.cpp ----
  Value call(Code e);
  Value call_value(const Value& f, std::vector<Value> args);
  Value call_function(const Function& f, const std::vector<Value>& args, const Value* self);
  void call_main(const Function& main);
  Value call_closure(const Value& f, std::vector<Value> args);
  Value call_local(std::string_view name, std::string_view type, const std::vector<Value>& args, const Value* self,
                   bool* found);
  // Something that nobody understands gets these values: what can be called in them may be called.
  void escape(const Value& value);
  void maybe_call(const Value& f);
  Value call_path(const std::vector<std::string_view>& path, std::vector<Value>& args);
  Value std_call(std::string_view type, std::string_view name, std::vector<Value>& args);
  Value external_call(const std::vector<std::string_view>& path, std::vector<Value>& args);
  Value environment(std::string_view name, bool* known);
  Value version_record(int64_t minor, const Value& patch) const;
  Value compiler_version_text() const;

  // ---- Methods: script_methods.cpp, script_text_methods.cpp ----
  Value method(Code e);
  bool common_method(std::string_view name, const Value& self, std::vector<Value>& args, Value* out);
  bool option_method(std::string_view name, const Value& self, std::vector<Value>& args, Value* out);
  bool text_method(std::string_view name, const Value& self, std::vector<Value>& args, Code e, Value* out);
  bool list_method(std::string_view name, Value& self, std::vector<Value>& args, bool* changed, Value* out);
  bool command_method(std::string_view name, Value& self, std::vector<Value>& args, bool* changed, Value* out);
  bool autocfg_method(std::string_view name, const std::vector<Value>& args, Value* out);
  bool record_method(std::string_view name, const Value& self, std::vector<Value>& args, Value* out);
  std::optional<std::vector<bool>> taken_by(const Value& closure, std::string_view s);
  Value split_text(const Value& self, const Value& by, bool* known);
  Value run_command(const Value& command);

  // ---- Macros and what is printed: script_macros.cpp ----
  Value macro(Code call);
  bool display(const Value& value, Printed* out);
  bool format(const Tree& tree, const std::vector<Code>& args, size_t first, Printed* out);
  std::vector<Code> arguments(Code tokens);
  Value matches_macro(Code tokens);
  Value local_macro(Code definition, Code call, bool* ok);
  void cfg_aliases(Code tokens);
  void print(Printed line);
  void print_fact(std::string name);  // for sure, on this way
  void maybe_print_fact(std::string name, Tri t);
  void anything() { anything_ = true; }
  ScriptFacts facts() const;

  const BuildScriptInput& input_;
  ScriptFiles& files_;
  std::deque<Source> sources_;
  std::deque<Tree> trees_;  // of fragments, and where each comes from
  std::map<const Tree*, std::pair<const Tree*, uint32_t>> origins_;
  std::unordered_map<uint64_t, Code> parsed_;  // of macro calls: by tree and slot
  std::vector<std::unique_ptr<Source>> expansions_;
  std::vector<MacroRules> macros_;
  std::map<std::string, uint32_t, std::less<>> compiled_;
  ContextTable contexts_;
  uint32_t next_expansion_ = 0;

  std::multimap<std::string_view, Function> functions_;
  std::multimap<std::string_view, Code> constants_;
  std::map<std::string_view, Code> macro_items_;
  std::map<std::string_view, std::string_view> variants_;  // of enums of the script: without fields; "" when of several
  std::map<std::string_view, int64_t>
      variant_places_;                      // which of its enum's a variant is, from 1; where order is derived
  std::map<std::string_view, Code> types_;  // structs, enums and aliases of the script
  std::map<std::string_view, std::vector<std::string_view>> uses_;  // empty: more than one meaning
  bool foreign_glob_ = false;                                       // a use of everything from another crate than std
  bool unseen_items_ = false;  // items that a macro or a file which was not found may define
  bool mentions_stdout_ = false;
  std::set<std::string, std::less<>> changed_variables_;  // of the environment; "": any

  State vars_;
  std::deque<Frame> frames_;
  std::deque<Loop> loops_;
  std::vector<Note> notes_;
  struct Capture {  // what a Display impl writes
    Printed text;
    uint32_t maybe = 0;
    bool uncertain = false;
  };
  std::vector<Capture> captures_;
  uint32_t maybe_ = 0;
  bool dead_ = false;
  bool anything_ = false;
  bool gave_up_ = false;
  bool main_fails_ = false;    // the next function called is main, and returns a result
  uint64_t leaves_ = 0;        // ways that left a function or a loop
  uint64_t frame_leaves_ = 0;  // of these, those that left a function
  uint32_t serial_ = 0;
  uint32_t next_frame_ = 0;
  uint32_t steps_ = 0;
  uint32_t depth_ = 0;
};

}  // namespace rp::script
