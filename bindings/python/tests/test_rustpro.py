"""Tests of the package against the real library, which RUSTPRO_LIBRARY names."""

import dataclasses
import gc
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import weakref
from pathlib import Path
from typing import Any, Dict, List, Union
from unittest import mock

import rustpro
from rustpro import Kind, Tree, Workspace, _abi
from rustpro._handles import Text

SOURCE = "// ü\nfn add(a: u8, b: u8) -> u8 {\n    /* 𝄞 */ a + b\n}\n"
UNSAFE = "fn f(p: *const u8) -> u8 {\n    unsafe { *p }\n}\n"


def find(tree: Tree, kind: Kind) -> rustpro.Node:
    return next(node for node in tree.root.walk() if node.kind == kind)


class Versions(unittest.TestCase):
    def test_versions(self) -> None:
        self.assertEqual(rustpro.library_version(), rustpro.__version__)
        self.assertEqual(rustpro.library_version_number(), 1000)
        self.assertIn("rustpro", rustpro.library_path())

    def test_every_public_name_is_there(self) -> None:
        for name in rustpro.__all__:
            self.assertTrue(getattr(rustpro, name).__doc__ or name == "Progress", name)

    def test_statuses_are_those_of_the_library(self) -> None:
        api = _abi.api()
        for status in rustpro.Status:
            name = "RP_OK" if status == 0 else f"RP_ERROR_{status.name}"
            self.assertEqual(_abi.text_of(api.status_name(status)), name)

    def test_kinds(self) -> None:
        self.assertEqual(rustpro.kind_name(Kind.NODE_FN_ITEM), "fn_item")
        self.assertEqual(rustpro.kind_from_name(">>="), Kind.TOKEN_SHIFT_RIGHT_EQ)
        self.assertEqual(rustpro.kind_from_name("nothing"), Kind.NONE)
        self.assertEqual(rustpro.kind_name(99999), "")
        for kind in Kind:
            if kind == Kind.NONE:
                continue
            self.assertEqual(rustpro.kind_from_name(rustpro.kind_name(kind)), kind)
            self.assertEqual(rustpro.kind_is_node(kind), kind.name.startswith("NODE_"))
        self.assertTrue(rustpro.kind_is_trivia(Kind.TOKEN_WHITESPACE))
        self.assertTrue(rustpro.kind_is_token(Kind.TOKEN_IDENTIFIER))


class Trees(unittest.TestCase):
    def test_tree(self) -> None:
        tree = rustpro.parse(SOURCE, "a.rs", edition=2021)
        self.assertEqual((tree.text, tree.source), (SOURCE, SOURCE.encode()))
        self.assertEqual((tree.name, tree.edition, tree.errors, tree.line_count), ("a.rs", 2021, (), 5))
        # The place after the last newline is in a line of its own; as a size it does not count.
        self.assertEqual(tree.stats.lines, 4)
        self.assertEqual(tree.stats.bytes, len(SOURCE.encode()))
        self.assertGreater(tree.stats.nodes, 5)

    def test_nodes(self) -> None:
        tree = rustpro.parse(SOURCE)
        root = tree.root
        self.assertEqual((root.kind, root.kind_name, root.parent), (Kind.NODE_SOURCE_FILE, "source_file", None))
        function = find(tree, Kind.NODE_FN_ITEM)
        self.assertIs(function.tree, tree)
        self.assertEqual(function.parent, root)
        self.assertEqual(hash(function.parent), hash(root))
        self.assertNotEqual(function, root)
        self.assertNotEqual(function, 5)
        name = function.child_by_field("name")
        assert name is not None
        self.assertEqual((name.text, name.field_name), ("add", "name"))
        self.assertIsNone(function.child_by_field("nothing"))
        self.assertIsNone(function.child(1000))
        self.assertEqual(list(function.children), [function.child(i) for i in range(function.child_count)])
        elements = list(function.elements)
        self.assertEqual((elements[0], elements[-1]), (function.first_child, function.last_child))
        self.assertEqual(elements[1], elements[0].next_sibling)
        self.assertEqual(elements[0], elements[1].previous_sibling)
        self.assertEqual(repr(name), "<Node name 9..12>")
        self.assertTrue(function.is_node and not function.is_token and not function.is_trivia)

    def test_leaves_give_the_text_back(self) -> None:
        tree = rustpro.parse(SOURCE)
        self.assertEqual("".join(node.text for node in tree.root.walk() if not node.is_node), SOURCE)
        self.assertGreater(len({node for node in tree.root.walk()}), 20)

    def test_a_walk_stays_inside(self) -> None:
        tree = rustpro.parse("fn a() {}\nfn b() {}\n")
        function = find(tree, Kind.NODE_FN_ITEM)
        self.assertEqual("".join(node.text for node in function.walk() if not node.is_node), "fn a() {}")

    def test_cursor(self) -> None:
        function = find(rustpro.parse(SOURCE), Kind.NODE_FN_ITEM)
        cursor = rustpro.Cursor(function)
        self.assertFalse(cursor.next_sibling() or cursor.parent())
        self.assertTrue(cursor.first_child())
        first = cursor.node
        copy = cursor.copy()
        self.assertTrue(cursor.next_sibling())
        self.assertEqual((copy.node, copy.depth), (first, 1))
        self.assertNotEqual(cursor.node, first)
        self.assertTrue(cursor.parent())
        self.assertEqual((cursor.node, cursor.depth), (function, 0))
        while cursor.next():
            pass
        self.assertIsNone(cursor.node)

    def test_places_in_bytes_and_utf16(self) -> None:
        tree = rustpro.parse(SOURCE)
        offset = SOURCE.encode().index(b"a + b")
        position = tree.position(offset)
        # The clef has four bytes and two units of UTF-16.
        self.assertEqual(position, rustpro.Position(line=3, column_bytes=16, column_utf16=14))
        self.assertEqual(tree.offset(3, 16), offset)
        self.assertEqual(tree.offset_utf16(3, 14), offset)
        node = tree.node_at(offset)
        assert node is not None
        self.assertEqual((node.text, node.span), ("a", rustpro.Span(offset, offset + 1)))
        covering = tree.node_covering(offset, offset + 5)
        assert covering is not None
        self.assertEqual(covering.text, "a + b")
        self.assertIsNone(tree.node_covering(5, 4))
        self.assertEqual(tree.position(0xFFFFFFFF).line, 5)

    def test_nul_characters(self) -> None:
        source = 'const A: &str = "a\0b"; // \0\n'
        tree = rustpro.parse(source, "nul\0name")
        self.assertEqual((tree.text, tree.name), (source, "nul\0name"))
        self.assertIn('"a\0b"', [node.text for node in tree.root.walk()])
        self.assertEqual(rustpro.kind_from_name("fn\0"), Kind.NONE)

    def test_empty(self) -> None:
        tree = rustpro.parse("")
        self.assertEqual((tree.text, tree.root.text, tree.line_count), ("", "", 1))
        self.assertIsNone(tree.node_at(0))

    def test_bytes_like(self) -> None:
        texts: List[Text] = [b"fn f() {}", bytearray(b"fn f() {}"), memoryview(b"fn f() {}")]
        for text in texts:
            self.assertEqual(rustpro.parse(text).text, "fn f() {}")

    def test_errors_of_the_text(self) -> None:
        tree = rustpro.parse("fn f( {\n", "broken.rs")
        error = tree.errors[0]
        self.assertTrue(error.message)
        self.assertLessEqual(error.span.end, 8)
        with self.assertRaises(dataclasses.FrozenInstanceError):
            error.message = ""  # type: ignore[misc]
        self.assertIn("broken.rs", tree.render_errors())
        self.assertEqual(tree.stats.errors, len(tree.errors))

    def test_render(self) -> None:
        import json

        tree = rustpro.parse(SOURCE)
        self.assertIn("fn_item", tree.render())
        self.assertIsInstance(json.loads(tree.render("json")), dict)
        self.assertEqual(json.loads(tree.render_errors("json")), [])
        with self.assertRaises(rustpro.InvalidArgumentError):
            tree.render("xml")

    def test_failures(self) -> None:
        broken: List[Text] = [b"\xff", "\ud800"]
        for text in broken:
            with self.assertRaises(rustpro.InvalidUtf8Error) as caught:
                rustpro.parse(text)
            self.assertEqual(caught.exception.status, rustpro.Status.INVALID_UTF8)
        with self.assertRaises(ValueError):
            rustpro.parse("", edition=1999)
        for edition in (-1, 1 << 32):
            with self.assertRaises(rustpro.InvalidArgumentError):
                rustpro.parse("", edition=edition)
        with self.assertRaises(rustpro.InvalidArgumentError):
            rustpro.parse("").position(-1)
        with self.assertRaises(rustpro.LimitError):
            rustpro.parse(SOURCE * 1000, memory_limit=1000)

    def test_limits_of_nesting_and_errors(self) -> None:
        deep = rustpro.parse("fn f() { " + "(" * 100 + ")" * 100 + "; }", nesting_limit=50)
        self.assertTrue(deep.errors)
        many = rustpro.parse("fn f() { let x = ; }\n" * 100, error_limit=10)
        self.assertLessEqual(len(many.errors), 11)

    def test_closed(self) -> None:
        with rustpro.parse(SOURCE) as tree:
            root = tree.root
            errors = tree.errors
        self.assertTrue(tree.closed)
        tree.close()
        self.assertEqual((tree.errors, root.kind_name), (errors, "source_file"))
        self.assertIn("closed", repr(root))
        with self.assertRaises(rustpro.ClosedError):
            tree.text
        with self.assertRaises(rustpro.ClosedError):
            root.text
        with self.assertRaises(ValueError):
            next(root.elements)

    def test_a_node_keeps_its_tree(self) -> None:
        node = find(rustpro.parse(SOURCE), Kind.NODE_FN_ITEM)
        gc.collect()
        self.assertTrue(node.text.startswith("fn add"))

    def test_freed_without_the_garbage_collector(self) -> None:
        gc.disable()
        self.addCleanup(gc.enable)
        workspace = Workspace.empty(progress=lambda done, total, name: None, cancellation=rustpro.Cancellation())
        handles = [weakref.ref(rustpro.parse("")._handle), weakref.ref(workspace._handle)]
        del workspace
        self.assertEqual([handle() for handle in handles], [None, None])

    def test_closing_while_others_read(self) -> None:
        for _ in range(20):
            tree = rustpro.parse(SOURCE)
            failures: List[BaseException] = []

            def read(tree: Tree = tree, failures: "list[BaseException]" = failures) -> None:
                try:
                    while True:
                        for node in tree.root.walk():
                            node.text
                except rustpro.ClosedError:
                    pass
                except BaseException as error:
                    failures.append(error)

            threads = [threading.Thread(target=read) for _ in range(4)]
            for thread in threads:
                thread.start()
            time.sleep(0.002)
            tree.close()
            for thread in threads:
                thread.join()
            self.assertEqual(failures, [])


class Workspaces(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "src").mkdir()
        (self.folder / "Cargo.toml").write_text('[package]\nname = "a"\nversion = "0.1.0"\nedition = "2018"\n')
        (self.folder / "src" / "lib.rs").write_text(UNSAFE)

    def test_open(self) -> None:
        paths: List[Union[Path, str, bytes]] = [self.folder, str(self.folder), os.fsencode(self.folder)]
        for path in paths:
            with Workspace.open(path) as workspace:
                self.assertEqual(workspace.files, (rustpro.WorkspaceFile("src/lib.rs", 2018),))
                self.assertEqual(workspace.unread, ())
        self.assertTrue(workspace.closed)
        with self.assertRaises(rustpro.ClosedError):
            workspace.review()

    def test_missing(self) -> None:
        with self.assertRaises(FileNotFoundError) as caught:
            rustpro.review(self.folder / "missing")
        self.assertIsInstance(caught.exception, rustpro.NotFoundError)
        self.assertIn("missing", str(caught.exception))
        with self.assertRaises(rustpro.RustproError):
            rustpro.review("nul\0path")

    def test_review(self) -> None:
        report = rustpro.review(self.folder)
        (finding,) = (f for f in report.findings if f.area == "safety")
        self.assertEqual((finding.rule, finding.area), ("safety/undocumented-unsafe", "safety"))
        self.assertIsInstance(finding.verdict, rustpro.Verdict)
        self.assertIsInstance(finding.severity, rustpro.Severity)
        self.assertEqual((finding.primary.path, finding.primary.start.line), ("src/lib.rs", 2))
        self.assertTrue(finding.message)
        (use,) = report.unsafe_uses
        self.assertEqual(
            (use.kind, use.docs, use.is_public), (rustpro.UnsafeKind.BLOCK, rustpro.SafetyDocs.NONE, False)
        )
        self.assertEqual((use.kind.label, use.name), ("unsafe block", "f"))
        self.assertEqual((report.metrics.files, report.metrics.functions, report.metrics.lines), (1, 1, 3))
        (function,) = report.longest_functions
        self.assertEqual((function.name, function.lines), ("f", 3))
        self.assertEqual(report.unread, ())
        self.assertIn("undocumented-unsafe", report.render(width=60))
        self.assertIn("\x1b[", report.render(color=True))
        report.close()
        self.assertEqual(tuple(f for f in report.findings if f.area == "safety"), (finding,))
        with self.assertRaises(rustpro.ClosedError):
            report.render()

    def test_macro_gaps(self) -> None:
        macro = "macro_rules! peek { ($p:expr) => { unsafe { *$p } }; }\n"
        workspace = Workspace.empty()
        workspace.set_file("a.rs", macro)
        report = workspace.review()
        (gap,) = report.macro_gaps
        self.assertEqual((gap.name, gap.is_definition, gap.unsafe_count), ("peek", True, 1))
        self.assertEqual((gap.place.path, gap.place.start.line), ("a.rs", 1))
        self.assertEqual((report.metrics.unsafe_uses, report.metrics.unsafe_unseen), (0, 1))

    def test_unread(self) -> None:
        (self.folder / "src" / "bad.rs").write_bytes(b"\xff")
        report = rustpro.review(self.folder)
        (unread,) = report.unread
        self.assertEqual(unread.path, "src/bad.rs")
        self.assertIn("UTF-8", unread.reason)
        self.assertEqual((report.metrics.files, report.metrics.files_unread), (1, 1))

    def test_overlays(self) -> None:
        workspace = Workspace.open(self.folder)
        workspace.set_file("src/lib.rs", "fn g() {}\n")
        workspace.set_file("src/new.rs", "fn h(\0) {}\n")
        self.assertEqual([file.path for file in workspace.files], ["src/lib.rs", "src/new.rs"])
        self.assertEqual(workspace.parse_file("src/lib.rs").text, "fn g() {}\n")
        self.assertEqual(workspace.parse_file(1).text, "fn h(\0) {}\n")
        workspace.remove_file("src/new.rs")
        workspace.remove_file("src/lib.rs")
        self.assertEqual(workspace.parse_file(0).text, UNSAFE)
        for path in ("", "/etc/a.rs", "../a.rs"):
            with self.assertRaises(rustpro.InvalidArgumentError):
                workspace.set_file(path, "")
        with self.assertRaises(rustpro.NotFoundError):
            workspace.remove_file("src/new.rs")
        with self.assertRaises(rustpro.NotFoundError):
            workspace.parse_file("src/new.rs")
        for index in (7, -1):
            with self.assertRaises(rustpro.InvalidArgumentError):
                workspace.parse_file(index)

    def test_unknown_numbers_of_a_newer_library(self) -> None:
        self.assertEqual((rustpro.Severity(99).name, int(rustpro.Severity(99))), ("UNKNOWN_99", 99))

    def test_threads_share_a_workspace(self) -> None:
        workspace = Workspace.empty(edition=2021)
        workspace.set_file("a.rs", UNSAFE)
        expected = workspace.review().render()
        failures = []

        def work(number: int) -> None:
            try:
                for _ in range(20):
                    if number == 0:
                        workspace.set_file("a.rs", UNSAFE)
                        workspace.files
                    elif workspace.review().render() != expected:
                        failures.append("another report")
            except BaseException as error:
                failures.append(repr(error))

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])


class Projects(unittest.TestCase):
    MANIFEST = (
        '[package]\nname = "a"\nversion = "0.1.0"\nedition = "2021"\n[features]\nfast = []\n'
        '[dependencies]\ngone = "1"\n'
    )
    SOURCE = "/// Doubles.\npub fn twice(n: u8) -> u8 { n * 2 }\nfn f() { twice(1); println!(\"é {}\", gone::x()); }\n"

    def project(self, **options: Any) -> rustpro.Project:
        workspace = rustpro.Workspace.empty()
        workspace.set_file("Cargo.toml", self.MANIFEST)
        workspace.set_file("src/lib.rs", self.SOURCE)
        return workspace.project(**options)

    def test_graph(self) -> None:
        project = self.project(features=["fast"], cargo_home="")
        (workspace,) = project.workspaces
        self.assertEqual((workspace.manifest, workspace.made_up, len(workspace.packages)), ("Cargo.toml", False, 2))
        own, gone = project.packages
        self.assertEqual((own.name, own.features, own.origin), ("a", ("fast",), rustpro.PackageOrigin.MEMBER))
        self.assertEqual(gone.origin, rustpro.PackageOrigin.MISSING)
        self.assertTrue(gone.missing_reason)
        self.assertEqual([(edge.name, edge.package) for edge in own.dependencies], [("gone", 1)])
        crate = project.crates[0]
        self.assertEqual((crate.name, crate.kind, crate.edition), ("a", rustpro.CrateKind.LIB, 2021))
        self.assertEqual([(each.name, each.crate) for each in crate.dependencies], [("gone", None)])
        self.assertIn(rustpro.CfgFact("unix", None), crate.facts)
        self.assertIn(rustpro.CfgFact("feature", "fast"), crate.facts)
        self.assertEqual([(file.path, file.state, file.crates) for file in project.files],
                         [("src/lib.rs", rustpro.FileState.PLACED, (0,))])  # fmt: skip
        self.assertEqual([gap.kind.label for gap in project.gaps], ["missing package"])
        self.assertEqual([problem.kind for problem in project.problems], [rustpro.ProblemKind.GRAPH])  # no lock file
        self.assertEqual(project.unread, ())
        self.assertIn("gone", project.render_graph())
        self.assertTrue(project.render_graph(rustpro.GraphFormat.SVG).startswith("<svg"))

    def test_names(self) -> None:
        with self.project() as project:
            twice = project.find("a::twice")
            self.assertEqual((twice.path, twice.info.kind.label), ("a::twice", "function"))
            self.assertEqual(twice, project.find("a::twice"))
            self.assertIn(twice, {each for each in project.definitions(0)})
            docs = twice.info.docs
            assert docs is not None and twice.info.parent is not None
            self.assertEqual(self.SOURCE[docs.start : docs.end], "/// Doubles.")
            self.assertIn(twice, twice.info.parent.children)
            offset = self.SOURCE.index("twice(1)")
            found = project.definition_at("src/lib.rs", offset)
            self.assertEqual((found.answer, found.definition), (rustpro.Answer.FOUND, twice))
            assert found.declaration is not None
            self.assertEqual(found.declaration.start.line, 2)
            self.assertEqual(len(project.references_at("src/lib.rs", offset).places), 2)
            self.assertEqual(twice.references().answer, rustpro.Answer.FOUND)
            self.assertEqual(project.definition_at("none.rs", 0).answer.label, "no file")
            self.assertIsNone(project.find("std::vec::Vec").info.place)
            with self.assertRaises(rustpro.NotFoundError):
                project.find("a::none")
            with self.assertRaises(rustpro.InvalidArgumentError):
                project.definition_at("src/lib.rs", -1)
        with self.assertRaises(rustpro.ClosedError):
            project.find("a::twice")

    def test_expansion(self) -> None:
        project = self.project()
        expansion = project.expansion_at("src/lib.rs", self.SOURCE.encode().index(b"println"))
        self.assertEqual(expansion.state, rustpro.ExpansionState.EXPANDED)
        assert expansion.macro is not None
        self.assertEqual(expansion.macro.path, "std::println")
        data = expansion.text.encode()
        for token in expansion.tokens:
            self.assertTrue(data[token.span.start : token.span.end].strip())
        with self.assertRaises(rustpro.NotFoundError):
            project.expansion_at("src/lib.rs", 0)
        self.assertIn("pub fn twice", project.render_expanded(0))
        self.assertIn("a::twice", project.render_symbols(0, json=True))

    def test_layouts(self) -> None:
        workspace = rustpro.Workspace.empty()
        workspace.set_file("Cargo.toml", '[package]\nname = "a"\nversion = "0.1.0"\nedition = "2021"\n')
        workspace.set_file(
            "src/lib.rs",
            "#[repr(C)]\npub struct S { a: u8, b: u64 }\npub enum E { Big(Box<S>), None }\n"
            "#[derive(Clone, Copy)]\npub enum F { A = -5, B = 7 }\npub struct G<T>(T);\n",
        )
        with workspace.project(cargo_home="") as project:
            layout = project.layout_of("a::S")
            self.assertEqual((layout.size, layout.align, layout.padding, layout.repr), (16, 8, 7, "C"))
            self.assertEqual([(each.name, each.offset) for each in layout.fields], [("a", 0), ("b", 8)])
            self.assertEqual(layout.fields[1].padding_before, 7)
            self.assertIn("XXX 7 bytes hole", layout.text)
            self.assertTrue(layout._repr_svg_().startswith("<svg"))
            option = project.layout_of("Option<Box<a::S>>")
            self.assertEqual((option.size, option.tag, option.untagged_variant), (8, rustpro.TagKind.NICHE, 1))
            self.assertEqual([each.tag_value for each in option.variants], [0, None])
            plain = project.layout_of("crate::F")
            self.assertEqual([each.discriminant for each in plain.variants], [-5, 7])
            assert plain.niche is not None
            self.assertEqual(plain.niche.available, 243)
            layouts = project.layouts(0)
            self.assertEqual([each.name for each in layouts], ["S", "E", "F", "G<T>"])
            self.assertFalse(layouts[3].known)
            self.assertIn("T", layouts[3].reason)
            self.assertEqual(layouts[0], layout)
            self.assertIn("struct S", project.render_layouts(0, order=rustpro.LayoutOrder.SIZE))
            self.assertIn("0 of 3 types differ", project.render_layout_difference(0, project, 0))
            self.assertEqual(project.implements("a::F", "Copy"), rustpro.Truth.YES)
            self.assertEqual(project.implements("a::S", "std::clone::Clone"), rustpro.Truth.NO)
            with self.assertRaises(rustpro.NotFoundError):
                project.layout_of("a::None")
            with self.assertRaises(rustpro.InvalidArgumentError):
                project.layout_of("u8", "avr-none")
        with self.assertRaises(rustpro.ClosedError):
            layout.svg

    def test_options(self) -> None:
        with self.assertRaises(rustpro.InvalidArgumentError):
            self.project(target="no-such-target")
        project = self.project(target="wasm32-unknown-unknown", test_cfg=True)
        self.assertEqual([crate.is_test for crate in project.crates[:2]], [False, True])
        self.assertEqual(project.workspaces[0].target, "wasm32-unknown-unknown")


class FixesOfFindings(unittest.TestCase):
    MANIFEST = (
        '[workspace]\nmembers = ["app"]\nresolver = "3"\n[workspace.dependencies]\nlog = "0.4"\nrand = "0.9"\n'
        "[profile.release]\nopt-level = 0\n"
    )
    MEMBER = (
        '[package]\nname = "app"\nversion = "0.1.0"\nedition = "2024"\npublish = false\n'
        "[dependencies]\nlog.workspace = true\n"
    )

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "app" / "src").mkdir(parents=True)
        (self.folder / "Cargo.toml").write_text(self.MANIFEST)
        (self.folder / "app" / "Cargo.toml").write_text(self.MEMBER)
        (self.folder / "app" / "src" / "main.rs").write_text("fn main() {}\n")

    def test_edits(self) -> None:
        report = rustpro.review(self.folder)
        (finding,) = (f for f in report.findings if f.rule == "manifest/unused-workspace-dependency")
        (edit,) = finding.edits
        self.assertIs(edit.applicability, rustpro.Applicability.MACHINE)
        self.assertEqual((edit.replacement, edit.place.path, edit.place.start.line), ("", "Cargo.toml", 6))
        self.assertEqual(
            self.MANIFEST[: edit.place.span.start] + self.MANIFEST[edit.place.span.end :],
            self.MANIFEST.replace('rand = "0.9"\n', ""),
        )

    def test_applying(self) -> None:
        workspace = Workspace.open(self.folder)
        report = workspace.review()
        fixes = workspace.make_fixes(report)
        (file,) = fixes.files
        self.assertEqual((file.path, file.before, file.fix_count, file.is_writable), ("Cargo.toml", self.MANIFEST, 1, True))
        self.assertEqual(file.after, self.MANIFEST.replace('rand = "0.9"\n', ""))
        self.assertEqual([report.findings[i].rule for i in fixes.applied], ["manifest/unused-workspace-dependency"])
        (skipped,) = fixes.skipped
        self.assertIs(skipped.kind, rustpro.SkipKind.SUGGESTION)
        self.assertEqual(report.findings[skipped.finding].rule, "manifest/release-profile")
        self.assertEqual(fixes.diff(), rustpro.diff("Cargo.toml", file.before, file.after))
        workspace.close()
        report.close()
        fixes.write(file)
        self.assertEqual((self.folder / "Cargo.toml").read_text(), file.after)
        with self.assertRaises(rustpro.IoError) as caught:
            fixes.write(0)
        self.assertIn("has changed", str(caught.exception))
        with self.assertRaises(rustpro.InvalidArgumentError):
            fixes.write(1)
        with Workspace.open(self.folder) as again:
            self.assertEqual(again.make_fixes(again.review()).files, ())
            self.assertEqual(len(again.make_fixes(again.review(), suggestions=True).files), 1)
            with rustpro.Cancellation() as cancellation:
                cancellation.request()
                with self.assertRaises(rustpro.CancelledError):
                    again.make_fixes(again.review(), cancellation=cancellation)

    def test_differences_apply(self) -> None:
        texts = ["", "a\n", "a", "a\nb\n", "b\na\n\n", "\n", "a\r\nb\r\n", "\u00e9\n" * 9, "x\n" + "\u00e9\n" * 8]
        tools = [["git", "apply", "-p1", "-"]]
        if shutil.which("patch"):
            tools.append(["patch", "-p1", "--binary", "--quiet"])
        for name in ["a.rs", "b c.rs", 'q".rs', "d/\u00e9.rs"]:
            path = self.folder / name
            path.parent.mkdir(exist_ok=True)
            for before in texts:
                for after in texts:
                    diff = rustpro.diff(name, before, after)
                    if before == after:
                        self.assertEqual(diff, "")
                        continue
                    for tool in tools:
                        if tool[0] == "patch" and not after:
                            continue  # it takes the file away
                        path.write_bytes(before.encode())
                        done = subprocess.run(
                            tool, input=diff.encode(), cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
                        )
                        self.assertEqual(done.returncode, 0, f"{tool[0]}: {diff!r} {done.stdout!r}")
                        self.assertEqual(path.read_bytes() if path.exists() else b"", after.encode(), diff)

    def test_formats(self) -> None:
        report = rustpro.review(self.folder)
        self.assertTrue(report.render("html").startswith("<!DOCTYPE html>"))
        self.assertIn('"2.1.0"', report.render("sarif"))
        self.assertIn("(<https://e.org/Cargo.toml#L6>)", report.render("markdown", link_base="https://e.org"))
        with self.assertRaises(rustpro.InvalidArgumentError):
            report.render("pdf")


class Rules(unittest.TestCase):
    def test_rules(self) -> None:
        rules = rustpro.rules()
        self.assertGreater(len(rules), 50)
        self.assertEqual(len({rule.id for rule in rules}), len(rules))
        for rule in rules:
            self.assertEqual(rule.id.split("/")[0], rule.area)
            self.assertTrue(rule.title and rule.why and rule.bad and rule.good and rule.references, rule.id)
            self.assertTrue(all(rule.references), rule.id)
            self.assertIn(rule.severity.name, ("ERROR", "WARNING", "ADVICE"))
            self.assertIn(rule.verdict.name, ("PROVEN", "LIKELY"))
            self.assertEqual(rustpro.find_rule(rule.id), rule)

    def test_one_rule(self) -> None:
        rule = rustpro.find_rule("safety/undocumented-unsafe")
        assert rule is not None
        self.assertIn(rule, rustpro.rules())
        self.assertEqual((rule.area, rule.title), ("safety", "unsafe code without its justification"))
        self.assertEqual((rule.severity, rule.verdict), (rustpro.Severity.WARNING, rustpro.Verdict.LIKELY))
        self.assertIs(rule.opt_in, False)
        self.assertTrue(rule.why.startswith("The compiler does not check what stands behind `unsafe`"))
        self.assertIn("unsafe { *self.0 }  //~\n", rule.bad)
        self.assertNotIn("//~", rule.good)
        self.assertIn("// SAFETY:", rule.good)
        self.assertIn("the comment is missing", rule.doubt)
        self.assertIn("https://doc.rust-lang.org/reference/unsafety.html", rule.references[0])
        with self.assertRaises(dataclasses.FrozenInstanceError):
            rule.title = ""  # type: ignore[misc]

    def test_no_such_rule(self) -> None:
        for id in ("", "safety", "safety/nothing", "safety/undocumented-unsafe\0", "\ud800", "x" * 1000):
            self.assertIsNone(rustpro.find_rule(id))


class ReviewsWithOptions(unittest.TestCase):
    MANIFEST = (
        '[workspace]\n[workspace.dependencies]\nlog = "0.4"\n'
        '[package]\nname = "app"\nversion = "0.1.0"\nedition = "2021"\npublish = false\n'
        "[features]\nextra = []\nmore = []\ndefault = ['more']\n"
    )
    SOURCE = '#[cfg(feature = "extra")]\nmod extra;\n#[cfg(feature = "more")]\nmod more;\n' + UNSAFE

    def setUp(self) -> None:
        self.workspace = Workspace.empty()
        self.addCleanup(self.workspace.close)
        self.workspace.set_file("Cargo.toml", self.MANIFEST)
        self.workspace.set_file("src/lib.rs", self.SOURCE)
        self.workspace.set_file("src/extra.rs", "")
        self.workspace.set_file("src/more.rs", "")

    def areas(self, **options: Any) -> List[str]:
        return sorted({finding.area for finding in self.workspace.review(**options).findings})

    def test_which_rules_run(self) -> None:
        self.assertEqual(self.areas(), ["manifest", "safety"])
        self.assertEqual(self.areas(only=["safety"]), ["safety"])
        self.assertEqual(self.areas(only="manifest"), ["manifest"])
        self.assertEqual(self.areas(only=("manifest", "safety/undocumented-unsafe")), ["manifest", "safety"])
        self.assertEqual(self.areas(only="manifest,safety"), ["manifest", "safety"])
        self.assertEqual(self.areas(off=["safety"]), ["manifest"])
        self.assertEqual(self.areas(off=(name for name in ("safety", "manifest"))), [])

    def test_severities(self) -> None:
        def severities(**options: Any) -> List[rustpro.Severity]:
            return [finding.severity for finding in self.workspace.review(only="safety", **options).findings]

        self.assertEqual(severities(), [rustpro.Severity.WARNING])
        self.assertEqual(severities(deny=["safety/undocumented-unsafe"]), [rustpro.Severity.ERROR])
        self.assertEqual(severities(min_severity=rustpro.Severity.WARNING), [rustpro.Severity.WARNING])
        self.assertEqual(severities(min_severity=rustpro.Severity.ERROR), [])

    def test_baseline(self) -> None:
        report = self.workspace.review()
        self.assertEqual(report.hidden, rustpro.HiddenFindings(suppressed=0, baseline=0))
        baseline = report.baseline()
        self.assertIn("safety/undocumented-unsafe\tsrc/lib.rs\t", baseline)
        again = self.workspace.review(baseline=baseline)
        self.assertEqual(again.findings, ())
        self.assertEqual(again.hidden, rustpro.HiddenFindings(suppressed=0, baseline=len(report.findings)))
        # What is known may move; what is new is told.
        self.workspace.set_file("src/lib.rs", "// A line.\n" + self.SOURCE + "\nunsafe impl Send for Box {}\n")
        (finding,) = self.workspace.review(only="safety", baseline=baseline).findings
        self.assertEqual((finding.rule, finding.primary.start.line), ("safety/undocumented-unsafe", 10))
        report.close()
        with self.assertRaises(rustpro.ClosedError):
            report.baseline()

    def test_suppressed(self) -> None:
        comment = "// rustpro: allow(safety/undocumented-unsafe) the caller checks it"
        self.workspace.set_file("src/lib.rs", UNSAFE.replace("    unsafe", f"    {comment}\n    unsafe"))
        with self.workspace.review(only="safety") as report:
            self.assertEqual(report.findings, ())
            self.assertEqual(report.hidden, rustpro.HiddenFindings(suppressed=1, baseline=0))
        self.assertEqual(report.hidden.suppressed, 1)

    def test_a_missing_dependency_is_a_gap(self) -> None:
        self.assertNotIn(rustpro.ReviewGapKind.MISSING_PACKAGE, [gap.kind for gap in self.workspace.review().gaps])
        self.workspace.set_file("Cargo.toml", self.MANIFEST + '[dependencies]\nserde = "1"\n')
        report = self.workspace.review()
        (gap,) = (gap for gap in report.gaps if gap.kind == rustpro.ReviewGapKind.MISSING_PACKAGE)
        self.assertEqual((gap.name.split(), gap.count, gap.position), (["serde"], 1, None))
        self.assertTrue(gap.message)
        self.assertEqual(gap.kind.label, "missing package")
        report.close()
        self.assertIn(gap, report.gaps)

    def test_packages(self) -> None:
        self.workspace.set_file("Cargo.toml", self.MANIFEST + '[dependencies]\nserde = "1"\n')
        self.workspace.set_file(
            "src/lib.rs",
            "#![forbid(unsafe_op_in_unsafe_fn)]\nmacro_rules! raw { () => { unsafe {} } }\n"
            "pub fn f() { raw!(); raw!() }\npub unsafe fn g() {}\n",
        )
        report = self.workspace.review(whole_tree=True)
        self.assertEqual(report.build, rustpro.ReviewedBuild("x86_64-unknown-linux-gnu", "default features"))
        own, serde = report.packages
        self.assertEqual((own.role, own.was_read, own.level), (rustpro.PackageRole.OWN, True, rustpro.UnsafeLevel.NONE))
        self.assertEqual(own.written, {rustpro.UnsafeKind.FN: 1})
        self.assertEqual(own.expanded, {rustpro.UnsafeKind.BLOCK: 2})
        (macro,) = own.macros
        self.assertTrue(macro.path.endswith("::raw"))
        self.assertEqual((macro.calls, macro.unsafe_count, macro.is_foreign), (2, 2, False))
        self.assertEqual((serde.name, serde.role.label, serde.was_read, serde.written), ("serde", "program", False, {}))
        self.assertTrue(serde.reason)

    def test_gaps_have_places(self) -> None:
        self.workspace.set_file("src/lib.rs", "fn f() {}\n  nothing!();\nfn g() {}\nnothing!();\n")
        (gap,) = (gap for gap in self.workspace.review().gaps if gap.kind == rustpro.ReviewGapKind.UNRESOLVED_MACRO)
        self.assertEqual((gap.name, gap.count, gap.path), ("nothing", 2, "src/lib.rs"))
        self.assertEqual(gap.position, rustpro.Position(line=2, column_bytes=3, column_utf16=3))

    def test_kinds_of_gaps(self) -> None:
        for kind in rustpro.ReviewGapKind:
            self.assertEqual(kind.label.replace("standard library", "std").replace(" ", "_").upper(), kind.name)
        self.assertEqual(rustpro.ReviewGapKind(99).label, "")

    def test_features(self) -> None:
        def inactive(**options: Any) -> List[str]:
            gaps = self.workspace.review(**options).gaps
            return [gap.name for gap in gaps if gap.kind == rustpro.ReviewGapKind.INACTIVE_FILE]

        self.assertEqual(inactive(), ["src/extra.rs"])
        self.assertEqual(inactive(features=["extra"]), [])
        self.assertEqual(inactive(all_features=True), [])
        self.assertEqual(inactive(no_default_features=True), ["src/extra.rs", "src/more.rs"])
        self.assertEqual(inactive(no_default_features=True, features="extra"), ["src/more.rs"])

    def test_target(self) -> None:
        self.workspace.set_file("src/lib.rs", "#[cfg(windows)]\nmod extra;\n#[cfg(unix)]\nmod more;\n")
        for target, name in (("", "src/extra.rs"), ("x86_64-pc-windows-msvc", "src/more.rs")):
            gaps = self.workspace.review(target=target).gaps
            self.assertEqual([g.name for g in gaps if g.kind == rustpro.ReviewGapKind.INACTIVE_FILE], [name])

    def test_cargo_home(self) -> None:
        self.workspace.set_file("Cargo.toml", self.MANIFEST + '[dependencies]\ndep = "1"\n')
        registry = "registry+https://github.com/rust-lang/crates.io-index"
        self.workspace.set_file(
            "Cargo.lock",
            'version = 4\n[[package]]\nname = "app"\nversion = "0.1.0"\ndependencies = ["dep"]\n'
            f'[[package]]\nname = "dep"\nversion = "1.0.0"\nsource = "{registry}"\nchecksum = "{"0" * 64}"\n',
        )
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as cache:
            package = Path(folder, "registry", "src", "index.crates.io-1949cf8c6b5b557f", "dep-1.0.0")
            (package / "src").mkdir(parents=True)
            (package / "Cargo.toml").write_text('[package]\nname = "dep"\nversion = "1.0.0"\nedition = "2021"\n')
            (package / "src" / "lib.rs").write_text("pub fn f() {}\n")

            def missing(**options: Any) -> List[str]:
                gaps = self.workspace.review(**options).gaps
                return [gap.name for gap in gaps if gap.kind == rustpro.ReviewGapKind.MISSING_PACKAGE]

            with mock.patch.dict(os.environ, {"CARGO_HOME": folder}):
                self.assertEqual(missing(), ["dep 1.0.0"])
                self.assertEqual(missing(cargo_home=None), [])
            self.assertEqual(missing(cargo_home=folder), [])
            self.assertEqual(os.listdir(cache), [])
            self.assertEqual(missing(cargo_home=folder, cache_folder=cache), [])
            self.assertNotEqual(os.listdir(cache), [])

    def test_advisory_db(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            (unread,) = self.workspace.review(advisory_db=folder).unread
        self.assertEqual(unread.path, folder)
        self.assertIn("advisory database", unread.reason)

    def test_wrong_options(self) -> None:
        wrong: List[Dict[str, Any]] = [
            {"only": ["nothing"]},
            {"deny": "safety/nothing"},
            {"off": ["nothing"]},
            {"min_severity": 9},
            {"min_severity": -1},
            {"baseline": "no baseline"},
            {"target": "nowhere"},
            {"cargo_home": "relative"},
            {"cache_folder": "relative"},
        ]
        for options in wrong:
            with self.subTest(options), self.assertRaises(rustpro.InvalidArgumentError):
                self.workspace.review(**options)
        with self.assertRaises(rustpro.InvalidUtf8Error):
            self.workspace.review(only=["\ud800"])


class Callbacks(unittest.TestCase):
    def workspace(self, files: int = 3, **options: object) -> Workspace:
        workspace = Workspace.empty(**options)  # type: ignore[arg-type]
        for index in range(files):
            workspace.set_file(f"{index}.rs", UNSAFE)
        return workspace

    def test_progress(self) -> None:
        calls = []
        self.workspace(progress=lambda *call: calls.append(call)).review()
        self.assertEqual(calls[-1][:2], (3, 3))
        self.assertEqual([call[0] for call in calls], sorted(call[0] for call in calls))
        self.assertEqual({call[2] for call in calls} & {"0.rs", "1.rs", "2.rs"}, {call[2] for call in calls})

    def test_false_cancels(self) -> None:
        with self.assertRaises(rustpro.CancelledError):
            self.workspace(progress=lambda *call: False).review()

    def test_exceptions_come_out(self) -> None:
        for kind in (KeyError, KeyboardInterrupt, SystemExit):

            def progress(done: int, total: int, name: str) -> None:
                raise kind("mine")  # noqa: B023

            workspace = self.workspace(progress=progress)
            for _ in range(2):
                with self.assertRaises(kind):
                    workspace.review()

    def test_exceptions_come_out_of_open(self) -> None:
        def progress(done: int, total: int, name: str) -> None:
            raise ZeroDivisionError

        with tempfile.TemporaryDirectory() as folder:
            for index in range(50):
                Path(folder, f"{index}.rs").write_text("")
            try:
                Workspace.open(folder, progress=progress).review()
            except ZeroDivisionError:
                return
        self.fail("the exception was lost")

    def test_a_callback_must_not_use_its_workspace(self) -> None:
        workspaces: List[Workspace] = []
        workspace = self.workspace(progress=lambda *call: workspaces[0].set_file("x.rs", ""))
        workspaces.append(workspace)
        with self.assertRaises(rustpro.InvalidArgumentError):
            workspace.review()
        # Other objects are free to use.
        self.workspace(progress=lambda *call: rustpro.parse("fn f() {}").close()).review()

    def test_cancellation(self) -> None:
        with rustpro.Cancellation() as cancellation:
            workspace = self.workspace(cancellation=cancellation)
            cancellation.request()
            self.assertTrue(cancellation.requested)
            with self.assertRaises(rustpro.CancelledError):
                workspace.review()
            with self.assertRaises(rustpro.CancelledError):
                rustpro.parse(UNSAFE * 1000, cancellation=cancellation)
            cancellation.reset()
            self.assertEqual(len(workspace.review().findings), 3)
        # The workspace holds what it was given.
        self.assertEqual(len(workspace.review().findings), 3)
        with self.assertRaises(rustpro.ClosedError):
            cancellation.request()

    def test_cancellation_from_another_thread(self) -> None:
        cancellation = rustpro.Cancellation()
        text = UNSAFE * 20_000
        timer = threading.Timer(0.005, cancellation.request)
        timer.start()
        stopped = 0
        for _ in range(500):
            try:
                rustpro.parse(text, cancellation=cancellation).close()
            except rustpro.CancelledError:
                stopped += 1
                break
        timer.join()
        self.assertEqual(stopped, 1)


class FindingTheLibrary(unittest.TestCase):
    def run_python(self, code: str, **changes: str) -> "subprocess.CompletedProcess[str]":
        environment = dict(os.environ, PYTHONPATH=str(Path(rustpro.__file__).parent.parent), **changes)
        return subprocess.run(
            [sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def test_importing_needs_no_library(self) -> None:
        run = self.run_python("import rustpro; print(rustpro.__version__)", RUSTPRO_LIBRARY="/nonexistent")
        self.assertEqual((run.stdout, run.stderr), ("0.1.0\n", ""))

    def test_missing_library(self) -> None:
        code = "import rustpro\ntry:\n  rustpro.parse('')\nexcept rustpro.LibraryNotFoundError as e: print(e)"
        run = self.run_python(code, RUSTPRO_LIBRARY="/nonexistent/library")
        self.assertIn("/nonexistent/library", run.stdout)

    def test_another_library(self) -> None:
        code = "import rustpro\ntry:\n  rustpro.parse('')\nexcept ImportError as e: print(e)"
        run = self.run_python(code, RUSTPRO_LIBRARY="libc.so.6")
        self.assertIn("has no function rp_", run.stdout)

    def test_ends_cleanly_with_objects_alive(self) -> None:
        code = (
            "import rustpro\n"
            "tree = rustpro.parse('fn f() {}')\n"
            "node = tree.root\n"
            "work = rustpro.Workspace.empty(progress=print, cancellation=rustpro.Cancellation())\n"
            "cycle = [work]; cycle.append(cycle)\n"
        )
        run = self.run_python(code)
        self.assertEqual((run.returncode, run.stderr), (0, ""))


class PublicInterfaces(unittest.TestCase):
    @staticmethod
    def read(version: str, text: str, **options: Any) -> rustpro.PublicApi:
        with rustpro.Workspace.empty() as workspace:
            workspace.set_file("Cargo.toml", f'[package]\nname = "shapes"\nversion = "{version}"\nedition = "2021"\n')
            workspace.set_file("src/lib.rs", text)
            return rustpro.PublicApi.read(workspace, **options)

    def test_items_and_changes(self) -> None:
        before = self.read("1.0.0", "#[derive(Clone)] pub struct S { pub a: u8 }\npub fn f() {}\n")
        after = self.read("1.1.0", "#[derive(Clone)] pub struct S { pub a: u16 }\n")
        self.assertEqual((before.crate, before.version), ("shapes", "1.0.0"))
        self.assertEqual([item.path for item in before.items], ["shapes", "shapes::S", "shapes::S::a", "shapes::f"])
        field = before.items[2]
        self.assertEqual((field.kind, field.parent, field.start.line), (rustpro.ApiKind.FIELD, 1, 1))
        self.assertEqual(str(field.kind), "field")
        self.assertIsNone(before.items[0].parent)
        self.assertEqual([impl.type_name for impl in before.impls], ["S"])
        diff = before.compare(after)
        self.assertFalse(diff.sufficient)
        self.assertEqual(
            [(change.rule, change.level, change.path) for change in diff.changes],
            [
                ("semver/field-type", rustpro.SemverLevel.MAJOR, "shapes::S::a"),
                ("semver/item-removed", rustpro.SemverLevel.MAJOR, "shapes::f"),
            ],
        )
        self.assertEqual(diff.unknown, ())
        self.assertFalse(json.loads(diff.render("json"))["sufficient"])
        self.assertIn("struct S", before.render())

    def test_wrong_arguments(self) -> None:
        with self.assertRaises(rustpro.InvalidArgumentError):
            self.read("1.0.0", "", package="circles")
        with rustpro.Workspace.empty() as workspace, self.assertRaises(rustpro.NotFoundError):
            rustpro.PublicApi.read(workspace)


if __name__ == "__main__":
    unittest.main()
