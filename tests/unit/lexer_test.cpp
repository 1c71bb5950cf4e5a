// lib/syntax/lexer, token, unicode: every token form, every edition difference, every error, and that all instruction
// sets give the same tokens wherever a token lies in its block.
#include <algorithm>
#include <cstring>
#include <memory>
#include <random>
#include <vector>

#include "unit_test.h"

#include "syntax/lexer.h"
#include "syntax/token.h"

namespace {

using rp::Edition;
using rp::LexOptions;
using rp::SimdLevel;
using rp::TokenBuffer;
using rp::TokenKind;

constexpr Edition kEditions[] = {Edition::k2015, Edition::k2018, Edition::k2021, Edition::k2024};
constexpr SimdLevel kLevels[] = {SimdLevel::Scalar, SimdLevel::Sse2, SimdLevel::Avx2,
                                 SimdLevel::Avx512, SimdLevel::Neon, SimdLevel::Auto};

TokenBuffer lex(std::string_view text, Edition edition = Edition::k2021, bool whole_file = true,
                SimdLevel level = SimdLevel::Auto) {
  LexOptions options;
  options.edition = edition;
  options.whole_file = whole_file;
  options.simd = level;
  return rp::lex(text, options);
}

const rp::TokenKindInfo& info(TokenKind kind) { return rp::kTokenKindInfo[static_cast<size_t>(kind)]; }

uint32_t end_of(std::string_view text, const TokenBuffer& tokens, uint32_t slot) {
  return rp::token_end(text, tokens.starts.data(), tokens.size(), tokens.unterminated_tail, slot, tokens.kinds[slot]);
}

// The tokens as "kind text" where the text varies and "text" where it does not, separated by " | ".
std::string dump(std::string_view text, Edition edition = Edition::k2021) {
  const TokenBuffer tokens = lex(text, edition);
  std::string out;
  for (uint32_t slot = 0; slot < tokens.size(); slot += rp::token_slots(tokens.kinds[slot])) {
    if (!out.empty()) out += " | ";
    const TokenKind kind = tokens.kinds[slot];
    out += info(kind).name;
    if (rp::token_length(kind) == 0) {
      out += ' ';
      out += text.substr(tokens.starts[slot], end_of(text, tokens, slot) - tokens.starts[slot]);
    }
  }
  return out;
}

// The kind and the offset of every slot.
std::string slots(std::string_view text) {
  const TokenBuffer tokens = lex(text);
  std::string out;
  for (uint32_t i = 0; i < tokens.size(); ++i) {
    if (i != 0) out += ' ';
    out += std::string(info(tokens.kinds[i]).name) + '@' + std::to_string(tokens.starts[i]);
  }
  return out;
}

// The errors as "start-end message", separated by "; ".
std::string errors(std::string_view text, Edition edition = Edition::k2021) {
  std::string out;
  for (const rp::SyntaxError& error : lex(text, edition).errors) {
    if (!out.empty()) out += "; ";
    out += std::to_string(error.start) + '-' + std::to_string(error.end) + ' ' + error.message;
  }
  return out;
}

bool accepted(std::string_view text, Edition edition = Edition::k2021) { return lex(text, edition).errors.empty(); }
// Accepted by edition `first` and all before or after it.
void assert_error_from(std::string_view text, Edition first) {
  for (const Edition edition : kEditions) assert_int_equal(accepted(text, edition), edition < first);
}

// What holds for every text: padding, order, and that tokens and white space give the text back.
void check_invariants(std::string_view text, const TokenBuffer& tokens) {
  assert_int_equal(tokens.kinds.size(), tokens.size() + TokenBuffer::kPadding);
  assert_int_equal(tokens.starts.size(), tokens.size() + TokenBuffer::kPadding);
  for (uint32_t i = 0; i < TokenBuffer::kPadding; ++i) {
    assert_true(tokens.kinds[tokens.size() + i] == TokenKind::Eof);
    assert_int_equal(tokens.starts[tokens.size() + i], text.size());
  }
  size_t at = 0;
  for (uint32_t slot = 0; slot < tokens.size();) {
    const TokenKind kind = tokens.kinds[slot];
    assert_true(tokens.starts[slot] >= at);
    // Between two tokens there is white space only.
    while (at < tokens.starts[slot]) {
      const std::string_view rest = text.substr(at);
      size_t length = 0;
      if (std::strchr("\t\n\v\f\r ", rest[0]) != nullptr && rest[0] != '\0') length = 1;
      if (rest.substr(0, 2) == "\u0085") length = 2;
      for (const char* white : {"\u200E", "\u200F", "\u2028", "\u2029"}) {
        if (rest.substr(0, 3) == white) length = 3;
      }
      assert_true(length != 0);
      at += length;
    }
    assert_int_equal(at, tokens.starts[slot]);
    const uint32_t end = end_of(text, tokens, slot);
    assert_true(end > at && end <= text.size());
    // Each slot of an operator is one character further on.
    const uint32_t count = rp::token_slots(kind);
    for (uint32_t k = 1; k < count; ++k) assert_true(tokens.starts[slot + k] > tokens.starts[slot + k - 1]);
    if (info(kind).is_punct) {
      assert_text_equal(text.substr(at, end - at), info(kind).name);
      for (uint32_t k = 1; k < count; ++k) {
        assert_text_equal(info(tokens.kinds[slot + k]).name, info(kind).name.substr(k));
        assert_int_equal(tokens.starts[slot + k], at + k);
      }
    }
    at = end;
    slot += count;
  }
  for (size_t i = 1; i < tokens.errors.size(); ++i) {
    assert_true(tokens.errors[i - 1].start <= tokens.errors[i].start);
  }
  for (const rp::SyntaxError& error : tokens.errors) {
    assert_true(error.start <= error.end && error.end <= text.size());
    assert_false(error.message.empty());
  }
}

void assert_same_tokens(const TokenBuffer& a, const TokenBuffer& b) {
  assert_int_equal(a.size(), b.size());
  assert_memory_equal(a.kinds.data(), b.kinds.data(), a.kinds.size());
  assert_memory_equal(a.starts.data(), b.starts.data(), a.starts.size() * sizeof(uint32_t));
  assert_int_equal(a.unterminated_tail, b.unterminated_tail);
  assert_int_equal(a.errors.size(), b.errors.size());
  for (size_t i = 0; i < a.errors.size(); ++i) {
    assert_int_equal(a.errors[i].start, b.errors[i].start);
    assert_text_equal(a.errors[i].message, b.errors[i].message);
  }
}

// Lexes `text` at every level from a heap block of its exact size, so that a sanitizer sees any read outside.
void check_levels(std::string_view text, Edition edition) {
  const std::unique_ptr<char[]> exact(new char[text.size()]);
  if (!text.empty()) std::memcpy(exact.get(), text.data(), text.size());
  const std::string_view copy(exact.get(), text.size());
  const TokenBuffer scalar = lex(copy, edition, true, SimdLevel::Scalar);
  check_invariants(copy, scalar);
  for (const SimdLevel level : kLevels) assert_same_tokens(scalar, lex(copy, edition, true, level));
}

// ---- Words

void keywords_and_identifiers(void**) {
  assert_text_equal(dump("fn foo _ _a Self macro_rules macro_rulez"),
                    "fn | identifier foo | _ | identifier _a | Self | macro_rules | identifier macro_rulez");
  assert_text_equal(dump("contract_ensures contract_requires contract_required Contract"),
                    "contract_ensures | contract_requires | identifier contract_required | identifier Contract");
  assert_text_equal(dump("continued continue overrides abstractness bikesheds continue_expressn"),
                    "identifier continued | continue | identifier overrides | identifier abstractness | "
                    "identifier bikesheds | identifier continue_expressn");
  // Words that become keywords later have their kind in every edition; the parser decides.
  for (const Edition edition : kEditions) {
    assert_text_equal(dump("async await dyn try gen union", edition), "async | await | dyn | try | gen | union");
  }
}

void every_keyword_is_found_and_no_neighbour(void**) {
  for (size_t kind = 0; kind < static_cast<size_t>(TokenKind::kCount); ++kind) {
    if (!rp::is_keyword_kind(static_cast<TokenKind>(kind))) continue;
    const std::string word(rp::kTokenKindInfo[kind].name);
    assert_true(lex(word).kinds[0] == static_cast<TokenKind>(kind));
    for (const std::string& other :
         {word + "x", "x" + word, word + "0", word + "_", "\u00E9" + word, word + "\u00E9"}) {
      assert_true(lex(other).kinds[0] == TokenKind::Ident);
    }
  }
}

void long_identifiers_are_one_token(void**) {
  for (size_t length = 1; length < 300; ++length) {
    const std::string word(length, 'x');
    assert_text_equal(dump(word + "+" + word), "identifier " + word + " | + | identifier " + word);
    assert_false(accepted(word + "\"a\""));
  }
}

void raw_identifiers(void**) {
  assert_text_equal(dump("r#fn r#a r#é r"),
                    "raw_identifier r#fn | raw_identifier r#a | raw_identifier r#é | identifier r");
  for (const char* name : {"self", "Self", "super", "crate", "_"}) {
    assert_text_equal(errors(std::string("r#") + name),
                      "0-" + std::to_string(2 + std::strlen(name)) + " `" + name + "` cannot be a raw identifier");
  }
  assert_true(accepted("r#_a r#self_ r#static r#async"));
  assert_text_equal(dump("r#a\"x\""), "raw_identifier r#a | string \"x\"");  // a raw identifier is no prefix
}

void unicode_identifiers(void**) {
  assert_text_equal(dump("é áb x\u0301y ªb ℘ 東京 _é"),
                    "identifier é | identifier áb | identifier x\u0301y | identifier ªb | identifier ℘ | "
                    "identifier 東京 | identifier _é");
  assert_text_equal(dump("a·b"), "identifier a·b");  // U+00B7 continues
  assert_text_equal(dump("·a"), "unknown_character · | identifier a");
  // Emoji are identifiers for the lexer; a later pass of rustc rejects them.
  assert_text_equal(dump("🦀 a🦀b 🦀\u200D🦀x"), "identifier 🦀 | identifier a🦀b | identifier 🦀\u200D🦀x");
  assert_text_equal(dump("a\u200Db \u200D"), "identifier a\u200Db | unknown_character \u200D");
  // A heavy plus or minus alone is a mistyped operator.
  assert_text_equal(dump("1 ➖ 2"), "integer 1 | unknown_character ➖ | integer 2");
  assert_text_equal(dump("➖➖"), "identifier ➖➖");
  assert_text_equal(dump("➕x"), "identifier ➕x");
}

void white_space_is_pattern_white_space(void**) {
  assert_text_equal(dump("a\t\n\v\f\r b\u0085\u200E\u200F\u2028\u2029c"), "identifier a | identifier b | identifier c");
  assert_text_equal(errors("a\u00A0b"), "1-3 unknown start of a token: U+00A0");
  assert_text_equal(errors("\u200B"), "0-3 unknown start of a token: U+200B");
}

void prefixes_are_reserved_from_2021(void**) {
  for (const char* text : {"a\"x\"", "k#x", "f'x'", "match\"x\"", "é\"x\"", "_#x", "rb\"x\"", "r'x'", "br'x'", "b#x",
                           "true\"x\"", "'a#x", "'r#1"}) {
    assert_error_from(text, Edition::k2021);
  }
  assert_text_equal(errors("rb\"x\""), "0-2 unknown prefix `rb`");
  assert_text_equal(dump("k#x", Edition::k2018), "identifier k | # | identifier x");
  assert_text_equal(dump("k#x"), "identifier k | # | identifier x");
  assert_true(accepted("a \"x\" a #x a 'x'"));
  assert_true(accepted("a🦀\"x\""));  // no prefix with an emoji
}

// ---- Numbers

void integers(void**) {
  assert_text_equal(dump("0 1 00 1_000 0xFF_u8 0b1_01 0o17 1usize 9suffix 12345678901234567890"),
                    "integer 0 | integer 1 | integer 00 | integer 1_000 | integer 0xFF_u8 | integer 0b1_01 | "
                    "integer 0o17 | integer 1usize | integer 9suffix | integer 12345678901234567890");
  assert_text_equal(dump("1.foo 1..2 1._0 1.é 0x1.e 0xe+1"),
                    "integer 1 | . | identifier foo | integer 1 | .. | integer 2 | integer 1 | . | identifier _0 | "
                    "integer 1 | . | identifier é | integer 0x1 | . | identifier e | integer 0xe | + | integer 1");
}

void floats(void**) {
  assert_text_equal(dump("1. 1.0 1e5 1E-5 1.0e+1_0f32 1_.0 1e_3 2.0f64 1.;"),
                    "float 1. | float 1.0 | float 1e5 | float 1E-5 | float 1.0e+1_0f32 | float 1_.0 | float 1e_3 | "
                    "float 2.0f64 | float 1. | ;");
  assert_text_equal(dump("1_f64 1f32"), "integer 1_f64 | integer 1f32");
}

void wrong_numbers(void**) {
  assert_text_equal(errors("0x"), "0-2 no digits after the base of a number");
  assert_text_equal(errors("0b_"), "0-3 no digits after the base of a number");
  assert_text_equal(errors("0ou8"), "0-2 no digits after the base of a number");
  assert_text_equal(errors("0b12"), "3-4 the digit `2` is too large for base 2");
  assert_text_equal(errors("0o189"),
                    "3-4 the digit `8` is too large for base 8; 4-5 the digit `9` is too large for base 8");
  assert_text_equal(errors("1e"), "0-2 no digits in the exponent of a number");
  assert_text_equal(errors("1e+_"), "0-4 no digits in the exponent of a number");
  assert_text_equal(errors("1.0e-x"), "0-6 no digits in the exponent of a number");
  assert_text_equal(errors("0xf.0"), "0-5 a floating-point number cannot have the base 16");
  assert_text_equal(errors("0b1e3"), "0-5 a floating-point number cannot have the base 2");
  assert_text_equal(errors("0o1.5"), "0-5 a floating-point number cannot have the base 8");
  assert_true(accepted("1zz 0x1zz 0b1u7 1.0zz"));  // suffixes are not the lexer's
}

void floats_after_a_dot_are_split(void**) {
  assert_text_equal(slots("x.0.1"), "identifier@0 .@1 float_dotted@2 .@3 integer@4");
  assert_text_equal(slots("x.0. "), "identifier@0 .@1 float_trailing_dot@2 .@3");
  assert_text_equal(slots("x. /* c */ 0.1"), "identifier@0 .@1 block_comment@3 float_dotted@11 .@12 integer@13");
  assert_text_equal(slots("x.0.1.2.3"),
                    "identifier@0 .@1 float_dotted@2 .@3 integer@4 .@5 float_dotted@6 .@7 integer@8");
  assert_text_equal(slots("0.1"), "float@0");
  assert_text_equal(slots("x..0.1"), "identifier@0 ..@1 float@3");
  assert_text_equal(slots("x.0.1f32"), "identifier@0 .@1 float@2");
  assert_text_equal(slots("x.1e3"), "identifier@0 .@1 float@2");
  assert_text_equal(slots("x.1.2e+3"), "identifier@0 .@1 float@2");
  assert_text_equal(slots("x.1.2e3"), "identifier@0 .@1 float_dotted@2 .@3 integer@4");  // as rustc, a field `2e3`
  assert_text_equal(slots("x.0.foo"), "identifier@0 .@1 integer@2 .@3 identifier@4");
}

// ---- Characters and lifetimes

void characters(void**) {
  assert_text_equal(dump(R"('a' '\'' '\\' '"' '/' 'é' '🦀' '\n' '\x7F' '\u{10_FFFF}' 'a'u8 b'a' b'\xFF')"),
                    R"(char 'a' | char '\'' | char '\\' | char '"' | char '/' | char 'é' | char '🦀' | char '\n' | )"
                    R"(char '\x7F' | char '\u{10_FFFF}' | char 'a'u8 | byte b'a' | byte b'\xFF')");
  assert_text_equal(dump("'ab'c"), "char 'ab' | identifier c");  // no suffix behind a word in quotes
}

void wrong_characters(void**) {
  const char* const many = "more than one character in a character literal";
  assert_text_equal(errors("''"), "0-2 empty character literal");
  assert_text_equal(errors("b''"), "0-3 empty character literal");
  assert_text_equal(errors("'ab'"), std::string("0-4 ") + many);
  assert_text_equal(errors("'e\u0301'"), std::string("0-5 ") + many);
  assert_text_equal(errors("'''"), "1-2 this character needs an escape in a character literal");
  assert_text_equal(errors("'\n'"), "1-2 this character needs an escape in a character literal");
  assert_text_equal(errors("'\r\n'"), "1-3 this character needs an escape in a character literal");
  assert_text_equal(errors("'\t'"), "1-2 this character needs an escape in a character literal");
  assert_text_equal(errors("'\r'"), "1-2 carriage return without line feed in a literal");
  assert_text_equal(errors("b'é'"), "2-4 a byte literal can contain ASCII characters only");
  assert_text_equal(errors("'a'_"), "3-4 `_` is no suffix of a literal");
  assert_text_equal(errors("';"), "0-2 unterminated character literal");
  assert_text_equal(errors("b'a"), "0-3 unterminated byte literal");
  assert_text_equal(dump("';a /* */ b\nc"), "char ';a | block_comment /* */ | identifier b | identifier c");
  assert_text_equal(dump("'( \nx"), "char '( | identifier x");
}

void lifetimes(void**) {
  assert_text_equal(dump("'a 'static '_ 'é &'a'"),
                    "lifetime 'a | lifetime 'static | lifetime '_ | lifetime 'é | & | char 'a'");
  assert_text_equal(errors("'1a"), "0-3 a lifetime cannot start with a digit");
  assert_text_equal(dump("'r#a"), "raw_lifetime 'r#a");
  assert_text_equal(dump("'r#a", Edition::k2018), "lifetime 'r | # | identifier a");
  assert_text_equal(errors("'r#_"), "0-4 `_` cannot be a raw lifetime");
  assert_text_equal(errors("'r#self"), "0-7 `self` cannot be a raw lifetime");
  assert_error_from("'r#a'b", Edition::k2021);
}

// ---- Strings

void strings(void**) {
  assert_text_equal(dump(R"("" "a" "\"" "\\" "é" "a"suffix b"a" c"a" r"\" br"\" cr"\" r#"a"b"# r##"a"#"##)"),
                    R"(string "" | string "a" | string "\"" | string "\\" | string "é" | string "a"suffix | )"
                    R"(byte_string b"a" | c_string c"a" | raw_string r"\" | raw_byte_string br"\" | )"
                    R"(raw_c_string cr"\" | raw_string r#"a"b"# | raw_string r##"a"#"##)");
  assert_text_equal(dump("\"a\nb\"\"c\""), "string \"a\nb\" | string \"c\"");
  assert_text_equal(dump("r#\"a\"##"), "raw_string r#\"a\"# | #");
  assert_true(accepted("\"a\r\nb\" r\"a\r\nb\" \"a\\\r\n   b\" b\"\\\n  \" c\"\\\n\" \"\\u{1F_600}\\0\\x7f\""));
}

void c_strings_start_in_2021(void**) {
  assert_text_equal(dump("c\"a\"", Edition::k2018), "identifier c | string \"a\"");
  assert_text_equal(dump("cr#\"a\"#", Edition::k2018), "identifier cr | # | string \"a\" | #");
  assert_text_equal(dump("c\"a\" cr#\"a\"#", Edition::k2021), "c_string c\"a\" | raw_c_string cr#\"a\"#");
  assert_true(accepted("c\"\\0\"", Edition::k2018));
  assert_false(accepted("c\"\\0\"", Edition::k2021));
}

void wrong_escapes(void**) {
  struct {
    const char* text;
    const char* expected;
  } const cases[] = {
      {R"("\q")", "1-3 unknown escape: `q`"},
      {R"("\é")", "1-4 unknown escape: `é`"},
      {R"("\x")", "1-3 `\\x` needs two hexadecimal digits"},
      {R"("\x1")", "1-4 `\\x` needs two hexadecimal digits"},
      {R"("\xg0")", "3-4 not a hexadecimal digit: `g`"},
      {R"("\x80")", "1-5 `\\x` ends at 7F in a character or string"},
      {R"("\u")", "1-3 `\\u` needs braces"},
      {R"("\u1")", "1-4 `\\u` needs braces"},
      {R"("\u{")", "1-4 `\\u{` without `}`"},
      {R"("\u{}")", "1-5 `\\u{}` without digits"},
      {R"("\u{_1}")", "4-5 the digits of `\\u{}` cannot start with `_`"},
      {R"("\u{1234567}")", "1-12 `\\u{}` takes at most 6 digits"},
      {R"("\u{110000}")", "1-11 no such character: the last one is `\\u{10FFFF}`"},
      {R"("\u{D800}")", "1-9 `\\u{D800}` to `\\u{DFFF}` are no characters"},
      {R"("\u{x}")", "4-5 not a hexadecimal digit in `\\u{}`"},
      {R"(b"\u{1}")", "2-7 `\\u{}` in a byte literal"},
      {R"('\')", "0-3 unterminated character literal"},
      {R"(c"\0")", "2-4 a C string cannot contain NUL"},
      {R"(c"\x00")", "2-6 a C string cannot contain NUL"},
      {R"(c"\u{0}")", "2-7 a C string cannot contain NUL"},
      {R"(b"é")", "2-4 a byte literal can contain ASCII characters only"},
      {R"(br"é")", "3-5 a byte literal can contain ASCII characters only"},
      {"\"a\rb\"", "2-3 carriage return without line feed in a literal"},
      {"r\"a\rb\"", "3-4 carriage return without line feed in a raw string"},
      {"cr\"a\rb\"", "4-5 carriage return without line feed in a literal"},
  };
  for (const auto& c : cases) assert_text_equal(errors(c.text), c.expected);
  const std::string nul("c\"\0\"", 4);
  assert_text_equal(errors(nul), "2-3 a C string cannot contain NUL");
  assert_true(accepted(std::string("\"\0\" '\0' b\"\0\"", 12)));
  assert_text_equal(errors(R"("\q\w")"), "1-3 unknown escape: `q`; 3-5 unknown escape: `w`");
  assert_true(accepted(R"(b"\xff\x80" c"\xff\u{e9}é")"));
}

void unterminated_strings(void**) {
  for (const char* text : {"\"a ", "b\"a ", "c\"a ", "r\"a ", "r#\"a\" ", "br##\"a\"# ", "cr\"a ", "\"\\\" ", "\"\\"}) {
    const TokenBuffer tokens = lex(text);
    assert_int_equal(tokens.size(), 1);
    assert_true(tokens.unterminated_tail);
    assert_int_equal(tokens.errors.size(), 1);
    assert_int_equal(tokens.errors[0].start, 0);
    assert_int_equal(end_of(text, tokens, 0), std::strlen(text));
  }
  assert_text_equal(errors("r#\"a\" "), "0-3 unterminated raw string");
  assert_text_equal(lex("r##\"a\"# ").errors[0].related_label, "this quote has too few `#`");
}

void raw_string_starts(void**) {
  for (const char* text : {"r#1", "r##a", "r#", "br#a", "br#", "cr#a"}) assert_false(accepted(text));
  for (const size_t hashes : {size_t{255}, size_t{256}}) {
    const std::string fence(hashes, '#');
    const std::string text = "r" + fence + "\"a\"" + fence + "x";
    assert_int_equal(accepted(text), hashes == 255);
  }
}

void guarded_strings_are_reserved_in_2024(void**) {
  for (const char* text : {"#\"a\"", "#\"a\"#", "##\"a\"##", "##", "###", "a ##\"b\"", "#\"\\q\"#"}) {
    const std::string_view view(text);
    if (view != "#\"\\q\"#") assert_error_from(text, Edition::k2024);
    assert_false(accepted(text, Edition::k2024));
  }
  assert_text_equal(dump("#\"a\"#x", Edition::k2024), "string #\"a\"#x");
  assert_text_equal(dump("#####[", Edition::k2024), "unknown_character #### | # | [");
  assert_text_equal(dump("#\"a\"#", Edition::k2021), "# | string \"a\" | #");
  assert_true(accepted("# \"a\" # #[a] #![b]", Edition::k2024));
}

// ---- Comments

void comments(void**) {
  assert_text_equal(dump("// a\n/// b\n//! c\n//// d\n//\n///\n//!"),
                    "line_comment // a | outer_line_doc /// b | inner_line_doc //! c | line_comment //// d | "
                    "line_comment // | outer_line_doc /// | inner_line_doc //!");
  assert_text_equal(dump("/* a */ /** b */ /*! c */ /*** d */ /**/ /***/ /*!*/"),
                    "block_comment /* a */ | outer_block_doc /** b */ | inner_block_doc /*! c */ | "
                    "block_comment /*** d */ | block_comment /**/ | block_comment /***/ | inner_block_doc /*!*/");
  assert_text_equal(dump("/* /* */ x */ y */"), "block_comment /* /* */ x */ | identifier y | * | /");
  assert_text_equal(dump("/*/ */a"), "block_comment /*/ */ | identifier a");
  assert_text_equal(dump("// a  \r\nb // c \r"), "line_comment // a   | identifier b | line_comment // c \r");
}

void wrong_comments(void**) {
  assert_text_equal(errors("a /* b /* c */"), "2-4 unterminated block comment");
  assert_text_equal(errors("/*"), "0-2 unterminated block comment");
  assert_text_equal(errors("/*/"), "0-2 unterminated block comment");
  assert_true(lex("/* a ").unterminated_tail);
  assert_false(lex("/* a */ ").unterminated_tail);
  const char* const bare = " carriage return without line feed in a documentation comment";
  assert_text_equal(errors("/// a\rb\rc\n"), std::string("5-6") + bare + "; 7-8" + bare);
  assert_text_equal(errors("/** a\rb */"), std::string("5-6") + bare);
  assert_text_equal(errors("//! a\r\r\n"), std::string("5-6") + bare);
  assert_text_equal(errors("/*! a\r"), "0-2 unterminated block comment; 5-6" + std::string(bare));
  assert_true(accepted("// a\rb\n/* a\rb */ //// a\rb\n/*** a\rb */ /// a\r\n/** a\r\n */ a\rb"));
}

// ---- Operators

void operators_take_the_longest_form(void**) {
  assert_text_equal(
      dump("= == => != ! < <= << <<= <- > >= >> >>= + += - -= -> * *= / /= % %= ^ ^= & && &= | || |="),
      "= | == | => | != | ! | < | <= | << | <<= | <- | > | >= | >> | >>= | + | += | - | -= | -> | * | *= | "
      "/ | /= | % | %= | ^ | ^= | & | && | &= | | | || | |=");
  assert_text_equal(dump(". .. ... ..= : :: ; , # $ ? @ ~ ( ) [ ] { }"),
                    ". | .. | ... | ..= | : | :: | ; | , | # | $ | ? | @ | ~ | ( | ) | [ | ] | { | }");
  assert_text_equal(
      dump("=== <== <=> >=> ->> =>> ..== .... ::: :::: &&& &&= ||= |||| !== --> <-- >>>= <<<="),
      "== | = | <= | = | <= | > | >= | > | -> | > | => | > | ..= | = | ... | . | :: | : | :: | :: | && | & | "
      "&& | = | || | = | || | || | != | = | - | -> | <- | - | >> | >= | << | <=");
  assert_text_equal(dump("a</**/b =/**/="),
                    "identifier a | < | block_comment /**/ | identifier b | = | block_comment /**/ | =");
}

void operators_have_a_slot_for_each_part(void**) {
  assert_text_equal(slots(">>= <<= >> << && || <= >= += <-"),
                    ">>=@0 >=@1 =@2 <<=@4 <=@5 =@6 >>@8 >@9 <<@11 <@12 &&@14 &@15 ||@17 |@18 <=@20 =@21 >=@23 =@24 "
                    "+=@26 =@27 <-@29 -@30");
  assert_text_equal(slots("== :: -> ... -="), "==@0 ::@3 ->@6 ...@9 -=@13");
  // The end of the head when the parser takes one character off.
  const std::string_view text = "a>>b";
  const TokenBuffer tokens = lex(text);
  assert_int_equal(rp::token_end(text, tokens.starts.data(), tokens.size(), false, 1, TokenKind::Gt), 2);
  const std::string_view dotted = "x.12.34 ";
  const TokenBuffer fields = lex(dotted);
  assert_int_equal(end_of(dotted, fields, 2), 7);
  assert_int_equal(rp::token_end(dotted, fields.starts.data(), fields.size(), false, 2, TokenKind::Int), 4);
  assert_int_equal(end_of(dotted, fields, 4), 7);
}

void unknown_characters(void**) {
  assert_text_equal(dump("`\\№\x01 x"), "unknown_character `\\№\x01 | identifier x");
  assert_text_equal(errors("№"), "0-3 unknown start of a token: U+2116 (`№`)");
  assert_text_equal(lex("–").errors[0].hint, "it looks like `-` (minus), but is not");
  assert_text_equal(lex("；").errors[0].hint, "it looks like `;` (semicolon), but is not");
  assert_text_equal(lex("“").errors[0].hint, "it looks like `\"` (double quote), but is not");
  assert_text_equal(lex("\u2060").errors[0].hint, "the character is invisible; delete it");
  assert_text_equal(errors("a\xFF\xC3("), "1-3 unknown start of a token: a byte that is not UTF-8");
  assert_text_equal(dump("a\xE2\x80(\xC3"), "identifier a | unknown_character \xE2\x80 | ( | unknown_character \xC3");
}

void errors_are_limited_in_number(void**) {
  std::string text;
  for (int i = 0; i < 150000; ++i) text += "` ";
  const TokenBuffer tokens = lex(text);
  assert_int_equal(tokens.size(), 150000);
  assert_int_equal(tokens.errors.size(), 100001);
  assert_int_equal(tokens.errors.back().message.find("too many errors"), 0);
}

// ---- The start of a file

void byte_order_mark(void**) {
  assert_text_equal(dump("\uFEFFfn"), "byte_order_mark \uFEFF | fn");
  assert_false(accepted("\uFEFF\uFEFFfn"));
  assert_false(accepted("fn\uFEFF"));
  assert_int_equal(lex("\uFEFFfn", Edition::k2021, false).errors.size(), 1);
}

void shebang(void**) {
  assert_text_equal(dump("#!/bin/sh \"\nfn"), "shebang #!/bin/sh \" | fn");
  assert_text_equal(dump("#!x\r\nfn"), "shebang #!x | fn");
  assert_text_equal(dump("\uFEFF#!x"), "byte_order_mark \uFEFF | shebang #!x");
  assert_text_equal(dump("#![a]"), "# | ! | [ | identifier a | ]");
  assert_text_equal(dump("#! // c\n /* d */ [a]"),
                    "# | ! | line_comment // c | block_comment /* d */ | [ | identifier a | ]");
  assert_text_equal(dump("#!///c\n[a]"), "shebang #!///c | [ | identifier a | ]");
  assert_text_equal(dump("#!"), "shebang #!");
  assert_text_equal(dump(" #!x"), "# | ! | identifier x");
  const TokenBuffer piece = lex("#!x", Edition::k2021, false);
  assert_true(piece.kinds[0] == TokenKind::Pound);
}

void frontmatter(void**) {
  assert_text_equal(dump("---\na\n---\nfn"), "frontmatter ---\na\n--- | fn");
  assert_text_equal(dump("#!x\n\n---- Cargo.toml \n---\n---- \t\nfn"),
                    "shebang #!x | frontmatter ---- Cargo.toml \n---\n---- | fn");
  assert_text_equal(dump("--- a\r\n---\r\nfn"), "frontmatter --- a\r\n--- | fn");
  assert_true(accepted("---\n---") && accepted("\n\n---\n---\n") && accepted("---a-b.c\n---\n"));
  assert_text_equal(dump("fn ---"), "fn | - | - | -");
  struct {
    const char* text;
    const char* expected;
  } const cases[] = {
      {" ---\n---\n", "0-4 frontmatter must open at the start of a line"},
      {"---1\n---\n", "3-4 invalid info string of a frontmatter"},
      {"---a b\n---\n", "3-6 invalid info string of a frontmatter"},
      {"---\na\nuse b;\n", "0-3 frontmatter without an end"},
      {"----\n---\n", "5-8 frontmatter closes with another number of dashes than it opens"},
      {"---\n----\n", "4-8 frontmatter closes with another number of dashes than it opens"},
      {"---\n ---\n", "4-8 frontmatter must close at the start of a line"},
      {"---\n--- x\n", "8-9 unexpected text after the end of a frontmatter"},
      {"---\na\rb\n---\n", "5-6 carriage return without line feed in a frontmatter"},
  };
  for (const auto& c : cases) assert_text_equal(errors(c.text), c.expected);
  for (const size_t dashes : {size_t{255}, size_t{256}}) {
    const std::string fence(dashes, '-');
    assert_int_equal(accepted(fence + "\n" + fence + "\n"), dashes == 255);
  }
  // The code below a frontmatter that does not close is spared.
  assert_text_equal(dump("---\na\nuse b;"), "frontmatter ---\na | use | identifier b | ;");
  assert_int_equal(lex("---\n---", Edition::k2021, false).size(), 6);
}

// ---- Unicode and UTF-8

void unicode_properties(void**) {
  assert_true(rp::is_xid_start('a') && rp::is_xid_start(U'é') && rp::is_xid_start(0x2CEB0) && rp::is_xid_start(0x1C89));
  assert_false(rp::is_xid_start('_') || rp::is_xid_start('1') || rp::is_xid_start(0x301) || rp::is_xid_start(0x10FFFF));
  assert_true(rp::is_xid_continue('_') && rp::is_xid_continue('1') && rp::is_xid_continue(0x301) &&
              rp::is_xid_continue(0xE01EF));
  assert_false(rp::is_xid_continue(' ') || rp::is_xid_continue(0x2603));
  assert_false(rp::is_xid_continue(0xFFFFFFFF) || rp::is_xid_start(0x110000));
  assert_true(rp::is_xid_start(0x10940));  // since Unicode 17
  for (const char32_t c : {0x9U, 0xDU, 0x20U, 0x85U, 0x200EU, 0x2029U}) assert_true(rp::is_pattern_white_space(c));
  for (const char32_t c : {0x8U, 0xEU, 0xA0U, 0x200BU, 0x3000U}) assert_false(rp::is_pattern_white_space(c));
}

void normal_form(void**) {
  std::string out = "kept";
  assert_false(rp::normalize_nfc("plain", &out));
  assert_false(rp::normalize_nfc("\u00E9", &out));
  assert_false(rp::normalize_nfc("\xFF", &out));
  assert_text_equal(out, "kept");
  assert_true(rp::normalize_nfc("e\u0301", &out));
  assert_text_equal(out, "\u00E9");
  assert_true(rp::normalize_nfc("\u212A", &out));
  assert_text_equal(out, "K");
}

// By the letter of the definition: decode and encode again.
bool is_utf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const auto byte = [&](size_t k) { return i + k < text.size() ? static_cast<uint8_t>(text[i + k]) : 0U; };
    const uint32_t lead = byte(0);
    const size_t length = lead < 0x80 ? 1 : lead >= 0xC0 && lead < 0xE0 ? 2 : lead >= 0xE0 && lead < 0xF0 ? 3 : 4;
    uint32_t c = length == 1 ? lead : lead & (0xFFU >> (length + 1));
    if (lead >= 0x80 && (lead < 0xC0 || lead >= 0xF8)) return false;
    for (size_t k = 1; k < length; ++k) {
      if ((byte(k) & 0xC0U) != 0x80) return false;
      c = c << 6 | (byte(k) & 0x3FU);
    }
    const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (c < least[length] || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) return false;
    i += length;
  }
  return true;
}

void utf8_validation(void**) {
  assert_int_equal(rp::find_invalid_utf8(""), std::string_view::npos);
  for (const char* bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
                          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xC3", "\xE2\x82", "\xF0\x9F\xA6"}) {
    for (size_t before = 0; before < 200; ++before) {
      const std::string text = std::string(before, 'a') + bad;
      assert_int_equal(rp::find_invalid_utf8(text), before);
      assert_int_equal(rp::find_invalid_utf8(text + std::string(200, 'b')), before);
    }
  }
  std::mt19937 random(4711);
  const uint8_t bytes[] = {'a',  0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2,
                           0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xFF};
  for (int round = 0; round < 200000; ++round) {
    std::string text;
    for (auto n = random() % 6; n > 0; --n) text += static_cast<char>(bytes[random() % sizeof bytes]);
    assert_int_equal(rp::find_invalid_utf8(text) == std::string_view::npos, is_utf8(text));
  }
}

// ---- All levels, all alignments

const char* const kPieces[] = {
    "fn",     "x",           "macro_rules", "identifier_of_more_than_eight_bytes",
    "r#a",    "'a",          "'b'",         "b'c'",
    "\"s\"",  "\"\\n\\\"\"", "r#\"raw\"#",  "b\"b\"",
    "c\"c\"", "1",           "23",          "0xFF",
    "1.5",    "1.",          "x.0.1",       "1e9",
    "//c\n",  "///d\n",      "//!e\r\n",    "/*f*/",
    "/**g*/", "/*/**/*/",    "::",          "->",
    "=>",     "==",          ">>=",         "..=",
    "...",    "..",          "&&",          "||",
    "<-",     "<=",          "+=",          "^=",
    "é",      "x\u0301",     "🦀",          "☃",
    "№",      "`",           "\u2028",      "\u00A0",
    "#",      "##",          "#\"g\"#",     "$",
    "(",      ")",           "{",           "}",
    "[",      "]",           ";",           ",",
    " ",      "\n",          "\r\n",        "\t",
    "\r",     "/",           "=",           "!",
    "k#",     "'r#b",        "\"u",         "/*u",
    "'(",     "0b2",         "1e",          "\xFF",
};

void levels_agree_at_every_alignment(void**) {
  for (const char* piece : kPieces) {
    for (size_t before = 0; before < 140; ++before) {
      for (const char filler : {' ', 'a', '='}) {
        const std::string text = std::string(before, filler) + piece + " z";
        const TokenBuffer scalar = lex(text, Edition::k2021, true, SimdLevel::Scalar);
        check_invariants(text, scalar);
        assert_same_tokens(scalar, lex(text));
      }
    }
  }
}

void levels_agree_at_chunk_boundaries(void**) {
  // A chunk is 4096 bytes; the text is long enough for another one.
  const std::string after(5000, ' ');
  for (const char* piece : kPieces) {
    const size_t length = std::strlen(piece);
    for (size_t cut = 0; cut <= length; ++cut) {
      const std::string text = std::string(4096 - cut, ' ') + piece + after + piece;
      const TokenBuffer scalar = lex(text, Edition::k2021, true, SimdLevel::Scalar);
      check_invariants(text, scalar);
      assert_same_tokens(scalar, lex(text));
      // Where a piece lies does not change what it is.
      if (std::strchr("/'\"", piece[0]) == nullptr) {
        const TokenBuffer alone = lex(std::string(" ") + piece);
        for (uint32_t i = 0; i < alone.size(); ++i) assert_true(scalar.kinds[i] == alone.kinds[i]);
      }
    }
  }
}

void levels_agree_on_random_pieces(void**) {
  std::mt19937 random(20261);
  for (int round = 0; round < 4000; ++round) {
    std::string text;
    const auto count = random() % 300;
    for (size_t i = 0; i < count; ++i) {
      const char* piece = kPieces[random() % std::size(kPieces)];
      // What runs to the end of the text only now and then.
      if ((std::strcmp(piece, "\"u") == 0 || std::strcmp(piece, "/*u") == 0) && random() % 50 != 0) continue;
      text += piece;
      if (random() % 2 == 0) text += ' ';
    }
    check_levels(text, kEditions[random() % 4]);
  }
}

void levels_agree_on_random_bytes(void**) {
  std::mt19937 random(99);
  const std::string_view alphabet = "\"'/*\\#rbc.=<>&|:-+ \n\r\t019xe_az{}\xC2\xA0\xE2\x80\xA8\x85";
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (auto n = random() % 200; n > 0; --n) {
      text += random() % 8 == 0 ? static_cast<char>(random() % 256) : alphabet[random() % alphabet.size()];
    }
    check_levels(text, kEditions[random() % 4]);
  }
}

void prefixes_of_a_text_are_lexed(void**) {
  std::string text;
  for (const char* piece : kPieces) text += std::string(piece) + ' ';
  for (size_t length = 0; length <= text.size(); ++length) check_levels(text.substr(0, length), Edition::k2024);
}

// ---- Limits

void hostile_lengths_are_linear(void**) {
  // Each of these takes milliseconds; quadratic time would show as minutes.
  const size_t n = 1000000;
  assert_int_equal(lex(std::string(n, '#'), Edition::k2024).size(), 1);
  assert_int_equal(lex(std::string(n, '(')).size(), n);
  std::string nested;
  for (size_t i = 0; i < n; ++i) nested += "/*";
  assert_int_equal(lex(nested).size(), 1);
  std::string dots = "x";
  for (size_t i = 0; i < n / 4; ++i) dots += ". /**/ 0.1";
  assert_int_equal(lex(dots).errors.size(), 0);
  std::string quotes = "r##\"";
  for (size_t i = 0; i < n; ++i) quotes += "\"#";
  assert_int_equal(lex(quotes).errors.size(), 1);
  std::string ticks;
  for (size_t i = 0; i < n; ++i) ticks += "'";
  check_invariants(ticks, lex(ticks));
}

void budget_and_cancellation_stop_the_lexer(void**) {
  const std::string text(1 << 22, ';');
  rp::MemoryBudget small(1 << 20);
  LexOptions options;
  options.budget = &small;
  assert_throws(rp::MemoryLimitExceeded, rp::lex(text, options));
  assert_int_equal(small.used(), 0);
  rp::MemoryBudget large(0);
  options.budget = &large;
  {
    const TokenBuffer tokens = rp::lex(text, options);
    assert_int_equal(large.used(), tokens.kinds.bytes() + tokens.starts.bytes());
  }
  assert_int_equal(large.used(), 0);
  rp::Cancellation cancellation;
  cancellation.request();
  options.cancellation = &cancellation;
  assert_throws(rp::Cancelled, rp::lex(text, options));
}

void empty_text(void**) {
  check_invariants("", lex(""));
  assert_int_equal(lex("").size(), 0);
  check_invariants(" \n", lex(" \n"));
  assert_int_equal(lex(std::string_view()).size(), 0);
}

}  // namespace

UNIT_TESTS(cmocka_unit_test(keywords_and_identifiers), cmocka_unit_test(every_keyword_is_found_and_no_neighbour),
           cmocka_unit_test(long_identifiers_are_one_token), cmocka_unit_test(raw_identifiers),
           cmocka_unit_test(unicode_identifiers), cmocka_unit_test(white_space_is_pattern_white_space),
           cmocka_unit_test(prefixes_are_reserved_from_2021), cmocka_unit_test(integers), cmocka_unit_test(floats),
           cmocka_unit_test(wrong_numbers), cmocka_unit_test(floats_after_a_dot_are_split),
           cmocka_unit_test(characters), cmocka_unit_test(wrong_characters), cmocka_unit_test(lifetimes),
           cmocka_unit_test(strings), cmocka_unit_test(c_strings_start_in_2021), cmocka_unit_test(wrong_escapes),
           cmocka_unit_test(unterminated_strings), cmocka_unit_test(raw_string_starts),
           cmocka_unit_test(guarded_strings_are_reserved_in_2024), cmocka_unit_test(comments),
           cmocka_unit_test(wrong_comments), cmocka_unit_test(operators_take_the_longest_form),
           cmocka_unit_test(operators_have_a_slot_for_each_part), cmocka_unit_test(unknown_characters),
           cmocka_unit_test(errors_are_limited_in_number), cmocka_unit_test(byte_order_mark), cmocka_unit_test(shebang),
           cmocka_unit_test(frontmatter), cmocka_unit_test(unicode_properties), cmocka_unit_test(normal_form),
           cmocka_unit_test(utf8_validation), cmocka_unit_test(levels_agree_at_every_alignment),
           cmocka_unit_test(levels_agree_at_chunk_boundaries), cmocka_unit_test(levels_agree_on_random_pieces),
           cmocka_unit_test(levels_agree_on_random_bytes), cmocka_unit_test(prefixes_of_a_text_are_lexed),
           cmocka_unit_test(hostile_lengths_are_linear), cmocka_unit_test(budget_and_cancellation_stop_the_lexer),
           cmocka_unit_test(empty_text))
