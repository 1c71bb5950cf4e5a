// The functions of rustpro/project.h about definitions, questions and expansions.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "abi/abi.h"
#include "abi/project_handle.h"
#include "report/project_text.h"

using namespace rp::abi;

struct rp_references {
  struct Reference {
    rp_reference_kind kind = RP_REFERENCE_USE;
    ProjectPlace place;
  };
  const rp_project* project = nullptr;
  rp_answer answer = RP_ANSWER_NO_FILE;
  std::vector<Reference> references;
};

struct rp_expansion {
  struct Token {
    rp_span span = {0, 0};
    ProjectPlace written;
    ProjectPlace definition;
    bool made_up = false;
  };
  const rp_project* project = nullptr;
  rp_expansion_state state = RP_EXPANSION_OPAQUE;
  rp_macro_use_kind kind = RP_MACRO_USE_CALL;
  rp_definition macro = {nullptr, 0, 0};
  ProjectPlace call;
  std::string reason;
  std::string text;
  std::vector<Token> tokens;
};

namespace {

static_assert(RP_DEFINITION_ANONYMOUS_CONST == static_cast<int>(rp::DefKind::AnonymousConst) + 1);
static_assert(RP_DEFINITION_FIELD == static_cast<int>(rp::DefKind::Field) + 1);
static_assert(RP_DEFINITION_UNCERTAIN == rp::kDefUncertain && RP_DEFINITION_UNSAFE == rp::kDefUnsafe);
static_assert(RP_DEFINITION_DEPRECATED == rp::kDefDeprecated && RP_DEFINITION_FROM_MACRO == rp::kDefFromMacro);
static_assert(RP_MACRO_USE_ATTRIBUTE == static_cast<int>(rp::InvocationKind::Attribute) + 1);

constexpr rp_definition kNoDefinition = {nullptr, 0, 0};

// A definition of the interface as one of the library; `def` null when it is none.
struct DefinitionAt {
  const rp_project::Part* part = nullptr;
  rp::DefRef ref;
  const rp::CrateDefs* crate = nullptr;
  const rp::Def* def = nullptr;
};

DefinitionAt definition_of(rp_definition definition) {
  DefinitionAt out;
  if (definition.project == nullptr) return out;
  const rp_project::Crate crate = definition.project->crate_at(definition.crate);
  if (crate.part == nullptr || crate.defs() == nullptr || definition.id >= crate.defs()->defs.size()) return out;
  out.part = crate.part;
  out.ref = {crate.index, rp::DefId(definition.id)};
  out.crate = crate.defs();
  out.def = &out.crate->defs[definition.id];
  return out;
}

rp_status no_definition(rp_error** error) {
  return fail(error, RP_ERROR_NULL_ARGUMENT, "`definition` is null, or not of its project");
}

rp_answer answer_of(rp::DefinitionAnswer answer) {
  switch (answer) {
    case rp::DefinitionAnswer::NotAName:
      return RP_ANSWER_NOT_A_NAME;
    case rp::DefinitionAnswer::Found:
      return RP_ANSWER_FOUND;
    case rp::DefinitionAnswer::Local:
      return RP_ANSWER_LOCAL;
    case rp::DefinitionAnswer::Unknown:
      return RP_ANSWER_UNKNOWN;
    case rp::DefinitionAnswer::Unresolved:
      return RP_ANSWER_UNRESOLVED;
    case rp::DefinitionAnswer::NoFile:
      return RP_ANSWER_NO_FILE;
    case rp::DefinitionAnswer::BuiltIn:
      return RP_ANSWER_BUILT_IN;
  }
  return RP_ANSWER_UNKNOWN;
}

// The crate that says most of a place answers, of equal ones the first.
struct Answered {
  const rp_project::Part* part = nullptr;
  rp::DefinitionResult result;
};

Answered ask(const rp_project& project, std::string_view path, uint32_t offset) {
  // In this order an answer says more.
  constexpr rp::DefinitionAnswer kOrder[] = {rp::DefinitionAnswer::NoFile, rp::DefinitionAnswer::NotAName,
                                             rp::DefinitionAnswer::Unknown, rp::DefinitionAnswer::Unresolved};
  const auto weight = [&](rp::DefinitionAnswer answer) {
    return std::find(std::begin(kOrder), std::end(kOrder), answer);
  };
  Answered best;
  best.result.answer = rp::DefinitionAnswer::NoFile;
  for (const rp::FileInCrate& place : project.places_of(path)) {
    const rp_project::Part& part = project.parts[place.project];
    rp::DefinitionResult result = rp::definition_at(*part.project, place.crate, place.source, offset);
    if (best.part != nullptr && weight(result.answer) <= weight(best.result.answer)) continue;
    best = {&part, result};
    if (weight(result.answer) == std::end(kOrder)) break;
  }
  return best;
}

void add_references(const rp_project& project, const rp_project::Part& part, const std::vector<rp::FilePlace>& places,
                    rp_reference_kind kind, ProjectPlace own, rp_references* out) {
  for (const rp::FilePlace& place : places) {
    const ProjectPlace at = project.place_of(part, place);
    const bool is_own = at.file == own.file && at.span.start == own.span.start && at.span.end == own.span.end;
    out->references.push_back({is_own ? RP_REFERENCE_DEFINITION : kind, at});
  }
}

// The same definition as another of cargo's workspaces has it: a path dependency is a workspace of its own.
void collect_references(const rp_project& project, const rp_project::Part& part, rp::DefRef def, rp_references* out) {
  out->answer = RP_ANSWER_FOUND;
  const rp::DefinitionPlaces places = rp::definition_places(*part.project, def);
  const ProjectPlace own = places.in_macro ? ProjectPlace() : project.place_of(part, places.name);
  const std::string path = rp::definition_path(*part.project, def);
  std::vector<std::pair<const rp_project::Part*, rp::DefRef>> all = {{&part, def}};
  for (const rp_project::Part& other : project.parts) {
    if (&other == &part) continue;
    const rp::DefRef same = rp::find_definition(*other.project, path);
    if (!same) continue;
    const ProjectPlace there = project.place_of(other, rp::definition_places(*other.project, same).name);
    if (there.file == own.file && there.span.start == own.span.start) all.emplace_back(&other, same);
  }
  for (const auto& [in, same] : all)
    add_references(project, *in, rp::references_to(*in->project, same), RP_REFERENCE_USE, own, out);
  for (const auto& [in, same] : all)
    add_references(project, *in, rp::possible_references_to(*in->project, same), RP_REFERENCE_POSSIBLE, own, out);
  if (all.size() == 1) return;
  const auto key = [&](const rp_references::Reference& r) {
    const bool known = r.place.file < project.files.size();
    return std::tuple(r.kind == RP_REFERENCE_POSSIBLE,
                      known ? std::string_view(project.files[r.place.file].shown) : std::string_view(),
                      r.place.span.start, r.place.span.end);
  };
  std::stable_sort(out->references.begin(), out->references.end(),
                   [&](const auto& a, const auto& b) { return key(a) < key(b); });
  out->references.erase(std::unique(out->references.begin(), out->references.end(),
                                    [&](const auto& a, const auto& b) { return key(a) == key(b); }),
                        out->references.end());
}

rp_expansion_state state_of(rp::ExpansionState state) {
  switch (state) {
    case rp::ExpansionState::Expanded:
      return RP_EXPANSION_EXPANDED;
    case rp::ExpansionState::Modelled:
      return RP_EXPANSION_MODELLED;
    case rp::ExpansionState::Unresolved:
      return RP_EXPANSION_UNRESOLVED;
    case rp::ExpansionState::Failed:
      return RP_EXPANSION_FAILED;
    default:
      return RP_EXPANSION_OPAQUE;
  }
}

std::unique_ptr<rp_expansion> expand(const rp_project& project, const rp_project::Part& part, rp::ExpansionRef ref,
                                     bool recursive) {
  const rp::CrateDefs& crate = *part.project->analysis.crate(ref.crate);
  const rp::Expansion& e = crate.expansions[ref.expansion.value];
  auto out = std::make_unique<rp_expansion>();
  out->project = &project;
  out->state = state_of(e.state);
  out->kind = static_cast<rp_macro_use_kind>(static_cast<int>(e.invocation) + 1);
  out->macro = project.public_definition(part, e.macro);
  const rp::Tree& tree = crate.sources[e.call_source.value].source->tree;
  rp::ByteSpan span = tree.span(e.call);
  if (e.call_slot != 0) span = {tree.token_start(e.call_slot), tree.token_end(e.call_slot)};
  const rp::WrittenPlace written = rp::written_place(crate, e.call_source, span);
  out->call = project.place_of(part, {ref.crate, written.source, written.span});
  if (!e.output) {
    out->reason = rp::to_utf8(e.error.message);
    if (out->reason.empty() && out->state == RP_EXPANSION_OPAQUE) out->reason = "what it becomes is not known";
    return out;
  }
  rp::ExpandedText text = rp::print_expansion(*part.project, ref.crate, ref.expansion, recursive);
  out->text = std::move(text.text);
  out->tokens.reserve(text.tokens.size());
  for (const rp::ExpandedToken& token : text.tokens) {
    rp_expansion::Token public_token;
    public_token.span = {token.start, token.end};
    public_token.written = project.place_of(part, {ref.crate, token.source, token.written});
    public_token.made_up = token.made_up;
    if (token.definition_source)
      public_token.definition =
          project.place_of(part, {token.definition_crate == rp::kNoCrate ? ref.crate : token.definition_crate,
                                  token.definition_source, token.definition});
    out->tokens.push_back(public_token);
  }
  return out;
}

}  // namespace

// ---- Definitions ------------------------------------------------------------------------------------------------

RP_TAKES_ENUM rp_string rp_definition_kind_name(rp_definition_kind kind) {
  const uint32_t number = enum_value(&kind);
  if (number == 0 || number > RP_DEFINITION_ANONYMOUS_CONST) return kEmptyString;
  return to_public(rp::definition_kind_name(static_cast<rp::DefKind>(number - 1)));
}

int rp_definition_is_null(rp_definition definition) { return definition.project == nullptr ? 1 : 0; }

int rp_definition_equal(rp_definition a, rp_definition b) {
  if (a.project == nullptr || b.project == nullptr) return a.project == b.project ? 1 : 0;
  return a.project == b.project && a.crate == b.crate && a.id == b.id ? 1 : 0;
}

rp_definition rp_project_crate_definition(const rp_project* project, size_t crate, size_t index) {
  if (project == nullptr) return kNoDefinition;
  const rp_project::Crate at = project->crate_at(crate);
  if (at.part == nullptr || at.defs() == nullptr || index >= at.defs()->defs.size()) return kNoDefinition;
  return {project, static_cast<uint32_t>(crate), static_cast<uint32_t>(index)};
}

rp_status rp_definition_get_info(rp_definition definition, rp_definition_info* out_info, rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_info == nullptr) return null_argument(error, "out_info");
    rp_definition_info info = RP_DEFINITION_INFO_INIT;
    const DefinitionAt at = definition_of(definition);
    if (at.def == nullptr) {
      info.kind = rp_definition_kind{};
      info.visibility = rp_visibility{};
      const rp_status s = write_struct(error, "rp_definition_info", info, kDefinitionInfoFirstSize, out_info);
      return s != RP_OK ? s : no_definition(error);
    }
    const rp_project& project = *definition.project;
    const rp::Def& def = *at.def;
    info.kind = static_cast<rp_definition_kind>(static_cast<int>(def.kind) + 1);
    info.flags = def.flags;
    if (def.visibility.is_public())
      info.visibility = RP_VISIBILITY_PUBLIC;
    else if (def.visibility.module == 0)
      info.visibility = RP_VISIBILITY_CRATE;
    else
      info.visibility = RP_VISIBILITY_MODULE;
    if (info.visibility == RP_VISIBILITY_MODULE)
      info.visible_in = project.public_definition(*at.part, {at.ref.crate, rp::DefId(def.visibility.module)});
    info.name = to_public(at.crate->text(def.name));
    if (def.parent) info.parent = project.public_definition(*at.part, {at.ref.crate, def.parent});
    info.child_count = def.child_count;
    const rp::DefinitionPlaces places = rp::definition_places(*at.part->project, at.ref);
    info.place = project.public_place(project.place_of(*at.part, places.whole));
    info.name_place = project.public_place(project.place_of(*at.part, places.name));
    info.docs = {places.documentation.start, places.documentation.end};
    return write_struct(error, "rp_definition_info", info, kDefinitionInfoFirstSize, out_info);
  });
}

rp_definition rp_definition_child(rp_definition definition, size_t index) {
  const DefinitionAt at = definition_of(definition);
  if (at.def == nullptr || index >= at.def->child_count) return kNoDefinition;
  return {definition.project, definition.crate, at.crate->children(at.ref.def)[index].value};
}

rp_status rp_definition_path(rp_definition definition, rp_buffer** out_buffer, rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_buffer == nullptr) return null_argument(error, "out_buffer");
    *out_buffer = nullptr;
    const DefinitionAt at = definition_of(definition);
    if (at.def == nullptr) return no_definition(error);
    auto buffer = std::make_unique<rp_buffer>();
    buffer->text = rp::definition_path(*at.part->project, at.ref);
    *out_buffer = buffer.release();
    return RP_OK;
  });
}

rp_status rp_project_find(const rp_project* project, const char* path, size_t length, rp_definition* out_definition,
                          rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_definition == nullptr) return null_argument(error, "out_definition");
    *out_definition = kNoDefinition;
    if (project == nullptr) return null_argument(error, "project");
    if (const rp_status s = check_text(error, "path", path, length); s != RP_OK) return s;
    for (const rp_project::Part& part : project->parts) {
      const rp::DefRef def = rp::find_definition(*part.project, as_view(path, length));
      if (!def) continue;
      *out_definition = project->public_definition(part, def);
      return RP_OK;
    }
    return fail(error, RP_ERROR_NOT_FOUND, "nothing is known by the path `" + std::string(as_view(path, length)) + "`");
  });
}

// ---- Questions --------------------------------------------------------------------------------------------------

RP_TAKES_ENUM rp_string rp_answer_name(rp_answer answer) {
  static constexpr std::string_view kNames[] = {"found",   "local",      "built in", "not a name",
                                                "unknown", "unresolved", "no file"};
  const uint32_t number = enum_value(&answer);
  return number == 0 || number > std::size(kNames) ? kEmptyString : to_public(kNames[number - 1]);
}

rp_status rp_project_definition_at(const rp_project* project, const char* path, size_t length, uint32_t offset,
                                   rp_lookup* out_lookup, rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_lookup == nullptr) return null_argument(error, "out_lookup");
    rp_lookup lookup = RP_LOOKUP_INIT;
    lookup.answer = rp_answer{};
    // The struct is checked first and left without an answer when anything else is wrong.
    if (const rp_status s = write_struct(error, "rp_lookup", lookup, kLookupFirstSize, out_lookup); s != RP_OK)
      return s;
    if (project == nullptr) return null_argument(error, "project");
    if (const rp_status s = check_text(error, "path", path, length); s != RP_OK) return s;
    const Answered answered = ask(*project, as_view(path, length), offset);
    lookup.answer = answer_of(answered.result.answer);
    if (answered.part != nullptr) {
      if (lookup.answer == RP_ANSWER_FOUND)
        lookup.definition = project->public_definition(*answered.part, answered.result.def);
      lookup.use = project->public_place(project->place_of(*answered.part, answered.result.use));
      lookup.declaration = project->public_place(project->place_of(*answered.part, answered.result.place));
    }
    return write_struct(error, "rp_lookup", lookup, kLookupFirstSize, out_lookup);
  });
}

rp_status rp_definition_references(rp_definition definition, rp_references** out_references, rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_references == nullptr) return null_argument(error, "out_references");
    *out_references = nullptr;
    const DefinitionAt at = definition_of(definition);
    if (at.def == nullptr) return no_definition(error);
    auto references = std::make_unique<rp_references>();
    references->project = definition.project;
    collect_references(*definition.project, *at.part, at.ref, references.get());
    *out_references = references.release();
    return RP_OK;
  });
}

rp_status rp_project_references_at(const rp_project* project, const char* path, size_t length, uint32_t offset,
                                   rp_references** out_references, rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_references == nullptr) return null_argument(error, "out_references");
    *out_references = nullptr;
    if (project == nullptr) return null_argument(error, "project");
    if (const rp_status s = check_text(error, "path", path, length); s != RP_OK) return s;
    const Answered answered = ask(*project, as_view(path, length), offset);
    auto references = std::make_unique<rp_references>();
    references->project = project;
    references->answer = answer_of(answered.result.answer);
    if (references->answer == RP_ANSWER_FOUND) {
      collect_references(*project, *answered.part, answered.result.def, references.get());
    } else if (references->answer == RP_ANSWER_LOCAL) {
      add_references(*project, *answered.part, rp::references_to_local(*answered.part->project, answered.result.place),
                     RP_REFERENCE_USE, project->place_of(*answered.part, answered.result.place), references.get());
    }
    *out_references = references.release();
    return RP_OK;
  });
}

rp_answer rp_references_answer(const rp_references* references) {
  return references == nullptr ? rp_answer{} : references->answer;
}

size_t rp_references_count(const rp_references* references) {
  return references == nullptr ? 0 : references->references.size();
}

rp_reference rp_references_get(const rp_references* references, size_t index) {
  if (references == nullptr || index >= references->references.size())
    return {rp_reference_kind{}, {kEmptyString, {0, 0}, {0, 0, 0}, {0, 0, 0}, kEmptyString}};
  const rp_references::Reference& reference = references->references[index];
  return {reference.kind, references->project->public_place(reference.place)};
}

void rp_references_free(rp_references* references) { delete references; }

// ---- Expansions -------------------------------------------------------------------------------------------------

rp_status rp_project_expansion_at(const rp_project* project, const char* path, size_t length, uint32_t offset,
                                  int recursive, rp_expansion** out_expansion, rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_expansion == nullptr) return null_argument(error, "out_expansion");
    *out_expansion = nullptr;
    if (project == nullptr) return null_argument(error, "project");
    if (const rp_status s = check_text(error, "path", path, length); s != RP_OK) return s;
    const std::vector<rp::FileInCrate> places = project->places_of(as_view(path, length));
    for (const rp::FileInCrate& place : places) {
      const rp_project::Part& part = project->parts[place.project];
      const rp::ExpansionRef found = rp::expansion_at(*part.project, place.crate, place.source, offset);
      if (!found.expansion) continue;
      *out_expansion = expand(*project, part, found, recursive != 0).release();
      return RP_OK;
    }
    return fail(error, RP_ERROR_NOT_FOUND,
                places.empty() ? "no crate that is looked at has that file" : "no macro is called at that place");
  });
}

rp_status rp_expansion_get_info(const rp_expansion* expansion, rp_expansion_info* out_info, rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_info == nullptr) return null_argument(error, "out_info");
    rp_expansion_info info = RP_EXPANSION_INFO_INIT;
    if (expansion == nullptr) {
      info.state = rp_expansion_state{};
      info.kind = rp_macro_use_kind{};
      const rp_status s = write_struct(error, "rp_expansion_info", info, kExpansionInfoFirstSize, out_info);
      return s != RP_OK ? s : null_argument(error, "expansion");
    }
    info.state = expansion->state;
    info.kind = expansion->kind;
    info.macro = expansion->macro;
    info.call = expansion->project->public_place(expansion->call);
    info.reason = to_public(std::string_view(expansion->reason));
    info.text = to_public(std::string_view(expansion->text));
    info.token_count = expansion->tokens.size();
    return write_struct(error, "rp_expansion_info", info, kExpansionInfoFirstSize, out_info);
  });
}

rp_expansion_token rp_expansion_get_token(const rp_expansion* expansion, size_t index) {
  constexpr rp_place kNoPlace = {kEmptyString, {0, 0}, {0, 0, 0}, {0, 0, 0}, kEmptyString};
  if (expansion == nullptr || index >= expansion->tokens.size()) return {{0, 0}, kNoPlace, 0, kNoPlace};
  const rp_expansion::Token& token = expansion->tokens[index];
  return {token.span, expansion->project->public_place(token.written), token.made_up ? 1 : 0,
          expansion->project->public_place(token.definition)};
}

void rp_expansion_free(rp_expansion* expansion) { delete expansion; }
