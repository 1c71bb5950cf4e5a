"""What a failed call raises: one class for each status of the library, all below RustproError."""

from __future__ import annotations

from enum import IntEnum
from typing import Dict, Type


class Status(IntEnum):
    """What a call says of itself."""

    OK = 0
    NULL_ARGUMENT = 1
    INVALID_ARGUMENT = 2
    STRUCT_SIZE = 3
    INVALID_UTF8 = 4
    TOO_LARGE = 5
    OUT_OF_MEMORY = 6
    LIMIT = 7
    CANCELLED = 8
    NOT_FOUND = 9
    IO = 10
    INTERNAL = 11


class RustproError(Exception):
    """A call failed. `status` is its number, as a Status where that is known; str() says what went wrong and where."""

    status: int = Status.INTERNAL

    def __init__(self, message: str, status: "int | None" = None) -> None:
        super().__init__(message)
        if status is not None:
            self.status = status


class LibraryNotFoundError(RustproError, ImportError):
    """librustpro could not be found or opened, or is too old."""

    status = Status.NOT_FOUND


class ClosedError(RustproError, ValueError):
    """The object, or the one it came from, was closed."""

    status = Status.NULL_ARGUMENT


class InvalidArgumentError(RustproError, ValueError):
    """A value is out of its range, such as an unknown edition."""

    status = Status.INVALID_ARGUMENT


class InvalidUtf8Error(RustproError, ValueError):
    """Text that must be UTF-8 is not; the message gives the offset."""

    status = Status.INVALID_UTF8


class TooLargeError(RustproError, ValueError):
    """A text is longer than offsets of 32 bits reach."""

    status = Status.TOO_LARGE


class OutOfMemoryError(RustproError, MemoryError):
    """The system has no more memory. Every object is still valid."""

    status = Status.OUT_OF_MEMORY


class LimitError(RustproError):
    """A limit that the caller set was reached."""

    status = Status.LIMIT


class CancelledError(RustproError):
    """The cancellation token was raised, or the progress callback returned False."""

    status = Status.CANCELLED


class NotFoundError(RustproError, FileNotFoundError):
    """There is no such file, folder or name."""

    status = Status.NOT_FOUND


class IoError(RustproError, OSError):
    """The operating system refused."""

    status = Status.IO


class InternalError(RustproError):
    """A defect of librustpro, or of this package; please report it."""

    status = Status.INTERNAL


_CLASSES: Dict[int, Type[RustproError]] = {
    Status.NULL_ARGUMENT: InvalidArgumentError,
    Status.INVALID_ARGUMENT: InvalidArgumentError,
    Status.STRUCT_SIZE: InternalError,
    Status.INVALID_UTF8: InvalidUtf8Error,
    Status.TOO_LARGE: TooLargeError,
    Status.OUT_OF_MEMORY: OutOfMemoryError,
    Status.LIMIT: LimitError,
    Status.CANCELLED: CancelledError,
    Status.NOT_FOUND: NotFoundError,
    Status.IO: IoError,
    Status.INTERNAL: InternalError,
}


def error_of(status: int, message: str) -> RustproError:
    """Returns the exception for a failed call. A status of a newer library gives a plain RustproError."""
    return _CLASSES.get(status, RustproError)(message, status)
