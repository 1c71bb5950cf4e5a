#!/usr/bin/env python3
"""Write the reference of the C interface as one HTML page, from the comments of the headers.

    reference.py VERSION OUTPUT HEADER...

A comment and the declarations that follow it, up to an empty line, are one entry; `/* ---- Title ---- */` begins a
section.
"""
import html
import re
import sys
from pathlib import Path

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem; }
pre { background: #f4f4f4; padding: .7rem 1rem; overflow-x: auto; font-size: .85rem; line-height: 1.4; }
.text { white-space: pre-wrap; margin: 0 0 2rem; }
h2 { border-bottom: 1px solid #ccc; margin-top: 3rem; }
:target { background: #ffd; }
"""
SECTION = re.compile(r"/\* -{4,} (.+?) -+ \*/")
NAMES = re.compile(r"\b(rp_\w+)\s*\(|^}\s*(rp_\w+)\s*;|typedef struct \w+ (rp_\w+);|^#define (RP_\w+)", re.MULTILINE)


def comment_text(comment):
    lines = comment.strip().removeprefix("/*").removesuffix("*/").splitlines()
    return "\n".join(re.sub(r"^ \* ?", "", line).rstrip() for line in lines).strip()


def entries(source):
    """The blocks of a header: (comment, code), and (title, None) for a section."""
    source = re.sub(r"#(ifdef __cplusplus|if defined\(_WIN32\)).*?#endif\n", "", source, flags=re.DOTALL)
    for block in re.split(r"\n\s*\n", source):
        block = block.strip()
        if section := SECTION.fullmatch(block):
            yield section[1], None
            continue
        match = re.match(r"/\*.*?\*/", block, re.DOTALL)
        comment, code = (match[0], block[match.end():].strip()) if match else ("", block)
        code = "\n".join(line for line in code.splitlines() if not re.match(r"#(ifndef|define|endif)\b.*_H?$", line))
        if "rp_" in code or "RP_" in code:
            yield comment_text(comment), code


def page(version, headers):
    parts, index = [], []
    for path in headers:
        source = path.read_text(encoding="utf-8")
        title = comment_text(re.match(r"/\*.*?\*/", source, re.DOTALL)[0])
        parts.append(f'<h2 id="{path.stem}">{path.name}</h2>\n<p class="text">{html.escape(title)}</p>')
        index.append(f'<a href="#{path.stem}">{path.name}</a>')
        for text, code in entries(source):
            if code is None:
                parts.append(f"<h3>{html.escape(text)}</h3>")
                continue
            names = dict.fromkeys(name for match in NAMES.findall(code) for name in match if name)
            anchors = "".join(f'<a id="{name}"></a>' for name in names)
            parts.append(f'{anchors}<pre>{html.escape(code.replace("RP_API ", ""))}</pre>')
            if text:
                parts.append(f'<p class="text">{html.escape(text)}</p>')
    body = "\n".join(parts)
    return (f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>librustpro {version}</title>\n'
            f"<style>{STYLE}</style>\n<h1>librustpro {version}: the C interface</h1>\n<p>{' · '.join(index)}</p>\n"
            f"{body}\n</html>\n")


def main(version, output, *headers):
    order = {"rustpro.h": 0, "base.h": 1, "tree.h": 2, "workspace.h": 3, "report.h": 4}
    paths = sorted(map(Path, headers), key=lambda path: (order.get(path.name, 9), path.name))
    Path(output).write_text(page(version, paths), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
