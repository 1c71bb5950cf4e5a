// rustpro.hpp - librustpro for C++17: handles that end themselves, failures as exceptions, ranges to loop over.
//
//     auto workspace = rustpro::Workspace::open("path/to/crate");
//     auto report = workspace.review();
//     for (const rustpro::Finding& finding : report.findings()) std::cout << finding.message() << '\n';
//
// The header stands on <rustpro/rustpro.h>; link with -lrustpro. What is said there of each function holds here too:
// offsets are bytes, lines and columns count from 1, and any number of threads may call const members of one object.
// A std::string_view, Node or Finding points into the Tree, Workspace or Report that it came from and is valid until
// that is destroyed; moving a Tree or Report keeps it valid. Calls that fail throw rustpro::Error.
#ifndef RUSTPRO_RUSTPRO_HPP
#define RUSTPRO_RUSTPRO_HPP

#include <rustpro/rustpro.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rustpro {

// Plain values and numbers of the C interface, under the names of this one.
using Status = rp_status;
using Span = rp_span;
using Position = rp_position;
using TreeStats = rp_tree_stats;
using Metrics = rp_metrics;
using Verdict = rp_verdict;
using Severity = rp_severity;
using UnsafeKind = rp_unsafe_kind;
using SafetyDocs = rp_safety_docs;
using Format = rp_format;
using Applicability = rp_applicability;
using SkipKind = rp_skip_kind;
using HiddenFindings = rp_hidden_findings;
using ReviewGapKind = rp_review_gap_kind;
using PackageRole = rp_package_role;
using UnsafeLevel = rp_unsafe_level;

namespace detail {

inline std::string_view view(rp_string text) noexcept { return {text.data, text.length}; }

template <typename T, void (*Free)(T*)>
struct Deleter {
  void operator()(T* handle) const noexcept { Free(handle); }
};

template <typename T, void (*Free)(T*)>
using Handle = std::unique_ptr<T, Deleter<T, Free>>;

}  // namespace detail

// Returns the name of a status, such as "RP_ERROR_IO". Static.
inline std::string_view status_name(Status status) noexcept { return detail::view(rp_status_name(status)); }

// A call failed. what() is the library's message.
class Error : public std::runtime_error {
 public:
  Error(Status status, const std::string& message) : std::runtime_error(message), status_(status) {}
  Status status() const noexcept { return status_; }

 private:
  Status status_;
};

namespace detail {

// Receives the error of one call and throws it.
class ErrorSlot {
 public:
  ErrorSlot() = default;
  ~ErrorSlot() { rp_error_free(error_); }
  ErrorSlot(const ErrorSlot&) = delete;
  ErrorSlot& operator=(const ErrorSlot&) = delete;

  rp_error** out() noexcept { return &error_; }
  void check(Status status) const {
    if (status == RP_OK) return;
    // No words came with the status when there was no memory for them.
    if (error_ == nullptr) throw Error(status, std::string(status_name(status)));
    throw Error(rp_error_status(error_), std::string(view(rp_error_message(error_))));
  }

 private:
  rp_error* error_ = nullptr;
};

// `size()` elements by index, made when asked for. Holds a pointer to its owner.
template <typename Owner, typename Value, Value (*Get)(const Owner*, size_t)>
class IndexRange {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Value;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = Value;

    Iterator(const Owner* owner, size_t index) noexcept : owner_(owner), index_(index) {}
    Value operator*() const { return Get(owner_, index_); }
    Iterator& operator++() noexcept {
      ++index_;
      return *this;
    }
    Iterator operator++(int) noexcept {
      Iterator before = *this;
      ++index_;
      return before;
    }
    bool operator==(const Iterator& other) const noexcept { return index_ == other.index_; }
    bool operator!=(const Iterator& other) const noexcept { return index_ != other.index_; }

   private:
    const Owner* owner_;
    size_t index_;
  };

  IndexRange(const Owner* owner, size_t size) noexcept : owner_(owner), size_(size) {}
  size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  Iterator begin() const noexcept { return {owner_, 0}; }
  Iterator end() const noexcept { return {owner_, size_}; }

  // Throws std::out_of_range.
  Value operator[](size_t index) const {
    if (index >= size_) throw std::out_of_range("index " + std::to_string(index) + " of " + std::to_string(size_));
    return Get(owner_, index);
  }

 private:
  const Owner* owner_;
  size_t size_;
};

}  // namespace detail

// ---- Versions and cancellation -------------------------------------------------------------------------------------

// Returns the version of the library that runs, such as "0.1.0".
inline std::string_view version() noexcept { return detail::view(rp_version_string()); }

// Returns the same as major * 1000000 + minor * 1000 + patch.
inline uint32_t version_number() noexcept { return rp_version_number(); }

// Returns true when the library that runs offers that interface; by default the one of these headers.
inline bool abi_compatible(uint32_t major = RP_ABI_MAJOR, uint32_t minor = RP_ABI_MINOR) noexcept {
  return rp_abi_compatible(major, minor) != 0;
}

// A flag that stops long calls. Any thread may raise it. It must outlive the calls and workspaces that were given it.
class Cancellation {
 public:
  Cancellation() {
    rp_cancellation* made = nullptr;
    detail::ErrorSlot error;
    error.check(rp_cancellation_new(&made, error.out()));
    handle_.reset(made);
  }

  // Makes the calls that were given this token throw an Error with RP_ERROR_CANCELLED soon.
  void request() noexcept { rp_cancellation_request(handle_.get()); }
  bool requested() const noexcept { return rp_cancellation_requested(handle_.get()) != 0; }
  // Lowers the flag, for further calls.
  void reset() noexcept { rp_cancellation_reset(handle_.get()); }

  const rp_cancellation* get() const noexcept { return handle_.get(); }

 private:
  detail::Handle<rp_cancellation, rp_cancellation_free> handle_;
};

// ---- Kinds ---------------------------------------------------------------------------------------------------------

// Returns the name of a kind, such as "fn_item" or ">>="; empty for a number that is none.
inline std::string_view kind_name(uint32_t kind) noexcept { return detail::view(rp_kind_name(kind)); }

// Returns the kind with that name, or RP_KIND_NONE.
inline uint32_t kind_from_name(std::string_view name) noexcept { return rp_kind_from_name(name.data(), name.size()); }

inline bool kind_is_node(uint32_t kind) noexcept { return rp_kind_is_node(kind) != 0; }
inline bool kind_is_token(uint32_t kind) noexcept { return rp_kind_is_token(kind) != 0; }
inline bool kind_is_trivia(uint32_t kind) noexcept { return rp_kind_is_trivia(kind) != 0; }

// ---- Nodes ---------------------------------------------------------------------------------------------------------

class NodeRange;
class WalkRange;

// A node, token or run of white space: a small value, valid as long as its Tree. A null node is false, and whatever it
// is asked gives null, zero or empty.
class Node {
 public:
  Node() noexcept : node_{nullptr, 0, RP_KIND_NONE} {}
  explicit Node(rp_node node) noexcept : node_(node) {}

  explicit operator bool() const noexcept { return rp_node_is_null(node_) == 0; }
  friend bool operator==(Node a, Node b) noexcept { return rp_node_equal(a.node_, b.node_) != 0; }
  friend bool operator!=(Node a, Node b) noexcept { return rp_node_equal(a.node_, b.node_) == 0; }

  uint32_t kind() const noexcept { return node_.kind; }
  std::string_view kind_name() const noexcept { return rustpro::kind_name(node_.kind); }
  bool is_node() const noexcept { return kind_is_node(node_.kind); }
  bool is_token() const noexcept { return kind_is_token(node_.kind); }
  bool is_trivia() const noexcept { return kind_is_trivia(node_.kind); }

  Span span() const noexcept { return rp_node_span(node_); }
  std::string_view text() const noexcept { return detail::view(rp_node_text(node_)); }

  Node parent() const noexcept { return Node(rp_node_parent(node_)); }
  Node first_child() const noexcept { return Node(rp_node_first_child(node_)); }
  Node last_child() const noexcept { return Node(rp_node_last_child(node_)); }
  Node next_sibling() const noexcept { return Node(rp_node_next_sibling(node_)); }
  Node previous_sibling() const noexcept { return Node(rp_node_previous_sibling(node_)); }

  // Child nodes alone, without tokens and white space. Linear in the number of children.
  uint32_t child_count() const noexcept { return rp_node_child_count(node_); }
  Node child(uint32_t index) const noexcept { return Node(rp_node_child(node_, index)); }

  // The role of this node in its parent, such as "body"; empty for one without a role.
  std::string_view field_name() const noexcept { return detail::view(rp_node_field_name(node_)); }
  Node child_by_field(std::string_view field) const noexcept {
    return Node(rp_node_child_by_field(node_, field.data(), field.size()));
  }

  NodeRange children() const noexcept;  // child nodes
  NodeRange elements() const noexcept;  // child nodes, tokens and white space
  WalkRange walk() const noexcept;      // this and everything below, in the order of the text

  rp_node get() const noexcept { return node_; }

 private:
  rp_node node_;
};

// The children of a node, to loop over.
class NodeRange {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Node;
    using difference_type = std::ptrdiff_t;
    using pointer = const Node*;
    using reference = Node;

    Iterator(Node node, bool nodes_only) noexcept : node_(node), nodes_only_(nodes_only) { skip(); }
    Node operator*() const noexcept { return node_; }
    const Node* operator->() const noexcept { return &node_; }
    Iterator& operator++() noexcept {
      node_ = node_.next_sibling();
      skip();
      return *this;
    }
    Iterator operator++(int) noexcept {
      Iterator before = *this;
      ++*this;
      return before;
    }
    bool operator==(const Iterator& other) const noexcept { return node_ == other.node_; }
    bool operator!=(const Iterator& other) const noexcept { return node_ != other.node_; }

   private:
    void skip() noexcept {
      while (nodes_only_ && node_ && !node_.is_node()) node_ = node_.next_sibling();
    }

    Node node_;
    bool nodes_only_;
  };

  NodeRange(Node parent, bool nodes_only) noexcept : parent_(parent), nodes_only_(nodes_only) {}
  Iterator begin() const noexcept { return {parent_.first_child(), nodes_only_}; }
  Iterator end() const noexcept { return {Node(), nodes_only_}; }

 private:
  Node parent_;
  bool nodes_only_;
};

// A position in a walk. A plain value: copy it to remember a place. It never leaves the node where it began.
class Cursor {
 public:
  explicit Cursor(Node node) noexcept : cursor_(rp_cursor_at(node.get())) {}

  Node node() const noexcept { return Node(cursor_.node); }
  uint32_t depth() const noexcept { return cursor_.depth; }

  // Each returns false when there is no such element: then the cursor stays, except that next() leaves it at the null
  // node.
  bool first_child() noexcept { return rp_cursor_first_child(&cursor_) != 0; }
  bool next_sibling() noexcept { return rp_cursor_next_sibling(&cursor_) != 0; }
  bool parent() noexcept { return rp_cursor_parent(&cursor_) != 0; }
  bool next() noexcept { return rp_cursor_next(&cursor_) != 0; }

 private:
  rp_cursor cursor_;
};

// A node and everything below it in the order of the text, to loop over. Linear in the number of elements.
class WalkRange {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Node;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = Node;

    explicit Iterator(Node node) noexcept : cursor_(node) {}
    Node operator*() const noexcept { return cursor_.node(); }
    uint32_t depth() const noexcept { return cursor_.depth(); }
    Iterator& operator++() noexcept {
      cursor_.next();
      return *this;
    }
    bool operator==(const Iterator& other) const noexcept { return cursor_.node() == other.cursor_.node(); }
    bool operator!=(const Iterator& other) const noexcept { return cursor_.node() != other.cursor_.node(); }

   private:
    Cursor cursor_;
  };

  explicit WalkRange(Node root) noexcept : root_(root) {}
  Iterator begin() const noexcept { return Iterator(root_); }
  Iterator end() const noexcept { return Iterator(Node()); }

 private:
  Node root_;
};

inline NodeRange Node::children() const noexcept { return {*this, true}; }
inline NodeRange Node::elements() const noexcept { return {*this, false}; }
inline WalkRange Node::walk() const noexcept { return WalkRange(*this); }

// ---- Trees ---------------------------------------------------------------------------------------------------------

// What is wrong with the text, as an element of Tree::errors().
struct SyntaxError {
  Span span;
  std::string_view message;
  std::string_view hint;           // may be empty
  Span related_span;               // a second place
  std::string_view related_label;  // empty when there is no second place
};

struct ParseOptions {
  uint32_t edition = RP_EDITION_DEFAULT;  // RP_EDITION_...
  uint32_t nesting_limit = 0;             // 0 means the library's default, here and below
  uint32_t error_limit = 0;
  uint64_t memory_limit = 0;                   // bytes
  const Cancellation* cancellation = nullptr;  // must outlive the call
};

struct RenderOptions {
  Format format = RP_FORMAT_TEXT;
  bool color = false;
  uint32_t width = 0;               // columns; 0 means 100
  std::string_view link_base = {};  // what links to files begin with in Markdown; empty for relative ones
};

namespace detail {

inline std::string take(rp_buffer* buffer) {
  const Handle<rp_buffer, rp_buffer_free> owner(buffer);
  return std::string(view(rp_buffer_text(buffer)));
}

template <typename Subject>
std::string render(rp_status (*call)(const Subject*, const rp_render_options*, rp_buffer**, rp_error**),
                   const Subject* subject, const RenderOptions& options) {
  rp_render_options plain = RP_RENDER_OPTIONS_INIT;
  plain.format = options.format;
  plain.color = options.color ? 1 : 0;
  plain.width = options.width;
  plain.link_base = options.link_base.data();
  plain.link_base_length = options.link_base.size();
  rp_buffer* buffer = nullptr;
  ErrorSlot error;
  error.check(call(subject, &plain, &buffer, error.out()));
  return take(buffer);
}

inline SyntaxError syntax_error_at(const rp_tree* tree, size_t index) {
  const rp_syntax_error error = rp_tree_error(tree, index);
  return {error.span, view(error.message), view(error.hint), error.related_span, view(error.related_label)};
}

}  // namespace detail

using SyntaxErrors = detail::IndexRange<rp_tree, SyntaxError, detail::syntax_error_at>;

// One parsed text. Immutable. A moved-from Tree behaves as that of an empty text without a root.
class Tree {
 public:
  // Parses UTF-8 text, which is copied. `name` is the file's name as shown in messages.
  static Tree parse(std::string_view text, std::string_view name = {}, const ParseOptions& options = {}) {
    rp_parse_options plain = RP_PARSE_OPTIONS_INIT;
    plain.edition = options.edition;
    plain.nesting_limit = options.nesting_limit;
    plain.error_limit = options.error_limit;
    plain.memory_limit = options.memory_limit;
    plain.cancellation = options.cancellation != nullptr ? options.cancellation->get() : nullptr;
    rp_tree* made = nullptr;
    detail::ErrorSlot error;
    error.check(rp_tree_parse(text.data(), text.size(), name.data(), name.size(), &plain, &made, error.out()));
    return Tree(made);
  }

  // Takes over a handle of the C interface.
  explicit Tree(rp_tree* handle) noexcept : handle_(handle) {}

  std::string_view text() const noexcept { return detail::view(rp_tree_text(get())); }
  std::string_view name() const noexcept { return detail::view(rp_tree_name(get())); }
  uint32_t edition() const noexcept { return rp_tree_edition(get()); }

  TreeStats stats() const {
    TreeStats stats = RP_TREE_STATS_INIT;
    detail::ErrorSlot error;
    error.check(rp_tree_get_stats(get(), &stats, error.out()));
    return stats;
  }

  SyntaxErrors errors() const noexcept { return {get(), rp_tree_error_count(get())}; }

  Node root() const noexcept { return Node(rp_tree_root(get())); }
  // The smallest element with the byte at `offset`.
  Node node_at(uint32_t offset) const noexcept { return Node(rp_tree_node_at(get(), offset)); }
  // The smallest node around [start, end).
  Node node_covering(uint32_t start, uint32_t end) const noexcept {
    return Node(rp_tree_node_covering(get(), start, end));
  }

  uint32_t line_count() const noexcept { return rp_tree_line_count(get()); }
  Position position(uint32_t offset) const noexcept { return rp_tree_position(get(), offset); }
  uint32_t offset(uint32_t line, uint32_t column_bytes) const noexcept {
    return rp_tree_offset(get(), line, column_bytes);
  }
  uint32_t offset_utf16(uint32_t line, uint32_t column_utf16) const noexcept {
    return rp_tree_offset_utf16(get(), line, column_utf16);
  }

  std::string render(const RenderOptions& options = {}) const { return detail::render(rp_tree_render, get(), options); }
  std::string render_errors(const RenderOptions& options = {}) const {
    return detail::render(rp_tree_render_errors, get(), options);
  }

  const rp_tree* get() const noexcept { return handle_.get(); }

 private:
  detail::Handle<rp_tree, rp_tree_free> handle_;
};

// ---- Rules ---------------------------------------------------------------------------------------------------------

// One rule of reviews. Its texts are static.
class Rule {
 public:
  // `index` is one of the C interface. Zero and empty when out of range.
  explicit Rule(size_t index) noexcept : index_(index), rule_(rp_rule_at(index)) {}

  std::string_view id() const noexcept { return detail::view(rule_.id); }  // "safety/undocumented-unsafe"
  std::string_view area() const noexcept { return detail::view(rule_.area); }
  std::string_view title() const noexcept { return detail::view(rule_.title); }
  std::string_view why() const noexcept { return detail::view(rule_.why); }
  // Examples in which it fires, on the lines that end in a comment with `~`, and in which it does not.
  std::string_view bad() const noexcept { return detail::view(rule_.bad); }
  std::string_view good() const noexcept { return detail::view(rule_.good); }
  // Of a likely rule: what may make it wrong.
  std::string_view doubt() const noexcept { return detail::view(rule_.doubt); }
  // The lint of rustc or clippy whose `#[allow]` silences it; may be empty.
  std::string_view lint() const noexcept { return detail::view(rule_.lint); }
  Severity severity() const noexcept { return rule_.severity; }
  Verdict verdict() const noexcept { return rule_.verdict; }
  // True when it runs only where it is asked for by its id.
  bool opt_in() const noexcept { return rule_.opt_in != 0; }

  size_t reference_count() const noexcept { return rule_.reference_count; }
  // Empty when out of range.
  std::string_view reference(size_t index) const noexcept { return detail::view(rp_rule_reference(index_, index)); }

 private:
  size_t index_;
  rp_rule rule_;
};

namespace detail {

// The list belongs to the library: it has no owner to point to.
inline Rule rule_at(const void*, size_t index) { return Rule(index); }

}  // namespace detail

using Rules = detail::IndexRange<void, Rule, detail::rule_at>;

// Returns all rules, in order of areas.
inline Rules rules() noexcept { return {nullptr, rp_rule_count()}; }

// Returns the rule with that id; nothing when there is none.
inline std::optional<Rule> find_rule(std::string_view id) noexcept {
  const size_t index = rp_rule_find(id.data(), id.size());
  return index < rp_rule_count() ? std::optional<Rule>(Rule(index)) : std::nullopt;
}

// ---- Reports -------------------------------------------------------------------------------------------------------

// A place in a file, with what is to be said about it.
struct Place {
  std::string_view path;
  Span span;
  Position start;
  Position end;
  std::string_view label;  // may be empty
};

// One change of a file. All edits of a finding belong together: apply all of them or none.
struct Edit {
  Place place;  // what is replaced; an empty span is an insertion
  std::string_view replacement;
  Applicability applicability;  // the same for all edits of a finding
};

// Something that was found and could not be looked at.
struct Unread {
  std::string_view path;
  std::string_view reason;
};

// One use of unsafety.
struct UnsafeUse {
  UnsafeKind kind;
  SafetyDocs docs;
  bool is_public;
  std::string_view name;  // of the item, or of the item around a block; may be empty
  Place place;
};

// One of the longest functions.
struct FunctionSize {
  std::string_view name;
  Place place;
  uint32_t lines;
  uint32_t code_lines;
  uint32_t nesting;
};

// A macro call, a macro definition or an attribute with `unsafe` among its tokens, into which the review did not see.
struct MacroGap {
  std::string_view name;  // of the macro called or defined, or of the attribute
  bool is_definition;
  uint32_t unsafe_count;  // `unsafe` keywords, extern blocks, `static mut`, unsafe attributes
  Place place;
};

// Something that names and types depend on and that could not be seen: rules are silent there.
struct ReviewGap {
  ReviewGapKind kind;
  uint32_t count;
  std::string_view name;     // of the package, the macro or the file
  std::string_view message;  // why
  std::string_view path;     // of the first place; may be empty
  Position at;               // all zero when there is no place
};

// A macro that brings unsafe code into a package.
struct UnsafeMacro {
  std::string_view path;
  uint32_t calls;         // whose output has some of it
  uint32_t unsafe_count;  // in all these calls together
  bool is_foreign;        // another package defines it
};

// What the packages of a report were chosen for.
struct ReviewedBuild {
  std::string_view target;
  std::string_view features;  // in words
};

// Returns the name of a role, such as "build time"; empty for a number that is none.
inline std::string_view package_role_name(PackageRole role) noexcept {
  return detail::view(rp_package_role_name(role));
}

// Returns the name of a kind of gap, such as "missing package"; empty for a number that is none.
inline std::string_view review_gap_kind_name(ReviewGapKind kind) noexcept {
  return detail::view(rp_review_gap_kind_name(kind));
}

// Returns the name of a kind of unsafety, such as "unsafe fn".
inline std::string_view unsafe_kind_name(UnsafeKind kind) noexcept { return detail::view(rp_unsafe_kind_name(kind)); }

namespace detail {

// A list inside one finding.
struct FindingKey {
  const rp_report* report;
  size_t finding;
};

inline Place place(const rp_place& from) noexcept {
  return {view(from.path), from.span, from.start, from.end, view(from.label)};
}

}  // namespace detail

// One thing that the review has to say. Valid as long as its Report.
class Finding {
 public:
  Finding(const rp_report* report, size_t index) noexcept
      : key_{report, index}, finding_(rp_report_finding(report, index)) {}

  std::string_view rule() const noexcept { return detail::view(finding_.rule); }
  std::string_view area() const noexcept { return detail::view(finding_.area); }
  Verdict verdict() const noexcept { return finding_.verdict; }
  Severity severity() const noexcept { return finding_.severity; }
  std::string_view message() const noexcept { return detail::view(finding_.message); }
  Place primary() const noexcept { return detail::place(finding_.primary); }

  size_t related_count() const noexcept { return finding_.related_count; }
  // All zero and empty when out of range.
  Place related(size_t index) const noexcept {
    return detail::place(rp_report_related(key_.report, key_.finding, index));
  }
  size_t note_count() const noexcept { return finding_.note_count; }
  // Empty when out of range.
  std::string_view note(size_t index) const noexcept {
    return detail::view(rp_report_note(key_.report, key_.finding, index));
  }
  size_t edit_count() const noexcept { return rp_report_edit_count(key_.report, key_.finding); }
  // Zero and empty when out of range.
  Edit edit(size_t index) const noexcept {
    const rp_edit edit = rp_report_edit(key_.report, key_.finding, index);
    return {detail::place(edit.place), detail::view(edit.replacement), edit.applicability};
  }

 private:
  detail::FindingKey key_;
  rp_finding finding_;
};

// A package that the reviewed ones are made of; valid as long as its Report. The numbers mean nothing where it was not
// read.
class ReviewedPackage {
 public:
  ReviewedPackage(const rp_report* report, size_t index) noexcept
      : report_(report), index_(index), package_(rp_report_package(report, index)) {}

  std::string_view name() const noexcept { return detail::view(package_.name); }
  std::string_view version() const noexcept { return detail::view(package_.version); }
  // That are enabled, with commas between them.
  std::string_view features() const noexcept { return detail::view(package_.features); }
  PackageRole role() const noexcept { return package_.role; }
  bool was_read() const noexcept { return package_.was_read != 0; }
  // Why it was not read.
  std::string_view reason() const noexcept { return detail::view(package_.reason); }
  // What it says of unsafe code itself.
  UnsafeLevel level() const noexcept { return package_.level; }
  bool has_build_script() const noexcept { return package_.has_build_script != 0; }
  bool is_proc_macro() const noexcept { return package_.is_proc_macro != 0; }
  // Uses of unsafety of one kind that are written in its files.
  uint32_t written(UnsafeKind kind) const noexcept { return rp_report_package_unsafe(report_, index_, kind, 0); }
  // Those that definitions of macros bring, once for each call.
  uint32_t expanded(UnsafeKind kind) const noexcept { return rp_report_package_unsafe(report_, index_, kind, 1); }
  size_t macro_count() const noexcept { return package_.macro_count; }
  // All zero and empty when out of range.
  UnsafeMacro macro(size_t index) const noexcept {
    const rp_unsafe_macro macro = rp_report_package_macro(report_, index_, index);
    return {detail::view(macro.path), macro.calls, macro.unsafe_count, macro.is_foreign != 0};
  }
  // The other numbers.
  const rp_reviewed_package& plain() const noexcept { return package_; }

 private:
  const rp_report* report_;
  size_t index_;
  rp_reviewed_package package_;
};

namespace detail {

inline Finding finding_at(const rp_report* report, size_t index) { return Finding(report, index); }

inline UnsafeUse unsafe_at(const rp_report* report, size_t index) {
  const rp_unsafe_use use = rp_report_unsafe(report, index);
  return {use.kind, use.docs, use.is_public != 0, view(use.name), place(use.place)};
}

inline FunctionSize function_at(const rp_report* report, size_t index) {
  const rp_function_size size = rp_report_longest_function(report, index);
  return {view(size.name), place(size.place), size.lines, size.code_lines, size.nesting};
}

inline MacroGap macro_gap_at(const rp_report* report, size_t index) {
  const rp_macro_gap gap = rp_report_macro_gap(report, index);
  return {view(gap.name), gap.is_definition != 0, gap.unsafe_count, place(gap.place)};
}

inline ReviewGap review_gap_at(const rp_report* report, size_t index) {
  const rp_review_gap gap = rp_report_gap(report, index);
  return {gap.kind, gap.count, view(gap.name), view(gap.message), view(gap.path), gap.at};
}

inline ReviewedPackage package_at(const rp_report* report, size_t index) { return ReviewedPackage(report, index); }

inline Unread report_unread_at(const rp_report* report, size_t index) {
  const rp_unread unread = rp_report_unread(report, index);
  return {view(unread.path), view(unread.reason)};
}

inline Unread workspace_unread_at(const rp_workspace* workspace, size_t index) {
  const rp_unread unread = rp_workspace_unread(workspace, index);
  return {view(unread.path), view(unread.reason)};
}

}  // namespace detail

using Findings = detail::IndexRange<rp_report, Finding, detail::finding_at>;
using UnsafeUses = detail::IndexRange<rp_report, UnsafeUse, detail::unsafe_at>;
using LongestFunctions = detail::IndexRange<rp_report, FunctionSize, detail::function_at>;
using MacroGaps = detail::IndexRange<rp_report, MacroGap, detail::macro_gap_at>;
using ReviewGaps = detail::IndexRange<rp_report, ReviewGap, detail::review_gap_at>;
using ReviewedPackages = detail::IndexRange<rp_report, ReviewedPackage, detail::package_at>;
using ReportUnread = detail::IndexRange<rp_report, Unread, detail::report_unread_at>;

// The findings, figures and gaps of one review. Immutable and independent of its Workspace.
class Report {
 public:
  // Takes over a handle of the C interface.
  explicit Report(rp_report* handle) noexcept : handle_(handle) {}

  Findings findings() const noexcept { return {get(), rp_report_finding_count(get())}; }
  UnsafeUses unsafe_uses() const noexcept { return {get(), rp_report_unsafe_count(get())}; }
  LongestFunctions longest_functions() const noexcept { return {get(), rp_report_longest_function_count(get())}; }
  // Macros with unsafety inside that is in no other figure.
  MacroGaps macro_gaps() const noexcept { return {get(), rp_report_macro_gap_count(get())}; }
  // What was found and not read: nothing is known of it.
  ReportUnread unread() const noexcept { return {get(), rp_report_unread_count(get())}; }
  // What names and types depend on and was not seen, one of each kind and name.
  ReviewGaps gaps() const noexcept { return {get(), rp_report_gap_count(get())}; }
  // The packages that the reviewed ones are made of, in order of role, name and version.
  ReviewedPackages packages() const noexcept { return {get(), rp_report_package_count(get())}; }
  // What they were chosen for.
  ReviewedBuild build() const noexcept {
    const rp_reviewed_build build = rp_report_build(get());
    return {detail::view(build.target), detail::view(build.features)};
  }
  // How many findings are left out.
  HiddenFindings hidden() const noexcept { return rp_report_hidden(get()); }

  // Writes down the findings, for ReviewOptions::baseline: they are known from then on.
  std::string baseline() const {
    rp_buffer* buffer = nullptr;
    detail::ErrorSlot error;
    error.check(rp_report_baseline(get(), &buffer, error.out()));
    return detail::take(buffer);
  }

  Metrics metrics() const {
    Metrics metrics = RP_METRICS_INIT;
    detail::ErrorSlot error;
    error.check(rp_report_get_metrics(get(), &metrics, error.out()));
    return metrics;
  }

  std::string render(const RenderOptions& options = {}) const {
    return detail::render(rp_report_render, get(), options);
  }

  const rp_report* get() const noexcept { return handle_.get(); }

 private:
  detail::Handle<rp_report, rp_report_free> handle_;
};

// ---- Workspaces ----------------------------------------------------------------------------------------------------

// Says how far a call has come; returns false to cancel it. `name` is valid during the call only. An exception cancels
// too, and comes out of the call. Must not use the workspace it reports on.
using Progress = std::function<bool(uint64_t done, uint64_t total, std::string_view name)>;

struct WorkspaceOptions {
  uint32_t edition = RP_EDITION_DEFAULT;       // for files whose Cargo.toml gives none
  uint32_t thread_count = 0;                   // 0 means one for each processor
  uint32_t nesting_limit = 0;                  // 0 means the library's default, here and below
  uint64_t memory_limit = 0;                   // bytes
  uint64_t file_limit = 0;                     // bytes
  const Cancellation* cancellation = nullptr;  // must outlive the workspace
  Progress progress;
};

// What is chosen for one review, on top of rustpro.toml.
struct ReviewOptions {
  std::optional<Severity> min_severity;  // what is less severe is left out; by default what rustpro.toml says
  std::vector<std::string> only;         // rules and areas: only these run
  std::vector<std::string> deny;         // rules and areas: their findings are errors
  std::vector<std::string> off;          // rules and areas that do not run
  std::string baseline;                  // of Report::baseline: the findings in it are left out and counted
  std::string advisory_db;               // a folder: a clone of the RustSec advisory database
  std::string target;                    // as rustc names it; empty for x86_64-unknown-linux-gnu
  std::vector<std::string> features;
  std::string cargo_home;    // absolute; empty: sources of dependencies are not looked for
  std::string cache_folder;  // absolute; empty: nothing is kept
  bool all_features = false;
  bool no_default_features = false;
  bool whole_tree = false;  // read packages that only run at build time, too: Report::packages
};

// One file of a workspace.
struct WorkspaceFile {
  std::string_view path;  // relative to the workspace's folder; valid until the workspace is changed
  uint32_t edition;
};

namespace detail {

// Names with commas between them.
inline std::string joined(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) {
    if (!list.empty()) list += ',';
    list += name;
  }
  return list;
}

inline WorkspaceFile file_at(const rp_workspace* workspace, size_t index) {
  return {view(rp_workspace_file_path(workspace, index)), rp_workspace_file_edition(workspace, index)};
}

// The caller's callback, and what it threw: no exception may pass through the library.
struct ProgressState {
  Progress progress;
  std::mutex mutex;
  std::exception_ptr thrown;

  std::exception_ptr take() {
    const std::lock_guard<std::mutex> lock(mutex);
    return std::exchange(thrown, nullptr);
  }
};

extern "C" inline int rustpro_hpp_progress(uint64_t done, uint64_t total, rp_string name, void* user_data) {
  auto* state = static_cast<ProgressState*>(user_data);
  try {
    return state->progress(done, total, view(name)) ? 0 : 1;
  } catch (...) {
    const std::lock_guard<std::mutex> lock(state->mutex);
    if (state->thrown == nullptr) state->thrown = std::current_exception();
    return 1;
  }
}

}  // namespace detail

using WorkspaceFiles = detail::IndexRange<rp_workspace, WorkspaceFile, detail::file_at>;
using WorkspaceUnread = detail::IndexRange<rp_workspace, Unread, detail::workspace_unread_at>;

// A set of files to look at together. set_file and remove_file need it to themselves; the rest may run at once.
class Workspace {
 public:
  // Opens a folder or a single file, given as UTF-8.
  static Workspace open(std::string_view path, WorkspaceOptions options = {}) {
    Workspace workspace(std::move(options.progress));
    const rp_workspace_options plain = workspace.plain_options(options);
    rp_workspace* made = nullptr;
    detail::ErrorSlot error;
    workspace.check(error, rp_workspace_open(path.data(), path.size(), &plain, &made, error.out()));
    workspace.handle_.reset(made);
    return workspace;
  }

  // Makes a workspace without files on disk; fill it with set_file.
  static Workspace empty(WorkspaceOptions options = {}) {
    Workspace workspace(std::move(options.progress));
    const rp_workspace_options plain = workspace.plain_options(options);
    rp_workspace* made = nullptr;
    detail::ErrorSlot error;
    workspace.check(error, rp_workspace_new(&plain, &made, error.out()));
    workspace.handle_.reset(made);
    return workspace;
  }

  // Puts a text in place of a file; both are copied. `path` is relative to the workspace's folder.
  void set_file(std::string_view path, std::string_view text) {
    detail::ErrorSlot error;
    error.check(rp_workspace_set_file(handle_.get(), path.data(), path.size(), text.data(), text.size(), error.out()));
  }

  // Takes back what set_file put there.
  void remove_file(std::string_view path) {
    detail::ErrorSlot error;
    error.check(rp_workspace_remove_file(handle_.get(), path.data(), path.size(), error.out()));
  }

  WorkspaceFiles files() const noexcept { return {get(), rp_workspace_file_count(get())}; }
  WorkspaceUnread unread() const noexcept { return {get(), rp_workspace_unread_count(get())}; }

  // Parses the file files()[index]. The tree does not depend on the workspace.
  Tree parse_file(size_t index) const {
    rp_tree* made = nullptr;
    detail::ErrorSlot error;
    check(error, rp_workspace_parse_file(get(), index, &made, error.out()));
    return Tree(made);
  }

  Report review() const {
    rp_report* made = nullptr;
    detail::ErrorSlot error;
    check(error, rp_workspace_review(get(), &made, error.out()));
    return Report(made);
  }

  // Throws Error with RP_ERROR_INVALID_ARGUMENT for a rule, area or target that does not exist, a baseline that is none
  // and a path that is not absolute.
  Report review(const ReviewOptions& options) const {
    const auto string = [](const std::string& value) { return rp_string{value.data(), value.size()}; };
    const std::string only = detail::joined(options.only);
    const std::string deny = detail::joined(options.deny);
    const std::string off = detail::joined(options.off);
    const std::string features = detail::joined(options.features);
    rp_review_options plain = RP_REVIEW_OPTIONS_INIT;
    if (options.min_severity) plain.min_severity = static_cast<uint32_t>(*options.min_severity);
    plain.only = string(only);
    plain.deny = string(deny);
    plain.off = string(off);
    plain.baseline = string(options.baseline);
    plain.advisory_db = string(options.advisory_db);
    plain.target = string(options.target);
    plain.features = string(features);
    plain.cargo_home = string(options.cargo_home);
    plain.cache_folder = string(options.cache_folder);
    plain.all_features = options.all_features ? 1 : 0;
    plain.no_default_features = options.no_default_features ? 1 : 0;
    plain.whole_tree = options.whole_tree ? 1 : 0;
    rp_report* made = nullptr;
    detail::ErrorSlot error;
    check(error, rp_workspace_review_with(get(), &plain, &made, error.out()));
    return Report(made);
  }

  const rp_workspace* get() const noexcept { return handle_.get(); }

 private:
  explicit Workspace(Progress progress) {
    if (progress == nullptr) return;
    progress_ = std::make_unique<detail::ProgressState>();
    progress_->progress = std::move(progress);
  }

  rp_workspace_options plain_options(const WorkspaceOptions& options) const noexcept {
    rp_workspace_options plain = RP_WORKSPACE_OPTIONS_INIT;
    plain.edition = options.edition;
    plain.thread_count = options.thread_count;
    plain.nesting_limit = options.nesting_limit;
    plain.memory_limit = options.memory_limit;
    plain.file_limit = options.file_limit;
    plain.cancellation = options.cancellation != nullptr ? options.cancellation->get() : nullptr;
    plain.progress = progress_ != nullptr ? detail::rustpro_hpp_progress : nullptr;
    plain.user_data = progress_.get();
    return plain;
  }

  void check(const detail::ErrorSlot& error, Status status) const {
    if (status == RP_ERROR_CANCELLED && progress_ != nullptr) {
      if (const std::exception_ptr thrown = progress_->take()) std::rethrow_exception(thrown);
    }
    error.check(status);
  }

  // Declared first: the library calls it as long as the handle lives. On the heap, so that moving keeps its address.
  std::unique_ptr<detail::ProgressState> progress_;
  detail::Handle<rp_workspace, rp_workspace_free> handle_;
};

// ---- Fixes ---------------------------------------------------------------------------------------------------------

// A file that changes.
struct FixedFile {
  std::string_view path;  // as in the report
  std::string_view before;
  std::string_view after;
  size_t fix_count;  // findings with edits in it that are applied
  bool is_writable;  // false when Fixes::write refuses it
};

// A finding whose edits are not applied.
struct SkippedFix {
  size_t finding;  // its index in the report
  SkipKind kind;
  std::string_view reason;
};

namespace detail {

inline size_t applied_at(const rp_fixes* fixes, size_t index) { return rp_fixes_applied(fixes, index); }

inline FixedFile fixed_file_at(const rp_fixes* fixes, size_t index) {
  const rp_fixed_file file = rp_fixes_file(fixes, index);
  return {view(file.path), view(file.before), view(file.after), file.fix_count, file.is_writable != 0};
}

inline SkippedFix skipped_at(const rp_fixes* fixes, size_t index) {
  const rp_skipped_fix skipped = rp_fixes_skipped(fixes, index);
  return {skipped.finding, skipped.kind, view(skipped.reason)};
}

}  // namespace detail

using AppliedFixes = detail::IndexRange<rp_fixes, size_t, detail::applied_at>;
using FixedFiles = detail::IndexRange<rp_fixes, FixedFile, detail::fixed_file_at>;
using SkippedFixes = detail::IndexRange<rp_fixes, SkippedFix, detail::skipped_at>;

struct FixOptions {
  bool suggestions = false;                    // apply those, too, that somebody has to look at
  const Cancellation* cancellation = nullptr;  // must outlive the call
};

// The texts that the edits of a report make. Immutable; depends neither on the report nor on the workspace.
class Fixes {
 public:
  // Takes over a handle of the C interface.
  explicit Fixes(rp_fixes* handle) noexcept : handle_(handle) {}

  // `workspace` is the one that the report was made from. Nothing is written.
  static Fixes make(const Report& report, const Workspace& workspace, const FixOptions& options = {}) {
    rp_fix_options plain = RP_FIX_OPTIONS_INIT;
    plain.suggestions = options.suggestions ? 1 : 0;
    plain.cancellation = options.cancellation != nullptr ? options.cancellation->get() : nullptr;
    rp_fixes* made = nullptr;
    detail::ErrorSlot error;
    error.check(rp_report_make_fixes(report.get(), workspace.get(), &plain, &made, error.out()));
    return Fixes(made);
  }

  // The indexes of the findings that are mended.
  AppliedFixes applied() const noexcept { return {get(), rp_fixes_applied_count(get())}; }
  FixedFiles files() const noexcept { return {get(), rp_fixes_file_count(get())}; }
  SkippedFixes skipped() const noexcept { return {get(), rp_fixes_skipped_count(get())}; }

  // Writes files()[index] to disk, all of it or nothing. A file that has changed since is left alone.
  void write(size_t index) const {
    detail::ErrorSlot error;
    error.check(rp_fixes_write_file(get(), index, error.out()));
  }

  // What changes, as a unified diff of all files.
  std::string diff() const {
    rp_buffer* buffer = nullptr;
    detail::ErrorSlot error;
    error.check(rp_fixes_render_diff(get(), &buffer, error.out()));
    return detail::take(buffer);
  }

  const rp_fixes* get() const noexcept { return handle_.get(); }

 private:
  detail::Handle<rp_fixes, rp_fixes_free> handle_;
};

// ---- Public interfaces --------------------------------------------------------------------------------------------

using ApiKind = rp_api_kind;
using SemverLevel = rp_semver_level;

// "struct"; empty for a number that is none.
inline std::string_view name(ApiKind kind) { return detail::view(rp_api_kind_name(kind)); }

// Something that users of a library can name. Views into the interface.
struct ApiItem {
  ApiKind kind;
  std::string_view path;
  std::string_view signature;
  std::string_view condition;  // the cfg conditions on it and around it
  std::string_view file;
  Position start;
  std::optional<size_t> parent;  // of members: the index of their type or trait
  bool deprecated;
  bool non_exhaustive;
  bool must_use;
  bool hidden;
  bool has_default;
};

struct ApiImpl {
  std::string_view trait_name;
  std::string_view type_name;
  std::optional<size_t> item;  // the index of the type
  bool is_negative;
};

struct ApiChange {
  std::string_view rule;
  SemverLevel level;
  Verdict verdict;
  std::string_view path;
  std::string_view message;
  std::string_view old_text;
  std::string_view new_text;
  std::string_view note;
  std::string_view reference;
  std::string_view old_file;
  Position old_start;
  std::string_view new_file;
  Position new_start;
};

// As rp_api_options; the texts are needed during the call alone.
struct ApiOptions {
  bool all_features = false;
  bool no_default_features = false;
  std::string_view features = {};
  std::string_view package = {};
  std::string_view target = {};
  std::string_view cargo_home = {};
};

namespace detail {

inline std::optional<size_t> index_or_none(size_t index) {
  return index == SIZE_MAX ? std::nullopt : std::optional<size_t>(index);
}

inline ApiItem api_item_at(const rp_api* api, size_t index) {
  const rp_api_item item = rp_api_item_at(api, index);
  return {item.kind,
          view(item.path),
          view(item.signature),
          view(item.condition),
          view(item.file),
          item.start,
          index_or_none(item.parent),
          item.deprecated != 0,
          item.non_exhaustive != 0,
          item.must_use != 0,
          item.hidden != 0,
          item.has_default != 0};
}

inline ApiImpl api_impl_at(const rp_api* api, size_t index) {
  const rp_api_impl impl = rp_api_impl_at(api, index);
  return {view(impl.trait_name), view(impl.type_name), index_or_none(impl.item), impl.is_negative != 0};
}

inline std::string_view api_unknown_at(const rp_api* api, size_t index) { return view(rp_api_unknown(api, index)); }

inline ApiChange api_change_at(const rp_api_diff* diff, size_t index) {
  const rp_api_change c = rp_api_diff_change(diff, index);
  return {view(c.rule),     c.level,          c.verdict,    view(c.path),      view(c.message),
          view(c.old_text), view(c.new_text), view(c.note), view(c.reference), view(c.old_file),
          c.old_start,      view(c.new_file), c.new_start};
}

inline std::string_view api_diff_unknown_at(const rp_api_diff* diff, size_t index) {
  return view(rp_api_diff_unknown(diff, index));
}

}  // namespace detail

using ApiItems = detail::IndexRange<rp_api, ApiItem, detail::api_item_at>;
using ApiImpls = detail::IndexRange<rp_api, ApiImpl, detail::api_impl_at>;
using ApiUnknown = detail::IndexRange<rp_api, std::string_view, detail::api_unknown_at>;
using ApiChanges = detail::IndexRange<rp_api_diff, ApiChange, detail::api_change_at>;
using ApiDiffUnknown = detail::IndexRange<rp_api_diff, std::string_view, detail::api_diff_unknown_at>;

// The public interface of one version of one library. Immutable and independent of its workspace.
class PublicApi {
 public:
  // Takes over a handle of the C interface.
  explicit PublicApi(rp_api* handle) noexcept : handle_(handle) {}

  static PublicApi read(const Workspace& workspace, const ApiOptions& options = {}) {
    rp_api_options plain = RP_API_OPTIONS_INIT;
    plain.all_features = options.all_features ? 1 : 0;
    plain.no_default_features = options.no_default_features ? 1 : 0;
    plain.features = {options.features.data(), options.features.size()};
    plain.package = {options.package.data(), options.package.size()};
    plain.target = {options.target.data(), options.target.size()};
    plain.cargo_home = {options.cargo_home.data(), options.cargo_home.size()};
    rp_api* made = nullptr;
    detail::ErrorSlot error;
    error.check(rp_workspace_public_api(workspace.get(), &plain, &made, error.out()));
    return PublicApi(made);
  }

  std::string_view crate() const noexcept { return detail::view(rp_api_crate(get())); }
  std::string_view version() const noexcept { return detail::view(rp_api_version(get())); }
  ApiItems items() const noexcept { return {get(), rp_api_item_count(get())}; }
  ApiImpls impls() const noexcept { return {get(), rp_api_impl_count(get())}; }
  // Paths of public modules that may hold more than could be seen.
  ApiUnknown unknown() const noexcept { return {get(), rp_api_unknown_count(get())}; }

  // As text or JSON.
  std::string render(const RenderOptions& options = {}) const { return detail::render(rp_api_render, get(), options); }

  const rp_api* get() const noexcept { return handle_.get(); }

 private:
  detail::Handle<rp_api, rp_api_free> handle_;
};

// What changed between two versions of a library. Immutable and independent of the two.
class ApiDiff {
 public:
  // Takes over a handle of the C interface.
  explicit ApiDiff(rp_api_diff* handle) noexcept : handle_(handle) {}

  static ApiDiff compare(const PublicApi& before, const PublicApi& after) {
    rp_api_diff* made = nullptr;
    detail::ErrorSlot error;
    error.check(rp_api_compare(before.get(), after.get(), &made, error.out()));
    return ApiDiff(made);
  }

  ApiChanges changes() const noexcept { return {get(), rp_api_diff_change_count(get())}; }
  // False when cargo would give users of the old version one that breaks them.
  bool sufficient() const noexcept { return rp_api_diff_sufficient(get()) != 0; }
  // Sentences about what could not be compared.
  ApiDiffUnknown unknown() const noexcept { return {get(), rp_api_diff_unknown_count(get())}; }

  // As text or JSON.
  std::string render(const RenderOptions& options = {}) const {
    return detail::render(rp_api_diff_render, get(), options);
  }

  const rp_api_diff* get() const noexcept { return handle_.get(); }

 private:
  detail::Handle<rp_api_diff, rp_api_diff_free> handle_;
};

// The difference of two texts as a unified diff; empty when they are equal.
inline std::string diff(std::string_view path, std::string_view from, std::string_view to) {
  rp_buffer* buffer = nullptr;
  detail::ErrorSlot error;
  error.check(rp_diff(path.data(), path.size(), from.data(), from.size(), to.data(), to.size(), &buffer, error.out()));
  return detail::take(buffer);
}

// ---- Projects ------------------------------------------------------------------------------------------------------

// Plain values of the C interface. Their texts are rp_string: text() makes a view of one.
using CargoWorkspace = rp_cargo_workspace;
using Package = rp_package;
using PackageEdge = rp_package_edge;
using Crate = rp_crate;
using CrateDependency = rp_crate_dependency;
using CfgFact = rp_cfg_fact;
using DefinitionInfo = rp_definition_info;
using DefinitionKind = rp_definition_kind;
using Lookup = rp_lookup;
using Answer = rp_answer;
using Reference = rp_reference;
using ExpansionInfo = rp_expansion_info;
using ExpansionToken = rp_expansion_token;
using Gap = rp_gap;
using GapKind = rp_gap_kind;
using Problem = rp_problem;
using SourceFile = rp_source_file;
using GraphFormat = rp_graph_format;

inline std::string_view text(rp_string value) noexcept { return detail::view(value); }
inline std::string_view definition_kind_name(DefinitionKind kind) noexcept {
  return detail::view(rp_definition_kind_name(kind));
}
inline std::string_view answer_name(Answer answer) noexcept { return detail::view(rp_answer_name(answer)); }
inline std::string_view gap_kind_name(GapKind kind) noexcept { return detail::view(rp_gap_kind_name(kind)); }

namespace detail {

inline Reference reference_at(const rp_references* references, size_t index) {
  return rp_references_get(references, index);
}
inline ExpansionToken token_at(const rp_expansion* expansion, size_t index) {
  return rp_expansion_get_token(expansion, index);
}

}  // namespace detail

// Places in local crates where a name is written. Valid as long as its Project.
class References {
 public:
  // Takes over a handle of the C interface.
  explicit References(rp_references* handle) noexcept : handle_(handle) {}

  // Places are there with RP_ANSWER_FOUND and RP_ANSWER_LOCAL alone.
  Answer answer() const noexcept { return rp_references_answer(handle_.get()); }
  using Places = detail::IndexRange<rp_references, Reference, detail::reference_at>;
  Places places() const noexcept { return {handle_.get(), rp_references_count(handle_.get())}; }

 private:
  detail::Handle<rp_references, rp_references_free> handle_;
};

// A definition of a crate: a value that is valid as long as its Project. One of nothing converts to false.
class Definition {
 public:
  Definition() = default;
  explicit Definition(rp_definition definition) noexcept : definition_(definition) {}

  explicit operator bool() const noexcept { return rp_definition_is_null(definition_) == 0; }
  friend bool operator==(const Definition& a, const Definition& b) noexcept {
    return rp_definition_equal(a.definition_, b.definition_) != 0;
  }
  friend bool operator!=(const Definition& a, const Definition& b) noexcept { return !(a == b); }

  DefinitionInfo info() const {
    DefinitionInfo info = RP_DEFINITION_INFO_INIT;
    detail::ErrorSlot error;
    error.check(rp_definition_get_info(definition_, &info, error.out()));
    return info;
  }
  // "crate::module::Item".
  std::string path() const {
    rp_buffer* buffer = nullptr;
    detail::ErrorSlot error;
    error.check(rp_definition_path(definition_, &buffer, error.out()));
    return detail::take(buffer);
  }
  // One of those that lie directly in it; of nothing when there is none.
  Definition child(size_t index) const noexcept { return Definition(rp_definition_child(definition_, index)); }
  References references() const {
    rp_references* made = nullptr;
    detail::ErrorSlot error;
    error.check(rp_definition_references(definition_, &made, error.out()));
    return References(made);
  }

  rp_definition get() const noexcept { return definition_; }

 private:
  rp_definition definition_ = {nullptr, 0, 0};
};

// What one macro call, derive or attribute became. Valid as long as its Project.
class Expansion {
 public:
  // Takes over a handle of the C interface.
  explicit Expansion(rp_expansion* handle) noexcept : handle_(handle) {}

  ExpansionInfo info() const {
    ExpansionInfo info = RP_EXPANSION_INFO_INIT;
    detail::ErrorSlot error;
    error.check(rp_expansion_get_info(handle_.get(), &info, error.out()));
    return info;
  }
  using Tokens = detail::IndexRange<rp_expansion, ExpansionToken, detail::token_at>;
  Tokens tokens() const { return {handle_.get(), info().token_count}; }

 private:
  detail::Handle<rp_expansion, rp_expansion_free> handle_;
};

struct ProjectOptions {
  std::string target;  // empty: what cargo's configuration says
  std::vector<std::string> features;
  bool all_features = false;
  bool no_default_features = false;
  bool test_cfg = false;
  // Where cargo keeps registry and git sources; default_cargo_home() asks the environment.
  std::string cargo_home;
  std::vector<std::pair<std::string, std::string>> sources;  // the name of a package, or empty, and a folder
  std::string cache_folder;                                  // empty: nothing is kept
  std::string std_sources;                                   // empty: what the library knows itself
};

// CARGO_HOME, else ~/.cargo; empty when the environment has neither.
inline std::string default_cargo_home() {
  if (const char* named = std::getenv("CARGO_HOME"); named != nullptr && *named != '\0') return named;
  const char* home = std::getenv("HOME");
  return home != nullptr && *home != '\0' ? std::string(home) + "/.cargo" : std::string();
}

namespace detail {

inline CargoWorkspace cargo_workspace_at(const rp_project* project, size_t index) {
  return rp_project_workspace(project, index);
}
inline Package package_at(const rp_project* project, size_t index) { return rp_project_package(project, index); }
inline Crate crate_at(const rp_project* project, size_t index) { return rp_project_crate(project, index); }
inline Gap gap_at(const rp_project* project, size_t index) { return rp_project_gap(project, index); }
inline Problem problem_at(const rp_project* project, size_t index) { return rp_project_problem(project, index); }
inline SourceFile source_file_at(const rp_project* project, size_t index) { return rp_project_file(project, index); }
inline Unread project_unread_at(const rp_project* project, size_t index) {
  const rp_unread unread = rp_project_unread(project, index);
  return {view(unread.path), view(unread.reason)};
}

}  // namespace detail

// How one type lies in memory, or why that is not known. Valid as long as its project.
using LayoutInfo = rp_layout_info;
using LayoutVariant = rp_layout_variant;
using LayoutField = rp_layout_field;
using LayoutFormat = rp_layout_format;
using LayoutOrder = rp_layout_order;
using Truth = rp_truth;

// A layout that somebody else owns: of a list.
class LayoutRef {
 public:
  explicit LayoutRef(const rp_layout* layout) noexcept : layout_(layout) {}
  LayoutInfo info() const {
    LayoutInfo info = RP_LAYOUT_INFO_INIT;
    detail::ErrorSlot error;
    error.check(rp_layout_get_info(layout_, &info, error.out()));
    return info;
  }
  LayoutVariant variant(size_t index) const noexcept { return rp_layout_get_variant(layout_, index); }
  LayoutField field(size_t variant, size_t index) const noexcept {
    return rp_layout_get_field(layout_, variant, index);
  }
  std::string render(LayoutFormat format = RP_LAYOUT_TEXT, bool color = false) const {
    rp_buffer* buffer = nullptr;
    detail::ErrorSlot error;
    error.check(rp_layout_render(layout_, format, color ? 1 : 0, &buffer, error.out()));
    return detail::take(buffer);
  }
  const rp_layout* get() const noexcept { return layout_; }

 private:
  const rp_layout* layout_;
};

class Layout {
 public:
  explicit Layout(rp_layout* layout) noexcept : handle_(layout) {}
  LayoutRef operator*() const noexcept { return LayoutRef(handle_.get()); }
  LayoutInfo info() const { return (**this).info(); }
  LayoutVariant variant(size_t index) const noexcept { return (**this).variant(index); }
  LayoutField field(size_t variant, size_t index) const noexcept { return (**this).field(variant, index); }
  std::string render(LayoutFormat format = RP_LAYOUT_TEXT, bool color = false) const {
    return (**this).render(format, color);
  }

 private:
  detail::Handle<rp_layout, rp_layout_free> handle_;
};

// The types of a crate, in the order of the source.
class LayoutList {
 public:
  explicit LayoutList(rp_layout_list* list) noexcept : handle_(list) {}
  size_t size() const noexcept { return rp_layout_list_count(handle_.get()); }
  LayoutRef operator[](size_t index) const noexcept { return LayoutRef(rp_layout_list_get(handle_.get(), index)); }
  std::string render(LayoutFormat format = RP_LAYOUT_TEXT, LayoutOrder order = RP_LAYOUT_BY_SOURCE,
                     bool color = false) const {
    rp_buffer* buffer = nullptr;
    detail::ErrorSlot error;
    error.check(rp_layout_list_render(handle_.get(), format, order, color ? 1 : 0, &buffer, error.out()));
    return detail::take(buffer);
  }
  // What differs from the same crate in a project for another target.
  std::string render_difference(const LayoutList& other, bool color = false) const {
    rp_buffer* buffer = nullptr;
    detail::ErrorSlot error;
    error.check(
        rp_layout_list_render_difference(handle_.get(), other.handle_.get(), color ? 1 : 0, &buffer, error.out()));
    return detail::take(buffer);
  }

 private:
  detail::Handle<rp_layout_list, rp_layout_list_free> handle_;
};

// All cargo workspaces that the files of a workspace belong to. Immutable and independent of its Workspace.
class Project {
 public:
  // Takes over a handle of the C interface.
  explicit Project(rp_project* handle) noexcept : handle_(handle) {}

  static Project open(const Workspace& workspace, const ProjectOptions& options = {}) {
    const auto string = [](const std::string& value) { return rp_string{value.data(), value.size()}; };
    rp_project_options plain = RP_PROJECT_OPTIONS_INIT;
    plain.all_features = options.all_features ? 1 : 0;
    plain.no_default_features = options.no_default_features ? 1 : 0;
    plain.test_cfg = options.test_cfg ? 1 : 0;
    plain.target = string(options.target);
    std::vector<rp_string> features;
    for (const std::string& feature : options.features) features.push_back(string(feature));
    plain.features = features.data();
    plain.feature_count = features.size();
    plain.cargo_home = string(options.cargo_home);
    std::vector<rp_named_source> sources;
    for (const auto& [package, folder] : options.sources) sources.push_back({string(package), string(folder)});
    plain.sources = sources.data();
    plain.source_count = sources.size();
    plain.cache_folder = string(options.cache_folder);
    plain.std_sources = string(options.std_sources);
    rp_project* made = nullptr;
    detail::ErrorSlot error;
    error.check(rp_project_open(workspace.get(), &plain, &made, error.out()));
    return Project(made);
  }

  using Workspaces = detail::IndexRange<rp_project, CargoWorkspace, detail::cargo_workspace_at>;
  using Packages = detail::IndexRange<rp_project, Package, detail::package_at>;
  using Crates = detail::IndexRange<rp_project, Crate, detail::crate_at>;
  using Gaps = detail::IndexRange<rp_project, Gap, detail::gap_at>;
  using Problems = detail::IndexRange<rp_project, Problem, detail::problem_at>;
  using Files = detail::IndexRange<rp_project, SourceFile, detail::source_file_at>;
  using UnreadFiles = detail::IndexRange<rp_project, Unread, detail::project_unread_at>;
  Workspaces workspaces() const noexcept { return {get(), rp_project_workspace_count(get())}; }
  Packages packages() const noexcept { return {get(), rp_project_package_count(get())}; }
  Crates crates() const noexcept { return {get(), rp_project_crate_count(get())}; }
  Gaps gaps() const noexcept { return {get(), rp_project_gap_count(get())}; }
  Problems problems() const noexcept { return {get(), rp_project_problem_count(get())}; }
  Files files() const noexcept { return {get(), rp_project_file_count(get())}; }
  UnreadFiles unread() const noexcept { return {get(), rp_project_unread_count(get())}; }

  // Parts of the elements above, by the indexes of both; empty when out of range.
  std::string_view feature(size_t package, size_t index) const noexcept {
    return detail::view(rp_project_package_feature(get(), package, index));
  }
  std::string_view build_feature(size_t package, size_t index) const noexcept {
    return detail::view(rp_project_package_build_feature(get(), package, index));
  }
  PackageEdge dependency(size_t package, size_t index) const noexcept {
    return rp_project_package_dependency(get(), package, index);
  }
  CrateDependency crate_dependency(size_t crate, size_t index) const noexcept {
    return rp_project_crate_dependency(get(), crate, index);
  }
  CfgFact fact(size_t crate, size_t index) const noexcept { return rp_project_crate_fact(get(), crate, index); }
  size_t crate_of_file(size_t file, size_t index) const noexcept { return rp_project_file_crate(get(), file, index); }
  Definition definition(size_t crate, size_t index) const noexcept {
    return Definition(rp_project_crate_definition(get(), crate, index));
  }

  // By its path, "crate::module::Item". Throws Error with RP_ERROR_NOT_FOUND.
  Definition find(std::string_view path) const {
    rp_definition found = {nullptr, 0, 0};
    detail::ErrorSlot error;
    error.check(rp_project_find(get(), path.data(), path.size(), &found, error.out()));
    return Definition(found);
  }
  // What the name at an offset of a file stands for.
  Lookup definition_at(std::string_view path, uint32_t offset) const {
    Lookup lookup = RP_LOOKUP_INIT;
    detail::ErrorSlot error;
    error.check(rp_project_definition_at(get(), path.data(), path.size(), offset, &lookup, error.out()));
    return lookup;
  }
  References references_at(std::string_view path, uint32_t offset) const {
    rp_references* made = nullptr;
    detail::ErrorSlot error;
    error.check(rp_project_references_at(get(), path.data(), path.size(), offset, &made, error.out()));
    return References(made);
  }
  // The innermost macro call at an offset; `recursive`: calls in its result are expanded, too.
  Expansion expansion_at(std::string_view path, uint32_t offset, bool recursive = false) const {
    rp_expansion* made = nullptr;
    detail::ErrorSlot error;
    error.check(
        rp_project_expansion_at(get(), path.data(), path.size(), offset, recursive ? 1 : 0, &made, error.out()));
    return Expansion(made);
  }

  std::string render_graph(size_t workspace = 0, GraphFormat format = RP_GRAPH_TEXT) const {
    rp_buffer* buffer = nullptr;
    detail::ErrorSlot error;
    error.check(rp_project_render_graph(get(), workspace, format, &buffer, error.out()));
    return detail::take(buffer);
  }
  std::string render_symbols(size_t crate, Format format = RP_FORMAT_TEXT) const {
    rp_buffer* buffer = nullptr;
    detail::ErrorSlot error;
    error.check(rp_project_render_symbols(get(), crate, format, &buffer, error.out()));
    return detail::take(buffer);
  }
  std::string render_expanded(size_t crate, std::string_view module = {}) const {
    rp_buffer* buffer = nullptr;
    detail::ErrorSlot error;
    error.check(rp_project_render_expanded(get(), crate, module.data(), module.size(), &buffer, error.out()));
    return detail::take(buffer);
  }

  // A type as Rust writes it: "my_crate::Type<u32, [u8; 4]>". Throws Error with RP_ERROR_NOT_FOUND.
  Layout layout_of(std::string_view type, std::string_view target = {}) const {
    rp_layout* made = nullptr;
    detail::ErrorSlot error;
    error.check(rp_layout_of(get(), type.data(), type.size(), target.data(), target.size(), &made, error.out()));
    return Layout(made);
  }
  // All structs, enums and unions of a crate.
  LayoutList layouts(size_t crate) const {
    rp_layout_list* made = nullptr;
    detail::ErrorSlot error;
    error.check(rp_project_layouts(get(), crate, &made, error.out()));
    return LayoutList(made);
  }
  Truth implements(std::string_view type, std::string_view trait) const {
    Truth truth = RP_TRUTH_UNKNOWN;
    detail::ErrorSlot error;
    error.check(rp_type_implements(get(), type.data(), type.size(), trait.data(), trait.size(), &truth, error.out()));
    return truth;
  }

  const rp_project* get() const noexcept { return handle_.get(); }

 private:
  detail::Handle<rp_project, rp_project_free> handle_;
};

}  // namespace rustpro

#endif
