#!/usr/bin/env python3
"""Vets and tests the Go module with the race detector, then runs its example.

usage: run_tests.py LIBRARY INCLUDE_FOLDER

LIBRARY is the built librustpro.so. Where Go, a C compiler or pkg-config is absent the exit code is 77, which says that
the tests were skipped.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

MODULE = Path(__file__).resolve().parent
OLDEST_GO = (1, 19)


def skip(reason):
    print(f"SKIPPED: the Go binding was not tested: {reason}", file=sys.stderr)
    sys.exit(77)


def main():
    library, include = (Path(argument).resolve() for argument in sys.argv[1:])
    for tool in ("go", "gofmt", "pkg-config"):
        if shutil.which(tool) is None:
            skip(f"there is no {tool}")
    version = subprocess.run(["go", "env", "GOVERSION"], stdout=subprocess.PIPE, text=True, check=True).stdout
    number = re.match(r"go(\d+)\.(\d+)", version)
    if number is None or tuple(map(int, number.groups())) < OLDEST_GO:
        skip(f"Go is {version.strip() or 'too old'}, at least 1.19 is needed")
    if shutil.which(os.environ.get("CC", "cc").split()[0]) is None:
        skip("there is no C compiler")

    with tempfile.TemporaryDirectory() as folder:
        # An installed rustpro.pc names the folders too. Here they are in the environment, because Go's cache looks at
        # that and not at what pkg-config says; nor does it look at the headers, so their contents are named as well.
        Path(folder, "rustpro.pc").write_text(
            "Name: rustpro\nDescription: not installed\nVersion: 0\nLibs: -lrustpro\n", encoding="utf-8"
        )
        headers = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(include.rglob("*.h")))).hexdigest()
        environment = dict(
            os.environ,
            CGO_ENABLED="1",
            CGO_CFLAGS=f"-O1 -I{include} -DRUSTPRO_HEADERS_{headers}",
            CGO_LDFLAGS=f"-L{library.parent}",
            GOFLAGS="-mod=mod",
            GOTOOLCHAIN="local",
            GOPROXY="off",
            PKG_CONFIG_PATH=folder,
            LD_LIBRARY_PATH=f"{library.parent}:{os.environ.get('LD_LIBRARY_PATH', '')}",
            # The compiler of the library may be another, with flags that cgo does not know.
            CC="cc",
        )
        environment.pop("CXX", None)

        def run(*command):
            print("+", *command, flush=True)
            return subprocess.run(command, cwd=MODULE, env=environment, check=False).returncode

        unformatted = subprocess.run(["gofmt", "-l", "."], cwd=MODULE, stdout=subprocess.PIPE, text=True, check=True)
        if unformatted.stdout:
            print("gofmt would change:", unformatted.stdout, file=sys.stderr)
            return 1
        program = str(Path(folder, "review_crate"))
        failed = (
            run("go", "vet", "./...")
            or run("go", "test", "-race", "-count=1", "./...")
            or run("go", "build", "-o", program, "./examples/review_crate")
            or run(sys.executable, str(MODULE.parent / "run_example.py"), program)
        )
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main())
