// What rules about foreign functions ask: whose calling convention a function has, which attributes export it.
#pragma once

#include <string_view>

#include "review/rule.h"

namespace rp {

// `extern "C" fn`, an extern block: another convention than Rust's.
bool is_foreign(const Tree& tree, NodeId item);
// A function with a body that foreign code calls: `extern "C" fn f() { .. }`.
bool is_foreign_definition(const Tree& tree, NodeId function);
// The attribute with that path, also as `#[unsafe(path)]`; invalid when there is none.
NodeId export_attribute(const Tree& tree, NodeId item, std::string_view path);
// `no_mangle` or `export_name`: foreign code finds it by name.
bool is_exported(const Tree& tree, NodeId item);
// A type without parentheses around it.
NodeId peel_type(const Tree& tree, NodeId type);
// `*const T`, `*mut T`.
bool is_raw_pointer(const Tree& tree, NodeId type);
// Whether an attribute of an item has a word among its arguments: ("repr", "C"). Unknown where cfg_attr may add it.
Answer attribute_says(const Tree& tree, NodeId item, std::string_view path, std::string_view word);

}  // namespace rp
