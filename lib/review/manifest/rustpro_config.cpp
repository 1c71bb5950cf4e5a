// manifest/rustpro-config: what is wrong with rustpro.toml. The engine turns its problems into findings itself.
#include "review/rule.h"

namespace rp {
namespace {

constexpr std::string_view kReferences[] = {
    "TOML 1.1, https://toml.io/en/v1.1.0",
};

}  // namespace

extern const Rule kConfigRule;
const Rule kConfigRule = {
    .id = "manifest/rustpro-config",
    .area = "manifest",
    .title = "a rustpro.toml that does not say what it seems to",
    .why =
        "A policy that is not read is no policy: an advisory that was to be ignored is reported, or, worse, a licence "
        "that was to be refused is let in. So nothing in rustpro.toml is passed over in silence.",
    .bad =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "--- rustpro.toml\n"
        "[rules]\n"
        "\"safety/undocumented-unsave\" = \"off\"  #~\n"
        "[license]  #~\n"
        "allow = [\"MIT\"]\n"
        "--- src/main.rs\n"
        "fn main() {}\n",
    .good =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "--- rustpro.toml\n"
        "[rules]\n"
        "\"safety/undocumented-unsafe\" = \"off\"\n"
        "[licenses]\n"
        "allow = [\"MIT\"]\n"
        "--- src/main.rs\n"
        "fn main() {}\n",
    .severity = Severity::Error,
    .verdict = Verdict::Proven,
    .doubt = "",
    .references = kReferences,
    .kinds = {},
    .check = nullptr,
};

}  // namespace rp
