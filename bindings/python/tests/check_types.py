#!/usr/bin/env python3
"""Checks the types of the package, its example and its tests with mypy.

usage: check_types.py

Where mypy is absent the exit code is 77, which says that it was skipped.
"""

import shutil
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def main():
    command = [sys.executable, "-m", "mypy"]
    if subprocess.run([*command, "--version"], capture_output=True, check=False).returncode != 0:
        found = shutil.which("mypy")
        if found is None:
            print("SKIPPED: the types of the Python package were not checked: there is no mypy", file=sys.stderr)
            return 77
        command = [found]
    checked = ["rustpro", "examples/review_crate.py", "tests/test_rustpro.py"]
    return subprocess.run(
        [*command, "--cache-dir=/dev/null", "--strict", *checked], cwd=PACKAGE, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
