"""Tests of the suite's own logic: `python3 -m unittest discover tests/conformance`."""

import contextlib
import io
import json
import os
import stat
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parent))

import corpora
import ours
import ratchet
import run
import verdicts


class UiTestEdition(unittest.TestCase):
    def check(self, edition, *lines):
        self.assertEqual(corpora.ui_test_edition("\n".join(lines)), edition, lines)

    def test_default(self):
        self.check("2015", "fn main() {}")
        self.check("2015", "// edition:2021", "fn main() {}")
        self.check("2015", "//@ edition 2021 and up")
        self.check("2015", 'let text = "//@ edition: 2021";')

    def test_exact(self):
        self.check("2018", "//@ edition:2018")
        self.check("2021", "//@ check-pass", "  //@edition: 2021  ")
        self.check("2024", "//@ edition: 2024", "//@ edition: 2018")

    def test_range(self):
        self.check("2018", "//@ edition: 2018..2021")
        self.check("2015", "//@ edition: 2015..")
        self.check("2021", "//@ edition:2021..")
        self.check("2015", "//@ edition: ..2021")

    def test_flags(self):
        self.check("2021", "//@ compile-flags: --edition=2021 --crate-type=lib")
        self.check("2018", "//@ compile-flags:-Zsomething --edition 2018 -O")
        self.check("2015", "//@ compile-flags: --extern edition_2018 --cfg=edition2021")

    def test_revisions(self):
        self.check("2018", "//@ revisions: a b", "//@[b] edition: 2021", "//@[a] edition: 2018")
        self.check("2021", "//@ revisions: a b", "//@ [a]edition:2021")
        self.check("2015", "//@ revisions: a b", "//@[b] edition: 2021")
        self.check("2024", "//@[only] edition: 2024")
        self.check("2018", "//@ revisions: a b", "//@[b] edition: 2021", "//@ edition: 2018")
        self.check("2021", "//@[a] compile-flags: --edition=2021", "//@ revisions: a b")


class Tree(unittest.TestCase):
    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.addCleanup(self._folder.cleanup)
        self.root = Path(self._folder.name)

    def write(self, path, text=""):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return str(file)


class CargoEdition(Tree):
    def edition(self, path):
        return corpora.CargoEditions().edition_of(self.root / path)

    def test_nearest_package(self):
        self.write("Cargo.toml", '[package]\nname = "a"\nedition = "2021"')
        self.write("sub/Cargo.toml", '[package]\nname = "b"')
        self.write("virtual/Cargo.toml", '[workspace]\nmembers = []\n[workspace.package]\nedition = "2018"')
        self.write("broken/Cargo.toml", "[package")
        self.assertEqual(self.edition("src/x/y.rs"), "2021")
        self.assertEqual(self.edition("sub/src/lib.rs"), "2015")
        self.assertEqual(self.edition("virtual/lib.rs"), "2021")
        self.assertEqual(self.edition("broken/lib.rs"), "2021")

    def test_inherited(self):
        self.write("Cargo.toml", '[workspace]\n[workspace.package]\nedition = "2024"')
        self.write("crates/a/Cargo.toml", '[package]\nname = "a"\nedition.workspace = true')
        self.write("other/Cargo.toml", '[workspace]\n[workspace.package]\nedition = "2018"')
        self.write("crates/b/Cargo.toml", '[package]\nworkspace = "../../other"\nedition = { workspace = true }')
        self.assertEqual(self.edition("crates/a/src/lib.rs"), "2024")
        self.assertEqual(self.edition("crates/b/src/lib.rs"), "2018")

    def test_inherited_from_nowhere(self):
        self.write("a/Cargo.toml", '[package]\nname = "a"\nedition.workspace = true')
        self.assertEqual(self.edition("a/src/lib.rs"), "2015")


class Corpora(Tree):
    def test_files(self):
        self.write("b.rs")
        self.write("a/c.rs")
        self.write("a/d.txt")
        self.write("a/test_data/bad.rs")
        (self.root / "link.rs").symlink_to(self.root / "b.rs")
        found = corpora.rust_files(self.root, corpora.EXCLUDED_FOLDER_NAMES)
        self.assertEqual([os.path.relpath(p, self.root) for p in found], ["b.rs", "a/c.rs"])

    def test_missing_is_said(self):
        self.assertIsNotNone(corpora.ui_tests(None).skipped)
        self.assertIn("library", corpora.std_sources(self.root).skipped)


class Verdicts(Tree):
    def test_first_error(self):
        lines = [
            "not json",
            json.dumps({"level": "warning", "message": "w", "spans": []}),
            json.dumps(
                {
                    "level": "error",
                    "message": "expected\n item",
                    "spans": [{"is_primary": False, "line_start": 1}, {"is_primary": True, "line_start": 7}],
                }
            ),
            json.dumps({"level": "error", "message": "second", "spans": []}),
        ]
        self.assertEqual(verdicts.first_error("\n".join(lines)), ("expected item", 7))
        self.assertEqual(verdicts.first_error(""), ("", 0))

    def test_committed_round_trip(self):
        known = {("ab" * 32, "2015"): verdicts.Verdict("accept"), ("cd" * 32, "2021"): verdicts.Verdict("reject", "m")}
        file = self.root / "x.jsonl.gz"
        verdicts.write_committed(file, "rustc 1", known)
        before = file.read_bytes()
        version, entries = verdicts.read_committed(file)
        self.assertEqual(version, "rustc 1")
        self.assertEqual(entries, {("ab" * 8, "2015"): "a", ("cd" * 8, "2021"): "r"})
        verdicts.write_committed(file, "rustc 1", dict(reversed(known.items())))
        self.assertEqual(file.read_bytes(), before)

    def test_cache_survives_a_cut_off_line_and_other_versions(self):
        good = {"rustc": "rustc 1", "edition": "2015", "sha256": "a" * 64, "verdict": "reject", "message": "m", "line": 2}
        other = dict(good, rustc="rustc 2", sha256="b" * 64)
        text = json.dumps(good) + "\n" + json.dumps(other) + "\n" + json.dumps(good)[:40]
        self.write("parse-verdicts.jsonl", text)
        store = verdicts.Store(self.root, verdicts.Rustc("rustc", "rustc 1"), committed=False)
        self.assertEqual(store.get("a" * 64, "2015"), verdicts.Verdict("reject", "m", 2))
        self.assertIsNone(store.get("b" * 64, "2015"))
        self.assertIsNone(store.get("a" * 64, "2018"))

    def test_collect_appends_after_a_cut_off_line(self):
        self.write("parse-verdicts.jsonl", '{"rustc": "cut')
        fake = self.write("rustc", "#!/bin/sh\nexit 0\n")
        os.chmod(fake, 0o755)
        file = corpora.SourceFile(self.write("a.rs", "fn f() {}"), "2021")
        rustc = verdicts.Rustc(fake, "rustc 1")
        sha256 = verdicts.digest(file.path)
        verdicts.Store(self.root, rustc, committed=False).collect([(sha256, file)], 1)
        again = verdicts.Store(self.root, rustc, committed=False)
        self.assertEqual(again.get(sha256, "2021"), verdicts.Verdict("accept"))


class Attribution(unittest.TestCase):
    def test_output(self):
        text = "a.rs:3:4: error: one: two\na.rs:5:6: error: later\nd:x/b.rs:1:1: error: x\n 3 | code\n"
        self.assertEqual(
            ours.parse_errors(text),
            {"a.rs": ours.Verdict("reject", "one: two", 3), "d:x/b.rs": ours.Verdict("reject", "x", 1)},
        )

    def test_crash_is_pinned_on_its_file(self):
        paths = [f"{n}.rs" for n in range(37)]
        bad = {"0.rs", "17.rs", "36.rs"}
        calls = []

        def parse(part):
            calls.append(len(part))
            return "signal 11" if bad & set(part) else {p: ours.Verdict("accept") for p in part}

        result = ours.attribute(paths, parse)
        self.assertEqual({p for p in paths if result[p].word == "crash"}, bad)
        self.assertEqual(set(result), set(paths))
        self.assertLess(len(calls), 40)

    def test_a_program_that_always_crashes_ends(self):
        result = ours.attribute([str(n) for n in range(5000)], lambda part: "signal 6")
        self.assertEqual({v.word for v in result.values()}, {"crash"})
        self.assertEqual(len(result), 5000)
        self.assertEqual(ours.attribute([], lambda part: "never"), {})


class Ratchet(unittest.TestCase):
    best = {"files": 1000, "false_errors": 2, "missed_errors": 10}

    def outcomes(self, **now):
        return [c.outcome for c in ratchet.compare("c", self.best, self.best | now)]

    def test_compare(self):
        self.assertEqual(self.outcomes(), ["pass", "pass"])
        self.assertEqual(self.outcomes(false_errors=3), ["fail", "pass"])
        self.assertEqual(self.outcomes(missed_errors=9), ["pass", "better"])
        self.assertEqual(self.outcomes(files=2000, false_errors=4, missed_errors=21), ["pass", "fail"])
        self.assertEqual([c.outcome for c in ratchet.compare("c", None, self.best)], ["new", "new"])

    def test_only_lowers(self):
        lowered = ratchet.lowered
        self.assertEqual(lowered(None, self.best), self.best)
        self.assertEqual(lowered(self.best, self.best | {"false_errors": 1, "missed_errors": 12}), self.best | {"false_errors": 1})
        self.assertEqual(lowered(self.best, self.best | {"files": 10, "false_errors": 1}), self.best)
        smaller = {"files": 500, "false_errors": 1, "missed_errors": 4}
        self.assertEqual(lowered(self.best, smaller), smaller)


FAKE_RUSTC = """#!/bin/sh
case "$*" in
  "--print sysroot") echo /nonexistent ;;
  --version) echo "rustc 9.9.9 (fake)" ;;
  *) eval "file=\\${$#}"
     if grep -q BAD "$file"; then
       echo '{"level":"error","message":"bad","spans":[{"is_primary":true,"line_start":4}]}' >&2; exit 1
     fi
     if grep -q ICE "$file"; then exit 101; fi ;;
esac
"""

FAKE_RUSTPRO = """#!/bin/sh
if [ "$1" = --version ]; then echo "rustpro 0 (fake)"; exit 0; fi
eval "list=\\${$#}"
status=0
while read -r file; do
  if grep -q CRASH "$file"; then kill -SEGV $$; fi
  if grep -q OURS "$file"; then echo "$file:2:1: error: ours"; status=1; fi
done < "${list#@}"
exit $status
"""


class WholeRun(Tree):
    def setUp(self):
        super().setUp()
        for name, text in (("rustc", FAKE_RUSTC), ("build/rustpro", FAKE_RUSTPRO)):
            file = self.write(name, text)
            os.chmod(file, os.stat(file).st_mode | stat.S_IXUSR)
        self.write("c/Cargo.toml", '[package]\nname = "c"\nedition = "2021"')
        self.write("c/good.rs", "1")
        self.write("c/both.rs", "BAD OURS")
        self.write("c/false.rs", "OURS")
        self.write("c/missed.rs", "BAD")
        self.write("c/ice.rs", "ICE")
        patches = (
            mock.patch.dict(os.environ, RUSTC=str(self.root / "rustc"), RUSTPRO_UI_TESTS=""),
            mock.patch.object(run, "RATCHET", self.root / "ratchet.json"),
            mock.patch.object(verdicts, "COMMITTED", self.root / "verdicts"),
        )
        for patch in patches:
            patch.start()
            self.addCleanup(patch.stop)

    def call(self, *more, only="c"):
        out = io.StringIO()
        base = ["--build", str(self.root / "build"), "--cache", str(self.root / "cache"), "--workers", "1"]
        base += ["--dir", f"c={self.root / 'c'}", "--only", only]
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            status = run.main([*base, *more])
        return status, out.getvalue()

    def test_table_ratchet_and_json(self):
        status, text = self.call("--update-ratchet")
        self.assertEqual(status, 0, text)
        self.assertRegex(text, r"c +5 +2 +1 +50.000 % +2 +1 +50.000 % +1 +0\n")
        self.assertIn("missed.rs:4 (2021): rustc says: bad", text)
        self.assertIn("false.rs:2 (2021): ours", text)
        self.assertTrue(text.endswith("\n3 passed, 0 failed, 0 skipped\n"))
        self.write("c/false2.rs", "OURS again")
        status, text = self.call()
        self.assertEqual(status, 1, text)
        self.assertIn("FAILED c/false_errors: 2, worse than 1", text)
        self.write("c/false2.rs", "3")
        self.assertEqual(self.call("--json")[0], 0)

    def test_crash_fails(self):
        self.write("c/crash.rs", "CRASH")
        status, text = self.call()
        self.assertEqual(status, 1, text)
        self.assertIn("c: 1 × crash", text)
        self.assertIn("signal 11", text)

    def test_committed_verdicts_do_without_rustc(self):
        self.assertEqual(self.call("--write-verdicts")[0], 0)
        with mock.patch.dict(os.environ, RUSTC="/nonexistent/rustc"):
            status, text = self.call("--quick", "--cache", str(self.root / "empty"))
        self.assertEqual(status, 0, text)
        self.assertIn("judge: rustc 9.9.9 (fake)\n", text)
        self.assertRegex(text, r"c +5 +2 +1 ")

    def test_steps_are_compared_and_held_by_the_ratchet(self):
        self.write("std/library/core/src/lib.rs", "")
        program = self.root / "build" / "tests" / "conformance" / "names_resolve"
        program.parent.mkdir(parents=True)

        def answer(unresolved, errors=""):
            program.write_text(
                "#!/bin/sh\necho 'core: 9 uses; paths: resolved 7, type-dependent 2, unknown 1, "
                f"unresolved {unresolved}; 0 diagnostics'\n{errors}"
            )
            os.chmod(program, os.stat(program).st_mode | stat.S_IXUSR)

        std = ("--std", str(self.root / "std"))
        answer(0)
        status, text = self.call(*std, "--update-ratchet", only="names-std")
        self.assertEqual(status, 0, text)
        self.assertTrue(text.endswith("\n2 passed, 0 failed, 0 skipped\n"), text)
        answer(1, "echo 'lib.rs:3: E0425 proven no'\n")
        status, text = self.call(*std, only="names-std")
        self.assertEqual(status, 1, text)
        self.assertIn("FAILED names-std/false_errors: 1, worse than 0", text)
        self.assertIn("FAILED names-std/missed_errors: 1, worse than 0", text)
        program.write_text("#!/bin/sh\nexit 3\n")
        status, text = self.call(*std, only="names-std")
        self.assertEqual(status, 1, text)
        self.assertIn("FAILED names-std/run: ended with 3", text)
        program.unlink()
        status, text = self.call(*std, only="names-std")
        self.assertEqual(status, 0, text)
        self.assertIn("SKIPPED: names-std: there is no", text)

    def test_missing_things_are_skipped_loudly(self):
        status, text = self.call(only="ui-dev")
        self.assertEqual(status, 0)
        self.assertIn("SKIPPED: ui-dev: ", text)
        self.assertTrue(text.endswith("\n0 passed, 0 failed, 3 skipped\n"))
        with mock.patch.dict(os.environ, RUSTC="/nonexistent/rustc"):
            status, text = self.call()
        self.assertEqual(status, 0)
        self.assertIn("SKIPPED: no rustc", text)


if __name__ == "__main__":
    unittest.main()
