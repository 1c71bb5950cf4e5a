// Putting out what a rule says, with what its variables matched.
#include "expand/macro_internal.h"
#include "syntax/lexer.h"

namespace rp::macros {
namespace {

// Of one output; the starts of tokens are 32-bit.
constexpr size_t kMaxOutputBytes = size_t{256} << 20U;

TokenKind group_of(Fragment fragment) {
  switch (fragment) {
    case Fragment::Item:
      return T::GroupOpenItem;
    case Fragment::Block:
      return T::GroupOpenBlock;
    case Fragment::Stmt:
      return T::GroupOpenStmt;
    case Fragment::PatParam:
    case Fragment::Pat:
      return T::GroupOpenPat;
    case Fragment::Expr:
    case Fragment::Expr2021:
      return T::GroupOpenExpr;
    case Fragment::Type:
      return T::GroupOpenType;
    case Fragment::Literal:
      return T::GroupOpenLiteral;
    case Fragment::Path:
      return T::GroupOpenPath;
    case Fragment::Meta:
      return T::GroupOpenMeta;
    default:
      return T::GroupOpenVis;
  }
}

class Transcriber {
 public:
  explicit Transcriber(const Transcription& t) : t_(t), rule_(t.rule), m_(t.matches) {
    first_slot_ = t.out->size();
    first_byte_ = t.out->text_bytes();
  }

  bool run();

 private:
  struct Level {
    uint32_t begin;  // the Begin op
    uint32_t index;
    uint32_t count;
  };

  bool fail(uint32_t place, std::string message) {
    *t_.error = {std::move(message), t_.definition.origin(place), {}};
    return false;
  }
  // Who a token of the definition comes from in the output. The contexts of this expansion are made when the first
  // token with them is put out.
  [[nodiscard]] uint32_t writer_of(uint32_t slot) {
    const TokenOrigins& origins = t_.definition.source->origins;
    const uint32_t there = origins.empty() ? 0 : origins.writer(slot);
    if (there != known_there_) [[unlikely]] {
      known_there_ = there;
      const ContextId own = origins.empty() ? kRootContext : origins.writer_context(there);
      known_here_ = t_.out->writer(origins.empty() ? t_.definition.id : origins.writer_source(there),
                                   t_.contexts.with(own, t_.call.expansion));
    }
    return known_here_;
  }
  [[nodiscard]] uint32_t offset_of(uint32_t slot) const {
    const Source& source = *t_.definition.source;
    return source.origins.empty() ? source.tree.token_start(slot) : source.origins.offset(slot);
  }
  void push_def_token(const DefToken& def) {
    t_.out->push_of(writer_of(def.slot), def.kind, t_.definition.text(def), offset_of(def.slot));
  }
  void push_def_token(uint32_t token) { push_def_token(t_.definition.tokens[token]); }
  void push_def_tokens(uint32_t begin, uint32_t end);
  void push_made(TokenKind kind, std::string_view text, uint32_t place) {
    const uint32_t slot = t_.definition.tokens[place].slot;
    t_.out->push_of(writer_of(slot), kind, text, offset_of(slot));
  }
  // The iteration of the variable's sequence that the open repetitions choose. False: it repeats still; *deeper is the
  // scope that does and *iteration the iteration around it.
  bool locate(uint32_t variable, uint32_t* iteration, uint32_t* deeper) const;
  bool begin_repetition(uint32_t at, uint32_t* count);
  bool variable(const OutOp& op);
  void push_fragment(Fragment fragment, Matches::Range range);
  bool count(const OutOp& op);
  bool concat(const OutOp& op);
  bool within_limits(uint32_t place) {
    if (t_.out->size() - first_slot_ <= t_.limits.tokens_per_call &&
        t_.out->text_bytes() - first_byte_ <= kMaxOutputBytes && ++steps_ <= 4 * uint64_t{t_.limits.tokens_per_call})
        [[likely]]
      return true;
    return too_large(place);
  }
  [[gnu::noinline]] bool too_large(uint32_t place) {
    return fail(place, "the output of macro `" + t_.definition.name + "` is too large: the limit is " +
                           std::to_string(t_.limits.tokens_per_call) + " tokens");
  }

  const Transcription& t_;
  const Rule& rule_;
  const Matches& m_;
  std::vector<Level> levels_;
  uint32_t first_slot_ = 0;
  size_t first_byte_ = 0;
  uint64_t steps_ = 0;
  uint32_t known_there_ = kNone;
  uint32_t known_here_ = 0;
  TokenStream::KnownWriters input_writers_;
};

void Transcriber::push_def_tokens(uint32_t begin, uint32_t end) {
  const DefToken* const tokens = t_.definition.tokens.data();
  if (!t_.definition.source->origins.empty()) {
    for (uint32_t i = begin; i < end; ++i) push_def_token(tokens[i]);
    return;
  }
  // In a file, all are of one writer, and where the text stands is the place.
  if (begin == end) return;
  const uint32_t writer = writer_of(tokens[begin].slot);
  const char* const text = t_.definition.source->text.data();
  TokenStream* const out = t_.out;
  for (uint32_t i = begin; i < end; ++i) {
    const DefToken& def = tokens[i];
    const bool is_crate = def.kind == T::DollarCrate;
    out->push_of(writer, def.kind, is_crate ? kDollarCrate : std::string_view(text + def.text, def.length), def.text);
  }
}

bool Transcriber::locate(uint32_t variable, uint32_t* iteration, uint32_t* deeper) const {
  const std::vector<uint32_t>& chain = rule_.variables[variable].chain;
  uint32_t at = 0;
  for (size_t d = 0; d < chain.size(); ++d) {
    if (d >= levels_.size()) {
      *iteration = at;
      *deeper = chain[d];
      return false;
    }
    const uint32_t count = m_.length(chain[d], at);
    if (levels_[d].index >= count) {
      *iteration = kNone;  // another variable drives this repetition, and goes further
      *deeper = 0;
      return false;
    }
    at = m_.first(chain[d], at) + levels_[d].index;
  }
  *iteration = at;
  *deeper = 0;
  return true;
}

// How often the repetition at op `at` is put out.
bool Transcriber::begin_repetition(uint32_t at, uint32_t* count) {
  const OutOp& op = rule_.output[at];
  bool known = false;
  uint32_t leader = 0;
  for (uint32_t i = op.a; i < op.a + op.b; ++i) {
    const uint32_t variable = rule_.used[i];
    uint32_t iteration = 0;
    uint32_t deeper = 0;
    if (locate(variable, &iteration, &deeper) || iteration == kNone) continue;
    const uint32_t times = m_.length(deeper, iteration);
    if (!known) {
      known = true;
      leader = variable;
      *count = times;
    } else if (times != *count) {
      const auto say = [this](uint32_t v, uint32_t n) {
        return "`" + std::string(rule_.variables[v].name) + "` repeats " + std::to_string(n) +
               (n == 1 ? " time" : " times");
      };
      return fail(op.place, "meta-variable " + say(leader, *count) + ", but " + say(variable, times));
    }
  }
  if (!known)
    return fail(op.place,
                "attempted to repeat an expression containing no syntax variables matched as repeating at this depth");
  if (*count == 0 && op.repeat == Repeat::OneOrMore) return fail(op.place, "this must repeat at least once");
  return true;
}

void Transcriber::push_fragment(Fragment fragment, Matches::Range range) {
  const MacroInput& input = t_.matcher.input();
  const Source& source = *input.source;
  if (!needs_parser(fragment)) {
    t_.out->push_range(source, input.id, range.begin, range.end, &input_writers_);
    return;
  }
  const TokenKind open = group_of(fragment);
  // What a macro took as such a whole already is not wrapped again.
  if (range.end > range.begin && source.tree.token_kind(range.begin) == open &&
      t_.matcher.after_tree(range.begin) == range.end) {
    t_.out->push_range(source, input.id, range.begin, range.end, &input_writers_);
    return;
  }
  const uint32_t slots = source.tree.slot_count();
  const uint32_t near = range.begin < slots ? range.begin : slots - 1;
  const TokenOrigin origin = slots == 0 ? t_.call.place : source.origin(input.id, near);
  const ContextId context = slots == 0 ? kRootContext : source.context(near);
  t_.out->push(open, {}, origin, context);
  t_.out->push_range(source, input.id, range.begin, range.end, &input_writers_);
  t_.out->push(T::GroupClose, {}, origin, context);
}

bool Transcriber::variable(const OutOp& op) {
  uint32_t iteration = 0;
  uint32_t deeper = 0;
  if (locate(op.a, &iteration, &deeper)) {
    push_fragment(rule_.variables[op.a].fragment, m_.range(op.a, iteration));
    return true;
  }
  if (iteration == kNone) {
    // As rustc does for a name that means nothing here.
    push_made(T::Dollar, "$", op.b);
    push_def_token(op.b);
    return true;
  }
  return fail(op.place, "variable `" + std::string(rule_.variables[op.a].name) + "` is still repeating at this depth");
}

// `${count($x, depth)}`: how many there are below the repetitions that are open.
bool Transcriber::count(const OutOp& op) {
  uint32_t iteration = 0;
  uint32_t deeper = 0;
  const Variable& v = rule_.variables[op.a];
  if (locate(op.a, &iteration, &deeper) || iteration == kNone)
    return fail(op.place, "`count` can not be placed inside the innermost repetition");
  const auto depth = static_cast<uint32_t>(v.chain.size());
  const uint32_t depth_left = depth - rule_.scopes[deeper].depth;  // sequences below `deeper`
  if (op.b > depth_left) {
    return fail(op.place, depth_left == 0
                              ? "`count` with this depth is out of bounds"
                              : "depth parameter of `count` must be less than " + std::to_string(depth_left + 1));
  }
  // Down the chain, ranges stay ranges: the iterations below a run of iterations are a run.
  uint32_t begin = m_.first(deeper, iteration);
  uint32_t end = m_.first(deeper, iteration + 1);
  const uint32_t levels = depth_left - op.b;
  for (uint32_t i = 0; i < levels; ++i) {
    const uint32_t scope = v.chain[depth - depth_left + i];
    begin = m_.first(scope, begin);
    end = m_.first(scope, end);
  }
  push_made(T::Int, std::to_string(end - begin), op.place);
  return true;
}

bool Transcriber::concat(const OutOp& op) {
  std::string name;
  for (uint32_t i = op.a; i < op.b; ++i) {
    const ConcatPart& part = rule_.parts[i];
    TokenKind kind = t_.definition.tokens[part.token].kind;
    std::string_view text = t_.definition.text(part.token);
    if (part.variable != kNone) {
      uint32_t iteration = 0;
      uint32_t deeper = 0;
      if (!locate(part.variable, &iteration, &deeper))
        return fail(part.token,
                    "variable `" + std::string(rule_.variables[part.variable].name) + "` is still repeating");
      const Matches::Range range = m_.range(part.variable, iteration);
      const Tree& tree = t_.matcher.input().source->tree;
      uint32_t slot = range.begin;
      while (slot + 1 < range.end && is_group_open(tree.token_kind(slot))) ++slot;
      kind = tree.token_kind(slot);
      text = tree.token_text(slot);
      if (!is_word(kind) && !is_literal(kind))
        return fail(part.token, "metavariables of `${concat(..)}` must be of type `ident`, `literal` or `tt`");
    }
    if (kind == T::RawIdent) text.remove_prefix(2);
    if (kind == T::Str || kind == T::Char) text = text.size() >= 2 ? text.substr(1, text.size() - 2) : text;
    name += text;
  }
  const TokenBuffer tokens = lex(name, LexOptions{t_.definition.edition, false});
  if (tokens.count != 1 || !is_word(tokens.kinds[0]))
    return fail(op.place, "`${concat(..)}` is not generating a valid identifier");
  push_made(T::Ident, name, op.place);
  return true;
}

bool Transcriber::run() {
  const std::vector<OutOp>& output = rule_.output;
  uint32_t i = 0;
  for (;;) {
    // The end of a repetition's body: once more, or on.
    while (!levels_.empty() && i == output[levels_.back().begin].end) {
      Level& level = levels_.back();
      if (++level.index < level.count) {
        const OutOp& begin = output[level.begin];
        if (begin.separator != kNone) push_def_token(begin.separator);
        if (!within_limits(begin.place)) return false;
        i = level.begin + 1;
        if (i != begin.end) break;
      } else {
        levels_.pop_back();
      }
    }
    if (i >= output.size()) return true;
    const OutOp& op = output[i];
    if (!within_limits(op.place)) return false;
    switch (op.type) {
      case OutOp::Type::Tokens:
        push_def_tokens(op.a, op.b);
        break;
      case OutOp::Type::Variable:
        if (!variable(op)) return false;
        break;
      case OutOp::Type::Begin: {
        uint32_t times = 0;
        if (!begin_repetition(i, &times)) return false;
        if (times == 0) {
          i = op.end;
          continue;
        }
        levels_.push_back({i, 0, times});
        break;
      }
      case OutOp::Type::Count:
        if (!count(op)) return false;
        break;
      case OutOp::Type::Ignore:
        break;
      case OutOp::Type::Index:
      case OutOp::Type::Length: {
        const char* what = op.type == OutOp::Type::Index ? "index" : "len";
        if (op.b >= levels_.size()) {
          if (levels_.empty())
            return fail(op.place, std::string("meta-variable expression `") + what +
                                      "` with depth parameter must be called inside of a macro repetition");
          return fail(op.place, std::string("depth parameter of `") + what + "` must be less than " +
                                    std::to_string(levels_.size()));
        }
        const Level& level = levels_[levels_.size() - 1 - op.b];
        push_made(T::Int, std::to_string(op.type == OutOp::Type::Index ? level.index : level.count), op.place);
        break;
      }
      case OutOp::Type::Concat:
        if (!concat(op)) return false;
        break;
    }
    ++i;
  }
}

}  // namespace

bool transcribe(const Transcription& t) { return Transcriber(t).run(); }

}  // namespace rp::macros
