// Package rustpro reads and reviews Rust source without a Rust toolchain. It calls librustpro through cgo.
//
//	report, err := rustpro.Review("path/to/crate")
//	if err != nil {
//		return err
//	}
//	defer report.Close()
//	for _, finding := range report.Findings() {
//		fmt.Println(finding.Primary.Path, finding.Primary.Start.Line, finding.Message)
//	}
//
// Building needs pkg-config to find rustpro.pc, or CGO_CFLAGS and CGO_LDFLAGS and the build tag rustpro_flags.
//
// Offsets and lengths are bytes of UTF-8; lines and columns count from 1. Every object may be used by any number of
// goroutines at once. A Tree, Workspace, Report or Cancellation is freed by Close, or some time after nothing refers to
// it any more; a Close while calls are under way takes effect when they are over. Strings and structs that come out are
// copies that stay valid; a [Node] belongs to its [Tree]. After Close, calls that return an error return one with
// [StatusClosed], the others return zero.
package rustpro

/*
#include <rustpro/rustpro.h>
#include <stdlib.h>
*/
import "C"

import (
	"context"
	"sync"
	"unsafe"
)

// Status is what a call says of itself. It is an error, so that errors.Is(err, rustpro.StatusNotFound) works.
type Status int

// The statuses of the library; Closed is one of this package.
const (
	StatusOK              Status = C.RP_OK
	StatusNullArgument    Status = C.RP_ERROR_NULL_ARGUMENT
	StatusInvalidArgument Status = C.RP_ERROR_INVALID_ARGUMENT
	StatusStructSize      Status = C.RP_ERROR_STRUCT_SIZE
	StatusInvalidUTF8     Status = C.RP_ERROR_INVALID_UTF8
	StatusTooLarge        Status = C.RP_ERROR_TOO_LARGE
	StatusOutOfMemory     Status = C.RP_ERROR_OUT_OF_MEMORY
	StatusLimit           Status = C.RP_ERROR_LIMIT
	StatusCancelled       Status = C.RP_ERROR_CANCELLED
	StatusNotFound        Status = C.RP_ERROR_NOT_FOUND
	StatusIO              Status = C.RP_ERROR_IO
	StatusInternal        Status = C.RP_ERROR_INTERNAL

	// StatusClosed says that the object was closed before the call.
	StatusClosed Status = -1
)

// String returns the library's name of the status, such as "RP_ERROR_IO".
func (s Status) String() string {
	if s == StatusClosed {
		return "closed"
	}
	return goString(C.rp_status_name(C.rp_status(s)))
}

// Error returns the same as String.
func (s Status) Error() string { return s.String() }

// Error is a failed call.
type Error struct {
	Status  Status
	Message string
	// Cause is what the progress callback returned, or the reason of a context, when that ended the call; else nil.
	Cause error
}

// Error returns what went wrong and where.
func (e *Error) Error() string { return e.Message }

// Is says whether the target is the status: errors.Is(err, StatusNotFound).
func (e *Error) Is(target error) bool {
	status, ok := target.(Status)
	return ok && status == e.Status
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

var errClosed = &Error{Status: StatusClosed, Message: "rustpro: the object was closed"}

// takeError turns the result of a call into a Go error and ends the library's.
func takeError(status C.rp_status, failure *C.rp_error) error {
	if status == C.RP_OK {
		return nil
	}
	if failure == nil {
		// No words came with the status when there was no memory for them.
		return &Error{Status: Status(status), Message: Status(status).String()}
	}
	defer C.rp_error_free(failure)
	return &Error{
		Status:  Status(C.rp_error_status(failure)),
		Message: goString(C.rp_error_message(failure)),
	}
}

func goString(text C.rp_string) string {
	if text.length == 0 {
		return ""
	}
	// C.GoStringN would cut lengths to an int32.
	return string(unsafe.Slice((*byte)(unsafe.Pointer(text.data)), int(text.length)))
}

// cText returns the bytes of a Go string for one call, during which the caller keeps the string alive.
func cText(text string) (*C.char, C.size_t) {
	// A string begins with a pointer to its bytes. (unsafe.StringData says so since Go 1.20.)
	return *(**C.char)(unsafe.Pointer(&text)), C.size_t(len(text))
}

// Version returns the version of the library that runs, such as "0.1.0".
func Version() string { return goString(C.rp_version_string()) }

// VersionNumber returns the same as major * 1000000 + minor * 1000 + patch.
func VersionNumber() uint32 { return uint32(C.rp_version_number()) }

// ABICompatible says whether the library that runs offers what this package was compiled for.
func ABICompatible() bool { return C.rp_abi_compatible(C.RP_ABI_MAJOR, C.RP_ABI_MINOR) != 0 }

// Cancellation is a flag that stops long calls: those that were given it return StatusCancelled soon after Request.
// One may serve any number of calls at once.
type Cancellation struct {
	handle *handle
}

// NewCancellation returns a flag that is not raised.
func NewCancellation() (*Cancellation, error) {
	var made *C.rp_cancellation
	var failure *C.rp_error
	if err := takeError(C.rp_cancellation_new(&made, &failure), failure); err != nil {
		return nil, err
	}
	return &Cancellation{newHandle(unsafe.Pointer(made), func(pointer unsafe.Pointer) {
		C.rp_cancellation_free((*C.rp_cancellation)(pointer))
	})}, nil
}

// CancelWith returns a flag that is raised when the context is done. Call stop to let go of the context.
func CancelWith(ctx context.Context) (cancellation *Cancellation, stop func(), err error) {
	cancellation, err = NewCancellation()
	if err != nil {
		return nil, nil, err
	}
	stopped := make(chan struct{})
	var once sync.Once
	go func() {
		select {
		case <-ctx.Done():
			cancellation.Request()
		case <-stopped:
		}
	}()
	return cancellation, func() { once.Do(func() { close(stopped) }) }, nil
}

// Request raises the flag.
func (c *Cancellation) Request() {
	if pointer, ok := c.handle.acquire(); ok {
		defer c.handle.release()
		C.rp_cancellation_request((*C.rp_cancellation)(pointer))
	}
}

// Requested says whether the flag is raised.
func (c *Cancellation) Requested() bool {
	pointer, ok := c.handle.acquire()
	if !ok {
		return false
	}
	defer c.handle.release()
	return C.rp_cancellation_requested((*C.rp_cancellation)(pointer)) != 0
}

// Reset lowers the flag, for further calls.
func (c *Cancellation) Reset() {
	if pointer, ok := c.handle.acquire(); ok {
		defer c.handle.release()
		C.rp_cancellation_reset((*C.rp_cancellation)(pointer))
	}
}

// Close ends the flag. Calls and workspaces that were given it go on, and are not stopped by it any more.
func (c *Cancellation) Close() { c.handle.close() }

// lend returns the pointer of a flag that may be nil, and what ends its use.
func (c *Cancellation) lend() (*C.rp_cancellation, func(), error) {
	if c == nil {
		return nil, func() {}, nil
	}
	pointer, ok := c.handle.acquire()
	if !ok {
		return nil, nil, errClosed
	}
	return (*C.rp_cancellation)(pointer), c.handle.release, nil
}

// Span is a half-open range of bytes in a text.
type Span struct {
	Start, End uint32
}

func goSpan(span C.rp_span) Span { return Span{uint32(span.start), uint32(span.end)} }

// Position is a place in a text; all three count from 1.
type Position struct {
	Line        uint32
	ColumnBytes uint32 // UTF-8 bytes before the place in its line, plus 1
	ColumnUTF16 uint32 // UTF-16 code units before the place in its line, plus 1
}

func goPosition(position C.rp_position) Position {
	return Position{uint32(position.line), uint32(position.column_bytes), uint32(position.column_utf16)}
}

// Format is how something is rendered.
type Format int

const (
	FormatText Format = C.RP_FORMAT_TEXT
	FormatJSON Format = C.RP_FORMAT_JSON
	// FormatSARIF is SARIF 2.1.0, for code scanning services and editors.
	FormatSARIF Format = C.RP_FORMAT_SARIF
	// FormatMarkdown is for a comment on a pull request.
	FormatMarkdown Format = C.RP_FORMAT_MARKDOWN
	// FormatHTML is one file for a browser.
	FormatHTML Format = C.RP_FORMAT_HTML
)

// RenderOptions says how to render; the zero value means plain text.
type RenderOptions struct {
	Format Format
	Color  bool   // ANSI colours in text
	Width  uint32 // columns of the terminal; 0 means 100
	// LinkBase is what links to files begin with in Markdown, such as "https://github.com/owner/name/blob/COMMIT/";
	// empty for relative links.
	LinkBase string
}

// render calls one of the rp_..._render functions and takes its text.
func render(options RenderOptions,
	call func(*C.rp_render_options, **C.rp_buffer, **C.rp_error) C.rp_status) (string, error) {
	plain := C.rp_render_options{
		format: C.RP_FORMAT_TEXT,
		width:  C.uint32_t(options.Width),
	}
	plain.struct_size = C.uint32_t(unsafe.Sizeof(plain))
	if options.Format != 0 {
		plain.format = C.rp_format(options.Format)
	}
	if options.Color {
		plain.color = 1
	}
	if options.LinkBase != "" {
		// C may not be given a pointer to memory that holds a pointer of Go.
		base := C.CString(options.LinkBase)
		defer C.free(unsafe.Pointer(base))
		plain.link_base = base
		plain.link_base_length = C.size_t(len(options.LinkBase))
	}
	var buffer *C.rp_buffer
	var failure *C.rp_error
	if err := takeError(call(&plain, &buffer, &failure), failure); err != nil {
		return "", err
	}
	defer C.rp_buffer_free(buffer)
	return goString(C.rp_buffer_text(buffer)), nil
}

// Review reviews a crate, a workspace or a single file on disk, with all settings at their defaults.
func Review(path string) (*Report, error) {
	workspace, err := OpenWorkspace(path, nil)
	if err != nil {
		return nil, err
	}
	defer workspace.Close()
	return workspace.Review()
}
