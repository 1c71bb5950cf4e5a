// One item of the old interface and what it has become.
#include <algorithm>
#include <charconv>
#include <optional>

#include "review/semver_compare.h"

namespace rp {

namespace {

std::string quoted(std::string_view text) { return "`" + std::string(text) + "`"; }

std::string_view last_name(std::string_view path) {
  const size_t at = path.rfind("::");
  return at == std::string_view::npos ? path : path.substr(at + 2);
}

bool has(const ApiItem& item, DefFlags flag) { return (item.flags & flag) != 0; }

size_t count_generics(const ApiItem& item, ApiGeneric::Kind kind, bool required_only) {
  return static_cast<size_t>(std::count_if(item.generics.begin(), item.generics.end(), [&](const ApiGeneric& each) {
    return each.kind == kind && (!required_only || !each.has_default);
  }));
}

// Types and constants, in their order.
bool same_parameters(const ApiItem& a, const ApiItem& b) {
  std::vector<const ApiGeneric*> x, y;
  for (const ApiGeneric& each : a.generics)
    if (each.kind != ApiGeneric::Kind::Lifetime) x.push_back(&each);
  for (const ApiGeneric& each : b.generics)
    if (each.kind != ApiGeneric::Kind::Lifetime) y.push_back(&each);
  return x.size() == y.size() &&
         std::equal(x.begin(), x.end(), y.begin(),
                    [](const ApiGeneric* p, const ApiGeneric* q) { return p->kind == q->kind; });
}

std::string without_static(std::string key) {
  for (size_t at = key.find("'static "); at != std::string::npos; at = key.find("'static ")) key.erase(at, 8);
  for (const std::string_view each : {"+'static", "'static+", "<'static>", "'static,", "'static"})
    for (size_t at = key.find(each); at != std::string::npos; at = key.find(each)) key.erase(at, each.size());
  return key;
}

// Whether a key is a generic parameter or takes any type with some bounds.
bool is_generic(std::string_view key) {
  for (size_t at = 0; at + 1 < key.size(); ++at)
    if ((key[at] == 'F' || key[at] == 'T') && key[at + 1] >= '0' && key[at + 1] <= '9' &&
        (at == 0 || (key[at - 1] < 'A' || key[at - 1] > 'z')))
      return true;
  return key.find("impl(") != std::string_view::npos;
}

bool is_projection(std::string_view key) {
  const size_t at = key.rfind("::");
  return key.find("<F") != std::string_view::npos || key.find(" as ") != std::string_view::npos ||
         (at != std::string_view::npos && key.find(kKeyNameEnd, at) == std::string_view::npos);
}

// The bounds of `impl(a+b)`, when that is the whole key.
std::optional<std::vector<std::string>> impl_bounds(const std::string& key) {
  if (!key.starts_with("impl(") || !key.ends_with(")")) return std::nullopt;
  std::vector<std::string> out;
  int depth = 0;
  std::string each;
  for (const char c : std::string_view(key).substr(5, key.size() - 6)) {
    if (c == '(' || c == '<' || c == '[') ++depth;
    if (c == ')' || c == '>' || c == ']') --depth;
    if (depth < 0 && c == ')') return std::nullopt;
    if (c == '+' && depth == 0) {
      out.push_back(std::move(each));
      each.clear();
    } else {
      each.push_back(c);
    }
  }
  out.push_back(std::move(each));
  return out;
}

// Traits of the standard library that others bring with them: The Rust Reference and the documentation of each.
bool implied_by(std::string_view wanted, std::string_view given) {
  static constexpr std::pair<std::string_view, std::string_view> kImplied[] = {{"Copy", "Clone"},
                                                                               {"Eq", "PartialEq"},
                                                                               {"Ord", "PartialOrd"},
                                                                               {"Ord", "Eq"},
                                                                               {"Ord", "PartialEq"},
                                                                               {"PartialOrd", "PartialEq"},
                                                                               {"Fn", "FnMut"},
                                                                               {"Fn", "FnOnce"},
                                                                               {"FnMut", "FnOnce"},
                                                                               {"DerefMut", "Deref"},
                                                                               {"IndexMut", "Index"},
                                                                               {"Error", "Debug"},
                                                                               {"Error", "Display"},
                                                                               {"ExactSizeIterator", "Iterator"},
                                                                               {"DoubleEndedIterator", "Iterator"},
                                                                               {"FusedIterator", "Iterator"},
                                                                               {"BufRead", "Read"}};
  return std::any_of(std::begin(kImplied), std::end(kImplied),
                     [&](const auto& each) { return each.first == given && each.second == wanted; });
}

std::pair<std::string, std::string> split_predicate(const std::string& text) {
  const size_t at = text.find(": ");
  if (at == std::string::npos) return {std::string(), text};
  return {text.substr(0, at), text.substr(at + 2)};
}

}  // namespace

// ---- Bounds ---------------------------------------------------------------------------------------------------------

// Those of `before` that nothing in `after` stands for.
std::vector<std::string> SemverComparison::lost(const std::vector<std::string>& before,
                                                const std::vector<std::string>& after) const {
  std::vector<std::string> out;
  for (const std::string& each : before) {
    const auto [subject, bound] = split_predicate(each);
    if (bound.starts_with("?") || without_static(bound).empty()) continue;
    const std::string name = key_skeleton(bound);
    bool there = false;
    for (const std::string& other : after) {
      // Either may be the old one: a path is translated only from the old to the new.
      there = there || match(each, other) != KeyMatch::Different || match(other, each) != KeyMatch::Different;
      const auto [other_subject, other_bound] = split_predicate(other);
      there = there ||
              (key_skeleton(other_subject) == key_skeleton(subject) && implied_by(name, key_skeleton(other_bound)));
    }
    if (!there) out.push_back(each);
  }
  // `?Sized` asks for less.
  for (const std::string& each : after) {
    const auto [subject, bound] = split_predicate(each);
    if (!bound.starts_with("?")) continue;
    const bool there = std::any_of(before.begin(), before.end(),
                                   [&](const std::string& other) { return key_skeleton(other) == key_skeleton(each); });
    if (!there) out.push_back(subject + ": Sized");
  }
  return out;
}

void SemverComparison::compare_predicates(const ApiItem& before, const ApiItem& after, std::string_view rule,
                                          bool loosening) {
  if (!same_parameters(before, after)) return;
  const std::vector<std::string> dropped = lost(before.predicates, after.predicates);
  const auto say = [&](const std::string& each, bool added) {
    // Bounds that were there may bring the new one with them.
    const auto [subject, bound] = split_predicate(each);
    const bool bare = std::none_of(before.predicates.begin(), before.predicates.end(), [&](const std::string& other) {
      const auto [other_subject, other_bound] = split_predicate(other);
      return other_subject == subject && !other_bound.starts_with("?");
    });
    const bool known = each.find(kKeyUnknown) == std::string::npos;
    report(rule, &before, &after,
           quoted(before.path) + (added ? " asks for more: " : " no longer asks for ") + quoted(key_text(each)),
           bare && known && added && !is_projection(subject), "another bound may come to the same");
    // One bound in place of another may well take all that the old one took.
    if (added && !dropped.empty()) diff_.changes.back().level = SemverLevel::Possibly;
  };
  for (const std::string& each : lost(after.predicates, before.predicates)) say(each, true);
  if (!loosening) return;
  for (const std::string& each : dropped) say(each, false);
}

void SemverComparison::compare_generics(const ApiItem& before, const ApiItem& after) {
  const size_t lifetimes_before = count_generics(before, ApiGeneric::Kind::Lifetime, false);
  const size_t lifetimes_after = count_generics(after, ApiGeneric::Kind::Lifetime, false);
  if (lifetimes_before != lifetimes_after)
    report("semver/lifetimes-changed", &before, &after,
           quoted(before.path) + " has " + std::to_string(lifetimes_after) + " lifetime parameter" +
               (lifetimes_after == 1 ? "" : "s") + " where it had " + std::to_string(lifetimes_before));
  const auto total = [](const ApiItem& item, bool required) {
    return count_generics(item, ApiGeneric::Kind::Type, required) +
           count_generics(item, ApiGeneric::Kind::Const, required);
  };
  if (total(after, false) < total(before, false) || total(after, true) > total(before, true)) {
    report(
        "semver/type-generics", &before, &after,
        quoted(before.path) + " has other generic parameters: " + quoted(after.text) + " for " + quoted(before.text));
    return;
  }
  std::vector<const ApiGeneric*> x, y;
  for (const ApiGeneric& each : before.generics)
    if (each.kind != ApiGeneric::Kind::Lifetime) x.push_back(&each);
  for (const ApiGeneric& each : after.generics)
    if (each.kind != ApiGeneric::Kind::Lifetime) y.push_back(&each);
  for (size_t i = 0; i < x.size() && i < y.size(); ++i) {
    if (x[i]->kind == y[i]->kind && (x[i]->key.empty() || match(x[i]->key, y[i]->key) != KeyMatch::Different)) continue;
    report("semver/type-generics", &before, &after,
           quoted(before.path) + " has another parameter in place of " + quoted(x[i]->name));
    return;
  }
}

// ---- Functions
// --------------------------------------------------------------------------------------------------------

void SemverComparison::compare_common(const ApiItem& before, const ApiItem& after) {
  if (!has(before, kDefDeprecated) && has(after, kDefDeprecated))
    report("semver/deprecated", &before, &after, quoted(before.path) + " is deprecated now");
  if (!has(before, kDefMustUse) && has(after, kDefMustUse))
    report("semver/must-use-added", &before, &after, quoted(before.path) + " is must_use now");
}

void SemverComparison::compare_return(const ApiItem& before, const ApiItem& after, std::string_view rule,
                                      bool generics_changed) {
  if (match(before.type.key, after.type.key) == KeyMatch::Same) return;
  const auto parts = [](const ApiItem& item) { return item.type.key.empty() ? std::string("()") : item.type.key; };
  const std::string a = parts(before);
  const std::string b = parts(after);
  // More of 'static does no harm.
  if (a != b && match(without_static(a), without_static(b)) == KeyMatch::Same) {
    if (std::count(a.begin(), a.end(), '\'') <= std::count(b.begin(), b.end(), '\'')) return;
    report(rule, &before, &after, quoted(before.path) + " returns something that borrows, where it was 'static", false,
           "what it borrows from may be 'static itself");
    return;
  }
  const std::string text = quoted(before.path) + " returns " +
                           quoted(after.type.text.empty() ? "()" : after.type.text) + " where it returned " +
                           quoted(before.type.text.empty() ? "()" : before.type.text);
  const auto old_bounds = impl_bounds(translated(a));
  const auto new_bounds = impl_bounds(b);
  if (old_bounds && new_bounds) {
    for (const std::string& each : *old_bounds) {
      const bool there = std::any_of(new_bounds->begin(), new_bounds->end(), [&](const std::string& other) {
        return match(each, other) != KeyMatch::Different || implied_by(key_skeleton(each), key_skeleton(other));
      });
      if (there) continue;
      report(rule, &before, &after, text, false, "the new bounds may bring the old ones with them");
      return;
    }
    return;
  }
  if (old_bounds) {
    report("semver/fn-generalized", &before, &after, text, false, "the new type has to do what the bounds promised");
    diff_.changes.back().message += ", a type of its own in place of what was hidden";
    return;
  }
  const KeyMatch same = match(before.type.key, after.type.key);
  if (same == KeyMatch::Unsure || generics_changed || is_projection(a) || is_projection(b)) {
    if (generics_changed && key_skeleton(a) == key_skeleton(b)) return;
    report(rule, &before, &after, text, false, "the two types may be one");
    return;
  }
  report(rule, &before, &after, text);
  if (before.type.key.empty()) {
    diff_.changes.back().level = rule == "semver/fn-signature" ? SemverLevel::Possibly : SemverLevel::Major;
  }
}

// `implementable`: others may have written it, too, for a trait that is not sealed.
void SemverComparison::compare_function(const ApiItem& before, const ApiItem& after, bool in_trait,
                                        bool implementable) {
  const std::string_view signature_rule = in_trait ? "semver/trait-item-changed" : "semver/fn-signature";
  compare_common(before, after);
  const bool old_self = !before.receiver.empty();
  const bool new_self = !after.receiver.empty();
  // A method that only reads now takes all that one that wrote took.
  const bool less = before.receiver == "&mut Self" && after.receiver == "&Self" && !(in_trait && implementable);
  if (old_self != new_self || (old_self && !less && match(before.receiver, after.receiver) == KeyMatch::Different)) {
    report("semver/fn-receiver", &before, &after,
           quoted(before.path) + (!new_self   ? " is no longer a method"
                                  : !old_self ? " is a method now"
                                              : " takes " + quoted(after.receiver_text) + " where it took " +
                                                    quoted(before.receiver_text)));
  }
  if (!has(before, kDefUnsafe) && has(after, kDefUnsafe))
    report("semver/fn-unsafe-added", &before, &after, quoted(before.path) + " is unsafe now");
  if (has(before, kDefUnsafe) && !has(after, kDefUnsafe) && in_trait && implementable)
    report("semver/trait-item-changed", &before, &after, quoted(before.path) + " is no longer unsafe");
  if (has(before, kDefConst) && !has(after, kDefConst))
    report("semver/fn-const-removed", &before, &after, quoted(before.path) + " is no longer const");
  if (has(before, kDefAsync) != has(after, kDefAsync)) {
    // `fn f() -> impl Future` written by hand is the same to callers.
    const bool by_hand =
        before.type.key.find("Future") != std::string::npos || after.type.key.find("Future") != std::string::npos;
    if (!by_hand)
      report("semver/async-changed", &before, &after,
             quoted(before.path) + (has(after, kDefAsync) ? " is async now" : " is no longer async"));
    return;
  }
  const auto abi = [](const ApiItem& item) {
    return item.abi == "extern" ? std::string("extern \"C\"") : item.abi.empty() ? "extern \"Rust\"" : item.abi;
  };
  if (abi(before) != abi(after))
    report("semver/abi-changed", &before, &after,
           quoted(before.path) + " has the convention " + quoted(abi(after)) + " where it had " + quoted(abi(before)));
  if (before.params.size() != after.params.size()) {
    report("semver/fn-parameters", &before, &after,
           quoted(before.path) + " takes " + std::to_string(after.params.size()) + " parameter" +
               (after.params.size() == 1 ? "" : "s") + " where it took " + std::to_string(before.params.size()));
    return;
  }
  const bool generics_changed = !same_parameters(before, after);
  if (generics_changed) {
    SemverChange* out = nullptr;
    report("semver/fn-generics", &before, &after, quoted(before.path) + " has other generic parameters");
    out = &diff_.changes.back();
    if (in_trait && implementable) out->level = SemverLevel::Major;
  }
  for (size_t i = 0; i < before.params.size(); ++i) {
    const ApiType& a = before.params[i];
    const ApiType& b = after.params[i];
    const KeyMatch same = match(a.key, b.key);
    if (same == KeyMatch::Same) continue;
    // Less of 'static asks for less.
    if (match(without_static(a.key), without_static(b.key)) == KeyMatch::Same &&
        std::count(b.key.begin(), b.key.end(), '\'') <= std::count(a.key.begin(), a.key.end(), '\''))
      continue;
    const std::string text = "the parameter " + std::to_string(i + 1) + " of " + quoted(before.path) + " is " +
                             quoted(b.text) + " where it was " + quoted(a.text);
    if (generics_changed && is_generic(a.key) && is_generic(b.key) &&
        key_skeleton(a.key).size() == key_skeleton(b.key).size())
      continue;
    if (is_generic(b.key) && !in_trait) {
      const auto x = impl_bounds(translated(a.key));
      const auto y = impl_bounds(b.key);
      if (x && y) {
        // Fewer bounds take more.
        const bool more = std::all_of(y->begin(), y->end(), [&](const std::string& each) {
          return std::any_of(x->begin(), x->end(), [&](const std::string& other) {
            return match(other, each) != KeyMatch::Different || implied_by(key_skeleton(each), key_skeleton(other));
          });
        });
        if (more) continue;
        report(signature_rule, &before, &after, text, false, "the new bounds may hold for all that the old ones took");
        continue;
      }
      report("semver/fn-generalized", &before, &after, text, false, "the old type has to be one of those it takes");
      continue;
    }
    report(signature_rule, &before, &after, text,
           same == KeyMatch::Different && !generics_changed && !is_projection(a.key) && !is_projection(b.key),
           "the two types may be one");
  }
  compare_return(before, after, signature_rule, generics_changed);
  compare_predicates(before, after, "semver/bound-tightened", in_trait && implementable);
}

// ---- Data types
// -------------------------------------------------------------------------------------------------------

void SemverComparison::compare_repr(const ApiItem& before, const ApiItem& after) {
  if (before.repr == after.repr) return;
  const auto words = [](const std::string& repr) {
    std::vector<std::string> out;
    size_t at = 0;
    while (at < repr.size()) {
      const size_t end = std::min(repr.find(", ", at), repr.size());
      out.push_back(repr.substr(at, end - at));
      at = end + 2;
    }
    return out;
  };
  const std::vector<std::string> a = words(before.repr);
  const std::vector<std::string> b = words(after.repr);
  const auto contains = [](const std::vector<std::string>& all, const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
  };
  for (const std::string& each : a) {
    if (contains(b, each) || each == "Rust") continue;
    // C gives a single field or an enum of no fields what transparent and an integer give; the other way not.
    SemverChange* out = nullptr;
    report("semver/repr-changed", &before, &after,
           quoted(before.path) + " is no longer " + quoted("repr(" + each + ")"),
           each != "transparent" || before.private_fields == 0,
           "the documentation may never have promised it: a private field made it so");
    out = &diff_.changes.back();
    (void)out;
    return;
  }
  for (const std::string& each : b) {
    if (contains(a, each)) continue;
    const bool harmful = each.starts_with("packed") || each.starts_with("align");
    if (!harmful) continue;
    report("semver/repr-changed", &before, &after,
           quoted(before.path) + " is " + quoted("repr(" + each + ")") + " now");
    return;
  }
}

void SemverComparison::compare_fields(uint32_t before, uint32_t after, std::string_view removed_rule) {
  const ApiItem& parent = before_.api.items[before];
  for (const uint32_t i : members_before_[before]) {
    const ApiItem& field = before_.api.items[i];
    if (field.kind != ApiKind::Field || field.hidden) continue;
    const ApiItem* there = nullptr;
    for (const uint32_t j : members_after_[after]) {
      const ApiItem& other = after_.api.items[j];
      if (other.kind == ApiKind::Field && last_name(other.path) == last_name(field.path)) there = &other;
    }
    if (there == nullptr) {
      report(
          removed_rule, &field, &after_.api.items[after],
          "the field " + quoted(last_name(field.path)) + " of " + quoted(parent.path) + " is gone or no longer public");
      continue;
    }
    if (there->hidden && !has(*there, kDefDeprecated)) {
      report("semver/item-hidden", &field, there, "the field " + quoted(field.path) + " is hidden now");
      continue;
    }
    compare_common(field, *there);
    const KeyMatch same = match(field.type.key, there->type.key);
    if (same == KeyMatch::Same) continue;
    if (same == KeyMatch::Unsure && key_skeleton(field.type.key) == key_skeleton(there->type.key)) continue;
    // A new parameter with a default: the type without it is the old one.
    if (!same_parameters(parent, after_.api.items[after]) &&
        key_without_arguments(translated(field.type.key)) == key_without_arguments(there->type.key))
      continue;
    if (match(without_static(field.type.key), without_static(there->type.key)) == KeyMatch::Same &&
        field.type.key.find('\'') == std::string::npos)
      continue;
    report("semver/field-type", &field, there,
           quoted(field.path) + " is " + quoted(there->type.text) + " where it was " + quoted(field.type.text),
           same == KeyMatch::Different && !is_projection(field.type.key) && !is_projection(there->type.key),
           "the two types may be one");
  }
}

void SemverComparison::compare_struct(uint32_t before, uint32_t after) {
  const ApiItem& a = before_.api.items[before];
  const ApiItem& b = after_.api.items[after];
  const auto shape = [](const ApiItem& item) {
    return has(item, kDefUnitFields) ? 0 : has(item, kDefTupleFields) ? 1 : 2;
  };
  // Whether others could build it, or take it apart completely.
  const bool open = a.private_fields == 0 && !has(a, kDefNonExhaustive);
  if (shape(a) != shape(b) && open) {
    static constexpr std::string_view kShapes[] = {"no fields", "a tuple of fields", "named fields"};
    report(
        "semver/struct-kind", &a, &b,
        quoted(a.path) + " has " + std::string(kShapes[shape(b)]) + " where it had " + std::string(kShapes[shape(a)]));
    return;
  }
  const std::string_view removed = a.kind == ApiKind::Union ? "semver/union-field" : "semver/field-removed";
  compare_fields(before, after, removed);
  if (open && has(b, kDefNonExhaustive)) {
    report("semver/non-exhaustive-added", &a, &b, quoted(a.path) + " is non_exhaustive now");
    return;
  }
  if (!open || a.kind == ApiKind::Union) return;
  if (b.private_fields > 0) {
    report("semver/struct-private-field-added", &a, &b,
           quoted(a.path) + " has a private field now: others can no longer build it");
    return;
  }
  for (const uint32_t j : members_after_[after]) {
    const ApiItem& field = after_.api.items[j];
    if (field.kind != ApiKind::Field) continue;
    const bool known = std::any_of(members_before_[before].begin(), members_before_[before].end(), [&](uint32_t i) {
      return before_.api.items[i].kind == ApiKind::Field &&
             last_name(before_.api.items[i].path) == last_name(field.path);
    });
    if (!known)
      report("semver/struct-field-added", &a, &field,
             quoted(a.path) + " has a new field " + quoted(last_name(field.path)) + ", which others have to give");
  }
}

void SemverComparison::compare_variant(const ApiItem& parent, uint32_t before, uint32_t after) {
  const ApiItem& a = before_.api.items[before];
  const ApiItem& b = after_.api.items[after];
  compare_common(a, b);
  const auto shape = [](const ApiItem& item) {
    return has(item, kDefUnitFields) ? 0 : has(item, kDefTupleFields) ? 1 : 2;
  };
  // What can only be matched with `..` can change its shape.
  if (has(a, kDefNonExhaustive) && has(b, kDefNonExhaustive) && shape(a) != shape(b)) return;
  if (shape(a) != shape(b)) {
    report("semver/variant-fields", &a, &b,
           quoted(a.path) + " has fields of another kind: " + quoted(b.text) + " for " + quoted(a.text));
    return;
  }
  if (!has(a, kDefNonExhaustive) && has(b, kDefNonExhaustive)) {
    report("semver/non-exhaustive-added", &a, &b, quoted(a.path) + " is non_exhaustive now");
  }
  compare_fields(before, after, "semver/variant-fields");
  if (has(a, kDefNonExhaustive) || has(b, kDefNonExhaustive)) return;
  for (const uint32_t j : members_after_[after]) {
    const ApiItem& field = after_.api.items[j];
    if (field.kind != ApiKind::Field || field.hidden) continue;
    const bool known = std::any_of(members_before_[before].begin(), members_before_[before].end(), [&](uint32_t i) {
      return last_name(before_.api.items[i].path) == last_name(field.path);
    });
    if (!known)
      report("semver/variant-fields", &a, &field,
             "the variant " + quoted(last_name(a.path)) + " of " + quoted(parent.path) + " has a new field " +
                 quoted(last_name(field.path)));
  }
}

void SemverComparison::compare_discriminants(uint32_t before, uint32_t after) {
  const auto numbers = [](const PublicApi& api, const Members& members) {
    std::vector<std::pair<std::string_view, std::optional<int64_t>>> out;
    std::optional<int64_t> next = 0;
    for (const uint32_t i : members) {
      const ApiItem& item = api.items[i];
      if (item.kind != ApiKind::Variant) continue;
      if (!item.discriminant.empty()) {
        std::string text;
        for (const char c : item.discriminant)
          if (c != '_') text.push_back(c);
        int64_t value = 0;
        int base = 10;
        size_t start = 0;
        if (text.starts_with("0x")) {
          base = 16;
          start = 2;
        }
        const char* end = text.data() + text.size();
        const auto [at, error] = std::from_chars(text.data() + start, end, value, base);
        next = error == std::errc() && at == end ? std::optional(value) : std::nullopt;
      }
      out.emplace_back(last_name(item.path), next);
      if (next) ++*next;
    }
    return out;
  };
  const ApiItem& a = before_.api.items[before];
  const ApiItem& b = after_.api.items[after];
  // `as` is for enums whose variants have no fields; of a non-exhaustive one, others may not even do that when a
  // variant is so.
  for (const auto* side : {&members_before_[before], &members_after_[after]}) {
    const PublicApi& api = side == &members_before_[before] ? before_.api : after_.api;
    for (const uint32_t i : *side) {
      const ApiItem& item = api.items[i];
      if (item.kind == ApiKind::Variant && (!has(item, kDefUnitFields) || has(item, kDefNonExhaustive)) &&
          a.repr.empty())
        return;
    }
  }
  const auto old_numbers = numbers(before_.api, members_before_[before]);
  const auto new_numbers = numbers(after_.api, members_after_[after]);
  const bool written = std::any_of(members_before_[before].begin(), members_before_[before].end(),
                                   [&](uint32_t i) { return !before_.api.items[i].discriminant.empty(); });
  for (const auto& [name, number] : old_numbers) {
    for (const auto& [other, value] : new_numbers) {
      if (other != name || !number || !value || *number == *value) continue;
      report("semver/discriminant-changed", &a, &b,
             "`" + a.path + "::" + std::string(name) + "` is " + std::to_string(*value) + " as a number where it was " +
                 std::to_string(*number),
             written || !a.repr.empty(), "nobody may cast it: no number was written");
      if (!written && a.repr.empty()) diff_.changes.back().level = SemverLevel::Possibly;
      return;
    }
  }
}

void SemverComparison::compare_enum(uint32_t before, uint32_t after) {
  const ApiItem& a = before_.api.items[before];
  const ApiItem& b = after_.api.items[after];
  // Before there was the attribute, a hidden variant said the same.
  const bool open = has(a, kDefNonExhaustive) ||
                    std::any_of(members_before_[before].begin(), members_before_[before].end(), [&](uint32_t i) {
                      return before_.api.items[i].kind == ApiKind::Variant && before_.api.items[i].hidden;
                    });
  if (!open && has(b, kDefNonExhaustive))
    report("semver/non-exhaustive-added", &a, &b, quoted(a.path) + " is non_exhaustive now");
  const auto find = [&](const PublicApi& api, const Members& members, std::string_view name) -> uint32_t {
    for (const uint32_t i : members)
      if (api.items[i].kind == ApiKind::Variant && last_name(api.items[i].path) == name) return i;
    return kNoApiItem;
  };
  for (const uint32_t i : members_before_[before]) {
    const ApiItem& variant = before_.api.items[i];
    if (variant.kind != ApiKind::Variant || variant.hidden) continue;
    const uint32_t there = find(after_.api, members_after_[after], last_name(variant.path));
    if (there == kNoApiItem) {
      // An associated constant of the same name does for expressions, and for patterns where it can be matched.
      bool constant = false;
      for (const uint32_t j : members_after_[after])
        constant = constant || (after_.api.items[j].kind == ApiKind::AssocConst &&
                                last_name(after_.api.items[j].path) == last_name(variant.path));
      report("semver/enum-variant-removed", &variant, nullptr, "the variant " + quoted(variant.path) + " is gone",
             !constant, "there is a constant of the same name");
      continue;
    }
    if (after_.api.items[there].hidden) {
      report("semver/item-hidden", &variant, &after_.api.items[there],
             "the variant " + quoted(variant.path) + " is hidden now");
      continue;
    }
    compare_variant(a, i, there);
  }
  if (!open) {
    for (const uint32_t j : members_after_[after]) {
      const ApiItem& variant = after_.api.items[j];
      if (variant.kind != ApiKind::Variant || has(b, kDefNonExhaustive)) continue;
      if (find(before_.api, members_before_[before], last_name(variant.path)) != kNoApiItem) continue;
      report("semver/enum-variant-added", nullptr, &variant,
             quoted(a.path) + " has a new variant " + quoted(last_name(variant.path)));
    }
  }
  compare_discriminants(before, after);
}

// ---- Traits
// -----------------------------------------------------------------------------------------------------------

// Whether others cannot implement a trait: it asks for one that they cannot name, or a method of it has such a type.
bool SemverComparison::is_sealed(const PublicApi& api, const std::vector<Members>& members, uint32_t trait,
                                 uint32_t depth) const {
  if (depth > 8) return false;
  const std::string unnameable{kKeyNameBegin, kKeyUnnameable};
  const ApiItem& item = api.items[trait];
  std::vector<std::string> asked = item.bounds;
  for (const std::string& each : item.predicates)
    if (each.starts_with("Self: ")) asked.push_back(each.substr(6));
  for (const std::string& bound : asked) {
    if (bound.starts_with(unnameable)) return true;
    if (bound.size() < 2 || bound[0] != kKeyNameBegin) continue;
    const std::string_view path = std::string_view(bound).substr(1, bound.find(kKeyNameEnd) - 1);
    for (uint32_t i = 0; i < api.items.size(); ++i)
      if (api.items[i].kind == ApiKind::Trait && api.items[i].path == path && i != trait &&
          (api.items[i].hidden || is_sealed(api, members, i, depth + 1)))
        return true;
  }
  for (const uint32_t i : members[trait]) {
    const ApiItem& member = api.items[i];
    if (has(member, kDefHasBody)) continue;
    if (member.hidden) return true;  // its author says that nobody else is to write it
    for (const ApiType& param : member.params)
      if (param.key.find(unnameable) != std::string::npos) return true;
  }
  return false;
}

void SemverComparison::compare_trait(uint32_t before, uint32_t after) {
  const ApiItem& a = before_.api.items[before];
  const ApiItem& b = after_.api.items[after];
  const bool sealed = is_sealed(before_.api, members_before_, before, 0);
  if (!sealed && is_sealed(after_.api, members_after_, after, 0))
    report("semver/trait-sealed", &a, &b, "others can no longer implement " + quoted(a.path));
  if (has(a, kDefUnsafe) != has(b, kDefUnsafe) && !sealed)
    report("semver/trait-unsafe", &a, &b,
           quoted(a.path) + (has(b, kDefUnsafe) ? " is unsafe now" : " is no longer unsafe"));
  if (a.dyn_safe == Answer::Yes && b.dyn_safe == Answer::No)
    report("semver/trait-not-dyn", &a, &b, quoted("dyn " + std::string(last_name(a.path))) + " is no longer allowed");
  if (!sealed)
    for (const std::string& each : lost(b.bounds, a.bounds))
      report("semver/trait-supertrait-added", &a, &b, quoted(a.path) + " asks for " + quoted(key_text(each)) + " now",
             a.bounds.empty(), "another supertrait may bring it");
  for (const std::string& each : lost(a.bounds, b.bounds))
    report("semver/trait-supertrait-removed", &a, &b, quoted(a.path) + " no longer asks for " + quoted(key_text(each)),
           b.bounds.empty(), "another supertrait may bring it");
  for (const uint32_t i : members_before_[before]) {
    const ApiItem& item = before_.api.items[i];
    if (item.hidden) continue;
    const ApiItem* there = nullptr;
    for (const uint32_t j : members_after_[after])
      if (after_.api.items[j].kind == item.kind && last_name(after_.api.items[j].path) == last_name(item.path))
        there = &after_.api.items[j];
    if (there == nullptr) {
      report("semver/trait-item-removed", &item, &b, quoted(item.path) + " is gone", after_.api.opaque_calls == 0,
             "a macro call that could not be expanded may make it");
      continue;
    }
    if (there->hidden && !has(*there, kDefDeprecated)) {
      report("semver/item-hidden", &item, there, quoted(item.path) + " is hidden now");
      continue;
    }
    if (!sealed && has(item, kDefHasBody) && !has(*there, kDefHasBody))
      report("semver/trait-default-removed", &item, there, quoted(item.path) + " has no default any more");
    switch (item.kind) {
      case ApiKind::Method:
        compare_function(item, *there, true, !sealed);
        break;
      case ApiKind::AssocConst:
        compare_common(item, *there);
        if (match(item.type.key, there->type.key) == KeyMatch::Different)
          report("semver/trait-item-changed", &item, there,
                 quoted(item.path) + " is " + quoted(there->type.text) + " where it was " + quoted(item.type.text));
        break;
      case ApiKind::AssocType:
        compare_common(item, *there);
        if (!sealed)
          for (const std::string& each : lost(there->bounds, item.bounds))
            report("semver/assoc-type-bounds", &item, there,
                   quoted(item.path) + " asks for " + quoted(key_text(each)) + " now", item.bounds.empty(),
                   "another bound may bring it");
        for (const std::string& each : lost(item.bounds, there->bounds))
          report("semver/assoc-type-bounds", &item, there,
                 quoted(item.path) + " no longer asks for " + quoted(key_text(each)), there->bounds.empty(),
                 "another bound may bring it");
        break;
      default:
        break;
    }
  }
  std::string with_default;
  size_t defaults = 0;
  const ApiItem* first = nullptr;
  for (const uint32_t j : members_after_[after]) {
    const ApiItem& item = after_.api.items[j];
    const bool known = std::any_of(members_before_[before].begin(), members_before_[before].end(), [&](uint32_t i) {
      return before_.api.items[i].kind == item.kind && last_name(before_.api.items[i].path) == last_name(item.path);
    });
    if (known) continue;
    if (has(item, kDefHasBody)) {
      if (item.hidden) continue;
      if (first == nullptr) first = &item;
      if (++defaults <= 4) with_default += (defaults == 1 ? "" : ", ") + quoted(last_name(item.path));
    } else if (!sealed) {
      report("semver/trait-item-added", nullptr, &item,
             quoted(a.path) + " has a new item " + quoted(last_name(item.path)) + ", which implementations lack");
    }
  }
  if (first == nullptr) return;
  if (defaults > 4) with_default += " and " + std::to_string(defaults - 4) + " more";
  report("semver/trait-default-item-added", nullptr, first,
         quoted(a.path) + (defaults == 1 ? " has a new item with a default: " : " has new items with defaults: ") +
             with_default);
  diff_.changes.back().path = a.path;
}

// ---- All
// --------------------------------------------------------------------------------------------------------------

void SemverComparison::compare_inherent(uint32_t before, uint32_t after) {
  for (const uint32_t i : members_before_[before]) {
    const ApiItem& item = before_.api.items[i];
    if (item.impl_key.empty() || item.hidden) continue;
    // Several impls may have a method of one name: that of the same type first.
    const ApiItem* there = nullptr;
    bool exact = false;
    for (const uint32_t j : members_after_[after]) {
      const ApiItem& other = after_.api.items[j];
      if (other.impl_key.empty() || other.kind != item.kind || last_name(other.path) != last_name(item.path)) continue;
      if (exact) continue;
      exact = match(item.impl_key, other.impl_key) == KeyMatch::Same;
      there = &other;
    }
    if (there == nullptr) {
      // A variant or an associated item of another kind of the same name.
      const bool other_kind = std::any_of(members_after_[after].begin(), members_after_[after].end(), [&](uint32_t j) {
        return last_name(after_.api.items[j].path) == last_name(item.path);
      });
      report("semver/method-removed", &item, &after_.api.items[after],
             "the " + std::string(api_kind_name(item.kind)) + " " + quoted(item.path) + " is gone",
             !other_kind && after_.api.opaque_calls == 0,
             other_kind ? "there is another item of the same name"
                        : "a macro call that could not be expanded may make it");
      continue;
    }
    if (there->hidden && !has(*there, kDefDeprecated)) {
      report("semver/item-hidden", &item, there, quoted(item.path) + " is hidden now");
      continue;
    }
    compare_condition(item, *there);
    if (!exact && before_.api.items[before].generics.size() == after_.api.items[after].generics.size() &&
        key_skeleton(item.impl_key) != key_skeleton(there->impl_key)) {
      continue;  // of another set of arguments: it may be more or less
    }
    if (item.kind == ApiKind::Method) {
      if (exact) compare_function(item, *there, false, false);
    } else if (item.kind == ApiKind::AssocConst) {
      compare_common(item, *there);
      if (match(item.type.key, there->type.key) == KeyMatch::Different)
        report("semver/constant-type", &item, there,
               quoted(item.path) + " is " + quoted(there->type.text) + " where it was " + quoted(item.type.text),
               !is_projection(item.type.key) && !is_projection(there->type.key), "the two types may be one");
    }
  }
}

void SemverComparison::compare_item(uint32_t before, uint32_t after) {
  const ApiItem& a = before_.api.items[before];
  const ApiItem& b = after_.api.items[after];
  if (a.kind != b.kind) {
    // A type by another name is the same for most purposes.
    const bool alias = b.kind == ApiKind::TypeAlias || a.kind == ApiKind::TypeAlias;
    report("semver/kind-changed", &a, &b,
           quoted(a.path) + " is a " + std::string(api_kind_name(b.kind)) + " where it was a " +
               std::string(api_kind_name(a.kind)),
           !alias, "an alias can stand for a type that does the same");
    if (alias) diff_.changes.back().level = SemverLevel::Possibly;
    return;
  }
  switch (a.kind) {
    case ApiKind::Function:
      compare_function(a, b, false, false);
      break;
    case ApiKind::Struct:
    case ApiKind::Union:
    case ApiKind::Enum:
      compare_common(a, b);
      compare_generics(a, b);
      compare_predicates(a, b, "semver/bound-tightened", false);
      compare_repr(a, b);
      if (a.kind == ApiKind::Enum)
        compare_enum(before, after);
      else
        compare_struct(before, after);
      compare_inherent(before, after);
      for (const std::string& each : a.auto_traits) {
        if (std::find(b.lost_auto_traits.begin(), b.lost_auto_traits.end(), each) == b.lost_auto_traits.end()) continue;
        report("semver/auto-trait-removed", &a, &b, quoted(a.path) + " is no longer " + quoted(each), false,
               "it follows from the fields as far as their types are known");
      }
      break;
    case ApiKind::Trait:
      compare_common(a, b);
      compare_generics(a, b);
      compare_predicates(a, b, "semver/bound-tightened", true);
      compare_trait(before, after);
      break;
    case ApiKind::TypeAlias:
      compare_common(a, b);
      compare_generics(a, b);
      // With more parameters that have defaults it may stand for the same where they are left out.
      if (match(a.type.key, b.type.key) == KeyMatch::Different && same_parameters(a, b))
        report("semver/alias-changed", &a, &b,
               quoted(a.path) + " stands for " + quoted(b.type.text) + " where it stood for " + quoted(a.type.text),
               !is_projection(a.type.key) && !is_projection(b.type.key), "the two types may be one");
      break;
    case ApiKind::Const:
    case ApiKind::Static:
      compare_common(a, b);
      if (match(a.type.key, b.type.key) == KeyMatch::Different &&
          match(without_static(a.type.key), without_static(b.type.key)) != KeyMatch::Same)
        report("semver/constant-type", &a, &b,
               quoted(a.path) + " is " + quoted(b.type.text) + " where it was " + quoted(a.type.text),
               !is_projection(a.type.key) && !is_projection(b.type.key), "the two types may be one");
      if (a.kind == ApiKind::Static && a.is_mut != b.is_mut)
        report("semver/static-mut", &a, &b, quoted(a.path) + (b.is_mut ? " is mutable now" : " is no longer mutable"));
      break;
    case ApiKind::DeriveMacro:
      for (const std::string& each : a.bounds)
        if (std::find(b.bounds.begin(), b.bounds.end(), each) == b.bounds.end())
          report("semver/derive-helper-removed", &a, &b,
                 quoted(a.path) + " no longer knows the attribute " + quoted(each));
      [[fallthrough]];
    default:
      compare_common(a, b);
  }
}

}  // namespace rp
