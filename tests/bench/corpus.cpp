#include "corpus.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string_view>
#include <system_error>

#include "syntax/lexer.h"

namespace rp::bench {

namespace fs = std::filesystem;

bool load_file(const std::string& path, Edition edition, Corpus* corpus) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return false;
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (in.bad() || find_invalid_utf8(text) != std::string_view::npos) return false;
  corpus->bytes += text.size();
  corpus->files.push_back({path, std::move(text), edition});
  return true;
}

Corpus load_folder(const std::string& name, const std::string& folder) {
  Corpus corpus;
  corpus.name = name;
  std::vector<std::string> paths;
  std::error_code ignored;
  for (fs::recursive_directory_iterator it(folder, ignored), end; it != end; it.increment(ignored)) {
    if (it->path().filename() == "test_data") {
      it.disable_recursion_pending();
    } else if (it->path().extension() == ".rs" && it->is_regular_file(ignored)) {
      paths.push_back(it->path().string());
    }
  }
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) load_file(path, Edition::k2024, &corpus);
  return corpus;
}

std::string find_sources() {
  if (const char* named = std::getenv("RUSTPRO_CORPUS")) return named;
  std::unique_ptr<FILE, int (*)(FILE*)> list(popen("dpkg -L rust-web-src 2>/dev/null", "r"), pclose);
  if (list == nullptr) return {};
  char line[4096];
  std::string found;
  while (std::fgets(line, sizeof line, list.get()) != nullptr) {
    std::string_view path(line);
    if (path.ends_with("/library\n") && found.empty()) {
      path.remove_suffix(std::string_view("/library\n").size());
      if (fs::is_directory(fs::path(path) / "compiler")) found = path;
    }
  }
  return found;
}

}  // namespace rp::bench
