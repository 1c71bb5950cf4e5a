"""The rules of reviews, as `rustpro explain` prints them: Rule, and how one is found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Optional, Tuple

from ._abi import api, text_of
from ._handles import encode
from .report import Severity, Verdict


@dataclass(frozen=True)
class Rule:
    """One rule: what it finds and why that matters."""

    id: str
    """Such as 'safety/undocumented-unsafe'."""
    area: str
    title: str
    """A few words."""
    why: str
    """Why it matters, in sentences."""
    bad: str
    """An example in which the rule fires on the lines that end in a comment with `~`; several files are each below a
    line '--- PATH'."""
    good: str
    """An example in which it does not."""
    doubt: str
    """Of a likely rule: what may make it wrong."""
    lint: str
    """The lint of rustc or clippy whose `#[allow]` silences it; may be empty."""
    severity: Severity
    verdict: Verdict
    opt_in: bool
    """It runs only where rustpro.toml or the caller asks for it by its id."""
    references: Tuple[str, ...]
    """Where the language or its documentation says so."""


# Rules are the same as long as the library is open, so they are read once.
@lru_cache(maxsize=None)
def rules() -> Tuple[Rule, ...]:
    """Returns all rules, in order of areas."""
    library = api()
    found = []
    for index in range(library.rule_count()):
        raw = library.rule_at(index)
        found.append(
            Rule(
                id=text_of(raw.id),
                area=text_of(raw.area),
                title=text_of(raw.title),
                why=text_of(raw.why),
                bad=text_of(raw.bad),
                good=text_of(raw.good),
                doubt=text_of(raw.doubt),
                lint=text_of(raw.lint),
                severity=Severity(raw.severity),
                verdict=Verdict(raw.verdict),
                opt_in=bool(raw.opt_in),
                references=tuple(text_of(library.rule_reference(index, i)) for i in range(raw.reference_count)),
            )
        )
    return tuple(found)


def find_rule(id: str) -> Optional[Rule]:
    """Returns the rule with that id, or None."""
    data = encode(id)
    index = api().rule_find(data, len(data))
    return rules()[index] if index < len(rules()) else None
