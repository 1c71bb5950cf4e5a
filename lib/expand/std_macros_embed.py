#!/usr/bin/env python3
"""Writes the texts of std's macros as a C++ file.

    std_macros_embed.py OUT NAME=FILE...
"""
import sys
from pathlib import Path

CHUNK = 8000  # bytes of one string literal: compilers limit their length


def literals(text):
    data = text.encode()
    assert b')rust"' not in data
    for start in range(0, len(data), CHUNK):
        yield 'R"rust(' + data[start:start + CHUNK].decode() + ')rust"'


def main(out, *pairs):
    parts = ['#include "expand/builtin.h"\n\nnamespace rp {\n\nnamespace {\n']
    names = []
    for pair in pairs:
        name, file = pair.split("=", 1)
        names.append(name)
        text = Path(file).read_text(encoding="ascii")
        parts.append(f"constexpr std::string_view k_{name} =\n" + "\n".join(literals(text)) + ";\n")
    parts.append("\n}  // namespace\n\nstd::string_view std_macro_text(std::string_view crate) {\n")
    for name in names:
        parts.append(f'  if (crate == "{name}") return k_{name};\n')
    parts.append("  return {};\n}\n\n}  // namespace rp\n")
    Path(out).write_text("".join(parts), encoding="ascii")


if __name__ == "__main__":
    main(*sys.argv[1:])
