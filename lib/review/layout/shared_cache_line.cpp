// layout/shared-cache-line: atomics and locks that several threads write to and that lie in one cache line.
#include <algorithm>
#include <string>
#include <vector>

#include "layout/type_view.h"
#include "review/layout/sharing.h"
#include "review/rule.h"

namespace rp {

extern const Rule kSharedCacheLine;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::StructItem};
constexpr uint64_t kCacheLine = 64;

constexpr std::string_view kReferences[] = {
    "crossbeam, CachePadded, https://docs.rs/crossbeam-utils/latest/crossbeam_utils/struct.CachePadded.html",
    "Intel 64 and IA-32 Architectures Optimization Reference Manual, \"False Sharing\"",
};

// As far as names say it: what is written to by several threads at a time.
bool is_contended(std::string_view type) {
  return type.starts_with("Atomic") || type.starts_with("Mutex<") || type.starts_with("RwLock<");
}

void check(RuleContext& context, NodeId node) {
  const Sema& sema = context.sema();
  const DefRef def = sema.definition(node);
  const layout::TypeView* type = sema.layout_of(def);
  if (type == nullptr || type->variants.size() != 1) return;
  // Counters of one kind are written together as a rule; positions of a queue by different threads.
  std::vector<const layout::FieldView*> fields;
  for (const layout::FieldView& field : type->variants[0].fields) {
    if (is_contended(field.type) && field.size != 0) fields.push_back(&field);
  }
  std::sort(fields.begin(), fields.end(), [](const auto* a, const auto* b) { return a->offset < b->offset; });
  std::string names;
  size_t count = 0;
  for (size_t i = 0; i + 1 < fields.size() && count == 0; ++i) {
    const uint64_t line = fields[i]->offset / kCacheLine;
    for (size_t j = i; j < fields.size() && fields[j]->offset / kCacheLine == line; ++j) {
      names += (count++ == 0 ? "`" : ", `") + fields[j]->name + "`";
    }
    if (count < 2) {
      names.clear();
      count = 0;
    }
  }
  if (count < 2 || type->align >= kCacheLine) return;
  if (!is_used_inside(sema, def, {"Arc"}, false, true)) return;
  const std::string message =
      names + " of `" + type->name + "` lie in one cache line of " + std::to_string(kCacheLine) + " bytes";
  context.report({.span = header_span(context.tree(), node),
                  .message = message,
                  .label = "shared between threads",
                  .help = "if different threads write to them, put each into a type with `#[repr(align(64))]` (128 on "
                          "processors that load lines in pairs), such as crossbeam's `CachePadded`",
                  .severity = kSharedCacheLine.severity});
}

}  // namespace

const Rule kSharedCacheLine = {
    .id = "layout/shared-cache-line",
    .area = "layout",
    .title = "atomics or locks that share a cache line",
    .why =
        "Processors hand memory to each other in cache lines. When one thread writes to an atomic, every other core "
        "loses the whole line, and with it the other atomics in there, although nobody touched those: threads that "
        "work "
        "on different fields wait for each other all the same.",
    .bad =
        "use std::sync::atomic::AtomicUsize;\n"
        "use std::sync::Arc;\n"
        "\n"
        "pub struct Queue {  //~\n"
        "    head: AtomicUsize,\n"
        "    tail: AtomicUsize,\n"
        "}\n"
        "\n"
        "pub struct Sender(Arc<Queue>);\n",
    .good =
        "use std::sync::atomic::AtomicUsize;\n"
        "use std::sync::Arc;\n"
        "\n"
        "#[repr(align(64))]\n"
        "pub struct Line(AtomicUsize);\n"
        "\n"
        "pub struct Queue {\n"
        "    head: Line,\n"
        "    tail: Line,\n"
        "}\n"
        "\n"
        "pub struct Sender(Arc<Queue>);\n",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "one thread may write to all of them, or writes may be rare: then one line is better than two",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .opt_in = true,
    .library_only = true,
};

}  // namespace rp
