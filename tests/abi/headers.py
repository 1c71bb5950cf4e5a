"""Reads the public headers: every function with its parameters and comment, every struct, every enumeration.

The headers are plain C of one style, so regular expressions are enough; whatever does not fit is an error, so that
nothing is left out silently.
"""
import re
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Function:
    name: str
    result: str
    parameters: list  # of (type, name); pointers are written "const char *"
    comment: str
    header: str


@dataclass
class Headers:
    functions: list = field(default_factory=list)
    structs: dict = field(default_factory=dict)  # name: [(type, name)]
    enums: dict = field(default_factory=dict)  # name: [(label, number, comment)]
    callbacks: list = field(default_factory=list)


def one_space(text):
    return re.sub(r"\s+", " ", text).strip()


def without_comments(text):
    return re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)


def declarator(text):
    """"const char *name" as ("const char *", "name")."""
    match = re.fullmatch(r"(.*?)(\**)\s*(\w+)", one_space(text))
    kind, stars, name = match.groups()
    return (kind.strip() + (" " + stars if stars else ""), name)


def read_functions(text, header, out):
    # A comment stands for the declarations below it up to the next blank line.
    for block in re.split(r"\n\s*\n", text):
        comment = "".join(re.findall(r"/\*.*?\*/", block, flags=re.DOTALL))
        declarations = re.sub(r"(?m)^#.*$", "", without_comments(block))
        for match in re.finditer(r"RP_API\s+([^;]*?)\s*(\w+)\(([^;]*)\);", declarations):
            result, name, parameters = match.groups()
            listed = [] if one_space(parameters) in ("void", "") else [declarator(p) for p in parameters.split(",")]
            out.functions.append(Function(name, one_space(result), listed, one_space(comment), header))


def read_types(text, out):
    plain = without_comments(text)
    for fields, name in re.findall(r"typedef struct \w+ \{(.*?)\} (\w+);", plain, flags=re.DOTALL):
        out.structs[name] = [declarator(f) for f in fields.split(";") if f.strip()]
    for body, name in re.findall(r"typedef enum \w+ \{(.*?)\} (\w+);", text, flags=re.DOTALL):
        rows = re.findall(r"(RP_\w+) = (\d+),?(?:[ ]*/\*\s*(.*?)\s*\*/)?", body, flags=re.DOTALL)
        out.enums[name] = [(label, int(number), one_space(comment)) for label, number, comment in rows]
    out.callbacks += re.findall(r"typedef \w+ \(\*(\w+)\)", plain)


def read(folder):
    out = Headers()
    for path in sorted(Path(folder).glob("*.h")):
        text = path.read_text(encoding="utf-8")
        read_functions(text, path.name, out)
        read_types(text, out)
        declared = len(re.findall(r"\bRP_API\s+\w", re.sub(r"(?m)^#.*$", "", without_comments(text))))
        found = sum(f.header == path.name for f in out.functions)
        if declared != found:
            raise SystemExit(f"{path}: {declared} declarations, {found} understood")
    return out
