// What rules about tests ask of a file: which functions are tests, what stands in macro calls, what a function may
// panic with.
#pragma once

#include <string_view>
#include <vector>

#include "review/rule.h"

namespace rp {

// `#[test]`, `#[tokio::test]`, `#[rstest]`…: the attribute; invalid for a function that is no test.
NodeId test_attribute(const Tree& tree, NodeId function);
// The first attribute of an item with that path as written; invalid when there is none.
NodeId written_attribute(const Tree& tree, NodeId item, std::string_view path);
// The last segment of the path of a MacroCall.
std::string_view macro_name(const Tree& tree, NodeId call);
// `assert!`, `debug_assert_eq!`, …
bool is_std_assertion(std::string_view macro);
// The arguments of a macro call as expressions; its tree has no nodes when they are none.
Tree macro_arguments(const Tree& tree, NodeId call);
// The top expressions of what macro_arguments gave.
std::vector<NodeId> argument_list(const Tree& arguments);
// Whether a comment stands on the line of an offset, or on the line above it by itself.
bool has_comment_near(const Tree& tree, uint32_t offset);
// Whether a part of a name (between `_`) begins with one of the words, in small letters; a word that has `_` itself may
// stand anywhere.
bool name_has(std::string_view name, std::span<const std::string_view> words);

}  // namespace rp
