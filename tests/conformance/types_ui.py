#!/usr/bin/env python3
"""Compares the errors of types in items with rustc's, by code and line, over rustc's UI tests.

    types_ui.py --program BUILD/tests/conformance/types_ui --corpus UI_TESTS [--list missed|extra|invented] [--code E0277]
                [--accepted SHARE] [--rustc RUSTC]

What rustc says is taken from the tests' .stderr files; errors on lines of a function's body are left out of the count,
because they need inference, and so are errors in tests that need auxiliary crates, procedural macros or another
target. "invented" are errors in tests that rustc accepts (of which SHARE percent are run, chosen by their paths);
--rustc asks a compiler about those, because the tests may be of another version. "extra" are errors in tests that rustc
rejects for something else.
"""
import argparse
import collections
import hashlib
import os
import re
import subprocess
import sys

from names_ui import expected_of, jobs_of, judge, read

CODES = ["E0277", "E0119", "E0117", "E0210", "E0204", "E0184", "E0038", "E0107", "E0220", "E0191", "E0072"]
ALSO = ["E0751", "E0229"]


def run(program, jobs):
    """For each job its diagnostics, the lines of bodies and those of items in bodies; a job that ends the program is noted, and the rest goes on."""
    results = {}
    start = 0
    while start < len(jobs):
        lines = [f"{edition}\t{','.join(cfgs)}\t{path}\n" for path, _, edition, cfgs, _ in jobs[start:]]
        done = subprocess.run([program, "--jobs"], input="".join(lines), capture_output=True, text=True,
                              errors="replace", check=False)
        count = -1
        for line in done.stdout.splitlines():
            if line.startswith("== "):
                count += 1
                results[start + count] = (set(), [], [])
                continue
            if match := re.match(r"body (\d+) (\d+)$", line):
                results[start + count][1].append((int(match.group(1)), int(match.group(2))))
            elif match := re.match(r"item (\d+) (\d+)$", line):
                results[start + count][2].append((int(match.group(1)), int(match.group(2))))
            elif match := re.match(r"(.*?):(\d+): (E\d{4}) proven", line):
                results[start + count][0].add((os.path.basename(match.group(1)), int(match.group(2)), match.group(3)))
        if done.returncode == 0:
            break
        failed = start + max(count, 0)
        print(f"the program ended with {done.returncode} at {jobs[failed][0]}", file=sys.stderr)
        results[failed] = (set(), [], [])
        start = failed + 1
    return results


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--corpus", required=True)
    parser.add_argument("--list", choices=["missed", "extra", "invented"], action="append", default=[])
    parser.add_argument("--only", default="")
    parser.add_argument("--code", default="")
    parser.add_argument("--accepted", type=int, default=100)
    parser.add_argument("--rustc", default="")
    options = parser.parse_args()
    codes = set(CODES + ALSO)
    jobs = []
    for folder, folders, files in os.walk(options.corpus):
        folders[:] = sorted(f for f in folders if f != "auxiliary")
        if "compiletest-ignore-dir" in files:
            folders[:] = []
            continue
        for name in sorted(files):
            path = os.path.join(folder, name)
            if not name.endswith(".rs") or options.only not in path:
                continue
            text = read(path)
            if text is None:
                continue
            for revision, edition, cfgs, accepted in jobs_of(path, text):
                expected, errors, _ = expected_of(path, revision)
                rejected = any(code in codes for _, _, code in expected)
                chosen = int(hashlib.sha256(path.encode()).hexdigest()[-4:], 16) % 100 < options.accepted
                if rejected or (accepted and not errors and chosen):
                    jobs.append((path, revision, edition, cfgs, accepted))
    results = run(options.program, jobs)
    total, found, extra, inside = (collections.Counter() for _ in range(4))
    invented, passing = collections.Counter(), 0
    for index, (path, revision, edition, cfgs, accepted) in enumerate(jobs):
        diagnostics, bodies, _ = results.get(index, (set(), [], []))
        ours = {d for d in diagnostics if d[2] in codes}
        expected, errors, _ = expected_of(path, revision)
        wanted = {d for d in expected if d[2] in codes}
        where = os.path.relpath(path, options.corpus) + (f"#{revision}" if revision else "")
        if accepted and not errors:
            passing += 1
            if ours and options.rustc:
                ours -= judge(options.rustc, path, edition, cfgs)
            for file, line, code in sorted(ours):
                invented[code] += 1
                if "invented" in options.list and options.code in code:
                    print(f"invented {where} {file}:{line} {code}")
            continue
        name = os.path.basename(path)
        for file, line, code in sorted(wanted):
            in_body = file == name and any(first <= line <= last for first, last in bodies)
            if (file, line, code) not in ours and in_body:
                inside[code] += 1
                continue
            total[code] += 1
            if (file, line, code) in ours:
                found[code] += 1
            elif "missed" in options.list and options.code in code:
                print(f"missed {where} {file}:{line} {code}")
        for file, line, code in sorted(ours - wanted):
            extra[code] += 1
            if "extra" in options.list and options.code in code:
                print(f"extra {where} {file}:{line} {code}")
    all_found, all_total = sum(found[c] for c in CODES), sum(total[c] for c in CODES)
    print(f"found {all_found} of {all_total} ({100 * all_found / max(1, all_total):.1f} %) outside of bodies")
    for code in CODES + ALSO:
        print(f"  {code}: {found[code]} of {total[code]}, extra {extra[code]}, invented {invented[code]}, "
              f"in bodies and not found {inside[code]}")
    print(f"accepted by rustc: {passing} runs, invented {sum(invented.values())}")
    return 1 if invented else 0


if __name__ == "__main__":
    sys.exit(main())
