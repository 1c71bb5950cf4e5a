// Built-in macros, derives and attributes: what they give, where it comes from, and what they refuse.
#include "expand/builtin.h"

#include <memory>

#include "expand/derive_shape.h"
#include "expand/format_string.h"
#include "expand/macro_rules.h"
#include "syntax/parser.h"
#include "unit_test.h"

namespace {

using rp::BuiltinOutcome;
using rp::Edition;
using rp::ExpansionId;
using rp::FragmentKind;
using rp::NodeId;
using rp::NodeKind;
using rp::Source;
using rp::SourceId;
using rp::TokenStream;

const SourceId kFile(0);

class TestContext : public rp::BuiltinContext {
 public:
  explicit TestContext(Edition edition = Edition::k2021) : edition_(edition) {
    cfg_.add("unix");
    cfg_.add("target_os", "linux");
    cfg_.finish();
    options_.edition = edition;
  }
  [[nodiscard]] Edition edition() const override { return edition_; }
  [[nodiscard]] const rp::CfgSet& cfg() const override { return cfg_; }
  [[nodiscard]] std::string module_path() const override { return "krate::module"; }
  [[nodiscard]] std::string_view file() const override { return "src/lib.rs"; }
  [[nodiscard]] uint32_t line() const override { return 7; }
  [[nodiscard]] uint32_t column() const override { return 9; }
  bool read_file(std::string_view path, std::string* text) override {
    *text = path == "there.txt" ? "a \"b\"\n" : "no such file";
    return path == "there.txt";
  }
  [[nodiscard]] std::optional<std::string> env(std::string_view name) const override {
    if (name == "CARGO_PKG_NAME") return "krate";
    return std::nullopt;
  }
  // Knows built-in macros only, by the last word of the path.
  bool expand_eagerly(const rp::MacroInput& call, TokenStream* out) override {
    const rp::Tree tree =
        rp::parse_fragment(call.source->tree, call.begin, call.end, FragmentKind::Expr, parse_options());
    for (uint32_t i = 0; i < tree.node_count(); ++i) {
      const NodeId node(i);
      if (tree.kind(node) != NodeKind::MacroCall) continue;
      const NodeId path = tree.child(node, rp::Role::path);
      const NodeId arguments = tree.child(node, rp::Role::arguments);
      const rp::BuiltinMacro* macro = rp::find_builtin_macro(tree.token_text(tree.end_slot(path) - 1));
      if (macro == nullptr) return false;
      rp::BuiltinCall inner;
      inner.input = {call.source, call.id, call.begin + tree.first_slot(arguments) + 1,
                     call.begin + tree.end_slot(arguments) - 1};
      inner.place = {call.id, 0};
      inner.expansion = ExpansionId(next_++);
      return macro->expand(inner, *this, out, nullptr) == BuiltinOutcome::Expanded;
    }
    return false;
  }
  [[nodiscard]] rp::ContextTable& contexts() override { return contexts_; }
  [[nodiscard]] const rp::ParseOptions& parse_options() const override { return options_; }
  ExpansionId next_expansion() { return ExpansionId(next_++); }
  rp::CfgSet& mutable_cfg() { return cfg_; }

 private:
  Edition edition_;
  rp::CfgSet cfg_;
  rp::ContextTable contexts_;
  rp::ParseOptions options_;
  uint32_t next_ = 0;
};

struct Expansion {
  BuiltinOutcome outcome = BuiltinOutcome::Failed;
  rp::MacroError error;
  std::unique_ptr<Source> source;
};

std::unique_ptr<Source> read(std::string text, TestContext& context) {
  auto source = std::make_unique<Source>();
  source->storage = std::move(text);
  source->text = source->storage;
  source->tree = rp::lex_and_parse(source->text, context.parse_options());
  return source;
}

// Expands the one call `name!(arguments)`.
Expansion expand(std::string_view name, const std::string& arguments, TestContext& context,
                 std::unique_ptr<Source>* file = nullptr) {
  std::unique_ptr<Source> source = read("m!{" + arguments + "}", context);
  const rp::BuiltinMacro* macro = rp::find_builtin_macro(name);
  assert_non_null(macro);
  rp::BuiltinCall call;
  call.input = {source.get(), kFile, 3, source->tree.slot_count() - 1};
  call.place = {kFile, 0};
  call.expansion = context.next_expansion();
  Expansion result;
  TokenStream out;
  result.outcome = macro->expand(call, context, &out, &result.error);
  result.source = out.finish(FragmentKind::Expr, context.parse_options());
  if (file != nullptr) *file = std::move(source);
  return result;
}

std::string expanded(std::string_view name, const std::string& arguments, Edition edition = Edition::k2021) {
  TestContext context(edition);
  Expansion result = expand(name, arguments, context);
  if (result.outcome == BuiltinOutcome::Failed) return "error: " + result.error.message;
  if (result.outcome == BuiltinOutcome::Opaque) return "opaque: " + result.error.message;
  for (const rp::SyntaxError& error : result.source->tree.errors()) return "does not parse: " + error.message;
  return std::string(result.source->text);
}

void format_arguments_are_numbered(void**) {
  assert_text_equal(expanded("format_args", "\"a{{}}{x:>w$.p$?} {} {0:#x} {n:+08.3e}\", 1, n = y"),
                    "builtin # format_args ( \"a{{}}{2:>4$.3$?} {0} {0:#x} {1:+08.3e}\" , 1 , y , x , p , w )");
  assert_text_equal(expanded("format_args", "\"{:.*} {}\", 3, 4, 5"),
                    "builtin # format_args ( \"{1:.0$} {2}\" , 3 , 4 , 5 )");
  assert_text_equal(expanded("format_args", "r#\"{\"{x}\"}\"#"),
                    "error: invalid format string: expected `}`, found `\"`");
  assert_text_equal(expanded("format_args_nl", "\"it's {x} {x:?} {type}\""),
                    "builtin # format_args ( \"it\\'s {0} {0:?} {1}\\n\" , x , r#type )");
  assert_text_equal(expanded("format_args", "concat!(\"{}\", 1, stringify!(a + b)), c"),
                    "builtin # format_args ( \"{0}1a + b\" , c )");
}

void captures_know_their_place(void**) {
  TestContext context;
  std::unique_ptr<Source> file;
  const Expansion result =
      expand("format_args", "\"\\u{e9}\\\n   {name} {x:1$}{}{width:>w$}\", 5, 6, x = 2", context, &file);
  assert_int_equal(result.outcome, BuiltinOutcome::Expanded);
  const std::string_view written = file->text;
  uint32_t found = 0;
  for (uint32_t slot = 0; slot < result.source->tree.slot_count(); ++slot) {
    const std::string_view text = result.source->tree.token_text(slot);
    if (text != "name" && text != "width" && text != "w") continue;
    ++found;
    const rp::TokenOrigin origin = result.source->origin(SourceId(1), slot);
    assert_text_equal(written.substr(origin.offset, text.size()), text);
    assert_int_equal(result.source->context(slot), rp::kRootContext);
  }
  assert_int_equal(found, 3);
}

void format_errors_are_rustcs(void**) {
  const auto error = [](const std::string& arguments) { return expanded("format_args", arguments); };
  assert_text_equal(error(""), "error: requires at least a format string argument");
  assert_text_equal(error("\"{\""), "error: invalid format string: expected `}` but string was terminated");
  assert_text_equal(error("\"}\""), "error: invalid format string: unmatched `}` found");
  assert_text_equal(error("\"{} {}\", 1"), "error: 2 positional arguments in format string, but there is 1 argument");
  assert_text_equal(error("\"{2}\", 1"), "error: invalid reference to positional argument 2 (there is 1 argument)");
  assert_text_equal(error("\"{}\", 1, 2"), "error: argument never used");
  assert_text_equal(error("\"{}\", 1, a = 2"), "error: named argument never used");
  assert_text_equal(error("\"{:z}\", 1"), "error: unknown format trait `z`");
  assert_text_equal(error("\"{x.y}\""), "error: invalid format string: field access isn't supported");
  assert_text_equal(error("\"{ x }\""), "error: invalid format string: expected `}`, found `x`");
  assert_text_equal(error("\"{_}\""), "error: invalid format string: invalid argument name `_`");
  assert_text_equal(error("\"{r#x}\""), "error: invalid format string: raw identifiers are not supported");
  assert_text_equal(error("\"a\", a = 1, 2"), "error: positional arguments cannot follow named arguments");
  assert_text_equal(error("\"{a}\", a = 1, a = 2"), "error: duplicate argument named `a`");
  assert_text_equal(error("x"), "error: format argument must be a string literal");
  assert_text_equal(error("concat!(\"{x}\")"), "error: there is no argument named `x`");
  assert_text_equal(error("\"{:70000}\", 1"),
                    "error: invalid format string: integer `70000` does not fit into the type `u16` whose range is "
                    "`0..=65535`");
}

void strings_are_made(void**) {
  assert_text_equal(expanded("concat", "\"a\", 1_0u8, 2.50, true, 'c', -1, 0x10, r\"\\\""), "\"a102.50truec-116\\\\\"");
  assert_text_equal(expanded("concat", "x"), "error: expected a literal");
  assert_text_equal(expanded("concat_bytes", "b\"a\", 255, [1, b'x']"), "b\"a\\xff\\x01x\"");
  assert_text_equal(expanded("stringify", "a+b [ c ] :: <d>, { } { x } ( y )"), "\"a+b [c] :: <d>, {} { x } (y)\"");
  assert_text_equal(expanded("include_str", "\"there.txt\""), "\"a \\\"b\\\"\\n\"");
  assert_text_equal(expanded("include_bytes", "\"there.txt\""), "b\"a \\\"b\\\"\\n\"");
  assert_text_equal(expanded("include_str", "\"other.txt\""), "opaque: `other.txt` is not there, or not to be read");
  assert_text_equal(expanded("include", "\"there.txt\""),
                    "does not parse: expected the end of the macro argument, found `\"b\"`");
  assert_text_equal(expanded("env", "\"CARGO_PKG_NAME\""), "\"krate\"");
  assert_text_equal(expanded("env", "\"HOME\""),
                    "opaque: the environment variable `HOME` is not known: whoever builds the crate sets it");
  assert_text_equal(expanded("option_env", "\"CARGO_PKG_NAME\""), "$crate :: option :: Option :: Some ( \"krate\" )");
  assert_text_equal(expanded("compile_error", "concat!(\"a\", 1)"), "error: a1");
  assert_text_equal(expanded("line", ""), "7u32");
  assert_text_equal(expanded("column", ""), "9u32");
  assert_text_equal(expanded("module_path", ""), "\"krate::module\"");
}

void conditions_choose(void**) {
  assert_text_equal(expanded("cfg", "all(unix, target_os = \"linux\")"), "true");
  assert_text_equal(expanded("cfg", "windows,"), "false");
  assert_text_equal(expanded("cfg_select", "windows => { 1 } unix => { 2 } _ => { 3 }"), "2");
  assert_text_equal(expanded("cfg_select", "windows => f(1, 2), _ => g::<A, B>(),"), "g :: < A , B > ( )");
  assert_text_equal(expanded("cfg_select", "windows => 1"),
                    "error: none of the predicates in this `cfg_select` evaluated to true");
}

void panics_follow_the_edition(void**) {
  assert_text_equal(expanded("std_panic", "\"{}\", 1"), "$crate :: panic :: panic_2021 ! ( \"{}\" , 1 )");
  assert_text_equal(expanded("core_panic", "x", Edition::k2018), "$crate :: panic :: panic_2015 ! ( x )");
  assert_text_equal(expanded("unreachable", "", Edition::k2015), "$crate :: panic :: unreachable_2015 ! ( )");
  assert_text_equal(expanded("assert", "a == b"),
                    "if ! a == b { $crate :: panicking :: panic ( \"assertion failed: a == b\" ) }");
  // The condition is printed as rustc prints expressions, in lines of 78 columns.
  assert_text_equal(expanded("assert", "a . b ::< C > ( &mut x , |y| y+1 ) [ 0 ]==- 1&&!( c as u8>2 )"),
                    "if ! a . b :: < C > ( & mut x , | y | y + 1 ) [ 0 ] == - 1 && ! ( c as u8 > 2 ) { $crate :: "
                    "panicking :: panic ( "
                    "\"assertion failed: a.b::<C>(&mut x, |y| y + 1)[0] == -1 && !(c as u8 > 2)\" ) }");
  const std::string lines = expanded("assert", "match x { A{b,..}|C=>{ let d=1; d } _ if e => unsafe{f()}, g=>{}, }");
  assert_true(
      lines.find("assertion failed: match x {\\n    A { b, .. } | C => { let d = 1; d }\\n    _ if e => unsafe { "
                 "f() },\\n    g => {}\\n}\"") != std::string::npos);
  const std::string calls = expanded(
      "assert",
      "first_argument_of_all.method(second_argument, third_argument_of_it) == fourth(vec![1,2], fifth{ a: 1 })");
  assert_true(calls.find("third_argument_of_it) ==\\n    fourth(vec![1,2], fifth { a: 1 })\"") != std::string::npos);
  assert_text_equal(expanded("assert", "a, \"{}\", 1,"), "if ! a { $crate :: panic :: panic_2021 ! ( \"{}\" , 1 , ) }");
  assert_text_equal(expanded("assert", "a, b", Edition::k2018), "if ! a { panic ! ( b ) }");
  assert_text_equal(expanded("assert", ""), "error: macro requires a boolean expression as an argument");
}

void assembly_keeps_its_operands(void**) {
  assert_text_equal(expanded("asm",
                             "\"nop {}\", \"{x}\", in(reg) a + 1, x = out(reg) b, inout(\"eax\") c => d, out(reg) _, "
                             "sym f::<A, B>, const N, options(nostack), clobber_abi(\"C\")"),
                    "builtin # asm ( \"nop {}\" , \"{x}\" , a + 1 , b , c , d , f :: < A , B > , N )");
}

// ---- Derives --------------------------------------------------------------------------------------------------------

std::string derived(const std::string& item, std::string_view name) {
  TestContext context;
  const std::unique_ptr<Source> file = read(item, context);
  const rp::BuiltinDerive* derive = rp::find_builtin_derive(name);
  assert_non_null(derive);
  rp::DeriveInput input;
  input.source = file.get();
  input.id = kFile;
  input.item = file->tree.first_child(file->tree.root());
  input.place = {kFile, 9};
  input.expansion = context.next_expansion();
  TokenStream out;
  rp::MacroError error;
  const BuiltinOutcome outcome = derive->expand(input, context, &out, &error);
  if (outcome == BuiltinOutcome::Failed) return "error: " + error.message;
  const std::unique_ptr<Source> source = out.finish(FragmentKind::Items, context.parse_options());
  for (const rp::SyntaxError& problem : source->tree.errors()) return "does not parse: " + problem.message;
  return std::string(source->text);
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

void derives_have_rustcs_headers(void**) {
  const std::string text = derived(
      "#[derive(Clone)] #[allow(unused)] #[doc = \"x\"] struct S<'a: 'b, 'b, T: Tr + ?Sized = u8, const N: usize = 3>"
      "(&'a T, Vec<T::A>, for<'c> fn(&'c T::B)) where T: Copy;",
      "Clone");
  assert_true(contains(text,
                       "# [ automatically_derived ] # [ allow ( unused ) ] impl < 'a : 'b , 'b , T : $crate :: "
                       "clone :: Clone + Tr + ? Sized , const N : usize > $crate :: clone :: Clone for S < 'a , "
                       "'b , T , N > where T : Copy , T :: A : $crate :: clone :: Clone , for < 'c > T :: B : "
                       "$crate :: clone :: Clone {"));
}

void copies_are_cloned_at_once(void**) {
  assert_true(contains(derived("#[derive(Clone, Copy)] struct S(u8, u8, Vec<u8>);", "Clone"), "* self"));
  assert_false(contains(derived("#[derive(Clone, Copy)] struct S<T>(T);", "Clone"), "* self"));
  assert_true(
      contains(derived("#[derive(Clone)] #[cfg_attr(unix, derive(Copy))] struct S(u8);", "Clone"), "Clone :: clone"));
  assert_true(contains(derived("#[cfg_attr(unix, derive(Copy))] #[derive(Clone)] struct S(u8);", "Clone"), "* self"));
  assert_false(
      contains(derived("#[cfg_attr(windows, derive(Copy))] #[derive(Clone)] struct S(u8);", "Clone"), "* self"));
}

void scalars_are_compared_first(void**) {
  assert_true(
      contains(derived("#[derive(PartialEq)] struct S { a: String, b: u8, c: &'static *const char }", "PartialEq"),
               "self . b == other . b && self . c == other . c && self . a == other . a"));
}

void defaults_are_marked_once(void**) {
  assert_true(contains(derived("#[derive(Default)] enum E { A, #[default] B }", "Default"), "Self :: B"));
  assert_text_equal(derived("#[derive(Default)] enum E { A }", "Default"),
                    "error: `#[derive(Default)]` on enum with no `#[default]`");
  assert_text_equal(derived("#[derive(Default)] enum E { #[default] A, #[default] B }", "Default"),
                    "error: multiple declared defaults");
  assert_text_equal(derived("#[derive(Default)] enum E { #[default] A(u8) }", "Default"),
                    "error: the `#[default]` attribute may only be used on unit enum variants");
}

void unions_have_few_derives(void**) {
  assert_text_equal(derived("#[derive(Debug)] union U { a: u8 }", "Debug"),
                    "error: this trait cannot be derived for unions");
  assert_true(contains(derived("#[derive(Clone, Copy)] union U { a: u8 }", "Clone"), "AssertParamIsCopy < Self >"));
}

void derives_live_with_broken_items(void**) {
  for (const char* name : {"Clone", "Copy", "Debug", "Default", "Eq", "From", "Hash", "Ord", "PartialEq", "PartialOrd",
                           "CoercePointee", "ConstParamTy"})
    for (const char* item : {"struct", "struct S", "enum E", "enum E {", "struct S {", "struct S { a }", "struct S<",
                             "enum E { A(", "union U", "struct S<T>(T::) where", "struct S(,);"})
      (void)derived(item, name);
}

// ---- std's macros -----------------------------------------------------------------------------------------------

void texts_of_std_compile(void**) {
  for (const char* crate : {"core", "alloc", "std", "std_detect"}) {
    TestContext context(Edition::k2024);
    const std::unique_ptr<Source> source = read(std::string(rp::std_macro_text(crate)), context);
    assert_true(source->tree.errors().empty());
    uint32_t count = 0;
    for (uint32_t i = 0; i < source->tree.node_count(); ++i) {
      const NodeId node(i);
      const NodeKind kind = source->tree.kind(node);
      if (kind != NodeKind::MacroRulesItem && kind != NodeKind::MacroDefItem) continue;
      ++count;
      // What the library implements says which it is, and it is there.
      const std::string_view text = source->tree.text(node);
      if (const size_t at = text.find("#[rustc_builtin_macro"); at != std::string_view::npos) {
        std::string_view name = source->tree.text(source->tree.child(node, rp::Role::name));
        const std::string_view rest = text.substr(at + 21);
        if (rest.starts_with("(")) name = rest.substr(1, rest.find_first_of(",)") - 1);
        if (name == "derive") continue;
        assert_true(rp::find_builtin_macro(name) != nullptr || rp::find_builtin_derive(name) != nullptr ||
                    rp::find_builtin_attribute(name) != nullptr);
        continue;
      }
      std::vector<rp::MacroError> errors;
      const rp::MacroRules rules = rp::MacroRules::compile(*source, kFile, node, Edition::k2024, &errors);
      assert_true(errors.empty());
      assert_true(rules.rule_count() > 0);
    }
    assert_true(count > 0);
  }
  assert_text_equal(rp::std_macro_text("other"), "");
}

// ---- Models of procedural macros --------------------------------------------------------------------------------

std::string modelled(const std::string& item, std::string_view package, std::string_view name) {
  TestContext context;
  const std::unique_ptr<Source> file = read(item, context);
  const rp::ProcMacroModel* model = rp::find_proc_macro_model(package, name);
  assert_non_null(model);
  const NodeId node = file->tree.first_child(file->tree.root());
  TokenStream out;
  rp::MacroError error;
  BuiltinOutcome outcome = BuiltinOutcome::Failed;
  if (model->derive != nullptr) {
    rp::DeriveInput input;
    input.source = file.get();
    input.id = kFile;
    input.item = node;
    input.place = {kFile, 0};
    input.expansion = context.next_expansion();
    outcome = model->derive(input, context, &out, &error);
  } else if (model->attribute != nullptr) {
    rp::AttributeInput input;
    input.source = file.get();
    input.id = kFile;
    input.item = node;
    input.attribute = file->tree.first_child(node);
    for (NodeId n = input.attribute; n < file->tree.subtree_end(input.attribute); n = NodeId(n.value + 1)) {
      if (file->tree.kind(n) != rp::NodeKind::TokenTree) continue;
      const rp::SlotRange inside = rp::inside_of(file->tree, n);
      input.arguments = {file.get(), kFile, inside.begin, inside.end};
      break;
    }
    input.place = {kFile, 0};
    input.expansion = context.next_expansion();
    outcome = model->attribute(input, context, &out, &error);
  } else {
    rp::BuiltinCall call;
    call.input = {file.get(), kFile, 0, file->tree.slot_count()};
    call.place = {kFile, 0};
    call.expansion = context.next_expansion();
    outcome = model->call(call, context, &out, &error);
  }
  if (outcome == BuiltinOutcome::Failed) return "error: " + error.message;
  if (outcome == BuiltinOutcome::Opaque) return "opaque";
  const std::unique_ptr<Source> source = out.finish(FragmentKind::Items, context.parse_options());
  for (const rp::SyntaxError& problem : source->tree.errors()) return "does not parse: " + problem.message;
  return std::string(source->text);
}

void derive_models_give_items(void**) {
  const char* const items[] = {
      "struct S;",
      ("pub struct S<'a: 'a, T: Clone + 'a = u8, const N: usize = 1> where T: Copy { #[serde(borrow)] a: Cow<'a, T>, "
       "b: "
       "[T; N] }"),
      "pub(crate) enum E { #[error(\"x\")] A(#[from] u8), B { c: String }, C }",
      "enum E<T> { A(T), B }",
      "struct S(u8);",
      "#[repr(u8)] enum E { A = 1, FooBar }",
      "union U { a: u8 }",
  };
  for (const rp::ProcMacroModel& model : rp::proc_macro_models()) {
    if (model.derive == nullptr) continue;
    bool any = false;
    for (const char* item : items) {
      const std::string text = modelled(item, model.package, model.name);
      assert_false(text.starts_with("error") || text.starts_with("does not parse"));
      any = any || text != "opaque";
    }
    assert_true(any);
    for (const char* item : {"struct", "struct S<", "enum E { A(", "struct S { a: }", "enum E<T:", "struct S(&'a"})
      (void)modelled(item, model.package, model.name);
  }
}

void serde_impls_have_their_bounds(void**) {
  const std::string text =
      modelled("struct S<'a, T, U> { a: &'a str, b: Vec<T>, c: PhantomData<U> }", "serde_derive", "Deserialize");
  assert_true(contains(text,
                       "impl < 'de : 'a , 'a , T , U > _serde :: Deserialize < 'de > for S < 'a , T , U > where "
                       "T : _serde :: Deserialize < 'de > , {"));
  assert_text_equal(modelled("#[serde(remote = \"X\")] struct S;", "serde_derive", "Serialize"), "opaque");
}

void attribute_models_keep_what_is_named(void**) {
  assert_text_equal(modelled("#[tokio::main] #[inline] pub async fn f(a: u8) -> u8 { a }", "tokio-macros", "main"),
                    "# [ inline ] pub fn f ( a : u8 ) -> u8 { let body = async { a } ; loop { } }");
  assert_text_equal(modelled("#[tokio::test] async fn f() {}", "tokio-macros", "test"),
                    "# [ :: core :: prelude :: v1 :: test ] fn f ( ) { let body = async { } ; loop { } }");
  assert_text_equal(modelled("#[quickcheck] fn f(a: u8) -> bool { true }", "quickcheck_macros", "quickcheck"),
                    "# [ test ] fn f ( ) { fn f ( a : u8 ) -> bool { true } }");
  assert_text_equal(modelled("#[instrument] fn f() {}", "tracing-attributes", "instrument"), "fn f ( ) { }");
}

void types_for_bytes_are_made(void**) {
  const std::string of_enum =
      modelled("#[zerovec::make_ule(EULE)] #[zerovec::skip_derive(Ord)] #[repr(u8)] pub(crate) enum E { A, B = 4 }",
               "zerovec-derive", "make_ule");
  assert_true(contains(of_enum, "# [ repr ( u8 ) ] pub ( crate ) enum E { A , B = 4 }"));
  assert_true(contains(of_enum,
                       "# [ repr ( transparent ) ] # [ derive ( Copy , Clone , PartialEq , Eq ) ] pub ( crate ) struct "
                       "EULE ( u8 ) ;"));
  assert_true(contains(of_enum, "type ULE = EULE ;"));
  assert_false(contains(of_enum, "skip_derive"));
  const std::string of_struct =
      modelled("#[zerovec::make_ule(SULE)] struct S { pub a: u16, b: char }", "zerovec-derive", "make_ule");
  assert_true(contains(of_struct,
                       "struct SULE { pub a : < u16 as zerovec :: ule :: AsULE > :: ULE , b : < char as zerovec :: ule "
                       ":: AsULE > :: ULE , }"));
  assert_true(contains(of_struct, "# [ repr ( C , packed ) ]"));
  for (const char* item :
       {"#[zerovec::make_ule] struct S(u8);", "#[zerovec::make_ule(U)] struct S;",
        "#[zerovec::make_ule(U)] struct S<T>(T);", "#[zerovec::make_ule(U)] #[zerovec::derive(Debug)] struct S(u8);"}) {
    assert_text_equal(modelled(item, "zerovec-derive", "make_ule"), "opaque");
  }
}

void projections_are_made(void**) {
  const std::string text = modelled("#[pin_project] pub struct S<'a, T: Tr> { #[pin] a: &'a T, pub b: u8 }",
                                    "pin-project-internal", "pin_project");
  assert_true(contains(text, "pub struct S < 'a , T : Tr > { a : & 'a T , pub b : u8 } const _ : ( ) = {"));
  assert_true(contains(text,
                       "pub ( crate ) struct __SProjection < '__pin , 'a , T : Tr > where S < 'a , T > : '__pin , "
                       "{ a : :: pin_project :: __private :: Pin < & '__pin mut ( & 'a T ) > , pub b : & '__pin "
                       "mut ( u8 ) , }"));
  assert_true(contains(text,
                       "fn project < '__pin > ( self : :: pin_project :: __private :: Pin < & '__pin mut Self > ) "
                       "-> __SProjection < '__pin , 'a , T >"));
  for (const char* item : {"#[pin_project] enum E { A(#[pin] u8), B }", "#[pin_project] struct S;",
                           "#[pin_project] struct S(#[pin] u8, u16);"}) {
    const std::string other = modelled(item, "pin-project-internal", "pin_project");
    assert_false(other.starts_with("does not parse"));
  }
}

void imports_of_wasm_bindgen_become_items(void**) {
  const std::string text = modelled(
      "#[wasm_bindgen] extern \"C\" { #[wasm_bindgen(extends = Object)] #[derive(Clone)] pub type Map<K = JsValue>; "
      "#[wasm_bindgen(constructor)] pub fn new() -> Result<Map, JsValue>; /// Size.\n #[wasm_bindgen(method, getter)] "
      "pub "
      "fn size<K, F: Fn()>(this: &Map<K>, f: F) -> u32; #[wasm_bindgen(static_method_of = Map)] fn of(a: u8); "
      "#[wasm_bindgen(thread_local_v2)] static A: u8; fn alert(s: &str); }",
      "wasm-bindgen-macro", "wasm_bindgen");
  const auto has = [&](std::string_view part) {
    if (text.find(part) == std::string::npos) print_error("no %s in %s\n", std::string(part).c_str(), text.c_str());
    assert_true(text.find(part) != std::string::npos);
  };
  has("# [ derive ( Clone ) ] pub struct Map < K = JsValue > {");
  has("impl < K , > :: core :: ops :: Deref for Map < K , > { type Target = Object ;");
  has("impl < > Map { pub fn new ( )");
  has("impl < K , > Map < K > { /// Size.");
  has("pub fn size < F : Fn ( ) , > ( & self , f : F , ) -> u32 { loop { } } }");
  has("impl < > Map { fn of");
  has("static A : wasm_bindgen :: JsThreadLocal < u8 >");
  has("fn alert");
  assert_text_equal(modelled("#[wasm_bindgen] impl S { #[wasm_bindgen(getter)] pub fn a(&self) {} }",
                             "wasm-bindgen-macro", "wasm_bindgen"),
                    "impl S { pub fn a ( & self ) { } }");
  // Strings as values become one more variant.
  const std::string values = modelled("#[wasm_bindgen] pub enum E { A = \"a\" }", "wasm-bindgen-macro", "wasm_bindgen");
  assert_true(
      values.starts_with("# [ non_exhaustive ] # [ repr ( u32 ) ] pub enum E { A , # [ doc ( hidden ) ] __Invalid"));
}

void names_are_pasted(void**) {
  assert_text_equal(
      modelled("struct [<Get r#type _ 1 FooBar:snake \"x-y\">](u8); type A = [[u8; 1]; 2];", "paste", "paste"),
      "struct Gettype_1foo_barx_y ( u8 ) ; type A = [ [ u8 ; 1 ] ; 2 ] ;");
  assert_text_equal(modelled("fn [<r#a b:upper c_d:camel>]<[<'x y>]>() {}", "paste", "paste"),
                    "fn r#aBCD < 'xy > ( ) { }");
  // Several words and strings as the value in an attribute are one string; a single one stays as it is.
  assert_text_equal(modelled("#[doc = \"a-`\" Name \"`\\n\" [<x 1>] r:upper] #[cfg_attr(all(), doc = \"b\" c)] "
                             "#[doc = \"d\"] #[e = f::g] fn h() { x = 1; }",
                             "paste", "paste"),
                    "# [ doc = \"a-`Name`\\nx1R\" ] # [ cfg_attr ( all ( ) , doc = \"bc\" ) ] # [ doc = \"d\" ] # [ "
                    "e = f :: g ] fn h ( ) { x = 1 ; }");
  assert_text_equal(modelled("( _ _ _ )", "tokio-macros", "select_priv_declare_output_enum"),
                    "pub ( super ) enum Out < _0 , _1 , _2 > { _0 ( _0 ) , _1 ( _1 ) , _2 ( _2 ) , Disabled , } pub ( "
                    "super ) type Mask = u8 ;");
}

void models_are_found_by_name(void**) {
  for (const rp::ProcMacroModel& model : rp::proc_macro_models()) {
    assert_ptr_equal(rp::find_proc_macro_model(model.package, model.name), &model);
    assert_int_equal((model.call != nullptr) + (model.derive != nullptr) + (model.attribute != nullptr), 1);
  }
  assert_null(rp::find_proc_macro_model("no_such_package", "Serialize"));
}

}  // namespace

UNIT_TESTS(cmocka_unit_test(format_arguments_are_numbered), cmocka_unit_test(captures_know_their_place),
           cmocka_unit_test(format_errors_are_rustcs), cmocka_unit_test(strings_are_made),
           cmocka_unit_test(conditions_choose), cmocka_unit_test(panics_follow_the_edition),
           cmocka_unit_test(assembly_keeps_its_operands), cmocka_unit_test(derives_have_rustcs_headers),
           cmocka_unit_test(copies_are_cloned_at_once), cmocka_unit_test(scalars_are_compared_first),
           cmocka_unit_test(defaults_are_marked_once), cmocka_unit_test(unions_have_few_derives),
           cmocka_unit_test(derives_live_with_broken_items), cmocka_unit_test(texts_of_std_compile),
           cmocka_unit_test(models_are_found_by_name), cmocka_unit_test(imports_of_wasm_bindgen_become_items),
           cmocka_unit_test(derive_models_give_items), cmocka_unit_test(serde_impls_have_their_bounds),
           cmocka_unit_test(attribute_models_keep_what_is_named), cmocka_unit_test(names_are_pasted),
           cmocka_unit_test(types_for_bytes_are_made), cmocka_unit_test(projections_are_made))
