// The cache of facts: one file for each key, `<folder>/<first two digits>/<rest of the key>`.
//
// A file is: eight bytes that say what it is, the hash of key and content, the content. A file that was cut off,
// damaged or renamed does not match its hash and counts as not there; so nothing has to be synced or locked.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "names/facts.h"
#include "names/facts_hash.h"

namespace rp {
namespace {

constexpr std::string_view kMagic = "RPCACHE1";
constexpr size_t kHeaderBytes = kMagic.size() + ContentHash::kDigestBytes;
constexpr off_t kMaxFileBytes = off_t{1} << 30;

// Keys name files: nothing but hexadecimal digits gets near a path.
bool is_key(std::string_view key) {
  if (key.size() < 8 || key.size() > 128) return false;
  for (const char c : key)
    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
  return true;
}

ContentHash::Digest digest_of(std::string_view key, std::string_view content) {
  ContentHash hash;
  hash.add(key);
  hash.add(content);
  return hash.finish();
}

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  [[nodiscard]] int get() const { return descriptor_; }
  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  // Closes it now; false when what was written did not arrive.
  bool close() {
    const int result = ::close(descriptor_);
    descriptor_ = -1;
    return result == 0;
  }

 private:
  int descriptor_;
};

bool read_all(int descriptor, char* to, size_t size) {
  while (size > 0) {
    const ssize_t n = ::read(descriptor, to, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    to += n;
    size -= static_cast<size_t>(n);
  }
  return true;
}

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(descriptor, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

// The folder and those above it. What is there already is no error; neither is what cannot be made: opening a file in
// it will tell.
void make_folders(const std::string& folder) {
  for (size_t at = folder.find('/', 1); at != std::string::npos; at = folder.find('/', at + 1))
    ::mkdir(folder.substr(0, at).c_str(), 0777);
  ::mkdir(folder.c_str(), 0777);
}

}  // namespace

std::string FactsCache::load(std::string_view key) const {
  if (folder_.empty() || !is_key(key)) return {};
  const std::string path = folder_ + "/" + std::string(key.substr(0, 2)) + "/" + std::string(key.substr(2));
  // Without waiting for whoever writes to a FIFO of that name.
  File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat info{};
  if (!file.is_open() || ::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode)) return {};
  if (info.st_size < static_cast<off_t>(kHeaderBytes) || info.st_size > kMaxFileBytes) return {};
  char header[kHeaderBytes];
  std::string content(static_cast<size_t>(info.st_size) - kHeaderBytes, '\0');
  if (!read_all(file.get(), header, sizeof header) || !read_all(file.get(), content.data(), content.size())) return {};
  if (std::string_view(header, kMagic.size()) != kMagic) return {};
  const ContentHash::Digest digest = digest_of(key, content);
  if (std::memcmp(header + kMagic.size(), digest.data(), digest.size()) != 0) return {};
  return content;
}

void FactsCache::store(std::string_view key, std::string_view facts) const {
  if (folder_.empty() || !is_key(key) || facts.size() > size_t{kMaxFileBytes} - kHeaderBytes) return;
  const std::string folder = folder_ + "/" + std::string(key.substr(0, 2));
  const std::string path = folder + "/" + std::string(key.substr(2));
  std::string aside = folder + "/new-XXXXXX";
  int descriptor = ::mkostemp(aside.data(), O_CLOEXEC);
  if (descriptor < 0 && errno == ENOENT) {
    make_folders(folder);
    aside = folder + "/new-XXXXXX";
    descriptor = ::mkostemp(aside.data(), O_CLOEXEC);
  }
  File file(descriptor);
  if (!file.is_open()) return;
  const ContentHash::Digest digest = digest_of(key, facts);
  const bool written = write_all(file.get(), kMagic) &&
                       write_all(file.get(), {reinterpret_cast<const char*>(digest.data()), digest.size()}) &&
                       write_all(file.get(), facts);
  if (!file.close() || !written || ::rename(aside.c_str(), path.c_str()) != 0) ::unlink(aside.c_str());
}

std::string facts_key(const CollectInput& input, std::span<const std::string> dependency_keys,
                      std::string_view content) {
  ContentHash hash;
  hash.add("librustpro facts");
  hash.add(uint64_t{kFactsVersion});
  hash.add(input.name);
  hash.add(static_cast<uint64_t>(input.edition));
  hash.add(uint64_t{input.proc_macro});
  hash.add(input.package_name);
  hash.add(input.package_version);
  // Where the package lies is no part of it; which of its files is the root is.
  std::string_view root = input.root_file;
  if (root.starts_with(input.package_folder)) root.remove_prefix(input.package_folder.size());
  hash.add(root);
  hash.add_cfg(input.cfg);
  // What a build script may set besides.
  hash.add(uint64_t{input.script.anything});
  for (const ScriptFact& fact : input.script.facts) {
    if (fact.certain) continue;
    hash.add(fact.key);
    hash.add(uint64_t{fact.has_value} + 2 * uint64_t{fact.any_value});
    hash.add(fact.value);
  }
  for (const std::string& begin : input.script.open_names) hash.add(begin);
  hash.add(uint64_t{input.env.size()});
  for (const auto& [variable, value] : input.env) {
    hash.add(variable);
    hash.add(value);
  }
  hash.add(uint64_t{input.dependencies.size()});
  for (size_t i = 0; i < input.dependencies.size(); ++i) {
    hash.add(input.dependencies[i].name);
    hash.add(i < dependency_keys.size() ? std::string_view(dependency_keys[i]) : std::string_view());
  }
  hash.add(content);
  return hash.finish_hex();
}

}  // namespace rp
