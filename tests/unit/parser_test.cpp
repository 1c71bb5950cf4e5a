// The parser: the shape of the tree for each construct, what is an error in which edition, recovery, fragments, and
// texts made to hurt.
#include "syntax/parser.h"

#include <chrono>
#include <vector>

#include "schema_check.h"
#include "syntax/ast.h"
#include "tree_checks.h"
#include "unit_test.h"

namespace {

using rp::Edition;
using rp::NodeId;
using rp::NodeKind;
using rp::Tree;

Tree parse(std::string_view text, Edition edition = Edition::k2021, uint32_t nesting_limit = 0) {
  rp::ParseOptions options;
  options.edition = edition;
  options.nesting_limit = nesting_limit;
  return rp::lex_and_parse(text, options);
}

void check_tree(const Tree& tree) {
  assert_text_equal(rp::checks::TreeChecker(tree).run(), "");
  assert_text_equal(rp::checks::check_schema(tree), "");
}

// `kind(child child)`, leaves with their text: `binary_expression(left:a right:b)`.
void write_shape(const Tree& tree, NodeId node, std::string* out) {
  if (tree.role(node) != rp::Role::None) *out += std::string(rp::role_name(tree.role(node))) + ":";
  *out += rp::node_kind_name(tree.kind(node));
  if (!tree.first_child(node)) {
    if (!tree.text(node).empty()) *out += "`" + std::string(tree.text(node)) + "`";
    return;
  }
  *out += "(";
  for (NodeId c = tree.first_child(node); c; c = tree.next_sibling(c)) {
    if (out->back() != '(') *out += " ";
    write_shape(tree, c, out);
  }
  *out += ")";
}

// The shape of the one expression in `fn f() { EXPR }`.
std::string expr_shape(const std::string& text, Edition edition = Edition::k2021) {
  const std::string whole = "fn f() { " + text + " }";
  const Tree tree = parse(whole, edition);
  check_tree(tree);
  for (const rp::SyntaxError& error : tree.errors()) return "error: " + error.message;
  for (uint32_t i = 0; i < tree.node_count(); ++i) {
    if (tree.kind(NodeId(i)) != NodeKind::Block) continue;
    std::string out;
    for (NodeId c = tree.first_child(NodeId(i)); c; c = tree.next_sibling(c)) {
      if (!out.empty()) out += " ";
      write_shape(tree, c, &out);
    }
    return out;
  }
  return "no block";
}

size_t error_count(const std::string& text, Edition edition = Edition::k2021) {
  const Tree tree = parse(text, edition);
  check_tree(tree);
  return tree.errors().size();
}

std::string first_error(const std::string& text, Edition edition = Edition::k2021) {
  const Tree tree = parse(text, edition);
  check_tree(tree);
  return tree.errors().empty() ? std::string() : tree.errors()[0].message;
}

std::vector<std::string> item_names(const Tree& tree) {
  std::vector<std::string> names;
  for (auto item : rp::ast::SourceFile(tree, tree.root()).items()) {
    const rp::ast::View name = item.child(rp::Role::name);
    if (name) names.emplace_back(name.text());
  }
  return names;
}

// ---- Shapes -----------------------------------------------------------------------------------------------------

void binds_operators(void**) {
  assert_text_equal(expr_shape("1 + 2 * 3"),
                    "tail:binary_expression(left:literal_expression`1` "
                    "right:binary_expression(left:literal_expression`2` right:literal_expression`3`))");
  assert_text_equal(expr_shape("1 - 2 - 3"),
                    "tail:binary_expression(left:binary_expression(left:literal_expression`1` "
                    "right:literal_expression`2`) right:literal_expression`3`)");
  assert_text_equal(expr_shape("1 = 2 = 3"),
                    "tail:assignment_expression(left:literal_expression`1` "
                    "right:assignment_expression(left:literal_expression`2` right:literal_expression`3`))");
  assert_text_equal(expr_shape("-1 as u8 .. 2"),
                    "tail:range_expression(start:cast_expression(expression:unary_expression(operand:"
                    "literal_expression`1`) type:path_type(segment:path_segment`u8`)) end:literal_expression`2`)");
  assert_text_equal(expr_shape("1 < 2 < 3"), "error: comparison operators cannot be chained");
  assert_text_equal(expr_shape("1 as u8 < 2"), "error: expected `>`, found `}`");
}

void splits_tokens(void**) {
  assert_text_equal(expr_shape("1.0.1"), "tail:field_expression(base:literal_expression`1.0` name:name_ref`1`)");
  assert_text_equal(
      expr_shape("x.0.1"),
      "tail:field_expression(base:field_expression(base:path_expression(segment:path_segment`x`) name:name_ref`0`) "
      "name:name_ref`1`)");
  assert_text_equal(expr_shape("&&1"),
                    "tail:reference_expression(operand:reference_expression(operand:literal_expression`1`))");
  assert_text_equal(expr_shape("|| 1"), "tail:closure_expression(body:literal_expression`1`)");
  assert_int_equal(error_count("type A = Vec<Vec<u8>>; const B: Vec<Vec<u8>>= 1; fn f<T: A += u8>() {}"), 0);
  assert_int_equal(error_count("fn f() { let x: Vec<<u8 as A>::B>= 1; a<-1; }"), 1);
}

void ends_statements(void**) {
  assert_text_equal(expr_shape("if a {} -1"),
                    "statement:expression_statement(expression:if_expression(condition:path_expression(segment:"
                    "path_segment`a`) then_block:block`{}`)) tail:unary_expression(operand:literal_expression`1`)");
  assert_text_equal(expr_shape("m! {} .a"),
                    "tail:field_expression(base:macro_expression(call:macro_call(path:path(segment:path_segment`m`) "
                    "arguments:token_tree`{}`)) name:name_ref`a`)");
  assert_int_equal(error_count("fn f() { {} / 1 }"), 1);
  assert_int_equal(error_count("fn f() { match a {} ; unsafe {} (1, 2) }"), 0);
  assert_int_equal(error_count("fn f() { a() b() }"), 1);
}

void reads_struct_literals_where_they_may_stand(void**) {
  assert_int_equal(error_count("fn f() { if x == (S {}) {} if let S { a } = b {} match a {} while x {} }"), 0);
  assert_int_equal(error_count("fn f() { if x == S { a: 1 } {} }"), 1);
  assert_int_equal(error_count("fn f() { for a in S {} {} }"), 0);  // S, then a block, then another
  assert_int_equal(error_count("fn f() { S { a, b: 1, 0: 2, ..c } = S { .. }; }"), 0);
}

void allows_let_in_conditions_only(void**) {
  assert_int_equal(error_count("fn f() { if let A = b {} while let Some(x) = y {} }", Edition::k2015), 0);
  assert_int_equal(error_count("fn f() { if let A = b && c && let D = e {} }", Edition::k2024), 0);
  assert_int_equal(error_count("fn f() { if let A = b && c {} }", Edition::k2021), 1);
  assert_int_equal(error_count("fn f() { match a { b if let C = d && e => {} _ => {} } }", Edition::k2021), 0);
  assert_int_equal(error_count("fn f() { if a || let B = c {} }", Edition::k2024), 1);
  assert_int_equal(error_count("fn f() { if (let B = c) {} }", Edition::k2024), 1);
  assert_int_equal(error_count("fn f() { if !let B = c {} }", Edition::k2024), 1);
  assert_int_equal(error_count("fn f() { let x = let y = 1; }"), 1);
}

void knows_editions(void**) {
  const std::string names = "fn async() { let dyn = await; try!(gen); } type T = Box<dyn A>;";
  assert_int_equal(error_count(names, Edition::k2015), 0);
  assert_true(error_count(names, Edition::k2018) > 0);
  assert_int_equal(error_count("fn gen() {}", Edition::k2021), 0);
  assert_int_equal(error_count("fn gen() {}", Edition::k2024), 1);
  assert_int_equal(error_count("trait T { fn f(u8, &str); }", Edition::k2015), 0);
  assert_int_equal(error_count("trait T { fn f(u8); }", Edition::k2018), 1);
  assert_int_equal(error_count("async fn f() {}", Edition::k2015), 1);
  assert_int_equal(error_count("async fn f() { a.await; async move {}; async |x| x; }", Edition::k2018), 0);
}

void reads_every_item(void**) {
  const char* items[] = {
      "extern crate a as _;",
      "pub(in a::b) use a::{b as _, c::*, self};",
      "unsafe extern \"C\" { pub safe fn f(...); static mut X: u8; type T; m! {} }",
      "const _: () = {};",
      "static mut A: u8 = 1;",
      "type A<T: B = C> where T: D = E where F: G;",
      "pub struct A<'a, const N: usize = { 1 }>(pub(crate) &'a u8, #[a] B) where C: D;",
      "union U { a: u8, b: u16 }",
      "enum E { #[a] A = 1, B(u8), C { d: u8 } = 2, }",
      "pub unsafe auto trait T: A + ?Sized + for<'a> B<'a> where C: D { type X<'a>: A where Self: 'a; const N: u8; }",
      "trait A = B + C where D: E;",
      "unsafe impl<#[may_dangle] T> !A for B<T> {}",
      "impl<T> const A for B { default fn f(self: &Self) {} }",
      "macro_rules! m { () => {} }",
      "macro_rules! m ( () => {} );",
      "macro m($a:expr) { $a }",
      "mod m { #![a] //! b\n fn f() {} }",
      "const async unsafe extern \"C\" fn f(&'a mut self, (a, b): (u8, u8)) -> impl use<'a, T> + A where A: B {}",
      "fn f() -> <A as B>::C<D = 1, E: F, 'a> { }",
      "fn f(x: fn(a: u8, ...) -> !, y: &mut (dyn A + 'a), z: *const [u8; 1 + 2]) {}",
      "reuse a::{b as c, d} { self }",
      "pub(self) fn f<F: Fn(A, B) -> C, G: FnOnce() -> D + Send>() {}",
      "#[a::b(c, d = [e])] #[unsafe(no_mangle)] #[f = \"g\"] fn f() {}",
  };
  for (const char* item : items) {
    const Tree tree = parse(item);
    check_tree(tree);
    if (!tree.errors().empty()) fail_msg("%s: %s", item, tree.errors()[0].message.c_str());
    const rp::ast::SourceFile file(tree, tree.root());
    size_t count = 0;
    for (auto node : file.items()) {
      assert_true(rp::ast::AnyItem::accepts(node));
      ++count;
    }
    assert_int_equal(count, 1);
  }
}

void reads_every_pattern(void**) {
  const char* patterns[] = {"_",
                            "..",
                            "ref mut a @ (1 | 2)",
                            "&&mut x",
                            "-1..=2",
                            "..=b::C",
                            "1..",
                            "A::B",
                            "A(.., b)",
                            "A { a, b: ref c, 0: d, .. }",
                            "[a, .., b]",
                            "(a,)",
                            "box x",
                            "m!(a)",
                            "\"s\"",
                            "<A as B>::C",
                            "(a | b, c)",
                            "!",
                            "(x if y)",
                            "mut r#fn",
                            "A { box ref mut a }"};
  for (const char* pattern : patterns) {
    const std::string text = "fn f() { match a { | " + std::string(pattern) + " if b => {} } }";
    const Tree tree = parse(text);
    check_tree(tree);
    if (!tree.errors().empty()) fail_msg("%s: %s", pattern, tree.errors()[0].message.c_str());
  }
  assert_int_equal(error_count("fn f() { let &1..=2 = a; }"), 1);
  assert_int_equal(error_count("fn f() { let A | B = a; }"), 1);
  assert_int_equal(error_count("fn f() { let const { 1 } = a; }"), 1);
}

void gives_typed_views(void**) {
  const Tree tree = parse("/// d\npub unsafe fn name<T>(self, a: u8, (b, c): D) -> u8 where T: A { let x = 1; x }");
  rp::ast::FnItem function;
  for (auto item : rp::ast::SourceFile(tree, tree.root()).items()) function = item.as<rp::ast::FnItem>();
  assert_true(static_cast<bool>(function));
  assert_text_equal(function.name().text(), "name");
  assert_true(function.has(rp::TokenKind::KwUnsafe));
  assert_false(function.has(rp::TokenKind::KwConst));
  assert_text_equal(function.visibility().text(), "pub");
  assert_text_equal(function.generics().text(), "<T>");
  assert_text_equal(function.parameters().receiver().text(), "self");
  std::string types;
  for (auto parameter : function.parameters().parameters()) types += std::string(parameter.type().text()) + ";";
  assert_text_equal(types, "u8;D;");
  assert_text_equal(function.return_type().type().text(), "u8");
  assert_text_equal(function.body().tail().text(), "x");
  assert_false(static_cast<bool>(function.abi()));
}

// ---- Recovery ---------------------------------------------------------------------------------------------------

void keeps_the_rest_of_a_broken_file(void**) {
  const Tree tree = parse(
      "fn a() {\n    if x { foo();\n}\n"
      "fn b() { let x = ; y }\n"
      "struct S { a: u8 b: u16 }\n"
      "fn c() { foo(1, 2; }\n"
      "enum E { A, B(u8 }\n"
      "impl T for { fn x() }\n"
      "fn d) {}\n"
      "garbage here;\n"
      "fn e() {}\n");
  check_tree(tree);
  const std::vector<std::string> names = item_names(tree);
  for (const char* name : {"a", "b", "S", "c", "E", "d", "e"}) {
    bool found = false;
    for (const std::string& n : names) found = found || n == name;
    if (!found) fail_msg("%s was lost", name);
  }
  assert_true(tree.errors().size() >= 8);
  assert_true(tree.errors().size() <= 20);
}

void reports_one_mistake_once(void**) {
  assert_int_equal(error_count("fn f() { let x = 1 }\nfn g() {}"), 1);
  assert_int_equal(error_count("fn f() { foo(1 2) }"), 1);
  assert_int_equal(error_count("fn f( { }\nfn g() {}"), 1);
  assert_int_equal(error_count("fn f() { x. }"), 1);
  assert_int_equal(error_count("struct S { a u8 }"), 1);
  assert_int_equal(error_count("fn f() { match x { A => 1\n B => 2, } }"), 1);
  assert_int_equal(error_count("struct S { a: u8, fn f() {} pub b: u16 }"), 1);
  assert_int_equal(error_count("fn f() { let x = \"abc; }\n fn g() {}"), 1);
  assert_int_equal(error_count("fn f() { x++; }"), 1);
  assert_text_equal(first_error("fn f() { let x = 1 }"), "expected `;`, found `}`");
  assert_text_equal(first_error("fn f() { (1 }"), "unclosed delimiter `(`");
  assert_text_equal(first_error("fn f() { 1) }"), "mismatched closing delimiter `)`");
  assert_text_equal(first_error("}"), "unexpected closing delimiter `}`");
}

void places_errors(void**) {
  const std::string text = "fn f() {\n    let x = 1\n    y\n}\n";
  const Tree tree = parse(text);
  assert_int_equal(tree.errors().size(), 1);
  assert_int_equal(tree.errors()[0].start, text.find("1") + 1);  // right after the value, not on the next line
  assert_int_equal(tree.errors()[0].end, tree.errors()[0].start);
  const Tree unclosed = parse("fn f() { a(");
  assert_int_equal(unclosed.errors()[0].start, 7);
  assert_true(!unclosed.errors()[0].related_label.empty());
}

// A Missing node has no tokens, whatever stands before the place.
void keeps_missing_nodes_empty(void**) {
  for (const char* text : {"fn f() { match x { let => 1 } }", "fn f() { if let let = 1 {} let let = 2; }",
                           "fn f() { let mut = 1; let ref = 2; let box = 3; let & = 4; }", "fn f(mut: u8, &: u8) {}",
                           "type T = for<'a>; type U = &mut; type V = dyn; type W = impl;"})
    assert_true(error_count(text) > 0);
}

void limits_errors(void**) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += ") ";
  rp::ParseOptions options;
  options.error_limit = 10;
  const Tree tree = rp::lex_and_parse(text, options);
  assert_int_equal(tree.errors().size(), 11);
  assert_text_equal(tree.errors().back().message, "40 more errors are not shown");
}

// ---- Fragments --------------------------------------------------------------------------------------------------

void reads_macro_arguments_again(void**) {
  const Tree tree =
      parse("m!(a >> b, union.x.0.1); n! { fn f() {} struct S; } p!(Some(x) | 1); t!(Vec<Vec<u8>>); s!(let x = 1; x)");
  std::vector<NodeId> groups;
  for (uint32_t i = 0; i < tree.node_count(); ++i)
    if (tree.kind(NodeId(i)) == NodeKind::TokenTree && tree.role(NodeId(i)) == rp::Role::arguments)
      groups.push_back(NodeId(i));
  assert_int_equal(groups.size(), 5);
  const rp::FragmentKind kinds[] = {rp::FragmentKind::Exprs, rp::FragmentKind::Items, rp::FragmentKind::Pattern,
                                    rp::FragmentKind::Type, rp::FragmentKind::Statements};
  const char* shapes[] = {
      "fragment(content:binary_expression(left:path_expression(segment:path_segment`a`) "
      "right:path_expression(segment:path_segment`b`)) "
      "content:field_expression(base:field_expression(base:field_expression(base:path_expression(segment:path_segment`"
      "union`) name:name_ref`x`) name:name_ref`0`) name:name_ref`1`))",
      "fragment(item:fn_item(name:name`f` parameters:param_list`()` body:block`{}`) item:struct_item(name:name`S`))",
      "fragment(content:or_pattern(pattern:tuple_struct_pattern(path:path(segment:path_segment`Some`) "
      "pattern:identifier_pattern(name:name`x`)) pattern:literal_pattern(value:literal_expression`1`)))",
      "fragment(content:path_type(segment:path_segment(arguments:generic_args(argument:path_type(segment:path_segment("
      "arguments:generic_args(argument:path_type(segment:path_segment`u8`))))))))",
      "fragment(statement:let_statement(pattern:identifier_pattern(name:name`x`) value:literal_expression`1`) "
      "tail:path_expression(segment:path_segment`x`))",
  };
  for (size_t i = 0; i < groups.size(); ++i) {
    const Tree piece =
        rp::parse_fragment(tree, tree.first_slot(groups[i]) + 1, tree.end_slot(groups[i]) - 1, kinds[i], {});
    assert_int_equal(piece.errors().size(), 0);
    assert_text_equal(rp::checks::TreeChecker(piece).run(), "");
    std::string shape;
    write_shape(piece, piece.root(), &shape);
    assert_text_equal(shape, shapes[i]);
    // Offsets are those of the file.
    assert_int_equal(piece.span(piece.root()).start, tree.token_start(tree.first_slot(groups[i]) + 1));
  }
  const Tree empty = rp::parse_fragment(tree, tree.first_slot(groups[0]) + 1, tree.first_slot(groups[0]) + 1,
                                        rp::FragmentKind::Expr, {});
  assert_int_equal(empty.errors().size(), 1);
}

// ---- Texts made to hurt -----------------------------------------------------------------------------------------

std::string repeat(std::string_view piece, size_t times) {
  std::string out;
  out.reserve(piece.size() * times);
  for (size_t i = 0; i < times; ++i) out += piece;
  return out;
}

void survives_a_million_levels(void**) {
  constexpr size_t kLevels = 1000000;
  const struct {
    const char* before;
    const char* piece;
    const char* middle;
    const char* closing;
    bool is_error;
  } cases[] = {
      {"fn f() { ", "(", "1", ")", true},
      {"fn f() { ", "(", "", "", true},
      {"fn f() { ", "[", "1", "]", true},
      {"fn f() { ", "{", "", "}", true},
      {"fn f() { ", "{", "", "", true},
      {"type T = ", "(", "u8", ")", true},
      {"type T = ", "&", "u8", "", true},
      {"type T = ", "Vec<", "u8", ">", true},
      {"type T = ", "[", "u8", "]", true},
      {"type T = ", "*const ", "u8", "", true},
      {"fn f() { ", "-", "1", "", true},
      {"fn f() { ", "|| ", "1", "", true},
      {"fn f() { ", "&", "1", "", true},
      {"fn f() { let ", "(", "x", ")", true},
      {"fn f() { let ", "&", "x", "", true},
      {"fn f() { ", "a(", "", ")", true},
      {"macro_rules! m {", "{", "}", "}", false},
      {"fn f() { ", "if a {", "", "}", true},
      {"", "mod m {", "", "}", true},
      {"m!", "(", "", ")", true},
      {"/*", "/*", "", "*/", true},
      {"", "}", "", "", true},
      {"use a::", "{a::", "b", "}", true},
      {"fn f() { a", ".b()", "", "", true},
      {"fn f() { 1", " + 1", "", "", true},
      {"fn f() { a = ", "a = ", "1", "", true},
      {"fn f() { if a {} ", "else if a {} ", "", "", true},
      {"fn f() { match a { ", "_ => match a { ", "", "}}", true},
      {"fn f() { ", "return ", "", "", true},
      {"#", "[a(", "", ")]", true},
      {"impl<T> A for T where ", "T: A<", "", ">", true},
  };
  for (const auto& c : cases) {
    const std::string text = c.before + repeat(c.piece, kLevels) + c.middle + repeat(c.closing, kLevels);
    const Tree tree = parse(text);
    if (tree.errors().empty() == c.is_error) fail_msg("%s%s...: %zu errors", c.before, c.piece, tree.errors().size());
    for (const rp::SyntaxError& error : tree.errors())
      assert_true(error.start <= error.end && error.end <= text.size());
    assert_int_equal(tree.span(tree.root()).end, text.size());
  }
}

void keeps_to_the_nesting_limit(void**) {
  const std::string deep = "fn f() { " + repeat("(", 50) + "1" + repeat(")", 50) + " } fn g() {}";
  assert_int_equal(parse(deep, Edition::k2021, 200).errors().size(), 0);
  const Tree tree = parse(deep, Edition::k2021, 20);
  check_tree(tree);
  assert_int_equal(tree.errors().size(), 1);
  assert_text_equal(tree.errors()[0].message, "nested too deeply: the limit is 20 levels");
  assert_int_equal(item_names(tree).size(), 2);
}

// What is too deep is skipped as a group; what opened it must not take more than that.
void leaves_whole_trees_at_any_nesting_limit(void**) {
  const std::string text =
      "mod a { extern { trait b { impl C for D<E<F>> { fn g(h: [(i,); 1]) { match j { k => match l { m => { n((o)) } } "
      "} "
      "let P { q: R(s, ..) } = t else { u![{}] }; || v } use w::{x::{y, z}}; } } } } enum A where B: C + for<'a> D {}";
  for (uint32_t limit = 1; limit < 16; ++limit) {
    for (size_t length = 0; length <= text.size(); ++length)
      check_tree(parse(std::string_view(text).substr(0, length), Edition::k2021, limit));
  }
}

// What is skipped at the limit ends where its group does, at whatever construct the limit strikes.
void stops_at_any_nesting_limit(void**) {
  const std::string text =
      "mod a { impl B for C { fn d() { match e { F => { g(|h| [i; { 1 }]) } } } } }\n"
      "trait J { type K: L<M = [u8; 2]>; } extern { fn n(); } use o::{p::{q, r}, s}; struct T { u: (v, w) }\n"
      "fn x(y: &mut Vec<z>) -> impl A { if a { b } else if c { d } else { loop { e!({}) } } while f { } }";
  for (uint32_t limit = 1; limit <= 30; ++limit) {
    check_tree(parse(text, Edition::k2021, limit));
    for (size_t length = 0; length <= text.size(); length += 3)
      check_tree(parse(std::string_view(text).substr(0, length), Edition::k2021, limit));
  }
  assert_int_equal(item_names(parse("mod a { mod b { mod c { } } } fn d() {}", Edition::k2021, 2)).size(), 2);
}

void reads_any_prefix(void**) {
  const std::string text =
      "#![a]\n/// d\nimpl<'a, T: A<B = C>> D for E<'a> where T: ?Sized {\n  fn f(&self, x: [u8; 1]) -> Box<dyn F + 'a> "
      "{\n"
      "    let (a, ref b @ 1..=2) = if let Some(c) = d?.e::<u8>(1)[2] { x.0.1 } else { return };\n"
      "    match y { A { b, .. } | C(..) if z => m!{ >>= }, _ => 'l: loop { break 'l 1 as u8 }, }\n  }\n}\n";
  check_tree(parse(text));
  for (size_t length = 0; length <= text.size(); ++length) check_tree(parse(std::string_view(text).substr(0, length)));
  for (size_t start = 0; start <= text.size(); ++start) check_tree(parse(std::string_view(text).substr(start)));
  for (size_t i = 0; i < text.size(); ++i) {
    std::string broken = text;
    broken.erase(i, 1);
    check_tree(parse(broken));
    broken = text;
    broken[i] = "(){}[]<>;,.#'\"|&="[i % 17];
    check_tree(parse(broken));
  }
}

}  // namespace

UNIT_TESTS(cmocka_unit_test(binds_operators), cmocka_unit_test(splits_tokens), cmocka_unit_test(ends_statements),
           cmocka_unit_test(reads_struct_literals_where_they_may_stand),
           cmocka_unit_test(allows_let_in_conditions_only), cmocka_unit_test(knows_editions),
           cmocka_unit_test(reads_every_item), cmocka_unit_test(reads_every_pattern),
           cmocka_unit_test(gives_typed_views), cmocka_unit_test(keeps_the_rest_of_a_broken_file),
           cmocka_unit_test(reports_one_mistake_once), cmocka_unit_test(places_errors), cmocka_unit_test(limits_errors),
           cmocka_unit_test(keeps_missing_nodes_empty), cmocka_unit_test(reads_macro_arguments_again),
           cmocka_unit_test(survives_a_million_levels), cmocka_unit_test(keeps_to_the_nesting_limit),
           cmocka_unit_test(stops_at_any_nesting_limit), cmocka_unit_test(leaves_whole_trees_at_any_nesting_limit),
           cmocka_unit_test(reads_any_prefix))
