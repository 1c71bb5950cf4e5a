#!/usr/bin/env python3
"""Installs the package with pip into an environment of its own and uses it there.

usage: try_install.py LIBRARY

Nothing is downloaded. Where venv, pip or setuptools is absent the exit code is 77, which says that it was skipped.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent

CODE = """
import importlib.metadata, pathlib, rustpro
folder = pathlib.Path(rustpro.__file__).parent
assert "site-packages" in str(folder), folder
assert (folder / "py.typed").exists()
assert importlib.metadata.version("rustpro") == rustpro.__version__
assert pathlib.Path(rustpro.library_path()).parent == folder, rustpro.library_path()
assert rustpro.parse("fn f() {}").errors == ()
print("installed", rustpro.__version__)
"""


def skip(reason):
    print(f"SKIPPED: installing the Python package was not tested: {reason}", file=sys.stderr)
    sys.exit(77)


def main():
    library = Path(sys.argv[1]).resolve()
    environment = {
        name: value for name, value in os.environ.items() if name not in ("RUSTPRO_LIBRARY", "PYTHONPATH", "PYTHONHOME")
    }
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "source")
        shutil.copytree(PACKAGE, source, ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info"))
        # What someone who ships the library with the package would do.
        shutil.copy(library, source / "rustpro" / "librustpro.so.0")

        home = Path(folder, "venv")
        made = subprocess.run(
            [sys.executable, "-m", "venv", "--system-site-packages", str(home)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if made.returncode != 0:
            skip(f"no environment could be made: {made.stdout.strip()}")
        interpreter = str(home / "bin" / "python")
        tools = subprocess.run(
            [
                interpreter,
                "-c",
                "import setuptools, wheel, pip; assert int(setuptools.__version__.split('.')[0]) >= 61",
            ],
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            check=False,
        )
        if tools.returncode != 0:
            skip(f"pip, setuptools (at least 61) and wheel are needed: {tools.stderr.strip().splitlines()[-1]}")
        install = [interpreter, "-m", "pip", "install", "--quiet", "--no-index", "--no-build-isolation", "--no-deps"]
        subprocess.run([*install, "--disable-pip-version-check", str(source)], env=environment, check=True)
        subprocess.run([interpreter, "-c", CODE], cwd=folder, env=environment, check=True)
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main())
