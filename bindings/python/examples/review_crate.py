#!/usr/bin/env python3
"""Reviews a crate and prints what was found, the figures, and what could not be read.

usage: review_crate.py PATH
"""

import sys

import rustpro


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        report = rustpro.review(sys.argv[1])
    except rustpro.RustproError as error:
        print(error, file=sys.stderr)
        return 3

    for finding in report.findings:
        place = finding.primary
        print(f"{place.path}:{place.start.line}:{place.start.column_bytes}: {finding.message} [{finding.rule}]")
        for note in finding.notes:
            print(f"    {note}")

    metrics = report.metrics
    documented = sum(use.docs != rustpro.SafetyDocs.NONE for use in report.unsafe_uses)
    print(f"{metrics.files} files, {metrics.code_lines} lines of code, {metrics.functions} functions")
    print(f"{metrics.unsafe_uses} uses of unsafety, {documented} of them with a reason")
    for function in report.longest_functions[:3]:
        print(f"{function.lines:5} lines: {function.name} ({function.place.path}:{function.place.start.line})")
    for unread in report.unread:
        print(f"not read: {unread.path}: {unread.reason}")
    return 1 if report.findings else 0


if __name__ == "__main__":
    sys.exit(main())
