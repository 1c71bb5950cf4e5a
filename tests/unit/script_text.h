// Build scripts whose text stands in a test.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "crates/cfg_set.h"
#include "expand/build_script.h"

namespace rp::test {

class ScriptTexts final : public ScriptFiles {
 public:
  std::map<std::string, std::string, std::less<>> files;
  bool read(std::string_view path, std::string* text) override {
    const auto found = files.find(path);
    if (found == files.end()) return false;
    *text = found->second;
    return true;
  }
  bool exists(std::string_view path) override { return files.find(path) != files.end(); }
};

// What a script sets for a crate with these facts, on x86_64-unknown-linux-gnu.
inline ScriptFacts read_script_text(std::string_view text, const CfgSet& cfg, CompilerModel compiler = {}) {
  if (text.empty()) return {};
  ScriptTexts files;
  files.files["/p/build.rs"] = text;
  BuildScriptInput input;
  input.path = std::string("/p/build.rs");
  input.package_folder = std::string("/p");
  input.edition = Edition::k2021;
  input.cfg = &cfg;
  input.target = "x86_64-unknown-linux-gnu";
  input.compiler = compiler;
  return read_build_script(input, files);
}

}  // namespace rp::test
