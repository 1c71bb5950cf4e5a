#!/usr/bin/env python3
"""Reviews many crates and draws samples of what the rules said, to be judged by hand.

    review_scan.py scan --rustpro build/bindings/cli/rustpro --crates DIR --out scan.json
    review_scan.py count scan.json
    review_scan.py sample scan.json --seed 1 --size 100
    review_scan.py sample scan.json --seed 1 --per-rule 10
    review_scan.py proven scan.json

DIR holds one folder for each crate. A sample is the same for the same scan and seed, whatever machine it is drawn on;
it is printed with the lines around each place. The judgements that came of it stand in review.md."""

import argparse
import collections
import concurrent.futures
import json
import os
import random
import subprocess
import sys
import time


def review(rustpro, folder, timeout):
    """What `rustpro review` says of one crate: the parsed report or a text that says what went wrong, and seconds."""
    start = time.monotonic()
    command = [rustpro, "review", folder, "--format", "json", "--exit-zero", "--threads", "1"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        return None, f"no answer after {timeout} s", time.monotonic() - start
    seconds = time.monotonic() - start
    try:
        return json.loads(done.stdout), "", seconds
    except ValueError:
        text = done.stderr.decode("utf-8", "replace").strip()
        return None, f"exit status {done.returncode}: {text[:200]}", seconds


def scan(arguments):
    names = sorted(entry.name for entry in os.scandir(arguments.crates) if entry.is_dir())
    findings, failures, slow = [], [], []
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        folders = [os.path.join(arguments.crates, name) for name in names]
        for name, (report, failure, seconds) in zip(
                names, pool.map(lambda folder: review(arguments.rustpro, folder, arguments.timeout), folders)):
            if seconds > arguments.slow:
                slow.append((name, round(seconds, 1)))
            if report is None:
                failures.append((name, failure))
                continue
            for finding in report["findings"]:
                place = finding["place"]
                findings.append({
                    "crate": name, "rule": finding["rule"], "verdict": finding["verdict"],
                    "severity": finding["severity"], "path": place["path"], "line": place["start"]["line"],
                    "message": finding["message"], "label": place.get("label", ""),
                    "more": [other["start"]["line"] for other in finding.get("places", [])],
                    "fix": bool(finding.get("fix")), "note": finding.get("note", ""),
                })
    findings.sort(key=lambda f: (f["crate"], f["path"], f["line"], f["rule"], f["message"]))
    with open(arguments.out, "w", encoding="utf-8") as out:
        json.dump({"crates": len(names), "failures": failures, "findings": findings}, out, indent=0)
    print(f"{len(names)} crates, {len(failures)} failures, {len(findings)} findings")
    for name, why in failures:
        print(f"failed: {name}: {why}")
    for name, seconds in slow:
        print(f"slow: {name}: {seconds} s")


def load(path):
    with open(path, encoding="utf-8") as text:
        return json.load(text)["findings"]


def count(arguments):
    numbers = collections.Counter()
    groups = collections.Counter()
    crates = collections.defaultdict(set)
    findings = load(arguments.scan)
    for finding in findings:
        key = finding["rule"], finding["verdict"]
        numbers[key] += 1
        crates[key].add(finding["crate"])
    for finding in grouped(findings):
        groups[finding["rule"], finding["verdict"]] += 1
    print("places  shown  crates  rule")
    for key, number in sorted(numbers.items()):
        print(f"{number:6} {groups[key]:6} {len(crates[key]):7}  {' '.join(key)}")
    print(f"{sum(numbers.values()):6} {sum(groups.values()):6}")


def show(finding, crates, before, after):
    print(f"### {finding['rule']} [{finding['verdict']}] {finding['crate']}/{finding['path']}:{finding['line']}")
    print(f"    {finding['message']}" + (f"  ({finding['label']})" if finding["label"] else ""))
    if not crates:
        return
    try:
        with open(os.path.join(crates, finding["crate"], finding["path"]), encoding="utf-8", errors="replace") as text:
            lines = text.read().split("\n")
    except OSError as error:
        print(f"    ({error.strerror})")
        return
    first = max(1, finding["line"] - before)
    for number in range(first, min(len(lines), finding["line"] + after) + 1):
        mark = ">" if number == finding["line"] else " "
        print(f"{mark}{number:5} {lines[number - 1][:150]}")


def grouped(findings):
    """As the reports show them: what a rule says in the same words several times in one file is one."""
    groups = {}
    for finding in findings:
        groups.setdefault((finding["crate"], finding["path"], finding["rule"], finding["message"]), finding)
    return list(groups.values())


def sample(arguments):
    findings = grouped(f for f in load(arguments.scan) if f["verdict"] == "likely")
    if arguments.rule:
        findings = [f for f in findings if f["rule"] in arguments.rule]
    chance = random.Random(arguments.seed)
    if arguments.per_rule:
        by_rule = collections.defaultdict(list)
        for finding in findings:
            by_rule[finding["rule"]].append(finding)
        chosen = []
        for _, group in sorted(by_rule.items()):
            chosen += chance.sample(group, min(len(group), arguments.per_rule))
    else:
        chosen = chance.sample(findings, min(len(findings), arguments.size))
        chosen.sort(key=lambda f: f["rule"])
    for number, finding in enumerate(chosen, 1):
        print(f"\n[{number}] ", end="")
        show(finding, arguments.crates, arguments.before, arguments.after)


def proven(arguments):
    for finding in load(arguments.scan):
        if finding["verdict"] == "proven":
            show(finding, arguments.crates, arguments.before, arguments.after)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)

    one = commands.add_parser("scan", help="review each crate and keep what was said")
    one.add_argument("--rustpro", required=True, help="the command line that was built")
    one.add_argument("--crates", required=True, help="a folder with one folder for each crate")
    one.add_argument("--out", required=True)
    one.add_argument("--jobs", type=int, default=2)
    one.add_argument("--timeout", type=float, default=120, help="seconds for one crate")
    one.add_argument("--slow", type=float, default=5, help="name crates that took longer, in seconds")
    one.set_defaults(run=scan)

    one = commands.add_parser("count", help="findings of each rule")
    one.add_argument("scan")
    one.set_defaults(run=count)

    for name, run in ("sample", sample), ("proven", proven):
        one = commands.add_parser(name)
        one.add_argument("scan")
        one.add_argument("--crates", help="print the lines around each place from here")
        one.add_argument("--before", type=int, default=6)
        one.add_argument("--after", type=int, default=6)
        if name == "sample":
            one.add_argument("--seed", type=int, default=1)
            one.add_argument("--size", type=int, default=100, help="findings over all rules")
            one.add_argument("--per-rule", type=int, default=0, help="so many of each rule instead")
            one.add_argument("--rule", action="append", help="of this rule alone; may be repeated")
        one.set_defaults(run=run)

    arguments = parser.parse_args()
    arguments.run(arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main())
