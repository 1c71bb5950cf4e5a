package rustpro

/*
#include <rustpro/rustpro.h>
*/
import "C"

import (
	"math/big"
	"runtime"
	"unsafe"
)

// LayoutShape is the kind of a type that is laid out.
type LayoutShape int

// Shapes.
const (
	ShapeScalar  LayoutShape = C.RP_SHAPE_SCALAR
	ShapeStruct  LayoutShape = C.RP_SHAPE_STRUCT
	ShapeEnum    LayoutShape = C.RP_SHAPE_ENUM
	ShapeUnion   LayoutShape = C.RP_SHAPE_UNION
	ShapeTuple   LayoutShape = C.RP_SHAPE_TUPLE
	ShapeArray   LayoutShape = C.RP_SHAPE_ARRAY
	ShapePointer LayoutShape = C.RP_SHAPE_POINTER
	ShapeOther   LayoutShape = C.RP_SHAPE_OTHER
)

// LayoutAbi is how Rust's own calling convention passes a value.
type LayoutAbi int

// Ways to pass a value.
const (
	AbiMemory     LayoutAbi = C.RP_LAYOUT_MEMORY
	AbiScalar     LayoutAbi = C.RP_LAYOUT_SCALAR
	AbiScalarPair LayoutAbi = C.RP_LAYOUT_SCALAR_PAIR
	AbiVector     LayoutAbi = C.RP_LAYOUT_VECTOR
)

// TagKind is how the variants of an enum are told apart.
type TagKind int

// Kinds of tags. With TagNiche, values that are invalid in a field of one variant mean the others.
const (
	TagNone   TagKind = C.RP_TAG_NONE
	TagDirect TagKind = C.RP_TAG_DIRECT
	TagNiche  TagKind = C.RP_TAG_NICHE
)

// LayoutFormat is how a layout is rendered.
type LayoutFormat int

// Formats. A picture shows one type.
const (
	LayoutText LayoutFormat = C.RP_LAYOUT_TEXT
	LayoutJSON LayoutFormat = C.RP_LAYOUT_JSON
	LayoutSVG  LayoutFormat = C.RP_LAYOUT_SVG
)

// LayoutOrder is the order of types in a table.
type LayoutOrder int

// Orders.
const (
	LayoutBySource  LayoutOrder = C.RP_LAYOUT_BY_SOURCE
	LayoutBySize    LayoutOrder = C.RP_LAYOUT_BY_SIZE
	LayoutByPadding LayoutOrder = C.RP_LAYOUT_BY_PADDING
)

// Truth is the answer of a question that may depend on something that could not be seen.
type Truth int

// Answers.
const (
	TruthNo      Truth = C.RP_TRUTH_NO
	TruthYes     Truth = C.RP_TRUTH_YES
	TruthUnknown Truth = C.RP_TRUTH_UNKNOWN
)

// LayoutNiche is bit patterns of a number that no value has: First to Last, around the end of the number when Last is
// smaller.
type LayoutNiche struct {
	Offset, Size           uint64
	Available, First, Last *big.Int
}

// LayoutField is a field, in bytes.
type LayoutField struct {
	Name, Type                         string
	Offset, Size, Align, PaddingBefore uint64
}

// LayoutVariant is a variant of an enum, or the fields of anything else, in the order of the source.
type LayoutVariant struct {
	Name         string
	Absent       bool     // no value of it exists
	Discriminant *big.Int // nil for what is no enum
	TagValue     *big.Int // nil: every value that no other variant has
	Padding      uint64
	Fields       []LayoutField
}

// Layout is how a type lies in memory. Sizes, offsets and alignments are bytes.
type Layout struct {
	Name, Target, Repr string
	Known              bool // false: Reason says why, and figures are 0
	Reason             string
	Shape              LayoutShape
	Abi                LayoutAbi
	Size, Align        uint64
	Padding            uint64
	Sized, Uninhabited bool
	Niche              *LayoutNiche
	Tag                TagKind
	TagOffset, TagSize uint64
	UntaggedVariant    int // with TagNiche
	Variants           []LayoutVariant
}

func goU128(number C.rp_u128) *big.Int {
	high := new(big.Int).SetUint64(uint64(number.high))
	return high.Lsh(high, 64).Or(high, new(big.Int).SetUint64(uint64(number.low)))
}

func goI128(number C.rp_u128) *big.Int {
	value := goU128(number)
	if value.Bit(127) == 1 {
		value.Sub(value, new(big.Int).Lsh(big.NewInt(1), 128))
	}
	return value
}

func goLayout(layout *C.rp_layout) (out Layout, err error) {
	var info C.rp_layout_info
	info.struct_size = C.uint32_t(unsafe.Sizeof(info))
	var failure *C.rp_error
	status := C.rp_layout_get_info(layout, &info, &failure)
	if err = takeError(status, failure); err != nil {
		return out, err
	}
	out = Layout{
		Name: goString(info.name), Target: goString(info.target), Repr: goString(info.repr),
		Known: info.is_known != 0, Reason: goString(info.reason), Shape: LayoutShape(info.shape),
		Abi: LayoutAbi(info.abi), Size: uint64(info.size), Align: uint64(info.align), Padding: uint64(info.padding),
		Sized: info.is_sized != 0, Uninhabited: info.is_uninhabited != 0, Tag: TagKind(info.tag),
		TagOffset: uint64(info.tag_offset), TagSize: uint64(info.tag_size), UntaggedVariant: int(info.untagged_variant),
	}
	if info.has_niche != 0 {
		out.Niche = &LayoutNiche{
			uint64(info.niche.offset), uint64(info.niche.size), goU128(info.niche.available), goU128(info.niche.first),
			goU128(info.niche.last),
		}
	}
	for number := C.size_t(0); number < info.variant_count; number++ {
		raw := C.rp_layout_get_variant(layout, number)
		variant := LayoutVariant{Name: goString(raw.name), Absent: raw.is_absent != 0, Padding: uint64(raw.padding)}
		if raw.has_discriminant != 0 {
			variant.Discriminant = goI128(raw.discriminant)
		}
		if raw.has_tag_value != 0 {
			variant.TagValue = goU128(raw.tag_value)
		}
		for index := C.size_t(0); index < raw.field_count; index++ {
			field := C.rp_layout_get_field(layout, number, index)
			variant.Fields = append(variant.Fields, LayoutField{
				goString(field.name), goString(field._type), uint64(field.offset), uint64(field.size),
				uint64(field.align), uint64(field.padding_before),
			})
		}
		out.Variants = append(out.Variants, variant)
	}
	return out, nil
}

// LayoutOf lays out a type, written as in Rust: "my_crate::Type<u32, [u8; 4]>". The target is the project's; another one
// is refused.
func (p *Project) LayoutOf(typeName, target string) (layout Layout, err error) {
	err = errClosed
	p.withLayout(typeName, target, func(made *C.rp_layout, failed error) {
		if layout, err = (Layout{}), failed; failed == nil {
			layout, err = goLayout(made)
		}
	})
	return layout, err
}

// RenderLayout returns a type's layout as text, JSON or SVG.
func (p *Project) RenderLayout(typeName string, format LayoutFormat) (text string, err error) {
	err = errClosed
	p.withLayout(typeName, "", func(made *C.rp_layout, failed error) {
		if err = failed; failed != nil {
			return
		}
		var buffer *C.rp_buffer
		var failure *C.rp_error
		status := C.rp_layout_render(made, C.rp_layout_format(format), 0, &buffer, &failure)
		text, err = takeBuffer(status, buffer, failure)
	})
	return text, err
}

func (p *Project) withLayout(typeName, target string, call func(*C.rp_layout, error)) {
	data, length := cText(typeName)
	other, otherLength := cText(target)
	p.use(func(project *C.rp_project) {
		var made *C.rp_layout
		var failure *C.rp_error
		status := C.rp_layout_of(project, data, length, other, otherLength, &made, &failure)
		err := takeError(status, failure)
		if err == nil {
			defer C.rp_layout_free(made)
		}
		call(made, err)
	})
	runtime.KeepAlive(typeName)
	runtime.KeepAlive(target)
}

func (p *Project) withLayouts(crate int, call func(*C.rp_layout_list, error)) {
	p.use(func(project *C.rp_project) {
		var made *C.rp_layout_list
		var failure *C.rp_error
		status := C.rp_project_layouts(project, C.size_t(crate), &made, &failure)
		err := takeError(status, failure)
		if err == nil {
			defer C.rp_layout_list_free(made)
		}
		call(made, err)
	})
}

// Layouts lays out the structs, enums and unions that a crate defines, in the order of the source.
func (p *Project) Layouts(crate int) (layouts []Layout, err error) {
	err = errClosed
	p.withLayouts(crate, func(made *C.rp_layout_list, failed error) {
		if err = failed; failed != nil {
			return
		}
		for index := C.size_t(0); index < C.rp_layout_list_count(made); index++ {
			var layout Layout
			if layout, err = goLayout(C.rp_layout_list_get(made, index)); err != nil {
				return
			}
			layouts = append(layouts, layout)
		}
	})
	return layouts, err
}

// RenderLayouts returns a table of the types of a crate, or JSON.
func (p *Project) RenderLayouts(crate int, format LayoutFormat, order LayoutOrder) (text string, err error) {
	err = errClosed
	p.withLayouts(crate, func(made *C.rp_layout_list, failed error) {
		if err = failed; failed != nil {
			return
		}
		var buffer *C.rp_buffer
		var failure *C.rp_error
		status := C.rp_layout_list_render(made, C.rp_layout_format(format), C.rp_layout_order(order), 0, &buffer, &failure)
		text, err = takeBuffer(status, buffer, failure)
	})
	return text, err
}

// RenderLayoutDifference returns what differs between the types of a crate here and in a project for another target.
func (p *Project) RenderLayoutDifference(crate int, other *Project, otherCrate int) (text string, err error) {
	err = errClosed
	p.withLayouts(crate, func(first *C.rp_layout_list, failed error) {
		if err = failed; failed != nil {
			return
		}
		err = errClosed
		other.withLayouts(otherCrate, func(second *C.rp_layout_list, failed error) {
			if err = failed; failed != nil {
				return
			}
			var buffer *C.rp_buffer
			var failure *C.rp_error
			status := C.rp_layout_list_render_difference(first, second, 0, &buffer, &failure)
			text, err = takeBuffer(status, buffer, failure)
		})
	})
	return text, err
}

// Implements tells whether a type implements a trait, by its path: "Send", "std::fmt::Debug".
func (p *Project) Implements(typeName, trait string) (truth Truth, err error) {
	err = errClosed
	truth = TruthUnknown
	data, length := cText(typeName)
	wanted, wantedLength := cText(trait)
	p.use(func(project *C.rp_project) {
		var answer C.rp_truth
		var failure *C.rp_error
		status := C.rp_type_implements(project, data, length, wanted, wantedLength, &answer, &failure)
		if err = takeError(status, failure); err == nil {
			truth = Truth(answer)
		}
	})
	runtime.KeepAlive(typeName)
	runtime.KeepAlive(trait)
	return truth, err
}
