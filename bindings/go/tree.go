package rustpro

/*
#include <rustpro/rustpro.h>
*/
import "C"

import (
	"runtime"
	"unsafe"
)

// Kind is what an element is; its values are the constants Token... and Node....
type Kind uint32

// String returns the name of the kind, such as "fn_item", "identifier" or ">>="; empty for a number that is none.
func (k Kind) String() string { return goString(C.rp_kind_name(C.uint32_t(k))) }

// IsNode says whether the kind is that of an inner node.
func (k Kind) IsNode() bool { return C.rp_kind_is_node(C.uint32_t(k)) != 0 }

// IsToken says whether the kind is that of a token; comments are tokens, white space is not.
func (k Kind) IsToken() bool { return C.rp_kind_is_token(C.uint32_t(k)) != 0 }

// IsTrivia says whether the kind is white space, a comment that is no documentation, and the like.
func (k Kind) IsTrivia() bool { return C.rp_kind_is_trivia(C.uint32_t(k)) != 0 }

// KindFromName returns the kind with that name, or KindNone.
func KindFromName(name string) Kind {
	text, length := cText(name)
	kind := Kind(C.rp_kind_from_name(text, length))
	runtime.KeepAlive(name)
	return kind
}

// ParseOptions says how to parse; the zero value and nil mean the defaults.
type ParseOptions struct {
	Name         string // of the file, as shown in messages
	Edition      uint32 // 2015, 2018, 2021 or 2024; 0 means 2015
	NestingLimit uint32 // levels of nesting before an error; 0 means 4000
	ErrorLimit   uint32 // errors kept; 0 means 10000
	MemoryLimit  uint64 // bytes that tokens and nodes may take; 0 means no limit
	Cancellation *Cancellation
}

// Tree is one parsed text. It holds every byte of it: nodes, tokens (comments included) and runs of white space are all
// elements. Immutable.
type Tree struct {
	handle *handle
}

func newTree(made *C.rp_tree) *Tree {
	return &Tree{newHandle(unsafe.Pointer(made), func(pointer unsafe.Pointer) { C.rp_tree_free((*C.rp_tree)(pointer)) })}
}

// Parse parses a text, which must be UTF-8. What is wrong with it is in Tree.Errors and no error here.
func Parse(text string, options *ParseOptions) (*Tree, error) {
	if options == nil {
		options = &ParseOptions{}
	}
	token, done, err := options.Cancellation.lend()
	if err != nil {
		return nil, err
	}
	defer done()
	// A pointer to this struct goes to C, so all that it points to must be memory of C: the token is.
	plain := C.rp_parse_options{
		edition:       C.uint32_t(options.Edition),
		nesting_limit: C.uint32_t(options.NestingLimit),
		error_limit:   C.uint32_t(options.ErrorLimit),
		memory_limit:  C.uint64_t(options.MemoryLimit),
		cancellation:  token,
	}
	plain.struct_size = C.uint32_t(unsafe.Sizeof(plain))
	source, length := cText(text)
	name, nameLength := cText(options.Name)
	var made *C.rp_tree
	var failure *C.rp_error
	status := C.rp_tree_parse(source, length, name, nameLength, &plain, &made, &failure)
	runtime.KeepAlive(text)
	runtime.KeepAlive(options)
	if err := takeError(status, failure); err != nil {
		return nil, err
	}
	return newTree(made), nil
}

// Close frees the tree; its nodes are of no use any more.
func (t *Tree) Close() { t.handle.close() }

// use calls with the tree, or not at all when it was closed.
func (t *Tree) use(call func(*C.rp_tree)) bool {
	pointer, ok := t.handle.acquire()
	if !ok {
		return false
	}
	defer t.handle.release()
	call((*C.rp_tree)(pointer))
	return true
}

// Text returns the text that was parsed.
func (t *Tree) Text() (text string) {
	t.use(func(tree *C.rp_tree) { text = goString(C.rp_tree_text(tree)) })
	return text
}

// Name returns the name that it was parsed under.
func (t *Tree) Name() (name string) {
	t.use(func(tree *C.rp_tree) { name = goString(C.rp_tree_name(tree)) })
	return name
}

// Edition returns the edition that it was read as, such as 2021.
func (t *Tree) Edition() (edition uint32) {
	t.use(func(tree *C.rp_tree) { edition = uint32(C.rp_tree_edition(tree)) })
	return edition
}

// TreeStats are figures about one tree. Times are wall time.
type TreeStats struct {
	Errors           uint32
	Bytes            uint64
	Lines            uint64
	Tokens           uint64 // without white space, with comments
	Nodes            uint64
	MemoryBytes      uint64 // held by tokens and nodes, without the text
	LexNanoseconds   uint64
	ParseNanoseconds uint64
}

// Stats returns figures about the tree.
func (t *Tree) Stats() (TreeStats, error) {
	var plain C.rp_tree_stats
	plain.struct_size = C.uint32_t(unsafe.Sizeof(plain))
	var err error = errClosed
	t.use(func(tree *C.rp_tree) {
		var failure *C.rp_error
		status := C.rp_tree_get_stats(tree, &plain, &failure)
		err = takeError(status, failure)
	})
	if err != nil {
		return TreeStats{}, err
	}
	return TreeStats{
		Errors:           uint32(plain.errors),
		Bytes:            uint64(plain.bytes),
		Lines:            uint64(plain.lines),
		Tokens:           uint64(plain.tokens),
		Nodes:            uint64(plain.nodes),
		MemoryBytes:      uint64(plain.memory_bytes),
		LexNanoseconds:   uint64(plain.lex_nanoseconds),
		ParseNanoseconds: uint64(plain.parse_nanoseconds),
	}, nil
}

// SyntaxError is one thing that is wrong with a text.
type SyntaxError struct {
	Span         Span
	Message      string
	Hint         string // what to do about it; may be empty
	RelatedSpan  Span   // a second place that explains the error
	RelatedLabel string // what is there; empty when there is no second place
}

// Errors returns the syntax errors, in order of the text.
func (t *Tree) Errors() (errors []SyntaxError) {
	t.use(func(tree *C.rp_tree) {
		count := C.rp_tree_error_count(tree)
		errors = make([]SyntaxError, 0, int(count))
		for index := C.size_t(0); index < count; index++ {
			plain := C.rp_tree_error(tree, index)
			errors = append(errors, SyntaxError{
				Span:         goSpan(plain.span),
				Message:      goString(plain.message),
				Hint:         goString(plain.hint),
				RelatedSpan:  goSpan(plain.related_span),
				RelatedLabel: goString(plain.related_label),
			})
		}
	})
	return errors
}

// Root returns the node that covers the whole text.
func (t *Tree) Root() (node Node) {
	t.use(func(tree *C.rp_tree) { node = t.node(C.rp_tree_root(tree)) })
	return node
}

// NodeAt returns the smallest element with the byte at offset; at or after the end of the text the last one.
func (t *Tree) NodeAt(offset uint32) (node Node) {
	t.use(func(tree *C.rp_tree) { node = t.node(C.rp_tree_node_at(tree, C.uint32_t(offset))) })
	return node
}

// NodeCovering returns the smallest node (no token) around the bytes from start up to end.
func (t *Tree) NodeCovering(start, end uint32) (node Node) {
	t.use(func(tree *C.rp_tree) {
		node = t.node(C.rp_tree_node_covering(tree, C.uint32_t(start), C.uint32_t(end)))
	})
	return node
}

// LineCount returns the number of lines as an editor shows them.
func (t *Tree) LineCount() (count uint32) {
	t.use(func(tree *C.rp_tree) { count = uint32(C.rp_tree_line_count(tree)) })
	return count
}

// Position returns line and columns of an offset; past the end it is that of the end.
func (t *Tree) Position(offset uint32) (position Position) {
	t.use(func(tree *C.rp_tree) { position = goPosition(C.rp_tree_position(tree, C.uint32_t(offset))) })
	return position
}

// Offset returns the offset of a place; columns past the end of the line count as its end.
func (t *Tree) Offset(line, columnBytes uint32) (offset uint32) {
	t.use(func(tree *C.rp_tree) {
		offset = uint32(C.rp_tree_offset(tree, C.uint32_t(line), C.uint32_t(columnBytes)))
	})
	return offset
}

// OffsetUTF16 does the same for a column in UTF-16 code units, as editors count.
func (t *Tree) OffsetUTF16(line, columnUTF16 uint32) (offset uint32) {
	t.use(func(tree *C.rp_tree) {
		offset = uint32(C.rp_tree_offset_utf16(tree, C.uint32_t(line), C.uint32_t(columnUTF16)))
	})
	return offset
}

// Render returns the tree as indented text or as JSON.
func (t *Tree) Render(options RenderOptions) (text string, err error) {
	err = errClosed
	t.use(func(tree *C.rp_tree) {
		text, err = render(options, func(o *C.rp_render_options, b **C.rp_buffer, e **C.rp_error) C.rp_status {
			return C.rp_tree_render(tree, o, b, e)
		})
	})
	return text, err
}

// RenderErrors returns the syntax errors as text with excerpts of the source, or as JSON.
func (t *Tree) RenderErrors(options RenderOptions) (text string, err error) {
	err = errClosed
	t.use(func(tree *C.rp_tree) {
		text, err = render(options, func(o *C.rp_render_options, b **C.rp_buffer, e **C.rp_error) C.rp_status {
			return C.rp_tree_render_errors(tree, o, b, e)
		})
	})
	return text, err
}
