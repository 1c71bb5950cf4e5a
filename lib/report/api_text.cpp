#include "report/api_text.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "report/style.h"

namespace rp {

namespace {

// Values one after the other; commas where they belong.
class Json {
 public:
  explicit Json(std::string* out) : out_(*out) {}
  void open(char bracket) {
    separate();
    out_ += bracket;
    first_ = true;
  }
  void close(char bracket) {
    out_ += bracket;
    first_ = false;
  }
  void line() {
    if (!first_) out_ += ',';
    first_ = true;
    out_ += "\n  ";
  }
  void key(std::string_view name) {
    separate();
    quote(name);
    out_ += ": ";
    first_ = true;
  }
  void text(std::string_view value) {
    separate();
    quote(value);
  }
  void member(std::string_view name, std::string_view value) {
    key(name);
    text(value);
  }
  void optional(std::string_view name, std::string_view value) {
    if (!value.empty()) member(name, value);
  }
  void number(std::string_view name, uint64_t value) {
    key(name);
    separate();
    out_ += std::to_string(value);
  }
  void boolean(std::string_view name, bool value) {
    key(name);
    separate();
    out_ += value ? "true" : "false";
  }
  void place(std::string_view name, const ApiPlace& place) {
    if (place.path.empty()) return;
    key(name);
    open('{');
    member("path", place.path);
    number("line", place.line);
    number("column", place.column);
    number("start", place.span.start);
    number("end", place.span.end);
    close('}');
  }

 private:
  void separate() {
    if (!first_) out_ += ", ";
    first_ = false;
  }
  void quote(std::string_view text) {
    static constexpr char kDigits[] = "0123456789abcdef";
    out_ += '"';
    for (const char each : text) {
      const auto c = static_cast<unsigned char>(each);
      if (c == '"' || c == '\\') {
        out_ += '\\';
        out_ += each;
      } else if (c < 0x20 || c == 0x7f) {
        out_ += "\\u00";
        out_ += kDigits[c >> 4];
        out_ += kDigits[c & 15];
      } else {
        out_ += each;
      }
    }
    out_ += '"';
  }
  std::string& out_;
  bool first_ = true;
};

std::string_view module_path(std::string_view path) {
  const size_t at = path.rfind("::");
  return at == std::string_view::npos ? std::string_view() : path.substr(0, at);
}

std::string_view last_name(std::string_view path) {
  const size_t at = path.rfind("::");
  return at == std::string_view::npos ? path : path.substr(at + 2);
}

// The trait of a derive has its whole path: `core::clone::Clone`.
std::string short_trait(const std::string& text) {
  const size_t arguments = text.find('<');
  const size_t at = text.rfind("::", arguments);
  return at == std::string::npos ? text : text.substr(at + 2);
}

std::string marks_of(const ApiItem& item) {
  std::string out;
  const auto add = [&](std::string_view text) { out.append(out.empty() ? "" : ", ").append(text); };
  if ((item.flags & kDefDeprecated) != 0) add("deprecated");
  if ((item.flags & kDefNonExhaustive) != 0) add("non_exhaustive");
  if ((item.flags & kDefMustUse) != 0) add("must_use");
  if (!item.repr.empty()) add("repr(" + item.repr + ")");
  if (!item.cfg.empty()) add("cfg " + item.cfg);
  if (item.kind == ApiKind::Trait && item.dyn_safe == Answer::No) add("not dyn-compatible");
  if (item.private_fields > 0)
    add(std::to_string(item.private_fields) + " private field" + (item.private_fields == 1 ? "" : "s"));
  return out;
}

std::string line_of(const ApiItem& item) {
  switch (item.kind) {
    case ApiKind::Reexport:
      return "use " + (item.target.empty() ? std::string("(unknown)") : item.target) + " as " +
             std::string(last_name(item.path));
    case ApiKind::Field:
      return std::string(last_name(item.path)) + ": " + item.type.text;
    default:
      return item.text;
  }
}

void put_place(Styled& out, std::string_view name, const ApiPlace& place, std::string_view text) {
  if (place.path.empty() && text.empty()) return;
  out.put("    ");
  out.put(Color::Gutter, name);
  out.put(" ");
  if (!text.empty()) out.put(visible(text));
  if (!place.path.empty()) {
    if (!text.empty()) out.put("  ");
    out.put(Color::Gutter,
            "(" + visible(place.path) + ":" + std::to_string(place.line) + ":" + std::to_string(place.column) + ")");
  }
  out.put("\n");
}

}  // namespace

std::string render_api_text(const SemverSide& side, const TextOptions& options) {
  std::string text;
  Styled out(&text, options.color);
  const PublicApi& api = side.api;
  out.put(Color::Bold, api.name + (side.package.version.empty() ? "" : " " + side.package.version));
  out.put("  edition " + std::to_string(static_cast<uint32_t>(api.edition)) + (api.no_std ? ", no_std" : "") +
          (api.proc_macro ? ", procedural macros" : "") + "\n");
  // Items by the module they stand in.
  std::map<std::string_view, std::vector<uint32_t>> modules;
  std::map<uint32_t, std::vector<uint32_t>> members;
  std::map<uint32_t, std::set<std::string>> traits;
  size_t hidden = 0;
  for (uint32_t i = 0; i < api.items.size(); ++i) {
    const ApiItem& item = api.items[i];
    if (item.hidden) {
      ++hidden;
      continue;
    }
    if (item.parent != kNoApiItem)
      members[item.parent].push_back(i);
    else if (item.kind == ApiKind::Module)
      modules[item.path];
    else
      modules[module_path(item.path)].push_back(i);
  }
  for (const ApiImpl& impl : api.impls)
    if (impl.item != kNoApiItem) traits[impl.item].insert((impl.negative ? "!" : "") + short_trait(impl.trait.text));
  std::map<uint32_t, std::vector<std::string_view>> aliases;
  for (const ApiAlias& alias : api.aliases)
    if (!alias.hidden) aliases[alias.item].push_back(alias.path);

  const auto put_item = [&](const ApiItem& item, size_t indent) {
    out.spaces(indent);
    out.put(visible(line_of(item)));
    const std::string marks = marks_of(item);
    if (!marks.empty()) out.put(Color::Gutter, "  [" + visible(marks) + "]");
    out.put("\n");
  };
  for (const auto& [module, items] : modules) {
    out.put("\n");
    out.put(Color::Bold, visible(module));
    if (api.may_hold_more(module)) out.put(Color::Warning, "  may hold more than could be seen");
    out.put("\n");
    for (const uint32_t i : items) {
      put_item(api.items[i], 2);
      if (const auto found = members.find(i); found != members.end()) {
        for (const uint32_t j : found->second) {
          put_item(api.items[j], 4);
          if (const auto inner = members.find(j); inner != members.end())
            for (const uint32_t k : inner->second) put_item(api.items[k], 6);
        }
      }
      if (const auto found = traits.find(i); found != traits.end()) {
        out.put("    impl ");
        bool first = true;
        for (const std::string& each : found->second) {
          out.put((first ? "" : ", ") + visible(each));
          first = false;
        }
        out.put("\n");
      }
      if (const auto found = aliases.find(i); found != aliases.end())
        for (const std::string_view path : found->second) out.put(Color::Gutter, "    also " + visible(path) + "\n");
    }
  }
  out.put("\n");
  size_t shown = 0;
  for (const ApiItem& item : api.items) shown += item.hidden ? 0 : 1;
  out.put(with_thousands(shown) + " items, " + with_thousands(api.impls.size()) + " impls of traits");
  if (hidden > 0) out.put(", " + with_thousands(hidden) + " hidden");
  out.put("\n");
  if (api.opaque_calls > 0)
    out.put(with_thousands(api.opaque_calls) + " macro calls that may make items could not be expanded\n");
  return text;
}

std::string render_api_json(const SemverSide& side) {
  std::string text;
  Json out(&text);
  const PublicApi& api = side.api;
  out.open('{');
  out.number("schema_version", 1);
  out.member("crate", api.name);
  out.member("package", side.package.name);
  out.member("version", side.package.version);
  out.number("edition", static_cast<uint64_t>(api.edition));
  out.boolean("no_std", api.no_std);
  out.line();
  out.key("items");
  out.open('[');
  for (const ApiItem& item : api.items) {
    out.line();
    out.open('{');
    out.member("path", item.path);
    out.member("kind", api_kind_name(item.kind));
    out.member("signature", line_of(item));
    if (item.parent != kNoApiItem) out.member("parent", api.items[item.parent].path);
    out.boolean("deprecated", (item.flags & kDefDeprecated) != 0);
    out.boolean("non_exhaustive", (item.flags & kDefNonExhaustive) != 0);
    out.boolean("must_use", (item.flags & kDefMustUse) != 0);
    out.boolean("unsafe", (item.flags & kDefUnsafe) != 0);
    out.boolean("hidden", item.hidden);
    out.boolean("has_default", (item.flags & kDefHasBody) != 0);
    if (item.private_fields > 0) out.number("private_fields", item.private_fields);
    if (item.kind == ApiKind::Trait && item.dyn_safe != Answer::Unknown)
      out.boolean("dyn_compatible", item.dyn_safe == Answer::Yes);
    out.optional("repr", item.repr);
    out.optional("cfg", item.cfg);
    out.optional("target", item.target);
    out.place("place", item.place);
    out.close('}');
  }
  out.close(']');
  out.line();
  out.key("impls");
  out.open('[');
  for (const ApiImpl& impl : api.impls) {
    out.line();
    out.open('{');
    out.member("trait", impl.trait.text);
    out.member("for", impl.self.text);
    if (impl.item != kNoApiItem) out.member("item", api.items[impl.item].path);
    out.boolean("negative", impl.negative);
    out.boolean("blanket", impl.blanket);
    out.boolean("modelled", impl.from_model);
    out.place("place", impl.place);
    out.close('}');
  }
  out.close(']');
  out.line();
  out.key("aliases");
  out.open('[');
  for (const ApiAlias& alias : api.aliases) {
    if (alias.hidden) continue;
    out.line();
    out.open('{');
    out.member("path", alias.path);
    out.member("item", api.items[alias.item].path);
    out.close('}');
  }
  out.close(']');
  out.line();
  out.key("unknown");
  out.open('[');
  for (const std::string& each : api.unknown) out.text(each);
  out.close(']');
  out.number("opaque_calls", api.opaque_calls);
  out.close('}');
  text += '\n';
  return text;
}

std::string render_api_diff_text(const SemverDiff& diff, const TextOptions& options) {
  std::string text;
  Styled out(&text, options.color);
  out.put(Color::Bold, diff.name + " " + diff.old_version + " to " + diff.new_version + "\n");
  struct Part {
    SemverLevel level;
    std::string_view title;
    Color color;
  };
  static constexpr Part kParts[] = {
      {SemverLevel::Major, "breaking: a major step", Color::Error},
      {SemverLevel::Possibly, "breaking for unusual uses: a minor step by cargo's rules", Color::Warning},
      {SemverLevel::Minor, "minor", Color::Advice}};
  for (const Part& part : kParts) {
    const size_t count = diff.count(part.level);
    if (count == 0) continue;
    out.put("\n");
    out.put(part.color, std::string(part.title) + " (" + with_thousands(count) + ")");
    out.put("\n");
    for (const SemverChange& each : diff.changes) {
      if (each.level != part.level) continue;
      out.put("  ");
      out.put(part.color, std::string(each.rule->id));
      out.put(each.verdict == Verdict::Likely ? " (likely) " : " ");
      out.put(visible(each.message) + "\n");
      put_place(out, "old", each.old_place, each.old_text);
      put_place(out, "new", each.new_place, each.new_text);
      if (!each.note.empty()) out.put(Color::Gutter, "    note: " + visible(each.note) + "\n");
    }
  }
  if (!diff.unknown.empty()) {
    out.put("\nnot compared\n");
    for (const std::string& each : diff.unknown) out.put("  " + visible(each) + "\n");
  }
  out.put("\n");
  const size_t major = diff.count(SemverLevel::Major);
  const size_t proven =
      static_cast<size_t>(std::count_if(diff.changes.begin(), diff.changes.end(), [](const SemverChange& each) {
        return each.level == SemverLevel::Major && each.verdict == Verdict::Proven;
      }));
  if (major == 0) {
    out.put("no breaking change was found");
  } else {
    out.put(with_thousands(major) + (major == 1 ? " breaking change" : " breaking changes") + ", " +
            with_thousands(proven) + " of them proven");
  }
  out.put("; " + with_thousands(diff.added) + " new item" + (diff.added == 1 ? "" : "s") + "\n");
  if (!diff.version_suffices()) {
    out.put(Color::Error, "The version must make a major step");
    out.put(": cargo gives " + diff.new_version + " to everyone who asks for " + diff.old_version + ".\n");
  }
  return text;
}

std::string render_api_diff_json(const SemverDiff& diff) {
  std::string text;
  Json out(&text);
  out.open('{');
  out.number("schema_version", 1);
  out.member("crate", diff.name);
  out.member("old_version", diff.old_version);
  out.member("new_version", diff.new_version);
  out.member("required", semver_level_name(diff.required()));
  out.boolean("sufficient", diff.version_suffices());
  out.line();
  out.key("changes");
  out.open('[');
  for (const SemverChange& each : diff.changes) {
    out.line();
    out.open('{');
    out.member("rule", each.rule->id);
    out.member("level", semver_level_name(each.level));
    out.member("verdict", verdict_name(each.verdict));
    out.member("path", each.path);
    out.member("message", each.message);
    out.optional("old", each.old_text);
    out.optional("new", each.new_text);
    out.optional("note", each.note);
    out.member("reference", each.rule->reference);
    out.place("old_place", each.old_place);
    out.place("new_place", each.new_place);
    out.close('}');
  }
  out.close(']');
  out.line();
  out.key("unknown");
  out.open('[');
  for (const std::string& each : diff.unknown) out.text(each);
  out.close(']');
  out.number("added", diff.added);
  out.close('}');
  text += '\n';
  return text;
}

}  // namespace rp
