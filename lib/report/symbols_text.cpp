// The definitions of a crate. As JSON, one object:
//
//   schema_version  1. Members may be added without a new number; none is taken away or changes its meaning.
//   crate           its name
//   edition         a number
//   state           "read": from its sources; "interface": without bodies and places
//   definitions     [{"id", "parent"?: id, "kind", "name"?, "path", "visibility": "public" | "crate" | "module",
//                   "visible_in"?: id of a module, "flags": [string], "place"?, "name_place"?, "docs"?: {"start",
//                   "end"}, "from_macro"?: true}]; a parent stands before what lies in it. `place` is absent when no
//                   source is there; with "from_macro" it is the call of the macro.
//
// A place is {"path", "start", "end"}; its start and end are {"offset", "line", "column", "column_utf16"}, offset in
// bytes from 0, the others from 1, "column" in bytes.
#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "names/query.h"
#include "report/graph_view.h"
#include "report/json_writer.h"
#include "report/project_text.h"
#include "source/line_index.h"

namespace rp {
namespace {

struct FlagName {
  DefFlags flag;
  std::string_view name;
};
constexpr FlagName kFlags[] = {{kDefUnsafe, "unsafe"},
                               {kDefConst, "const"},
                               {kDefAsync, "async"},
                               {kDefHasBody, "has body"},
                               {kDefNegativeImpl, "negative impl"},
                               {kDefTraitImpl, "trait impl"},
                               {kDefTupleFields, "tuple fields"},
                               {kDefUnitFields, "unit fields"},
                               {kDefHasSelf, "has self"},
                               {kDefDeprecated, "deprecated"},
                               {kDefUnstable, "unstable"},
                               {kDefNonExhaustive, "non exhaustive"},
                               {kDefMustUse, "must use"},
                               {kDefDocHidden, "doc hidden"},
                               {kDefFromMacro, "from macro"},
                               {kDefUncertain, "uncertain"}};

class SymbolWriter {
 public:
  SymbolWriter(const Project& project, CrateIndex index, std::string_view root)
      : project_(project), index_(index), crate_(*project.analysis.crate(index)), root_(root), json_(&out_) {}

  std::string text() {
    struct Row {
      std::string path;
      uint32_t offset;
      uint32_t id;
    };
    std::vector<Row> rows;
    for (uint32_t i = 0; i < crate_.defs.size(); ++i) {
      const DefinitionPlaces places = definition_places(project_, {index_, DefId(i)});
      rows.push_back({path_of(places.name), places.name.span.start, i});
    }
    std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
      return std::tuple(a.path.empty(), std::string_view(a.path), a.offset, a.id) <
             std::tuple(b.path.empty(), std::string_view(b.path), b.offset, b.id);
    });
    for (const Row& row : rows) text_line(DefId(row.id));
    return std::move(out_);
  }

  std::string json() {
    json_.open('{');
    json_.line("  ");
    json_.member("schema_version", 1);
    json_.line("  ");
    json_.member("crate", crate_.name);
    json_.line("  ");
    json_.member("edition", static_cast<uint64_t>(crate_.edition));
    json_.line("  ");
    json_.member("state", crate_.from_facts ? "interface" : "read");
    json_.line("  ");
    json_.key("definitions");
    json_.open('[');
    for (uint32_t i = 0; i < crate_.defs.size(); ++i) {
      json_.line("    ");
      json_.open('{');
      definition(DefId(i));
      json_.close('}');
    }
    if (!crate_.defs.empty()) json_.end_line("  ");
    json_.close(']');
    json_.end_line("");
    json_.close('}');
    out_ += '\n';
    return std::move(out_);
  }

 private:
  std::string path_of(const FilePlace& place) const {
    return place.source && place.source.value < crate_.sources.size()
               ? path_from(root_, crate_.sources[place.source.value].path)
               : std::string();
  }

  LineColumn position(SourceId source, uint32_t offset) {
    const auto at = lines_.find(source.value);
    if (at != lines_.end()) return at->second.position(offset);
    return lines_.emplace(source.value, LineIndex(crate_.sources[source.value].source->text))
        .first->second.position(offset);
  }
  std::string short_place(SourceId source, uint32_t offset) {
    const LineColumn at = position(source, offset);
    return std::to_string(at.line) + ":" + std::to_string(at.column_bytes);
  }

  void text_line(DefId id) {
    const Def& def = crate_.def(id);
    const DefinitionPlaces places = definition_places(project_, {index_, id});
    if (places.name.source)
      out_ += path_of(places.name) + ":" + short_place(places.name.source, places.name.span.start) + ": ";
    if (def.visibility.is_public())
      out_ += "pub ";
    else if (def.visibility.module == 0)
      out_ += "pub(crate) ";
    if ((def.flags & kDefUncertain) != 0) out_ += "(uncertain) ";
    out_.append(definition_kind_name(def.kind)).append(" ").append(definition_path(project_, {index_, id}));
    if (places.in_macro) out_ += " (from a macro)";
    if (places.documentation.start < places.documentation.end)
      out_ += " (docs " + short_place(places.whole.source, places.documentation.start) + "-" +
              short_place(places.whole.source, places.documentation.end) + ")";
    out_ += '\n';
  }

  void offset(std::string_view name, SourceId source, uint32_t value) {
    const LineColumn at = position(source, value);
    json_.key(name);
    json_.open('{');
    json_.member("offset", value);
    json_.member("line", at.line);
    json_.member("column", at.column_bytes);
    json_.member("column_utf16", at.column_utf16);
    json_.close('}');
  }

  void place(std::string_view name, const FilePlace& at) {
    if (!at.source) return;
    json_.key(name);
    json_.open('{');
    json_.member("path", path_of(at));
    offset("start", at.source, at.span.start);
    offset("end", at.source, at.span.end);
    json_.close('}');
  }

  void definition(DefId id) {
    const Def& def = crate_.def(id);
    json_.member("id", id.value);
    if (def.parent) json_.member("parent", def.parent.value);
    json_.member("kind", definition_kind_name(def.kind));
    if (def.name) json_.member("name", crate_.text(def.name));
    json_.member("path", definition_path(project_, {index_, id}));
    json_.member("visibility", def.visibility.is_public() ? "public" : def.visibility.module == 0 ? "crate" : "module");
    if (!def.visibility.is_public() && def.visibility.module != 0) json_.member("visible_in", def.visibility.module);
    json_.key("flags");
    json_.open('[');
    for (const FlagName& flag : kFlags)
      if ((def.flags & flag.flag) != 0) json_.string(flag.name);
    json_.close(']');
    const DefinitionPlaces places = definition_places(project_, {index_, id});
    place("place", places.whole);
    place("name_place", places.name);
    if (places.documentation.start < places.documentation.end) {
      json_.key("docs");
      json_.open('{');
      offset("start", places.whole.source, places.documentation.start);
      offset("end", places.whole.source, places.documentation.end);
      json_.close('}');
    }
    if (places.in_macro) json_.member_bool("from_macro", true);
  }

  const Project& project_;
  CrateIndex index_;
  const CrateDefs& crate_;
  std::string_view root_;
  std::string out_;
  JsonWriter json_;
  std::unordered_map<uint32_t, LineIndex> lines_;
};

}  // namespace

std::string render_symbols(const Project& project, CrateIndex crate, SymbolFormat format, std::string_view root) {
  if (project.analysis.crate(crate) == nullptr) return {};
  SymbolWriter writer(project, crate, root);
  return format == SymbolFormat::Json ? writer.json() : writer.text();
}

}  // namespace rp
