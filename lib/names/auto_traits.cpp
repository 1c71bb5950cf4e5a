#include "names/auto_traits.h"

#include <algorithm>

namespace rp {

using N = NodeKind;
using T = TokenKind;

namespace {

constexpr uint32_t kMaxDepth = 64;

uint64_t slot_of(DefId type, AutoTrait trait) { return uint64_t{type.value} * 8 + static_cast<uint64_t>(trait); }

// Types of the standard library by the last two names of their paths, and what each says of a trait: '+' it has it,
// '-' it has not, 'a' its arguments decide, 's' they decide by Send, 'b' by Send and Sync.
struct StdType {
  std::string_view path;
  std::string_view traits;  // in the order of AutoTrait
};
constexpr StdType kStdTypes[] = {
    {"rc::Rc", "--+rr"},
    {"rc::Weak", "--+rr"},
    {"cell::Cell", "a-aa-"},
    {"cell::RefCell", "a-aa-"},
    {"cell::UnsafeCell", "a-aa-"},
    {"once::OnceCell", "a-aa-"},
    {"lazy::LazyCell", "a-aa-"},
    {"non_null::NonNull", "--+rr"},
    {"marker::PhantomPinned", "++-++"},
    {"marker::PhantomData", "aaaaa"},
    {"sync::Arc", "bb+rr"},
    {"boxed::Box", "aa+aa"},
    {"vec::Vec", "aaaaa"},
    {"option::Option", "aaaaa"},
    {"result::Result", "aaaaa"},
    {"mutex::Mutex", "ssa++"},
    {"rwlock::RwLock", "sba++"},
    {"mutex::MutexGuard", "-a+++"},
    {"rwlock::RwLockReadGuard", "-a+++"},
    {"rwlock::RwLockWriteGuard", "-a+++"},
    {"mpsc::Receiver", "s-+++"},
    {"mpsc::Sender", "ss+++"},
    {"string::String", "+++++"},
    {"path::PathBuf", "+++++"},
    {"time::Duration", "+++++"},
    {"time::Instant", "+++++"},
    {"map::HashMap", "aaaaa"},
    {"set::HashSet", "aaaaa"},
    {"map::BTreeMap", "aaaaa"},
    {"set::BTreeSet", "aaaaa"},
    {"vec_deque::VecDeque", "aaaaa"},
    {"fmt::Formatter", "--+--"},
    {"atomic::AtomicBool", "+++++"},
    {"atomic::AtomicUsize", "+++++"},
    {"atomic::AtomicU64", "+++++"},
    {"atomic::AtomicPtr", "+++++"},
    {"atomic::Atomic", "+++++"},
    {"pin::Pin", "aaaaa"},
    {"mem::ManuallyDrop", "aaaaa"},
    {"maybe_uninit::MaybeUninit", "aaaaa"},
    {"manually_drop::ManuallyDrop", "aaaaa"},
    {"task::Waker", "+++++"},
    {"wake::Waker", "+++++"},
    {"fs::File", "+++++"},
    {"num::Wrapping", "aaaaa"},
    {"borrow::Cow", "aaaaa"},
    {"os_str::OsString", "+++++"},
};

const StdType* std_type(std::string_view path) {
  for (const StdType& each : kStdTypes) {
    if (path.size() <= each.path.size() || !path.ends_with(each.path)) continue;
    if (path[path.size() - each.path.size() - 1] == ':') return &each;
  }
  return nullptr;
}

bool is_std(CrateIndex crate) { return crate < kSysrootCrates; }

}  // namespace

AutoTraits::AutoTraits(const CrateDefs& crate, const ApiKeys& keys) : crate_(crate), keys_(keys) {
  for (const Def& def : crate.defs) {
    if (def.kind != DefKind::Impl || (def.flags & kDefTraitImpl) == 0) continue;
    if (!def.source || !def.node || crate.sources[def.source.value].source == nullptr) continue;
    const Tree& t = keys.tree(def.source);
    const NodeId trait = t.child(def.node, Role::trait);
    const NodeId type = t.child(def.node, Role::type);
    if (!trait || !type) continue;
    const DefRef what = keys.head(def.source, trait);
    const DefRef whose = keys.head(def.source, type);
    if (!what || !whose || whose.crate != crate.index || !is_std(what.crate)) continue;
    const CrateDefs* there = keys.analysis().crate(what.crate);
    if (there == nullptr) continue;
    for (size_t i = 0; i < kAutoTraits.size(); ++i)
      if (there->name_of(what.def) == kAutoTraits[i])
        written_[slot_of(whose.def, static_cast<AutoTrait>(i))] =
            (def.flags & kDefNegativeImpl) != 0 ? Answer::No : Answer::Yes;
  }
}

Answer AutoTraits::of(DefId type, AutoTrait trait) { return of_def(type, trait, 0); }

Answer AutoTraits::of_def(DefId type, AutoTrait trait, uint32_t depth) {
  if (depth > kMaxDepth) return Answer::Unknown;
  const uint64_t slot = slot_of(type, trait);
  if (const auto found = written_.find(slot); found != written_.end()) return found->second;
  // A type inside itself: what the rest says decides.
  const auto [at, added] = known_.emplace(slot, Answer::Yes);
  if (!added) return at->second;
  Answer result = Answer::Yes;
  std::vector<DefId> fields;
  for (const DefId child : crate_.children(type)) {
    if (crate_.def(child).kind == DefKind::Field) fields.push_back(child);
    if (crate_.def(child).kind == DefKind::Variant)
      for (const DefId field : crate_.children(child))
        if (crate_.def(field).kind == DefKind::Field) fields.push_back(field);
  }
  for (const DefId field : fields) {
    const Def& def = crate_.def(field);
    if (!def.source || crate_.sources[def.source.value].source == nullptr) {
      result = both(result, Answer::Unknown);
      continue;
    }
    result = both(result, of_type(def.source, keys_.tree(def.source).child(def.node, Role::type), trait, depth + 1));
    if (result == Answer::No) break;
  }
  if ((crate_.def(type).flags & kDefUncertain) != 0) result = Answer::Unknown;
  known_[slot] = result;
  return result;
}

Answer AutoTraits::of_type(SourceId source, NodeId type, AutoTrait trait, uint32_t depth) {
  if (depth > kMaxDepth || !type) return Answer::Unknown;
  const Tree& t = keys_.tree(source);
  const auto inner = [&](AutoTrait which) { return of_type(source, t.child(type, Role::type), which, depth + 1); };
  switch (t.kind(type)) {
    case N::ParenType:
    case N::SliceType:
    case N::ArrayType:
      return inner(trait);
    case N::NeverType:
    case N::FnPointerType:
      return Answer::Yes;
    case N::PointerType:
      if (trait == AutoTrait::Send || trait == AutoTrait::Sync) return Answer::No;
      return trait == AutoTrait::Unpin ? Answer::Yes : inner(AutoTrait::RefUnwindSafe);
    case N::RefType:
      if (trait == AutoTrait::Unpin) return Answer::Yes;
      if (t.has_token(type, T::KwMut)) return trait == AutoTrait::UnwindSafe ? Answer::No : inner(trait);
      if (trait == AutoTrait::Send) return inner(AutoTrait::Sync);
      return inner(trait == AutoTrait::UnwindSafe ? AutoTrait::RefUnwindSafe : trait);
    case N::TupleType: {
      Answer result = Answer::Yes;
      for (NodeId each = t.first_child(type); each; each = t.next_sibling(each))
        result = both(result, of_type(source, each, trait, depth + 1));
      return result;
    }
    case N::TraitObjectType:
      return of_bounds(source, t.child(type, Role::bounds), trait);
    case N::PathType:
      return of_path(source, type, trait, depth);
    default:
      return Answer::Unknown;
  }
}

Answer AutoTraits::of_bounds(SourceId source, NodeId list, AutoTrait trait) const {
  const Tree& t = keys_.tree(source);
  Answer result = Answer::No;
  for (NodeId each = list ? t.first_child(list) : NodeId(); each; each = t.next_sibling(each)) {
    if (t.kind(each) != N::TraitBound) continue;
    const NodeId path = t.child(each, Role::path);
    const DefRef what = path ? keys_.head(source, path) : DefRef();
    const CrateDefs* there = what ? keys_.analysis().crate(what.crate) : nullptr;
    if (there == nullptr) {
      result = Answer::Unknown;
      continue;
    }
    if (is_std(what.crate)) {
      if (there->name_of(what.def) == kAutoTraits[static_cast<size_t>(trait)]) return Answer::Yes;
      continue;  // no trait of the standard library asks for an auto trait but for those of tasks and errors, which do
                 // not
    }
    result = Answer::Unknown;  // it may ask for it
  }
  return result;
}

Answer AutoTraits::of_arguments(SourceId source, NodeId segment, AutoTrait trait, uint32_t depth) {
  const Tree& t = keys_.tree(source);
  const NodeId list = segment ? t.child(segment, Role::arguments) : NodeId();
  Answer result = Answer::Yes;
  for (NodeId each = list ? t.first_child(list) : NodeId(); each; each = t.next_sibling(each))
    if (node_category(t.kind(each)) == NodeCategory::Type)
      result = both(result, of_type(source, each, trait, depth + 1));
  return result;
}

Answer AutoTraits::of_path(SourceId source, NodeId type, AutoTrait trait, uint32_t depth) {
  const Tree& t = keys_.tree(source);
  if (keys_.is_parameter(source, type)) return Answer::Yes;
  NodeId last;
  for (NodeId each = t.first_child(type); each; each = t.next_sibling(each))
    if (t.kind(each) == N::PathSegment) last = each;
  const DefRef def = keys_.head(source, type);
  if (!def) return keys_.is_primitive(source, type) ? Answer::Yes : Answer::Unknown;
  const CrateDefs* there = keys_.analysis().crate(def.crate);
  if (there == nullptr) return Answer::Unknown;
  if (def.crate == crate_.index) {
    const DefKind kind = crate_.def(def.def).kind;
    if (kind != DefKind::Struct && kind != DefKind::Enum && kind != DefKind::Union) return Answer::Unknown;
    const Answer own = of_def(def.def, trait, depth + 1);
    return both(own, of_arguments(source, last, trait, depth));
  }
  if (!is_std(def.crate)) return Answer::Unknown;
  const StdType* known = std_type(there->path_of(def.def));
  if (known == nullptr) return Answer::Unknown;
  switch (known->traits[static_cast<size_t>(trait)]) {
    case '+':
      return Answer::Yes;
    case '-':
      return Answer::No;
    case 's':
      return of_arguments(source, last, AutoTrait::Send, depth);
    case 'b':
      return both(of_arguments(source, last, AutoTrait::Send, depth),
                  of_arguments(source, last, AutoTrait::Sync, depth));
    case 'r':
      return of_arguments(source, last, AutoTrait::RefUnwindSafe, depth);
    default:
      return of_arguments(source, last, trait, depth);
  }
}

}  // namespace rp
