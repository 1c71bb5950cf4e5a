package rustpro

import (
	"runtime"
	"sync/atomic"
	"unsafe"
)

// closedBit marks a closed handle in its state; the bits below count the calls that use it.
const closedBit = 1 << 62

// handle owns a pointer of the library. It is freed once: when it was closed, or nothing refers to it any more, and the
// last call is over.
type handle struct {
	pointer unsafe.Pointer // memory of C, so that the garbage collector does not look at it
	state   atomic.Int64
	free    func(unsafe.Pointer)
}

func newHandle(pointer unsafe.Pointer, free func(unsafe.Pointer)) *handle {
	h := &handle{pointer: pointer, free: free}
	runtime.SetFinalizer(h, (*handle).close)
	return h
}

// acquire keeps the handle alive until release. It returns false when the handle was closed.
func (h *handle) acquire() (unsafe.Pointer, bool) {
	for {
		state := h.state.Load()
		if state&closedBit != 0 {
			return nil, false
		}
		if h.state.CompareAndSwap(state, state+1) {
			return h.pointer, true
		}
	}
}

// release also keeps the handle reachable until the call is over, so that no finalizer runs during it.
func (h *handle) release() {
	// A closed handle gets no new users, so the count comes to nothing once.
	if h.state.Add(-1) == closedBit {
		h.free(h.pointer)
	}
	runtime.KeepAlive(h)
}

func (h *handle) close() {
	for {
		state := h.state.Load()
		if state&closedBit != 0 {
			return
		}
		if h.state.CompareAndSwap(state, state|closedBit) {
			runtime.SetFinalizer(h, nil)
			if state == 0 {
				h.free(h.pointer)
			}
			return
		}
	}
}

func (h *handle) closed() bool { return h.state.Load()&closedBit != 0 }
