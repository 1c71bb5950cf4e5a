#!/usr/bin/env python3
"""Writes unstable_cfg.txt: what the standard library's own conditions ask for besides lib/crates/targets.inc.

    unstable_cfg.py > unstable_cfg.txt

One line for each target: its name, then the facts that `rustc --print cfg` keeps to itself without unstable features.
To be run where rustc is installed. What depends on the profile is left out.
"""
import os
import re
import subprocess
import sys
from pathlib import Path

PROFILE = ("debug_assertions", "overflow_checks", "ub_checks", "panic=")


def ask(target, **environment):
    out = subprocess.run(["rustc", "--print", "cfg", "--target", target], capture_output=True, text=True, check=True,
                         env={**os.environ, **environment}).stdout
    return out.splitlines()


def main():
    table = Path(__file__).resolve().parents[2] / "crates" / "generate_targets.py"
    names = re.search(r'TARGETS = """(.*?)"""', table.read_text(), re.DOTALL).group(1).split()
    for target in sorted(names):
        stable = set(ask(target))
        facts = [f for f in ask(target, RUSTC_BOOTSTRAP="1") if f not in stable and not f.startswith(PROFILE)]
        print(target, *facts)


if __name__ == "__main__":
    sys.exit(main())
