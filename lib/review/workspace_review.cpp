#include "review/workspace_review.h"

#include <algorithm>
#include <memory>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "crates/source_reader.h"
#include "review/excerpts.h"
#include "review/suppressions.h"
#include "review/workspace_rule.h"

namespace rp {

extern const Rule kConfigRule;

namespace {

struct Document {
  std::string path;  // as it is shown; empty for one that is not
  std::string_view text;
};

struct RawPlace {
  DocumentId document;
  ByteSpan span;
  std::string label;
};

struct RawEdit {
  DocumentId document;
  TextEdit edit;
};

struct RawFinding {
  const Rule* rule;
  Severity severity;
  std::string message;
  std::string help;
  RawPlace primary;
  std::vector<RawPlace> related;
  std::vector<RawEdit> edits;
  Applicability applicability;
};

// The documents of all projects, each path once, and what was found in them.
class Findings {
 public:
  Findings(const Workspace& sources, const RuleLevels& levels) : root_(sources.root()), levels_(levels) {}

  // `text` must stay.
  DocumentId add(const std::string& path, std::string_view text) {
    const auto [at, added] = ids_.emplace(path, DocumentId(static_cast<uint32_t>(documents_.size())));
    if (added) documents_.push_back({shown_path(path, text), text});
    return at->second;
  }
  [[nodiscard]] bool is_shown(DocumentId id) const { return id.valid() && !documents_[id.value].path.empty(); }

  void report(const Rule& rule, WorkspaceDiagnostic diagnostic) {
    if (!is_shown(diagnostic.primary.document)) return;
    RawFinding finding{&rule,
                       diagnostic.severity,
                       relative_text(std::move(diagnostic.message)),
                       relative_text(std::move(diagnostic.help)),
                       place(diagnostic.primary),
                       {},
                       {},
                       diagnostic.applicability};
    for (const DocumentPlace& each : diagnostic.related)
      if (is_shown(each.document)) finding.related.push_back(place(each));
    for (DocumentEdit& each : diagnostic.edits) finding.edits.push_back({each.document, std::move(each.edit)});
    if (!std::all_of(finding.edits.begin(), finding.edits.end(), [&](const RawEdit& e) { return is_editable(e); }))
      finding.edits.clear();
    findings_.push_back(std::move(finding));
  }

  std::vector<DocumentOutcome> finish(uint64_t* suppressed);

 private:
  // Takes out what the configuration or a comment in the document silences, and says which comments have no effect.
  void apply_levels(uint64_t* suppressed);
  // Relative to the folder under review; empty for a file that is not below it, or is not UTF-8.
  [[nodiscard]] std::string shown_path(const std::string& path, std::string_view text) const {
    if (!is_below(path, root_) || !is_utf8(path) || !is_utf8(text)) return {};
    return path.substr(root_ == "/" ? 1 : root_.size() + 1);
  }
  // Paths below the folder under review are written relative to it, so that reports are the same everywhere.
  [[nodiscard]] std::string relative_text(std::string text) const {
    if (root_.empty() || root_ == "/") return text;
    const std::string prefix = root_ + "/";
    for (size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at))
      text.erase(at, prefix.size());
    return is_utf8(text) ? text : to_utf8(text);
  }
  [[nodiscard]] RawPlace place(const DocumentPlace& at) const {
    const auto size = static_cast<uint32_t>(documents_[at.document.value].text.size());
    const uint32_t begin = std::min(at.span.begin, size);
    return {at.document, {begin, std::clamp(at.span.end, begin, size)}, at.label};
  }
  [[nodiscard]] bool is_editable(const RawEdit& edit) const {
    return is_shown(edit.document) && edit.edit.span.start <= edit.edit.span.end &&
           edit.edit.span.end <= documents_[edit.document.value].text.size();
  }
  // The lines and columns of places, and their source lines.
  static void resolve(std::string_view text, const std::vector<Place*>& places, ReviewResult* result);

  const std::string& root_;
  const RuleLevels& levels_;
  std::unordered_map<std::string, DocumentId> ids_;
  std::vector<Document> documents_;
  std::vector<RawFinding> findings_;
};

void Findings::resolve(std::string_view text, const std::vector<Place*>& places, ReviewResult* result) {
  const LineIndex lines(text);
  ReviewResult scratch;
  for (const Place* place : places) scratch.related.push_back(*place);
  resolve_positions(lines, text, &scratch);
  keep_source_lines(lines, text, &scratch);
  for (size_t i = 0; i < places.size(); ++i) {
    places[i]->start = scratch.related[i].start;
    places[i]->end = scratch.related[i].end;
  }
  for (SourceLine line : scratch.lines) {
    line.text = result->texts.add(scratch.texts.view(line.text));
    result->lines.push_back(line);
  }
}

void Findings::apply_levels(uint64_t* suppressed) {
  std::vector<std::vector<Suppression>> comments(documents_.size());
  for (size_t i = 0; i < documents_.size(); ++i)
    if (!documents_[i].path.empty()) comments[i] = find_toml_suppressions(documents_[i].text);
  std::vector<RawFinding> kept;
  std::vector<Level> storage;
  const auto keep = [&](RawFinding finding) {
    const std::vector<Level>& levels = levels_.of(documents_[finding.primary.document.value].path, &storage);
    if (levels_.apply(levels, rule_index(finding.rule), &finding.severity)) kept.push_back(std::move(finding));
  };
  for (RawFinding& finding : findings_) {
    if (is_suppressed(comments[finding.primary.document.value], *finding.rule, finding.primary.span.start))
      ++*suppressed;
    else
      keep(std::move(finding));
  }
  for (uint32_t i = 0; i < documents_.size(); ++i) {
    for (const Suppression& each : comments[i]) {
      if (!each.problem.empty()) {
        keep({&kInvalidSuppression,
              kInvalidSuppression.severity,
              each.problem,
              each.help,
              {DocumentId(i), each.comment, {}},
              {},
              {},
              {}});
        continue;
      }
      for (size_t k = 0; k < each.names.size(); ++k) {
        if (each.used[k]) continue;
        keep({&kUnusedSuppression,
              kUnusedSuppression.severity,
              "nothing here that `" + std::string(each.names[k]) + "` would find",
              "take the comment away",
              {DocumentId(i), each.comment, {}},
              {},
              {},
              {}});
      }
    }
  }
  findings_ = std::move(kept);
}

std::vector<DocumentOutcome> Findings::finish(uint64_t* suppressed) {
  apply_levels(suppressed);
  const auto key = [](const RawFinding& f) {
    return std::tuple(f.primary.document.value, f.primary.span.start, f.primary.span.end, f.rule->id,
                      std::string_view(f.message));
  };
  std::stable_sort(findings_.begin(), findings_.end(),
                   [&](const RawFinding& a, const RawFinding& b) { return key(a) < key(b); });
  // Workspaces that share a manifest say the same of it.
  findings_.erase(std::unique(findings_.begin(), findings_.end(),
                              [&](const RawFinding& a, const RawFinding& b) { return key(a) == key(b); }),
                  findings_.end());

  // The documents that have places, in order of path.
  std::vector<bool> used(documents_.size());
  for (const RawFinding& finding : findings_) {
    used[finding.primary.document.value] = true;
    for (const RawPlace& place : finding.related) used[place.document.value] = true;
    for (const RawEdit& edit : finding.edits) used[edit.document.value] = true;
  }
  std::vector<uint32_t> order;
  for (uint32_t i = 0; i < documents_.size(); ++i)
    if (used[i]) order.push_back(i);
  std::sort(order.begin(), order.end(),
            [&](uint32_t a, uint32_t b) { return documents_[a].path < documents_[b].path; });
  std::vector<uint32_t> index(documents_.size());
  for (uint32_t i = 0; i < order.size(); ++i) index[order[i]] = i;

  std::vector<DocumentOutcome> outcomes(order.size());
  for (uint32_t i = 0; i < order.size(); ++i) {
    outcomes[i].path = documents_[order[i]].path;
    outcomes[i].result.files.push_back({outcomes[i].result.texts.add(outcomes[i].path), 0});
  }
  std::vector<bool> edited(order.size());
  for (const RawFinding& raw : findings_) {
    ReviewResult& result = outcomes[index[raw.primary.document.value]].result;
    Finding finding;
    finding.rule = raw.rule;
    finding.verdict = raw.rule->verdict;
    finding.severity = raw.severity;
    finding.message = result.texts.add(raw.message);
    finding.primary.span = raw.primary.span;
    finding.primary.label = result.texts.add(raw.primary.label);
    finding.first_related = static_cast<uint32_t>(result.related.size());
    finding.related_count = static_cast<uint32_t>(raw.related.size());
    for (const RawPlace& related : raw.related) {
      Place place;
      place.file = index[related.document.value];
      place.span = related.span;
      place.label = result.texts.add(related.label);
      result.related.push_back(place);
    }
    finding.first_edit = static_cast<uint32_t>(result.edits.size());
    finding.edit_count = static_cast<uint32_t>(raw.edits.size());
    finding.applicability = raw.applicability;
    for (const RawEdit& each : raw.edits) {
      Edit edit;
      edit.place.file = index[each.document.value];
      edit.place.span = each.edit.span;
      edit.replacement = result.texts.add(each.edit.replacement);
      result.edits.push_back(edit);
      edited[edit.place.file] = true;
    }
    finding.first_note = static_cast<uint32_t>(result.notes.size());
    if (!raw.rule->doubt.empty()) result.notes.push_back({result.texts.add(raw.rule->doubt), false});
    if (!raw.help.empty()) result.notes.push_back({result.texts.add(std::string(kHelpPrefix) + raw.help), true});
    finding.note_count = static_cast<uint32_t>(result.notes.size()) - finding.first_note;
    result.findings.push_back(finding);
  }
  // Places of one document stand in the results of several.
  std::vector<std::vector<Place*>> places(outcomes.size());
  for (uint32_t i = 0; i < outcomes.size(); ++i) {
    for (Finding& finding : outcomes[i].result.findings) places[i].push_back(&finding.primary);
    for (Place& place : outcomes[i].result.related) places[place.file].push_back(&place);
    for (Edit& edit : outcomes[i].result.edits) places[edit.place.file].push_back(&edit.place);
  }
  for (uint32_t i = 0; i < outcomes.size(); ++i) {
    if (!edited[i]) continue;
    outcomes[i].result.files[0].state = 0;
    outcomes[i].result.states.push_back(state_of(documents_[order[i]].text));
  }
  for (uint32_t i = 0; i < outcomes.size(); ++i) resolve(documents_[order[i]].text, places[i], &outcomes[i].result);
  return outcomes;
}

bool has_errors(const manifest::Lockfile& lock) {
  return std::any_of(lock.problems.begin(), lock.problems.end(),
                     [](const manifest::Problem& p) { return p.severity == manifest::Severity::Error; });
}

class ProjectContext final : public WorkspaceContext {
 public:
  ProjectContext(const CargoProject& project, const Project* analysis, const PackagedWorkspace& files,
                 const ReviewConfig& config, const RuleLevels& levels, const AdvisoryDatabase* advisories,
                 Findings* findings)
      : WorkspaceContext(project, config, advisories), levels_(levels), findings_(*findings) {
    analysis_ = analysis;
    files_ = &files;
    graph_ = analysis != nullptr ? &analysis->graph : nullptr;
    for (const manifest::Manifest& each : project.workspace.manifests)
      manifests_.push_back(findings_.add(each.path, each.document.text()));
    if (project.lockfile == nullptr) return;
    lock_ = findings_.add(project.lockfile->path, project.lockfile->document.text());
    if (!has_errors(*project.lockfile)) lockfile_ = project.lockfile.get();
  }

  [[nodiscard]] bool is_shown(const manifest::Package& package) const override {
    return findings_.is_shown(manifests_[package.manifest]);
  }
  [[nodiscard]] DocumentId manifest_document(uint32_t manifest) const override {
    return manifest < manifests_.size() ? manifests_[manifest] : DocumentId();
  }
  [[nodiscard]] DocumentId lock_document() const override { return lock_; }
  void report(WorkspaceDiagnostic diagnostic) override { findings_.report(*rule_, std::move(diagnostic)); }

  void run() {
    for (size_t i = 0; i < rule_count(); ++i) {
      const Rule& rule = rule_at(i);
      if (rule.check_workspace == nullptr || !levels_.runs(i)) continue;
      rule_ = &rule;
      rule.check_workspace(*this);
    }
  }
  [[nodiscard]] int64_t threshold(std::string_view name) const override {
    if (const std::optional<int64_t> set = levels_.threshold(*rule_, name)) return *set;
    for (const Threshold& each : rule_->thresholds)
      if (each.name == name) return each.value;
    return 0;
  }

 private:
  const RuleLevels& levels_;
  Findings& findings_;
  std::vector<DocumentId> manifests_;
  DocumentId lock_;
  const Rule* rule_ = nullptr;
};

void report_config_problems(const ReviewConfig& config, Findings* findings) {
  if (config.path.empty()) return;
  const DocumentId document = findings->add(config.path, config.document->text());
  for (const manifest::Problem& problem : config.problems)
    findings->report(kConfigRule,
                     {.primary = {document, problem.span, {}},
                      .message = std::string(problem.message),
                      .help = problem.accepts.empty() ? std::string() : "write " + std::string(problem.accepts),
                      .severity = kConfigRule.severity});
}

}  // namespace

bool looks_published(const manifest::Package& package) {
  return package.may_publish && !package.publish_limited && package.has_version &&
         (package.license || package.license_file) && package.description;
}

ReviewConfig find_review_config(const PackagedWorkspace& workspace) {
  WorkspaceManifestReader reader(workspace.sources());
  const std::string& root = workspace.sources().root();
  std::string folder = root.empty() ? "/" : root;
  for (;;) {
    const std::string path = manifest::join_path(folder, kReviewConfigName);
    std::string text;
    if (reader.kind(path) == manifest::PathKind::File && reader.read(path, &text)) {
      ReviewConfig config = read_review_config(std::move(text), path);
      const std::string inside = manifest::relative_path(folder, root.empty() ? "/" : root);
      if (!inside.empty() && inside != ".") config.path_prefix = inside + "/";
      return config;
    }
    if (folder == "/" || folder == workspace.sources().top()) return {};
    folder = manifest::path_parent(folder);
  }
}

WorkspaceOutcome review_documents(const PackagedWorkspace& workspace, std::span<const CargoProject> cargo,
                                  const WorkspaceProjects& projects, const ReviewConfig& config,
                                  const RuleLevels& levels, const ReviewOptions& options) {
  WorkspaceOutcome outcome;
  AdvisoryDatabase advisories;
  if (!options.advisory_db.empty()) {
    advisories = AdvisoryDatabase::open(options.advisory_db, workspace.options().cancellation);
    outcome.unread = advisories.problems();
  }
  Findings findings(workspace.sources(), levels);
  report_config_problems(config, &findings);
  for (size_t i = 0; i < cargo.size(); ++i) {
    Cancellation::poll(workspace.options().cancellation);
    const Project* project = i < projects.projects.size() ? projects.projects[i].project.get() : nullptr;
    ProjectContext(cargo[i], project, workspace, config, levels, options.advisory_db.empty() ? nullptr : &advisories,
                   &findings)
        .run();
  }
  outcome.documents = findings.finish(&outcome.suppressed);
  return outcome;
}

}  // namespace rp
