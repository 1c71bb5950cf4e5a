#include "review/review.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "review/config.h"
#include "review/excerpts.h"
#include "review/file_review.h"
#include "syntax/lexer.h"
#include "syntax/parser.h"

namespace rp {
namespace {

// Of what the parser needs for each level of nesting, with room for what it calls at the deepest.
constexpr size_t kStackPerLevel = 1024;

struct FileState {
  std::unique_ptr<FileOutcome> outcome;  // null when the file was not read
  std::string unread;                    // why
};

// ---- One file ----

class Reviewer {
 public:
  explicit Reviewer(const PackagedWorkspace& workspace)
      : workspace_(workspace), reader_(workspace.sources()), states_(workspace.files().size()) {}

  void review(size_t index, std::string* storage) {
    const WorkspaceFile& file = workspace_.files()[index];
    FileState& state = states_[index];
    std::string_view text;
    const ReadOutcome read = reader_.read(file, storage, &text);
    if (!read) {
      state.unread = read.reason;
      return;
    }
    if (text.size() > kMaxTextBytes) {
      state.unread = "too large: " + std::to_string(text.size()) + " bytes";
      return;
    }
    if (const size_t invalid = find_invalid_utf8(text); invalid != std::string_view::npos) {
      static constexpr char kDigits[] = "0123456789abcdef";
      const auto byte = static_cast<unsigned char>(text[invalid]);
      state.unread = std::string("not UTF-8: byte 0x") + kDigits[byte >> 4] + kDigits[byte & 15] + " at offset " +
                     std::to_string(invalid);
      return;
    }
    const WorkspaceOptions& options = workspace_.options();
    MemoryBudget budget(options.memory_limit);
    const FilePackage& package = workspace_.package_of(index);
    const Tree tree = lex_and_parse(text, {.edition = package.edition,
                                           .nesting_limit = options.nesting_limit,
                                           .error_limit = kReviewErrorLimit,
                                           .budget = &budget,
                                           .cancellation = options.cancellation});
    state.outcome = std::make_unique<FileOutcome>();
    LintSet allowed;
    if (package.allowed_lints != nullptr)
      for (const std::string& lint : *package.allowed_lints) allowed |= lints_named(lint);
    review_file({file.path, &tree, package.edition_guessed, allowed}, subscriptions_, state.outcome.get());
    // The sum over all files, and not what is held at one moment, so that the answer does not depend on threads.
    const uint64_t sum = total_bytes_.fetch_add(state.outcome->tree_bytes) + state.outcome->tree_bytes;
    if (options.memory_limit != 0 && sum > options.memory_limit) throw MemoryLimitExceeded();
  }

  [[nodiscard]] std::vector<FileState>& states() { return states_; }

 private:
  const PackagedWorkspace& workspace_;
  const WorkspaceReader reader_;
  const Subscriptions subscriptions_;
  std::vector<FileState> states_;
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
  Joiner(const ReviewConfig& config, std::vector<uint32_t> documents, ReviewResult* out)
      : config_(config), documents_(std::move(documents)), out_(*out), interner_(&out->texts) {}

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
    if (out_.longest_functions.size() > kLongestFunctions) out_.longest_functions.resize(kLongestFunctions);
    out_.texts.shrink_to_fit();
  }

 private:
  void add_finding(const ReviewResult& in, Finding finding, const LintSet& allowed) {
    if (finding.lint != Lint::kCount && allowed[static_cast<size_t>(finding.lint)]) return;
    if (const RuleSetting* setting = config_.setting_of(finding.rule->id)) {
      if (setting->off) return;
      finding.severity = setting->severity;
    }
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
  }

  const ReviewConfig& config_;
  const std::vector<uint32_t> documents_;
  ReviewResult& out_;
  TextInterner interner_;
  const TextPool* texts_ = nullptr;
  uint32_t file_ = 0;
  bool of_document_ = false;
};

ReviewResult join(const PackagedWorkspace& workspace, std::vector<FileState>& states, const ReviewConfig& config,
                  WorkspaceOutcome& documents) {
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
  Joiner joiner(config, std::move(document_files), &result);
  for (const Part& part : parts) {
    if (part.is_document) {
      joiner.add_document(documents.documents[part.index]);
      documents.documents[part.index].result = {};
      continue;
    }
    FileState& state = states[part.index];
    const std::string& path = files[part.index].path;
    if (state.outcome)
      joiner.add(*state.outcome, allows.of(path));
    else
      result.unread.push_back({path, std::move(state.unread)});
    state.outcome.reset();
  }
  joiner.finish();
  std::sort(result.unread.begin(), result.unread.end(),
            [](const Unread& a, const Unread& b) { return std::tie(a.path, a.reason) < std::tie(b.path, b.reason); });
  result.metrics.files_unread = result.unread.size();
  return result;
}

}  // namespace

ReviewResult review_workspace(const PackagedWorkspace& workspace,
                              FunctionRef<bool(size_t, size_t, const std::string&)> progress,
                              const ReviewOptions& review_options) {
  const std::vector<WorkspaceFile>& files = workspace.files();
  const WorkspaceOptions& options = workspace.options();
  const WorkOptions work_options{options.threads, kStackPerLevel * (size_t{options.nesting_limit} + 256),
                                 options.cancellation};
  Reviewer reviewer(workspace);
  std::vector<std::string> storage(worker_count(files.size(), work_options));
  const auto work = [&](size_t index, uint32_t worker) { reviewer.review(index, &storage[worker]); };
  const auto finished = [&](size_t index, size_t done) { return progress(done, files.size(), files[index].path); };
  run_work(files.size(), work_options, work, finished);
  const ReviewConfig config = find_review_config(workspace);
  WorkspaceOutcome documents = review_documents(workspace, config, review_options);
  return join(workspace, reviewer.states(), config, documents);
}

}  // namespace rp
