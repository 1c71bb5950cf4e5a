#!/usr/bin/env python3
"""Compiles each public header alone, in every language version it promises, with all warnings as errors.

    check_headers.py INCLUDE_FOLDER C_COMPILER CXX_COMPILER
"""
import subprocess
import sys
from pathlib import Path

C = ["c99", "c11", "c17"]
CXX = ["c++17", "c++20"]
WARNINGS = ["-Wall", "-Wextra", "-pedantic", "-Wconversion", "-Wundef", "-Werror", "-fsyntax-only"]


def compiles(compiler, language, standard, folder, text):
    command = [*compiler.split(), f"-std={standard}", *WARNINGS, "-I", str(folder), "-x", language, "-"]
    result = subprocess.run(command, input=text, capture_output=True, text=True)
    if result.returncode != 0:
        print(" ".join(command), result.stderr, sep="\n")
    return result.returncode == 0


def main(include, cc, cxx):
    folder = Path(include)
    failed = 0
    for header in sorted((folder / "rustpro").glob("*.h")):
        # Twice: the guard; then every initialiser.
        text = f"#include <rustpro/{header.name}>\n" * 2
        if header.name == "rustpro.h":
            text += ("int use(void);\nint use(void) {\n"
                     "  rp_parse_options a = RP_PARSE_OPTIONS_INIT;\n  rp_tree_stats b = RP_TREE_STATS_INIT;\n"
                     "  rp_workspace_options c = RP_WORKSPACE_OPTIONS_INIT;\n  rp_metrics d = RP_METRICS_INIT;\n"
                     "  rp_render_options e = RP_RENDER_OPTIONS_INIT;\n"
                     "  return (int)(a.struct_size + b.struct_size + c.struct_size + d.struct_size + e.struct_size);\n}\n")
        for standard in C:
            failed += not compiles(cc, "c", standard, folder, text)
        for standard in CXX:
            failed += not compiles(cxx, "c++", standard, folder, text)
    print(f"{failed} failures")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
