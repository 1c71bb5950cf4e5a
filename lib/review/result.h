// What a review finds, as flat tables: first for one file, then, joined in order of the files, for all of them.
// Nothing here points into a text or a tree, so both can be dropped.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "names/unsafe_tally.h"
#include "review/lints.h"
#include "source/file_system.h"
#include "source/line_index.h"
#include "syntax/tree.h"

namespace rp {

struct Rule;

// ---- Texts ------------------------------------------------------------------------------------------------------

// A text in a TextPool; the default is the empty text.
struct PooledText {
  uint32_t offset = 0;
  uint32_t length = 0;
  [[nodiscard]] bool empty() const { return length == 0; }
};

using TextRef = PooledText;

// Texts one after the other, each followed by a NUL.
class TextPool {
 public:
  TextRef add(std::string_view text);
  // NUL-terminated. Valid until the next add.
  [[nodiscard]] std::string_view view(TextRef ref) const {
    return bytes_.empty() ? std::string_view("", 0) : std::string_view(bytes_.data() + ref.offset, ref.length);
  }
  [[nodiscard]] size_t size() const { return bytes_.size(); }
  void shrink_to_fit() { bytes_.shrink_to_fit(); }

 private:
  std::string bytes_;  // starts with a NUL, the empty text, once there is any other
};

// Adds texts to a pool, equal ones once.
class TextInterner {
 public:
  explicit TextInterner(TextPool* pool) : pool_(*pool) {}
  TextRef add(std::string_view text);

 private:
  TextPool& pool_;
  std::unordered_map<size_t, TextRef> known_;  // by hash; of two texts with one hash only the first is shared
};

// ---- Findings ---------------------------------------------------------------------------------------------------

enum class Severity : uint8_t { Error = 1, Warning = 2, Advice = 3 };
enum class Verdict : uint8_t { Proven = 1, Likely = 2 };

struct Place {
  uint32_t file = 0;
  ByteSpan span;
  LineColumn start;
  LineColumn end;
  TextRef label;
};

struct Note {
  TextRef text;
  bool is_help = false;  // says what to do; then the text starts with kHelpPrefix
};
inline constexpr std::string_view kHelpPrefix = "help: ";

// How sure a rule is of its edits.
enum class Applicability : uint8_t {
  MachineApplicable = 1,  // the text still compiles and means what it meant, or what its author meant: applied by --fix
  Suggestion = 2,         // somebody has to look at it: applied by --unsafe-fixes only
};

// One change of a text. All edits of a finding belong together: they are applied together or not at all.
struct Edit {
  Place place;  // what is replaced; of an insertion, an empty span
  TextRef replacement;
};

struct Finding {
  const Rule* rule = nullptr;
  Verdict verdict = Verdict::Likely;
  Severity severity = Severity::Warning;
  Lint lint = Lint::kCount;  // what its author could have allowed; kCount for nothing
  TextRef message;
  Place primary;
  uint32_t first_related = 0;
  uint32_t related_count = 0;
  uint32_t first_note = 0;
  uint32_t note_count = 0;
  uint32_t first_edit = 0;
  uint32_t edit_count = 0;
  Applicability applicability = Applicability::Suggestion;  // of its edits
};

// ---- The inventory of unsafety ----------------------------------------------------------------------------------

enum class SafetyDocs : uint8_t { None = 0, Comment = 1, Section = 2 };

std::string_view unsafe_kind_name(UnsafeKind kind);  // "unsafe fn"; empty for a number that is none

struct UnsafeUse {
  UnsafeKind kind = UnsafeKind::Fn;
  SafetyDocs docs = SafetyDocs::None;
  bool is_public = false;
  bool docs_unseen = false;  // its documentation is made by a macro or stands in another file
  bool docs_hidden = false;  // `#[doc(hidden)]`
  TextRef name;
  Place place;
};

// A macro call or definition, or an attribute, with unsafe code among its tokens: what they come to was not seen.
struct MacroGap {
  TextRef name;
  bool is_definition = false;
  uint32_t unsafe_count = 0;  // `unsafe` keywords, and extern blocks, `static mut` and unsafe attributes without it
  Place place;
};

// ---- The dependency tree ----------------------------------------------------------------------------------------

// What a package is for.
enum class PackageRole : uint8_t {
  Own = 1,    // it lies in the folder under review
  Program,    // its code is in what the own packages build
  BuildTime,  // a procedural macro, a build script, or what one of them needs: it runs where the program is built
  Tests,      // only tests, examples and benchmarks of the own packages need it
};
inline constexpr size_t kPackageRoles = 5;             // numbers in use, 0 included
std::string_view package_role_name(PackageRole role);  // "program"; empty for a number that is none

// A macro that brings unsafe code into a package.
struct TreeMacro {
  TextRef path;          // "bytes::buf::try_get"
  uint32_t calls = 0;    // whose output has some of it
  uint32_t count = 0;    // in all of them together
  bool foreign = false;  // another package defines it
};

// A package that the reviewed ones are made of, with the chosen target and features. The numbers are those of
// UnsafeTally (names/unsafe_tally.h); where it was not read they are all zero and mean nothing.
struct TreePackage {
  TextRef name;
  TextRef version;
  TextRef features;  // that are enabled, with ", " between them
  TextRef not_read;  // why it was not read; empty when it was
  PackageRole role = PackageRole::Own;
  bool was_read = false;
  bool build_script = false;
  bool proc_macro = false;
  UnsafeCodeLevel level = UnsafeCodeLevel::None;
  UnsafeTally::Counts written{};
  UnsafeTally::Counts expanded{};
  uint32_t inactive = 0;
  uint32_t in_definitions = 0;
  uint32_t opaque_macros = 0;
  uint32_t opaque_unsafe = 0;
  uint32_t modelled_macros = 0;
  uint32_t files = 0;
  uint32_t missing_files = 0;
  uint32_t inactive_files = 0;  // beside those that were read, and part of nothing that is built
  uint32_t first_macro = 0;     // in ReviewResult::tree_macros
  uint32_t macro_count = 0;
};

// How much of it there is, whatever its kind.
uint64_t unsafe_sum(const UnsafeTally::Counts& counts);

// What is chosen for the tree.
struct TreeChoice {
  TextRef target;    // "x86_64-unknown-linux-gnu"
  TextRef features;  // "default features", "no default features, a, b"
};

// ---- Figures ----------------------------------------------------------------------------------------------------

struct Metrics {
  uint32_t max_nesting = 0;
  uint64_t files = 0;
  uint64_t files_unread = 0;
  uint64_t files_with_errors = 0;
  uint64_t bytes = 0;
  uint64_t lines = 0;
  uint64_t code_lines = 0;
  uint64_t comment_lines = 0;
  uint64_t blank_lines = 0;
  uint64_t items = 0;
  uint64_t functions = 0;
  uint64_t macro_calls = 0;
  uint64_t macro_definitions = 0;
  uint64_t unsafe_unseen = 0;       // the sum of the MacroGaps' counts
  uint64_t public_functions = 0;    // of libraries, that code outside can name
  uint64_t untested_functions = 0;  // those of them that no test names
};

// A public function of a library whose name (and, of a method, the name of its type) stands in no test, benchmark or
// example, nor in an example of the documentation.
struct UntestedFunction {
  TextRef name;
  Place place;  // of its name
};

struct FunctionSize {
  TextRef name;
  Place place;
  uint32_t lines = 0;
  uint32_t code_lines = 0;
  uint32_t nesting = 0;
};
inline constexpr size_t kLongestFunctions = 20;

// ---- Source text for excerpts -----------------------------------------------------------------------------------

// A line of source that a finding shows; of a very long line, the part around what it shows.
struct SourceLine {
  uint32_t file = 0;
  uint32_t line = 0;    // from 1
  uint32_t column = 0;  // bytes of the line before `text`
  bool cut = false;     // the line goes on after `text`
  TextRef text;
};
// A span of more lines shows this many at its start and its end.
inline constexpr uint32_t kExcerptHead = 4;
inline constexpr uint32_t kExcerptTail = 2;

// ---- What was not seen ------------------------------------------------------------------------------------------

enum class GapKind : uint8_t {
  MissingPackage = 1,  // a dependency whose sources are nowhere: what is in it is unknown
  UnreadableFile,      // a module whose file is missing or may not be read
  OpaqueMacro,         // a procedural macro without a model, or one whose output cannot be known
  UnresolvedMacro,     // a macro that was not found
  FailedMacro,         // a macro call that could not be expanded
  UnknownStd,          // the standard library is not described for the target
  Limit,               // a limit was met
  InactiveFile,        // a file that the chosen target and features leave out: names in it are not known
  NotRust,             // a file in a package that no target leads to and that does not parse: not reviewed
};
inline constexpr size_t kGapKinds = 10;        // numbers in use, 0 included
std::string_view gap_kind_name(GapKind kind);  // "missing package"; empty for a number that is none

// Something that names and types depend on and that could not be seen. Of one kind and name there is one, with the
// first place.
struct ReviewGap {
  GapKind kind = GapKind::MissingPackage;
  bool has_place = false;
  uint32_t count = 1;
  TextRef name;  // of the package, macro or module
  TextRef message;
  TextRef path;   // where it is, relative; may be empty
  LineColumn at;  // with has_place
};

// What was found and is not shown.
struct HiddenFindings {
  uint64_t suppressed = 0;  // by comments, with a reason
  uint64_t baseline = 0;    // known before
  uint64_t generated = 0;   // likely ones in files that a program wrote, or that tests keep as data
};

// ---- All of it --------------------------------------------------------------------------------------------------

// What a text was when it was read, so that no edit is applied to another one. Kept for files that have edits.
struct TextState {
  uint64_t length = 0;
  std::array<uint8_t, 32> hash{};  // BLAKE2b
  friend bool operator==(const TextState&, const TextState&) = default;
};
TextState state_of(std::string_view text);

struct FileEntry {
  TextRef path;
  uint32_t edition = 0;         // 0 for what is no Rust file: a manifest, a lock file
  uint32_t state = UINT32_MAX;  // index into `states`; none for a file without edits
};

struct ReviewResult {
  TextPool texts;
  // Those that were read, and manifests and the like that findings have places in, sorted by path.
  std::vector<FileEntry> files;
  std::vector<Finding> findings;  // sorted by file, place and rule
  std::vector<Place> related;
  std::vector<Note> notes;
  std::vector<Edit> edits;
  std::vector<TextState> states;
  std::vector<UnsafeUse> unsafe_uses;           // sorted by file and place
  std::vector<MacroGap> macro_gaps;             // sorted by file and place
  std::vector<FunctionSize> longest_functions;  // longest first
  std::vector<UntestedFunction> untested;       // sorted by file and place
  std::vector<SourceLine> lines;                // sorted by file, line and column
  std::vector<Unread> unread;                   // sorted by path
  std::vector<ReviewGap> gaps;                  // sorted by kind, name and path
  std::vector<TreePackage> packages;            // sorted by role, name and version
  std::vector<TreeMacro> tree_macros;
  TreeChoice tree;
  HiddenFindings hidden;
  Metrics metrics;
};

// The packages whose code is in what is built: own ones and dependencies.
struct TreeTotals {
  uint64_t own = 0;           // uses of unsafe code
  uint64_t own_expanded = 0;  // of them, brought by macros
  uint64_t dependencies = 0;
  uint64_t packages = 0;  // dependencies that were read
  uint64_t unread = 0;    // packages that were not, own ones among them
};
TreeTotals tree_totals(const ReviewResult& result);

// The text of a note without kHelpPrefix.
inline std::string_view note_text(const ReviewResult& result, const Note& note) {
  const std::string_view text = result.texts.view(note.text);
  return note.is_help ? text.substr(kHelpPrefix.size()) : text;
}

}  // namespace rp
