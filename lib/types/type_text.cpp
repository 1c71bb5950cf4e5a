// Types as rustc writes them.
#include "expand/builtin_literals.h"
#include "types/state.h"

namespace rp {
namespace {

// What is longer is cut off: a type may be exponentially longer than its terms.
constexpr size_t kMaxText = 4096;

class Printer {
 public:
  Printer(TypeContextState& state, bool paths) : s_(state), store_(state.store), paths_(paths) {}
  std::string out;

  void type(TypeId t) {
    if (out.size() > kMaxText) {
      if (!out.ends_with("…")) out += "…";
      return;
    }
    switch (store_.kind(t)) {
      case TypeKind::Unknown:
        out += "{unknown}";
        break;
      case TypeKind::Error:
        out += "{error}";
        break;
      case TypeKind::Infer:
        out += store_.infer_kind(t) == TypeStore::InferKind::Int     ? "{integer}"
               : store_.infer_kind(t) == TypeStore::InferKind::Float ? "{float}"
                                                                     : "_";
        break;
      case TypeKind::Never:
        out += "!";
        break;
      case TypeKind::Bool:
        out += "bool";
        break;
      case TypeKind::Char:
        out += "char";
        break;
      case TypeKind::Str:
        out += "str";
        break;
      case TypeKind::Int:
        out += int_name(store_.int_kind(t));
        break;
      case TypeKind::Float:
        out += kPrimitiveTypes[15 + static_cast<size_t>(store_.float_kind(t))];
        break;
      case TypeKind::Adt:
        name(store_.def(t));
        arguments(store_.arg_list(t), 0);
        break;
      case TypeKind::Foreign:
        name(store_.def(t));
        break;
      case TypeKind::Array:
        out += "[";
        type(store_.element(t));
        out += "; ";
        constant(store_.length(t));
        out += "]";
        break;
      case TypeKind::Slice:
        out += "[";
        type(store_.element(t));
        out += "]";
        break;
      case TypeKind::RawPtr:
        out += store_.is_mut(t) ? "*mut " : "*const ";
        type(store_.element(t));
        break;
      case TypeKind::Ref: {
        out += "&";
        const size_t before = out.size();
        region(store_.region(t));
        if (out.size() != before) out += " ";
        if (store_.is_mut(t)) out += "mut ";
        const bool several =
            store_.kind(store_.element(t)) == TypeKind::Dyn && store_.dyn_predicates(store_.element(t)).size() > 1;
        if (several) out += "(";
        type(store_.element(t));
        if (several) out += ")";
        break;
      }
      case TypeKind::Tuple: {
        out += "(";
        const std::vector<GenericArg> args = copy(store_.arg_list(t));
        for (size_t i = 0; i < args.size(); ++i) {
          if (i != 0) out += ", ";
          type(args[i].type());
        }
        out += args.size() == 1 ? ",)" : ")";
        break;
      }
      case TypeKind::FnDef:
        out += "fn item {";
        name(store_.def(t));
        arguments(store_.arg_list(t), 0);
        out += "}";
        break;
      case TypeKind::FnPtr:
        function(t);
        break;
      case TypeKind::Dyn:
        object(t);
        break;
      case TypeKind::Closure:
        out += "{closure}";
        break;
      case TypeKind::Coroutine:
        out += "{async block}";
        break;
      case TypeKind::Param:
        out += store_.text(store_.name_of(t));
        break;
      case TypeKind::Bound:
        out += "{bound type}";
        break;
      case TypeKind::Placeholder:
        out += "Self";
        break;
      case TypeKind::Projection: {
        const std::vector<GenericArg> args = copy(store_.arg_list(t));
        const DefRef assoc = store_.def(t);
        const DefRef trait = s_.items.container(assoc);
        const size_t own = s_.items.generics(trait).count();
        out += "<";
        if (!args.empty() && args[0].is_type()) type(args[0].type());
        out += " as ";
        name(trait);
        list(args, 1, std::min(own, args.size()));
        out += ">::";
        out += s_.items.name_of(assoc);
        list(args, std::min(own, args.size()), args.size());
        break;
      }
      case TypeKind::Opaque:
        opaque(t);
        break;
      case TypeKind::Pattern: {
        type(store_.element(t));
        out += " is {pattern}";
        break;
      }
    }
  }

  void constant(ConstId c) {
    switch (store_.kind(c)) {
      case ConstKind::Value:
        value(store_.type_of(c), store_.bits(c));
        break;
      case ConstKind::Param:
        out += store_.text(store_.name_of(c));
        break;
      case ConstKind::Unevaluated: {
        const SiteId site = store_.site_of(c);
        if (!site.valid()) {
          out += s_.items.path_of(store_.def(c));
          break;
        }
        const Site& place = store_.site_at(site);
        const Tree* tree = s_.items.tree_of(place.text);
        const std::string_view text = tree != nullptr ? tree->text(place.node) : "_";
        out += text.size() <= 80 ? text : "_";
        break;
      }
      default:
        out += "_";
        break;
    }
  }

  void argument(GenericArg arg) {
    if (!arg.valid()) {
      out += "_";
      return;
    }
    switch (arg.kind()) {
      case GenericArg::Kind::Type:
        type(arg.type());
        break;
      case GenericArg::Kind::Region: {
        const size_t before = out.size();
        region(arg.region());
        if (out.size() == before) out += "'_";
        break;
      }
      case GenericArg::Kind::Const:
        constant(arg.constant());
        break;
    }
  }

  void trait(const TraitRef& t) {
    const std::vector<GenericArg> args = copy(t.args);
    if (!args.empty()) argument(args[0]);
    out += ": ";
    name(t.trait);
    list(args, 1, args.size());
  }

 private:
  void value(TypeId t, Bits128 bits) {
    if (store_.kind(t) == TypeKind::Bool) {
      out += bits.lo != 0 ? "true" : "false";
      return;
    }
    if (store_.kind(t) == TypeKind::Char) {
      out += "'";
      append_utf8(static_cast<char32_t>(bits.lo), &out);
      out += "'";
      return;
    }
    if (store_.kind(t) == TypeKind::Int && is_signed(store_.int_kind(t)) && (bits.hi >> 63) != 0) {
      out += "-";
      bits.lo = ~bits.lo + 1;
      bits.hi = ~bits.hi + (bits.lo == 0 ? 1 : 0);
    }
    // Digits by long division in base 2^32.
    uint32_t parts[4] = {static_cast<uint32_t>(bits.hi >> 32), static_cast<uint32_t>(bits.hi),
                         static_cast<uint32_t>(bits.lo >> 32), static_cast<uint32_t>(bits.lo)};
    std::string digits;
    bool more = true;
    while (more) {
      uint64_t rest = 0;
      more = false;
      for (uint32_t& part : parts) {
        const uint64_t at = rest << 32 | part;
        part = static_cast<uint32_t>(at / 10);
        rest = at % 10;
        more = more || part != 0;
      }
      digits.push_back(static_cast<char>('0' + rest));
    }
    out.append(digits.rbegin(), digits.rend());
  }
  static std::string_view int_name(IntKind kind) { return kPrimitiveTypes[3 + static_cast<size_t>(kind)]; }
  std::vector<GenericArg> copy(ListId list) const {
    const std::span<const GenericArg> view = store_.list_of(list);
    return {view.begin(), view.end()};
  }
  void name(DefRef def) {
    if (paths_)
      out += s_.items.path_of(def);
    else
      out += s_.items.name_of(def);
  }
  void region(RegionId r) {
    switch (store_.kind(r)) {
      case RegionKind::Static:
        out += "'static";
        break;
      case RegionKind::EarlyParam:
      case RegionKind::LateParam:
        out += store_.text(store_.name_of(r));
        break;
      case RegionKind::Bound: {
        const uint32_t i = store_.index(r);
        out += "'";
        if (i < 26)
          out += static_cast<char>('a' + i);
        else
          out += "r" + std::to_string(i);
        for (uint32_t d = 0; d < store_.depth(r) && d < 4; ++d) out += "_";
        break;
      }
      default:
        break;
    }
  }
  void arguments(ListId args, size_t first) {
    const std::vector<GenericArg> all = copy(args);
    list(all, first, all.size());
  }
  // Regions that say nothing are left out when all of them are.
  void list(const std::vector<GenericArg>& args, size_t first, size_t end) {
    bool open = false;
    for (size_t i = first; i < end; ++i) {
      if (args[i].is_region()) {
        const RegionKind kind = store_.kind(args[i].region());
        if (kind == RegionKind::Erased || kind == RegionKind::Unknown) continue;
      }
      out += open ? ", " : "<";
      open = true;
      argument(args[i]);
    }
    if (open) out += ">";
  }
  void binder(uint32_t bound) {
    if (bound == 0) return;
    out += "for<";
    for (uint32_t i = 0; i < bound; ++i) {
      if (i != 0) out += ", ";
      out += "'";
      if (i < 26)
        out += static_cast<char>('a' + i);
      else
        out += "r" + std::to_string(i);
    }
    out += "> ";
  }
  void function(TypeId t) {
    const TypeStore::Signature s = store_.signature(t);
    const std::vector<GenericArg> inputs(s.inputs.begin(), s.inputs.end());
    binder(s.bound);
    if (s.is_unsafe) out += "unsafe ";
    static constexpr std::string_view kAbis[] = {"",
                                                 "extern \"C\" ",
                                                 "extern \"C-unwind\" ",
                                                 "extern \"system\" ",
                                                 "extern \"system-unwind\" ",
                                                 "extern \"rust-call\" ",
                                                 "extern \"rust-intrinsic\" ",
                                                 "extern \"?\" "};
    out += kAbis[static_cast<size_t>(s.abi)];
    out += "fn(";
    for (size_t i = 0; i < inputs.size(); ++i) {
      if (i != 0) out += ", ";
      type(inputs[i].type());
    }
    if (s.is_variadic) out += inputs.empty() ? "..." : ", ...";
    out += ")";
    if (s.output != store_.unit) {
      out += " -> ";
      type(s.output);
    }
  }
  void object(TypeId t) {
    out += "dyn ";
    binder(store_.bound_count(t));
    bool first = true;
    const std::vector<DynPredicate> predicates = store_.dyn_predicates(t);
    for (size_t i = 0; i < predicates.size(); ++i) {
      const DynPredicate& p = predicates[i];
      if (p.kind == DynPredicate::Kind::Projection) continue;
      if (!first) out += " + ";
      first = false;
      name(p.def);
      const std::vector<GenericArg> args = copy(p.args);
      bool open = false;
      for (const GenericArg arg : args) {
        out += open ? ", " : "<";
        open = true;
        argument(arg);
      }
      if (p.kind == DynPredicate::Kind::Principal) {
        for (const DynPredicate& q : predicates) {
          if (q.kind != DynPredicate::Kind::Projection) continue;
          out += open ? ", " : "<";
          open = true;
          out += s_.items.name_of(q.def);
          out += " = ";
          argument(q.term);
        }
      }
      if (open) out += ">";
    }
    const size_t before = out.size();
    const RegionKind kind = store_.kind(store_.region(t));
    if (kind == RegionKind::Erased || kind == RegionKind::Unknown) return;
    out += " + ";
    const size_t written = out.size();
    region(store_.region(t));
    if (out.size() == written) out.resize(before);
  }
  void opaque(TypeId t) {
    out += "impl ";
    const OpaqueInfo& info = s_.items.opaque(store_.def(t), store_.ordinal(t));
    bool first = true;
    for (const Predicate& p : info.bounds) {
      if (p.kind != Predicate::Kind::Trait) continue;
      if (s_.items.lang_of(p.trait_ref.trait) == LangItem::Sized) continue;
      if (!first) out += " + ";
      first = false;
      name(p.trait_ref.trait);
    }
    if (first) out += "Sized";
  }

  TypeContextState& s_;
  TypeStore& store_;
  bool paths_;
};

}  // namespace

std::string TypeContext::text(TypeId t, bool paths) {
  Printer p(*state_, paths);
  p.type(t);
  return std::move(p.out);
}
std::string TypeContext::text(ConstId c, bool paths) {
  Printer p(*state_, paths);
  p.constant(c);
  return std::move(p.out);
}
std::string TypeContext::text(const TraitRef& t, bool paths) {
  Printer p(*state_, paths);
  p.trait(t);
  return std::move(p.out);
}
std::string TypeContext::text(GenericArg a, bool paths) {
  Printer p(*state_, paths);
  p.argument(a);
  return std::move(p.out);
}

}  // namespace rp
