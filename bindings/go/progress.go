package rustpro

/*
#include <rustpro/rustpro.h>
*/
import "C"

import (
	"errors"
	"runtime/cgo"
	"sync"
	"unsafe"
)

// progressState is the caller's callback, and how it ended: neither an error nor a panic may pass through C.
type progressState struct {
	callback Progress
	lock     sync.Mutex
	err      error
	panicked bool
	panic    any
}

//export rustproGoProgress
func rustproGoProgress(done, total C.uint64_t, name C.rp_string, userData unsafe.Pointer) (stop C.int) {
	state := cgo.Handle(*(*C.uintptr_t)(userData)).Value().(*progressState)
	stop = 1
	defer func() {
		if stop == 0 {
			return
		}
		// Also for runtime.Goexit, which recover does not see: then the call is cancelled without a cause.
		if value := recover(); value != nil {
			state.lock.Lock()
			defer state.lock.Unlock()
			if !state.panicked {
				state.panicked, state.panic = true, value
			}
		}
	}()
	if err := state.callback(uint64(done), uint64(total), goString(name)); err != nil {
		state.lock.Lock()
		defer state.lock.Unlock()
		if state.err == nil {
			state.err = err
		}
		return 1
	}
	return 0
}

// result adds to the error of a cancelled call what the callback returned, or goes on with its panic.
func (s *progressState) result(err error) error {
	if s == nil || !errors.Is(err, StatusCancelled) {
		return err
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.panicked {
		value := s.panic
		s.panicked, s.panic = false, nil
		panic(value)
	}
	var failure *Error
	if s.err != nil && errors.As(err, &failure) {
		failure.Cause, s.err = s.err, nil
	}
	return err
}
