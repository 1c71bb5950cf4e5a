#include "review/ecosystem/spdx.h"

#include <algorithm>
#include <array>
#include <utility>

namespace rp::spdx {
namespace {

using manifest::Span;
using enum Class;

constexpr License kLicenses[] = {
#define RP_LICENSE(id, osi, fsf, deprecated, kind) {id, osi, fsf, deprecated, kind},
#define RP_LICENSE_EXCEPTION(id, deprecated)
#include "review/ecosystem/spdx_licenses.def"
};
constexpr Exception kExceptions[] = {
#define RP_LICENSE(id, osi, fsf, deprecated, kind)
#define RP_LICENSE_EXCEPTION(id, deprecated) {id, deprecated},
#include "review/ecosystem/spdx_licenses.def"
};

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

int compare_folded(std::string_view a, std::string_view b) {
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    if (lower(a[i]) != lower(b[i])) return lower(a[i]) < lower(b[i]) ? -1 : 1;
  return a.size() == b.size() ? 0 : a.size() < b.size() ? -1 : 1;
}

// The list in an order in which capitals do not count.
template <size_t kCount, typename Entry>
constexpr std::array<uint16_t, kCount> folded_order(const Entry (&entries)[kCount]) {
  std::array<uint16_t, kCount> order{};
  for (size_t i = 0; i < kCount; ++i) order[i] = static_cast<uint16_t>(i);
  std::sort(order.begin(), order.end(), [&](uint16_t a, uint16_t b) {
    const std::string_view x = entries[a].id;
    const std::string_view y = entries[b].id;
    return std::lexicographical_compare(x.begin(), x.end(), y.begin(), y.end(),
                                        [](char c, char d) { return lower(c) < lower(d); });
  });
  return order;
}
constexpr auto kLicenseOrder = folded_order(kLicenses);
constexpr auto kExceptionOrder = folded_order(kExceptions);

template <typename Entry, size_t kCount>
const Entry* find(const Entry (&entries)[kCount], const std::array<uint16_t, kCount>& order, std::string_view id) {
  const auto at = std::lower_bound(order.begin(), order.end(), id, [&](uint16_t entry, std::string_view wanted) {
    return compare_folded(entries[entry].id, wanted) < 0;
  });
  return at != order.end() && compare_folded(entries[*at].id, id) == 0 ? &entries[*at] : nullptr;
}

// What people write for a licence whose identifier is another.
struct Alias {
  std::string_view written;  // in small letters
  std::string_view id;
};
constexpr Alias kAliases[] = {
    {"apache", "Apache-2.0"},
    {"apache 2.0", "Apache-2.0"},
    {"apache license 2.0", "Apache-2.0"},
    {"apache-2", "Apache-2.0"},
    {"apache2", "Apache-2.0"},
    {"bsd", "BSD-3-Clause"},
    {"bsd-2", "BSD-2-Clause"},
    {"bsd-3", "BSD-3-Clause"},
    {"boost", "BSL-1.0"},
    {"cc0", "CC0-1.0"},
    {"gpl", "GPL-3.0-or-later"},
    {"gpl-2", "GPL-2.0-only"},
    {"gpl-3", "GPL-3.0-only"},
    {"gpl2", "GPL-2.0-only"},
    {"gpl3", "GPL-3.0-only"},
    {"gplv2", "GPL-2.0-only"},
    {"gplv3", "GPL-3.0-only"},
    {"lgpl", "LGPL-3.0-or-later"},
    {"lgplv3", "LGPL-3.0-only"},
    {"agplv3", "AGPL-3.0-only"},
    {"mit license", "MIT"},
    {"mpl", "MPL-2.0"},
    {"mpl2", "MPL-2.0"},
    {"mpl-2", "MPL-2.0"},
    {"public domain", "Unlicense"},
    {"the unlicense", "Unlicense"},
    {"zlib/libpng", "Zlib"},
};

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '+' || c == ':' || c == '_';
}

// `LicenseRef-…`, `DocumentRef-…:LicenseRef-…`.
bool is_reference(std::string_view word) {
  if (word.starts_with("DocumentRef-")) {
    const size_t colon = word.find(':');
    if (colon == std::string_view::npos || colon == 12) return false;
    word.remove_prefix(colon + 1);
  }
  constexpr std::string_view kPrefix = "LicenseRef-";
  if (!word.starts_with(kPrefix) || word.size() == kPrefix.size()) return false;
  return word.find_first_of(":+_", kPrefix.size()) == std::string_view::npos;
}

std::string suggestion_for(std::string_view word) {
  for (const Alias& alias : kAliases)
    if (compare_folded(alias.written, word) == 0) return "\"" + std::string(alias.id) + "\"";
  return {};
}

}  // namespace

std::string_view class_name(Class value) {
  switch (value) {
    case Unknown:
      return "unknown";
    case PublicDomain:
      return "public domain";
    case Permissive:
      return "permissive";
    case Weak:
      return "weak copyleft";
    case Strong:
      return "copyleft";
    case Network:
      return "network copyleft";
    case Restricted:
      return "restricted";
  }
  return "";
}

const License* find_license(std::string_view id) { return find(kLicenses, kLicenseOrder, id); }
const Exception* find_exception(std::string_view id) { return find(kExceptions, kExceptionOrder, id); }

// Operators bind WITH, AND, OR, the first the closest. A stack of open groups instead of recursion.
class ExpressionParser {
 public:
  ExpressionParser(std::string_view text, ParseError* error) : text_(text), error_(error) {}

  std::optional<Expression> run() {
    groups_.emplace_back();
    for (;;) {
      if (!operand()) return std::nullopt;
      for (;;) {
        const Token token = next();
        if (token.kind == Token::Kind::Close) {
          if (groups_.size() == 1) return fail("`)` without `(`", token.span, "");
          const uint32_t closed = close_group();
          add_operand(closed);
          continue;
        }
        if (token.kind == Token::Kind::End) {
          if (groups_.size() > 1) return fail("`(` is not closed", groups_.back().open, "`)`");
          const uint32_t root = close_group();
          flatten(root);
          return std::move(expression_);
        }
        if (!is_operator(token))
          return fail("`" + std::string(token.text) + "` where an operator is wanted", token.span, "AND or OR");
        if (token.kind == Token::Kind::Or) {
          end_all();
        }
        break;
      }
    }
  }

 private:
  struct Token {
    enum class Kind : uint8_t { Word, And, Or, With, Open, Close, End, Bad };
    Kind kind = Kind::End;
    std::string_view text;
    Span span;
  };
  // The alternatives of a group so far, and the operands of the conjunction that is being read.
  struct Group {
    std::vector<uint32_t> any;
    std::vector<uint32_t> all;
    Span open;
  };
  struct Built {
    Node::Kind kind = Node::Kind::Term;
    uint32_t term = 0;
    std::vector<uint32_t> operands;
  };

  static bool is_operator(const Token& token) {
    return token.kind == Token::Kind::And || token.kind == Token::Kind::Or;
  }

  Token next() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
      ++at_;
    const auto begin = static_cast<uint32_t>(at_);
    const auto token = [&](Token::Kind kind, size_t length) {
      at_ += length;
      return Token{kind, text_.substr(begin, length), {begin, static_cast<uint32_t>(at_)}};
    };
    if (at_ == text_.size()) return token(Token::Kind::End, 0);
    switch (text_[at_]) {
      case '(':
        return token(Token::Kind::Open, 1);
      case ')':
        return token(Token::Kind::Close, 1);
      case '/':
        expression_.has_slash_ = true;
        return token(Token::Kind::Or, 1);
      default:
        break;
    }
    size_t length = 0;
    while (at_ + length < text_.size() && is_word(text_[at_ + length])) ++length;
    if (length == 0) {
      do ++length;  // a whole character
      while (at_ + length < text_.size() && (static_cast<unsigned char>(text_[at_ + length]) & 0xC0) == 0x80);
      return token(Token::Kind::Bad, length);
    }
    const std::string_view word = text_.substr(at_, length);
    if (word == "AND" || word == "and") return token(Token::Kind::And, length);
    if (word == "OR" || word == "or") return token(Token::Kind::Or, length);
    if (word == "WITH" || word == "with") return token(Token::Kind::With, length);
    return token(Token::Kind::Word, length);
  }

  std::nullopt_t fail(std::string message, Span span, std::string accepts) {
    if (error_ != nullptr) *error_ = {std::move(message), span, std::move(accepts)};
    return std::nullopt;
  }

  // A licence with what belongs to it; parentheses before it open groups. A licence in front of `)` leaves the `)`.
  bool operand() {
    for (;;) {
      const Token token = next();
      if (token.kind == Token::Kind::Open) {
        if (groups_.size() > kMaxDepth) {
          fail("the expression is nested too deep", token.span, "");
          return false;
        }
        groups_.push_back({{}, {}, token.span});
        continue;
      }
      if (token.kind != Token::Kind::Word) {
        fail(token.kind == Token::Kind::End ? (text_.empty() ? "the expression is empty" : "the expression ends early")
                                            : "`" + std::string(token.text) + "` where a licence is wanted",
             token.span, "the identifier of a licence");
        return false;
      }
      return license(token);
    }
  }

  bool license(const Token& token) {
    Term term;
    term.span = token.span;
    std::string_view word = token.text;
    if (is_reference(word)) {
      term.id = word;
    } else {
      term.license = find_license(word);
      if (term.license == nullptr && word.ends_with('+')) {
        word.remove_suffix(1);
        term.license = find_license(word);
        term.or_later = term.license != nullptr;
      }
      if (term.license == nullptr) {
        fail("\"" + std::string(token.text) + "\" is no licence of the SPDX list", token.span, suggestion_for(word));
        return false;
      }
      term.id = term.license->id;
    }
    const size_t before = at_;
    if (next().kind == Token::Kind::With) {
      const Token exception = next();
      const Exception* known = exception.kind == Token::Kind::Word ? find_exception(exception.text) : nullptr;
      if (known == nullptr && !(exception.kind == Token::Kind::Word && exception.text.starts_with("AdditionRef-"))) {
        fail(exception.kind == Token::Kind::Word
                 ? "\"" + std::string(exception.text) + "\" is no exception of the SPDX list"
                 : "an exception is wanted behind WITH",
             exception.span, "an exception such as LLVM-exception");
        return false;
      }
      term.exception = known != nullptr ? known->id : exception.text;
      term.span.end = exception.span.end;
    } else {
      at_ = before;
    }
    built_.push_back({Node::Kind::Term, static_cast<uint32_t>(expression_.terms_.size()), {}});
    expression_.terms_.push_back(term);
    add_operand(static_cast<uint32_t>(built_.size()) - 1);
    return true;
  }

  void add_operand(uint32_t id) { groups_.back().all.push_back(id); }
  uint32_t combine(Node::Kind kind, std::vector<uint32_t> operands) {
    if (operands.size() == 1) return operands[0];
    built_.push_back({kind, 0, std::move(operands)});
    return static_cast<uint32_t>(built_.size()) - 1;
  }
  void end_all() {
    Group& group = groups_.back();
    group.any.push_back(combine(Node::Kind::And, std::exchange(group.all, {})));
  }
  uint32_t close_group() {
    end_all();
    std::vector<uint32_t> any = std::move(groups_.back().any);
    groups_.pop_back();
    return combine(Node::Kind::Or, std::move(any));
  }

  // Into preorder, with a stack.
  void flatten(uint32_t root) {
    struct Visit {
      uint32_t built;
      uint32_t node;  // set when its operands are done
      bool leave;
    };
    std::vector<Visit> stack = {{root, 0, false}};
    while (!stack.empty()) {
      const Visit visit = stack.back();
      stack.pop_back();
      if (visit.leave) {
        expression_.nodes_[visit.node].end = static_cast<uint32_t>(expression_.nodes_.size());
        continue;
      }
      const auto node = static_cast<uint32_t>(expression_.nodes_.size());
      const Built& built = built_[visit.built];
      expression_.nodes_.push_back({built.kind, node + 1, built.term});
      stack.push_back({visit.built, node, true});
      for (auto each = built.operands.rbegin(); each != built.operands.rend(); ++each)
        stack.push_back({*each, 0, false});
    }
  }

  std::string_view text_;
  ParseError* error_;
  size_t at_ = 0;
  Expression expression_;
  std::vector<Group> groups_;
  std::vector<Built> built_;
};

std::optional<Expression> Expression::parse(std::string_view text, ParseError* error) {
  return ExpressionParser(text, error).run();
}

// From the last node to the first, so that operands come before what they belong to.
bool Expression::evaluate(const std::vector<bool>& accepted) const {
  std::vector<bool> value(nodes_.size());
  for (size_t i = nodes_.size(); i-- > 0;) {
    const Node& node = nodes_[i];
    if (node.kind == Node::Kind::Term) {
      value[i] = accepted[node.term];
      continue;
    }
    const bool is_and = node.kind == Node::Kind::And;
    bool result = is_and;
    for (size_t operand = i + 1; operand < node.end; operand = nodes_[operand].end)
      result = is_and ? result && value[operand] : result || value[operand];
    value[i] = result;
  }
  return !value.empty() && value[0];
}

std::optional<Term> parse_policy_entry(std::string_view text, ParseError* error) {
  const std::optional<Expression> expression = Expression::parse(text, error);
  if (!expression) return std::nullopt;
  if (expression->terms().size() != 1) {
    if (error != nullptr) *error = {"it is more than one", {0, static_cast<uint32_t>(text.size())}, "one licence"};
    return std::nullopt;
  }
  return expression->terms()[0];
}

namespace {

// The family of a licence of the GNU kind, and whether later versions may be chosen: `GPL-2.0+`, `GPL-2.0-or-later`.
struct Family {
  std::string_view name;
  bool or_later;
};
Family family_of(const Term& term) {
  std::string_view id = term.id;
  if (id.ends_with("-or-later")) return {id.substr(0, id.size() - 9), true};
  if (id.ends_with("-only")) return {id.substr(0, id.size() - 5), false};
  if (id.ends_with('+')) return {id.substr(0, id.size() - 1), true};
  return {id, term.or_later};
}

}  // namespace

bool covers(const Term& entry, const Term& term) {
  if (!entry.exception.empty() && entry.exception != term.exception) return false;
  const Family wanted = family_of(entry);
  const Family found = family_of(term);
  if (wanted.name != found.name) return false;
  // What may be had under later versions may be had under this one; not the other way round.
  return found.or_later || !wanted.or_later;
}

bool Policy::accepts(const Term& term) const {
  const auto any = [&](const std::vector<Term>& list) {
    return std::any_of(list.begin(), list.end(), [&](const Term& entry) { return covers(entry, term); });
  };
  if (!allow.empty()) return any(allow);
  return !any(deny);
}

}  // namespace rp::spdx
