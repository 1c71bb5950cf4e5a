#include "review/ecosystem/advisories.h"

#include <dirent.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <new>
#include <tuple>
#include <utility>

#include "manifest/toml_document.h"

namespace rp {
namespace {

using manifest::Comparator;
using manifest::ComparatorKind;
using manifest::TomlDocument;
using manifest::TomlKind;
using manifest::TomlNode;
using manifest::TomlNodeId;
using manifest::Version;

constexpr uint64_t kEntryLimit = uint64_t{1} << 20;
constexpr size_t kMaxEntries = 200'000;

struct CloseFolder {
  void operator()(DIR* folder) const { closedir(folder); }
};

// The names in a folder, sorted; those that begin with a dot are left out.
bool list_names(const std::string& folder, std::vector<std::string>* out) {
  const std::unique_ptr<DIR, CloseFolder> open(opendir(folder.c_str()));
  if (open == nullptr) {
    if (errno == ENOMEM) throw std::bad_alloc();
    return false;
  }
  while (const dirent* entry = readdir(open.get()))
    if (entry->d_name[0] != '.') out->emplace_back(entry->d_name);
  std::sort(out->begin(), out->end());
  return true;
}

// The lowest version that a comparator's numbers stand for, and the first one behind them, where it is needed.
Version lowest(const Comparator& c) { return {c.major, c.minor.value_or(0), c.patch.value_or(0), c.pre, {}}; }

// Ranges of advisories go by precedence alone: a pre-release lies between the versions around it. (cargo's rule, that a
// requirement takes pre-releases only when it names one, is about choosing versions.)
bool in_range(const Comparator& c, const Version& version) {
  const auto order = compare_precedence(version, lowest(c));
  const auto below = [&](uint64_t major, uint64_t minor, uint64_t patch) {
    // Also before the pre-releases of that version.
    return std::tie(version.major, version.minor, version.patch) < std::tie(major, minor, patch);
  };
  const uint64_t minor = c.minor.value_or(0);
  const uint64_t patch = c.patch.value_or(0);
  const bool below_next = !c.minor   ? below(c.major + 1, 0, 0)
                          : !c.patch ? below(c.major, minor + 1, 0)
                                     : below(c.major, minor, patch + 1);
  switch (c.kind) {
    case ComparatorKind::Exact:
      return c.patch ? order == 0 : order >= 0 && below_next;
    case ComparatorKind::Wildcard:
      return order >= 0 && below_next;
    case ComparatorKind::Greater:
      return c.patch ? order > 0 : !below_next && order > 0;
    case ComparatorKind::GreaterEq:
      return order >= 0;
    case ComparatorKind::Less:
      return order < 0;
    case ComparatorKind::LessEq:
      return c.patch ? order <= 0 : below_next;
    case ComparatorKind::Tilde:
      return order >= 0 && (c.minor ? below(c.major, minor + 1, 0) : below(c.major + 1, 0, 0));
    case ComparatorKind::Caret:
      if (order < 0) return false;
      if (c.major > 0 || !c.minor) return below(c.major + 1, 0, 0);
      if (minor > 0 || !c.patch) return below(0, minor + 1, 0);
      return below(0, 0, patch + 1);
  }
  return false;
}

bool is_date(std::string_view text) {
  if (text.size() != 10) return false;
  for (size_t i = 0; i < text.size(); ++i)
    if (i == 4 || i == 7 ? text[i] != '-' : text[i] < '0' || text[i] > '9') return false;
  return true;
}

}  // namespace

class AdvisoryReader {
 public:
  AdvisoryReader(AdvisoryDatabase& out, std::string_view path) : out_(out), path_(path) {}

  void run(std::string_view text) {
    std::string_view rest = text;
    const std::string_view fence = take_line(&rest);
    if (fence != "```toml") return fail("it does not begin with ```toml");
    const size_t begin = text.size() - rest.size();
    size_t end = begin;
    while (!rest.empty()) {
      end = text.size() - rest.size();
      if (take_line(&rest) == "```") break;
      end = text.size();
    }
    if (end == text.size()) return fail("its ```toml is not closed");
    document_ = std::make_unique<TomlDocument>(TomlDocument::parse(std::string(text.substr(begin, end - begin))));
    if (!document_->readable()) return fail(std::string(document_->error()->message));
    read(title_of(rest));
  }

 private:
  static std::string_view take_line(std::string_view* rest) {
    const size_t end = std::min(rest->find('\n'), rest->size());
    std::string_view line = rest->substr(0, end);
    rest->remove_prefix(std::min(end + 1, rest->size()));
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    return line;
  }
  static std::string_view title_of(std::string_view rest) {
    while (!rest.empty()) {
      std::string_view line = take_line(&rest);
      if (line.empty()) continue;
      if (!line.starts_with("# ")) return {};
      line.remove_prefix(2);
      return line.substr(std::min(line.find_first_not_of(' '), line.size()));
    }
    return {};
  }

  void fail(std::string_view why) { out_.problems_.push_back({to_utf8(path_), to_utf8(why)}); }
  // Something without which it is not known what the advisory is about.
  void unusable(std::string_view why) {
    advisory_.usable = false;
    fail(why);
  }

  void read(std::string_view title) {
    const TomlNodeId table = document_->find(document_->root(), "advisory");
    if (!table.valid() || document_->node(table).kind != TomlKind::Table) return fail("[advisory] is missing");
    advisory_.id = text(table, "id");
    advisory_.package = text(table, "package");
    if (advisory_.package.empty()) return fail("advisory.package is missing");
    if (advisory_.id.empty()) unusable("advisory.id is missing");
    advisory_.date = date(table, "date");
    if (advisory_.date.empty()) fail("advisory.date is missing or no date");
    advisory_.title = out_.arena_.copy(title);
    if (advisory_.title.empty()) advisory_.title = text(table, "title");
    advisory_.url = text(table, "url");
    advisory_.informational = informational(table);
    if (document_->find(table, "withdrawn").valid()) {
      advisory_.withdrawn = date(table, "withdrawn");
      if (advisory_.withdrawn.empty()) unusable("advisory.withdrawn is no date");
    }
    advisory_.cvss = text(table, "cvss");
    advisory_.aliases = list(table, "aliases", "advisory.aliases");
    const TomlNodeId versions = document_->find(document_->root(), "versions");
    if (!versions.valid()) unusable("[versions] is missing");
    advisory_.patched = ranges(document_->find(versions, "patched"), "versions.patched");
    advisory_.unaffected = ranges(document_->find(versions, "unaffected"), "versions.unaffected");
    const TomlNodeId affected = document_->find(document_->root(), "affected");
    advisory_.arch = list(affected, "arch", "affected.arch");
    advisory_.os = list(affected, "os", "affected.os");
    advisory_.functions = functions(affected);
    out_.advisories_.push_back(advisory_);
  }

  std::string_view text(TomlNodeId table, std::string_view key) {
    const TomlNodeId id = document_->find(table, key);
    if (!id.valid()) return {};
    if (document_->node(id).kind == TomlKind::String) return out_.arena_.copy(document_->node(id).string);
    fail("advisory." + std::string(key) + " is no string");
    return {};
  }
  std::string_view date(TomlNodeId table, std::string_view key) {
    const TomlNodeId id = document_->find(table, key);
    if (!id.valid()) return {};
    const TomlNode& node = document_->node(id);
    std::string_view written = node.string;
    if (node.kind == TomlKind::DateTime)
      written = document_->text().substr(node.span.begin, std::min<uint32_t>(node.span.length(), 10));
    return is_date(written) ? out_.arena_.copy(written) : std::string_view();
  }
  // A word, or a table { other = word }.
  std::string_view informational(TomlNodeId table) {
    const TomlNodeId id = document_->find(table, "informational");
    if (!id.valid()) return {};
    if (document_->node(id).kind == TomlKind::String) return text(table, "informational");
    const TomlNodeId other = document_->find(id, "other");
    if (other.valid() && document_->node(other).kind == TomlKind::String)
      return out_.arena_.copy(document_->node(other).string);
    unusable("advisory.informational is neither a word nor a table with `other`");
    return {};
  }

  std::span<const std::string_view> list(TomlNodeId table, std::string_view key, std::string_view name) {
    const TomlNodeId id = document_->find(table, key);
    if (!id.valid()) return {};
    std::vector<std::string_view> all;
    if (document_->node(id).kind != TomlKind::Array) {
      fail(std::string(name) + " is no array of strings");
      return {};
    }
    for (uint32_t i = 0; i < document_->node(id).child_count; ++i) {
      const TomlNode& item = document_->node(document_->child(id, i));
      if (item.kind == TomlKind::String)
        all.push_back(out_.arena_.copy(item.string));
      else
        fail(std::string(name) + " has an entry that is no string");
    }
    return out_.arena_.copy(all);
  }

  // A mistake makes the advisory unusable, since it would cover too much or too little.
  std::span<const VersionRange> ranges(TomlNodeId id, const std::string& name) {
    if (!id.valid()) return {};
    std::vector<VersionRange> all;
    if (document_->node(id).kind != TomlKind::Array) {
      unusable(name + " is no array of version ranges");
      return {};
    }
    for (uint32_t i = 0; i < document_->node(id).child_count; ++i) {
      const TomlNode& item = document_->node(document_->child(id, i));
      if (item.kind != TomlKind::String) {
        unusable(name + " has an entry that is no string");
        continue;
      }
      VersionRange range{out_.arena_.copy(item.string), static_cast<uint32_t>(out_.comparators_.size()), 0};
      manifest::SemverError error;
      const auto parsed = manifest::parse_version_req(range.text, &error);
      if (!parsed) {
        unusable(name + " has \"" + std::string(range.text) + "\", which is no range of versions: " + error.message);
        continue;
      }
      range.count = static_cast<uint32_t>(parsed->comparators.size());
      out_.comparators_.insert(out_.comparators_.end(), parsed->comparators.begin(), parsed->comparators.end());
      all.push_back(range);
    }
    return out_.arena_.copy(all);
  }

  std::span<const AffectedFunction> functions(TomlNodeId affected) {
    const TomlNodeId id = document_->find(affected, "functions");
    if (!id.valid()) return {};
    if (document_->node(id).kind != TomlKind::Table) {
      fail("affected.functions is no table");
      return {};
    }
    std::vector<AffectedFunction> all;
    for (uint32_t i = 0; i < document_->node(id).child_count; ++i) {
      const TomlNodeId child = document_->child(id, i);
      const std::string_view path = document_->node(child).key.value;
      all.push_back({out_.arena_.copy(path), ranges(child, "affected.functions.\"" + std::string(path) + "\"")});
    }
    return out_.arena_.copy(all);
  }

  AdvisoryDatabase& out_;
  std::string_view path_;
  std::unique_ptr<TomlDocument> document_;
  Advisory advisory_;
};

void AdvisoryDatabase::add(std::string_view text, std::string_view path) {
  if (!is_utf8(text)) {
    problems_.push_back({to_utf8(path), "it is not UTF-8"});
    return;
  }
  AdvisoryReader(*this, path).run(text);
}

void AdvisoryDatabase::finish() {
  std::stable_sort(advisories_.begin(), advisories_.end(), [](const Advisory& a, const Advisory& b) {
    return std::tie(a.package, a.id) < std::tie(b.package, b.id);
  });
  std::stable_sort(problems_.begin(), problems_.end(),
                   [](const Unread& a, const Unread& b) { return a.path < b.path; });
}

AdvisoryDatabase AdvisoryDatabase::open(const std::string& folder, const Cancellation* cancellation) {
  AdvisoryDatabase database;
  Folder root;
  std::vector<std::string> crates;
  if (!root.open(folder) || !list_names(folder + "/crates", &crates)) {
    database.problems_.push_back(
        {to_utf8(folder), "it is no advisory database: there is no folder `crates` that can be read"});
    return database;
  }
  size_t entries = 0;
  std::string text;
  for (const std::string& crate : crates) {
    Cancellation::poll(cancellation);
    std::vector<std::string> names;
    if (!list_names(folder + "/crates/" + crate, &names)) continue;  // a file beside the folders
    for (const std::string& name : names) {
      if (!name.ends_with(".md")) continue;
      const std::string path = "crates/" + crate + "/" + name;
      if (++entries > kMaxEntries) {
        database.problems_.push_back({to_utf8(path), "too many advisories; the rest was not read"});
        database.finish();
        return database;
      }
      const ReadOutcome outcome = root.read(path, kEntryLimit, &text);
      if (outcome)
        database.add(text, path);
      else
        database.problems_.push_back({to_utf8(path), outcome.reason});
    }
  }
  database.finish();
  return database;
}

std::span<const Advisory> AdvisoryDatabase::of_package(std::string_view name) const {
  const auto before = [](const Advisory& a, std::string_view n) { return a.package < n; };
  const auto behind = [](std::string_view n, const Advisory& a) { return n < a.package; };
  const auto first = std::lower_bound(advisories_.begin(), advisories_.end(), name, before);
  const auto last = std::upper_bound(first, advisories_.end(), name, behind);
  return {first, last};
}

bool AdvisoryDatabase::contains(std::span<const VersionRange> ranges, const Version& version) const {
  return std::any_of(ranges.begin(), ranges.end(), [&](const VersionRange& range) {
    const std::span all = std::span(comparators_).subspan(range.first, range.count);
    return std::all_of(all.begin(), all.end(), [&](const Comparator& c) { return in_range(c, version); });
  });
}

std::vector<const Advisory*> AdvisoryDatabase::matching(std::string_view name, const Version& version) const {
  std::vector<const Advisory*> found;
  for (const Advisory& advisory : of_package(name)) {
    if (!advisory.usable || !advisory.withdrawn.empty()) continue;
    if (!contains(advisory.patched, version) && !contains(advisory.unaffected, version)) found.push_back(&advisory);
  }
  return found;
}

}  // namespace rp
