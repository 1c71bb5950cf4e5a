// performance/unbuffered-write: `write!` to a file in a loop, one system call each.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kUnbufferedWrite;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::MacroCall};
constexpr TokenKind kTokens[] = {TokenKind::KwFor, TokenKind::KwWhile, TokenKind::KwLoop};
constexpr std::string_view kMacros[] = {"std::write", "std::writeln"};
constexpr std::string_view kUnbuffered[] = {"std::fs::File", "std::net::TcpStream"};

constexpr std::string_view kReferences[] = {
    "std::io::BufWriter, https://doc.rust-lang.org/std/io/struct.BufWriter.html",
    "The Rust Performance Book, \"I/O\", https://nnethercote.github.io/perf-book/io.html",
};

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  if (!enclosing_loop(tree, node) || context.in_test()) return;
  const Sema& sema = context.sema();
  if (!sema.find_macro(node, kMacros)) return;
  // The first argument, when it is a variable: `file` or `&mut file`.
  const NodeId arguments = tree.child(node, Role::arguments);
  uint32_t slot = tree.first_slot(arguments) + 1;
  while (slot < tree.end_slot(arguments) &&
         (is_trivia(tree.token_kind(slot)) || tree.token_kind(slot) == TokenKind::And ||
          tree.token_kind(slot) == TokenKind::KwMut))
    ++slot;
  if (slot + 1 >= tree.end_slot(arguments) || tree.token_kind(slot) != TokenKind::Ident) return;
  if (tree.token_kind(slot + 1) != TokenKind::Comma) return;
  const std::string_view name = tree.token_text(slot);
  // The variable of that name that is declared last before the call, in the same function.
  const NodeId function = enclosing_fn_item(tree, node);
  NodeId declaration;
  for (NodeId at = function; function && at.value < node.value; at = NodeId(at.value + 1))
    if (tree.kind(at) == NodeKind::IdentPat && name_of(tree, tree.child(at, Role::name)) == name)
      declaration = tree.child(at, Role::name);
  if (!declaration) return;
  const SemaType type = sema.peel_references(sema.type_of_local(declaration));
  if (!type) return;
  const Match match = sema.find_type(type, kUnbuffered);
  if (!match) return;
  const std::string message = "`" + std::string(name) + "` is written to in a loop without a buffer";
  const RelatedPlace related[] = {{tree.span(declaration), "made here"}};
  context.report({.span = tree.span(node),
                  .message = message,
                  .label = "a system call for each piece of the format string",
                  .help = "wrap it: `BufWriter::new(..)`, and `flush()?` at the end",
                  .severity = kUnbufferedWrite.severity,
                  .related = related});
}

}  // namespace

const Rule kUnbufferedWrite = {
    .id = "performance/unbuffered-write",
    .area = "performance",
    .title = "formatted output to a file in a loop without a buffer",
    .why =
        "`write!` hands each piece of the format string to the file by itself, and a file has no buffer: a line of "
        "four "
        "pieces is four system calls. A `BufWriter` makes one of some thousand.",
    .bad = R"(use std::fs::File;
use std::io::{self, Write};

pub fn save(values: &[u32]) -> io::Result<()> {
    let mut file = File::create("values")?;
    for value in values {
        writeln!(file, "{value}")?;  //~
    }
    Ok(())
}
)",
    .good = R"(use std::fs::File;
use std::io::{self, BufWriter, Write};

pub fn save(values: &[u32]) -> io::Result<()> {
    let mut file = BufWriter::new(File::create("values")?);
    for value in values {
        writeln!(file, "{value}")?;
    }
    file.flush()
}
)",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt = "each line may have to be on disk at once, or there may be few of them",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .tokens = kTokens,
};

}  // namespace rp
