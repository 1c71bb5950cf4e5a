#!/usr/bin/env python3
"""Write a C table of every function, struct and enumeration of the public headers, for ffi_test.c.

    generate_table.py INCLUDE_FOLDER OUTPUT
"""
import sys

import headers

SCALARS = {"int": "sint", "uint32_t": "uint32", "uint64_t": "uint64", "void": "void"}


def ffi_type(kind, api):
    if kind.endswith("*") or kind in api.callbacks:
        return "ffi_type_pointer"
    if kind == "size_t":
        return "FFI_TYPE_OF_SIZE"
    if kind in api.enums:
        return "ffi_type_uint"
    if kind in api.structs:
        return f"type_{kind}"
    return "ffi_type_" + SCALARS[kind]


def parameter_class(function, index, api):
    kind, name = function.parameters[index]
    before = function.parameters[index - 1][0] if index else ""
    if kind == "const char *":
        return "P_TEXT"
    if kind == "size_t" and before == "const char *":
        return "P_LENGTH"
    if kind in ("uint32_t", "size_t", "int") or kind in api.enums:
        return "P_INTEGER"
    if kind == "rp_node":
        return "P_NODE"
    if kind == "rp_definition":
        return "P_DEFINITION"
    if kind == "rp_error **":
        return "P_OUT_ERROR"
    if kind.endswith("**"):
        return "P_OUT_HANDLE"
    target = kind.replace("const ", "").rstrip("* ")
    if target in api.structs:
        return "P_OPTIONS" if kind.startswith("const ") else ("P_CURSOR" if target == "rp_cursor" else "P_OUT_STRUCT")
    if target in api.enums:
        return "P_OUT_STRUCT"
    return "P_HANDLE"


def in_order(structs):
    """Structs after those they contain."""
    done = []

    def visit(name):
        for kind, _ in structs[name]:
            if kind in structs and kind not in done:
                visit(kind)
        if name not in done:
            done.append(name)

    for name in structs:
        visit(name)
    return done


def main(include, output):
    api = headers.read(include)
    lines = ["/* Written by generate_table.py from the public headers. */", ""]
    order = in_order(api.structs)
    for name in order:
        members = ", ".join("&" + ffi_type(kind, api) for kind, _ in api.structs[name])
        offsets = ", ".join(f"offsetof({name}, {member})" for _, member in api.structs[name])
        lines += [f"static ffi_type *elements_{name}[] = {{{members}, NULL}};",
                  f"static ffi_type type_{name} = {{0, 0, FFI_TYPE_STRUCT, elements_{name}}};",
                  f"static const size_t offsets_{name}[] = {{{offsets}}};", ""]
    lines.append("static const struct struct_row structs[] = {")
    lines += [f'    {{"{n}", &type_{n}, sizeof({n}), offsets_{n}, {len(api.structs[n])}}},' for n in order]
    lines += ["};", ""]
    most = max(len(f.parameters) for f in api.functions)
    if most > 8:
        sys.exit("a function has more parameters than MAX_PARAMETERS")
    lines.append("static const struct function_row functions[] = {")
    for f in api.functions:
        rows = ", ".join(f'{{{parameter_class(f, i, api)}, &{ffi_type(kind, api)}, "{kind}", "{name}"}}'
                         for i, (kind, name) in enumerate(f.parameters))
        lines.append(f'    {{"{f.name}", &{ffi_type(f.result, api)}, "{f.result}", {len(f.parameters)}, '
                     f'{{{rows or "{P_INTEGER, NULL, NULL, NULL}"}}}}},')
    lines += ["};", "", "static const struct enum_row enum_rows[] = {"]
    for name, rows in api.enums.items():
        lines += [f'    {{"{name}", "{label}", {label}, {number}, "{comment if name == "rp_kind" else ""}"}},'
                  for label, number, comment in rows]
    lines += ["};", ""]
    with open(output, "w", encoding="utf-8") as file:
        file.write("\n".join(lines))


if __name__ == "__main__":
    main(*sys.argv[1:])
