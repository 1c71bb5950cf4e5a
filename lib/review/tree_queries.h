// Questions about the shape of a tree that many rules ask: what is around a node, what an expression is without its
// parentheses, what a call is called. No names, no types: those are Sema's.
#pragma once

#include <cstdint>
#include <string_view>

#include "syntax/tree.h"

namespace rp {

// Around a node, the node itself left out; invalid when there is none.
NodeId ancestor(const Tree& tree, NodeId node, NodeKind kind);
// The innermost FnItem or ClosureExpr around a node.
NodeId enclosing_function(const Tree& tree, NodeId node);
// The innermost FnItem around a node, closures looked through.
NodeId enclosing_fn_item(const Tree& tree, NodeId node);
// The innermost item around a node: a function, impl, module, …
NodeId enclosing_item(const Tree& tree, NodeId node);
NodeId enclosing_block(const Tree& tree, NodeId node);
// The innermost loop around a node in the same function or closure, whose body (or `while` condition) the node is in.
NodeId enclosing_loop(const Tree& tree, NodeId node);
// The innermost async block, async closure or async fn that a node is run by: a function or closure in between that is
// not async ends the search.
NodeId enclosing_async(const Tree& tree, NodeId node);
// The innermost `unsafe` block or (without one in between) unsafe fn.
NodeId enclosing_unsafe(const Tree& tree, NodeId node);
bool is_inside(const Tree& tree, NodeId node, NodeId ancestor);

// An expression without parentheses and attributes around it.
NodeId peel(const Tree& tree, NodeId expression);
// The same, `&`, `&mut` and `*` taken away too.
NodeId peel_borrows(const Tree& tree, NodeId expression);
// The name in a Name, NameRef, PathSegment or Lifetime, or of an item; `r#` left out.
std::string_view name_of(const Tree& tree, NodeId node);
// The method's name of a MethodCallExpr, or the last segment of the path of a CallExpr; empty for other nodes.
std::string_view called_name(const Tree& tree, NodeId call);
// Whether nodes of a kind have a name that rules can ask for (Rule::names).
bool has_node_name(NodeKind kind);
// The slot of that name; slot_count() where a node has none. For calls that of called_name; for macro calls that of the
// path's last segment; for PathExpr, PathType and the path of a UseTree that of the first segment; for an impl that of
// the last segment of its trait; for functions and types their own.
uint32_t node_name_slot(const Tree& tree, NodeId node);
// The name itself, without `r#`; empty where there is none.
std::string_view node_name(const Tree& tree, NodeId node);
// The n-th argument of a call, or invalid.
NodeId argument(const Tree& tree, NodeId call, uint32_t index);
uint32_t argument_count(const Tree& tree, NodeId call);
// The last segment of a path of any kind; invalid when there is none.
NodeId last_segment(const Tree& tree, NodeId path);
// `async fn`, `unsafe fn`, `const fn`, `async {}`, `unsafe {}`, `async |x| ..`.
bool is_async(const Tree& tree, NodeId function_or_block);
bool is_unsafe(const Tree& tree, NodeId function_or_block);
bool is_const(const Tree& tree, NodeId function_or_block);
// The first token of a node behind its attributes, and from there to the end of its name: what a finding about an item
// points at.
uint32_t slot_after_attributes(const Tree& tree, NodeId node);
ByteSpan header_span(const Tree& tree, NodeId item);
ByteSpan token_span(const Tree& tree, uint32_t slot);
// Whether a statement throws its value away: an ExprStmt with `;`, or `let _ = ..`.
bool is_discarded(const Tree& tree, NodeId expression);
// Whether an identifier stands anywhere among a node's tokens.
bool mentions(const Tree& tree, NodeId node, std::string_view name);
// The statement that an expression is part of.
NodeId statement_around(const Tree& tree, NodeId expression);
// Whether a comment that is no documentation stands right before a node.
bool has_comment_above(const Tree& tree, NodeId node);
// Whether an attribute makes its item a test or benchmark: `#[test]`, `#[tokio::test]`, `#[bench]`, `#[cfg(test)]`,
// `#[cfg(all(test, ..))]`.
bool marks_test(const Tree& tree, NodeId attribute);
// The packing that `repr` gives a struct or union, in bytes; 0 when it has none. Attributes that a condition may take
// away are not read.
uint64_t written_packing(const Tree& tree, NodeId item);
// Whether a comment before the first item says that a program wrote the file.
bool is_generated(const Tree& tree);
// Whether a comment about safety stands near a node: in or closely above the unsafe block or function around it, or in
// the lines right above the statement.
bool has_safety_comment(const Tree& tree, NodeId node);
// Whether a file lies where tests, benchmarks and examples lie. `/` between the parts of the path.
bool is_test_path(std::string_view path);

}  // namespace rp
