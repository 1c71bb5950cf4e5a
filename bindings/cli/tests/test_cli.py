#!/usr/bin/env python3
"""Tests of the program `rustpro`, run as a user runs it.

usage: test_cli.py PROGRAM [unittest arguments]

RUSTPRO_LIBRARY must name the library.
"""

import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

PROGRAM = ""
CLEAN, FINDINGS, USAGE, UNREAD, INTERNAL = range(5)
ERROR_LINE = re.compile(r"^(?P<path>.+?):(?P<line>\d+):(?P<column>\d+): error: (?P<message>.+)$")
STATS_KEYS = {
    "files",
    "bytes",
    "lines",
    "tokens",
    "nodes",
    "files_with_errors",
    "errors",
    "files_unread",
    "lex_seconds",
    "parse_seconds",
    "wall_seconds",
    "threads",
    "memory_bytes",
    "peak_bytes",
}


def clean_environment(**changes):
    """The environment without what would change the output."""
    environment = {
        name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "CLICOLOR_FORCE", "CLICOLOR")
    }
    environment["TERM"] = "xterm"
    environment.update(changes)
    return environment


class CliTest(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="rustpro_cli_test_"))
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, path, text):
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return target

    def run_program(self, *arguments, environment=None, **options):
        return subprocess.run(
            [PROGRAM, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=clean_environment(**(environment or {})),
            cwd=options.pop("cwd", self.folder),
            timeout=60,
            check=False,
            **options,
        )

    def check(self, code, *arguments, **options):
        """Runs the program, expects the exit code, and returns its two outputs as text."""
        run = self.run_program(*arguments, **options)
        out, err = run.stdout.decode("utf-8"), run.stderr.decode("utf-8")
        self.assertEqual(run.returncode, code, f"{arguments}\nstdout: {out}\nstderr: {err}")
        return out, err


class Usage(CliTest):
    def test_help(self):
        out, err = self.check(CLEAN, "--help")
        self.assertIn("review", out)
        self.assertIn("Exit codes", out)
        self.assertEqual(err, "")
        out, _ = self.check(CLEAN, "parse", "--help")
        for option in ("--edition", "--format", "--stats", "--color", "--threads", "@LIST"):
            self.assertIn(option, out)
        self.check(CLEAN, "review", "-h")

    def test_rules_stand_in_columns(self):
        out, _ = self.check(CLEAN, "rules")
        lines = out.splitlines()
        self.assertGreater(len(lines), 75)
        for line in lines:
            self.assertRegex(line, r"^[a-z-]+/[a-z0-9-]+ {2,}\w+, (proven|likely)(, when asked for)? {2,}\S")

    def test_help_needs_no_library(self):
        self.check(CLEAN, "--help", environment={"RUSTPRO_LIBRARY": "/nonexistent"})

    def test_version(self):
        out, _ = self.check(CLEAN, "--version")
        self.assertRegex(out, r"^rustpro \d+\.\d+\.\d+ \(librustpro \d+\.\d+\.\d+\)\n$")
        self.assertEqual(self.check(CLEAN, "-V")[0], out)

    def test_errors_of_usage(self):
        for arguments, words in [
            ([], "which command?"),
            (["reviw", "."], "did you mean 'review'?"),
            (["--frmat"], "--frmat"),
            (["parse", "--fromat", "tree", "a.rs"], "did you mean '--format'?"),
            (["parse", "--format", "jsn", "a.rs"], "did you mean 'json'?"),
            (["parse", "--format"], "--format needs a value"),
            (["parse", "--edition", "2020", "a.rs"], "'2020'"),
            (["parse"], "what to parse?"),
            (["parse", "--threads", "0", "a.rs"], "from 1 to 1024"),
            (["parse", "--threads", "99999999999999999999", "a.rs"], "from 1 to 1024"),
            (["review", "a", "b"], "too many: 'b'"),
            (["--format", "json"], "belongs after the command"),
            (["review", "--stats"], "no option is named '--stats'"),
        ]:
            with self.subTest(arguments=arguments):
                out, err = self.check(USAGE, *arguments)
                self.assertEqual(out, "")
                self.assertIn(words, err)
                self.assertIn("--help'.", err)

    def test_no_library(self):
        _, err = self.check(INTERNAL, "review", environment={"RUSTPRO_LIBRARY": "/nonexistent/library"})
        self.assertIn("/nonexistent/library", err)
        self.assertIn("RUSTPRO_LIBRARY", err)

    def test_finds_the_library_by_itself(self):
        environment = clean_environment()
        for name in ("RUSTPRO_LIBRARY", "LD_LIBRARY_PATH"):
            environment.pop(name, None)
        run = subprocess.run([PROGRAM, "--version"], env=environment, stdout=subprocess.PIPE, check=False)
        self.assertEqual(run.returncode, CLEAN)


class Parse(CliTest):
    def errors(self, out):
        """Returns the error lines as tuples; every line must be one."""
        found = []
        for line in out.splitlines():
            match = ERROR_LINE.match(line)
            self.assertIsNotNone(match, line)
            found.append((match["path"], int(match["line"]), int(match["column"]), match["message"]))
        return found

    def test_clean_file_prints_nothing(self):
        self.write("a.rs", "fn main() {}\n")
        self.assertEqual(self.check(CLEAN, "parse", "a.rs"), ("", ""))

    def test_error_line(self):
        self.write("a.rs", "fn main() {\n    let ü = ;\n}\n")
        out, _ = self.check(FINDINGS, "parse", "a.rs")
        path, line, column, message = self.errors(out)[0]
        self.assertEqual((path, line), ("a.rs", 2))
        # Columns count bytes: the u with dots has two.
        self.assertEqual(column, 14)
        self.assertIn("expected", message)

    def test_folder_takes_ignore_rules_and_editions(self):
        self.write("crate/Cargo.toml", '[package]\nname = "a"\nedition = "2015"\n')
        self.write("crate/.gitignore", "generated.rs\n")
        (self.folder / "crate" / ".git").mkdir()
        self.write("crate/src/lib.rs", "fn f() { let async = 1; }\n")
        self.write("crate/generated.rs", "fn (\n")
        self.write("crate/target/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55")
        self.write("crate/target/debug/build/x.rs", "fn (\n")
        self.assertEqual(self.check(CLEAN, "parse", "crate")[0], "")
        # --edition wins, and paths are as a reader of the output can open them.
        out, _ = self.check(FINDINGS, "parse", "--edition", "2021", "crate/")
        self.assertEqual({error[0] for error in self.errors(out)}, {"crate/src/lib.rs"})
        out, _ = self.check(FINDINGS, "parse", "--edition=2021", ".", cwd=self.folder / "crate")
        self.assertEqual({error[0] for error in self.errors(out)}, {"src/lib.rs"})
        # A single file gets the edition of its package too.
        self.assertEqual(self.check(CLEAN, "parse", "crate/src/lib.rs")[0], "")

    def test_list(self):
        names = []
        for i in range(300):
            names.append(str(self.write(f"many/{i}.rs", "fn f() {\n" if i % 3 == 0 else "fn f() {}\n")))
        self.write("list", "\n".join(names) + "\r\n\n")
        out, _ = self.check(FINDINGS, "parse", "@list", "--threads", "1")
        reported = [error[0] for error in self.errors(out)]
        self.assertEqual(list(dict.fromkeys(reported)), names[::3])
        # The output does not depend on the number of threads.
        self.assertEqual(self.check(FINDINGS, "parse", "@list", "--threads", "7")[0], out)
        with_edition, _ = self.check(FINDINGS, "parse", "@list", "--edition", "2021")
        self.assertEqual(with_edition, out)

    def test_stats(self):
        self.write("a.rs", "fn main() {}\n")
        self.write("b.rs", "fn main( {}\n")
        out, _ = self.check(FINDINGS, "parse", "--stats", "a.rs", "b.rs")
        stats = json.loads(out.splitlines()[-1])
        self.assertEqual(set(stats), STATS_KEYS)
        self.assertEqual((stats["files"], stats["files_with_errors"], stats["files_unread"]), (2, 1, 0))
        self.assertEqual((stats["bytes"], stats["lines"]), (25, 2))
        self.assertEqual(stats["errors"], len(out.splitlines()) - 1)
        self.assertGreater(stats["tokens"], 10)
        self.assertGreater(stats["nodes"], 2)
        self.assertGreater(stats["peak_bytes"], stats["memory_bytes"])

    def test_not_utf8_is_an_error_of_the_text(self):
        self.write("bad.rs", b"fn main() { \xff }\n")
        self.write("good.rs", "fn main() {}\n")
        for options in ([], ["--edition", "2021"]):
            out, err = self.check(FINDINGS, "parse", "--stats", *options, "bad.rs", "good.rs")
            lines = out.splitlines()
            self.assertRegex(lines[0], r"^bad\.rs:1:1: error: not UTF-8: .*\b12\b")
            self.assertEqual(len(lines), 2)
            self.assertEqual(json.loads(lines[1])["files_with_errors"], 1)
            self.assertEqual(err, "")

    def test_unreadable_files_come_last(self):
        self.write("bad.rs", "fn (\n")
        (self.folder / "folder.rs").mkdir()
        os.mkfifo(self.folder / "pipe.rs")
        self.write("list", "missing.rs\npipe.rs\nbad.rs\n")
        out, err = self.check(UNREAD, "parse", "--stats", "@list", "@no-list")
        self.assertIn("missing.rs: No such file or directory", err)
        self.assertIn("pipe.rs: not a regular file", err)
        self.assertIn("no-list: No such file or directory", err)
        self.assertTrue(out.startswith("bad.rs:1:"))
        self.assertEqual(json.loads(out.splitlines()[-1])["files_unread"], 3)
        _, err = self.check(UNREAD, "parse", "")
        self.assertIn("empty path", err)

    @unittest.skipIf(os.geteuid() == 0, "root may read everything")
    def test_no_permission(self):
        self.write("secret.rs", "").chmod(0)
        _, err = self.check(UNREAD, "parse", "secret.rs")
        self.assertIn("secret.rs: Permission denied", err)

    def test_standard_input(self):
        out, _ = self.check(FINDINGS, "parse", "-", input=b"fn (\n")
        self.assertTrue(out.startswith("<stdin>:1:"))
        self.assertEqual(self.check(CLEAN, "parse", "-", input=b"")[0], "")

    def test_tree(self):
        self.write("a.rs", "fn main( {}\n")
        out, _ = self.check(FINDINGS, "parse", "--format", "tree", "a.rs")
        self.assertTrue(out.startswith("source_file"))
        self.assertIn("fn_item", out)
        self.assertRegex(out, r"(?m)^a\.rs:1:\d+: error: ")

    def test_json(self):
        self.write("a.rs", 'fn main() { "\\n  x"; }\n')
        self.write("b.rs", "fn main( {}\n")
        self.write("c.rs", b"\xff")
        out, _ = self.check(FINDINGS, "parse", "--format=json", "--stats", "a.rs", "b.rs", "c.rs")
        a, b, c, stats = map(json.loads, out.splitlines())
        self.assertEqual((a["path"], a["errors"]), ("a.rs", []))
        self.assertIsInstance(a["tree"], dict)
        self.assertIn(a["edition"], (2015, 2018, 2021, 2024))
        self.assertGreater(len(b["errors"]), 0)
        self.assertIn("message", b["errors"][0])
        self.assertIn("not UTF-8", c["errors"][0]["message"])
        self.assertIsNone(c["tree"])
        for error in b["errors"]:
            self.assertEqual(error.keys() | {"notes", "related"}, c["errors"][0].keys())
            self.assertEqual(error["place"].keys(), c["errors"][0]["place"].keys())
        self.assertEqual(stats["files"], 3)

    def test_control_characters_stay_out_of_the_output(self):
        self.write("a\x1b[31m\n.rs", "fn (\x07\n")
        self.write("b\u202e\x9b.rs", "fn (\u202e\n")
        out, _ = self.check(FINDINGS, "parse", ".")
        self.assertNotIn("\x1b", out)
        self.assertNotIn("\x07", out)
        self.assertNotIn("\u202e", out)
        self.assertEqual({error[0] for error in self.errors(out)}, {"a\\u{1b}[31m\\n.rs", "b\\u{202e}\\u{9b}.rs"})

    def test_name_that_is_not_utf8(self):
        os.rename(self.write("bad.rs", "fn f() {}\n"), os.fsencode(self.folder) + b"/bad\xff.rs")
        self.write("list", b"bad\xff.rs\n")
        self.assertEqual(self.check(CLEAN, "parse", "--edition", "2021", "@list")[0], "")
        out, _ = self.check(CLEAN, "parse", "--edition", "2021", "--format", "json", "@list")
        self.assertEqual(json.loads(out)["path"], "bad\\xff.rs")
        # Without it the library is asked, which takes UTF-8.
        _, err = self.check(UNREAD, "parse", "@list")
        self.assertIn("bad\\xff.rs", err)

    def test_deep_nesting_is_an_error(self):
        self.write("deep.rs", "fn f() { " + "(" * 200000 + "\n")
        out, _ = self.check(FINDINGS, "parse", "deep.rs")
        self.assertGreaterEqual(len(self.errors(out)), 1)


class Review(CliTest):
    def make_crate(self):
        self.write("Cargo.toml", '[package]\nname = "a"\nversion = "0.1.0"\nedition = "2021"\n')
        self.write("src/lib.rs", "fn f(p: *const u8) -> u8 {\n    unsafe { *p }\n}\n")

    def test_findings(self):
        self.make_crate()
        out, err = self.check(FINDINGS, "review")
        self.assertIn("safety/undocumented-unsafe", out)
        self.assertIn("src/lib.rs:2:5", out)
        self.assertEqual(err, "")
        self.assertEqual(self.check(FINDINGS, "review", self.folder, cwd="/")[0], out)
        self.assertEqual(self.check(FINDINGS, "review", "--threads", "3")[0], out)

    def test_clean(self):
        self.write("src/lib.rs", "/// Adds.\npub fn add(a: u8, b: u8) -> u8 {\n    a + b\n}\n")
        out, _ = self.check(CLEAN, "review", ".")
        self.assertTrue(out.endswith("\n"))

    def test_json(self):
        self.make_crate()
        out, _ = self.check(FINDINGS, "review", "--format", "json", "--color", "always")
        report = json.loads(out)
        self.assertIn("findings", report)

    def test_formats(self):
        self.make_crate()
        for form, head in [
            ("sarif", "{"),
            ("markdown", "### Rust review"),
            ("html", "<!DOCTYPE html>"),
        ]:
            with self.subTest(form=form):
                out, err = self.check(FINDINGS, "review", "--format", form, "--color", "always")
                self.assertTrue(out.startswith(head))
                self.assertNotIn("\x1b", out)
                self.assertEqual(err, "")
                printed, _ = self.check(FINDINGS, "review", "--format", form, "--output", "report")
                self.assertEqual(printed, "")
                self.assertEqual((self.folder / "report").read_text(encoding="utf-8"), out)
        out, _ = self.check(FINDINGS, "review", "--format", "markdown", "--link-base", "https://example.com/x")
        self.assertIn("(<https://example.com/x/src/lib.rs#L2>)", out)
        _, err = self.check(INTERNAL, "review", "--output", "no/such/folder/report")
        self.assertIn("no/such/folder/report", err)

    def test_missing(self):
        out, err = self.check(UNREAD, "review", "no/such/folder")
        self.assertEqual(out, "")
        self.assertIn("no/such/folder", err)

    def test_unread_file(self):
        self.make_crate()
        self.write("src/bad.rs", b"\xff")
        out, _ = self.check(UNREAD, "review")
        self.assertIn("bad.rs", out)

    def test_color(self):
        self.make_crate()
        for arguments, environment, colored in [
            ([], {}, False),
            (["--color", "auto"], {}, False),
            (["--color", "always"], {}, True),
            (["--color=always"], {"NO_COLOR": "1"}, True),
            ([], {"CLICOLOR_FORCE": "1"}, True),
            ([], {"CLICOLOR_FORCE": "0"}, False),
            ([], {"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, False),
            (["--color", "never"], {"CLICOLOR_FORCE": "1"}, False),
        ]:
            with self.subTest(arguments=arguments, environment=environment):
                out, _ = self.check(FINDINGS, "review", *arguments, environment=environment)
                self.assertEqual("\x1b[" in out, colored)


class Fixes(CliTest):
    MANIFEST = (
        '[workspace]\nmembers = ["app"]\nresolver = "3"\n[workspace.dependencies]\nlog = "0.4"\nrand = "0.9"\n'
        "[profile.release]\nlto = true\nopt-level = 0\n"
    )

    def setUp(self):
        super().setUp()
        self.write("Cargo.toml", self.MANIFEST)
        self.write(
            "app/Cargo.toml",
            '[package]\nname = "app"\nversion = "0.1.0"\nedition = "2024"\npublish = false\n'
            "[dependencies]\nlog.workspace = true\n",
        )
        self.write("app/src/main.rs", "fn main() { log::logger(); }\n")

    def manifest(self):
        return (self.folder / "Cargo.toml").read_text(encoding="utf-8")

    def test_fix(self):
        out, err = self.check(FINDINGS, "review", "--fix")
        self.assertEqual(self.manifest(), self.MANIFEST.replace('rand = "0.9"\n', ""))
        self.assertIn("1 finding mended in 1 file; 1 suggestion left, see --unsafe-fixes", err)
        self.assertNotIn("unused-workspace-dependency", out)
        self.assertIn("release-profile", out)
        before = self.manifest()
        _, err = self.check(FINDINGS, "review", "--fix")
        self.assertIn("nothing to mend unseen; 1 suggestion left", err)
        self.assertEqual(self.manifest(), before)
        _, err = self.check(CLEAN, "review", "--fix", "--unsafe-fixes")
        self.assertIn("1 finding mended in 1 file", err)
        self.assertNotIn("opt-level", self.manifest())
        _, err = self.check(CLEAN, "review", "--fix", "--unsafe-fixes")
        self.assertIn("nothing to mend unseen", err)

    def test_diff(self):
        out, err = self.check(FINDINGS, "review", "--diff", "--unsafe-fixes")
        self.assertEqual(self.manifest(), self.MANIFEST)
        self.assertIn('-rand = "0.9"\n', out)
        self.assertIn("-opt-level = 0\n", out)
        self.assertEqual(err, "")
        applied = subprocess.run(["git", "apply", "-"], input=out.encode(), cwd=self.folder, check=False)
        self.assertEqual(applied.returncode, 0)
        self.assertNotIn("opt-level", self.manifest())
        out, _ = self.check(CLEAN, "review", "--diff", "--unsafe-fixes")
        self.assertEqual(out, "")

    def test_refused(self):
        os.chmod(self.folder / "Cargo.toml", 0o444)
        _, err = self.check(UNREAD, "review", "--fix")
        self.assertIn("Cargo.toml: the file is read-only", err)
        self.assertEqual(self.manifest(), self.MANIFEST)

    def test_usage(self):
        self.assertIn("not both", self.check(USAGE, "review", "--fix", "--diff")[1])
        self.assertIn("needs --fix or --diff", self.check(USAGE, "review", "--unsafe-fixes")[1])


class Api(CliTest):
    def version(self, folder, version, text):
        self.write(f"{folder}/Cargo.toml", f'[package]\nname = "shapes"\nversion = "{version}"\nedition = "2021"\n')
        self.write(f"{folder}/src/lib.rs", text)

    def test_an_interface(self):
        self.version("new", "1.1.0", "pub struct Point { pub x: i32 }\nfn hidden() {}\n")
        out, err = self.check(0, "api", "new")
        self.assertIn("struct Point", out)
        self.assertNotIn("hidden()", out)
        self.assertEqual(err, "")
        out, err = self.check(0, "api", "--format", "json", cwd=self.folder / "new")
        items = json.loads(out)["items"]
        self.assertEqual([item["path"] for item in items], ["shapes", "shapes::Point", "shapes::Point::x"])

    def test_a_comparison(self):
        self.version("old", "1.0.0", "pub struct Point { pub x: i32 }\npub fn f() {}\n")
        self.version("new", "1.1.0", "pub struct Point { pub x: i64 }\npub fn f() {}\n")
        out, err = self.check(1, "api", "--diff", "old", "new")
        self.assertIn("semver/field-type", out)
        self.assertIn("must make a major step", out)
        self.version("new", "2.0.0", "pub struct Point { pub x: i64 }\n")
        out, err = self.check(0, "api", "--diff", "old", "new", "--format", "json")
        diff = json.loads(out)
        self.assertEqual(diff["required"], "major")
        self.assertTrue(diff["sufficient"])
        self.assertEqual([c["rule"] for c in diff["changes"]], ["semver/field-type", "semver/item-removed"])

    def test_wrong_usage(self):
        self.version("old", "1.0.0", "")
        out, err = self.check(2, "api", "--diff", "old")
        self.assertIn("OLD and NEW", err)
        self.check(2, "api", "old", "old")
        (self.folder / "empty").mkdir()
        out, err = self.check(3, "api", "empty")
        self.assertIn("Cargo.toml", err)
        out, err = self.check(3, "api", "old", "--package", "circles")
        self.assertIn("circles", err)


class Streams(CliTest):
    def make_many(self):
        line = "fn f() { let x = ; }\n" * 50
        for i in range(400):
            self.write(f"many/{i:03}.rs", line)

    def test_closed_pipe_ends_quietly(self):
        self.make_many()
        for ignore in (signal.SIG_DFL, signal.SIG_IGN):
            read_end, write_end = os.pipe()
            os.close(read_end)
            with subprocess.Popen(
                [PROGRAM, "parse", "many"],
                stdout=write_end,
                stderr=subprocess.PIPE,
                cwd=self.folder,
                env=clean_environment(),
                restore_signals=False,
                preexec_fn=lambda ignore=ignore: signal.signal(signal.SIGPIPE, ignore),
            ) as process:
                os.close(write_end)
                _, err = process.communicate(timeout=60)
            self.assertIn(process.returncode, (-signal.SIGPIPE, 128 + signal.SIGPIPE))
            self.assertEqual(err, b"")

    def test_closed_standard_output(self):
        self.write("a.rs", "fn (\n")
        run = subprocess.run(
            ["/bin/sh", "-c", 'exec "$0" parse a.rs >&-', PROGRAM],
            stderr=subprocess.PIPE,
            cwd=self.folder,
            env=clean_environment(),
            check=False,
        )
        self.assertEqual((run.returncode, run.stderr), (FINDINGS, b""))

    @unittest.skipUnless(os.path.exists("/dev/full"), "needs /dev/full")
    def test_full_disk_is_told(self):
        self.write("a.rs", "fn (\n")
        with open("/dev/full", "wb") as full:
            run = subprocess.run(
                [PROGRAM, "parse", "a.rs"],
                stdout=full,
                stderr=subprocess.PIPE,
                cwd=self.folder,
                env=clean_environment(),
                check=False,
            )
        self.assertEqual(run.returncode, INTERNAL)
        self.assertIn(b"standard output", run.stderr)

    def on_terminal(self, *arguments, environment=None):
        """Runs with standard error on a terminal; returns exit code, standard output, what the terminal got."""
        try:
            master, slave = pty.openpty()
        except OSError as error:
            self.skipTest(f"no terminal can be made here: {error}")
        with subprocess.Popen(
            [PROGRAM, *arguments],
            stdout=subprocess.PIPE,
            stderr=slave,
            cwd=self.folder,
            env=clean_environment(**(environment or {})),
        ) as process:
            os.close(slave)
            shown, out = b"", b""
            streams = [master, process.stdout.fileno()]
            while streams:
                for stream in select.select(streams, [], [], 60)[0]:
                    try:
                        data = os.read(stream, 65536)
                    except OSError:  # the terminal's other side was closed
                        data = b""
                    if not data:
                        streams.remove(stream)
                    elif stream == master:
                        shown += data
                    else:
                        out += data
        os.close(master)
        return process.returncode, out.decode(), shown.decode()

    def start_late_pipe(self):
        """Makes a pipe that gets its text late, so that there is something to wait for."""
        os.mkfifo(self.folder / "late")
        writer = subprocess.Popen(["/bin/sh", "-c", "sleep 0.6; echo 'fn f() {}' >late"], cwd=self.folder)
        self.addCleanup(writer.wait)
        self.addCleanup(writer.kill)

    def test_progress_is_shown_and_erased(self):
        self.write("many/a.rs", "fn f() {}\n")
        self.start_late_pipe()
        code, out, shown = self.on_terminal("parse", "many", "late")
        self.assertEqual((code, out), (CLEAN, ""))
        self.assertEqual(shown, "\r2/2 late\x1b[K\r\x1b[K")

    def test_no_progress_on_a_dumb_terminal(self):
        self.start_late_pipe()
        self.assertEqual(self.on_terminal("parse", "late", environment={"TERM": "dumb"}), (CLEAN, "", ""))

    def test_interrupt(self):
        os.mkfifo(self.folder / "never")
        with subprocess.Popen(
            [PROGRAM, "parse", "never"], stderr=subprocess.PIPE, cwd=self.folder, env=clean_environment()
        ) as process:
            time.sleep(0.3)
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=30)
        self.assertEqual((process.returncode, err), (-signal.SIGINT, b""))


class ProjectTest(CliTest):
    MANIFEST = '[package]\nname = "a"\nversion = "0.1.0"\nedition = "2021"\n[features]\nmore = []\n'
    LOCK = 'version = 3\n[[package]]\nname = "a"\nversion = "0.1.0"\n'
    LIB = '/// Doubles.\npub fn twice(n: u8) -> u8 { n * 2 }\nmod m;\n#[cfg(feature = "more")]\npub fn more() {}\n'

    def setUp(self):
        super().setUp()
        self.write("a/Cargo.toml", self.MANIFEST)
        self.write("a/Cargo.lock", self.LOCK)
        self.write("a/src/lib.rs", self.LIB)
        self.write("a/src/m.rs", "#[derive(Clone)]\nstruct S;\nfn f() -> u8 { crate::twice(1) }\n")
        self.path = str(self.folder / "a")

    def run_program(self, *arguments, **options):
        return super().run_program(*arguments, text=True, **options)

    def test_graph(self):
        run = self.run_program("graph", self.path)
        self.assertEqual((run.returncode, run.stderr), (CLEAN, ""))
        self.assertTrue(run.stdout.startswith("a v0.1.0 ("))
        graph = json.loads(self.run_program("graph", self.path, "--format", "json", "--features", "more").stdout)
        self.assertEqual([(p["name"], p["features"]) for p in graph["packages"]], [("a", ["more"])])
        self.assertTrue(self.run_program("graph", self.path, "--format", "svg").stdout.startswith("<svg"))
        self.assertTrue(self.run_program("graph", self.path, "--format=dot").stdout.startswith("digraph"))

    def test_graph_misses_a_package(self):
        self.write("a/Cargo.toml", self.MANIFEST + '[dependencies]\ngone = "1"\n')
        run = self.run_program("graph", self.path)
        self.assertEqual(run.returncode, UNREAD)
        self.assertIn("gone", run.stdout)
        self.assertIn("1 package is missing", run.stderr)

    def test_symbols(self):
        run = self.run_program("symbols", self.path)
        self.assertEqual((run.returncode, run.stderr), (CLEAN, ""))
        self.assertIn("src/lib.rs:2:8: pub function a::twice (docs 1:1-1:13)\n", run.stdout)
        self.assertNotIn("a::more", run.stdout)
        (crate,) = json.loads(self.run_program("symbols", self.path, "--format", "json", "--all-features").stdout)
        self.assertIn("a::more", [each["path"] for each in crate["definitions"]])
        self.assertEqual(self.run_program("symbols", self.path, "--crate", "b").returncode, USAGE)

    def test_expand(self):
        run = self.run_program("expand", self.path, "m")
        self.assertEqual((run.returncode, run.stderr), (CLEAN, ""))
        self.assertIn("Clone for S", run.stdout)
        self.assertNotIn("twice(n", run.stdout)
        self.assertIn("twice(n", self.run_program("expand", self.path).stdout)
        self.assertEqual(self.run_program("expand", self.path, "none").returncode, UNREAD)

    def test_definition(self):
        run = self.run_program("def", self.path + "/src/m.rs:3:25")
        self.assertEqual((run.returncode, run.stderr), (CLEAN, ""))
        self.assertEqual(run.stdout, self.path + "/src/lib.rs:2:8: function a::twice\n")
        run = self.run_program("def", "--references", self.path + "/src/m.rs:3:25")
        self.assertEqual(run.stdout, f"{self.path}/src/lib.rs:2:8: definition\n{self.path}/src/m.rs:3:23: use\n")
        self.assertEqual(self.run_program("def", self.path + "/src/m.rs:3:1").returncode, FINDINGS)
        for place in ("src/m.rs", "src/m.rs:3", "src/m.rs:0:1", "src/m.rs:9999:1"):
            self.assertEqual(self.run_program("def", self.path + "/" + place).returncode, USAGE, place)
        self.assertEqual(self.run_program("def", self.path + "/none.rs:1:1").returncode, UNREAD)

    def test_layout(self):
        self.write("a/src/m.rs", "#[repr(C)]\npub struct S { a: u8, b: usize }\npub enum E { A(S), B }\n")
        run = self.run_program("layout", self.path)
        self.assertEqual((run.returncode, run.stderr), (CLEAN, ""))
        self.assertIn("      16      8        7        -  struct S\n", run.stdout)
        run = self.run_program("layout", self.path, "a::m::S")
        self.assertEqual((run.returncode, run.stderr), (CLEAN, ""))
        self.assertIn("/* XXX 7 bytes hole */", run.stdout)
        (crate,) = json.loads(self.run_program("layout", self.path, "--format", "json", "--sort", "size").stdout)
        self.assertEqual([(each["name"], each["size"]) for each in crate["types"]], [("E", 24), ("S", 16)])
        svg = self.run_program("layout", self.path, "Option<m::E>", "--format=svg").stdout
        self.assertTrue(svg.startswith("<svg") and svg.endswith("</svg>\n"))
        run = self.run_program("layout", self.path, "--diff", "x86_64-unknown-linux-gnu,i686-unknown-linux-gnu")
        self.assertEqual((run.returncode, run.stderr), (CLEAN, ""))
        self.assertIn("       16         8        8        4  struct S\n", run.stdout)
        self.assertEqual(self.run_program("layout", self.path, "m::None").returncode, UNREAD)
        self.assertEqual(self.run_program("layout", self.path, "--diff", "x86_64-unknown-linux-gnu").returncode, USAGE)
        self.assertEqual(self.run_program("layout", self.path, "--format", "svg").returncode, USAGE)

    def test_file_without_manifest(self):
        self.write("b/x.rs", "use rand::Rng;\nfn f() {}\n")
        run = self.run_program("symbols", str(self.folder / "b/x.rs"))
        self.assertEqual((run.returncode, run.stderr), (CLEAN, ""))
        self.assertIn("x.rs:2:4: pub(crate) function x::f\n", run.stdout)
        run = self.run_program("def", "b/x.rs:2:4")
        self.assertEqual((run.returncode, run.stdout), (CLEAN, "b/x.rs:2:4: function x::f\n"))
        run = self.run_program("def", "x.rs:1:5", cwd=self.folder / "b")
        self.assertEqual((run.returncode, run.stdout), (FINDINGS, "unknown\n"))
        # One that no target of its package leads to.
        self.write("a/src/deep/stray.rs", "fn g() {}\n")
        run = self.run_program("def", "a/src/deep/stray.rs:1:4")
        self.assertEqual((run.returncode, run.stdout), (CLEAN, "a/src/deep/stray.rs:1:4: function stray::g\n"))
        self.assertIn("fn g", self.run_program("expand", "a/src/deep/stray.rs").stdout)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
