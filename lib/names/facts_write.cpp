#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <new>
#include <unordered_map>
#include <utility>
#include <vector>

#include "names/facts_format.h"
#include "names/facts_image.h"
#include "names/impl_header.h"

namespace rp {
namespace {

void add_u32(std::string& out, size_t value) {
  for (unsigned i = 0; i < 4; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
}

// Compresses with one context for all frames of one file.
class Packer {
 public:
  explicit Packer(FactsUse use) : context_(ZSTD_createCCtx()) {
    if (context_ == nullptr) throw std::bad_alloc();
    ZSTD_CCtx_setParameter(context_, ZSTD_c_compressionLevel, use == FactsUse::Builtin ? 19 : 3);
    ZSTD_CCtx_setParameter(context_, ZSTD_c_checksumFlag, 1);
    if (use != FactsUse::Builtin) return;
    // Found by trial on core: longer matches weigh more than the level says.
    ZSTD_CCtx_setParameter(context_, ZSTD_c_windowLog, 24);
    ZSTD_CCtx_setParameter(context_, ZSTD_c_targetLength, 4096);
    ZSTD_CCtx_setParameter(context_, ZSTD_c_strategy, ZSTD_btultra2);
  }
  Packer(const Packer&) = delete;
  Packer& operator=(const Packer&) = delete;
  ~Packer() { ZSTD_freeCCtx(context_); }

  std::string pack(std::string_view text) {
    std::string out(ZSTD_compressBound(text.size()), '\0');
    const size_t size = ZSTD_compress2(context_, out.data(), out.size(), text.data(), text.size());
    if (ZSTD_isError(size) != 0) throw std::bad_alloc();
    out.resize(size);
    return out;
  }

 private:
  ZSTD_CCtx* context_;
};

class Encoder {
 public:
  Encoder(const FactsImage& image, FactsUse use) : image_(image), use_(use), packer_(use) {}

  std::string run() {
    general();
    names();
    if (!rows()) return {};
    if (!scopes()) return {};
    foreign();
    macros();
    others();
    doubts();
    if (tables_.out.size() > kMaxFactsTableBytes) return {};
    const bool pack = use_ == FactsUse::Cache;
    const std::string packed = pack ? packer_.pack(tables_.out) : std::string();
    std::string out(kFactsMagic);
    add_u32(out, kFactsVersion);
    add_u32(out, tables_.out.size());
    add_u32(out, packed.size());
    return out.append(pack ? packed : tables_.out).append(blocks_);
  }

 private:
  static uint64_t plus_one(uint32_t value) { return value == kFactsNone ? 0 : uint64_t{value} + 1; }

  void general() {
    tables_.number((image_.proc_macro ? 1U : 0U) | (image_.no_std ? 2U : 0U) | (image_.no_core ? 4U : 0U));
    tables_.number(static_cast<uint64_t>(image_.edition));
    tables_.number(image_.recursion_limit);
    tables_.text(image_.name);
    tables_.number(image_.targets.size());
    for (const std::string& target : image_.targets) tables_.text(target);
    tables_.number(image_.masks.size() - 1);
    for (size_t i = 1; i < image_.masks.size(); ++i)
      tables_.out.append(reinterpret_cast<const char*>(image_.masks[i].data()), image_.masks[i].size());
  }

  void names() {
    tables_.number(image_.names.size());
    for (const std::string& name : image_.names) tables_.number(name.size());
    for (const std::string& name : image_.names) tables_.out.append(name).push_back('\0');
  }

  // Masks of neighbours are the same in long runs.
  template <class Masks>
  void masks(const Masks& masks_of) {
    std::vector<std::pair<uint64_t, uint32_t>> runs;  // a length and a mask
    masks_of([&](uint32_t mask) {
      if (runs.empty() || runs.back().second != mask) runs.emplace_back(0, mask);
      ++runs.back().first;
    });
    tables_.number(runs.size());
    for (const auto& [length, mask] : runs) {
      tables_.number(length);
      tables_.number(mask);
    }
  }

  bool rows() {
    const std::vector<FactsImage::Row>& rows = image_.rows;
    if (rows.size() > kMaxFactsRows) return false;
    tables_.number(rows.size());
    masks([&](auto add) {
      for (const auto& row : rows) add(row.mask);
    });
    module_.assign(rows.size(), 0);
    std::vector<FactsShape> shape_of(rows.size());
    std::map<FactsShape, uint32_t> counts;
    uint32_t next = 0;
    for (uint32_t i = 0; i < rows.size(); ++i) {
      const FactsImage::Row& row = rows[i];
      const uint32_t around = i == 0 ? 0 : module_[row.parent];
      module_[i] = row.kind == DefKind::Module ? i : around;
      FactsShape& shape = shape_of[i];
      shape.kind = static_cast<uint8_t>(row.kind);
      shape.flags = row.flags;
      if (i > 0)
        shape.parent = row.parent == i - 1                         ? FactsShape::Parent::Before
                       : i > 1 && row.parent == rows[i - 1].parent ? FactsShape::Parent::Same
                                                                   : FactsShape::Parent::Given;
      if (row.name != kFactsNone) shape.name = row.name == next ? FactsShape::Name::Next : FactsShape::Name::Given;
      if (shape.name == FactsShape::Name::Next) ++next;
      if (row.visibility != kFactsNone)
        shape.sight = row.visibility == around ? FactsShape::Sight::Around : FactsShape::Sight::Given;
      shape.has_signature = !signature_of(row).empty();
      ++counts[shape];
    }
    // The most frequent ones have the shortest numbers.
    std::vector<std::pair<FactsShape, uint32_t>> shapes(counts.begin(), counts.end());
    std::stable_sort(shapes.begin(), shapes.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    tables_.number(shapes.size());
    for (uint32_t i = 0; i < shapes.size(); ++i) {
      const FactsShape& shape = shapes[i].first;
      counts[shape] = i;
      tables_.number(shape.kind);
      tables_.number(shape.flags);
      tables_.number(shape.how());
    }
    for (uint32_t i = 0; i < rows.size(); ++i) {
      const FactsImage::Row& row = rows[i];
      const FactsShape& shape = shape_of[i];
      tables_.number(counts[shape]);
      if (shape.parent == FactsShape::Parent::Given) tables_.number(i - row.parent - 1);
      if (shape.name == FactsShape::Name::Given) tables_.number(row.name);
      if (shape.sight == FactsShape::Sight::Given) tables_.number(row.visibility);
      if (shape.has_signature) tables_.number(signature_of(row).size());
    }
    return signatures();
  }

  // Longer than any block may be: no text of a person, and better unknown than too much for a reader.
  static std::string_view signature_of(const FactsImage::Row& row) {
    return row.signature.size() > kMaxFactsBlockBytes ? std::string_view() : std::string_view(row.signature);
  }

  bool signatures() {
    std::string text;
    FactsBytes blocks;
    uint64_t count = 0, total = 0;
    const auto end_block = [&] {
      if (text.empty()) return;
      const std::string packed = packer_.pack(text);
      blocks.number(text.size());
      blocks.number(packed.size());
      blocks_.append(packed);
      text.clear();
      ++count;
    };
    for (const auto& row : image_.rows) {
      const std::string_view signature = signature_of(row);
      if (!text.empty() && text.size() + signature.size() > kFactsBlockBytes) end_block();
      text.append(signature);
      total += signature.size();
    }
    end_block();
    tables_.number(count);
    tables_.out.append(blocks.out);
    impl_headers();
    return total <= kMaxFactsTextBytes;
  }

  // The words of each impl's header: a list of words, then two numbers for each impl in the order of rows.
  void impl_headers() {
    std::unordered_map<std::string_view, uint64_t> known{{std::string_view(), 0}};
    std::vector<std::string_view> words;
    FactsBytes numbers;
    const auto word = [&](std::string_view text) {
      const auto [at, added] = known.emplace(text, known.size());
      if (added) words.push_back(text);
      numbers.number(at->second);
    };
    for (const auto& row : image_.rows) {
      if (row.kind != DefKind::Impl) continue;
      const ImplHeader header = impl_header(signature_of(row));
      word(header.trait);
      word(header.self);
    }
    FactsBytes block;
    block.number(words.size());
    for (const std::string_view each : words) block.text(each);
    block.out.append(numbers.out);
    const bool fits = block.out.size() <= kMaxFactsBlockBytes;
    const std::string packed = fits ? packer_.pack(block.out) : std::string();
    tables_.number(fits ? block.out.size() : 0);
    tables_.number(packed.size());
    blocks_.append(packed);
  }

  // Where the number of a row, and of a foreign row, was last.
  struct Last {
    uint32_t local = 0, foreign = 0;
  };
  void ref(const FactsImage::Entry& entry, Last& last) {
    if (entry.target == Binding::Target::PrimitiveType) tables_.number(entry.ref.row);
    if (entry.target != Binding::Target::Def) return;
    const bool foreign = entry.ref.kind == FactsImage::Ref::Kind::Foreign;
    uint32_t& from = foreign ? last.foreign : last.local;
    // The lowest bit says which table.
    const int64_t difference = int64_t{entry.ref.row} - int64_t{from};
    const uint64_t folded = (static_cast<uint64_t>(difference) << 1) ^ static_cast<uint64_t>(difference >> 63);
    tables_.number(folded << 1 | (foreign ? 1 : 0));
    from = entry.ref.row;
  }
  void entry_bits(const FactsImage::Entry& entry, uint32_t module) {
    const auto sight = entry.visibility == kFactsNone ? FactsEntryBits::Sight::Public
                       : entry.visibility == module   ? FactsEntryBits::Sight::Module
                                                      : FactsEntryBits::Sight::Other;
    tables_.out.push_back(static_cast<char>(FactsEntryBits::pack(
        static_cast<unsigned>(entry.space), static_cast<unsigned>(entry.target), entry.glob, entry.ambiguous, sight)));
  }

  bool scopes() {
    const std::vector<FactsImage::ScopeRow>& scopes = image_.scopes;
    tables_.number(scopes.size());
    for (const auto& scope : scopes) tables_.number(scope.mask);
    for (const auto& scope : scopes)
      tables_.number(static_cast<unsigned>(scope.kind) << 1 | (scope.unknown_names ? 1U : 0U));
    uint32_t last_def = 0;
    for (const auto& scope : scopes) {
      tables_.difference(int64_t{scope.def} - int64_t{last_def});
      last_def = scope.def;
    }
    for (size_t i = 0; i < scopes.size(); ++i)
      tables_.number(scopes[i].parent == kFactsNone ? 0 : i - scopes[i].parent);
    uint64_t entries = 0;
    for (const auto& scope : scopes) {
      tables_.number(scope.entries.size());
      entries += scope.entries.size();
    }
    tables_.number(entries);
    masks([&](auto add) {
      for (const auto& scope : scopes)
        for (const auto& entry : scope.entries) add(entry.mask);
    });
    Last last;
    for (const auto& scope : scopes) {
      uint32_t name = 0;
      for (const auto& entry : scope.entries) {
        entry_bits(entry, module_[scope.def]);
        tables_.number(entry.name - name);
        name = entry.name;
        if (entry.visibility != kFactsNone && entry.visibility != module_[scope.def]) tables_.number(entry.visibility);
        ref(entry, last);
      }
    }
    // What stands in blocks: here, because their scopes are known now.
    uint64_t blocks = 0;
    for (const auto& row : image_.rows) blocks += row.block != kFactsNone ? 1 : 0;
    tables_.number(blocks);
    uint32_t from = 0;
    for (uint32_t i = 0; i < image_.rows.size(); ++i) {
      if (image_.rows[i].block == kFactsNone) continue;
      tables_.number(i - from);
      tables_.number(image_.rows[i].block);
      from = i;
    }
    return entries <= kMaxFactsRows;
  }

  void foreign() {
    tables_.number(image_.foreign_crates.size());
    for (const auto& crate : image_.foreign_crates) {
      tables_.number(plus_one(crate.sysroot));
      tables_.number(plus_one(crate.via));
      tables_.text(crate.crate_name);
      tables_.number(crate.names.size());
      for (const std::string& name : crate.names) tables_.text(name);
    }
    tables_.number(image_.foreign.size());
    for (uint32_t i = 0; i < image_.foreign.size(); ++i)
      tables_.number(image_.foreign[i].parent == kFactsNone ? 0 : i - image_.foreign[i].parent);
    for (const auto& def : image_.foreign) tables_.number(def.crate);
    for (const auto& def : image_.foreign) tables_.out.push_back(static_cast<char>(def.kind));
    uint32_t last = 0;
    for (const auto& def : image_.foreign) {
      tables_.difference(int64_t{def.name} - int64_t{last});
      last = def.name;
    }
    for (const auto& def : image_.foreign) tables_.number(def.ordinal);
  }

  void macros() {
    tables_.number(image_.macros.size());
    uint32_t last = 0;
    for (const auto& macro : image_.macros) {
      tables_.number(macro.def - last);
      last = macro.def;
      tables_.number(static_cast<unsigned>(macro.kind) << 4 | unsigned{macro.exported} |
                     unsigned{macro.local_inner_macros} << 1 | unsigned{macro.builtin_derive} << 2 |
                     unsigned{macro.builtin_attribute} << 3);
      tables_.number(static_cast<uint64_t>(macro.edition));
      tables_.text(macro.builtin_name);
      tables_.number(macro.helper_attributes.size());
      for (const std::string& helper : macro.helper_attributes) tables_.text(helper);
      tables_.text(macro.text);
    }
  }

  void others() {
    tables_.number(image_.extern_prelude.size());
    for (const auto& row : image_.extern_prelude) {
      tables_.number(row.name);
      tables_.number(row.self ? 1 : row.crate == kFactsNone ? 0 : uint64_t{row.crate} + 2);
    }
    tables_.number(image_.macro_use_prelude.size());
    Last last;
    for (const auto& row : image_.macro_use_prelude) {
      tables_.number(row.name);
      tables_.number(row.binding.mask);
      entry_bits(row.binding, 0);
      if (row.binding.visibility != kFactsNone && row.binding.visibility != 0) tables_.number(row.binding.visibility);
      ref(row.binding, last);
    }
    tables_.number(static_cast<unsigned>(image_.prelude_module.kind));
    tables_.number(image_.prelude_module.row);
    tables_.number(image_.no_implicit_prelude.size());
    uint32_t from = 0;
    for (const uint32_t row : image_.no_implicit_prelude) {
      tables_.number(row - from);
      from = row;
    }
  }

  void doubts() {
    tables_.number(image_.impls_unseen ? 1 : 0);
    tables_.number(image_.doubts.size());
    uint32_t from = 0;
    for (const auto& each : image_.doubts) {
      tables_.number(each.def - from);
      tables_.number(each.what);
      from = each.def;
    }
    tables_.number(image_.doubtful_names.size());
    from = 0;
    for (const auto& each : image_.doubtful_names) {
      tables_.number(each.scope - from);
      tables_.number(each.name);
      from = each.scope;
    }
  }

  const FactsImage& image_;
  FactsUse use_;
  Packer packer_;
  FactsBytes tables_;
  std::string blocks_;
  std::vector<uint32_t> module_;  // by row: the module it is or lies in
};

}  // namespace

std::string encode_facts(const FactsImage& image, FactsUse use) { return Encoder(image, use).run(); }

std::string wrap_facts_tables(std::string_view tables, std::string_view blocks) {
  const std::string packed = Packer(FactsUse::Cache).pack(tables);
  std::string out(kFactsMagic);
  add_u32(out, kFactsVersion);
  add_u32(out, tables.size());
  add_u32(out, packed.size());
  return out.append(packed).append(blocks);
}

}  // namespace rp
