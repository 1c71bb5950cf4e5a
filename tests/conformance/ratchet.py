"""The ratchet: for each corpus the fewest disagreements seen, which a run may lower and never raise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

NUMBERS = ("false_errors", "missed_errors")


class Check(NamedTuple):
    name: str  # <corpus>/<number>
    outcome: str  # pass, fail, better or new
    detail: str

    @property
    def passed(self) -> bool:
        return self.outcome != "fail"


def load(file: Path) -> dict[str, dict[str, int]]:
    if not file.exists():
        return {}
    with open(file, encoding="utf-8") as f:
        return json.load(f)


def compare(corpus: str, best: dict[str, int] | None, now: dict[str, int]) -> list[Check]:
    """One check for each number. A corpus of another size is compared in proportion."""
    checks = []
    for number in NUMBERS:
        name, count = f"{corpus}/{number}", now[number]
        if best is None:
            checks.append(Check(name, "new", f"{count} (not in the ratchet yet)"))
            continue
        was, size_was, size_now = best[number], best["files"], now["files"]
        note = "" if size_was == size_now else f", of {size_was} files then and {size_now} now"
        # was/size_was against count/size_now, in whole numbers
        difference = count * size_was - was * size_now
        if difference > 0:
            checks.append(Check(name, "fail", f"{count}, worse than {was}{note}"))
        elif difference < 0:
            checks.append(Check(name, "better", f"{count}, better than {was}{note}; --update-ratchet keeps it"))
        else:
            checks.append(Check(name, "pass", f"{count}{note}"))
    return checks


def lowered(best: dict[str, int] | None, now: dict[str, int]) -> dict[str, int]:
    """The entry to keep. It changes only when no number gets worse."""
    if best is not None and any(not check.passed for check in compare("", best, now)):
        if best["files"] != now["files"]:
            return best
        return {"files": best["files"], **{n: min(best[n], now[n]) for n in NUMBERS}}
    return {"files": now["files"], **{n: now[n] for n in NUMBERS}}


def save(file: Path, entries: dict[str, dict[str, int]]) -> None:
    file.write_text(json.dumps(entries, indent=2, sort_keys=True) + "\n", encoding="utf-8")
