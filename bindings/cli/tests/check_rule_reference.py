#!/usr/bin/env python3
"""The reference of the rules in Markdown: every rule is in it once, with its reason, both examples and a reference, and
each block of code is closed."""

import re
import subprocess
import sys


def run(*arguments):
    return subprocess.run([sys.argv[1], *arguments], check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout


def main():
    rules = [line.split()[0] for line in run("rules").splitlines() if line]
    text = run("rules", "--format", "markdown")
    sections = re.split(r"(?m)^## (?=[a-z]+/)", text)
    found = [section.split("\n", 1)[0] for section in sections[1:]]
    problems = []
    if found != rules:
        problems.append(f"the reference lists {len(found)} rules, the program {len(rules)}: "
                        f"{sorted(set(found) ^ set(rules))[:5]}")
    if len(rules) < 75:
        problems.append(f"{len(rules)} rules")
    for section in sections[1:]:
        name = section.split("\n", 1)[0]
        blocks = re.findall(r"(?ms)^(`{3,})(?:rust|text)$.*?^\1$", section)
        if len(blocks) != 2:
            problems.append(f"{name}: {len(blocks)} blocks of code, not two")
        if "\nFound in:\n" not in section or "\nNot in:\n" not in section:
            problems.append(f"{name}: no examples")
        if not re.search(r"(?m)^- \S", section):
            problems.append(f"{name}: no reference")
        if len(section) < 300:
            problems.append(f"{name}: only {len(section)} characters")
    areas = {name.split("/")[0] for name in rules}
    wanted = {"ownership", "layout", "safety", "ecosystem", "types", "raii", "async", "performance", "wasm", "testing",
              "errors", "ffi", "embedded", "manifest"}
    if not wanted <= areas:
        problems.append(f"no rules for {sorted(wanted - areas)}")
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
