// Reads literals. The Rust Reference, "Tokens", "Literals".
#include "expand/builtin_literals.h"

namespace rp {
namespace {

using T = TokenKind;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

class Decoder {
 public:
  Decoder(std::string_view text, size_t begin, size_t end, bool bytes, StringValue* value)
      : text_(text), at_(begin), end_(end), bytes_(bytes), value_(value) {}

  bool run() {
    while (at_ < end_) {
      const char c = text_[at_];
      if (c == '\\') {
        if (!escape()) return false;
      } else if (c == '\r' && at_ + 1 < end_ && text_[at_ + 1] == '\n') {
        ++at_;  // a line break is one \n
      } else {
        add(c, at_++);
      }
    }
    return true;
  }

 private:
  void add(char c, size_t from) {
    value_->bytes.push_back(c);
    value_->offsets.push_back(static_cast<uint32_t>(from));
  }
  void add_code_point(char32_t c, size_t from) {
    std::string utf8;
    append_utf8(c, &utf8);
    for (const char byte : utf8) add(byte, from);
  }
  bool escape() {
    const size_t from = at_;
    if (at_ + 1 >= end_) return false;
    const char c = text_[at_ + 1];
    at_ += 2;
    switch (c) {
      case 'n':
        add('\n', from);
        return true;
      case 'r':
        add('\r', from);
        return true;
      case 't':
        add('\t', from);
        return true;
      case '0':
        add('\0', from);
        return true;
      case '\\':
      case '\'':
      case '"':
        add(c, from);
        return true;
      case 'x': {
        if (at_ + 2 > end_) return false;
        const int high = hex_digit(text_[at_]);
        const int low = hex_digit(text_[at_ + 1]);
        if (high < 0 || low < 0 || (!bytes_ && high > 7)) return false;
        at_ += 2;
        add(static_cast<char>(high * 16 + low), from);
        return true;
      }
      case 'u':
        return unicode(from);
      case '\n':
      case '\r':
        // A line that goes on: the break and the white space that begins the next line are not part of it.
        while (at_ < end_ && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
          ++at_;
        return true;
      default:
        return false;
    }
  }
  bool unicode(size_t from) {
    if (at_ >= end_ || text_[at_] != '{') return false;
    char32_t c = 0;
    bool any = false;
    for (++at_; at_ < end_ && text_[at_] != '}'; ++at_) {
      if (text_[at_] == '_') continue;
      const int digit = hex_digit(text_[at_]);
      if (digit < 0 || c > 0x10FFFF) return false;
      c = c * 16 + static_cast<char32_t>(digit);
      any = true;
    }
    if (at_ >= end_ || !any || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) return false;
    ++at_;
    add_code_point(c, from);
    return true;
  }

  std::string_view text_;
  size_t at_;
  size_t end_;
  bool bytes_;
  StringValue* value_;
};

}  // namespace

void append_utf8(char32_t c, std::string* out) {
  const auto byte = [&](char32_t b) { out->push_back(static_cast<char>(static_cast<unsigned char>(b))); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xC0 | (c >> 6));
    byte(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    byte(0xE0 | (c >> 12));
    byte(0x80 | ((c >> 6) & 0x3F));
    byte(0x80 | (c & 0x3F));
  } else {
    byte(0xF0 | (c >> 18));
    byte(0x80 | ((c >> 12) & 0x3F));
    byte(0x80 | ((c >> 6) & 0x3F));
    byte(0x80 | (c & 0x3F));
  }
}

CodePoint code_point_at(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : static_cast<unsigned char>(0);
  };
  const unsigned char first = byte(at);
  const uint32_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (length == 1 || at + length > text.size()) return {first, 1};
  char32_t value = first & (0xFFu >> (length + 1));
  for (uint32_t i = 1; i < length; ++i) value = (value << 6) | (byte(at + i) & 0x3Fu);
  return {value, length};
}

bool decode_string(TokenKind kind, std::string_view text, StringValue* value) {
  value->bytes.clear();
  value->offsets.truncate(0);
  size_t begin = 0;
  while (begin < text.size() && (text[begin] == 'b' || text[begin] == 'c' || text[begin] == 'r')) ++begin;
  const bool raw = kind == T::RawStr || kind == T::RawByteStr || kind == T::RawCStr;
  size_t hashes = 0;
  while (raw && begin < text.size() && text[begin] == '#') ++begin, ++hashes;
  if (begin >= text.size()) return false;
  const char quote = text[begin];
  if (quote != '"' && quote != '\'') return false;
  const size_t end = text.rfind(quote);
  if (end == begin || end == std::string_view::npos || end + hashes + 1 > text.size()) return false;
  ++begin;
  value->suffix = text.substr(end + 1 + hashes);
  if (raw) {
    for (size_t i = begin; i < end; ++i) {
      if (text[i] == '\r' && i + 1 < end && text[i + 1] == '\n') continue;
      value->bytes.push_back(text[i]);
      value->offsets.push_back(static_cast<uint32_t>(i));
    }
  } else {
    const bool bytes = kind == T::ByteStr || kind == T::Byte || kind == T::CStr;
    if (!Decoder(text, begin, end, bytes, value).run()) return false;
  }
  value->offsets.push_back(static_cast<uint32_t>(end));
  return true;
}

std::optional<std::string> decimal_of_integer(std::string_view text) {
  unsigned base = 10;
  if (text.starts_with("0x"))
    base = 16;
  else if (text.starts_with("0o"))
    base = 8;
  else if (text.starts_with("0b"))
    base = 2;
  if (base != 10) text.remove_prefix(2);
  __extension__ typedef unsigned __int128 Wide;
  Wide value = 0;
  bool any = false;
  for (const char c : text) {
    if (c == '_') continue;
    const int digit = base == 16 ? hex_digit(c) : (c >= '0' && c <= '9' ? c - '0' : -1);
    if (digit < 0 || static_cast<unsigned>(digit) >= base) break;  // the suffix
    if (value > (~static_cast<Wide>(0) - static_cast<unsigned>(digit)) / base) return std::nullopt;
    value = value * base + static_cast<unsigned>(digit);
    any = true;
  }
  if (!any) return std::nullopt;
  std::string out;
  do {
    out.insert(out.begin(), static_cast<char>('0' + static_cast<int>(value % 10)));
    value /= 10;
  } while (value != 0);
  return out;
}

}  // namespace rp
