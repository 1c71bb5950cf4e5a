// The text of an item as others see it: its tokens without bodies, documentation, visibility and whatever attributes
// say nothing about its type, layout or use. Made from a collected crate, kept in facts, parsed again by later steps.
//
// In it `$crate` has become a path, macro calls have become what they expand to, and what cfg removed is gone.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "expand/source.h"
#include "names/impl_header.h"

namespace rp {

class Analysis;
class CfgSet;
class CrateDefs;
struct DefTag;

// One item of source text: `struct S<T>{a:T,}`, `fn f(x:u8)->u8;`, `impl<T>Clone for S<T>{}`, `trait T:Sized{}`,
// `const N:usize=4;`. Empty for definitions that are described by their parent's text (fields, variants), for macros
// (MacroDef has them), and for modules without attributes. Only for crates that were collected from sources.
std::string item_signature(const CrateDefs& crate, const Analysis& analysis, const CfgSet& cfg, Id<DefTag> def);
// The text of a macro_rules! or `macro` item, attributes left out.
std::string macro_text(const CrateDefs& crate, Id<DefTag> def);

// The signatures of a crate that was read from facts: compressed in blocks, each of which is read when the first item
// in it is asked for. May be asked by several threads at once.
class SignatureTable {
 public:
  struct Item {
    uint32_t start = 0;  // in all texts of the facts, one behind the other
    uint32_t length = 0;
  };
  struct Block {
    uint32_t start = 0;  // of its first text
    uint32_t size = 0;
    std::string_view packed;
  };
  // The words of the headers of impls: a block of their own.
  struct Headers {
    uint32_t size = 0;
    std::string_view packed;
    std::vector<std::pair<uint32_t, uint32_t>> of_def;  // each impl's DefId and its number in the block; sorted
  };
  // Every item lies in one block; blocks are sorted.
  SignatureTable(std::vector<Item> items, std::vector<Block> blocks, Headers headers,
                 std::shared_ptr<const void> storage);
  ~SignatureTable();
  SignatureTable(const SignatureTable&) = delete;
  SignatureTable& operator=(const SignatureTable&) = delete;

  // Indexed by DefId. The view lives as long as the table. Empty when there is none, or the block is damaged.
  // Throws std::bad_alloc.
  [[nodiscard]] std::string_view text(uint32_t def) const;
  // What rp::impl_header finds in the text of an impl, without reading that; both words empty when it is not known.
  [[nodiscard]] ImplHeader impl_header(uint32_t def) const;
  [[nodiscard]] size_t size() const { return items_.size(); }

 private:
  struct Words;
  [[nodiscard]] const char* block_text(size_t block) const;
  [[nodiscard]] std::unique_ptr<const Words> read_words() const;

  std::vector<Item> items_;
  std::vector<Block> blocks_;
  Headers headers_;
  mutable std::once_flag read_words_;
  mutable std::unique_ptr<const Words> words_;
  std::unique_ptr<std::atomic<const char*>[]> texts_;  // of each block; null until it is asked for
  std::shared_ptr<const void> storage_;
};

}  // namespace rp
