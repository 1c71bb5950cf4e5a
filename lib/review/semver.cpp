#include "review/semver.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "manifest/semver.h"
#include "review/semver_compare.h"

namespace rp {

namespace {

constexpr std::string_view kMacroNote = "some macro calls could not be expanded: they may make what seems to be gone";

constexpr std::string_view kModuleNote = "a module around it may hold more than could be seen";
constexpr std::string_view kBuildNote =
    "some names of the crate could not be seen, or hang on conditions that a build script decides";

bool same_namespace(const ApiItem& a, const ApiItem& b) {
  const auto space = [](ApiKind kind) {
    switch (kind) {
      case ApiKind::Function:
      case ApiKind::Const:
      case ApiKind::Static:
        return 1;
      case ApiKind::Macro:
      case ApiKind::DeriveMacro:
      case ApiKind::AttributeMacro:
        return 2;
      case ApiKind::Reexport:
        return 3;
      default:
        return 0;
    }
  };
  return space(a.kind) == 3 || space(b.kind) == 3 || space(a.kind) == space(b.kind);
}

std::string_view module_path(std::string_view path) {
  const size_t at = path.rfind("::");
  return at == std::string_view::npos ? std::string_view() : path.substr(0, at);
}

std::string quoted(std::string_view text) { return "`" + std::string(text) + "`"; }

std::string_view last_name(std::string_view path) {
  const size_t at = path.rfind("::");
  return at == std::string_view::npos ? path : path.substr(at + 2);
}

// A name of a key without its marks.
struct KeyName {
  char mark = 0;
  std::string_view path;
};
KeyName key_name(std::string_view inside) {
  KeyName name;
  if (!inside.empty() && (inside[0] == kKeyUnnameable || inside[0] == kKeyForeign || inside[0] == kKeyUnknown)) {
    name.mark = inside[0];
    inside.remove_prefix(1);
  }
  name.path = inside;
  return name;
}

template <typename OnName>
std::string map_names(std::string_view key, const OnName& on_name) {
  std::string out;
  while (!key.empty()) {
    const size_t begin = key.find(kKeyNameBegin);
    const size_t end = begin == std::string_view::npos ? begin : key.find(kKeyNameEnd, begin);
    if (end == std::string_view::npos) return out.append(key);
    out.append(key.substr(0, begin));
    out.append(on_name(key.substr(begin + 1, end - begin - 1)));
    key.remove_prefix(end + 1);
  }
  return out;
}

std::vector<std::string_view> names_in(std::string_view key) {
  std::vector<std::string_view> out;
  map_names(key, [&](std::string_view name) {
    out.push_back(name);
    return std::string();
  });
  return out;
}

// serde::ser::Serialize and serde_core::ser::Serialize; core::error::Error and std::error::Error.
bool may_be_one(std::string_view a, std::string_view b) {
  const auto root = [](std::string_view path) { return path.substr(0, path.find("::")); };
  const std::string_view x = root(a);
  const std::string_view y = root(b);
  const auto is_std = [](std::string_view name) {
    return name == "core" || name == "alloc" || name == "std" || name.starts_with("rustc_std_workspace");
  };
  if (x == y || (is_std(x) && is_std(y))) return true;
  const auto extends = [](std::string_view longer, std::string_view shorter) {
    return longer.size() > shorter.size() && longer.starts_with(shorter) && longer[shorter.size()] == '_';
  };
  return extends(x, y) || extends(y, x);
}

}  // namespace

std::string key_skeleton(std::string_view key) {
  return map_names(key, [](std::string_view inside) { return std::string(last_name(key_name(inside).path)); });
}

std::string key_text(std::string_view key) {
  std::string text = key_skeleton(key);
  for (const auto& [from, to] : {std::pair<std::string_view, std::string_view>{"dyn(", "dyn ("}, {"impl(", "impl ("}})
    for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
  return text;
}

std::string key_without_arguments(std::string_view key) {
  std::string out;
  int depth = 0;
  for (const char c : key_skeleton(key)) {
    if (c == '>' && depth > 0)
      --depth;
    else if (c == '<')
      ++depth;
    else if (depth == 0)
      out.push_back(c);
  }
  return out;
}

SemverComparison::SemverComparison(const SemverSide& before, const SemverSide& after)
    : before_(before), after_(after) {}

void SemverComparison::index() {
  const auto add = [](const PublicApi& api, std::vector<Members>* members,
                      std::unordered_map<std::string_view, std::vector<uint32_t>>* paths) {
    members->resize(api.items.size());
    for (uint32_t i = 0; i < api.items.size(); ++i) {
      (*paths)[api.items[i].path].push_back(i);
      if (api.items[i].parent != kNoApiItem) (*members)[api.items[i].parent].push_back(i);
    }
  };
  add(before_.api, &members_before_, &paths_before_);
  add(after_.api, &members_after_, &paths_after_);
  for (const ApiAlias& alias : after_.api.aliases) aliases_after_.emplace(alias.path, alias.item);
}

uint32_t SemverComparison::find_after(std::string_view path, uint32_t fits) const {
  const auto fits_at = [&](uint32_t i) {
    return fits == kNoApiItem || same_namespace(before_.api.items[fits], after_.api.items[i]);
  };
  std::string storage(path);
  // An alias of a module leads further, a few times at most.
  for (int steps = 0; steps < 8; ++steps) {
    if (const auto found = paths_after_.find(storage); found != paths_after_.end()) {
      // One of the same kind before one that merely has the same namespace.
      for (const uint32_t i : found->second)
        if (fits != kNoApiItem && after_.api.items[i].kind == before_.api.items[fits].kind) return i;
      for (const uint32_t i : found->second)
        if (fits_at(i)) return i;
    }
    if (const auto found = aliases_after_.find(storage); found != aliases_after_.end() && fits_at(found->second))
      return found->second;
    bool again = false;
    for (std::string_view prefix = module_path(storage); !prefix.empty(); prefix = module_path(prefix)) {
      // A module that is another crate's now has what that has.
      if (const auto there = paths_after_.find(prefix); there != paths_after_.end())
        for (const uint32_t i : there->second)
          if (after_.api.items[i].kind == ApiKind::Reexport) return i;
      const auto found = aliases_after_.find(prefix);
      if (found == aliases_after_.end()) continue;
      storage = after_.api.items[found->second].path + storage.substr(prefix.size());
      again = true;
      break;
    }
    if (!again) break;
  }
  return kNoApiItem;
}

std::string SemverComparison::translated(std::string_view key) const {
  return map_names(key, [&](std::string_view inside) {
    const KeyName name = key_name(inside);
    std::string out(1, kKeyNameBegin);
    if (name.mark == 0) {
      const uint32_t found = find_after(name.path, kNoApiItem);
      const ApiItem* item = found != kNoApiItem ? &after_.api.items[found] : nullptr;
      if (item != nullptr && item->kind == ApiKind::TypeAlias) {
        // What it stands for, with the same arguments.
        const std::string& key = item->type.key;
        const size_t end = key.find(kKeyNameEnd);
        const bool plain = !key.empty() && key[0] == kKeyNameBegin && end != std::string::npos;
        return plain ? key.substr(0, end + 1) : out + item->path + kKeyNameEnd;
      }
      if (item != nullptr && item->kind != ApiKind::Reexport) {
        out += item->path;
      } else if (found != kNoApiItem && !after_.api.items[found].target.empty()) {
        out.append(1, kKeyForeign).append(after_.api.items[found].target);
      } else {
        out += inside;
      }
    } else {
      out += inside;
    }
    return out + kKeyNameEnd;
  });
}

KeyMatch SemverComparison::match(const std::string& before, const std::string& after) const {
  if (before == after) return KeyMatch::Same;
  const std::string moved = translated(before);
  if (moved == after) return KeyMatch::Same;
  const auto has_unknown = [](const std::string& key) {
    return key.find(std::string{kKeyNameBegin, kKeyUnknown}) != std::string::npos;
  };
  if (key_skeleton(moved) == key_skeleton(after)) {
    // The names agree; do the places they come from?
    const std::vector<std::string_view> a = names_in(moved);
    const std::vector<std::string_view> b = names_in(after);
    if (a.size() == b.size()) {
      KeyMatch result = KeyMatch::Same;
      for (size_t i = 0; i < a.size(); ++i) {
        if (a[i] == b[i]) continue;
        const KeyName x = key_name(a[i]);
        const KeyName y = key_name(b[i]);
        if (x.mark == kKeyUnnameable || y.mark == kKeyUnnameable || x.mark == kKeyUnknown || y.mark == kKeyUnknown)
          continue;
        if (x.mark == kKeyForeign && y.mark == kKeyForeign && may_be_one(x.path, y.path)) continue;
        result = KeyMatch::Unsure;
        // A public type and one of the same name at another place, neither of which is the other.
        if (x.mark == 0 && y.mark == 0) return KeyMatch::Different;
      }
      return result;
    }
  }
  return has_unknown(moved) || has_unknown(after) ? KeyMatch::Unsure : KeyMatch::Different;
}

// A type that got another name and left an alias behind is still that type.
uint32_t SemverComparison::behind_alias(uint32_t before, uint32_t after) const {
  const ApiItem& item = after_.api.items[after];
  if (item.kind != ApiKind::TypeAlias || before_.api.items[before].kind == ApiKind::TypeAlias) return after;
  const std::string& key = item.type.key;
  const size_t end = key.find(kKeyNameEnd);
  if (key.empty() || key[0] != kKeyNameBegin || end == std::string::npos) return after;
  const auto found = paths_after_.find(std::string_view(key).substr(1, end - 1));
  if (found == paths_after_.end()) return after;
  for (const uint32_t i : found->second)
    if (after_.api.items[i].kind == before_.api.items[before].kind) return i;
  return after;
}

bool SemverComparison::is_gone(std::string_view path) const {
  for (std::string_view at = path; !at.empty(); at = module_path(at))
    if (std::find(gone_.begin(), gone_.end(), at) != gone_.end()) return true;
  return false;
}

bool SemverComparison::may_be_unseen(std::string_view path) const {
  for (std::string_view at = module_path(path); !at.empty(); at = module_path(at))
    if (after_.api.may_hold_more(at)) return true;
  return false;
}

SemverChange& SemverComparison::change(std::string_view rule, std::string path, std::string message) {
  SemverChange out;
  out.rule = find_semver_rule(rule);
  out.level = out.rule->level;
  out.path = std::move(path);
  out.message = std::move(message);
  diff_.changes.push_back(std::move(out));
  return diff_.changes.back();
}

void SemverComparison::report(std::string_view rule, const ApiItem* before, const ApiItem* after, std::string message,
                              bool proven, std::string note) {
  SemverChange& out = change(rule, before != nullptr ? before->path : after->path, std::move(message));
  if (before != nullptr) {
    out.old_text = before->text;
    out.old_place = before->place;
  }
  if (after != nullptr) {
    out.new_text = after->text;
    out.new_place = after->place;
  }
  if (!proven) {
    out.verdict = Verdict::Likely;
    out.note = note.empty() ? "the two may still come to the same" : std::move(note);
  }
}

// ---- Paths ----------------------------------------------------------------------------------------------------------

void SemverComparison::compare_paths() {
  const auto removed = [&](std::string_view path, uint32_t item, bool is_alias) {
    const ApiItem& before = before_.api.items[item];
    if (is_gone(path)) return;
    for (std::string_view at = module_path(path); !at.empty(); at = module_path(at)) {
      if (!after_.api.has_unknown_glob(at)) continue;
      ++unseen_[std::string(at)];
      return;
    }
    const bool unseen = may_be_unseen(path);
    std::string where;
    // It may have moved.
    if (!is_alias && before.kind != ApiKind::Module) {
      for (const ApiItem& each : after_.api.items)
        if (each.kind == before.kind && each.parent == kNoApiItem && !each.hidden &&
            last_name(each.path) == last_name(path)) {
          where = each.path;
          break;
        }
    }
    if (before.kind == ApiKind::Module) gone_.emplace_back(path);
    const std::string_view what = before.kind == ApiKind::Reexport ? "item" : api_kind_name(before.kind);
    std::string message = is_alias ? "the path " + quoted(path) + " no longer leads to the " + std::string(what) + " " +
                                         quoted(before.path)
                                   : "the " + std::string(what) + " " + quoted(path) + " is gone";
    if (!where.empty()) message += "; there is " + quoted(where) + " now";
    report("semver/item-removed", &before, nullptr, std::move(message), after_.api.opaque_calls == 0 && !unseen,
           std::string(unseen ? kModuleNote : kMacroNote));
    diff_.changes.back().path = path;
  };
  // Modules before what is in them: the order of paths.
  std::set<std::string_view> hidden_modules;
  size_t elsewhere = 0;
  for (uint32_t i = 0; i < before_.api.items.size(); ++i) {
    const ApiItem& before = before_.api.items[i];
    if (before.parent != kNoApiItem || before.hidden) continue;
    const uint32_t found = find_after(before.path, i);
    if (found == kNoApiItem) {
      removed(before.path, i, false);
      continue;
    }
    const ApiItem& after = after_.api.items[found];
    // What is deprecated and hidden is still promised until it goes.
    if (after.hidden && (after.flags & kDefDeprecated) == 0) {
      bool known = false;
      for (std::string_view at = module_path(before.path); !at.empty(); at = module_path(at))
        known = known || hidden_modules.contains(at);
      if (before.kind == ApiKind::Module) hidden_modules.insert(before.path);
      if (!known)
        report("semver/item-hidden", &before, &after,
               "the " + std::string(api_kind_name(before.kind)) + " " + quoted(before.path) + " is hidden now");
      continue;
    }
    compare_condition(before, after);
    if (before.kind != ApiKind::Reexport && before.kind != ApiKind::Module && after.kind == ApiKind::Reexport)
      ++elsewhere;
    if (before.kind == ApiKind::Reexport || after.kind == ApiKind::Reexport) continue;
    compare_item(i, behind_alias(i, found));
  }
  for (const ApiAlias& alias : before_.api.aliases) {
    const ApiItem& item = before_.api.items[alias.item];
    if (alias.hidden || item.hidden) continue;
    if (find_after(alias.path, alias.item) == kNoApiItem) removed(alias.path, alias.item, true);
  }
  if (elsewhere > 0)
    diff_.unknown.push_back(
        std::to_string(elsewhere) +
        (elsewhere == 1 ? " item is another crate's now, and was" : " items are another crate's now, and were") +
        " not compared");
  for (const auto& [module, count] : unseen_)
    diff_.unknown.push_back(std::to_string(count) + (count == 1 ? " path is" : " paths are") +
                            " not seen in the new version, but " + quoted(module) +
                            " takes names over from something that could not be seen");
  for (uint32_t i = 0; i < after_.api.items.size(); ++i) {
    const ApiItem& item = after_.api.items[i];
    if (item.parent == kNoApiItem && !item.hidden && !paths_before_.contains(item.path)) ++diff_.added;
  }
}

bool SemverComparison::has_default_feature(const SemverPackage& package, std::string_view feature) const {
  std::set<std::string_view> on;
  std::vector<std::string_view> open = {"default"};
  while (!open.empty()) {
    const std::string_view at = open.back();
    open.pop_back();
    if (!on.insert(at).second) continue;
    for (const SemverPackage::Feature& each : package.features) {
      if (each.name != at) continue;
      for (const std::string& value : each.values) open.push_back(value);
    }
  }
  return on.contains(feature);
}

void SemverComparison::compare_condition(const ApiItem& before, const ApiItem& after) {
  if (before.cfg == after.cfg) return;
  const auto features = [](const std::string& cfg) {
    std::set<std::string> out;
    if (cfg.find("not(") != std::string::npos || cfg.find("any(") != std::string::npos) return out;
    for (size_t at = cfg.find("feature = \""); at != std::string::npos; at = cfg.find("feature = \"", at + 1)) {
      const size_t end = cfg.find('"', at + 11);
      if (end != std::string::npos) out.insert(cfg.substr(at + 11, end - at - 11));
    }
    return out;
  };
  const std::set<std::string> old_features = features(before.cfg);
  if (!before.cfg.empty() && old_features.empty()) return;
  for (const std::string& feature : features(after.cfg)) {
    if (old_features.contains(feature) || has_default_feature(after_.package, feature)) continue;
    // Something around it that has been reported says it for all.
    for (std::string_view at = module_path(before.path); !at.empty(); at = module_path(at)) {
      const auto found = paths_before_.find(at);
      if (found == paths_before_.end()) continue;
      const uint32_t there = find_after(at, kNoApiItem);
      if (there != kNoApiItem && after_.api.items[there].cfg.find("\"" + feature + "\"") != std::string::npos &&
          before_.api.items[found->second.front()].cfg.find("\"" + feature + "\"") == std::string::npos)
        return;
    }
    report("semver/feature-behind", &before, &after,
           quoted(before.path) + " is there only with the feature " + quoted(feature), false,
           "another feature that users had on may turn this one on");
    return;
  }
}

// ---- Impls ----------------------------------------------------------------------------------------------------------

void SemverComparison::compare_impls() {
  // The path of a trait without its arguments.
  const auto bare = [](std::string_view key) {
    const size_t end = key.find(kKeyNameEnd);
    return key.substr(0, end == std::string_view::npos ? end : end + 1);
  };
  // `impl<T> From<T> for X` covers `impl From<u8> for X`.
  const auto takes_any = [](std::string_view key) {
    for (size_t at = key.find('T'); at != std::string_view::npos; at = key.find('T', at + 1))
      if (at + 1 < key.size() && key[at + 1] >= '0' && key[at + 1] <= '9' &&
          std::string_view("<,(&[ *").find(at == 0 ? ' ' : key[at - 1]) != std::string_view::npos)
        return true;
    return false;
  };
  std::multimap<std::string, const ApiImpl*> by_trait;
  for (const ApiImpl& impl : after_.api.impls) by_trait.emplace(key_skeleton(bare(impl.trait.key)), &impl);
  for (const ApiImpl& before : before_.api.impls) {
    // Auto traits are there without an impl, too: compare_item asks for them.
    const std::string trait_name = key_skeleton(bare(before.trait.key));
    const bool is_auto = trait_name == "Send" || trait_name == "Sync" || trait_name == "Unpin" ||
                         trait_name == "UnwindSafe" || trait_name == "RefUnwindSafe";
    if (before.negative || is_auto) continue;
    uint32_t item = kNoApiItem;
    if (before.item != kNoApiItem) {
      const ApiItem& old_item = before_.api.items[before.item];
      if (old_item.hidden || is_gone(old_item.path)) continue;
      item = find_after(old_item.path, before.item);
      if (item != kNoApiItem) item = behind_alias(before.item, item);
      if (item == kNoApiItem || after_.api.items[item].hidden || after_.api.items[item].kind != old_item.kind) continue;
    }
    // What is gone was reported; what moved to another crate has its impls there; what nobody can name is nobody's
    // business.
    bool skipped = false;
    for (const std::string* key : {&before.trait.key, &before.self.key}) {
      for (const std::string_view inside : names_in(*key)) {
        const KeyName name = key_name(inside);
        if (name.mark == kKeyUnnameable) skipped = true;
        if (name.mark != 0) continue;
        const uint32_t there = find_after(name.path, kNoApiItem);
        skipped = skipped || there == kNoApiItem || after_.api.items[there].kind == ApiKind::Reexport;
      }
    }
    if (skipped || !before.trait.is_known()) continue;
    const ApiImpl* found = nullptr;
    bool unsure = false;
    const auto range = by_trait.equal_range(key_skeleton(bare(before.trait.key)));
    for (auto at = range.first; at != range.second; ++at) {
      const ApiImpl& after = *at->second;
      if (after.blanket || (before.item == kNoApiItem && after.item == kNoApiItem &&
                            match(before.self.key, after.self.key) == KeyMatch::Unsure)) {
        if (match(before.trait.key, after.trait.key) != KeyMatch::Different || takes_any(after.trait.key))
          unsure = true;
      }
      // The type may have more parameters now, with defaults.
      if (before.item == kNoApiItem && key_without_arguments(before.self.key) == key_without_arguments(after.self.key))
        unsure = true;
      if (before.item != kNoApiItem ? after.item != item : match(before.self.key, after.self.key) != KeyMatch::Same)
        continue;
      const KeyMatch same = match(before.trait.key, after.trait.key);
      if (same == KeyMatch::Same && !after.negative &&
          (found == nullptr || match(before.self.key, after.self.key) == KeyMatch::Same)) {
        found = &after;
      } else if (same == KeyMatch::Unsure || takes_any(after.trait.key)) {
        unsure = true;
      }
    }
    const std::string what =
        quoted(key_text(before.self.key)) + " no longer implements " + quoted(key_text(before.trait.key));
    if (found == nullptr) {
      if (unsure) continue;
      SemverChange& out =
          change("semver/impl-removed",
                 before.item != kNoApiItem ? before_.api.items[before.item].path : key_text(before.self.key), what);
      out.old_text = "impl " + before.trait.text + " for " + before.self.text;
      out.old_place = before.place;
      if (after_.api.opaque_calls > 0 || !before.self.is_known() || before.from_model) {
        out.verdict = Verdict::Likely;
        out.note = after_.api.opaque_calls > 0 ? std::string(kMacroNote)
                                               : "a name in it could not be seen, or a macro that was not run makes it";
      }
      continue;
    }
    // Generic parameters are numbers in the order of the impl: only those of the same type can be compared.
    if (match(before.self.key, found->self.key) != KeyMatch::Same) continue;
    const std::vector<std::string> added = lost(found->predicates, before.predicates);
    if (added.empty()) continue;
    SemverChange& out = change("semver/impl-tightened",
                               before.item != kNoApiItem ? before_.api.items[before.item].path : before.self.text,
                               quoted(key_text(before.self.key)) + " implements " + quoted(key_text(before.trait.key)) +
                                   " only where " + quoted(key_text(added.front())));
    out.verdict = Verdict::Likely;
    out.note = "what was asked for before may come to the same";
    out.old_text = "impl " + before.trait.text + " for " + before.self.text;
    out.new_text = "impl " + found->trait.text + " for " + found->self.text;
    out.old_place = before.place;
    out.new_place = found->place;
  }
  for (const ApiImpl& after : after_.api.impls) {
    if (!after.blanket || after.negative) continue;
    bool known = false;
    for (const ApiImpl& before : before_.api.impls)
      known = known || (before.blanket && key_skeleton(bare(before.trait.key)) == key_skeleton(bare(after.trait.key)));
    // A trait that is new has no impls by others.
    for (const std::string_view name : names_in(after.trait.key)) {
      const KeyName trait = key_name(name);
      if (trait.mark != 0) {
        known = true;  // another crate's trait: an impl for all types of it is not allowed but for fundamental ones
      } else if (!paths_before_.contains(trait.path)) {
        known = true;
      }
      break;
    }
    if (known) continue;
    SemverChange& out = change("semver/blanket-impl-added", key_text(after.trait.key),
                               quoted(key_text(after.trait.key)) + " is implemented for every type that fits");
    out.verdict = Verdict::Likely;
    out.note = "nobody may have an impl that collides with it";
    out.new_text = "impl " + after.trait.text + " for " + after.self.text;
    out.new_place = after.place;
  }
}

// ---- The package
// ------------------------------------------------------------------------------------------------------

void SemverComparison::compare_features() {
  for (const SemverPackage::Feature& feature : before_.package.features) {
    const bool there = std::any_of(after_.package.features.begin(), after_.package.features.end(),
                                   [&](const auto& each) { return each.name == feature.name; });
    if (there || feature.name == "default" || !is_promised_feature(feature.name)) continue;
    SemverChange& out =
        change("semver/feature-removed", {},
               (feature.implicit ? "the optional dependency " : "the feature ") + quoted(feature.name) + " is gone");
    if (feature.implicit) {
      out.level = SemverLevel::Possibly;
      out.message += ", and with it the feature of its name";
    }
  }
  for (const SemverPackage::Feature& feature : before_.package.features) {
    if (feature.name == "default" || !has_default_feature(before_.package, feature.name) ||
        has_default_feature(after_.package, feature.name))
      continue;
    const bool there = std::any_of(after_.package.features.begin(), after_.package.features.end(),
                                   [&](const auto& each) { return each.name == feature.name; });
    if (!there) continue;
    SemverChange& out = change("semver/default-feature-removed", {},
                               "the feature " + quoted(feature.name) + " is no longer on by default");
    out.verdict = Verdict::Likely;
    out.note = "what it brings may be there without it now";
  }
}

void SemverComparison::compare_dependencies() {
  // Names of dependencies that types in the interface come from.
  std::map<std::string, std::string, std::less<>> used;  // to an item
  const auto look = [&](const ApiItem& item, std::string_view key) {
    for (const std::string_view inside : names_in(key)) {
      const KeyName name = key_name(inside);
      if (name.mark == kKeyForeign) used.emplace(name.path.substr(0, name.path.find("::")), item.path);
    }
  };
  for (const ApiItem& item : after_.api.items) {
    if (item.hidden) continue;
    look(item, item.type.key);
    look(item, item.receiver);
    for (const ApiType& param : item.params) look(item, param.key);
    for (const std::string& each : item.predicates) look(item, each);
    for (const std::string& each : item.bounds) look(item, each);
    if (item.kind == ApiKind::Reexport && !item.target.empty())
      used.emplace(item.target.substr(0, item.target.find("::")), item.path);
  }
  for (const SemverPackage::Dependency& before : before_.package.dependencies) {
    const auto exposed = used.find(before.name);
    if (exposed == used.end()) continue;
    for (const SemverPackage::Dependency& after : after_.package.dependencies) {
      if (after.name != before.name || after.requirement == before.requirement) continue;
      const auto x = manifest::parse_version_req(before.requirement);
      const auto y = manifest::parse_version_req(after.requirement);
      if (!x || !y || x->comparators.size() != 1 || y->comparators.size() != 1) continue;
      const auto& a = x->comparators[0];
      const auto& b = y->comparators[0];
      const bool compatible = a.major == b.major && (a.major != 0 || a.minor == b.minor);
      if (compatible) continue;
      SemverChange& out =
          change("semver/public-dependency", exposed->second,
                 quoted(exposed->second) + " has types of " + quoted(before.name) + ", which went from " +
                     quoted(before.requirement) + " to " + quoted(after.requirement));
      out.verdict = Verdict::Likely;
      out.note = "the two versions of the dependency may share the types";
      break;
    }
  }
}

void SemverComparison::compare_package() {
  if (before_.api.no_std && !after_.api.no_std && !before_.api.items.empty()) {
    SemverChange& out = change("semver/no-std-lost", {}, "the crate needs the standard library now");
    out.verdict = Verdict::Likely;
    out.note = "another feature or target may still do without";
  }
  const auto version = [](const std::string& text) { return manifest::parse_partial_version(text); };
  if (!after_.package.rust_version.empty() && before_.package.rust_version != after_.package.rust_version) {
    const auto a = version(before_.package.rust_version);
    const auto b = version(after_.package.rust_version);
    if (a && b &&
        std::tuple(a->major, a->minor.value_or(0), a->patch.value_or(0)) <
            std::tuple(b->major, b->minor.value_or(0), b->patch.value_or(0)))
      change("semver/rust-version-raised", {},
             "rust-version went from " + before_.package.rust_version + " to " + after_.package.rust_version);
  }
  if (!before_.package.links.empty() && before_.package.links != after_.package.links)
    change("semver/links-changed", {},
           after_.package.links.empty()
               ? "the package no longer links " + quoted(before_.package.links)
               : "the package links " + quoted(after_.package.links) + " in place of " + quoted(before_.package.links));
  compare_features();
  compare_dependencies();
}

// The same new bound on many methods of one type is one change.
void SemverComparison::merge_bounds() {
  std::map<std::tuple<std::string, std::string, SemverLevel, Verdict>, std::vector<size_t>> groups;
  for (size_t i = 0; i < diff_.changes.size(); ++i) {
    const SemverChange& each = diff_.changes[i];
    if (each.rule->id != "semver/bound-tightened") continue;
    const size_t at = each.message.rfind(": `");
    if (at != std::string::npos)
      groups[{std::string(module_path(each.path)), each.message.substr(at + 2), each.level, each.verdict}].push_back(i);
  }
  std::vector<bool> dropped(diff_.changes.size());
  for (const auto& [key, members] : groups) {
    if (members.size() < 3) continue;
    SemverChange& first = diff_.changes[members.front()];
    std::string names;
    for (size_t i = 0; i < members.size(); ++i) {
      if (i < 4) names += (i == 0 ? "" : ", ") + quoted(last_name(diff_.changes[members[i]].path));
      if (i > 0) dropped[members[i]] = true;
    }
    if (members.size() > 4) names += " and " + std::to_string(members.size() - 4) + " more";
    first.message = std::to_string(members.size()) + " methods of " + quoted(std::get<0>(key)) + " ask for more, " +
                    std::get<1>(key) + ": " + names;
    first.path = std::get<0>(key);
  }
  size_t to = 0;
  for (size_t i = 0; i < dropped.size(); ++i) {
    if (dropped[i]) continue;
    if (to != i) diff_.changes[to] = std::move(diff_.changes[i]);
    ++to;
  }
  diff_.changes.resize(to);
}

SemverDiff SemverComparison::run() {
  diff_.name = after_.api.name;
  diff_.old_version = before_.package.version;
  diff_.new_version = after_.package.version;
  if (before_.api.name != after_.api.name) {
    diff_.unknown.push_back("the two are different crates: " + quoted(before_.api.name) + " and " +
                            quoted(after_.api.name));
    return std::move(diff_);
  }
  index();
  if (before_.api.items.empty() || after_.api.items.empty()) {
    diff_.unknown.emplace_back("one of the two has no library that could be read");
  } else {
    compare_paths();
    compare_impls();
  }
  compare_package();
  for (const std::string& module : before_.api.unknown)
    diff_.unknown.push_back(quoted(module) + " of the old version may hold more than could be seen");
  if (after_.api.opaque_calls > 0)
    diff_.unknown.push_back("macro calls of the new version that could not be expanded: " +
                            std::to_string(after_.api.opaque_calls));
  if (before_.api.opaque_calls > 0)
    diff_.unknown.push_back("macro calls of the old version that could not be expanded: " +
                            std::to_string(before_.api.opaque_calls));
  for (const std::string& module : after_.api.unknown)
    diff_.unknown.push_back(quoted(module) + " of the new version may hold more than could be seen");
  if (before_.api.uncertain || after_.api.uncertain) {
    for (SemverChange& each : diff_.changes) {
      if (each.verdict == Verdict::Likely || each.path.empty()) continue;
      each.verdict = Verdict::Likely;
      each.note = kBuildNote;
    }
  }
  std::sort(diff_.unknown.begin(), diff_.unknown.end());
  diff_.unknown.erase(std::unique(diff_.unknown.begin(), diff_.unknown.end()), diff_.unknown.end());
  merge_bounds();
  std::stable_sort(diff_.changes.begin(), diff_.changes.end(), [](const SemverChange& a, const SemverChange& b) {
    return std::tie(a.level, a.path, a.rule->id, a.message) < std::tie(b.level, b.path, b.rule->id, b.message);
  });
  diff_.changes.erase(std::unique(diff_.changes.begin(), diff_.changes.end(),
                                  [](const SemverChange& a, const SemverChange& b) {
                                    return a.rule == b.rule && a.path == b.path && a.message == b.message;
                                  }),
                      diff_.changes.end());
  return std::move(diff_);
}

SemverDiff compare_apis(const SemverSide& before, const SemverSide& after) {
  return SemverComparison(before, after).run();
}

// ---- Verdict of the whole
// ---------------------------------------------------------------------------------------------

size_t SemverDiff::count(SemverLevel level) const {
  return static_cast<size_t>(
      std::count_if(changes.begin(), changes.end(), [&](const SemverChange& each) { return each.level == level; }));
}

SemverLevel SemverDiff::required() const {
  return count(SemverLevel::Major) > 0 ? SemverLevel::Major : SemverLevel::Minor;
}

bool SemverDiff::version_suffices() const {
  if (required() != SemverLevel::Major) return true;
  const auto a = manifest::parse_partial_version(old_version);
  const auto b = manifest::parse_partial_version(new_version);
  if (!a || !b || !a->minor || !b->minor || !a->patch || !b->patch) return true;
  // Compatible versions agree up to the first number that is not zero.
  if (a->major != 0 || b->major != 0) return a->major != b->major;
  if (*a->minor != 0 || *b->minor != 0) return *a->minor != *b->minor;
  return *a->patch != *b->patch;
}

SemverPackage semver_package(const CrateGraph& graph, PackageId id) {
  SemverPackage out;
  if (!id || id.value >= graph.packages.size()) return out;
  const PackageNode& node = graph.packages[id.value];
  out.name = node.name;
  out.version = node.version;
  if (node.manifest_package >= graph.manifest_packages.size()) return out;
  const manifest::Package& package = *graph.manifest_packages[node.manifest_package];
  if (package.rust_version) out.rust_version = manifest::to_string(package.rust_version.value);
  if (package.links) out.links = package.links.value;
  for (const manifest::Feature& feature : package.features) {
    SemverPackage::Feature each;
    each.name = feature.name;
    each.implicit = feature.implicit;
    for (const manifest::FeatureValue& value : feature.values) each.values.push_back(std::string(value.text.value));
    out.features.push_back(std::move(each));
  }
  for (const manifest::Dependency& dependency : package.dependencies) {
    if (dependency.kind != manifest::DependencyKind::Normal) continue;
    std::string name(dependency.package);
    std::replace(name.begin(), name.end(), '-', '_');
    out.dependencies.push_back({std::move(name), std::string(dependency.requirement)});
  }
  std::sort(out.dependencies.begin(), out.dependencies.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return out;
}

std::vector<std::string> features_to_compare(const manifest::Package& package) {
  std::vector<std::string> out;
  for (const manifest::Feature& feature : package.features) {
    // What a copy of the crate inside the standard library needs.
    static constexpr std::string_view kOfStd[] = {"core", "alloc", "compiler_builtins"};
    const bool of_std =
        feature.implicit && std::find(std::begin(kOfStd), std::end(kOfStd), feature.name) != std::end(kOfStd);
    if (!of_std && is_promised_feature(feature.name)) out.emplace_back(feature.name);
  }
  return out;
}

bool is_promised_feature(std::string_view name) {
  static constexpr std::string_view kLeftOut[] = {"nightly", "bench", "no_std", "no-std"};
  return std::find(std::begin(kLeftOut), std::end(kLeftOut), name) == std::end(kLeftOut) && !name.starts_with("_") &&
         name.find("unstable") == std::string_view::npos && !name.ends_with("-nightly") &&
         !name.ends_with("_nightly") && !name.starts_with("rustc-dep") && !name.starts_with("rustc-std");
}

}  // namespace rp
