#!/usr/bin/env python3
"""Compares the layouts of random types with rustc's: all that rustc says of a layout, on any target.

    layout_random.py SHAPES [--types N] [--seed S] [--targets T,…] [--batch N] [--text LAYOUT_TYPES]

SHAPES is the program layout_shapes; with --text, the program layout_types reads the same Rust text as rustc, on this
machine's target, and types, discriminants and attributes are compared with it. Each batch of types is written as a program without a standard library, in which
`#[rustc_layout(debug)]` makes rustc print each layout, and as descriptions for SHAPES. Of a difference the smallest
program that still shows it is printed. Leaves with 1 if there is a difference, with 77 if there is no rustc.
"""
import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TARGETS = ("x86_64-unknown-linux-gnu,i686-unknown-linux-gnu,i686-pc-windows-msvc,aarch64-unknown-linux-gnu,"
           "armv7-unknown-linux-gnueabihf,thumbv6m-none-eabi,thumbv7em-none-eabi,riscv32imac-unknown-none-elf,"
           "riscv64gc-unknown-linux-gnu,wasm32-unknown-unknown,avr-none,powerpc64-unknown-linux-gnu,"
           "s390x-unknown-linux-gnu,x86_64-apple-darwin,powerpc64-ibm-aix,msp430-none-elf,m68k-unknown-linux-gnu,"
           "sparc64-unknown-linux-gnu,armv7s-apple-ios,x86_64-unknown-linux-gnux32")
INTS = [sign + bits for bits in ("8", "16", "32", "64", "128", "size") for sign in "ui"]
PRELUDE = """
#![feature(no_core, lang_items, rustc_attrs, never_type, repr_simd, f16, f128, auto_traits, arbitrary_enum_discriminant)]
#![no_core]
#![crate_type = "lib"]
#![allow(internal_features, dead_code, stable_features, conflicting_repr_hints)]
#[lang = "pointee_sized"] pub trait PointeeSized {}
#[lang = "meta_sized"] pub trait MetaSized: PointeeSized {}
#[lang = "sized"] pub trait Sized: MetaSized {}
#[lang = "copy"] pub trait Copy {}
#[lang = "bikeshed_guaranteed_no_drop"] pub trait BikeshedGuaranteedNoDrop {}
#[lang = "freeze"] unsafe auto trait Freeze {}
#[lang = "neg"] pub trait Neg { type Output; fn neg(self) -> Self::Output; }
#[lang = "manually_drop"] #[repr(transparent)] pub struct ManuallyDrop<T: ?Sized> { value: T }
#[lang = "unsafe_cell"] #[repr(transparent)] pub struct UnsafeCell<T: ?Sized> { value: T }
pub trait Object {}
""" + "\n".join(f"impl Copy for {t} {{}}" + (
    f" impl Neg for {t} {{ type Output = {t}; fn neg(self) -> {t} {{ -self }} }}" if t[0] == "i" else "")
                for t in INTS) + "\n"


TEXT = None  # the program layout_types, with --text
# The same with the standard library.
PRELUDE_STD = """
#![feature(rustc_attrs, never_type, repr_simd, f16, f128)]
#![crate_type = "lib"]
#![allow(internal_features, dead_code, stable_features, conflicting_repr_hints)]
use std::cell::UnsafeCell;
use std::mem::ManuallyDrop;
pub trait Object {}
"""


def bits_of(int_type, pointer_bits):
    return pointer_bits if int_type.endswith("size") else int(int_type[1:])


# --- Random types -----------------------------------------------------------------------------------------------
# A type is a tuple: its kind, then its parts. Equal types are one type.

PRIMITIVES = ["bool", "char", "raw", "ref", "fn", "f16", "f32", "f64", "f128", *INTS]
WIDE = [("ref", "slice"), ("ref", "str"), ("ref", "dyn"), ("raw", "slice"), ("raw", "dyn")]


class Generator:
    def __init__(self, rng, pointer_bits):
        self.rng = rng
        self.pointer_bits = pointer_bits
        self.pool = []
        self.sizes = {}
        self.aligned = {}

    def size(self, t):
        """At most how many bytes, roughly."""
        if t not in self.sizes:
            kind = t[0]
            if kind == "array":
                size = self.size(t[1]) * t[2]
            elif kind in ("tuple", "struct", "union"):
                size = sum(self.size(f) + 8 for f in t[-1]) + self.extra(t)
            elif kind == "enum":
                size = 16 + max((sum(self.size(f) + 8 for f in fields) for _, fields in t[2]), default=0) + self.extra(t)
            elif kind == "cell":
                size = self.size(t[1])
            elif kind == "simd":
                size = 32 * t[2]
            else:
                size = 16
            self.sizes[t] = size
        return self.sizes[t]

    def extra(self, t):
        return sum(int(r[6:]) for r in t[1] if r.startswith("align:")) if t[0] != "tuple" else 0

    def has_align(self, t):
        if t not in self.aligned:
            kids = children(t)
            self.aligned[t] = (t[0] in ("struct", "enum", "union") and any(r.startswith("align:") for r in t[1])) or \
                t[0] == "simd" or any(self.has_align(k) for k in kids)
        return self.aligned[t]

    def leaf(self):
        r = self.rng.random()
        if r < 0.03:
            return ("never",)
        if r < 0.10:
            return ("wide", *self.rng.choice(WIDE))
        if r < 0.14:
            return ("tuple", ())
        return ("prim", self.rng.choice(PRIMITIVES if r < 0.6 else ["bool", "u8", "u16", "u32", "u64", "ref", "char"]))

    def field(self, limit=400):
        if self.pool and self.rng.random() < 0.45:
            for _ in range(4):
                t = self.rng.choice(self.pool[-400:])
                if self.size(t) <= limit:
                    return t
        return self.leaf()

    def fields(self, most=6):
        return tuple(self.field() for _ in range(min(self.rng.randrange(most + 1), self.rng.randrange(most + 3))))

    def discriminants(self, count, int_type, c):
        rng = self.rng
        bits = bits_of(int_type, self.pointer_bits) if int_type else self.pointer_bits
        low, high = (0, 2**bits - 1) if int_type and int_type[0] == "u" else (-2**(bits - 1), 2**(bits - 1) - 1)
        if c and not int_type:
            low, high = max(low, -2**31), min(high, 2**31 - 1)
        if rng.random() < 0.3:
            start = rng.choice([0, low, rng.randint(low, high)])
            start = min(start, high - count)
            return [start + i for i in range(count)]
        around = [0, low, high, 127, 128, 255, 256, -1, -128, 32767, 65535, 65536, 2**31 - 1, 2**32 - 1]
        out = []
        while len(out) < count:
            value = rng.randint(low, high) if rng.random() < 0.15 else rng.choice(around) + rng.randint(-5, 5)
            if low <= value <= high and value not in out:
                out.append(value)
            elif rng.random() < 0.2:
                value = rng.randint(max(low, -300), min(high, 300))
                if value not in out:
                    out.append(value)
        return out

    def repr(self, kind, parts):
        rng = self.rng
        out = []
        if rng.random() < 0.2:
            out.append("c")
        if kind == "enum":
            if rng.random() < 0.2:
                out.append("int:" + rng.choice(INTS))
        elif rng.random() < 0.12 and not any(self.has_align(p) for p in parts):
            return tuple(out + [f"pack:{rng.choice([1, 1, 2, 4, 8])}"])
        if rng.random() < 0.1:
            out.append(f"align:{rng.choice([1, 2, 4, 8, 16, 32, 64])}")
        return tuple(out)

    def make(self):
        rng = self.rng
        r = rng.random()
        if r < 0.34:
            parts = self.fields(8)
            repr_ = self.repr("struct", parts)
            unsizable = rng.random() < 0.2 and bool(parts) and not any(r.startswith("pack:") for r in repr_)
            return ("struct", repr_, unsizable, None, None, parts)
        if r < 0.70:
            return self.enum()
        if r < 0.76:
            parts = self.fields(3) or (self.field(),)
            return ("union", self.repr("union", parts), parts)
        if r < 0.83:
            return ("tuple", self.fields())
        if r < 0.87:
            return ("array", self.field(60), rng.choice([0, 1, 2, 3, 4, 5, 6, 7, 8, 16]))
        if r < 0.90:
            return ("cell", self.field())
        if r < 0.92:
            element = rng.choice(["u8", "i16", "u32", "i64", "f32", "f64", "usize", "raw"])
            return ("simd", element, rng.choice([1, 2, 3, 4, 5, 6, 8, 16]), rng.random() < 0.3)
        if r < 0.96:
            inner = self.field()
            return ("struct", ("transparent",), False, None, None, (inner, ("tuple", ())))
        return self.ranged()

    def ranged(self):
        rng = self.rng
        name = rng.choice(INTS + ["raw"])
        bits = self.pointer_bits if name == "raw" else bits_of(name, self.pointer_bits)
        top = 2**bits - 1
        start, end = rng.choice([(1, None), (1, None), (None, top - 1), (0, 3), (rng.randint(0, top), None),
                                 (rng.randint(0, top), rng.randint(0, top)), (top - 3, 5)])
        if TEXT and max(start or 0, end or 0) >= 2**63:
            start, end = 1, None  # an attribute of the standard library alone, which writes small numbers
        return ("struct", (), False, start, end, (("prim", name),))

    def enum(self):
        rng = self.rng
        r = rng.random()
        if r < 0.2:  # like Option
            order = [(), (self.field(),)]
            rng.shuffle(order)
            return ("enum", (), tuple(zip((0, 1), order)))
        if r < 0.4:  # without fields
            repr_ = self.repr("enum", ())
            count = rng.choice([0, 1, 2, 2, 3, 5, 9, 20, 255 if rng.random() < 0.1 else 4])
            if count == 0:
                return ("enum", (), ())
            int_type = next((r[4:] for r in repr_ if r.startswith("int:")), None)
            count = min(count, 40)
            values = self.discriminants(count, int_type, "c" in repr_)
            return ("enum", repr_, tuple((v, ()) for v in values))
        count = rng.choice([1, 2, 2, 3, 3, 4, 6, 10])
        variants = [self.fields(4 if rng.random() < 0.7 else 1) for _ in range(count)]
        parts = [f for v in variants for f in v]
        repr_ = self.repr("enum", parts)
        int_type = next((r[4:] for r in repr_ if r.startswith("int:")), None)
        values = self.discriminants(count, int_type, "c" in repr_) if int_type and rng.random() < 0.7 else range(count)
        return ("enum", repr_, tuple(zip(values, variants)))

    def next(self):
        while True:
            t = self.make()
            if self.size(t) <= 1500:
                self.pool.append(t)
                return t


def children(t):
    kind = t[0]
    if kind in ("array", "cell"):
        return [t[1]]
    if kind in ("tuple", "struct", "union"):
        return list(t[-1])
    if kind == "enum":
        return [f for _, fields in t[2] for f in fields]
    return []


# --- The same types as Rust and as descriptions -----------------------------------------------------------------

class Program:
    def __init__(self):
        self.numbers = {}
        self.descriptions = []
        self.names = []
        self.lines = []  # of Rust
        self.line_of = {}  # of a type's number
        self.query = {}  # the name by which a type is asked for

    def plain(self, description):
        if description not in self.numbers:
            self.numbers[description] = len(self.descriptions)
            self.descriptions.append(description)
            self.names.append(description)
        return self.numbers[description]

    def primitive(self, name):
        number = self.plain(name)
        self.names[number] = {"raw": "*const u8", "ref": "&'static u8", "fn": "fn()", "never": "!",
                              "dyn": "dyn Object"}.get(name, name)
        return number

    def add(self, t):
        if t in self.numbers:
            return self.numbers[t]
        kind = t[0]
        if kind == "prim":
            return self.primitive(t[1])
        if kind == "never":
            return self.primitive("never")
        kids = [self.add(k) for k in children(t)]
        if kind == "wide":
            data = self.primitive(t[1])
            metadata = self.primitive("ref" if t[2] == "dyn" else "usize")
            pointee = {"slice": "[u16]", "str": "str", "dyn": "dyn Object"}[t[2]]
            text = ("&'static " if t[1] == "ref" else "*const ") + pointee
            return self.define(t, f"wide {data} {metadata}", text)
        listed = " ".join(map(str, [len(kids), *kids]))
        texts = [self.names[k] for k in kids]
        if kind == "array":
            return self.define(t, f"array {kids[0]} {t[2]}", f"[{texts[0]}; {t[2]}]", alias=True)
        if kind == "tuple":
            return self.define(t, f"tuple {listed}", "(" + "".join(x + ", " for x in texts) + ")", alias=True)
        if kind == "cell":
            return self.define(t, f"cell {kids[0]}", f"UnsafeCell<{texts[0]}>", alias=True)
        number = len(self.descriptions)
        name = f"T{number}"
        if kind == "simd":
            element = self.primitive(t[1])
            packed = ", packed" if t[3] else ""
            name = f"T{len(self.descriptions)}"
            return self.define(t, f"simd {element} {t[2]} {int(t[3])}", name,
                               f"#[repr(simd{packed})] struct {name}([{self.names[element]}; {t[2]}]);")
        attributes = [{"c": "C", "transparent": "transparent"}.get(r) or
                      r.replace("int:", "").replace("align:", "align(").replace("pack:", "packed(") +
                      (")" if ":" in r and not r.startswith("int") else "") for r in t[1]]
        head = f"#[repr({', '.join(attributes)})] " if attributes else ""
        repr_ = ",".join(t[1]) or "-"
        if kind == "struct":
            _, _, unsizable, start, end, _ = t
            for word, bound in (("start", start), ("end", end)):
                if bound is not None:
                    head += f"#[rustc_layout_scalar_valid_range_{word}({bound})] "
            bounds = ["-" if b is None else str(b) for b in (start, end)]
            description = f"struct {repr_} {int(unsizable)} {' '.join(bounds)} {listed}"
            if unsizable:
                generic = f"{head}struct {name}<A: ?Sized>({''.join(x + ', ' for x in texts[:-1])}A);"
                return self.define(t, description, f"{name}<{texts[-1]}>", generic, alias=True)
            return self.define(t, description, name, f"{head}struct {name}({', '.join(texts)});")
        if kind == "union":
            fields = ", ".join(f"f{i}: ManuallyDrop<{x}>" for i, x in enumerate(texts))
            wrapped = [self.define(("dropless", k), f"struct transparent 0 - - 1 {k}", self.names[k]) for k in kids]
            name = f"T{len(self.descriptions)}"
            listed = " ".join(map(str, [len(wrapped), *wrapped]))
            return self.define(t, f"union {repr_} {listed}", name, f"{head}union {name} {{ {fields} }}")
        parts = []
        text = []
        at = 0
        explicit = [v for v, _ in t[2]] != list(range(len(t[2])))
        for i, (value, fields) in enumerate(t[2]):
            mine = kids[at:at + len(fields)]
            at += len(fields)
            parts.append(" ".join(map(str, [value, len(mine), *mine])))
            body = "(" + ", ".join(self.names[k] for k in mine) + ")" if mine else ""
            text.append(f"V{i}{body}" + (f" = {value}" if explicit else ""))
        return self.define(t, " ".join([f"enum {repr_} {len(t[2])}", *parts]), name,
                           f"{head}enum {name} {{ {', '.join(text)} }}")

    def define(self, key, description, name, definition=None, alias=False):
        if key in self.numbers:
            return self.numbers[key]
        number = len(self.descriptions)
        self.numbers[key] = number
        self.descriptions.append(description)
        self.names.append(name)
        if definition and alias:
            self.lines.append(definition)
        if alias:
            definition = f"type A{number} = {name};"
        if definition:
            self.query[number] = f"A{number}" if alias else name
            self.lines.append("#[rustc_layout(debug)] " + definition)
            self.line_of[number] = len(self.lines) - 1
        return number

    def rust(self):
        return (PRELUDE_STD if TEXT else PRELUDE) + "\n".join(self.lines) + "\n"


# --- What rustc says --------------------------------------------------------------------------------------------

TOKEN = re.compile(r"[A-Za-z_]\w*|-?\d+|\.\.=|\.\.|[{}()\[\]:,|]")


def parse(text):
    """Reads what Rust's `{:#?}` wrote: a name with fields, a list, or a word."""
    tokens = TOKEN.findall(text)
    at = 0

    def value():
        nonlocal at
        token = tokens[at]
        if token == "[":
            at += 1
            out = []
            while tokens[at] != "]":
                out.append(value())
                if tokens[at] == ",":
                    at += 1
            at += 1
            return out
        if token == "(":  # (..=end) | (start..)
            end, start = int(tokens[at + 2]), int(tokens[at + 6])
            at += 9
            return (start, end)
        at += 1
        if token.lstrip("-").isdigit():
            if at < len(tokens) and tokens[at] == "..=":
                at += 2
                return (int(token), int(tokens[at - 1]))
            return int(token)
        if at < len(tokens) and tokens[at] == "{":
            at += 1
            out = {"": token}
            while tokens[at] != "}":
                key = tokens[at]
                at += 2
                out[key] = value()
                if tokens[at] == ",":
                    at += 1
            at += 1
            return out
        if at < len(tokens) and tokens[at] == "(":
            at += 1
            out = [token]
            while tokens[at] != ")":
                out.append(value())
                if at < len(tokens) and re.fullmatch(r"bytes|byte", tokens[at]):
                    at += 1
                if tokens[at] == ",":
                    at += 1
            at += 1
            return out
        return token

    return value()


def primitive(p):
    if p[0] == "Int":
        return ("i" if p[2] == "true" else "u") + p[1][1:]
    if p[0] == "Float":
        return p[1].lower()
    return f"p{p[1][1]}"


def scalar(s):
    if s[""] == "Union":
        return primitive(s["value"]) + "?"
    return f"{primitive(s['value'])}[{s['valid_range'][0]},{s['valid_range'][1]}]"


def canonical(l):
    out = f"size {l['size'][1]} align {l['align']['abi'][1]} unadjusted {l['unadjusted_abi_align'][1]} repr "
    out += str(l["max_repr_align"][1][1] if l["max_repr_align"] != "None" else 0)
    abi = l["backend_repr"]
    name = abi[""] if isinstance(abi, dict) else abi[0]
    if name == "Memory":
        out += " memory" if abi["sized"] == "true" else " unsized"
    elif name == "Scalar":
        out += f" scalar {scalar(abi[1])}"
    elif name == "ScalarPair":
        out += f" pair {scalar(abi[1])} {scalar(abi[2])}"
    else:
        out += f" vector {scalar(abi['element'])}"
    if l["uninhabited"] == "true":
        out += " uninhabited"
    niche = l["largest_niche"]
    if niche != "None":
        niche = niche[1]
        out += f" niche {niche['offset'][1]}:{primitive(niche['value'])}[{niche['valid_range'][0]},{niche['valid_range'][1]}]"
    fields = l["fields"]
    variants = l["variants"]
    multiple = isinstance(variants, dict) and variants[""] == "Multiple"
    if isinstance(fields, list):
        out += f" union {fields[1]}"
    elif fields == "Primitive":
        pass
    elif fields[""] == "Array":
        out += f" array {fields['count']}*{fields['stride'][1]}"
    elif not multiple:
        out += "".join([" fields", *(f" {f[1]}" for f in fields["offsets"]), " order",
                        *(f" {o}" for o in fields["in_memory_order"])])
    if variants == "Empty":
        return out + " empty"
    if not multiple:
        return out + (f" variant {variants['index']}" if variants["index"] else "")
    out += f" tag {fields['offsets'][0][1]}:{scalar(variants['tag'])}"
    encoding = variants["tag_encoding"]
    if encoding != "Direct":
        first, last = encoding["niche_variants"]
        out += f" untagged {encoding['untagged_variant']} niches {first}-{last} from {encoding['niche_start']}"
    return out + "".join(f" {{{canonical(v)}}}" for v in variants["variants"])


def ask_rustc(program, target, folder):
    """The layouts by line, and the errors that are no layouts."""
    source = Path(folder) / "types.rs"
    source.write_text(program.rust())
    run = subprocess.run(["rustc", "--target", target, "--error-format=json", "--emit=metadata", "-o",
                          str(Path(folder) / "out"), str(source)],
                         capture_output=True, text=True, env={**os.environ, "RUSTC_BOOTSTRAP": "1"})
    first = (PRELUDE_STD if TEXT else PRELUDE).count("\n") + 1
    layouts = {}
    errors = []
    for line in run.stderr.splitlines():
        if not line.startswith("{"):
            errors.append(line)
            continue
        message = json.loads(line)
        text = message["message"]
        if text.startswith("layout_of("):
            layouts[message["spans"][0]["line_start"] - first] = canonical(parse(text[text.index(" = Layout {") + 3:]))
        elif message["level"] == "error" and not text.startswith("aborting"):
            errors.append(message["rendered"])
    return layouts, errors


def read_descriptions(program, shapes, target):
    run = subprocess.run([shapes, target], input="\n".join(program.descriptions) + "\n", capture_output=True, text=True,
                         check=True)
    return run.stdout.splitlines()


def read_text(program, folder):
    """The same types by their names, in a crate of their own."""
    crate = Path(folder) / "crate"
    (crate / "src").mkdir(parents=True, exist_ok=True)
    (crate / "Cargo.toml").write_text('[package]\nname = "types"\nversion = "0.1.0"\nedition = "2021"\n')
    (crate / "src" / "lib.rs").write_text(program.rust())
    numbers = list(program.line_of)
    names = "".join(f"types\t{program.query[number]}\n" for number in numbers)
    run = subprocess.run([TEXT, str(crate / "Cargo.toml"), "--raw"], input=names, capture_output=True, text=True,
                         check=True)
    answers = dict(zip(numbers, run.stdout.splitlines()))
    return [answers.get(number, "") for number in range(len(program.descriptions))]


def compare(types, shapes, target, folder):
    """Yields (type, ours, rustc's) for each difference."""
    program = Program()
    for t in types:
        program.add(t)
    theirs, errors = ask_rustc(program, target, folder)
    if errors:
        yield None, "", "\n".join(errors[:5])
        return
    ours = read_text(program, folder) if TEXT else read_descriptions(program, shapes, target)
    by_number = {number: t for t, number in program.numbers.items()}
    for number, line in program.line_of.items():
        compare.count += 1
        if ours[number] != theirs.get(line):
            yield by_number[number], ours[number], theirs.get(line)


compare.count = 0


# --- Shrinking --------------------------------------------------------------------------------------------------

def smaller(t):
    """Types that are simpler than t."""
    kind = t[0]
    yield from children(t)
    u8 = ("prim", "u8")

    def lists(fields):
        for i in range(len(fields)):
            yield fields[:i] + fields[i + 1:]
        for i, f in enumerate(fields):
            if f != u8 and f[0] != "prim":
                yield fields[:i] + (u8,) + fields[i + 1:]
            for g in smaller(f):
                yield fields[:i] + (g,) + fields[i + 1:]

    if kind in ("struct", "union"):
        for r in t[1]:
            yield (kind, tuple(x for x in t[1] if x != r), *t[2:])
        for fields in lists(t[-1]):
            if fields and t[0] == "union" or t[0] == "struct" and t[3] is None and t[4] is None:
                yield (*t[:-1], fields)
    elif kind == "tuple":
        for fields in lists(t[1]):
            yield ("tuple", fields)
    elif kind == "enum":
        for r in t[1]:
            yield (kind, tuple(x for x in t[1] if x != r), t[2])
        for i, (value, fields) in enumerate(t[2]):
            yield (kind, t[1], t[2][:i] + t[2][i + 1:])
            for fewer in lists(fields):
                yield (kind, t[1], t[2][:i] + ((value, fewer),) + t[2][i + 1:])


def shrink(t, shapes, target, folder):
    for _ in range(40):
        for candidate in smaller(t):
            found = list(compare([candidate], shapes, target, folder))
            if found and all(f[0] is not None for f in found):
                t = candidate
                break
        else:
            break
    return t


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("shapes")
    arguments.add_argument("--types", type=int, default=5000)
    arguments.add_argument("--batch", type=int, default=1000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--targets", default=TARGETS)
    arguments.add_argument("--text")
    arguments.add_argument("--keep", help="a folder for the programs")
    options = arguments.parse_args()
    if options.text:
        global TEXT
        TEXT = options.text
        options.targets = "x86_64-unknown-linux-gnu"
    if not shutil.which("rustc"):
        print("SKIPPED: no rustc")
        return 77
    differences = 0
    targets = options.targets.split(",")
    sys.setrecursionlimit(100000)
    with tempfile.TemporaryDirectory() as folder:
        folder = options.keep or folder
        batch = 0
        while compare.count < options.types:
            target = targets[batch % len(targets)]
            rng = random.Random(f"{options.seed}/{batch}")
            spec = subprocess.run(["rustc", "--print", "cfg", "--target", target], capture_output=True, text=True).stdout
            generator = Generator(rng, int(re.search(r'target_pointer_width="(\d+)"', spec)[1]))
            types = [generator.next() for _ in range(options.batch)]
            for t, ours, theirs in compare(types, options.shapes, target, folder):
                differences += 1
                if t is None:
                    print(f"{target}: the program does not compile\n{theirs}")
                    return 1
                if differences <= 3:
                    t = shrink(t, options.shapes, target, folder)
                    program = Program()
                    program.add(t)
                    print(f"--- {target}\n" + "\n".join(program.lines))
                    for _, a, b in compare([t], options.shapes, target, folder):
                        print(f"  ours:  {a}\n  rustc: {b}")
            batch += 1
    print(f"{compare.count} types on {min(batch, len(targets))} targets: {differences} differences")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
