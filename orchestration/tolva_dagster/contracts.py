"""The contracts, as `tolva schema show --json` tells them: there is one parser, and it is not here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from .tolva import Tolva, TolvaError

#: The version of the shape that is understood (docs/schema-show.md).
SHAPE = 1


@dataclass(frozen=True)
class Check:
    """A rule that a file is held against."""

    name: str
    says: str


@dataclass(frozen=True)
class Contract:
    """What is needed of a contract."""

    name: str
    title: str | None
    digest: str
    files: tuple[str, ...]
    targets: tuple[str, ...]
    #: How old the dataset may become, seconds.
    every: int
    #: Table, and its columns with their types.
    tables: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    checks: tuple[Check, ...]


def read(tolva: Tolva) -> list[Contract]:
    """All contracts that can be read, by name; of the others is told."""
    told = tolva.call("schema", "show", "--json")
    if told.code != 0:
        if not told.out.strip() and not told.complaints.strip():
            raise TolvaError(f"`tolva schema show` ended with {told.code} and said nothing")
        print(told.complaints)
    contracts = [parse(json.loads(line)) for line in told.out.splitlines()]
    return sorted(contracts, key=lambda contract: contract.name)


def parse(outline: dict[str, Any]) -> Contract:
    """Understands one line."""
    if outline["shape"] != SHAPE:
        raise TolvaError(f"this package understands shape {SHAPE} of `tolva schema show`, not {outline['shape']}")
    return Contract(
        name=outline["dataset"],
        title=outline["title"],
        digest=outline["digest"],
        files=tuple(outline["files"]),
        targets=tuple(outline["targets"]),
        every=outline["every"],
        tables=tuple(
            (table["name"], tuple((column["name"], column["type"]) for column in table["columns"]))
            for table in outline["tables"]
        ),
        checks=tuple(Check(check["name"], check["says"]) for check in outline["checks"]),
    )
