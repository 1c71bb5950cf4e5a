#!/usr/bin/env python3
"""Writes the assembly that puts a file into the library: embed.py OUT FILE SYMBOL.

An assembler takes megabytes at once, where a compiler would take minutes and gigabytes. The hash of the file stands in
the assembly, so that whoever caches compilations sees a new file.
"""
import hashlib
import sys
from pathlib import Path


def main(out, file, symbol):
    path = Path(file).resolve()
    quoted = str(path).replace("\\", "\\\\").replace('"', '\\"')
    Path(out).write_text(f"""/* {hashlib.sha256(path.read_bytes()).hexdigest()} */
#if defined(__APPLE__)
#define NAME(symbol) _##symbol
  .section __TEXT,__const
#else
#define NAME(symbol) symbol
  .section .rodata
#endif
  .globl NAME({symbol})
  .globl NAME({symbol}_end)
#if defined(__ELF__)
  .hidden {symbol}
  .hidden {symbol}_end
#endif
  .balign 16
NAME({symbol}):
  .incbin "{quoted}"
NAME({symbol}_end):
  .byte 0
#if defined(__ELF__)
  .section .note.GNU-stack,"",%progbits
#endif
""", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
