#include "crates/crate_list.h"

#include <algorithm>
#include <queue>
#include <tuple>

namespace rp {
namespace {

using manifest::Dependency;
using manifest::DependencyKind;
using manifest::Target;
using manifest::TargetKind;

std::string identifier(std::string_view name) {
  std::string out(name);
  std::replace(out.begin(), out.end(), '-', '_');
  return out;
}

// Whether other crates can name it.
bool is_linkable(const Target& target) {
  if (target.proc_macro) return true;
  return std::any_of(target.crate_types.begin(), target.crate_types.end(), [](std::string_view type) {
    return type == "lib" || type == "rlib" || type == "dylib" || type == "proc-macro";
  });
}

// Tests and benchmarks are compiled with cfg(test), with or without a harness.
bool is_always_test(const Target& target) {
  return target.kind == TargetKind::Test || target.kind == TargetKind::Bench;
}

uint64_t key_of(uint32_t package, BuiltFor built_for) {
  return (uint64_t{package} << 1) | static_cast<uint64_t>(built_for);
}

}  // namespace

void CrateList::need(uint32_t package, BuiltFor built_for) {
  if (!built_.insert(key_of(package, built_for)).second || packages_[package].package == nullptr) return;
  // The build script runs before any target of its package.
  const manifest::Package& of = *packages_[package].package;
  for (uint32_t i = 0; i < of.targets.size(); ++i) {
    if (of.targets[i].kind == TargetKind::BuildScript) roots_.push_back(unit_of(package, i, built_for, false));
  }
}

uint32_t CrateList::unit_of(uint32_t package, uint32_t target, BuiltFor built_for, bool test) {
  std::vector<uint32_t>& same = by_package_[key_of(package, built_for)];
  for (const uint32_t each : same) {
    if (units_[each].target == target && units_[each].test == test) return each;
  }
  const auto index = static_cast<uint32_t>(units_.size());
  same.push_back(index);
  Unit unit{};
  unit.package = package;
  unit.target = target;
  unit.built_for = built_for;
  unit.test = test;
  units_.push_back(std::move(unit));
  need(package, built_for);
  return index;
}

uint32_t CrateList::library_of(uint32_t package, BuiltFor built_for) {
  const KnownPackage& known = packages_[package];
  need(package, built_for);
  if (known.library == UINT32_MAX || !is_linkable(known.package->targets[known.library])) return kNoUnit;
  return unit_of(package, known.library, built_for, false);
}

// "required-features": "x", or "dependency/x". Without them cargo leaves the target out.
bool CrateList::has_required_features(uint32_t package, BuiltFor built_for, const Target& target) {
  const FeatureState* state = features_.state(package, built_for);
  for (const manifest::Text& each : target.required_features) {
    const manifest::FeatureValue value = manifest::parse_feature_value(each);
    if (state == nullptr) return false;
    if (value.kind != manifest::FeatureValueKind::DependencyFeature) {
      if (!state->features.contains(each.value)) return false;
      continue;
    }
    bool found = false;
    for (const uint32_t dependency : packages_[package].dependencies_named(value.name)) {
      if (!features_.is_active(package, built_for, dependency)) continue;
      const uint32_t to = packages_.resolve(package, dependency);
      if (to == kNoPackage) continue;
      const Dependency& wanted = packages_[package].package->dependencies[dependency];
      const FeatureState* other = features_.state(to, features_.built_for(built_for, wanted, to));
      found |= other != nullptr && other->features.contains(value.feature);
    }
    if (!found) return false;
  }
  return true;
}

void CrateList::add_member(uint32_t package) {
  const manifest::Package& of = *packages_[package].package;
  for (uint32_t i = 0; i < of.targets.size(); ++i) {
    const Target& target = of.targets[i];
    const bool extra = target.kind == TargetKind::Example || is_always_test(target);
    if (target.kind == TargetKind::BuildScript || (extra && !options_.all_targets)) continue;
    const BuiltFor built_for = target.proc_macro ? BuiltFor::Host : BuiltFor::Target;
    if (!has_required_features(package, built_for, target)) continue;
    // Benchmarks inside a library or program need cfg(test) as tests do.
    const bool test_variant = options_.test_cfg && !extra && (target.test || (options_.all_targets && target.bench));
    roots_.push_back(unit_of(package, i, built_for, is_always_test(target)));
    if (test_variant) roots_.push_back(unit_of(package, i, built_for, true));
  }
}

void CrateList::add_edge(Unit& unit, std::string name, uint32_t package, BuiltFor built_for) {
  const KnownPackage& to = packages_[package];
  uint32_t library = kNoUnit;
  if (to.package != nullptr) {
    library = library_of(package, built_for);
    if (library == kNoUnit) return;
    if (name.empty()) name = identifier(to.package->targets[to.library].name);
  } else {
    need(package, built_for);
  }
  if (name.empty()) name = identifier(to.node.name);
  for (const auto& [known, other] : unit.packages) {
    if (known == name) return;
  }
  unit.packages.emplace_back(std::move(name), package);
  unit.units.push_back(library);
}

void CrateList::add_dependencies(Unit& unit) {
  const manifest::Package& of = *packages_[unit.package].package;
  const Target& target = of.targets[unit.target];
  const bool script = target.kind == TargetKind::BuildScript;
  const bool development = unit.test || target.kind == TargetKind::Example || is_always_test(target);
  for (const DependencyKind kind : {DependencyKind::Build, DependencyKind::Normal, DependencyKind::Development}) {
    const bool wanted = kind == DependencyKind::Build    ? script
                        : kind == DependencyKind::Normal ? !script
                                                         : development && packages_[unit.package].member;
    for (uint32_t i = 0; wanted && i < of.dependencies.size(); ++i) {
      const Dependency& dependency = of.dependencies[i];
      if (dependency.kind != kind || !features_.is_active(unit.package, unit.built_for, i)) continue;
      const uint32_t to = packages_.resolve(unit.package, i);
      if (to == kNoPackage) continue;
      std::string name = dependency.renamed ? identifier(dependency.name) : std::string();
      add_edge(unit, std::move(name), to, features_.built_for(unit.built_for, dependency, to));
    }
  }
  if (script || target.kind == TargetKind::Lib) return;
  const BuiltFor own = packages_[unit.package].is_proc_macro() ? BuiltFor::Host : unit.built_for;
  add_edge(unit, {}, unit.package, own);
}

CfgSet CrateList::cfg_of(const Unit& unit, bool for_host) const {
  const Target& target = packages_[unit.package].package->targets[unit.target];
  const bool host = for_host || target.proc_macro;
  const TargetFacts& facts = host ? host_ : target_;
  CfgSet out;
  const auto add = [&](const manifest::CfgFact& fact) {
    if (fact.has_value)
      out.add(fact.key, fact.value);
    else
      out.add(fact.key);
  };
  for (const manifest::CfgFact& each : facts.facts) add(each);
  for (const manifest::CfgFact& each : profile_.flags) add(each);
  // Tests need to unwind, and with them all that they link; here only the tests themselves are told apart.
  const bool own_panic = host || unit.test || profile_.panic.empty();
  out.add("panic", own_panic ? facts.panic : profile_.panic);
  if (host ? profile_.host_debug_assertions : profile_.debug_assertions) out.add("debug_assertions");
  if (unit.test) out.add("test");
  if (target.proc_macro) out.add("proc_macro");
  if (const FeatureState* state = features_.state(unit.package, unit.built_for)) {
    for (const std::string_view each : state->features) out.add("feature", each);
  }
  out.finish();
  return out;
}

// All that the unit depends on is there. A crate for the host that equals one for the target is the same crate.
void CrateList::emit(uint32_t index, CrateGraph& graph) {
  Unit& unit = units_[index];
  const KnownPackage& known = packages_[unit.package];
  const Target& target = known.package->targets[unit.target];
  const bool script = target.kind == TargetKind::BuildScript;
  CrateNode crate;
  crate.name =
      script ? "build_script_" +
                   identifier(std::string_view(target.name).substr(target.name.starts_with("build-script-") ? 13 : 0))
             : identifier(target.name);
  crate.package = PackageId(unit.package);
  crate.kind = target.kind;
  crate.proc_macro = target.proc_macro;
  crate.for_host = unit.built_for == BuiltFor::Host || script;
  crate.test_cfg = unit.test;
  crate.root_file = target.path;
  crate.edition = target.edition;
  crate.local = known.member;
  crate.cfg = cfg_of(unit, crate.for_host);
  for (size_t i = 0; i < unit.units.size(); ++i) {
    CrateDependency dependency;
    dependency.name = unit.packages[i].first;
    dependency.package = PackageId(unit.packages[i].second);
    if (unit.units[i] != kNoUnit) dependency.crate = CrateId(units_[unit.units[i]].crate);
    crate.dependencies.push_back(std::move(dependency));
  }
  std::sort(crate.dependencies.begin(), crate.dependencies.end(),
            [](const CrateDependency& a, const CrateDependency& b) { return a.name < b.name; });
  const auto same_dependency = [](const CrateDependency& a, const CrateDependency& b) {
    return a.name == b.name && a.crate == b.crate && a.package == b.package;
  };
  std::vector<uint32_t>& alike = alike_[(uint64_t{unit.package} << 32) | unit.target];
  for (const uint32_t each : alike) {
    CrateNode& other = graph.crates[each];
    const bool same = other.test_cfg == crate.test_cfg && other.cfg == crate.cfg &&
                      std::equal(other.dependencies.begin(), other.dependencies.end(), crate.dependencies.begin(),
                                 crate.dependencies.end(), same_dependency);
    if (!same) continue;
    other.for_host = other.for_host && crate.for_host;
    unit.crate = each;
    return;
  }
  unit.crate = static_cast<uint32_t>(graph.crates.size());
  alike.push_back(unit.crate);
  graph.crates.push_back(std::move(crate));
}

// Depth first without recursion. What leads back to a unit that is open closes a cycle: that edge is cut.
void CrateList::walk(uint32_t root, CrateGraph& graph) {
  struct Open {
    uint32_t unit;
    size_t next = 0;
  };
  if (units_[root].state != Unit::State::New) return;
  std::vector<Open> open;
  const auto enter = [&](uint32_t index) {
    units_[index].state = Unit::State::Open;
    add_dependencies(units_[index]);
    open.push_back({index});
  };
  enter(root);
  while (!open.empty()) {
    Open& top = open.back();
    Unit& unit = units_[top.unit];
    if (top.next == unit.units.size()) {
      emit(top.unit, graph);
      unit.state = Unit::State::Done;
      open.pop_back();
      continue;
    }
    uint32_t& next = unit.units[top.next++];
    if (next == kNoUnit) continue;
    if (units_[next].state == Unit::State::New) {
      enter(next);
    } else if (units_[next].state == Unit::State::Open) {
      const KnownPackage& from = packages_[unit.package];
      GraphProblem problem;
      problem.path = from.node.manifest_path;
      problem.message = "cyclic dependency: " + from.node.name + " needs " + packages_[units_[next].package].node.name +
                        ", which needs it";
      graph.problems.push_back(std::move(problem));
      next = kNoUnit;
    }
  }
}

void CrateList::run(CrateGraph& graph) {
  for (uint32_t i = 0; i < packages_.size(); ++i) {
    if (packages_[i].member && packages_[i].package != nullptr) add_member(i);
  }
  // Build scripts of packages that are met on the way join the roots.
  for (size_t i = 0; i < roots_.size(); ++i) {
    Cancellation::poll(options_.cancellation);
    walk(roots_[i], graph);
  }
}

void order_crates(CrateGraph& graph, const std::vector<uint32_t>& package_numbers) {
  std::vector<CrateNode>& crates = graph.crates;
  std::vector<std::vector<uint32_t>> needed_by(crates.size());
  std::vector<uint32_t> waits_for(crates.size());
  for (uint32_t i = 0; i < crates.size(); ++i) {
    crates[i].package = PackageId(package_numbers[crates[i].package.value]);
    for (CrateDependency& each : crates[i].dependencies) {
      each.package = PackageId(package_numbers[each.package.value]);
      if (!each.crate.valid()) continue;
      needed_by[each.crate.value].push_back(i);
      ++waits_for[i];
    }
  }
  const auto later = [&crates](uint32_t a, uint32_t b) {
    const auto key = [](const CrateNode& c) { return std::tie(c.package, c.kind, c.name, c.for_host, c.test_cfg); };
    if (key(crates[a]) != key(crates[b])) return key(crates[a]) > key(crates[b]);
    return a > b;
  };
  std::priority_queue<uint32_t, std::vector<uint32_t>, decltype(later)> ready(later);
  for (uint32_t i = 0; i < crates.size(); ++i) {
    if (waits_for[i] == 0) ready.push(i);
  }
  std::vector<uint32_t> order, place(crates.size());
  while (!ready.empty()) {
    const uint32_t next = ready.top();
    ready.pop();
    place[next] = static_cast<uint32_t>(order.size());
    order.push_back(next);
    for (const uint32_t each : needed_by[next]) {
      if (--waits_for[each] == 0) ready.push(each);
    }
  }
  std::vector<CrateNode> sorted;
  sorted.reserve(crates.size());
  for (const uint32_t each : order) sorted.push_back(std::move(crates[each]));
  for (CrateNode& crate : sorted) {
    for (CrateDependency& each : crate.dependencies) {
      if (each.crate.valid()) each.crate = CrateId(place[each.crate.value]);
    }
  }
  crates = std::move(sorted);
}

}  // namespace rp
