// lib/layout: the algorithm and the data of targets. What rustc documents is checked here; tests/conformance compares
// random types with rustc and Clang.
#include "unit_test.h"

#include <ffi.h>

#include <algorithm>
#include <array>
#include <random>
#include <vector>

#include "layout/algorithm.h"

namespace {

using namespace rp;
using namespace rp::layout;

struct Target {
  explicit Target(const char* name) : table(*find_data_layout(name)), algorithm(table) {}
  LayoutTable table;
  Algorithm algorithm;

  const Layout& operator[](LayoutId id) const { return table[id]; }
  LayoutId u(unsigned bytes) { return algorithm.integer(bytes, false); }
  // Variants with fields; discriminants are counted.
  LayoutResult enumeration(const std::vector<std::vector<LayoutId>>& variants, Repr repr = {},
                           std::vector<i128> discriminants = {}) {
    std::vector<LayoutId> fields;
    std::vector<uint32_t> ends;
    for (const auto& variant : variants) {
      fields.insert(fields.end(), variant.begin(), variant.end());
      ends.push_back(static_cast<uint32_t>(fields.size()));
      if (discriminants.size() < ends.size()) discriminants.push_back(static_cast<i128>(ends.size() - 1));
    }
    AdtShape shape;
    shape.fields = fields;
    shape.variant_ends = ends;
    shape.discriminants = discriminants;
    shape.repr = repr;
    shape.is_enum = true;
    return algorithm.adt(shape);
  }
  LayoutResult structure(const std::vector<LayoutId>& fields, Repr repr = {}) {
    const auto end = static_cast<uint32_t>(fields.size());
    AdtShape shape;
    shape.fields = fields;
    shape.variant_ends = {&end, 1};
    shape.repr = repr;
    return algorithm.adt(shape);
  }
  LayoutId option(LayoutId of) { return enumeration({{}, {of}}).id; }
  std::vector<uint64_t> offsets(LayoutId id) const {
    std::vector<uint64_t> out;
    for (const Field& field : table.fields(table[id])) out.push_back(field.offset);
    return out;
  }
};

constexpr const char* kHost = "x86_64-unknown-linux-gnu";

void assert_offsets(const std::vector<uint64_t>& is, const std::vector<uint64_t>& should) {
  assert_int_equal(is.size(), should.size());
  for (size_t i = 0; i < is.size(); ++i) assert_int_equal(is[i], should[i]);
}

void fields_are_ordered_to_save_padding(void**) {
  Target t(kHost);
  const LayoutResult s = t.structure({t.u(1), t.u(4), t.u(2)});
  assert_int_equal(t[s.id].size, 8);
  assert_offsets(t.offsets(s.id), {6, 0, 4});
  Repr c;
  c.c = true;
  const LayoutResult same_in_c = t.structure({t.u(1), t.u(4), t.u(2)}, c);
  assert_int_equal(t[same_in_c.id].size, 12);
  assert_offsets(t.offsets(same_in_c.id), {0, 4, 8});
  c.pack = 1;
  const LayoutResult packed = t.structure({t.u(1), t.u(4), t.u(2)}, c);
  assert_int_equal(t[packed.id].size, 7);
  assert_int_equal(t[packed.id].align, 1);
  assert_offsets(t.offsets(packed.id), {0, 1, 5});
  Repr aligned;
  aligned.align = 64;
  const LayoutResult line = t.structure({t.u(8)}, aligned);
  assert_int_equal(t[line.id].size, 64);
  assert_int_equal(t[line.id].align, 64);
}

// The standard library promises these for Option.
void options_use_niches(void**) {
  Target t(kHost);
  assert_int_equal(t[t.option(t.algorithm.reference())].size, 8);
  assert_int_equal(t[t.option(t.algorithm.function_pointer())].size, 8);
  assert_int_equal(t[t.option(t.algorithm.boolean())].size, 1);
  assert_int_equal(t[t.option(t.algorithm.character())].size, 4);
  assert_int_equal(t[t.option(t.u(8))].size, 16);
  LayoutId nested = t.algorithm.boolean();
  for (int i = 0; i < 254; ++i) {
    nested = t.option(nested);
    assert_int_equal(t[nested].size, 1);
  }
  assert_int_equal(t[t.option(nested)].size, 2);  // the byte is full
  // None is null.
  const Layout& option = t[t.option(t.algorithm.reference())];
  assert_true(option.variants == VariantsShape::Multiple);
  const TagEncoding& encoding = t.table.encoding(option);
  assert_true(encoding.niche);
  assert_true(encoding.niche_start == 0);
  assert_int_equal(encoding.untagged_variant, 1);
  assert_true(option.abi == AbiClass::Scalar);
}

void niches_hold_several_variants_with_data(void**) {
  Target t(kHost);
  // enum { A(bool, u8, u16, u32), B(u32), C }: B lies behind the bool of A. A tag would need four bytes more.
  const LayoutResult e = t.enumeration({{t.algorithm.boolean(), t.u(1), t.u(2), t.u(4)}, {t.u(4)}, {}});
  assert_int_equal(t[e.id].size, 8);
  assert_true(t.table.encoding(t[e.id]).niche);
  assert_int_equal(t.table.encoding(t[e.id]).untagged_variant, 0);
}

void tags_are_as_small_as_can_be(void**) {
  Target t(kHost);
  const auto tag = [&](std::vector<i128> values, Repr repr = {}) {
    const LayoutResult e = t.enumeration(std::vector<std::vector<LayoutId>>(values.size()), repr, values);
    assert_true(static_cast<bool>(e));
    return t.table.encoding(t[e.id]).tag;
  };
  assert_int_equal(tag({0, 255}).primitive.size, 1);
  assert_int_equal(tag({0, 256}).primitive.size, 2);
  assert_int_equal(tag({-1, 127}).primitive.size, 1);
  assert_true(tag({-1, 127}).primitive.is_signed);
  assert_int_equal(tag({-1, 128}).primitive.size, 2);
  Repr c;
  c.c = true;
  assert_int_equal(tag({0, 1}, c).primitive.size, 4);
  Repr u16;
  u16.has_int = true;
  u16.int_size = 2;
  assert_int_equal(tag({0, 1}, u16).primitive.size, 2);
  // A discriminant that does not fit is an error, whoever let it pass.
  Repr u8 = u16;
  u8.int_size = 1;
  assert_true(t.enumeration({{t.u(1)}, {}}, u8, {0, 300}).error == LayoutError::None);  // it wraps, as in rustc
  const LayoutResult thumb = Target("thumbv6m-none-eabi").enumeration({{}, {}}, c);
  assert_true(static_cast<bool>(thumb));
  Target arm("thumbv6m-none-eabi");
  assert_int_equal(arm[arm.enumeration({{}, {}}, c).id].size, 1);  // short enums
}

void variants_that_cannot_exist_cost_nothing(void**) {
  Target t(kHost);
  const LayoutId never = t.algorithm.never();
  const LayoutResult result = t.enumeration({{t.u(8)}, {never}});
  assert_int_equal(t[result.id].size, 8);
  assert_true(t[result.id].variants == VariantsShape::Single);
  assert_true(t[t.enumeration({}).id].uninhabited);
  assert_int_equal(t[t.enumeration({}).id].size, 0);
  // It still needs room for what stands beside the part that cannot exist.
  const LayoutResult partial = t.enumeration({{t.u(1)}, {never, t.u(8)}});
  assert_int_equal(t[partial.id].size, 16);
}

void unions_have_no_niches(void**) {
  Target t(kHost);
  const LayoutId parts[] = {t.algorithm.unit(), t.algorithm.boolean()};
  const LayoutResult maybe_uninit = t.algorithm.union_of(parts, {});
  assert_int_equal(t[maybe_uninit.id].size, 1);
  assert_false(t[maybe_uninit.id].niche.exists);
  assert_int_equal(t[t.option(maybe_uninit.id)].size, 2);
  assert_true(t.algorithm.union_of({}, {}).error == LayoutError::EmptyUnion);
}

void types_too_large_are_errors(void**) {
  Target t(kHost);
  assert_true(t.algorithm.array(t.u(1), uint64_t{1} << 62).error == LayoutError::TooLarge);
  assert_true(t.algorithm.array(t.u(1), UINT64_MAX).error == LayoutError::TooLarge);
  assert_true(t.algorithm.array(t.u(16), UINT64_MAX / 8).error == LayoutError::TooLarge);
  const LayoutResult half = t.algorithm.array(t.u(1), (uint64_t{1} << 61) - 8);
  assert_true(static_cast<bool>(half));
  assert_true(t.structure({half.id, half.id}).error == LayoutError::TooLarge);
  assert_true(t.enumeration({{half.id, t.u(8)}, {}}).error == LayoutError::TooLarge);
  Target avr("avr-none");
  assert_true(avr.algorithm.array(avr.u(1), 32768).error == LayoutError::TooLarge);
  assert_true(static_cast<bool>(avr.algorithm.array(avr.u(1), 32767)));
}

void unsized_parts_come_last(void**) {
  Target t(kHost);
  const LayoutId bytes = t.algorithm.slice(t.u(1));
  assert_true(t.structure({bytes, t.u(1)}).error == LayoutError::UnsizedField);
  assert_true(t.algorithm.array(bytes, 2).error == LayoutError::UnsizedField);
  const LayoutId fields[] = {t.u(1), t.u(4), bytes};
  const LayoutResult tuple = t.algorithm.tuple(fields);
  assert_false(t[tuple.id].sized);
  assert_offsets(t.offsets(tuple.id), {4, 0, 5});
}

void targets_differ_where_their_abis_do(void**) {
  const auto align_of_u64 = [](const char* target) {
    Target t(target);
    return t[t.u(8)].align;
  };
  assert_int_equal(align_of_u64(kHost), 8);
  assert_int_equal(align_of_u64("i686-unknown-linux-gnu"), 4);
  assert_int_equal(align_of_u64("i686-pc-windows-msvc"), 8);
  assert_int_equal(align_of_u64("armv7-unknown-linux-gnueabihf"), 8);
  assert_int_equal(align_of_u64("avr-none"), 1);
  Target x86(kHost);
  assert_int_equal(x86[x86.u(16)].align, 16);
  assert_int_equal(find_data_layout("avr-none")->pointer_size, 2);
  assert_true(find_data_layout("s390x-unknown-linux-gnu")->big_endian);
  assert_null(find_data_layout("no-such-target"));
  for (size_t i = 1; i < target_layouts().size(); ++i) {
    assert_true(target_layouts()[i - 1].name < target_layouts()[i].name);
  }
}

// Random repr(C) structs, laid out by libffi for this machine.
void c_structs_agree_with_libffi(void**) {
#if defined(__x86_64__) || defined(__aarch64__)
  Target t("x86_64-unknown-linux-gnu");
  std::mt19937 random(20);
  const std::array<ffi_type*, 11> scalars = {&ffi_type_uint8,  &ffi_type_sint8,  &ffi_type_uint16, &ffi_type_sint16,
                                             &ffi_type_uint32, &ffi_type_sint32, &ffi_type_uint64, &ffi_type_sint64,
                                             &ffi_type_float,  &ffi_type_double, &ffi_type_pointer};
  std::vector<LayoutId> ours;
  for (const unsigned size : {1U, 2U, 4U, 8U}) {
    ours.push_back(t.algorithm.integer(size, false));
    ours.push_back(t.algorithm.integer(size, true));
  }
  ours.push_back(t.algorithm.floating(4));
  ours.push_back(t.algorithm.floating(8));
  ours.push_back(t.algorithm.raw_pointer());
  Repr c;
  c.c = true;
  std::vector<ffi_type> structs(5000);
  std::vector<std::vector<ffi_type*>> elements(structs.size());
  std::vector<size_t> small;  // structs that others may hold
  for (size_t n = 0; n < structs.size(); ++n) {
    std::vector<LayoutId> fields;
    const unsigned count = 1 + random() % 8;
    for (unsigned i = 0; i < count; ++i) {
      const bool nested = !small.empty() && random() % 5 == 0;
      const size_t pick = nested ? scalars.size() + small[random() % small.size()] : random() % scalars.size();
      fields.push_back(ours[pick]);
      elements[n].push_back(nested ? &structs[pick - scalars.size()] : scalars[pick]);
    }
    elements[n].push_back(nullptr);
    structs[n].type = FFI_TYPE_STRUCT;
    structs[n].elements = elements[n].data();
    std::vector<size_t> offsets(count);
    assert_int_equal(ffi_get_struct_offsets(FFI_DEFAULT_ABI, &structs[n], offsets.data()), FFI_OK);
    const LayoutResult result = t.structure(fields, c);
    assert_int_equal(t[result.id].size, structs[n].size);
    assert_int_equal(t[result.id].align, structs[n].alignment);
    const std::vector<uint64_t> mine = t.offsets(result.id);
    for (unsigned i = 0; i < count; ++i) assert_int_equal(mine[i], offsets[i]);
    ours.push_back(result.id);
    if (structs[n].size < 200) small.push_back(n);
  }
#else
  SKIP_TEST("no data layout is known to be this machine's");
#endif
}

}  // namespace

UNIT_TESTS(cmocka_unit_test(fields_are_ordered_to_save_padding), cmocka_unit_test(options_use_niches),
           cmocka_unit_test(niches_hold_several_variants_with_data), cmocka_unit_test(tags_are_as_small_as_can_be),
           cmocka_unit_test(variants_that_cannot_exist_cost_nothing), cmocka_unit_test(unions_have_no_niches),
           cmocka_unit_test(types_too_large_are_errors), cmocka_unit_test(unsized_parts_come_last),
           cmocka_unit_test(targets_differ_where_their_abis_do), cmocka_unit_test(c_structs_agree_with_libffi))
