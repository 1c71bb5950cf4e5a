package rustpro

/*
#include <rustpro/rustpro.h>
*/
import "C"

import (
	"runtime"
	"unsafe"
)

// Applicability is how sure the library is of the edits of a finding.
type Applicability int

const (
	// ApplicabilityMachine means that the code still compiles and means what it meant.
	ApplicabilityMachine Applicability = C.RP_APPLICABILITY_MACHINE
	// ApplicabilitySuggestion means that somebody has to look at it.
	ApplicabilitySuggestion Applicability = C.RP_APPLICABILITY_SUGGESTION
)

// Edit is one change of a file. All edits of a finding belong together.
type Edit struct {
	Place         Place // what is replaced; an empty span is an insertion
	Replacement   string
	Applicability Applicability // the same for all edits of a finding
}

func goEdit(edit C.rp_edit) Edit {
	return Edit{goPlace(edit.place), goString(edit.replacement), Applicability(edit.applicability)}
}

// SkipKind is why the edits of a finding are not applied.
type SkipKind int

const (
	// SkipSuggestion means that somebody has to look at them, and nobody asked for such.
	SkipSuggestion SkipKind = C.RP_SKIP_SUGGESTION
	// SkipOverlap means that they overlap those of an earlier finding.
	SkipOverlap SkipKind = C.RP_SKIP_OVERLAP
	// SkipRefused means that the file has changed, cannot be read, or would no longer parse.
	SkipRefused SkipKind = C.RP_SKIP_REFUSED
)

// FixedFile is a file that changes.
type FixedFile struct {
	Path       string // as in the report
	Before     string
	After      string
	FixCount   int  // findings with edits in it that are applied
	IsWritable bool // false when WriteFile refuses it
}

// SkippedFix is a finding whose edits are not applied.
type SkippedFix struct {
	Finding int // its index in the report
	Kind    SkipKind
	Reason  string
}

// FixOptions says what to apply; the zero value and nil mean what can be applied unseen.
type FixOptions struct {
	Suggestions  bool // apply those, too, that somebody has to look at
	Cancellation *Cancellation
}

// Fixes holds the texts that the edits of a report make. Immutable; depends neither on the report nor on the workspace.
type Fixes struct {
	handle *handle
}

// MakeFixes applies the edits of a report of this workspace in memory; nothing is written.
func (w *Workspace) MakeFixes(report *Report, options *FixOptions) (*Fixes, error) {
	if options == nil {
		options = &FixOptions{}
	}
	token, done, err := options.Cancellation.lend()
	if err != nil {
		return nil, err
	}
	defer done()
	plain := C.rp_fix_options{cancellation: token}
	plain.struct_size = C.uint32_t(unsafe.Sizeof(plain))
	if options.Suggestions {
		plain.suggestions = 1
	}
	var made *C.rp_fixes
	err = errClosed
	w.read(func(workspace *C.rp_workspace) {
		report.use(func(found *C.rp_report) {
			var failure *C.rp_error
			status := C.rp_report_make_fixes(found, workspace, &plain, &made, &failure)
			err = takeError(status, failure)
		})
	})
	if err != nil {
		return nil, err
	}
	return &Fixes{newHandle(unsafe.Pointer(made), func(pointer unsafe.Pointer) {
		C.rp_fixes_free((*C.rp_fixes)(pointer))
	})}, nil
}

// Close frees the fixes; what was taken out of them stays.
func (f *Fixes) Close() { f.handle.close() }

func (f *Fixes) use(call func(*C.rp_fixes)) bool {
	pointer, ok := f.handle.acquire()
	if !ok {
		return false
	}
	defer f.handle.release()
	call((*C.rp_fixes)(pointer))
	return true
}

// Applied returns the indexes of the findings that are mended, ascending.
func (f *Fixes) Applied() (applied []int) {
	f.use(func(fixes *C.rp_fixes) {
		count := C.rp_fixes_applied_count(fixes)
		for index := C.size_t(0); index < count; index++ {
			applied = append(applied, int(C.rp_fixes_applied(fixes, index)))
		}
	})
	return applied
}

// Files returns the files that change, sorted by path.
func (f *Fixes) Files() (files []FixedFile) {
	f.use(func(fixes *C.rp_fixes) {
		count := C.rp_fixes_file_count(fixes)
		for index := C.size_t(0); index < count; index++ {
			plain := C.rp_fixes_file(fixes, index)
			files = append(files, FixedFile{
				Path:       goString(plain.path),
				Before:     goString(plain.before),
				After:      goString(plain.after),
				FixCount:   int(plain.fix_count),
				IsWritable: plain.is_writable != 0,
			})
		}
	})
	return files
}

// Skipped returns the findings whose edits are not applied, in order of their indexes.
func (f *Fixes) Skipped() (skipped []SkippedFix) {
	f.use(func(fixes *C.rp_fixes) {
		count := C.rp_fixes_skipped_count(fixes)
		for index := C.size_t(0); index < count; index++ {
			plain := C.rp_fixes_skipped(fixes, index)
			skipped = append(skipped, SkippedFix{int(plain.finding), SkipKind(plain.kind), goString(plain.reason)})
		}
	})
	return skipped
}

// WriteFile writes one of Files, by its index, to disk: all of it or nothing. A file that has changed since is left alone.
func (f *Fixes) WriteFile(index int) error {
	if index < 0 {
		return &Error{Status: StatusInvalidArgument, Message: "rustpro: the index of a file is negative"}
	}
	var err error = errClosed
	f.use(func(fixes *C.rp_fixes) {
		var failure *C.rp_error
		status := C.rp_fixes_write_file(fixes, C.size_t(index), &failure)
		err = takeError(status, failure)
	})
	return err
}

// Diff returns what changes as a unified diff of all files, for people, `git apply` and `patch -p1`.
func (f *Fixes) Diff() (text string, err error) {
	err = errClosed
	f.use(func(fixes *C.rp_fixes) {
		var buffer *C.rp_buffer
		var failure *C.rp_error
		status := C.rp_fixes_render_diff(fixes, &buffer, &failure)
		text, err = takeBuffer(status, buffer, failure)
	})
	return text, err
}

func takeBuffer(status C.rp_status, buffer *C.rp_buffer, failure *C.rp_error) (string, error) {
	if err := takeError(status, failure); err != nil {
		return "", err
	}
	defer C.rp_buffer_free(buffer)
	return goString(C.rp_buffer_text(buffer)), nil
}

// Diff returns the difference of two texts as a unified diff; empty when they are equal. The path is what the file is
// called in it: relative, with `/` between its parts.
func Diff(path, before, after string) (string, error) {
	name, nameLength := cText(path)
	from, fromLength := cText(before)
	to, toLength := cText(after)
	var buffer *C.rp_buffer
	var failure *C.rp_error
	status := C.rp_diff(name, nameLength, from, fromLength, to, toLength, &buffer, &failure)
	runtime.KeepAlive(path)
	runtime.KeepAlive(before)
	runtime.KeepAlive(after)
	return takeBuffer(status, buffer, failure)
}
