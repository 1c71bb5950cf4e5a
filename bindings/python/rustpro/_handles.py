"""Handles of the library that no thread can end while another uses them."""

from __future__ import annotations

import ctypes
import threading
from contextlib import contextmanager
from typing import Any, Callable, Iterator, Optional, Set, TypeVar, Union

from ._abi import RpString, api, text_of
from .errors import CancelledError, ClosedError, InvalidArgumentError

Text = Union[str, bytes, bytearray, memoryview]

# The keys of the handles whose progress callback runs in this thread.
_in_callback = threading.local()


def encode(text: Text) -> bytes:
    """Returns the bytes that the library reads. A lone surrogate becomes what it then reports as no UTF-8."""
    return text.encode("utf-8", "surrogatepass") if isinstance(text, str) else bytes(text)


def unsigned(value: int, name: str, bits: int = 32) -> int:
    """Checks a number that ctypes would cut to size without a word."""
    if not 0 <= value < 1 << bits:
        raise InvalidArgumentError(f"{name} is {value}; it must be from 0 to {(1 << bits) - 1}")
    return value


class Handle:
    """Owns a pointer of the library. `with handle as pointer` keeps it alive during a call.

    The library is told to free it when it was closed, or nothing refers to it any more, and the last call is over.
    Any number of threads may use it at once; `exclusive` waits until nobody does.
    """

    def __init__(self, pointer: int, free: Callable[[int], Any], on_free: Optional[Callable[[], Any]] = None) -> None:
        self._pointer: Optional[int] = pointer
        self._free = free
        self._on_free = on_free
        # Re-entrant: the garbage collector may end another object, which then lets go of this one, at any time.
        self._condition = threading.Condition(threading.RLock())
        self._users = 0
        self._writing = False
        self._closed = False
        self.key = object()
        """Stands for the handle where a reference to it would make a cycle."""

    def __enter__(self) -> int:
        with self._condition:
            self._check_usable()
            while self._writing:
                self._condition.wait()
                self._check_usable()
            self._users += 1
            assert self._pointer is not None
            return self._pointer

    def __exit__(self, *ignored: object) -> None:
        with self._condition:
            self._users -= 1
            if self._users == 0:
                self._condition.notify_all()
            # Decided under the lock: a closed handle gets no new users, an open one may get some right after.
            over = self._users == 0 and self._closed
        if over:
            self._end()

    @contextmanager
    def exclusive(self) -> Iterator[int]:
        """Waits until nobody else uses the handle and keeps others out."""
        with self._condition:
            self._check_usable()
            while self._writing or self._users:
                self._condition.wait()
                self._check_usable()
            self._writing = True
            self._users = 1
            assert self._pointer is not None
            pointer = self._pointer
        try:
            yield pointer
        finally:
            with self._condition:
                self._writing = False
                self._users = 0
                self._condition.notify_all()
                over = self._closed
            if over:
                self._end()

    @property
    def closed(self) -> bool:
        return self._closed

    def close(self) -> None:
        """Ends the handle, at once or when the last call that uses it is over. A second call does nothing."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()
            busy = self._users > 0
        if not busy:
            self._end()

    def __del__(self) -> None:
        # Nobody refers to the handle, so nobody uses it. __init__ may have failed half-way.
        if getattr(self, "_pointer", None) is not None:
            self._end()

    def _check_usable(self) -> None:
        if self._closed:
            raise ClosedError("the object was closed")
        if self.key in getattr(_in_callback, "keys", ()):
            raise InvalidArgumentError("a progress callback must not use the workspace that it reports on")

    def _end(self) -> None:
        with self._condition:
            pointer, self._pointer = self._pointer, None
        if pointer is None:
            return
        self._free(pointer)
        if self._on_free is not None:
            self._on_free()


_Owner = TypeVar("_Owner", bound="Owner")


class Owner:
    """An object of the library. Freed when nothing refers to it any more, at `close`, or at the end of a `with` block."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    def close(self) -> None:
        """Ends the object, at once or when the last call that uses it is over. A second call does nothing."""
        self._handle.close()

    @property
    def closed(self) -> bool:
        """Whether it was ended."""
        return self._handle.closed

    def __enter__(self: _Owner) -> _Owner:
        return self

    def __exit__(self, *ignored: object) -> None:
        self.close()


def take_text(buffer: int) -> str:
    """Returns the text of a buffer that the library made, and frees the buffer."""
    library = api()
    try:
        return text_of(library.buffer_text(buffer))
    finally:
        library.buffer_free(buffer)


class ProgressCall:
    """What the library calls to say how far it is: hands it on, and keeps what the callback raised."""

    def __init__(self, callback: Callable[[int, int, str], Optional[bool]]) -> None:
        self._callback = callback
        self._raised: Optional[BaseException] = None
        self.key: Optional[object] = None
        """The key of the workspace that it reports on, when that is made."""

    def __call__(self, done: int, total: int, name: RpString, user_data: Any) -> int:
        # Nothing may be raised here: ctypes would print it and go on.
        keys: Set[object] = getattr(_in_callback, "keys", set())
        _in_callback.keys = keys | {self.key}
        try:
            return 1 if self._callback(done, total, text_of(name)) is False else 0
        except BaseException as error:  # noqa: B902 - also KeyboardInterrupt has to come out of the call
            if self._raised is None:
                self._raised = error
            return 1
        finally:
            _in_callback.keys = keys

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Around a call of the library: raises what the callback raised in place of the cancellation it meant."""
        try:
            yield
        except CancelledError:
            raised, self._raised = self._raised, None
            if raised is None:
                raise
            raise raised from None


class Cancellation(Owner):
    """A flag that stops long calls: those that were given it raise CancelledError soon after `request`.

    One token may serve any number of calls at once, and any thread may use it at any time.
    """

    def __init__(self) -> None:
        library = api()
        super().__init__(Handle(library.make("cancellation_new"), library.cancellation_free))

    def request(self) -> None:
        """Raises the flag."""
        with self._handle as pointer:
            api().cancellation_request(pointer)

    @property
    def requested(self) -> bool:
        """Whether the flag is raised."""
        with self._handle as pointer:
            return bool(api().cancellation_requested(pointer))

    def reset(self) -> None:
        """Lowers the flag, for further calls."""
        with self._handle as pointer:
            api().cancellation_reset(pointer)

    def close(self) -> None:
        """Ends the token; calls and workspaces that were given it go on and are not stopped by it any more."""
        super().close()


@contextmanager
def lent(cancellation: Optional[Cancellation]) -> Iterator[Optional[int]]:
    """Keeps a token alive during a call; gives its pointer, or None for none."""
    if cancellation is None:
        yield None
    else:
        with cancellation._handle as pointer:
            yield pointer


def struct_with_size(kind: Any, **members: Any) -> Any:
    """Makes a struct of the library whose first member is its size."""
    return kind(struct_size=ctypes.sizeof(kind), **members)
