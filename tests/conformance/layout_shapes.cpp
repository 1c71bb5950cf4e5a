// Lays out types that are described in a few words a line, and prints all that is known of each layout. For
// layout_random.py, which compares it with rustc.
//
//   layout_shapes TARGET < descriptions
//
// Line n describes type n; other types are named by their number:
//   bool | char | never | u8 … i128 | usize | isize | f16 … f128 | raw | ref | fn | str | dyn
//   wide POINTER METADATA        array ELEMENT COUNT      slice ELEMENT     simd ELEMENT COUNT PACKED
//   tuple N FIELD…               union REPR N FIELD…      cell FIELD
//   struct REPR UNSIZABLE START END N FIELD…              START and END are valid ranges or -
//   enum REPR VARIANTS (DISCRIMINANT N FIELD…)…
// REPR is a list of c, transparent, int:<type>, align:<n>, pack:<n>, joined by commas, or -.
#include <cstdio>
#include <iostream>
#include <sstream>
#include <string>

#include "layout/algorithm.h"
#include "layout_print.h"

namespace {

using namespace rp;
using namespace rp::layout;

u128 number(const std::string& text) {
  u128 value = 0;
  for (const char c : text) {
    if (c != '-') value = value * 10 + static_cast<u128>(c - '0');
  }
  return text[0] == '-' ? u128{0} - value : value;
}

class Reader {
 public:
  explicit Reader(const DataLayout& data) : table(data), algorithm(table), data_(data) {}

  LayoutResult read(const std::string& line) {
    in_ = std::istringstream(line);
    const std::string word = next();
    if (word == "bool") return algorithm.boolean();
    if (word == "char") return algorithm.character();
    if (word == "never") return algorithm.never();
    if (word == "raw") return algorithm.raw_pointer();
    if (word == "ref") return algorithm.reference();
    if (word == "fn") return algorithm.function_pointer();
    if (word == "str") return algorithm.slice(algorithm.integer(1, false));
    if (word == "dyn") return algorithm.unit(false);
    if (word == "usize" || word == "isize") return algorithm.integer(data_.pointer_size, word[0] == 'i');
    if (word == "wide") {
      const LayoutId data = type();
      return algorithm.wide_pointer(data, type());
    }
    if (word == "array") {
      const LayoutId element = type();
      return algorithm.array(element, static_cast<uint64_t>(number(next())));
    }
    if (word == "slice") return algorithm.slice(type());
    if (word == "simd") {
      const LayoutId element = type();
      const auto count = static_cast<uint64_t>(number(next()));
      return algorithm.vector(element, count, next() == "1");
    }
    if (word == "tuple") return algorithm.tuple(types());
    if (word == "union") {
      const Repr attributes = repr();
      return algorithm.union_of(types(), attributes);
    }
    if (word == "struct" || word == "cell") return structure(word == "cell");
    if (word == "enum") return enumeration();
    const unsigned bytes = static_cast<unsigned>(number(word.substr(1))) / 8;
    return word[0] == 'f' ? algorithm.floating(bytes) : algorithm.integer(bytes, word[0] == 'i');
  }

  LayoutTable table;
  Algorithm algorithm;
  std::vector<LayoutResult> known;

 private:
  std::string next() {
    std::string word;
    in_ >> word;
    return word;
  }
  LayoutId type() { return known[static_cast<size_t>(number(next()))].id; }
  std::vector<LayoutId> types() {
    std::vector<LayoutId> out(static_cast<size_t>(number(next())));
    for (LayoutId& id : out) id = type();
    return out;
  }
  Repr repr() {
    Repr out;
    std::istringstream words(next());
    for (std::string word; std::getline(words, word, ',');) {
      if (word == "c") out.c = true;
      if (word == "transparent") out.transparent = true;
      if (word.starts_with("align:")) out.align = static_cast<uint32_t>(number(word.substr(6)));
      if (word.starts_with("pack:")) out.pack = static_cast<uint32_t>(number(word.substr(5)));
      if (!word.starts_with("int:")) continue;
      out.has_int = true;
      out.int_signed = word[4] == 'i';
      out.int_size = word.ends_with("size") ? uint8_t{0} : static_cast<uint8_t>(number(word.substr(5)) / 8);
    }
    return out;
  }
  LayoutResult structure(bool cell) {
    AdtShape shape;
    shape.hides_niches = cell;
    if (!cell) {
      shape.repr = repr();
      shape.may_be_unsized = next() == "1";
      const std::string start = next();
      const std::string end = next();
      if (start != "-") shape.valid_start = number(start);
      if (end != "-") shape.valid_end = number(end);
    } else {
      shape.repr.transparent = true;
    }
    const std::vector<LayoutId> fields = cell ? std::vector<LayoutId>{type()} : types();
    const auto end = static_cast<uint32_t>(fields.size());
    shape.fields = fields;
    shape.variant_ends = {&end, 1};
    return algorithm.adt(shape);
  }
  LayoutResult enumeration() {
    AdtShape shape;
    shape.is_enum = true;
    shape.repr = repr();
    std::vector<LayoutId> fields;
    std::vector<uint32_t> ends(static_cast<size_t>(number(next())));
    std::vector<i128> discriminants;
    for (uint32_t& end : ends) {
      discriminants.push_back(static_cast<i128>(number(next())));
      for (const LayoutId field : types()) fields.push_back(field);
      end = static_cast<uint32_t>(fields.size());
    }
    shape.fields = fields;
    shape.variant_ends = ends;
    shape.discriminants = discriminants;
    return algorithm.adt(shape);
  }

  const DataLayout& data_;
  std::istringstream in_;
};

}  // namespace

int main(int argc, char** argv) {
  const DataLayout* data = argc == 2 ? find_data_layout(argv[1]) : nullptr;
  if (data == nullptr) {
    std::fprintf(stderr, "usage: layout_shapes TARGET < descriptions\n");
    return 2;
  }
  Reader reader(*data);
  for (std::string line; std::getline(std::cin, line);) {
    const LayoutResult result = reader.read(line);
    const std::string text =
        result ? print(reader.table, reader.table[result.id]) : std::string("error ") + describe(result.error);
    std::printf("%s\n", text.c_str());
    reader.known.push_back(result ? result : LayoutResult(reader.algorithm.unit()));
  }
  return 0;
}
