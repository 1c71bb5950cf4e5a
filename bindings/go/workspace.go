package rustpro

/*
#include <rustpro/rustpro.h>
#include <stdlib.h>

// Of this package, in progress.go.
int rustproGoProgress(uint64_t done, uint64_t total, rp_string name, void *user_data);
*/
import "C"

import (
	"runtime"
	"runtime/cgo"
	"sync"
	"unsafe"
)

// Progress is called with the number of files done, that of all files, and the file last finished. An error that it
// returns cancels the call that reports, and is the Cause of that call's error; a panic comes out of the call. For each
// call it runs in one goroutine at a time. It must not use the workspace that it reports on.
type Progress func(done, total uint64, name string) error

// WorkspaceOptions says how to open and review; the zero value and nil mean the defaults.
type WorkspaceOptions struct {
	Edition      uint32 // for files whose Cargo.toml gives none; 0 means what cargo takes
	ThreadCount  uint32 // 0 means one for each processor; the result does not depend on it
	NestingLimit uint32 // as in ParseOptions
	MemoryLimit  uint64 // bytes that the tokens and nodes of all files may take together; 0 means no limit
	FileLimit    uint64 // bytes of the largest file that is read; 0 means 64 MiB
	Cancellation *Cancellation
	Progress     Progress
}

// Workspace is a set of files to look at together. What changes it waits until nobody reads it.
type Workspace struct {
	handle   *handle
	lock     sync.RWMutex
	progress *progressState // nil without a callback
}

// OpenWorkspace opens a folder or a single file and finds the Rust files that belong to it. Files that cannot be read
// are no error: they are in Unread.
func OpenWorkspace(path string, options *WorkspaceOptions) (*Workspace, error) {
	return makeWorkspace(options, func(plain *C.rp_workspace_options, made **C.rp_workspace, failure **C.rp_error) C.rp_status {
		text, length := cText(path)
		status := C.rp_workspace_open(text, length, plain, made, failure)
		runtime.KeepAlive(path)
		return status
	})
}

// NewWorkspace makes a workspace without files on disk; fill it with SetFile.
func NewWorkspace(options *WorkspaceOptions) (*Workspace, error) {
	return makeWorkspace(options, func(plain *C.rp_workspace_options, made **C.rp_workspace, failure **C.rp_error) C.rp_status {
		return C.rp_workspace_new(plain, made, failure)
	})
}

func makeWorkspace(options *WorkspaceOptions,
	call func(*C.rp_workspace_options, **C.rp_workspace, **C.rp_error) C.rp_status) (*Workspace, error) {
	if options == nil {
		options = &WorkspaceOptions{}
	}
	// The library keeps the token as long as the workspace, so it is held until that is freed.
	token, done, err := options.Cancellation.lend()
	if err != nil {
		return nil, err
	}
	plain := C.rp_workspace_options{
		edition:       C.uint32_t(options.Edition),
		thread_count:  C.uint32_t(options.ThreadCount),
		nesting_limit: C.uint32_t(options.NestingLimit),
		memory_limit:  C.uint64_t(options.MemoryLimit),
		file_limit:    C.uint64_t(options.FileLimit),
		cancellation:  token,
	}
	plain.struct_size = C.uint32_t(unsafe.Sizeof(plain))
	end := done
	var progress *progressState
	if options.Progress != nil {
		progress = &progressState{callback: options.Progress}
		// C keeps no Go pointer: it gets memory of its own that holds the number of a cgo.Handle.
		number := cgo.NewHandle(progress)
		cell := (*C.uintptr_t)(C.malloc(C.size_t(unsafe.Sizeof(C.uintptr_t(0)))))
		*cell = C.uintptr_t(number)
		plain.progress = C.rp_progress_callback(C.rustproGoProgress)
		plain.user_data = unsafe.Pointer(cell)
		end = func() {
			C.free(unsafe.Pointer(cell))
			number.Delete()
			done()
		}
	}
	var made *C.rp_workspace
	var failure *C.rp_error
	status := call(&plain, &made, &failure)
	// Also when the callback panicked: result goes on with that.
	defer func() {
		if made == nil {
			end()
		}
	}()
	if err := progress.result(takeError(status, failure)); err != nil {
		return nil, err
	}
	return &Workspace{
		handle: newHandle(unsafe.Pointer(made), func(pointer unsafe.Pointer) {
			C.rp_workspace_free((*C.rp_workspace)(pointer))
			end()
		}),
		progress: progress,
	}, nil
}

// Close frees the workspace. Trees and reports made from it stay.
func (w *Workspace) Close() { w.handle.close() }

// read calls while nobody changes the workspace; change does while nobody else uses it.
func (w *Workspace) read(call func(*C.rp_workspace)) bool {
	w.lock.RLock()
	defer w.lock.RUnlock()
	return w.use(call)
}

func (w *Workspace) change(call func(*C.rp_workspace)) bool {
	w.lock.Lock()
	defer w.lock.Unlock()
	return w.use(call)
}

func (w *Workspace) use(call func(*C.rp_workspace)) bool {
	pointer, ok := w.handle.acquire()
	if !ok {
		return false
	}
	defer w.handle.release()
	call((*C.rp_workspace)(pointer))
	return true
}

// SetFile puts a text in place of a file, until RemoveFile. Nothing is written to disk. The path is relative to the
// workspace's folder, with `/` between its parts and without `.` and `..`.
func (w *Workspace) SetFile(path, text string) error {
	var err error = errClosed
	w.change(func(workspace *C.rp_workspace) {
		name, nameLength := cText(path)
		source, length := cText(text)
		var failure *C.rp_error
		status := C.rp_workspace_set_file(workspace, name, nameLength, source, length, &failure)
		err = takeError(status, failure)
		runtime.KeepAlive(path)
		runtime.KeepAlive(text)
	})
	return err
}

// RemoveFile takes back what SetFile put there; the file on disk, if any, is seen again.
func (w *Workspace) RemoveFile(path string) error {
	var err error = errClosed
	w.change(func(workspace *C.rp_workspace) {
		name, length := cText(path)
		var failure *C.rp_error
		status := C.rp_workspace_remove_file(workspace, name, length, &failure)
		err = takeError(status, failure)
		runtime.KeepAlive(path)
	})
	return err
}

// WorkspaceFile is one file of a workspace.
type WorkspaceFile struct {
	Path    string // relative to the workspace's folder
	Edition uint32
}

// Files returns the Rust files, sorted by path.
func (w *Workspace) Files() (files []WorkspaceFile) {
	w.read(func(workspace *C.rp_workspace) {
		count := C.rp_workspace_file_count(workspace)
		files = make([]WorkspaceFile, 0, int(count))
		for index := C.size_t(0); index < count; index++ {
			files = append(files, WorkspaceFile{
				Path:    goString(C.rp_workspace_file_path(workspace, index)),
				Edition: uint32(C.rp_workspace_file_edition(workspace, index)),
			})
		}
	})
	return files
}

// Unread is something that was found and could not be looked at.
type Unread struct {
	Path   string
	Reason string
}

func goUnread(unread C.rp_unread) Unread {
	return Unread{goString(unread.path), goString(unread.reason)}
}

// Unread returns what could not be looked at when the workspace was opened.
func (w *Workspace) Unread() (unread []Unread) {
	w.read(func(workspace *C.rp_workspace) {
		count := C.rp_workspace_unread_count(workspace)
		for index := C.size_t(0); index < count; index++ {
			unread = append(unread, goUnread(C.rp_workspace_unread(workspace, index)))
		}
	})
	return unread
}

// ParseFile parses one of Files, by its index. The tree does not depend on the workspace.
func (w *Workspace) ParseFile(index int) (*Tree, error) {
	if index < 0 {
		return nil, &Error{Status: StatusInvalidArgument, Message: "rustpro: the index of a file is negative"}
	}
	var made *C.rp_tree
	var err error = errClosed
	w.read(func(workspace *C.rp_workspace) {
		var failure *C.rp_error
		status := C.rp_workspace_parse_file(workspace, C.size_t(index), &made, &failure)
		err = w.progress.result(takeError(status, failure))
	})
	if err != nil {
		return nil, err
	}
	return newTree(made), nil
}

// Review reviews every file. What cannot be read is listed in the report, never counted as clean.
func (w *Workspace) Review() (*Report, error) {
	var made *C.rp_report
	var err error = errClosed
	w.read(func(workspace *C.rp_workspace) {
		var failure *C.rp_error
		status := C.rp_workspace_review(workspace, &made, &failure)
		err = w.progress.result(takeError(status, failure))
	})
	if err != nil {
		return nil, err
	}
	return newReport(made), nil
}
