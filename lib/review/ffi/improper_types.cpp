// ffi/improper-types: types in foreign signatures that C does not have.
#include "review/ffi/foreign.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kImproperTypes;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::FnItem};
constexpr TokenKind kTokens[] = {TokenKind::KwExtern};
constexpr std::string_view kReferences[] = {
    "The rustc book, improper-ctypes, "
    "https://doc.rust-lang.org/rustc/lints/listing/warn-by-default.html#improper-ctypes",
    "The Rust Reference, Type layout, https://doc.rust-lang.org/reference/type-layout.html",
};

// Types of the standard library without a layout that is promised.
struct Known {
  std::string_view path;
  std::string_view instead;
};
constexpr Known kKnown[] = {
    {"std::string::String", "take `*const c_char`, or a pointer and a length"},
    {"std::vec::Vec", "take a pointer and a length"},
    {"std::ffi::CString", "give `*mut c_char` from `CString::into_raw`"},
    {"std::ffi::CStr", "take `*const c_char`"},
    {"std::ffi::OsString", "take a pointer and a length"},
    {"std::path::PathBuf", "take `*const c_char`"},
    {"std::collections::HashMap", "give a pointer to it, which foreign code only hands back"},
    {"std::rc::Rc", "give a pointer from `Rc::into_raw`"},
    {"std::sync::Arc", "give a pointer from `Arc::into_raw`"},
    {"std::result::Result", "return a number for the status, and the value through a pointer"},
};

struct Problem {
  std::string what;  // "`String` has no layout that C knows"
  std::string_view instead;
  bool exact = false;
  explicit operator bool() const { return !what.empty(); }
};

class Check {
 public:
  Check(const Sema& sema, const Tree& tree) : sema_(sema), tree_(tree) {}

  Problem of_type(NodeId type) {
    type = peel_type(tree_, type);
    if (!type) return {};
    switch (tree_.kind(type)) {
      case NodeKind::RefType:
        return of_reference(tree_.child(type, Role::type));
      case NodeKind::TupleType:
        if (!tree_.first_child(type)) return {};  // ()
        return {"a tuple has no layout that C knows", "take a struct with `#[repr(C)]`", true};
      case NodeKind::ArrayType:
        return {"C cannot take or return an array by value", "take a pointer to it, or a struct with it", true};
      case NodeKind::PathType:
        return of_path(type);
      default:
        return {};
    }
  }

 private:
  Problem of_reference(NodeId target) {
    target = peel_type(tree_, target);
    if (!target) return {};
    switch (tree_.kind(target)) {
      case NodeKind::SliceType:
        return {"a reference to a slice is a pointer and a length in an order that nothing promises",
                "take a pointer and a length", true};
      case NodeKind::TraitObjectType:
        return {"a reference to a trait object has no counterpart in C",
                "give a pointer to a type that holds it, which foreign code only hands back", true};
      case NodeKind::PathType: {
        const Reply text = sema_.is_written_type(target, "str");
        if (text.yes())
          return {"a `&str` is a pointer and a length in an order that nothing promises",
                  "take `*const c_char`, or a pointer and a length", text.exact};
        const Reply c_string = sema_.is_written_type(target, "std::ffi::CStr");
        if (c_string.yes()) return {"a `&CStr` has no layout that C knows", "take `*const c_char`", c_string.exact};
        return {};
      }
      default:
        return {};
    }
  }

  // A number, or a type of kKnown: nothing that the language promises a layout with.
  bool is_plain(NodeId type) {
    type = peel_type(tree_, type);
    if (!type || tree_.kind(type) != NodeKind::PathType) return false;
    const NameMeaning meaning = sema_.meaning(type);
    if (meaning.kind == NameKind::Primitive) return true;
    for (const Known& known : kKnown)
      if (sema_.is_written_type(type, known.path).yes()) return true;
    return false;
  }

  // `Result<Box<T>, ()>` and its like have the layout of a pointer; which types are so is not known here.
  bool is_plain_result(NodeId type) {
    const NodeId segment = last_segment(tree_, type);
    const NodeId arguments = segment ? tree_.child(segment, Role::arguments) : NodeId();
    if (!arguments) return false;
    uint32_t count = 0;
    for (NodeId child = tree_.first_child(arguments); child; child = tree_.next_sibling(child), ++count)
      if (!is_plain(child)) return false;
    return count == 2;
  }

  Problem of_path(NodeId type) {
    for (const Known& known : kKnown) {
      const Reply reply = sema_.is_written_type(type, known.path);
      if (!reply.yes()) continue;
      if (known.path == "std::result::Result" && !is_plain_result(type)) return {};
      const std::string_view name = known.path.substr(known.path.rfind(':') + 1);
      return {"`" + std::string(name) + "` has no layout that C knows", known.instead, reply.exact};
    }
    const NameMeaning meaning = sema_.meaning(type);
    if (meaning.kind == NameKind::Primitive && meaning.text == "char")
      return {"`char` has no counterpart in C, and not every number is one", "take `u32`", true};
    if (meaning.kind != NameKind::Definition || !sema_.in_this_crate(meaning.def)) return {};
    const TreeNode item = sema_.node_of(meaning.def);
    if (!item) return {};
    return of_item(item, sema_.name(meaning.def));
  }

  // A struct or enum of this crate, by value.
  static Problem of_item(const TreeNode& item, std::string_view name) {
    const Tree& tree = *item.tree;
    for (const std::string_view word :
         {"C", "transparent", "u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64", "isize", "simd"})
      if (attribute_says(tree, item.node, "repr", word) != Answer::No) return {};
    // Another attribute may be a macro that adds one.
    for (NodeId child = tree.first_child(item.node); child && tree.role(child) == Role::attribute;
         child = tree.next_sibling(child)) {
      if (tree.kind(child) != NodeKind::Attr) continue;
      const ast::Attr attribute(tree, child);
      const std::string_view path = attribute.path() ? attribute.path().text() : "";
      if (path != "derive" && path != "allow" && path != "doc" && path != "cfg" && path != "expect" &&
          path != "must_use" && path != "non_exhaustive" && path != "deprecated")
        return {};
    }
    const std::string quoted = "`" + std::string(name) + "`";
    if (item.kind() == NodeKind::StructItem) {
      const NodeId fields = tree.child(item.node, Role::fields);
      if (!fields || !tree.first_child(fields)) return {};
      return {quoted + " has no `#[repr(C)]`, so the order of its fields is not known to C",
              "write `#[repr(C)]` above it, or `#[repr(transparent)]` where it has one field", true};
    }
    if (item.kind() == NodeKind::EnumItem) {
      const NodeId variants = tree.child(item.node, Role::variants);
      uint32_t count = 0;
      for (NodeId child = variants ? tree.first_child(variants) : NodeId(); child; child = tree.next_sibling(child)) {
        if (tree.kind(child) != NodeKind::Variant || tree.child(child, Role::fields)) return {};
        ++count;
      }
      if (count < 2) return {};
      return {quoted + " has no `#[repr(..)]`, so its size is not known to C",
              "write `#[repr(C)]` above it, or the number that C has, as `#[repr(u8)]`", true};
    }
    return {};
  }

  const Sema& sema_;
  const Tree& tree_;
};

void check(RuleContext& context, NodeId function) {
  const Tree& tree = context.tree();
  const bool definition = is_foreign_definition(tree, function);
  NodeId block;
  if (!definition) {
    const NodeId list = tree.parent(function);
    block = list ? tree.parent(list) : NodeId();
    if (!block || tree.kind(block) != NodeKind::ExternBlock || !is_foreign(tree, block)) return;
    // `#[wasm_bindgen] extern "C"` and `#[cxx::bridge]` are languages of their own.
    for (NodeId at = block; at; at = tree.parent(at))
      for (NodeId child = tree.first_child(at); child && tree.role(child) == Role::attribute;
           child = tree.next_sibling(child))
        if (tree.kind(child) == NodeKind::Attr && ast::Attr(tree, child).path()) {
          const std::string_view name = ast::Attr(tree, child).path().text();
          if (name.find("bridge") != std::string_view::npos || name.find("bindgen") != std::string_view::npos) return;
        }
  }
  const Lint lint = definition ? Lint::ImproperCtypesDefinitions : Lint::ImproperCtypes;
  if (context.allowed(lint)) return;
  // A procedural macro may give the function another signature.
  for (NodeId child = tree.first_child(function); child && tree.role(child) == Role::attribute;
       child = tree.next_sibling(child))
    if (tree.kind(child) == NodeKind::Attr && ast::Attr(tree, child).path() &&
        ast::Attr(tree, child).path().text().find("bindgen") != std::string_view::npos)
      return;
  Check types(context.sema(), tree);
  const auto report = [&](NodeId type) {
    const Problem problem = types.of_type(type);
    if (!problem) return;
    context.report({.span = tree.span(type),
                    .message = problem.what,
                    .help = problem.instead,
                    .severity = kImproperTypes.severity,
                    .lint = lint,
                    .verdict = problem.exact ? Verdict::Proven : Verdict::Likely,
                    .doubt = problem.exact ? "" : kImproperTypes.doubt});
  };
  const ast::FnItem item(tree, function);
  for (const auto parameter : item.parameters().parameters())
    if (parameter.type()) report(parameter.type().id());
  if (item.return_type()) report(item.return_type().type().id());
}

}  // namespace

const Rule kImproperTypes = {
    .id = "ffi/improper-types",
    .area = "ffi",
    .title = "a type in a foreign signature that C does not have",
    .why =
        "Foreign code sees bytes. Where Rust does not promise how a type lies in memory (strings, vectors, slices, "
        "tuples, structs and enums without `#[repr(..)]`), the two sides agree by chance, until a compiler or a field "
        "changes.",
    .bad =
        "pub struct Point {\n"
        "    x: f32,\n"
        "    y: f32,\n"
        "}\n"
        "\n"
        "pub extern \"C\" fn length(point: Point) -> f32 {  //~\n"
        "    point.x.hypot(point.y)\n"
        "}\n"
        "\n"
        "pub extern \"C\" fn sum(values: &[f32]) -> f32 {  //~\n"
        "    values.iter().sum()\n"
        "}\n",
    .good =
        "#[repr(C)]\n"
        "pub struct Point {\n"
        "    x: f32,\n"
        "    y: f32,\n"
        "}\n"
        "\n"
        "pub extern \"C\" fn length(point: Point) -> f32 {\n"
        "    point.x.hypot(point.y)\n"
        "}\n"
        "\n"
        "/// # Safety\n"
        "/// `values` must point to `count` numbers.\n"
        "pub unsafe extern \"C\" fn sum(values: *const f32, count: usize) -> f32 {\n"
        "    // SAFETY: the caller promises it.\n"
        "    unsafe { std::slice::from_raw_parts(values, count) }.iter().sum()\n"
        "}\n",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt = "the name may stand for another type here",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .tokens = kTokens,
};

}  // namespace rp
