"""Workspaces to compare manifests on: the projects that cargo's own tests write, and fixtures made whole.

Knows how cargo's tests spell a project: `project().file("Cargo.toml", r#"…"#).file(…).build()`. What is computed there
(`format!`) is left out, with the project when it is a manifest.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

BASIC = '[package]\nname = "{name}"\nversion = "{version}"\nauthors = []\nedition = "2015"\n'
START = re.compile(r"\bproject\(\)|\bproject_in(?:_home)?\(")
CALL = re.compile(r"\s*\.\s*(\w+)\s*\(")
RAW = re.compile(r'r(#*)"')
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
BASIC_CALL = re.compile(r'&?basic(_bin|_lib)?_manifest\(\s*"([^"]*)"\s*(?:,\s*"([^"]*)"\s*,?\s*)?\)$')
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", '"': '"', "\\": "\\", "'": "'"}


def unescape(text):
    text = re.sub(r"\\\n\s*", "", text)
    return re.sub(r"\\(.)", lambda found: ESCAPES.get(found.group(1), found.group(0)), text)


def literal(text):
    """The value of a string literal that is the whole text, or None."""
    text = text.strip().rstrip(",").strip()
    raw = RAW.match(text)
    if raw:
        end = '"' + raw.group(1)
        return text[raw.end():-len(end)] if text.endswith(end) and text.find(end, raw.end()) == len(text) - len(end) else None
    plain = STRING.fullmatch(text)
    return unescape(plain.group(1)) if plain else None


def content(text):
    """What a file holds: a literal, or one of cargo's own small manifests. None when it is computed."""
    value = literal(text)
    if value is not None:
        return value
    basic = BASIC_CALL.match(text.strip().rstrip(",").strip())
    if basic is None:
        return None
    kind, name, version = basic.groups()
    out = BASIC.format(name=name, version=version or "0.5.0")
    return out + {None: "", "_bin": f'[[bin]]\nname = "{name}"\n', "_lib": f'[lib]\nname = "{name}"\n'}[kind]


def arguments(text, at):
    """Splits what stands in the parentheses that open before `at`; gives the parts and the place behind them."""
    parts, depth, start = [], 0, at
    while at < len(text):
        raw = RAW.match(text, at)
        plain = STRING.match(text, at)
        if raw:
            at = text.index('"' + raw.group(1), raw.end()) + 1 + len(raw.group(1))
            continue
        if plain:
            at = plain.end()
            continue
        char = text[at]
        if char in "([{":
            depth += 1
        elif char in ")]}":
            if depth == 0:
                parts.append(text[start:at])
                return parts, at + 1
            depth -= 1
        elif char == "," and depth == 0:
            parts.append(text[start:at])
            start = at + 1
        at += 1
    return None, at


def projects(text):
    """The files of each project in a source of cargo's tests: {path: content}."""
    for found in START.finditer(text):
        at = found.end()
        if found.group().endswith("_in(") or found.group().endswith("_home("):
            _, at = arguments(text, at)
        files, manifest, usable = {}, True, True
        while usable and (call := CALL.match(text, at)):
            parts, at = arguments(text, call.end())
            name = call.group(1)
            if parts is None or name == "build":
                usable = parts is not None
                break
            if name == "no_manifest":
                manifest = False
            elif name == "file":
                path = literal(parts[0])
                value = content(parts[1]) if len(parts) > 1 else None
                if path is None or (value is None and not path.endswith(".rs")):
                    usable = False
                elif path is not None:
                    files[path] = value or ""
        if not usable or any(Path(path).is_absolute() for path in files):
            continue
        if manifest and "Cargo.toml" not in files:
            files["Cargo.toml"] = BASIC.format(name="foo", version="0.0.1")
        if any(path.endswith("Cargo.toml") for path in files):
            yield files


def write_projects(sources, out):
    """Writes all projects of the .rs files below `sources` into numbered folders below `out`."""
    count = 0
    for source in sorted(Path(sources).rglob("*.rs")):
        for files in projects(source.read_text(encoding="utf-8")):
            folder = Path(out) / f"{source.stem}-{count:04}" / "foo"
            count += 1
            for path, text in files.items():
                target = folder / path
                try:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_text(text, encoding="utf-8")
                except OSError:
                    continue  # a name that this system does not take
    return count


def copy_filled(folder, out):
    """Copies a tree and gives each package without sources an empty library, so that cargo has something to say."""
    shutil.copytree(folder, out, symlinks=True, dirs_exist_ok=True)
    for manifest in Path(out).rglob("Cargo.toml"):
        if "[package]" in manifest.read_text(encoding="utf-8", errors="replace") and not (manifest.parent / "src").exists():
            (manifest.parent / "src").mkdir()
            (manifest.parent / "src" / "lib.rs").write_text("", encoding="utf-8")
