// performance/integer-keyed-map: a HashMap or HashSet of small integers with the default hasher.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kIntegerKeyedMap;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::PathType};
constexpr std::string_view kMaps[] = {"std::collections::HashMap", "std::collections::HashSet"};
constexpr std::string_view kSmall[] = {"u8", "i8", "u16", "i16", "char", "bool"};

constexpr std::string_view kReferences[] = {
    "std::collections::HashMap, https://doc.rust-lang.org/std/collections/struct.HashMap.html",
    "The Rust Performance Book, \"Hashing\", https://nnethercote.github.io/perf-book/hashing.html",
};

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  if (tree.subtree_end(node).value - node.value <= 2) return;  // one segment, without arguments
  const NodeId segment = last_segment(tree, node);
  const NodeId arguments = segment ? tree.child(segment, Role::arguments) : NodeId();
  const NodeId key = arguments ? tree.first_child(arguments) : NodeId();
  if (!key || tree.kind(key) != NodeKind::PathType) return;
  bool small = false;
  for (const std::string_view name : kSmall) small |= tree.text(key) == name;
  if (!small) return;
  // Of a field, a static or an alias: what is made once and used for long.
  const NodeId owner = tree.parent(node);
  if (!owner || (tree.kind(owner) != NodeKind::RecordField && tree.kind(owner) != NodeKind::TypeAliasItem &&
                 tree.kind(owner) != NodeKind::TupleField))
    return;
  const Sema& sema = context.sema();
  const Match map = sema.find_in(node, kMaps);
  if (!map) return;
  // With a hasher of its own somebody has thought about it.
  uint32_t count = 0;
  for (NodeId a = key; a; a = tree.next_sibling(a)) ++count;
  if (count != (map.index == 0 ? 2U : 1U)) return;
  const std::string name(tree.text(key));
  const std::string message =
      "`" + std::string(map.index == 0 ? "HashMap" : "HashSet") + "` keyed by `" + name + "`, with the default hasher";
  const bool byte = name == "u8" || name == "i8" || name == "bool";
  context.report({.span = tree.span(node),
                  .message = message,
                  .label = "SipHash costs more than all the rest of a lookup",
                  .help = byte ? "index an array of 256 elements (`[Option<V>; 256]`) by it"
                               : "index a `Vec` by it, keep a sorted one, or take a faster hasher (rustc-hash, ahash)",
                  .severity = kIntegerKeyedMap.severity});
}

}  // namespace

const Rule kIntegerKeyedMap = {
    .id = "performance/integer-keyed-map",
    .area = "performance",
    .title = "a hash map of small integers with the default hasher",
    .why =
        "The default hasher resists keys that an attacker chooses, and takes some twenty nanoseconds for it. Of small "
        "integers there are few: an array or a vector finds one in a nanosecond, and in order.",
    .bad = R"(use std::collections::HashMap;

pub struct Handlers {
    by_code: HashMap<u8, fn(&[u8])>,  //~
}

impl Handlers {
    pub fn get(&self, code: u8) -> Option<fn(&[u8])> {
        self.by_code.get(&code).copied()
    }
}
)",
    .good = R"(pub struct Handlers {
    by_code: [Option<fn(&[u8])>; 256],
}

impl Handlers {
    pub fn get(&self, code: u8) -> Option<fn(&[u8])> {
        self.by_code[usize::from(code)]
    }
}
)",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "the map may be looked up seldom, or its keys may come from somebody who must not choose them",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .library_only = true,
};

}  // namespace rp
