#include "review/review.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "names/workspace_projects.h"
#include "review/baseline.h"
#include "review/config.h"
#include "review/excerpts.h"
#include "review/file_review.h"
#include "review/gaps.h"
#include "review/rule_levels.h"
#include "review/tree_queries.h"
#include "review/unsafe_tree.h"
#include "source/line_index.h"
#include "syntax/lexer.h"
#include "syntax/parser.h"

namespace rp {

extern const Rule kTraitError;

namespace {

// Of what the parser needs for each level of nesting, with room for what it calls at the deepest.
constexpr size_t kStackPerLevel = 1024;

struct FileState {
  std::unique_ptr<FileOutcome> outcome;  // null when the file was not read
  std::string unread;                    // why
  std::string not_rust;                  // why it was not reviewed, though it was read
  bool in_crate = false;                 // what modules around it allow is known
};

// What the modules around a file, in other files, say about it.
struct ModuleContext {
  LintSet allowed;
  bool in_test = false;
};

ModuleContext module_context(const CrateDefs& defs, SourceId source) {
  ModuleContext out;
  const auto read = [&](const Tree& tree, NodeId node) {
    for (NodeId child = tree.first_child(node); child; child = tree.next_sibling(child)) {
      if (tree.role(child) != Role::attribute) break;
      if (tree.kind(child) != NodeKind::Attr) continue;
      out.allowed |= allowed_lints(tree, child);
      out.in_test = out.in_test || marks_test(tree, child);
    }
  };
  SourceId at = source;
  for (DefId module = defs.sources[source.value].module; module && module.value != 0;
       module = defs.def(module).parent) {
    const Def& def = defs.def(module);
    if (!def.source || def.source == at || !def.node) continue;
    const Source* file = defs.sources[def.source.value].source.get();
    if (file == nullptr) continue;
    at = def.source;
    for (NodeId node = def.node; node; node = file->tree.parent(node)) read(file->tree, node);
  }
  return out;
}

// ---- One file ----

class Reviewer {
 public:
  Reviewer(const PackagedWorkspace& workspace, const WorkspaceProjects& projects, const RuleLevels& levels)
      : workspace_(workspace),
        projects_(projects),
        levels_(levels),
        reader_(workspace.sources()),
        subscriptions_(&levels),
        states_(workspace.files().size()) {
    for (const WorkspaceProject& each : projects.projects) shared_.push_back(share_sema(each.project.get()));
    if (levels.runs(rule_index(&kTraitError))) list_crates();
  }

  // Errors of types are found for a whole crate, which takes longer than any of its files: pieces of work of their own.
  // The few files that have some are reviewed again with them.
  struct CheckedCrate {
    uint32_t project = 0;
    CrateIndex crate = kNoCrate;
    std::vector<SourceId> with_errors;
  };
  [[nodiscard]] size_t crate_count() const { return crates_.size(); }
  void check_crate(size_t index) {
    CheckedCrate& at = crates_[index];
    at.with_errors = sources_with_type_errors(*shared_[at.project], at.crate);
  }
  [[nodiscard]] std::vector<size_t> files_with_type_errors() const {
    std::vector<size_t> out;
    for (size_t index = 0; index < states_.size(); ++index) {
      const FileInCrate* at = crate_of(index);
      if (at == nullptr) continue;
      for (const CheckedCrate& each : crates_)
        if (each.project == at->project && each.crate == at->crate &&
            std::binary_search(each.with_errors.begin(), each.with_errors.end(), at->source)) {
          out.push_back(index);
          break;
        }
    }
    return out;
  }

  void review(size_t index, std::string* storage, bool with_type_errors) {
    FileInput input{workspace_.files()[index].path, nullptr, workspace_.package_of(index).edition_guessed, {}};
    input.levels = &levels_;
    if (const std::vector<std::string>* lints = workspace_.package_of(index).allowed_lints)
      for (const std::string& lint : *lints) input.allowed |= lints_named(lint);
    input.sema.without_type_errors = !with_type_errors;
    const Tree* tree = place(index, &input);
    if (tree != nullptr) {
      review(input, *tree, index);
      return;
    }
    MemoryBudget budget(workspace_.options().memory_limit);
    if (!workspace_.package_of(index).edition_guessed) {
      for (size_t i = 0; i < projects_.projects.size() && input.sema.project == nullptr; ++i) {
        if (projects_.projects[i].made_up) continue;
        input.sema.project = projects_.projects[i].project.get();
        input.shared = shared_[i];
      }
    }
    const bool no_target = projects_.state_of(index) == rp::FileState::NoTarget;
    input.is_data = no_target && is_test_path(input.path);
    const std::optional<Tree> own = parse(index, &budget, storage);
    if (!own) return;
    // A template, or what tests expect to fail: no compiler will ever see it.
    if (no_target && !own->errors().empty()) {
      const SyntaxError& error = own->errors().front();
      const auto at = LineIndex(own->text()).position(error.start);
      states_[index].not_rust = "no target leads there, and it does not parse: line " + std::to_string(at.line) + ": " +
                                std::string(error.message);
      return;
    }
    review(input, *own, index);
  }

  [[nodiscard]] std::vector<FileState>& states() { return states_; }

 private:
  // Null when no crate has the file as a module.
  [[nodiscard]] const FileInCrate* crate_of(size_t index) const {
    const std::span<const FileInCrate> places = projects_.places_of(index);
    return places.empty() || places[0].included ? nullptr : &places[0];
  }

  void list_crates() {
    for (size_t index = 0; index < states_.size(); ++index) {
      const FileInCrate* at = crate_of(index);
      if (at == nullptr || projects_.projects[at->project].made_up) continue;
      const bool known = std::any_of(crates_.begin(), crates_.end(), [&](const CheckedCrate& each) {
        return each.project == at->project && each.crate == at->crate;
      });
      if (!known) crates_.push_back({at->project, at->crate, {}});
    }
    // The longest first.
    const auto size = [&](const CheckedCrate& each) {
      const CrateDefs* defs = projects_.projects[each.project].project->analysis.crate(each.crate);
      return defs != nullptr ? defs->defs.size() : 0;
    };
    std::stable_sort(crates_.begin(), crates_.end(),
                     [&](const CheckedCrate& a, const CheckedCrate& b) { return size(a) > size(b); });
  }

  // The tree that the file has in a crate, and what is known of it there; null when no crate has it as a module.
  const Tree* place(size_t index, FileInput* input) const {
    const FileInCrate* found = crate_of(index);
    if (found == nullptr) return nullptr;
    const FileInCrate& at = *found;
    const WorkspaceProject& project = projects_.projects[at.project];
    const CrateDefs* defs = project.project->analysis.crate(at.crate);
    if (defs == nullptr || defs->sources[at.source.value].source == nullptr) return nullptr;
    // An empty text stands for a file that could not be read, too: the reader says which it is.
    if (defs->sources[at.source.value].source->text.empty()) return nullptr;
    input->sema.project = project.project.get();
    input->sema.made_up = project.made_up;
    input->sema.crate = at.crate;
    input->sema.source = at.source;
    for (const FileInCrate& other : projects_.places_of(index).subspan(1)) {
      const CrateId crate = Project::crate_of(other.crate);
      if (other.project != at.project || other.included || !project.project->graph.crates[crate.value].test_cfg)
        continue;
      input->sema.other_crate = other.crate;
      input->sema.other_source = other.source;
      break;
    }
    input->shared = shared_[at.project];
    const ModuleContext around = module_context(*defs, at.source);
    input->allowed |= around.allowed;
    input->in_test = around.in_test;
    return &defs->sources[at.source.value].source->tree;
  }

  void review(FileInput& input, const Tree& tree, size_t index) {
    FileState& state = states_[index];
    input.tree = &tree;
    if (state.outcome) total_bytes_.fetch_sub(state.outcome->tree_bytes);  // it is reviewed again
    state.outcome = std::make_unique<FileOutcome>();
    review_file(input, subscriptions_, state.outcome.get());
    // The root of a crate that was made up may be a module whose parent says nothing of it.
    state.in_crate = input.sema.crate != kNoCrate && !(input.sema.made_up && input.sema.source == SourceId(0));
    // The sum over all files, and not what is held at one moment, so that the answer does not depend on threads.
    const uint64_t limit = workspace_.options().memory_limit;
    const uint64_t sum = total_bytes_.fetch_add(state.outcome->tree_bytes) + state.outcome->tree_bytes;
    if (limit != 0 && sum > limit) throw MemoryLimitExceeded();
  }

  std::optional<Tree> parse(size_t index, MemoryBudget* budget, std::string* storage) {
    const WorkspaceFile& file = workspace_.files()[index];
    FileState& state = states_[index];
    std::string_view text;
    const ReadOutcome read = reader_.read(file, storage, &text);
    if (!read) {
      state.unread = read.reason;
      return std::nullopt;
    }
    if (text.size() > kMaxTextBytes) {
      state.unread = "too large: " + std::to_string(text.size()) + " bytes";
      return std::nullopt;
    }
    if (const size_t invalid = find_invalid_utf8(text); invalid != std::string_view::npos) {
      static constexpr char kDigits[] = "0123456789abcdef";
      const auto byte = static_cast<unsigned char>(text[invalid]);
      state.unread = std::string("not UTF-8: byte 0x") + kDigits[byte >> 4] + kDigits[byte & 15] + " at offset " +
                     std::to_string(invalid);
      return std::nullopt;
    }
    const WorkspaceOptions& options = workspace_.options();
    return lex_and_parse(text, {.edition = workspace_.package_of(index).edition,
                                .nesting_limit = options.nesting_limit,
                                .error_limit = kReviewErrorLimit,
                                .budget = budget,
                                .cancellation = options.cancellation});
  }

  const PackagedWorkspace& workspace_;
  const WorkspaceProjects& projects_;
  const RuleLevels& levels_;
  const WorkspaceReader reader_;
  const Subscriptions subscriptions_;
  std::vector<std::shared_ptr<SemaShared>> shared_;  // by project
  std::vector<FileState> states_;
  std::vector<CheckedCrate> crates_;
  std::atomic<uint64_t> total_bytes_{0};
};

// ---- All files ----

// Whether an inner attribute at the top of a file that contains a module, `dir/mod.rs` or `dir.rs`, allows a lint for
// a file below it. Which module a file belongs to is not known yet: its place says it, as `#[path]` is rare.
class ModuleAllows {
 public:
  void add(std::string_view path, const LintSet& lints) {
    if (lints.none()) return;
    const std::string_view name = file_name(path);
    std::string folder(parent_path(path));
    const bool contains_folder = name == "mod.rs" || name == "lib.rs" || name == "main.rs" || name == "build.rs";
    if (!contains_folder) folder = join_path(folder, name.substr(0, name.size() - std::min<size_t>(3, name.size())));
    if (name != "build.rs") folders_[folder] |= lints;
  }
  [[nodiscard]] LintSet of(std::string_view path) const {
    LintSet lints;
    if (folders_.empty()) return lints;
    for (std::string folder(parent_path(path));; folder = std::string(parent_path(folder))) {
      if (const auto found = folders_.find(folder); found != folders_.end()) lints |= found->second;
      // A crate's sources do not lie above its `src`.
      if (folder.empty() || file_name(folder) == "src") return lints;
    }
  }

 private:
  std::unordered_map<std::string, LintSet> folders_;
};

// Joins results, which come in order of their files. Equal texts are kept once.
class Joiner {
 public:
  // `documents`: the files, in the joined result, of the DocumentOutcomes.
  Joiner(std::vector<uint32_t> documents, ReviewResult* out)
      : documents_(std::move(documents)), out_(*out), interner_(&out->texts) {}

  void add(const FileOutcome& outcome, const LintSet& allowed) {
    const ReviewResult& in = outcome.result;
    texts_ = &in.texts;
    file_ = static_cast<uint32_t>(out_.files.size());
    add_file(in);
    for (const Finding& finding : in.findings) add_finding(in, finding, allowed);
    for (UnsafeUse use : in.unsafe_uses) {
      use.name = text(use.name);
      use.place = place(use.place);
      out_.unsafe_uses.push_back(use);
    }
    for (MacroGap gap : in.macro_gaps) {
      gap.name = text(gap.name);
      gap.place = place(gap.place);
      out_.macro_gaps.push_back(gap);
    }
    for (FunctionSize size : in.longest_functions) {
      size.name = text(size.name);
      size.place = place(size.place);
      out_.longest_functions.push_back(size);
    }
    for (UntestedFunction function : in.untested) {
      function.name = text(function.name);
      function.place = place(function.place);
      out_.untested.push_back(function);
    }
    public_functions_.insert(public_functions_.end(), outcome.public_functions.begin(), outcome.public_functions.end());
    test_names_.insert(test_names_.end(), outcome.test_names.begin(), outcome.test_names.end());
    for (SourceLine line : in.lines) {
      line.file = file_;
      line.text = text(line.text);
      out_.lines.push_back(line);
    }
    add_metrics(in.metrics);
  }

  void add_document(const DocumentOutcome& outcome) {
    const ReviewResult& in = outcome.result;
    texts_ = &in.texts;
    file_ = static_cast<uint32_t>(out_.files.size());
    add_file(in);
    of_document_ = true;
    for (const Finding& finding : in.findings) add_finding(in, finding, {});
    of_document_ = false;
    for (SourceLine line : in.lines) {
      line.file = file_;
      line.text = text(line.text);
      out_.lines.push_back(line);
    }
  }

  void finish() {
    std::sort(out_.longest_functions.begin(), out_.longest_functions.end(),
              [](const FunctionSize& a, const FunctionSize& b) {
                return std::tie(b.lines, a.place.file, a.place.span.start) <
                       std::tie(a.lines, b.place.file, b.place.span.start);
              });
    std::sort(test_names_.begin(), test_names_.end());
    keep_untested(test_names_, public_functions_, &out_.untested);
    out_.metrics.untested_functions = out_.untested.size();
    if (out_.longest_functions.size() > kLongestFunctions) out_.longest_functions.resize(kLongestFunctions);
    out_.texts.shrink_to_fit();
  }

 private:
  void add_finding(const ReviewResult& in, Finding finding, const LintSet& allowed) {
    if (finding.lint != Lint::kCount && allowed[static_cast<size_t>(finding.lint)]) return;
    const uint32_t first_related = finding.first_related;
    const uint32_t first_note = finding.first_note;
    finding.message = text(finding.message);
    finding.primary = place(finding.primary);
    finding.first_related = static_cast<uint32_t>(out_.related.size());
    for (uint32_t i = 0; i < finding.related_count; ++i) {
      const Place& related = in.related[first_related + i];
      out_.related.push_back(place(related));
      if (of_document_) out_.related.back().file = documents_[related.file];
    }
    finding.first_note = static_cast<uint32_t>(out_.notes.size());
    for (uint32_t i = 0; i < finding.note_count; ++i) {
      const Note& note = in.notes[first_note + i];
      out_.notes.push_back({text(note.text), note.is_help});
    }
    const uint32_t first_edit = finding.first_edit;
    finding.first_edit = static_cast<uint32_t>(out_.edits.size());
    for (uint32_t i = 0; i < finding.edit_count; ++i) {
      const Edit& edit = in.edits[first_edit + i];
      out_.edits.push_back({place(edit.place), text(edit.replacement)});
      if (of_document_) out_.edits.back().place.file = documents_[edit.place.file];
    }
    out_.findings.push_back(finding);
  }

  void add_file(const ReviewResult& in) {
    FileEntry file = in.files[0];
    file.path = text(file.path);
    if (file.state != UINT32_MAX) {
      out_.states.push_back(in.states[file.state]);
      file.state = static_cast<uint32_t>(out_.states.size() - 1);
    }
    out_.files.push_back(file);
  }

  TextRef text(TextRef ref) { return interner_.add(texts_->view(ref)); }

  Place place(Place place) {
    place.file = file_;
    place.label = text(place.label);
    return place;
  }

  void add_metrics(const Metrics& in) {
    Metrics& out = out_.metrics;
    out.max_nesting = std::max(out.max_nesting, in.max_nesting);
    out.files += in.files;
    out.files_with_errors += in.files_with_errors;
    out.bytes += in.bytes;
    out.lines += in.lines;
    out.code_lines += in.code_lines;
    out.comment_lines += in.comment_lines;
    out.blank_lines += in.blank_lines;
    out.items += in.items;
    out.functions += in.functions;
    out.macro_calls += in.macro_calls;
    out.macro_definitions += in.macro_definitions;
    out.unsafe_unseen += in.unsafe_unseen;
    out.public_functions += in.public_functions;
  }

  const std::vector<uint32_t> documents_;
  ReviewResult& out_;
  TextInterner interner_;
  std::vector<PublicFunction> public_functions_;  // beside out_.untested
  std::vector<uint64_t> test_names_;
  const TextPool* texts_ = nullptr;
  uint32_t file_ = 0;
  bool of_document_ = false;
};

ReviewResult join(const PackagedWorkspace& workspace, std::vector<FileState>& states, WorkspaceOutcome& documents) {
  ReviewResult result;
  result.unread = workspace.unread();
  result.unread.insert(result.unread.end(), documents.unread.begin(), documents.unread.end());
  const std::vector<WorkspaceFile>& files = workspace.files();
  ModuleAllows allows;
  for (size_t i = 0; i < states.size(); ++i)
    if (states[i].outcome) allows.add(files[i].path, states[i].outcome->allowed);

  // All files in order of path, documents among them: the index of a document is what its places are given.
  struct Part {
    bool is_document;
    size_t index;
  };
  std::vector<Part> parts;
  std::vector<uint32_t> document_files;
  size_t document = 0;
  uint32_t read = 0;
  for (size_t i = 0; i <= states.size(); ++i) {
    while (document < documents.documents.size() &&
           (i == states.size() || documents.documents[document].path < files[i].path)) {
      document_files.push_back(read++);
      parts.push_back({true, document++});
    }
    if (i == states.size()) break;
    parts.push_back({false, i});
    if (states[i].outcome) ++read;
  }
  Joiner joiner(std::move(document_files), &result);
  for (const Part& part : parts) {
    if (part.is_document) {
      joiner.add_document(documents.documents[part.index]);
      documents.documents[part.index].result = {};
      continue;
    }
    FileState& state = states[part.index];
    const std::string& path = files[part.index].path;
    if (state.outcome) {
      joiner.add(*state.outcome, state.in_crate ? LintSet() : allows.of(path));
      result.hidden.suppressed += state.outcome->suppressed;
      result.hidden.generated += state.outcome->generated;
    } else if (state.not_rust.empty()) {
      result.unread.push_back({path, std::move(state.unread)});
    }
    state.outcome.reset();
  }
  result.hidden.suppressed += documents.suppressed;
  joiner.finish();
  std::sort(result.unread.begin(), result.unread.end(),
            [](const Unread& a, const Unread& b) { return std::tie(a.path, a.reason) < std::tie(b.path, b.reason); });
  result.metrics.files_unread = result.unread.size();
  return result;
}

}  // namespace

namespace {

// Giving back what was read takes as long as a tenth of the review: all threads do it.
void free_crates(WorkspaceProjects* projects, const WorkOptions& options) {
  std::vector<std::shared_ptr<const CrateDefs>> crates;
  std::vector<CrateNames> names;
  for (WorkspaceProject& each : projects->projects) {
    Project& project = *each.project;
    crates.insert(crates.end(), std::make_move_iterator(project.analysis.crates.begin()),
                  std::make_move_iterator(project.analysis.crates.end()));
    names.insert(names.end(), std::make_move_iterator(project.names.begin()),
                 std::make_move_iterator(project.names.end()));
    each.project.reset();
  }
  WorkOptions work;
  work.threads = options.threads;
  const auto free_one = [&](size_t index, uint32_t) {
    if (index < crates.size())
      crates[index].reset();
    else
      names[index - crates.size()] = CrateNames();
  };
  const auto always = [](size_t, size_t) { return true; };
  run_work(crates.size() + names.size(), work, free_one, always);
}

}  // namespace

ReviewResult review_workspace(const PackagedWorkspace& workspace,
                              FunctionRef<bool(size_t, size_t, const std::string&)> progress,
                              const ReviewOptions& review_options) {
  const std::vector<WorkspaceFile>& files = workspace.files();
  const WorkspaceOptions& options = workspace.options();
  const ReviewConfig config = find_review_config(workspace);
  const RuleLevels levels(config, review_options.choice);

  std::vector<Unread> unread;
  const std::vector<CargoProject> cargo = load_cargo_projects(workspace, &unread);
  MemoryBudget budget(options.memory_limit);
  ProjectOptions project_options;
  project_options.graph = review_options.graph;
  project_options.graph.test_cfg = true;
  project_options.std_sources = review_options.std_sources;
  project_options.cache_folder = review_options.cache_folder;
  project_options.sysroot = review_options.sysroot;
  project_options.survey = true;
  project_options.read_build_crates = review_options.whole_tree;
  project_options.analysis.budget = &budget;
  WorkspaceProjects projects = analyze_workspace(workspace, cargo, project_options);

  const WorkOptions work_options{options.threads, kStackPerLevel * (size_t{options.nesting_limit} + 256),
                                 options.cancellation};
  std::optional<Reviewer> owned_reviewer(std::in_place, workspace, projects, levels);
  Reviewer& reviewer = *owned_reviewer;
  UnsafeTree unsafe_tree(workspace, projects, review_options);
  // Beside the files: the errors of types of their crates, the documents, and the unsafe code of the whole tree, which
  // take long and come first.
  const size_t crates = reviewer.crate_count();
  const size_t before_files = crates + 2;
  std::vector<std::string> storage(worker_count(before_files + files.size(), work_options));
  WorkspaceOutcome documents;
  const auto work = [&](size_t index, uint32_t worker) {
    if (index < crates)
      reviewer.check_crate(index);
    else if (index == crates)
      documents = review_documents(workspace, cargo, projects, config, levels, review_options);
    else if (index == crates + 1)
      unsafe_tree.count();
    else
      reviewer.review(index - before_files, &storage[worker], false);
  };
  size_t done_files = 0;
  const auto finished = [&](size_t index, size_t) {
    return index < before_files || progress(++done_files, files.size(), files[index - before_files].path);
  };
  run_work(before_files + files.size(), work_options, work, finished);
  const std::vector<size_t> again = reviewer.files_with_type_errors();
  const auto review_again = [&](size_t index, uint32_t worker) {
    reviewer.review(again[index], &storage[worker], true);
  };
  const auto always = [](size_t, size_t) { return true; };
  run_work(again.size(), work_options, review_again, always);
  documents.unread.insert(documents.unread.end(), unread.begin(), unread.end());
  ReviewResult result = join(workspace, reviewer.states(), documents);
  std::vector<std::string> not_rust;
  for (auto& state : reviewer.states()) not_rust.push_back(std::move(state.not_rust));
  add_gaps(workspace, projects, not_rust, &result);
  unsafe_tree.add_to(&result);
  if (!review_options.baseline.empty()) apply_baseline(review_options.baseline, &result);
  owned_reviewer.reset();
  free_crates(&projects, work_options);
  return result;
}

}  // namespace rp
