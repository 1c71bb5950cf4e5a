#include "crates/feature_resolver.h"

#include <algorithm>

namespace rp {
namespace {

using manifest::Dependency;
using manifest::DependencyKind;
using manifest::Feature;
using manifest::FeatureValue;
using manifest::FeatureValueKind;

uint64_t key_of(uint32_t package, BuiltFor built_for) {
  return (uint64_t{package} << 1) | static_cast<uint64_t>(built_for);
}

}  // namespace

uint32_t FeatureResolver::state_of(uint32_t package, BuiltFor built_for) {
  if (!rules_.separate_host) built_for = BuiltFor::Target;
  const auto [at, added] = numbers_.emplace(key_of(package, built_for), static_cast<uint32_t>(states_.size()));
  if (added) {
    FeatureState& state = states_.emplace_back();
    state.package = package;
    state.built_for = built_for;
    weak_.emplace_back();
  }
  return at->second;
}

const FeatureState* FeatureResolver::state(uint32_t package, BuiltFor built_for) const {
  if (!rules_.separate_host) built_for = BuiltFor::Target;
  const auto found = numbers_.find(key_of(package, built_for));
  return found == numbers_.end() ? nullptr : &states_[found->second];
}

bool FeatureResolver::platform_holds(uint32_t package, BuiltFor built_for, const Dependency& dependency) {
  if (!dependency.platform.valid()) return true;
  const manifest::Manifest& manifest = *packages_[package].manifest;
  const bool host = built_for == BuiltFor::Host || dependency.kind == DependencyKind::Build;
  std::vector<uint8_t>& known = holds_[package];
  known.resize(manifest.platforms.size() * 2);
  uint8_t& answer = known[dependency.platform.value * 2 + (host ? 1 : 0)];
  if (answer == 0) {
    const manifest::PlatformTable& table = manifest.platforms[dependency.platform.value];
    const bool holds = table.valid && table.platform.matches(host ? platforms_.host_name : platforms_.target_name,
                                                             host ? platforms_.host : platforms_.target);
    answer = holds ? 2 : 1;
  }
  return answer == 2;
}

BuiltFor FeatureResolver::built_for(BuiltFor from, const Dependency& dependency, uint32_t to) {
  const bool host = dependency.kind == DependencyKind::Build || (to != kNoPackage && packages_[to].is_proc_macro());
  return host ? BuiltFor::Host : from;
}

// Whether the features pass looks at a dependency at all.
bool FeatureResolver::counts(uint32_t state, uint32_t dependency) {
  const KnownPackage& known = packages_[states_[state].package];
  const Dependency& wanted = known.package->dependencies[dependency];
  if (wanted.kind == DependencyKind::Development && (!rules_.development || !known.member)) return false;
  return !rules_.only_active_platforms || platform_holds(states_[state].package, states_[state].built_for, wanted);
}

bool FeatureResolver::is_active(uint32_t package, BuiltFor built_for, uint32_t dependency) {
  const FeatureState* now = state(package, built_for);
  if (now == nullptr) return false;
  const Dependency& wanted = packages_[package].package->dependencies[dependency];
  if (!platform_holds(package, built_for, wanted)) return false;
  return !wanted.optional || now->optional_dependencies.contains(wanted.name);
}

bool FeatureResolver::is_wanted(uint32_t package, BuiltFor built_for, uint32_t dependency) {
  if (!rules_.separate_host) built_for = BuiltFor::Target;
  const auto found = numbers_.find(key_of(package, built_for));
  if (found == numbers_.end() || !counts(found->second, dependency)) return false;
  const Dependency& wanted = packages_[package].package->dependencies[dependency];
  return !wanted.optional || states_[found->second].optional_dependencies.contains(wanted.name);
}

uint32_t FeatureResolver::resolve(uint32_t package, uint32_t dependency) {
  return rules_.as_locked ? packages_.resolve_if_locked(package, dependency) : packages_.resolve(package, dependency);
}

void FeatureResolver::push_text(uint32_t state, std::string_view text) {
  steps_.push_back({StepKind::Value, state, {}, manifest::parse_feature_value({text, {}})});
}

void FeatureResolver::add_member(uint32_t package, const std::vector<std::string_view>& values, bool defaults,
                                 bool all) {
  // A procedural macro is built for the host, its tests for the target.
  const manifest::Package& of = *packages_[package].package;
  const bool macro = std::any_of(of.targets.begin(), of.targets.end(),
                                 [](const manifest::Target& target) { return target.proc_macro; });
  for (const BuiltFor built_for : {BuiltFor::Target, BuiltFor::Host}) {
    if (built_for == BuiltFor::Host && !macro) continue;
    const uint32_t state = state_of(package, built_for);
    for (const std::string_view value : values) push_text(state, value);
    if (all) {
      for (const Feature& each : of.features) steps_.push_back({StepKind::Feature, state, each.name, {}});
    }
    if (defaults && find_feature(package, "default") != nullptr)
      steps_.push_back({StepKind::Feature, state, "default", {}});
    steps_.push_back({StepKind::Visit, state, {}, {}});
  }
}

// A list of what is left to do in place of recursion: what is on stays on, so the order does not matter.
void FeatureResolver::run(const Cancellation* cancellation) {
  uint32_t count = 0;
  while (!steps_.empty()) {
    if ((++count & 0xFFU) == 0) Cancellation::poll(cancellation);
    const Step step = steps_.back();
    steps_.pop_back();
    switch (step.kind) {
      case StepKind::Visit:
        visit(step.state);
        break;
      case StepKind::Feature:
        feature(step.state, step.feature);
        break;
      case StepKind::Value:
        value(step.state, step.value);
        break;
    }
  }
}

const Feature* FeatureResolver::find_feature(uint32_t package, std::string_view name) {
  const manifest::Package* of = packages_[package].package;
  if (of == nullptr) return nullptr;
  const auto at = std::lower_bound(of->features.begin(), of->features.end(), name,
                                   [](const Feature& feature, std::string_view n) { return feature.name < n; });
  return at != of->features.end() && at->name == name ? &*at : nullptr;
}

void FeatureResolver::visit(uint32_t state) {
  if (states_[state].visited) return;
  states_[state].visited = true;
  const manifest::Package* package = packages_[states_[state].package].package;
  if (package == nullptr) return;
  for (uint32_t i = 0; i < package->dependencies.size(); ++i) {
    if (!package->dependencies[i].optional && counts(state, i)) turn_on(state, i);
  }
}

// The package of a dependency is needed, with the features that the dependency asks for.
void FeatureResolver::turn_on(uint32_t state, uint32_t dependency) {
  const uint32_t package = states_[state].package;
  const uint32_t to = resolve(package, dependency);
  if (to == kNoPackage) return;
  const Dependency& wanted = packages_[package].package->dependencies[dependency];
  const uint32_t next = state_of(to, built_for(states_[state].built_for, wanted, to));
  for (const std::string_view each : wanted.features) push_text(next, each);
  if (wanted.default_features && find_feature(to, "default") != nullptr)
    steps_.push_back({StepKind::Feature, next, "default", {}});
  if (!states_[next].visited) steps_.push_back({StepKind::Visit, next, {}, {}});
}

void FeatureResolver::feature(uint32_t state, std::string_view name) {
  if (!states_[state].features.insert(name).second) return;
  if (const Feature* found = find_feature(states_[state].package, name)) {
    for (const FeatureValue& each : found->values) steps_.push_back({StepKind::Value, state, {}, each});
  }
}

void FeatureResolver::value(uint32_t state, const FeatureValue& value) {
  switch (value.kind) {
    case FeatureValueKind::Feature:
      feature(state, value.name);
      return;
    case FeatureValueKind::Dependency:
      optional_dependency(state, value.name);
      return;
    case FeatureValueKind::DependencyFeature:
      dependency_feature(state, value);
      return;
  }
}

void FeatureResolver::optional_dependency(uint32_t state, std::string_view name) {
  const KnownPackage& known = packages_[states_[state].package];
  if (known.package == nullptr || !states_[state].optional_dependencies.insert(name).second) return;
  std::vector<Weak>& waiting = weak_[state];
  std::vector<std::string_view> ready;
  std::erase_if(waiting, [&](const Weak& each) {
    if (each.dependency == name) ready.push_back(each.feature);
    return each.dependency == name;
  });
  for (const uint32_t each : known.dependencies_named(name)) {
    if (!counts(state, each)) continue;
    for (const std::string_view feature : ready) feature_of_dependency(state, each, feature);
    turn_on(state, each);
  }
}

void FeatureResolver::feature_of_dependency(uint32_t state, uint32_t dependency, std::string_view name) {
  const uint32_t package = states_[state].package;
  const uint32_t to = resolve(package, dependency);
  if (to == kNoPackage) return;
  const Dependency& wanted = packages_[package].package->dependencies[dependency];
  push_text(state_of(to, built_for(states_[state].built_for, wanted, to)), name);
}

// "x/y" also turns on the optional dependency x, and a feature x if there is one; "x?/y" waits for others to do so.
void FeatureResolver::dependency_feature(uint32_t state, const FeatureValue& value) {
  const KnownPackage& known = packages_[states_[state].package];
  if (known.package == nullptr) return;
  for (const uint32_t each : known.dependencies_named(value.name)) {
    if (!counts(state, each)) continue;
    if (known.package->dependencies[each].optional) {
      if (value.weak && !rules_.as_locked && !states_[state].optional_dependencies.contains(value.name)) {
        weak_[state].push_back({value.name, value.feature});
        continue;
      }
      optional_dependency(state, value.name);
      if (!value.weak && find_feature(states_[state].package, value.name) != nullptr) feature(state, value.name);
    }
    feature_of_dependency(state, each, value.feature);
  }
}

}  // namespace rp
