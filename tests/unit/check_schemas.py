#!/usr/bin/env python3
"""Fails when a report as JSON or SARIF is not what its schema says, or an HTML report is not well-formed.

    check_schemas.py RUSTPRO SOURCE_ROOT [FOLDER...]

Reviews a crate made of hard cases, and each FOLDER. The schema of SARIF is that of OASIS (tests/data/sarif).
"""
import html.parser
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote

try:
    import jsonschema
except ImportError:
    print("SKIPPED: jsonschema is not installed (Debian: python3-jsonschema)", file=sys.stderr)
    sys.exit(77)

VOID = {"meta", "link", "input", "br", "hr", "img"}


def make_crate(folder):
    """Findings of all kinds, with fixes, related places, gaps, unread files, and names that need escapes."""
    files = {
        "Cargo.toml": '[workspace]\nmembers = ["app"]\nresolver = "3"\n[workspace.dependencies]\nlog = "0.4"\n'
                      'rand = "0.9"\n[profile.release]\nopt-level = 0\n',
        "app/Cargo.toml": '[package]\nname = "app"\nversion = "0.1.0"\nedition = "2021"\npublish = false\n'
                          '[dependencies]\nlog.workspace = true\n',
        "app/src/main.rs": "fn main() {\n    let s = \"\U0001F980<b>&\"; unsafe { f(s) }\n}\npub unsafe fn g() {}\n"
                           "macro_rules! m { () => { unsafe { h() } } }\nm!(unsafe { 1 });\n",
        "app/src/a b%`<i>#\u00e9.rs": "/// [x](javascript:1) <script>\npub unsafe fn `() {\n}\nfn broken( {\n",
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "app/src/bytes.rs").write_bytes(b"fn f() {}\xff\n")


def render(rustpro, folder, form):
    done = subprocess.run([rustpro, "review", "--format", form, folder], stdout=subprocess.PIPE, check=False)
    if done.returncode > 3:
        raise SystemExit(f"{folder}: exit code {done.returncode}")
    return done.stdout.decode("utf-8")


class WellFormed(html.parser.HTMLParser):
    """Every element is closed, every id is there once, every reference inside leads somewhere, nothing is loaded."""

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.targets, self.problems = [], set(), set(), []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag not in VOID:
            self.open.append(tag)
        if "id" in attributes:
            if attributes["id"] in self.ids:
                self.problems.append(f"the id {attributes['id']} is there twice")
            self.ids.add(attributes["id"])
        for name in ("href", "for", "aria-labelledby"):
            value = attributes.get(name, "")
            if name != "href":
                self.targets |= {value} - {""}
            elif value.startswith("#"):
                self.targets.add(unquote(value[1:]))
            elif value and not value.startswith("https://"):
                self.problems.append(f"a link to {value}")
        if "src" in attributes or any(name.startswith("on") for name in attributes):
            self.problems.append(f"<{tag}> with {sorted(attributes)}")

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> closes something else at {self.getpos()}")

    def finish(self):
        self.close()
        self.problems += [f"<{tag}> is not closed" for tag in self.open]
        self.problems += [f"nothing has the id {target}" for target in sorted(self.targets - self.ids)]
        return self.problems


def check_sarif(report, sarif):
    """What no schema says: that it holds what the JSON report holds."""
    run = sarif["runs"][0]
    assert len(run["results"]) == len(report["findings"]), "as many results as findings"
    prints = [result["partialFingerprints"]["rustproFinding/v1"] for result in run["results"]]
    assert len(set(prints)) == len(prints), "fingerprints are unique"
    for finding, result in zip(report["findings"], run["results"]):
        rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
        assert rule["id"] == result["ruleId"] == finding["rule"]
        location = result["locations"][0]["physicalLocation"]
        assert unquote(location["artifactLocation"]["uri"]) == finding["place"]["path"]
        artifact = run["artifacts"][location["artifactLocation"]["index"]]
        assert artifact["location"]["uri"] == location["artifactLocation"]["uri"]
        assert location["region"]["startColumn"] == finding["place"]["start"]["column_utf16"]
        assert ("fixes" in result) == ("fix" in finding)
    notifications = run["invocations"][0]["toolExecutionNotifications"]
    assert len(notifications) == len(report["unread"]) + len(report["macro_gaps"]) + len(report["gaps"])


def main(rustpro, root, folders):
    schema = json.loads((root / "lib/report/report.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    sarif_schema = json.loads((root / "tests/data/sarif/sarif-2.1.0.schema.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as made:
        make_crate(Path(made))
        for folder in [made, *folders]:
            report = json.loads(render(rustpro, folder, "json"))
            jsonschema.validate(report, schema, cls=jsonschema.Draft202012Validator)
            sarif = json.loads(render(rustpro, folder, "sarif"))
            jsonschema.validate(sarif, sarif_schema, cls=jsonschema.Draft4Validator)
            check_sarif(report, sarif)
            page = WellFormed()
            page.feed(render(rustpro, folder, "html"))
            problems = page.finish()
            assert not problems, f"{folder}: {problems[:5]}"
            print(f"{os.path.basename(folder)}: {len(report['findings'])} findings")
            if folder == made:
                assert any("fix" in finding for finding in report["findings"]), "some have fixes"
                assert report["unread"] and report["macro_gaps"] and report["unsafe_uses"]
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:]))
