#!/usr/bin/env python3
"""Tests of the comparison of manifests itself, with made-up projects."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import manifest_projects
import manifests


class Projects(unittest.TestCase):
    def test_files(self):
        source = '''
            let p = project()
                .file("Cargo.toml", r#"[package]
name = "a""#)
                .file("src/lib.rs", "fn f() { \\"x\\"; }")
                .file("b/Cargo.toml", &basic_bin_manifest("b"))
                .build();
            let q = project().no_manifest().file("x/Cargo.toml", "[workspace]\\n").build();
            let r = project().file("Cargo.toml", &format!("{}", 1)).build();
            let s = project().file("src/main.rs", "").build();
        '''
        first, second, third = manifest_projects.projects(source)
        self.assertEqual(first["Cargo.toml"], '[package]\nname = "a"')
        self.assertEqual(first["src/lib.rs"], 'fn f() { "x"; }')
        self.assertIn("[[bin]]", first["b/Cargo.toml"])
        self.assertEqual(second, {"x/Cargo.toml": "[workspace]\n"})
        self.assertIn('name = "foo"', third["Cargo.toml"])


class Differences(unittest.TestCase):
    def test_places(self):
        found = list(manifests.differences({"a": [1, {"b": 2}], "c": 3}, {"a": [1, {"b": 4}], "d": 5}))
        self.assertEqual(found, [".a[1].b: 2, cargo has 4", ".c: 3, cargo has none", ".d: missing, cargo has 5"])

    def test_sources(self):
        self.assertIsNone(manifests.simple_source(None))
        self.assertEqual(manifests.simple_source("registry+https://" + manifests.CRATES_IO), "crates-io")
        self.assertEqual(manifests.simple_source("git+https://x/y#0123"), "git+https://x/y")

    def test_packages(self):
        package = {"manifest_path": "/a/Cargo.toml", "name": "a", "id": "x", "dependencies": [], "targets": []}
        ours = {"workspace_root": "/a", "packages": [package], "default_members": ["a"]}
        theirs = {"workspace_root": "/a", "packages": [package], "workspace_default_members": ["x"]}
        self.assertEqual(list(manifests.compare(ours, theirs)), [])
        self.assertEqual(len(list(manifests.compare({**ours, "packages": []}, theirs))), 1)
        self.assertEqual(len(list(manifests.compare({**ours, "default_members": []}, theirs))), 1)


if __name__ == "__main__":
    unittest.main()
