// syntax/error: what the lexer and the parser found. The engine turns their errors into findings itself.
#include "review/rule.h"

namespace rp {
namespace {

constexpr std::string_view kReferences[] = {
    "The Rust Reference, https://doc.rust-lang.org/reference/",
};

}  // namespace

const Rule kSyntaxErrorRule = {
    .id = "syntax/error",
    .area = "syntax",
    .title = "text that is not Rust",
    .why =
        "rustc stops at the first file with a syntax error, so nothing after it is checked or built. The review "
        "goes on behind the error, but what stands close to it may be judged wrongly.",
    .bad =
        "fn main() {\n"
        "    let answer = ;  //~\n"
        "}\n",
    .good =
        "fn main() {\n"
        "    let answer = 42;\n"
        "}\n",
    .severity = Severity::Error,
    .verdict = Verdict::Proven,
    .doubt = "",
    .references = kReferences,
    .kinds = {},
    .check = nullptr,
};

}  // namespace rp
