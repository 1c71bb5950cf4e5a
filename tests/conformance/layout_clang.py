#!/usr/bin/env python3
"""Compares repr(C) structs and unions with what Clang makes of the same in C.

    layout_clang.py SHAPES [--types N] [--seed S] [--clang PROGRAM]

SHAPES is the program layout_shapes. Size, alignment and the offset of every field are compared, on twelve targets; with
the libffi of the host besides in the unit tests. Leaves with 1 if there is a difference, with 77 if there is no Clang.
"""
import argparse
import random
import re
import shutil
import subprocess
import sys

# rustc's name, Clang's.
TARGETS = [("x86_64-unknown-linux-gnu",) * 2, ("i686-unknown-linux-gnu",) * 2, ("i686-pc-windows-msvc",) * 2,
           ("x86_64-pc-windows-msvc",) * 2, ("aarch64-unknown-linux-gnu",) * 2,
           ("armv7-unknown-linux-gnueabihf",) * 2, ("thumbv6m-none-eabi",) * 2,
           ("riscv32imac-unknown-none-elf", "riscv32-unknown-none-elf"),
           ("riscv64gc-unknown-linux-gnu", "riscv64-unknown-linux-gnu"), ("wasm32-unknown-unknown",) * 2,
           ("avr-none", "avr"), ("powerpc64-unknown-linux-gnu",) * 2, ("s390x-unknown-linux-gnu",) * 2]
SCALARS = {"i8": "signed char", "u8": "unsigned char", "i16": "__INT16_TYPE__", "u16": "__UINT16_TYPE__",
           "i32": "__INT32_TYPE__", "u32": "__UINT32_TYPE__", "i64": "__INT64_TYPE__", "u64": "__UINT64_TYPE__",
           "usize": "__SIZE_TYPE__", "isize": "__PTRDIFF_TYPE__", "f32": "float", "f64": "double", "bool": "_Bool",
           "raw": "void *", "fn": "void (*)(void)"}


class Program:
    """The same types as C and as descriptions."""

    def __init__(self, rng, no_double):
        self.rng = rng
        self.descriptions = list(SCALARS)
        self.c = ["void use(unsigned long);"]
        self.records = {}  # number: fields
        self.aligned = set()
        self.scalars = [s for s in SCALARS if not (no_double and s == "f64")]
        self.sizes = dict.fromkeys(range(len(SCALARS)), 8)  # at most, roughly

    def scalar(self):
        return list(SCALARS).index(self.rng.choice(self.scalars))

    def field(self, may_be_aligned):
        """(number, C declaration with % for the name)"""
        rng = self.rng
        r = rng.random()
        pool = [n for n in self.records if (may_be_aligned or n not in self.aligned) and self.sizes[n] < 300]
        if r < 0.25 and pool:
            number = rng.choice(pool[-60:])
            declaration = f"{self.records[number][0]} T{number} %"
        else:
            number = self.scalar()
            name = SCALARS[self.descriptions[number]]
            declaration = "void (*%)(void)" if self.descriptions[number] == "fn" else f"{name} %"
        if rng.random() < 0.15:
            count = rng.randint(1, 7)
            self.descriptions.append(f"array {number} {count}")
            if number in self.aligned:
                self.aligned.add(len(self.descriptions) - 1)
            self.sizes[len(self.descriptions) - 1] = self.sizes[number] * count
            number = len(self.descriptions) - 1
            declaration = declaration.replace("%", f"%[{count}]")
        return number, declaration

    def record(self):
        rng = self.rng
        kind = "struct" if rng.random() < 0.75 else "union"
        pack = rng.choice([1, 2, 4, 8]) if rng.random() < 0.2 else 0
        align = rng.choice([1, 2, 4, 8, 16, 32]) if not pack and rng.random() < 0.15 else 0
        fields = [self.field(not pack) for _ in range(rng.randint(1, 8))]
        number = len(self.descriptions)
        body = " ".join(d.replace("%", f"f{i}") + ";" for i, (_, d) in enumerate(fields))
        attribute = f" __attribute__((aligned({align})))" if align else ""
        text = f"{kind}{attribute} T{number} {{ {body} }};"
        self.c.append(f"#pragma pack(push, {pack})\n{text}\n#pragma pack(pop)" if pack else text)
        self.c.append(f"_Static_assert(sizeof({kind} T{number}) != 0, \"\");")
        repr_ = ",".join(["c"] + [f"pack:{pack}"] * bool(pack) + [f"align:{align}"] * bool(align))
        listed = " ".join(map(str, [len(fields), *(n for n, _ in fields)]))
        self.descriptions.append(f"struct {repr_} 0 - - {listed}" if kind == "struct" else f"union {repr_} {listed}")
        self.records[number] = (kind, len(fields))
        self.sizes[number] = align + sum(self.sizes[n] + 8 for n, _ in fields)
        if align or any(n in self.aligned for n, _ in fields):
            self.aligned.add(number)


DUMP = re.compile(r"Type: (?:struct|union) T(\d+)\n+Layout: <ASTRecordLayout\n\s*Size:(\d+)\n(?:\s*DataSize:\d+\n)?"
                  r"\s*Alignment:(\d+)\n(?:\s*\w+:\d+\n)*\s*FieldOffsets: \[([\d, ]*)\]>")


def clang_layouts(clang, target, text):
    run = subprocess.run([clang, f"--target={target}", "-xc", "-", "-fsyntax-only", "-w", "-Xclang",
                          "-fdump-record-layouts-simple"], input=text, capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"clang does not compile it: {run.stderr[:2000]}")
    return {int(n): (int(size) // 8, int(align) // 8, [int(o) // 8 for o in offsets.split(",")] if offsets else [])
            for n, size, align, offsets in DUMP.findall(run.stdout)}


OURS = re.compile(r"size (\d+) align (\d+) .*?(?: fields((?: \d+)*) order|$)")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("shapes")
    arguments.add_argument("--types", type=int, default=5000, help="on each target")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--clang", default="clang-19")
    options = arguments.parse_args()
    if not shutil.which(options.clang):
        print(f"SKIPPED: no {options.clang}")
        return 77
    differences = 0
    total = 0
    for rust, c in TARGETS:
        program = Program(random.Random(f"{options.seed}/{rust}"), c == "avr")
        for _ in range(options.types):
            program.record()
        theirs = clang_layouts(options.clang, c, "\n".join(program.c) + "\n")
        run = subprocess.run([options.shapes, rust], input="\n".join(program.descriptions) + "\n", check=True,
                             capture_output=True, text=True)
        ours = run.stdout.splitlines()
        for number, (kind, count) in program.records.items():
            total += 1
            size, align, offsets = OURS.match(ours[number]).groups()
            offsets = [0] * count if kind == "union" else [int(o) for o in (offsets or "").split()]
            mine = (int(size), int(align), offsets)
            if mine != theirs.get(number):
                differences += 1
                if differences <= 5:
                    print(f"{rust}: {program.descriptions[number]}\n  ours:  {mine}\n  clang: {theirs.get(number)}")
    print(f"{total} structs and unions on {len(TARGETS)} targets: {differences} differences")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
