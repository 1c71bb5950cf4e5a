#!/usr/bin/env python3
"""Fails when the hash of the HTML report's script is not the one that its content security policy names.

    check_html_script.py lib/report/html_page.cpp [--write]

A browser runs the script only when they agree; --write puts the right one into the file.
"""
import base64
import hashlib
import re
import sys
from pathlib import Path


def main(path, write):
    text = path.read_text(encoding="utf-8")
    script = re.search(r'kHtmlScript = R"js\((.*?)\)js";', text, re.DOTALL)[1]
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    wanted = "sha256-" + base64.b64encode(digest).decode("ascii")
    found = re.search(r'(kHtmlScriptHash =\s*")([^"]*)(")', text)
    if found[2] == wanted:
        print("the hash is that of the script")
        return 0
    if write:
        path.write_text(text[:found.start(2)] + wanted + text[found.end(2):], encoding="utf-8")
        return 0
    print(f"the script's hash is {wanted}; run check_html_script.py {path} --write")
    return 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), "--write" in sys.argv[2:]))
