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


def make_environment(home, environment):
    """Makes an environment with pip, setuptools and wheel, from this interpreter or the system's; returns its python."""
    reasons = []
    for base in dict.fromkeys([sys.executable, "/usr/bin/python3"]):
        if not os.path.exists(base):
            continue
        shutil.rmtree(home, ignore_errors=True)
        interpreter = str(home / "bin" / "python")
        for command in (
            [base, "-m", "venv", "--system-site-packages", str(home)],
            [
                interpreter,
                "-c",
                "import setuptools, wheel, pip; assert int(setuptools.__version__.split('.')[0]) >= 61",
            ],
        ):
            run = subprocess.run(
                command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, check=False
            )
            if run.returncode != 0:
                reasons.append(f"{base}: {(run.stdout.strip().splitlines() or ['no reason'])[-1]}")
                break
        else:
            return interpreter
    return skip(f"venv, pip, setuptools (at least 61) and wheel are needed: {'; '.join(reasons)}")


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

        interpreter = make_environment(Path(folder, "venv"), environment)
        install = [interpreter, "-m", "pip", "install", "--quiet", "--no-index", "--no-build-isolation", "--no-deps"]
        subprocess.run([*install, "--disable-pip-version-check", str(source)], env=environment, check=True)
        subprocess.run([interpreter, "-c", CODE], cwd=folder, env=environment, check=True)
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main())
