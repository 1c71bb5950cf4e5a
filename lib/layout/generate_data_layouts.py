#!/usr/bin/env python3
"""Writes data_layouts.inc: sizes and alignments of all targets that rustc knows.

    generate_data_layouts.py > data_layouts.inc

Asks `rustc --print all-target-specs-json` for the LLVM data layout strings and takes from them what rustc takes. Targets
that agree share a row.
"""
import json
import os
import subprocess

FIELDS = ["i8", "i16", "i32", "i64", "i128", "f16", "f32", "f64", "f128", "a"]
# What holds where a string is silent.
DEFAULTS = {"i8": 8, "i16": 16, "i32": 32, "i64": 32, "i128": 32, "f16": 16, "f32": 32, "f64": 64, "f128": 128, "a": 8}


def parse(spec):
    align = dict(DEFAULTS)
    vectors = {64: 64, 128: 128}
    pointers = {0: (64, 64)}
    code_space = 0
    widest = 64
    big_endian = False
    for part in spec["data-layout"].split("-"):
        head, *rest = part.split(":")
        if part in ("e", "E"):
            big_endian = part == "E"
        elif head[0] == "P" and not rest:
            code_space = int(head[1:])
        elif head[0] == "p":
            space = head[1:].lstrip("f")
            pointers[int(space or 0)] = (int(rest[0]), int(rest[1]))
        elif head in ("a", "f16", "f32", "f64", "f128"):
            align[head] = int(rest[0])
        elif head[0] == "i" and head[1:].isdigit():
            bits = int(head[1:])
            if head in align and bits != 128:
                align[head] = int(rest[0])
            if widest <= bits <= 128:  # the widest integer below i128 speaks for it
                widest = bits
                align["i128"] = int(rest[0])
        elif head[0] == "v" and head[1:].isdigit():
            vectors[int(head[1:])] = int(rest[0])
    vectors.pop(1, None)  # a vector of bits
    code = pointers.get(code_space, pointers[0])
    c_enum = spec.get("c-enum-min-bits") or spec.get("target-c-int-width") or 32
    numbers = [*pointers[0], code_space * 8, *code, *(max(align[name], 8) for name in FIELDS), int(c_enum)]
    return (big_endian, tuple(n // 8 for n in numbers), tuple((s // 8, a // 8) for s, a in sorted(vectors.items())))


def main():
    out = subprocess.run(["rustc", "-Zunstable-options", "--print", "all-target-specs-json"], check=True, text=True,
                         capture_output=True, env={**os.environ, "RUSTC_BOOTSTRAP": "1"}).stdout
    version = subprocess.run(["rustc", "--version"], check=True, text=True, capture_output=True).stdout.split()[1]
    targets = {name: parse(spec) for name, spec in sorted(json.loads(out).items())}
    rows = list(dict.fromkeys(targets.values()))
    vectors = list(dict.fromkeys(row[2] for row in rows))
    print(f"// Written by generate_data_layouts.py from what rustc {version} prints. Do not edit.")
    for number, vector in enumerate(vectors):
        print(f"constexpr VectorAlign kVectors{number}[] = {{{', '.join(f'{{{s}, {a}}}' for s, a in vector)}}};")
    print("constexpr DataLayout kDataLayouts[] = {")
    for big_endian, numbers, vector in rows:
        print(f"    {{{str(big_endian).lower()}, {', '.join(map(str, numbers))}, kVectors{vectors.index(vector)}}},")
    print("};")
    print("constexpr TargetLayout kTargets[] = {")
    for name, row in targets.items():
        print(f'    {{"{name}", &kDataLayouts[{rows.index(row)}]}},')
    print("};")


if __name__ == "__main__":
    main()
