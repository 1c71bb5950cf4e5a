// macro_rules!: a text with definitions and one call in, what the call becomes out.
#include <fmt/format.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "expand/macro_rules.h"
#include "schema_check.h"
#include "syntax/lexer.h"
#include "tree_checks.h"
#include "unit_test.h"

using rp::Edition;
using rp::FragmentKind;
using rp::MacroError;
using rp::MacroRules;
using rp::NodeId;
using rp::NodeKind;
using rp::Role;
using rp::Source;
using rp::SourceId;
using rp::TokenKind;

namespace {

std::unique_ptr<Source> source_of(std::string text, Edition edition) {
  auto source = std::make_unique<Source>();
  source->storage = std::move(text);
  source->text = source->storage;
  rp::ParseOptions options;
  options.edition = edition;
  source->tree = rp::lex_and_parse(source->text, options);
  return source;
}

void check_tree(const Source& source) {
  std::string problem = rp::checks::check_tree(source.tree);
  if (problem.empty() && source.tree.errors().empty()) problem = rp::checks::check_schema(source.tree);
  if (!problem.empty()) print_error("%s\nin: %s\n", problem.c_str(), std::string(source.text).c_str());
  assert_true(problem.empty());
}

// The tokens of a source; invisible groups as ⟦ and ⟧.
std::string shown(const Source& source) {
  std::string out;
  for (uint32_t slot = 0; slot < source.tree.slot_count(); slot += rp::token_slots(source.tree.token_kind(slot))) {
    const TokenKind kind = source.tree.token_kind(slot);
    if (!out.empty()) out += ' ';
    if (rp::is_group_open(kind))
      out += "⟦";
    else if (kind == TokenKind::GroupClose)
      out += "⟧";
    else
      out += source.tree.token_text(slot);
  }
  return out;
}

// Macros by name, expanded where they are called, in what expansions become as well. Not a model of scopes.
class Expander {
 public:
  explicit Expander(Edition edition = Edition::k2021) : edition_(edition) {}

  struct Macro {
    std::string name;
    MacroRules rules;
  };

  // Defines what the text defines and expands the calls in it. Returns the outputs of the outermost calls, each
  // followed by what calls in it become in turn, joined by " | "; or the first error.
  std::string run(std::string text) {
    sources_.push_back(source_of(std::move(text), edition_));
    if (!sources_.back()->tree.errors().empty()) return "text: " + sources_.back()->tree.errors()[0].message;
    std::string out;
    expand_all(static_cast<uint32_t>(sources_.size()) - 1, 0, &out);
    return error_.empty() ? out : error_;
  }

  uint32_t depth_limit = 64;
  rp::ExpansionLimits limits;
  rp::ContextTable contexts;

  [[nodiscard]] const std::vector<std::unique_ptr<Source>>& sources() const { return sources_; }

 private:
  FragmentKind produces(const rp::Tree& tree, NodeId call) const {
    const NodeId outer = tree.parent(call);
    switch (tree.kind(outer)) {
      case NodeKind::MacroItem:
        return FragmentKind::Items;
      case NodeKind::MacroPat:
        return FragmentKind::Pattern;
      case NodeKind::MacroType:
        return FragmentKind::Type;
      default:
        return tree.role(outer) == Role::expression || tree.role(outer) == Role::tail ? FragmentKind::Statements
                                                                                      : FragmentKind::Expr;
    }
  }

  void define(uint32_t id, NodeId node) {
    const Source& source = *sources_[id];
    std::vector<MacroError> errors;
    MacroRules rules = MacroRules::compile(source, SourceId(id), node, edition_, &errors);
    for (const MacroError& e : errors)
      if (error_.empty()) error_ = "definition: " + e.message;
    const NodeId name = source.tree.child(node, Role::name);
    if (name) macros_.push_back({std::string(source.tree.text(name)), std::move(rules)});
  }

  void expand_all(uint32_t id, uint32_t depth, std::string* out) {
    const Source& source = *sources_[id];
    const rp::Tree& tree = source.tree;
    for (uint32_t i = 0; i < tree.node_count() && error_.empty(); ++i) {
      const NodeId node(i);
      if (tree.kind(node) == NodeKind::MacroRulesItem || tree.kind(node) == NodeKind::MacroDefItem) define(id, node);
      if (tree.kind(node) == NodeKind::MacroCall) call(id, node, depth, out);
    }
  }

  void call(uint32_t id, NodeId node, uint32_t depth, std::string* out) {
    const Source& source = *sources_[id];
    const rp::Tree& tree = source.tree;
    const std::string_view name = tree.text(tree.child(node, Role::path));
    const NodeId arguments = tree.child(node, Role::arguments);
    size_t found = macros_.size();
    while (found > 0 && macros_[found - 1].name != name) --found;
    if (found == 0) return;
    if (depth >= depth_limit) {
      error_ = "recursion limit";
      return;
    }
    MacroRules::Call c;
    c.input = {&source, SourceId(id), tree.first_slot(arguments) + 1, tree.end_slot(arguments) - 1};
    c.place = source.origin(SourceId(id), tree.first_slot(node));
    c.expansion = rp::ExpansionId(expansions_++);
    c.produces = produces(tree, node);
    rp::ParseOptions options;
    options.edition = edition_;
    rp::TokenStream stream;
    MacroError error;
    if (!macros_[found - 1].rules.expand(c, limits, contexts, options, &stream, &error)) {
      error_ = "call: " + error.message;
      return;
    }
    sources_.push_back(stream.finish(c.produces, options));
    const auto output = static_cast<uint32_t>(sources_.size()) - 1;
    check_tree(*sources_[output]);
    if (!out->empty()) *out += " | ";
    *out += shown(*sources_[output]);
    const auto& errors = sources_[output]->tree.errors();
    if (!errors.empty()) {
      error_ = "output: " + errors[0].message + " in " + std::string(sources_[output]->text.substr(0, 200));
      return;
    }
    expand_all(output, depth + 1, out);
  }

  Edition edition_;
  std::vector<std::unique_ptr<Source>> sources_;
  std::vector<Macro> macros_;
  uint32_t expansions_ = 0;
  std::string error_;
};

std::string expand(std::string text, Edition edition = Edition::k2021) {
  return Expander(edition).run(std::move(text));
}

void expect(const char* text, const char* output, Edition edition = Edition::k2021) {
  const std::string actual = expand(text, edition);
  if (actual != output) print_error("in: %s\n", text);
  assert_text_equal(actual, output);
}

void expect_error(const char* text, const char* part, Edition edition = Edition::k2021) {
  const std::string actual = expand(text, edition);
  if (actual.find(part) == std::string::npos)
    print_error("in: %s\nwanted an error with: %s\ngot: %s\n", text, part, actual.c_str());
  assert_true(actual.find(part) != std::string::npos);
}

void expect_fine(const char* text, Edition edition = Edition::k2021) {
  const std::string actual = expand(text, edition);
  for (const char* kind : {"text: ", "definition: ", "call: ", "output: "}) {
    if (actual.compare(0, std::string_view(kind).size(), kind) == 0)
      print_error("in: %s\ngot: %s\n", text, actual.c_str());
    assert_true(actual.compare(0, std::string_view(kind).size(), kind) != 0);
  }
}

// ---- Matching and putting out -----------------------------------------------------------------------------------

void rules_in_order(void**) {
  const char* const two = "macro_rules! m { (a $x:ident) => { fn $x() {} }; ($($t:tt)*) => { mod other {} }; } ";
  expect((std::string(two) + "m!(a b);").c_str(), "fn b ( ) { }");
  expect((std::string(two) + "m!(a b c);").c_str(), "mod other { }");
  expect((std::string(two) + "m!();").c_str(), "mod other { }");
}

void fragments_stay_whole(void**) {
  expect("macro_rules! m { ($e:expr) => { $e * 2 } } const A: i32 = m!(1 + 1);", "⟦ 1 + 1 ⟧ * 2");
  expect("macro_rules! m { ($t:ty) => { type A = &'static $t; } } m!(Vec<u8>);", "type A = & 'static ⟦ Vec < u8 > ⟧ ;");
  // What is a group already is not wrapped again; another kind is.
  expect("macro_rules! n { ($e:expr) => { $e } } macro_rules! m { ($e:expr) => { n!($e) } } const A: i32 = m!(1+2);",
         "n ! ( ⟦ 1 + 2 ⟧ ) | ⟦ 1 + 2 ⟧");
  expect("macro_rules! n { ($e:expr) => { $e } } macro_rules! m { ($l:literal) => { n!($l) } } const A: i32 = m!(-1);",
         "n ! ( ⟦ - 1 ⟧ ) | ⟦ ⟦ - 1 ⟧ ⟧");
  // Names, lifetimes and token trees are copied as they are.
  expect("macro_rules! m { ($i:ident $l:lifetime $t:tt) => { struct $i<$l>(&$l $t); } } m!(A 'a [u8]);",
         "struct A < 'a > ( & 'a [ u8 ] ) ;");
}

void split_operators(void**) {
  expect("macro_rules! m { (Vec<$t:ty>) => { type A = $t; } } m!(Vec<Vec<u8>>);", "type A = ⟦ Vec < u8 > ⟧ ;");
  expect("macro_rules! m { ($($t:tt)*) => { type A = $($t)*; } } m!(Vec<Vec<u8>>);", "type A = Vec < Vec < u8 > > ;");
  expect("macro_rules! m { ($a:ident $b:tt) => { $a.$b } } const A: u8 = m!(x 0.1);", "x . 0 . 1");
}

void repetitions(void**) {
  expect(
      "macro_rules! m { ($($k:ident: [$($v:expr),*]);* $(;)?) => { $( fn $k() { $( $v; )* } )* } }"
      "m!(a: [1, 2]; b: []; c: [3];);",
      "fn a ( ) { ⟦ 1 ⟧ ; ⟦ 2 ⟧ ; } fn b ( ) { } fn c ( ) { ⟦ 3 ⟧ ; }");
  expect("macro_rules! m { ($t:ty; $($i:ident)+) => { $( impl $i for $t {} )+ } } m!(u8; A B);",
         "impl A for ⟦ u8 ⟧ { } impl B for ⟦ u8 ⟧ { }");
  expect("macro_rules! m { ($($x:ident),*) => { mod n { $(mod $x {})* } } } m!(a, b);",
         "mod n { mod a { } mod b { } }");
  expect("macro_rules! m { ($($x:expr),*) => { [$($x),*] } } const A: [u8; 2] = m!(1, 2);", "[ ⟦ 1 ⟧ , ⟦ 2 ⟧ ]");
  expect_error("macro_rules! m { ($($x:ident),+) => { } } m!();", "unexpected end of macro invocation");
  expect_error("macro_rules! m { ($($x:ident),*) => { $x } } m!(a);", "still repeating at this depth");
  expect_error("macro_rules! m { ($($x:ident)*; $($y:ident)*) => { $( mod $x { mod $y {} } )* } } m!(a b; c);",
               "`x` repeats 2 times, but `y` repeats 1 time");
  expect_error("macro_rules! m { ($x:ident) => { $( $x )* } } m!(a);", "no syntax variables");
}

void threads_and_ambiguity(void**) {
  expect_fine("macro_rules! m { ($(a)? a b) => { } } m!(a b);");
  expect_fine("macro_rules! m { ($($i:ident),* $(,)?) => { } } m!(a, b,);");
  expect_error("macro_rules! m { ($($i:ident)* $j:ident) => { } } m!(a b);", "local ambiguity");
  expect_error("macro_rules! m { ($(a)* $e:expr) => { } } m!(a);", "local ambiguity");
  // A fragment that does not parse ends it, whatever rules follow.
  expect_error("macro_rules! m { ($e:expr) => { }; (a +) => { } } m!(a +);", "call: expected expression");
  expect_error("macro_rules! m { (a) => { } } m!(b);", "no rules expected `b`");
  // What the parser would only read to explain a mistake is not part of a fragment.
  expect(
      "macro_rules! m { ($t:ty) => { n!(impl $t); }; (impl $t:ty) => { type A = $t; } } macro_rules! n { ($t:ty) => "
      "{ 1 }; (impl $t:ty) => { type A = $t; } } m!(u8);",
      "n ! ( impl ⟦ u8 ⟧ ) ; | type A = ⟦ u8 ⟧ ;");
  expect("macro_rules! m { ($p:pat_param =>) => { 1 }; ($s:stmt) => { 2 } } const A: u8 = m!(a<b);", "2");
  expect("macro_rules! m { ($p:pat) => { 1 } } const A: u8 = m!(&x ... 3);", "1", Edition::k2015);
}

// Matchers that leave no choice between two tokens are followed without the machine's bookkeeping.
void ways_without_a_choice(void**) {
  // Trees up to the end of the matcher, or of a delimited part of it; each repetition has its own.
  expect(
      "macro_rules! m { ($( $k:ident ( $($t:tt)* ) )*) => { $( fn $k() { $($t ;)* } )* } } m!(a () b (x (y, z)) c "
      "(()));",
      "fn a ( ) { } fn b ( ) { x ; ( y , z ) ; } fn c ( ) { ( ) ; }");
  expect("macro_rules! m { ($($t:tt)+) => { 1 }; () => { 2 } } const A: u8 = m!();", "2");
  expect("macro_rules! m { ([ $($t:tt)+ ]) => { 1 }; ([]) => { 2 } } const A: u8 = m!([]);", "2");
  expect("macro_rules! m { ($($t:tt)?) => { 1 }; (a b) => { 2 } } const A: u8 = m!(a b);", "2");
  expect("macro_rules! m { ($( $($t:tt)* );+) => { 1 }; (a; b) => { 2 } } const A: u8 = m!(a);", "1");
  expect_error("macro_rules! m { ($($t:tt)* ; $x:ident) => { } } m!(a ; b);", "local ambiguity");
  expect(
      "macro_rules! m { ($( { $( [ $($t:tt)* ] )* } )*) => { ${count($t)} } } const A: u8 = m!({[a b] []} {} {[c]});",
      "3");
  // Words are compared by their texts, whatever the edition makes of them, and to their ends.
  expect("macro_rules! m { (async x) => { 1 }; ($($t:tt)*) => { 2 } } const A: u8 = m!(async x);", "1", Edition::k2015);
  expect("macro_rules! m { (ab) => { 1 }; (abc) => { 2 } } const A: u8 = m!(abc);", "2");
  expect("macro_rules! m { (abc) => { 1 }; (ab) => { 2 } } const A: u8 = m!(ab);", "2");
  expect("macro_rules! m { (1 2) => { 1 }; (1 20) => { 2 } } const A: u8 = m!(1 20);", "2");
  expect_error("macro_rules! m { (a b c $x:ident) => { }; (a d) => { } } m!(a b d);", "no rules expected `d`");
  expect_error("macro_rules! m { (a b c) => { } } m!(a b);", "unexpected end of macro invocation");
}

void what_begins_a_fragment(void**) {
  expect("macro_rules! m { ($e:expr) => { 1 }; (_) => { 2 } } const A: u8 = m!(_);", "2", Edition::k2021);
  expect("macro_rules! m { ($e:expr) => { 1 }; (_) => { 2 } } const A: u8 = m!(_);", "1", Edition::k2024);
  expect("macro_rules! m { ($e:expr_2021) => { 1 }; (const {}) => { 2 } } const A: u8 = m!(const {});", "2",
         Edition::k2024);
  expect("macro_rules! m { ($p:pat_param) => { 1 }; ($($t:tt)*) => { 2 } } const A: u8 = m!(|x);", "2");
  expect("macro_rules! m { ($p:pat) => { 1 }; ($($t:tt)*) => { 2 } } const A: u8 = m!(|x);", "1");
  expect("macro_rules! m { ($i:ident) => { 1 }; (_) => { 2 } } const A: u8 = m!(_);", "2");
  expect("macro_rules! m { ($i:ident) => { 1 } } const A: u8 = m!(r#fn);", "1");
  expect("macro_rules! m { ($i:ident) => { 1 } } const A: u8 = m!(fn);", "1");
  expect("macro_rules! m { ($l:literal) => { 1 }; ($e:expr) => { 2 } } const A: u8 = m!(-1);", "1");
  expect("macro_rules! m { ($t:ty) => { 1 }; ($($t:tt)*) => { 2 } } const A: u8 = m!(1);", "2");
  // A visibility may be empty, but not at the end.
  expect("macro_rules! m { ($v:vis fn) => { $v struct S; } } m!(fn);", "⟦ ⟧ struct S ;");
  expect_error("macro_rules! m { ($v:vis) => { } } m!();", "unexpected end of macro invocation");
}

void groups_of_outer_macros(void**) {
  const auto through = [](const char* outer, const char* inner, const char* argument) {
    return expand(
        fmt::format("macro_rules! n {{ ({}) => {{ 1 }} }} macro_rules! m {{ ($m:{}) => {{ n!($m) }} }}"
                    "const A: u8 = m!({});",
                    inner, outer, argument));
  };
  for (const char* fine : {"expr $x:tt x+1", "expr $x:expr x+1", "expr $x:literal 1", "expr $x:literal -1",
                           "literal $x:expr 1", "ty $x:path u8", "path $x:ty u8", "path $x:expr u8", "path $x:pat u8",
                           "expr $x:pat 1", "literal $x:pat 1", "expr $x:stmt 1", "block $x:expr {1}",
                           "path $x:meta u8", "ident $x:expr x", "ident x x", "tt 1 1", "pat $x:pat_param 1|2"}) {
    const std::string text(fine);
    const size_t a = text.find(' ');
    const size_t b = text.find(' ', a + 1);
    const std::string out =
        through(text.substr(0, a).c_str(), text.substr(a + 1, b - a - 1).c_str(), text.substr(b + 1).c_str());
    if (!out.ends_with(" | 1")) print_error("%s: %s\n", fine, out.c_str());
    assert_true(out.ends_with(" | 1"));
  }
  for (const char* wrong : {"expr $x:ident x", "expr 1 1", "expr $x:literal x", "ty $x:ident u8", "ty $x:expr u8",
                            "ty $x:path &u8", "expr $x:block {1}", "meta $x:path inline"}) {
    const std::string text(wrong);
    const size_t a = text.find(' ');
    const size_t b = text.find(' ', a + 1);
    const std::string out =
        through(text.substr(0, a).c_str(), text.substr(a + 1, b - a - 1).c_str(), text.substr(b + 1).c_str());
    if (!out.starts_with("call: ")) print_error("%s: %s\n", wrong, out.c_str());
    assert_true(out.starts_with("call: "));
  }
}

std::string repeated(std::string_view text, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

void documentation(void**) {
  expect("macro_rules! m { ($(#[$m:meta])* $i:ident) => { $(#[$m])* struct $i; } } m!(/// one \"#\n A);",
         "# [ ⟦ doc = r##\" one \"#\"## ⟧ ] struct A ;");
  expect("macro_rules! m { (#![$m:meta] fn) => { mod a { #![$m] } } } m!(//! x\n fn);",
         "mod a { # ! [ ⟦ doc = r\" x\" ⟧ ] }");
  expect("macro_rules! m { ($a:tt $b:tt) => { $a $b fn f() {} } } m!(/** x */);", "# [ doc = r\" x \" ] fn f ( ) { }");
  // In a matcher they are passed over; in a transcriber they stay.
  expect("macro_rules! m { (/// x\n $a:ident) => { /// y\n fn $a() {} } } m!(b);", "/// y fn b ( ) { }");
  // However far in it stands.
  for (size_t before = 0; before < 40; ++before) {
    const std::string words = before == 0 ? "" : repeated("a ", before);
    const std::string call = "macro_rules! m { ($(a)* #[$m:meta] $i:ident) => { struct $i; } } m!(" + words;
    expect((call + "/// x\n B);").c_str(), "struct B ;");
  }
}

void dollar_crate(void**) {
  Expander expander;
  assert_text_equal(expander.run("macro_rules! m { () => { use $crate::a; } } m!();"), "use $crate :: a ;");
  const Source& output = *expander.sources().back();
  assert_true(output.tree.token_kind(1) == TokenKind::DollarCrate);
  assert_int_equal(output.origin(SourceId(1), 1).source.value, 0);
  expect("macro_rules! n { ($p:path) => { 1 } } macro_rules! m { () => { n!($crate::x) } } const A: u8 = m!();",
         "n ! ( $crate :: x ) | 1");
  expect("macro_rules! n { ($crate) => { 1 } } macro_rules! m { () => { n!($crate) } } const A: u8 = m!();",
         "n ! ( $crate ) | 1");
  expect_error("macro_rules! n { (crate) => { 1 } } macro_rules! m { () => { n!($crate) } } const A: u8 = m!();",
               "no rules expected `$crate`");
}

void macros_that_define_macros(void**) {
  expect("macro_rules! m { ($n:ident) => { macro_rules! $n { ($x:expr) => { $x + 1 } } } } m!(n); const A: u8 = n!(2);",
         "macro_rules ! n { ( $ x : expr ) => { $ x + 1 } } | ⟦ 2 ⟧ + 1");
  expect(
      "macro_rules! m { ($x:expr) => { macro_rules! n { ($$x:expr) => { $$x + $x } } } } m!(3); const A: u8 = n!(2);",
      "macro_rules ! n { ( $ x : expr ) => { $ x + ⟦ 3 ⟧ } } | ⟦ 2 ⟧ + ⟦ 3 ⟧");
  expect("macro m($x:expr) { $x } const A: u8 = m!(1);", "⟦ 1 ⟧");
  expect("macro m { ($x:ident) => { 1 }, () => { 2 } } const A: u8 = m!();", "2");
}

void expressions_on_variables(void**) {
  const char* const rule = "macro_rules! m { ($($($x:expr),*);*) => { (%s) } } const A: u8 = m!(1, 2, 3; 4);";
  const auto with = [rule](std::string_view output) {
    std::string text(rule);
    return expand(text.replace(text.find("%s"), 2, output));
  };
  assert_text_equal(with("${count($x)}, ${count($x, 0)}, ${count($x, 1)}, $(${count($x)}),*"), "( 4 , 4 , 2 , 3 , 1 )");
  assert_text_equal(with("$($((${index()}, ${index(1)}, ${len()}, ${len(1)}, $x)),*),*"),
                    "( ( 0 , 0 , 3 , 2 , ⟦ 1 ⟧ ) , ( 1 , 0 , 3 , 2 , ⟦ 2 ⟧ ) , ( 2 , 0 , 3 , 2 , ⟦ 3 ⟧ ) , "
                    "( 0 , 1 , 1 , 2 , ⟦ 4 ⟧ ) )");
  assert_text_equal(with("$($(${ignore($x)} 7),*),*"), "( 7 , 7 , 7 , 7 )");
  expect("macro_rules! m { ($x:ident) => { fn ${concat($x, _foo, \"bar\")}() {} } } m!(a);", "fn a_foobar ( ) { }");
  expect_error("macro_rules! m { ($($x:ident)*) => { ${index()} } } m!(a);", "`index`");
  expect_error("macro_rules! m { ($x:ident) => { ${count($x)} } } m!(a);", "`count`");
  expect_error("macro_rules! m { ($x:ident) => { ${none($x)} } } m!(a);", "definition: unrecognized");
}

void editions_of_definitions(void**) {
  expect("macro_rules! m { (async) => { fn async() {} } } m!(async);", "fn async ( ) { }", Edition::k2015);
}

// ---- Hygiene and origins ----------------------------------------------------------------------------------------

void contexts_and_origins(void**) {
  Expander expander;
  const std::string text = "macro_rules! m { ($x:ident) => { fn $x() { let y = 1; } } } m!(name);";
  assert_text_equal(expander.run(text), "fn name ( ) { let y = 1 ; }");
  const Source& output = *expander.sources().back();
  const auto slot_of = [&](std::string_view word) {
    uint32_t slot = 0;
    while (output.tree.token_text(slot) != word) ++slot;
    return slot;
  };
  assert_int_equal(output.context(slot_of("name")), rp::kRootContext);
  assert_int_equal(output.origin(SourceId(1), slot_of("name")).offset, text.find("name"));
  const rp::ContextId inner = output.context(slot_of("y"));
  assert_int_not_equal(inner, rp::kRootContext);
  assert_int_equal(expander.contexts.parent(inner), rp::kRootContext);
  assert_int_equal(expander.contexts.expansion(inner).value, 0);
  assert_int_equal(output.origin(SourceId(1), slot_of("y")).offset, text.find("y = 1"));
}

void context_table(void**) {
  rp::ContextTable table;
  std::vector<rp::ContextId> ids;
  for (uint32_t i = 0; i < 5000; ++i)
    ids.push_back(table.with(i % 7 == 0 || ids.empty() ? 0 : ids.back(), rp::ExpansionId(i)));
  for (uint32_t i = 0; i < 5000; ++i)
    assert_int_equal(table.with(table.parent(ids[i]), table.expansion(ids[i])), ids[i]);
  assert_int_equal(table.size(), 5001);
}

// ---- Definitions ------------------------------------------------------------------------------------------------

void errors_of_definitions(void**) {
  const auto definition = [](const char* matcher, const char* part) {
    const std::string text = fmt::format("macro_rules! m {{ ({}) => {{ }} }}", matcher);
    if (part == nullptr)
      expect_fine(text.c_str());
    else
      expect_error(text.c_str(), part);
  };
  definition("$x:expr +", "`$x:expr` is followed by `+`, which is not allowed for `expr` fragments");
  definition("$x:expr $y:expr", "is followed by `$y:expr`");
  definition("$x:expr => $y:stmt ; $z:ty { $p:path } , $w:pat = a", nullptr);
  definition("$x:ty $b:block", nullptr);
  definition("$x:ty $b:ident", "not allowed for `ty`");
  definition("$x:pat | a", "not allowed for `pat`");
  definition("$x:pat_param | a", nullptr);
  definition("$v:vis $i:ident", nullptr);
  definition("$v:vis $i:expr", "not allowed for `vis`");
  definition("$v:vis priv", "not allowed for `vis`");
  definition("$($x:expr)* a", "not allowed for `expr`");
  definition("$($x:expr),* ; a", nullptr);
  definition("$($x:expr)+-*", "not allowed for `expr`");
  definition("[$x:expr]", nullptr);
  definition("$($v:vis)*", "repetition matches empty token tree");
  definition("$()*", "repetition matches empty token tree");
  definition("$($(a)*)*", "repetition matches empty token tree");
  definition("$($v:vis),*", nullptr);
  definition("$x:ident $x:ident", "duplicate matcher binding");
  definition("$x:foo", "invalid fragment specifier `foo`");
  definition("$x", "missing fragment specifier");
  definition("$(a)", "expected one of: `*`, `+`, or `?`");
  definition("$(a),?", "does not take a separator");
  definition("$$", "not allowed inside macro parameter definitions");
  definition("$", nullptr);
  expect_error("macro_rules! m { }", "at least one rule");
  expect_error("macro_rules! m { () }", "expected `=>`");
  expect_error("macro_rules! m { () => }", "ended unexpectedly");
  expect_error("macro_rules! m { () => a }", "rhs must be delimited");
  expect_error("macro_rules! m { a => {} }", "balanced delimiters");
  expect_error("macro_rules! m { () => {} () => {} }", "expected `;`");
  expect_fine("macro_rules! m { attr(a) (b) => {}; derive() (c) => {}; unsafe attr() () => {}; () => {} } m!();");
}

// ---- Groups in the parser ---------------------------------------------------------------------------------------

void groups_where_they_fit(void**) {
  for (const char* rule :
       {"$p:path => const A: u8 = $p(1); @ a::b",
        "$p:path => $p!{} @ g",
        "$p:path => use $p::*; @ a::b",
        "$p:path => #[$p] fn f() {} @ inline",
        "$p:path => impl<T: $p + Send> $p for $p {} @ a::B<u8>",
        "$p:path => fn f() { match x { $p(y) => {} $p {z} => {} $p => {} } $p { a: 1 }; } @ a::b",
        "$p:path => pub(in $p) fn f() {} @ crate",
        "$t:ty => type A = Box<$t>; impl X for $t {} @ &'static [u8]",
        "$t:ty => use $t; impl $t for u8 {} @ a::b",
        "$t:ty => const A: u8 = <$t>::B; @ [u8]",
        "$e:expr => const A: bool = $e.0 as u8 + $e? == $e(1)[2]; @ a + b",
        "$e:expr => type A = X<$e>; @ 1",
        "$e:expr => fn f() { match 1 { $e => {} $e..=$e => {} -$e => {} } } @ 1",
        "$e:expr => fn f() { $e $e } @ match 1 {}",
        "$e:expr => fn f() { if $e {} } @ S { a: 1 }",
        "$e:expr => #[doc = $e] fn f() {} @ \"x\"",
        "$l:literal => extern $l fn f() {} unsafe extern $l {} @ \"C\"",
        "$l:literal => const A: i8 = -$l; type B = X<$l>; @ -1",
        "$b:block => fn f() $b fn g() { if a $b else $b loop $b for x in y $b $b $b.f() } @ {}",
        "$b:block => const A: u8 = { let x = async $b; const $b }; @ {}",
        "$s:stmt => fn f() { #[cold] $s; $s $s } @ let x = 1",
        "$s:stmt => fn f() { $s $s } @ g()",
        "$s:stmt => fn f() { $s } @ struct S;",
        "$i:item => fn f() { $i $i } @ g!{}",
        "$p:pat => fn f($p: u8) { let $p = 1; |$p| 1; for $p in x {} } @ &mut x",
        "$p:pat => fn f() { match x { $p | $p if y => {} Some($p) => {} x @ $p => {} } } @ 1 | 2",
        "$i:item => #[cold] $i mod m { $i } impl S { $i } @ #[inline] fn f() {}",
        "$i:item => fn f() { $i $i; } @ use a;",
        "$m:meta => #[$m] fn f() { #![$m] } @ unsafe(no_mangle)",
        "$m:meta => #[cfg_attr(all(), $m)] fn f() {} @ a = 1",
        "$v:vis => $v fn f() {} $v struct S { $v x: u8 } $v struct T($v u8); trait U { $v fn f(); } @ pub(crate)"}) {
    const std::string_view text(rule);
    const size_t arrow = text.find(" => ");
    const size_t at = text.rfind(" @ ");
    expect_fine(fmt::format("macro_rules! m {{ ({}) => {{ {} }} }} m!({});", text.substr(0, arrow),
                            text.substr(arrow + 4, at - arrow - 4), text.substr(at + 3))
                    .c_str());
  }
}

void groups_where_they_do_not_fit(void**) {
  for (const char* rule : {"$p:path => const A: u8 = $p::x; @ a",
                           "$p:path => const A: u8 = 1 + $p!(); @ a",
                           "$p:path => const A: S = $p { a: 1 }; @ a",
                           "$p:path => use $p; @ Vec<u8>",
                           "$p:path => type A = $p<u8>; @ a",
                           "$t:ty => const A: u8 = $t::new(); @ Vec<u8>",
                           "$t:ty => use $t; @ <A as B>::C",
                           "$t:ty => type A = $t::B; @ Vec<u8>",
                           "$t:ty => const A: u8 = $t(1); @ S",
                           "$t:ty => fn f<T: $t>() {} @ Clone",
                           "$t:ty => type A = Box<$t + Send>; @ A",
                           "$e:expr => type A = X<$e>; @ 1 + 1",
                           "$e:expr => fn f() $e @ {}",
                           "$e:expr => fn f() { $e $e } @ 1",
                           "$e:expr => const A: bool = $e < 3; @ a < b",
                           "$b:block => const A: u8 = unsafe $b; @ {}",
                           "$b:block => const A: u8 = 'a: $b; @ {}",
                           "$i:item => pub $i @ fn f() {}",
                           "$i:item => impl S { $i } @ struct T;",
                           "$s:stmt => const A: u8 = $s; @ 1",
                           "$s:stmt => $s @ struct S;",
                           "$p:pat => const A: u8 = $p; @ 1",
                           "$p:pat => fn f() { let $p = 1; } @ 1 | 2",
                           "$m:meta => #[unsafe($m)] fn f() {} @ no_mangle",
                           "$v:vis => $v macro_rules! x { () => {} } @ pub",
                           "$l:literal => const A: u8 = x.$l; @ 0"}) {
    const std::string_view text(rule);
    const size_t arrow = text.find(" => ");
    const size_t at = text.rfind(" @ ");
    expect_error(fmt::format("macro_rules! m {{ ({}) => {{ {} }} }} m!({});", text.substr(0, arrow),
                             text.substr(arrow + 4, at - arrow - 4), text.substr(at + 3))
                     .c_str(),
                 "output: ");
  }
}

void streams(void**) {
  const auto file = source_of("type A = Vec<Vec<u8>>; fn f() { x.0.1; a >>= b && c }", Edition::k2021);
  rp::TokenStream stream;
  // What the parser split becomes one operator again.
  stream.push_range(*file, SourceId(0), 0, file->tree.slot_count());
  const auto copy = stream.finish(FragmentKind::Items, {});
  check_tree(*copy);
  assert_text_equal(copy->text, "type A = Vec < Vec < u8 >> ; fn f ( ) { x . 0 . 1 ; a >>= b && c }");
  assert_true(copy->tree.errors().empty());
  assert_int_equal(stream.size(), 0);
  stream.push_text("impl $crate::A for B<'a> { /// x\n fn f() { 1.5 } }", {SourceId(7), 3}, 0);
  const auto made = stream.finish(FragmentKind::Items, {});
  check_tree(*made);
  assert_true(made->tree.errors().empty());
  assert_true(made->tree.token_kind(1) == TokenKind::DollarCrate);
  assert_int_equal(made->origin(SourceId(0), 5).offset, 3);
  const auto empty = stream.finish(FragmentKind::Statements, {});
  check_tree(*empty);
}

// Whether one byte numbers the writers of all tokens or not, each token keeps its own; and a stream that is used again
// knows nothing of what it held before.
void writers_of_tokens(void**) {
  rp::TokenStream stream;
  for (const uint32_t sources : {3U, 64U, 256U, 257U, 2000U, 5U}) {
    const uint32_t tokens = 3 * sources;
    for (uint32_t i = 0; i < tokens; ++i)
      stream.push(TokenKind::Ident, "ab", {SourceId(i * 7 % sources), 10 + i}, i % 2 == 0 ? 5 : 9);
    const auto made = stream.finish(FragmentKind::Tokens, {});
    check_tree(*made);
    assert_int_equal(made->tree.slot_count(), tokens);
    assert_int_equal(made->text.size(), 3 * tokens - 1);
    for (uint32_t i = 0; i < tokens; ++i) {
      const rp::TokenOrigin origin = made->origin(SourceId(0), i);
      assert_int_equal(origin.source.value, i * 7 % sources);
      assert_int_equal(origin.offset, 10 + i);
      assert_int_equal(made->context(i), i % 2 == 0 ? 5 : 9);
    }
  }
  stream.push(TokenKind::Ident, "left", {SourceId(1), 0}, 0);
  stream.clear();
  assert_int_equal(stream.size(), 0);
  assert_int_equal(stream.text_bytes(), 0);
}

// ---- Hostile input ----------------------------------------------------------------------------------------------

void large_inputs(void**) {
  const std::string list = "macro_rules! m { ($($e:expr),* $(,)?) => { [$($e),*] } } const A: [u8; 0] = m!(";
  expect_fine((list + repeated("a + 1, ", 20000) + ");").c_str());
  expect_fine((list + repeated("(", 200) + "1" + repeated(")", 200) + ");").c_str());
  // Ways through a matcher do not multiply.
  const std::string optional = "macro_rules! m { (" + repeated("$(a)? ", 300) + "b) => { } } ";
  expect_error((optional + "m!(" + repeated("a ", 150) + "b);").c_str(), "multiple successful parses");
  expect_fine((optional + "m!(" + repeated("a ", 300) + "b);").c_str());
}

void exponential_growth(void**) {
  Expander expander;
  expander.limits.tokens_per_call = 100000;
  const std::string out = expander.run("macro_rules! m { ($($t:tt)*) => { m!($($t)* $($t)*); } } m!(a);");
  assert_true(out.find("too large") != std::string::npos);
  Expander endless;
  assert_text_equal(endless.run("macro_rules! m { () => { m!(); } } m!();"), "recursion limit");
}

void deep_definitions(void**) {
  const std::string open = repeated("$(", 2000);
  const std::string close = repeated(")*", 2000);
  expect_error(("macro_rules! m { (" + open + "a" + close + ") => { } }").c_str(), "definition: ");
  expect_error(("macro_rules! m { ($($a:ident)*) => { " + open + "$a" + close + " } }").c_str(), "definition: ");
}

// No cut and no swap of tokens may crash, and what comes out is always a tree.
void mutations(void**) {
  const std::string text =
      "macro_rules! m { ($($(#[$m:meta])* $v:vis $i:ident : $t:ty = $e:expr),* $(,)?) => { $($(#[$m])* $v const $i: $t "
      "="
      " $e; ${count($i)})* } } m!(/// x\n pub A: Vec<Vec<u8>> = a.0.1 >> 2, B: u8 = {1});";
  for (size_t cut = 0; cut < text.size(); ++cut) {
    Expander(Edition::k2021).run(text.substr(0, cut));
    Expander(Edition::k2021).run(text.substr(0, cut) + text.substr(cut + 1));
    std::string swapped = text;
    swapped[cut] = "$(){}:*"[cut % 7];
    Expander(Edition::k2024).run(swapped);
  }
}

// Any tokens in any order, with groups that match and groups that do not: a tree with a leaf for each.
void random_streams(void**) {
  static constexpr const char* kWords[] = {
      "a",      "b",      "fn",    "let",  "pub",   "struct", "impl", "use", "match", "if", "else",
      "unsafe", "extern", "const", "1",    "\"s\"", "'a",     "::",   "=",   ";",     ",",  "+",
      "-",      "<",      ">",     "&&",   ">>",    "..",     "=>",   "!",   "#",     ".",  ":",
      "|",      "$crate", "async", "move", "dyn",   "where",  "for",  "in",  "?"};
  std::mt19937 random(7);
  for (int round = 0; round < 60000; ++round) {
    rp::TokenStream stream;
    std::vector<std::pair<TokenKind, const char*>> open;
    const bool tidy = round % 3 != 0;
    for (int i = 0; i < 24; ++i) {
      const unsigned choice = static_cast<unsigned>(random() % 10);
      if (choice < 6) {
        stream.push_text(kWords[random() % std::size(kWords)], {SourceId(0), 0}, 0);
      } else if (choice < 8) {
        const auto group = static_cast<TokenKind>(static_cast<unsigned>(TokenKind::GroupOpenItem) + random() % 10);
        stream.push(group, {}, {SourceId(0), 0}, 0);
        open.emplace_back(TokenKind::GroupClose, "");
      } else if (choice == 8) {
        const unsigned shape = static_cast<unsigned>(random() % 3);
        const auto opener = static_cast<TokenKind>(static_cast<unsigned>(TokenKind::LParen) + 2 * shape);
        stream.push(opener, shape == 0 ? "(" : shape == 1 ? "[" : "{", {SourceId(0), 0}, 0);
        open.emplace_back(static_cast<TokenKind>(static_cast<unsigned>(opener) + 1), shape == 0   ? ")"
                                                                                     : shape == 1 ? "]"
                                                                                                  : "}");
      } else if (!open.empty()) {
        const size_t at = tidy ? open.size() - 1 : random() % open.size();
        stream.push(open[at].first, open[at].second, {SourceId(0), 0}, 0);
        open.erase(open.begin() + static_cast<std::ptrdiff_t>(at));
      }
    }
    for (; tidy && !open.empty(); open.pop_back())
      stream.push(open.back().first, open.back().second, {SourceId(0), 0}, 0);
    const auto kind = static_cast<FragmentKind>(random() % (static_cast<unsigned>(FragmentKind::Tokens) + 1));
    const auto source = stream.finish(kind, {});
    const std::string problem = rp::checks::check_tree(source->tree);
    if (!problem.empty()) print_error("%s\nround %d: %s\n", problem.c_str(), round, shown(*source).c_str());
    assert_true(problem.empty());
  }
}

}  // namespace

UNIT_TESTS(cmocka_unit_test(rules_in_order), cmocka_unit_test(fragments_stay_whole), cmocka_unit_test(split_operators),
           cmocka_unit_test(repetitions), cmocka_unit_test(threads_and_ambiguity),
           cmocka_unit_test(ways_without_a_choice), cmocka_unit_test(what_begins_a_fragment),
           cmocka_unit_test(groups_of_outer_macros), cmocka_unit_test(documentation), cmocka_unit_test(dollar_crate),
           cmocka_unit_test(macros_that_define_macros), cmocka_unit_test(expressions_on_variables),
           cmocka_unit_test(editions_of_definitions), cmocka_unit_test(contexts_and_origins),
           cmocka_unit_test(context_table), cmocka_unit_test(errors_of_definitions),
           cmocka_unit_test(groups_where_they_fit), cmocka_unit_test(groups_where_they_do_not_fit),
           cmocka_unit_test(streams), cmocka_unit_test(writers_of_tokens), cmocka_unit_test(large_inputs),
           cmocka_unit_test(exponential_growth), cmocka_unit_test(deep_definitions), cmocka_unit_test(mutations),
           cmocka_unit_test(random_streams))
