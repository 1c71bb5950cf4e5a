// What a rule about a whole workspace sees: its manifests, its lock file, its crate graph, the reader's policy; and how
// it says something about a place in one of those files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crates/cargo_projects.h"
#include "crates/crate_graph.h"
#include "names/project.h"
#include "review/config.h"
#include "review/ecosystem/advisories.h"
#include "review/rule.h"

namespace rp {

// A file that findings may have places in.
struct DocumentTag;
using DocumentId = Id<DocumentTag>;

struct DocumentPlace {
  DocumentId document;
  manifest::Span span;
  std::string label;  // may be empty
};

// A change of a document. An edit of a file that is not below the folder under review takes all of the finding's edits
// away.
struct DocumentEdit {
  DocumentId document;
  TextEdit edit;
};

struct WorkspaceDiagnostic {
  DocumentPlace primary;
  std::string message;
  std::string help;  // what to do; may be empty
  Severity severity = Severity::Warning;
  std::vector<DocumentPlace> related;
  std::vector<DocumentEdit> edits;  // what would mend it, all of it or nothing; see Diagnostic::edits, toml_edits.h
  Applicability applicability = Applicability::Suggestion;
};

class WorkspaceContext {
 public:
  virtual ~WorkspaceContext() = default;
  [[nodiscard]] const CargoProject& project() const { return project_; }
  [[nodiscard]] const manifest::Workspace& workspace() const { return project_.workspace; }
  [[nodiscard]] const manifest::Manifest& manifest_of(const manifest::Package& package) const {
    return project_.workspace.manifests[package.manifest];
  }
  // Null when there is none, or it has errors.
  [[nodiscard]] const manifest::Lockfile* lockfile() const { return lockfile_; }
  // Null when there is none: what rules would ask of it is then unknown, and they are silent.
  [[nodiscard]] const CrateGraph* graph() const { return graph_; }
  // The crates of the graph with their names: definitions, imports, what paths stand for (names/project.h). Null as
  // graph() is.
  [[nodiscard]] const Project* names() const { return analysis_; }
  // The files under review, Rust and other; null when there are none.
  [[nodiscard]] const PackagedWorkspace* files() const { return files_; }
  [[nodiscard]] const ReviewConfig& config() const { return config_; }
  // One of the rule's own thresholds, or what rustpro.toml sets for it.
  [[nodiscard]] virtual int64_t threshold(std::string_view name) const = 0;
  // Null when no database was named.
  [[nodiscard]] const AdvisoryDatabase* advisories() const { return advisories_; }

  // Whether findings in a package's manifest would be shown: it lies in the folder under review.
  [[nodiscard]] virtual bool is_shown(const manifest::Package& package) const = 0;
  [[nodiscard]] virtual DocumentId manifest_document(uint32_t manifest) const = 0;
  [[nodiscard]] DocumentId document_of(const manifest::Package& package) const {
    return manifest_document(package.manifest);
  }
  [[nodiscard]] virtual DocumentId lock_document() const = 0;
  // A place outside the folder under review is not shown; a finding whose primary place is there is dropped.
  virtual void report(WorkspaceDiagnostic diagnostic) = 0;

 protected:
  WorkspaceContext(const CargoProject& project, const ReviewConfig& config, const AdvisoryDatabase* advisories)
      : project_(project), config_(config), advisories_(advisories) {}
  const CargoProject& project_;
  const manifest::Lockfile* lockfile_ = nullptr;
  const CrateGraph* graph_ = nullptr;
  const Project* analysis_ = nullptr;
  const PackagedWorkspace* files_ = nullptr;
  const ReviewConfig& config_;
  const AdvisoryDatabase* advisories_;
};

// Packages whose authors mean to publish them: nothing forbids it, and they say what crates.io asks for in part.
bool looks_published(const manifest::Package& package);

}  // namespace rp
