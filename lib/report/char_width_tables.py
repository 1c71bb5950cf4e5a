#!/usr/bin/env python3
"""Writes char_width_tables.inc: which characters take two columns of a terminal, and which none.

    char_width_tables.py > char_width_tables.inc

From the Unicode Character Database that Python has: East_Asian_Width W and F take two columns; marks that combine with
the character before (Mn, Me), format characters (Cf, without the soft hyphen) and the later parts of Hangul syllables
take none. Ranges in order, for a binary search.
"""
import unicodedata


def width(c):
    char = chr(c)
    category = unicodedata.category(char)
    if category in ("Mn", "Me") or (category == "Cf" and c != 0xAD) or 0x1160 <= c <= 0x11FF:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def ranges(wanted):
    start = None
    for c in range(0x110000 + 1):
        inside = c < 0x110000 and width(c) == wanted
        if inside and start is None:
            start = c
        elif not inside and start is not None:
            yield start, c - 1
            start = None


def table(name, wanted):
    print(f"inline constexpr CharRange {name}[] = {{")
    line = "   "
    for first, last in ranges(wanted):
        entry = f" {{0x{first:X}, 0x{last:X}}},"
        if len(line) + len(entry) > 118:
            print(line)
            line = "   "
        line += entry
    print(line)
    print("};")


print("// Written by char_width_tables.py from the Unicode Character Database, version "
      f"{unicodedata.unidata_version}. Do not edit.")
table("kNoColumn", 0)
table("kTwoColumns", 2)
