#!/usr/bin/env python3
"""Runs an example on a crate made for it and checks what it prints.

usage: run_example.py COMMAND [ARGUMENT...]

The command is called with the path of the crate as its last argument.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

MANIFEST = '[package]\nname = "example"\nversion = "0.1.0"\nedition = "2021"\n'
SOURCE = """//! A crate with one thing to find.

/// Reads a byte.
fn read(address: *const u8) -> u8 {
    unsafe { *address }
}

/// Reads a byte, and says why it may.
pub fn read_first(bytes: &[u8]) -> Option<u8> {
    if bytes.is_empty() {
        return None;
    }
    // SAFETY: the slice has at least one element.
    Some(unsafe { *bytes.as_ptr() })
}
"""

EXPECTED = [
    "src/lib.rs:5:5: ",
    "[safety/undocumented-unsafe]\n",
    "1 files, 9 lines of code, 2 functions\n",
    "2 uses of unsafety, 1 of them with a reason\n",
    "lines: read_first (src/lib.rs:9)\n",
]


def main():
    with tempfile.TemporaryDirectory() as folder:
        crate = Path(folder)
        (crate / "src").mkdir()
        (crate / "Cargo.toml").write_text(MANIFEST, encoding="utf-8")
        (crate / "src" / "lib.rs").write_text(SOURCE, encoding="utf-8")
        run = subprocess.run([*sys.argv[1:], folder], stdout=subprocess.PIPE, text=True, check=False)
        missing = subprocess.run([*sys.argv[1:], folder + "/missing"], stderr=subprocess.PIPE, text=True, check=False)
    print(run.stdout, end="")
    problems = [f"not printed: {text!r}" for text in EXPECTED if text not in run.stdout]
    if run.returncode != 1:
        problems.append(f"exit code {run.returncode} for a crate with findings")
    if run.stdout.count("[safety/") != 1:
        problems.append("not exactly one finding")
    if missing.returncode != 3 or "missing" not in missing.stderr:
        problems.append(f"exit code {missing.returncode} for a missing folder: {missing.stderr!r}")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
