// Unicode properties of identifiers, and their normal form.

#include <utf8proc.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>

#include "syntax/lexer.h"
#include "syntax/lexer_internal.h"

namespace rp {

namespace {

#include "syntax/unicode_tables.inc"

template <size_t N, size_t M>
bool lookup(const uint8_t (&index)[N], const uint32_t (&leaves)[M], char32_t c) {
  const uint32_t leaf = static_cast<uint32_t>(c) >> 9;
  if (leaf >= N) return false;
  return (leaves[index[leaf] * 16U + ((c >> 5) & 15)] >> (c & 31) & 1) != 0;
}

}  // namespace

bool is_xid_start(char32_t c) { return lookup(kXIDStartIndex, kXIDStartLeaves, c); }
bool is_xid_continue(char32_t c) { return lookup(kXIDContinueIndex, kXIDContinueLeaves, c); }
bool is_emoji(char32_t c) { return lookup(kEmojiIndex, kEmojiLeaves, c); }

bool is_pattern_white_space(char32_t c) {
  return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0x200E || c == 0x200F || c == 0x2028 || c == 0x2029;
}

bool normalize_nfc(std::string_view text, std::string* out) {
  bool ascii = true;
  for (const char c : text) ascii &= static_cast<unsigned char>(c) < 0x80;
  if (ascii) return false;
  utf8proc_uint8_t* raw = nullptr;
  const auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  const utf8proc_ssize_t length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                               static_cast<utf8proc_ssize_t>(text.size()), &raw, options);
  if (length == UTF8PROC_ERROR_NOMEM) throw std::bad_alloc();
  if (length < 0) return false;  // not UTF-8: it has no normal form and stays as it is
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned(raw, &std::free);
  const std::string_view normal(reinterpret_cast<const char*>(raw), static_cast<size_t>(length));
  if (normal == text) return false;
  out->assign(normal);
  return true;
}

}  // namespace rp
