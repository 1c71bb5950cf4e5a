package rustpro

/*
#include <rustpro/rustpro.h>

// Cursors go by value: the address of one inside a Go struct would show C the Go pointers beside it.
typedef struct { rp_cursor cursor; int moved; } rustpro_go_move;

static rustpro_go_move rustpro_go_first_child(rp_cursor cursor) {
  rustpro_go_move move;
  move.moved = rp_cursor_first_child(&cursor);
  move.cursor = cursor;
  return move;
}

static rustpro_go_move rustpro_go_next_sibling(rp_cursor cursor) {
  rustpro_go_move move;
  move.moved = rp_cursor_next_sibling(&cursor);
  move.cursor = cursor;
  return move;
}

static rustpro_go_move rustpro_go_parent(rp_cursor cursor) {
  rustpro_go_move move;
  move.moved = rp_cursor_parent(&cursor);
  move.cursor = cursor;
  return move;
}

static rustpro_go_move rustpro_go_next(rp_cursor cursor) {
  rustpro_go_move move;
  move.moved = rp_cursor_next(&cursor);
  move.cursor = cursor;
  return move;
}
*/
import "C"

import "runtime"

// Node is a node, token or run of white space of a [Tree]: a small value that keeps its tree from being collected. The
// zero Node is null: whatever it is asked gives null, zero or empty, and so does any node once its tree was closed.
type Node struct {
	tree *Tree
	id   uint32
	kind Kind
}

func (t *Tree) node(plain C.rp_node) Node {
	if plain.tree == nil || plain.kind == C.RP_KIND_NONE {
		return Node{}
	}
	return Node{t, uint32(plain.id), Kind(plain.kind)}
}

// ask calls with the node as C has it, or not at all when it is null or its tree was closed.
func (n Node) ask(call func(C.rp_node)) {
	if n.tree == nil {
		return
	}
	n.tree.use(func(tree *C.rp_tree) {
		call(C.rp_node{tree: tree, id: C.uint32_t(n.id), kind: C.uint32_t(n.kind)})
	})
}

// IsNull says whether there is no element.
func (n Node) IsNull() bool { return n.tree == nil }

// Equal says whether both are the same element of the same tree; the operator == does so too.
func (n Node) Equal(other Node) (equal bool) {
	if n.tree != other.tree || n.tree == nil {
		return n.tree == other.tree
	}
	n.ask(func(a C.rp_node) {
		other.ask(func(b C.rp_node) { equal = C.rp_node_equal(a, b) != 0 })
	})
	return equal
}

// Tree returns the tree of the node.
func (n Node) Tree() *Tree { return n.tree }

// Kind returns what the element is.
func (n Node) Kind() Kind { return n.kind }

// Span returns the bytes that the element covers.
func (n Node) Span() (span Span) {
	n.ask(func(node C.rp_node) { span = goSpan(C.rp_node_span(node)) })
	return span
}

// Text returns the text of the element.
func (n Node) Text() (text string) {
	n.ask(func(node C.rp_node) { text = goString(C.rp_node_text(node)) })
	return text
}

// Parent returns the node around this one.
func (n Node) Parent() (result Node) {
	n.ask(func(node C.rp_node) { result = n.tree.node(C.rp_node_parent(node)) })
	return result
}

// FirstChild returns the first element directly below: a node, token or run of white space.
func (n Node) FirstChild() (result Node) {
	n.ask(func(node C.rp_node) { result = n.tree.node(C.rp_node_first_child(node)) })
	return result
}

// LastChild returns the last element directly below.
func (n Node) LastChild() (result Node) {
	n.ask(func(node C.rp_node) { result = n.tree.node(C.rp_node_last_child(node)) })
	return result
}

// NextSibling returns the next element under the same parent.
func (n Node) NextSibling() (result Node) {
	n.ask(func(node C.rp_node) { result = n.tree.node(C.rp_node_next_sibling(node)) })
	return result
}

// PreviousSibling returns the element before this one under the same parent.
func (n Node) PreviousSibling() (result Node) {
	n.ask(func(node C.rp_node) { result = n.tree.node(C.rp_node_previous_sibling(node)) })
	return result
}

// ChildCount returns the number of child nodes, without tokens and white space. Linear in the number of children.
func (n Node) ChildCount() (count uint32) {
	n.ask(func(node C.rp_node) { count = uint32(C.rp_node_child_count(node)) })
	return count
}

// Child returns one of the child nodes.
func (n Node) Child(index uint32) (result Node) {
	n.ask(func(node C.rp_node) { result = n.tree.node(C.rp_node_child(node, C.uint32_t(index))) })
	return result
}

// FieldName returns the role of the node in its parent, such as "body"; empty for one without a role.
func (n Node) FieldName() (name string) {
	n.ask(func(node C.rp_node) { name = goString(C.rp_node_field_name(node)) })
	return name
}

// ChildByField returns the first child node with that role.
func (n Node) ChildByField(field string) (result Node) {
	n.ask(func(node C.rp_node) {
		text, length := cText(field)
		result = n.tree.node(C.rp_node_child_by_field(node, text, length))
		runtime.KeepAlive(field)
	})
	return result
}

// Elements returns everything directly below: nodes, tokens and white space.
func (n Node) Elements() (elements []Node) {
	for element := n.FirstChild(); !element.IsNull(); element = element.NextSibling() {
		elements = append(elements, element)
	}
	return elements
}

// Children returns the nodes directly below.
func (n Node) Children() (children []Node) {
	for element := n.FirstChild(); !element.IsNull(); element = element.NextSibling() {
		if element.kind.IsNode() {
			children = append(children, element)
		}
	}
	return children
}

// Walk visits the element and everything below it, in the order of the text, until visit returns false. `depth` is 0
// for the element itself. Linear in the number of elements.
func (n Node) Walk(visit func(node Node, depth uint32) bool) {
	cursor := n.Cursor()
	for node := cursor.Node(); !node.IsNull(); node = cursor.Node() {
		if !visit(node, cursor.Depth()) || !cursor.Next() {
			return
		}
	}
}

// Cursor is a position in a walk, which never leaves the node where it began. A plain value: copy it to remember a
// place. For one goroutine at a time.
type Cursor struct {
	tree  *Tree
	plain C.rp_cursor
}

// Cursor returns a cursor at the node.
func (n Node) Cursor() Cursor {
	cursor := Cursor{tree: n.tree}
	n.ask(func(node C.rp_node) { cursor.plain = C.rp_cursor_at(node) })
	return cursor
}

// Node returns where the cursor stands; null after the end.
func (c *Cursor) Node() Node {
	if c.tree == nil {
		return Node{}
	}
	return c.tree.node(c.plain.node)
}

// Depth is 0 at the node where the cursor began.
func (c *Cursor) Depth() uint32 { return uint32(c.plain.depth) }

func (c *Cursor) move(call func(C.rp_cursor) C.rustpro_go_move) (moved bool) {
	if c.tree == nil {
		return false
	}
	c.tree.use(func(*C.rp_tree) {
		move := call(c.plain)
		c.plain = move.cursor
		moved = move.moved != 0
	})
	return moved
}

// FirstChild moves down; it returns false and stays when there is no child.
func (c *Cursor) FirstChild() bool {
	return c.move(func(cursor C.rp_cursor) C.rustpro_go_move { return C.rustpro_go_first_child(cursor) })
}

// NextSibling moves on under the same parent; it returns false and stays when there is no further one.
func (c *Cursor) NextSibling() bool {
	return c.move(func(cursor C.rp_cursor) C.rustpro_go_move { return C.rustpro_go_next_sibling(cursor) })
}

// Parent moves up; it returns false and stays where the cursor began.
func (c *Cursor) Parent() bool {
	return c.move(func(cursor C.rp_cursor) C.rustpro_go_move { return C.rustpro_go_parent(cursor) })
}

// Next moves to the next element in reading order; at the end it returns false, and the cursor stands nowhere.
func (c *Cursor) Next() bool {
	return c.move(func(cursor C.rp_cursor) C.rustpro_go_move { return C.rustpro_go_next(cursor) })
}
