#!/usr/bin/env python3
"""Writes unicode_tables.inc: the Unicode properties that decide what an identifier is.

    unicode_tables.py VERSION FILE... > unicode_tables.inc

Each FILE has lines `XXXX..YYYY ; Property` as in the Unicode Character Database: DerivedCoreProperties.txt for
XID_Start and XID_Continue, emoji/emoji-data.txt for Emoji. VERSION must be the one rustc is built with
(`char::UNICODE_VERSION`), or identifiers would be judged differently.

Every property becomes two levels: an index with a byte for each 512 code points, and distinct leaves of 512 bits.
"""

import re
import sys

PROPERTIES = ("XID_Start", "XID_Continue", "Emoji")
LEAF_BITS = 512
LINE = re.compile(r"^([0-9A-F]{4,6})(?:\.\.([0-9A-F]{4,6}))?\s*;\s*(\w+)")


def read(paths):
    sets = {name: set() for name in PROPERTIES}
    for path in paths:
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                match = LINE.match(line)
                if match and match[3] in sets:
                    first = int(match[1], 16)
                    last = int(match[2] or match[1], 16)
                    sets[match[3]].update(range(first, last + 1))
    for name, members in sets.items():
        if not members:
            sys.exit(f"no code point has {name}: is an input file missing?")
    return sets


def two_levels(members):
    index, leaves = [], []
    for base in range(0, max(members) + 1, LEAF_BITS):
        leaf = tuple(
            sum(1 << bit for bit in range(32) if base + word * 32 + bit in members) for word in range(LEAF_BITS // 32)
        )
        if leaf not in leaves:
            leaves.append(leaf)
        index.append(leaves.index(leaf))
    if len(leaves) > 256:
        sys.exit("more than 256 leaves: the index needs a wider type")
    return index, leaves


def rows(values, per_row):
    return [", ".join(values[i : i + per_row]) + "," for i in range(0, len(values), per_row)]


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sets = read(sys.argv[2:])
    print("// Written by unicode_tables.py from the Unicode Character Database. Do not edit.")
    print(f'inline constexpr char kUnicodeVersion[] = "{sys.argv[1]}";')
    for name in PROPERTIES:
        index, leaves = two_levels(sets[name])
        constant = name.replace("_", "")
        constant = constant[0].upper() + constant[1:]
        print(f"inline constexpr uint8_t k{constant}Index[{len(index)}] = {{")
        for row in rows([str(i) for i in index], 24):
            print("    " + row)
        print("};")
        words = [f"0x{word:08X}" for leaf in leaves for word in leaf]
        print(f"inline constexpr uint32_t k{constant}Leaves[{len(words)}] = {{")
        for row in rows(words, 8):
            print("    " + row)
        print("};")


main()
