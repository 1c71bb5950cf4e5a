// The unstable parts of cargo, each of which a manifest must ask for. The Cargo Book, "Unstable Features".
#include <array>

#include "manifest/reading.h"

namespace rp::manifest {
namespace {

constexpr std::array<std::string_view, 13> kUnstable = {
    "codegen-backend",   "different-binary-name", "metabuild",           "multiple-build-scripts",
    "open-namespaces",   "panic-immediate-abort", "path-bases",          "per-package-target",
    "profile-rustflags", "public-dependency",     "test-dummy-unstable", "trim-paths",
    "unstable-editions"};
constexpr std::array<std::string_view, 13> kStable = {
    "alternative-registries", "default-run",       "edition",  "edition2021",  "edition2024", "named-profiles",
    "profile-overrides",      "rename-dependency", "resolver", "rust-version", "strip",       "test-dummy-stable",
    "workspace-inheritance"};

class UnstableCheck {
 public:
  UnstableCheck(Reading& reading, const Manifest& manifest) : reading_(reading), manifest_(manifest) {}

  void run() {
    check_names();
    if (manifest_.package) check_package(*manifest_.package);
    for (const TargetEntry& target : manifest_.targets) {
      if (target.kind == TargetKind::Bin) need("different-binary-name", target.filename);
    }
    for (const ProfileEntry& profile : manifest_.profiles) {
      need("codegen-backend", profile.codegen_backend);
      need("profile-rustflags", profile.rustflags);
      need("trim-paths", profile.trim_paths);
      if (profile.panic.value == "immediate-abort") need("panic-immediate-abort", profile.panic);
    }
    for (const DependencyEntry& entry : manifest_.dependencies) {
      need("path-bases", entry.base);
      if (entry.is_public && entry.kind != DependencyKind::Normal && asked("public-dependency"))
        reading_.error(entry.is_public.key, "only normal dependencies can be public");
    }
    for (const DependencyEntry& entry : manifest_.patch_dependencies) need("path-bases", entry.base);
  }

 private:
  [[nodiscard]] bool asked(std::string_view feature) const {
    const TextList all = manifest_.cargo_features.value;
    return std::any_of(all.begin(), all.end(), [&](const Text& each) { return each.value == feature; });
  }

  template <typename T>
  void need(std::string_view feature, const Field<T>& field) {
    if (!field || asked(feature)) return;
    reading_.error(field.key, "this key is unstable", "cargo-features = [\"" + std::string(feature) + "\"]");
  }

  void check_names() {
    for (const Text& each : manifest_.cargo_features.value) {
      const auto is_it = [&](std::string_view name) { return name == each.value; };
      if (std::any_of(kStable.begin(), kStable.end(), is_it))
        reading_.warn(each.span, "cargo-features names what is stable by now: " + std::string(each.value));
      else if (std::none_of(kUnstable.begin(), kUnstable.end(), is_it))
        reading_.error(each.span, "cargo-features names what cargo does not have: " + std::string(each.value));
    }
  }

  void check_package(const PackageTable& package) {
    need("metabuild", package.metabuild);
    need("per-package-target", package.default_target);
    need("per-package-target", package.forced_target);
    if (package.build && !package.build_scripts.empty()) need("multiple-build-scripts", package.build);
    if (package.name.value.find(':') != std::string_view::npos) need("open-namespaces", package.name);
    if (package.im_a_teapot) need("test-dummy-unstable", package.im_a_teapot);
  }

  Reading& reading_;
  const Manifest& manifest_;
};

}  // namespace

void check_unstable(Reading& reading, const Manifest& manifest) { UnstableCheck(reading, manifest).run(); }

}  // namespace rp::manifest
