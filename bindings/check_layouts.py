#!/usr/bin/env python3
"""Fails when a struct of the Python package is not laid out as the C compiler lays it out.

usage: check_layouts.py COMPILER [COMPILER ARGUMENT...]
"""

import ctypes
import re
import subprocess
import sys
import tempfile
from pathlib import Path

BINDINGS = Path(__file__).resolve().parent
INCLUDE = BINDINGS.parent / "include"
sys.path.insert(0, str(BINDINGS / "python"))

from rustpro import _abi  # noqa: E402


def c_name(python_name):
    """RpTreeStats is rp_tree_stats."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", python_name).lower()


def main():
    compiler = sys.argv[1:]
    structs = {
        c_name(name): struct
        for name, struct in vars(_abi).items()
        if name.startswith("Rp") and isinstance(struct, type) and issubclass(struct, ctypes.Structure)
    }
    expected = {}
    lines = []
    for name, struct in structs.items():
        expected[name] = ctypes.sizeof(struct)
        lines.append(f'  printf("{name} %zu\\n", sizeof({name}));')
        for field, *_ in struct._fields_:
            expected[f"{name}.{field}"] = getattr(struct, field).offset
            lines.append(f'  printf("{name}.{field} %zu\\n", offsetof({name}, {field}));')
    source = "#include <rustpro/rustpro.h>\n#include <stdio.h>\nint main(void) {\n" + "\n".join(lines) + "\n}\n"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "layouts.c")
        path.write_text(source, encoding="utf-8")
        program = str(Path(folder, "layouts"))
        subprocess.run([*compiler, "-I", str(INCLUDE), str(path), "-o", program], check=True)
        output = subprocess.run([program], stdout=subprocess.PIPE, text=True, check=True).stdout
    actual = {name: int(number) for name, number in (line.split() for line in output.splitlines())}
    different = [name for name in expected if expected[name] != actual[name]]
    for name in different:
        print(f"{name}: {expected[name]} in Python, {actual[name]} in C", file=sys.stderr)

    declared = set(re.findall(r"^\} (rp_\w+);", "".join(p.read_text() for p in INCLUDE.rglob("*.h")), re.MULTILINE))
    enums = set(
        re.findall(r"^typedef enum (rp_\w+)", "".join(p.read_text() for p in INCLUDE.rglob("*.h")), re.MULTILINE)
    )
    missing = declared - enums - set(structs)
    for name in sorted(missing):
        print(f"{name} is missing in Python", file=sys.stderr)
    print(f"{len(structs)} structs, {len(different) + len(missing)} wrong or missing")
    return 1 if different or missing else 0


if __name__ == "__main__":
    sys.exit(main())
