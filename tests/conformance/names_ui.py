#!/usr/bin/env python3
"""Compares the errors of name resolution with rustc's, by code and line, over rustc's UI tests.

    names_ui.py --program BUILD/tests/conformance/names_resolve --sysroot LIBRARY --corpus UI_TESTS [--list missed|extra|invented]

What rustc says is taken from the tests' .stderr files. Tests that need auxiliary crates, procedural macros or another
target are left out. "invented" are errors in tests that rustc accepts, "extra" those in tests that it rejects for
something else.
"""
import argparse
import collections
import os
import re
import subprocess
import sys
import tempfile

CODES = {
    "E0412", "E0425", "E0432", "E0433", "E0603", "E0405", "E0404", "E0423",
    "E0424", "E0426", "E0261", "E0408", "E0415", "E0416", "E0403", "E0401", "E0407", "E0437", "E0438", "E0411",
    "E0434", "E0435", "E0531", "E0532", "E0574", "E0573", "E0422", "E0428", "E0429", "E0430", "E0431", "E0259",
    "E0260", "E0364", "E0365", "E0575", "E0576", "E0530", "E0409", "E0128", "E0770", "E0767", "E0262", "E0496",
    "E0323", "E0324", "E0325", "E0735",
}
MAIN = ["E0412", "E0425", "E0432", "E0433", "E0603", "E0405", "E0404", "E0423"]
DIRECTIVE = re.compile(r"^\s*//@\s*(?:\[([^\]]*)\]\s*)?([A-Za-z0-9_-]+)\s*:?\s*(.*?)\s*$")
SKIP = {"aux-build", "aux-crate", "aux-bin", "aux-codegen-backend", "proc-macro", "ignore-test", "only-windows",
        "only-msvc", "only-macos", "only-apple", "only-wasm32", "only-aarch64", "only-arm", "only-nvptx64", "only-sgx",
        "only-32bit", "only-x86", "only-riscv64", "only-s390x", "only-loongarch64", "only-wasm", "only-avr", "only-thumb",
        "add-core-stubs", "add-minicore", "needs-llvm-components", "known-bug"}


def read(path):
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except (UnicodeDecodeError, OSError):
        return None


def jobs_of(path, text):
    """(revision, edition, cfgs, accepted) of each run of a test."""
    directives = []
    for line in text.splitlines():
        match = DIRECTIVE.match(line)
        if match:
            directives.append(match.groups())
    revisions = [""]
    for _, name, value in directives:
        if name == "revisions":
            revisions = value.split()
    for revision in revisions:
        mine = [(name, value) for where, name, value in directives
                if where is None or revision in [each.strip() for each in where.split(",")]]
        names = {name for name, _ in mine}
        if names & SKIP or any(name.startswith("only-wasm") for name in names):
            continue
        edition, cfgs, skip = "2015", [revision] if revision else [], False
        for name, value in mine:
            if name == "edition":
                numbers = re.findall(r"20\d\d", value)
                edition = numbers[0] if numbers else edition
            if name == "compile-flags":
                for cfg in re.findall(r"--cfg[= ]'?([^\s]+)", value):
                    cfgs.append(cfg.strip("'").replace('"', ""))
                flag = re.search(r"--edition[= ](20\d\d)", value)
                edition = flag.group(1) if flag else edition
                if "--test" in value.split():
                    cfgs.append("test")
                if re.search(r"--target|--extern|unpretty|error-format|parse-only|parse-crate-root-only|panic=abort|fmt-debug|crate-type[= ]proc-macro|no-analysis|ls\b", value):
                    skip = True
        if skip:
            continue
        accepted = bool(names & {"check-pass", "build-pass", "run-pass", "run-fail", "build-fail"})
        yield revision, edition, cfgs, accepted


def expected_of(path, revision):
    stem = path[:-3]
    candidates = [f"{stem}.{revision}.stderr"] if revision else [f"{stem}.stderr"]
    text = None
    for candidate in candidates:
        text = read(candidate) if os.path.exists(candidate) else None
        if text is not None:
            break
    found, errors = set(), 0
    if text is None:
        return found, errors, False
    lines = text.splitlines()
    for i, line in enumerate(lines):
        if line.startswith("error"):
            errors += 1
        match = re.match(r"error\[(E\d{4})\]", line)
        if not match:
            continue
        for following in lines[i + 1:i + 30]:
            place = re.match(r"\s*--> \$DIR/(.*?):(\d+):\d+", following)
            if place:
                found.add((os.path.basename(place.group(1)), int(place.group(2)), match.group(1)))
                break
            if following.startswith("error"):
                break
    return found, errors, True


def run(program, sysroot, jobs):
    """The diagnostics of each job; a job that ends the program is noted, and the rest goes on."""
    results = {}
    start = 0
    while start < len(jobs):
        lines = [f"{edition}\t{','.join(cfgs)}\t0\t\t{path}\n" for path, _, edition, cfgs, _ in jobs[start:]]
        done = subprocess.run([program, "--sysroot", sysroot, "--jobs"], input="".join(lines), capture_output=True,
                              text=True, errors="replace", check=False)
        count = -1
        for line in done.stdout.splitlines():
            if line.startswith("== "):
                count += 1
                results[start + count] = set()
                continue
            match = re.match(r"(.*):(\d+): (E\d{4})? ?(proven|unproven)", line)
            if match and match.group(3) and count >= 0:
                results[start + count].add((os.path.basename(match.group(1)), int(match.group(2)), match.group(3)))
        if done.returncode == 0:
            break
        failed = start + max(count, 0)
        print(f"the program ended with {done.returncode} at {jobs[failed][0]}", file=sys.stderr)
        results[failed] = set()
        start = failed + 1
    return results


def judge(rustc, path, edition, cfgs):
    """What the compiler at hand says of a test."""
    # A folder of its own: rustc puts a new file in place of whatever is called so, /dev/null included.
    with tempfile.TemporaryDirectory() as folder:
        command = [rustc, "--edition", edition, "--emit=metadata", "--out-dir", folder, "--cap-lints=allow", path]
        for cfg in cfgs:
            command += ["--test"] if cfg == "test" else ["--cfg", cfg]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False,
                              env={**os.environ, "RUSTC_BOOTSTRAP": "1"})
    found = set()
    for match in re.finditer(r"^error\[(E\d{4})\][^\n]*\n\s*--> (.*?):(\d+):\d+", done.stderr, re.M):
        code = match.group(1)
        for each in ([code, "E0412"] if code == "E0425" else [code]):
            found.add((os.path.basename(match.group(2)), int(match.group(3)), each))
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--sysroot", required=True)
    parser.add_argument("--corpus", required=True)
    parser.add_argument("--list", choices=["missed", "extra", "invented"], action="append", default=[])
    parser.add_argument("--only", default="", help="only tests whose path has this in it")
    parser.add_argument("--code", default="", help="list only this code")
    parser.add_argument("--rustc", default="", help="asks this compiler about invented errors: the tests may be of another version")
    options = parser.parse_args()
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
                jobs.append((path, revision, edition, cfgs, accepted))
    results = run(options.program, options.sysroot, jobs)
    total, found, extra = collections.Counter(), collections.Counter(), collections.Counter()
    invented, passing = collections.Counter(), 0
    for index, (path, revision, _, _, accepted) in enumerate(jobs):
        ours = {d for d in results.get(index, set()) if d[2] in CODES}
        expected, errors, has_stderr = expected_of(path, revision)
        wanted = {d for d in expected if d[2] in CODES}
        where = os.path.relpath(path, options.corpus) + (f"#{revision}" if revision else "")
        if accepted or (not has_stderr and not errors):
            if not accepted:
                continue
            passing += 1
            if ours - wanted and options.rustc:
                edition, cfgs = jobs[index][2], jobs[index][3]
                wanted |= judge(options.rustc, path, edition, cfgs)
            for file, line, code in sorted(ours - wanted):
                invented[code] += 1
                if "invented" in options.list and options.code in code:
                    print(f"invented {where} {file}:{line} {code}")
            continue
        if os.path.basename(path) and not errors:
            continue
        for file, line, code in sorted(wanted):
            total[code] += 1
            if (file, line, code) in ours:
                found[code] += 1
            elif "missed" in options.list and options.code in code:
                print(f"missed {where} {file}:{line} {code}")
        for file, line, code in sorted(ours - wanted):
            extra[code] += 1
            if "extra" in options.list and options.code in code:
                print(f"extra {where} {file}:{line} {code}")
    for title, codes in (("main", MAIN), ("others", sorted(CODES - set(MAIN)))):
        all_found, all_total = sum(found[c] for c in codes), sum(total[c] for c in codes)
        print(f"{title}: found {all_found} of {all_total} ({100 * all_found / max(1, all_total):.1f} %)")
        for code in codes:
            if total[code] or extra[code] or invented[code]:
                print(f"  {code}: {found[code]} of {total[code]}, extra {extra[code]}, invented {invented[code]}")
    print(f"accepted by rustc: {passing} runs, invented {sum(invented.values())}")


if __name__ == "__main__":
    main()
