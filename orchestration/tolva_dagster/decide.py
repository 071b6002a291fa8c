"""What the sensor does about what it sees: a decision over plain data, without Dagster and without clock."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

#: Reasons remembered of a dataset: those that still hold, and some that may come back.
MOST_REASONS = 50


@dataclass
class Seen:
    """What the sensor remembers between two looks: its cursor."""

    #: By dataset: the reasons for which a run was requested.
    asked: dict[str, list[str]] = field(default_factory=dict)
    #: By `dataset/target`: the newest load that Dagster knows of.
    loads: dict[str, int] = field(default_factory=dict)

    @staticmethod
    def read(cursor: str | None) -> Seen:
        """From a cursor; a new sensor has none."""
        return Seen(**json.loads(cursor)) if cursor else Seen()

    def write(self) -> str:
        """As a cursor."""
        return json.dumps({"asked": self.asked, "loads": self.loads}, sort_keys=True)


@dataclass(frozen=True)
class Request:
    """A run that is to be."""

    dataset: str
    key: str
    why: str


@dataclass(frozen=True)
class Decision:
    """What is to be done, and what is to be remembered then."""

    requests: list[Request]
    #: Loads that Dagster was not told of, as the ledger tells them, in their order.
    loads: list[dict[str, Any]]
    seen: Seen
    #: Datasets of which no contract was there when the definitions were made.
    unknown: list[str]


def decide(
    status: dict[str, Any],
    seen: Seen,
    *,
    datasets: Collection[str],
    busy: Collection[str],
    grace: int,
) -> Decision:
    """Decides. `busy` are the datasets that a run of Dagster is at: it reports for itself."""
    asked = {name: list(reasons) for name, reasons in seen.asked.items()}
    requests = []
    reasons = _reasons(status, grace)
    for dataset, found in reasons.items():
        if dataset not in datasets or dataset in busy:
            continue
        before = asked.get(dataset, [])
        new = [(key, why) for key, why in found if key not in before]
        # One run sees to all of them, also to those that come with it.
        if new:
            requests.append(Request(dataset, *new[0]))
        asked[dataset] = [*before, *(key for key, _ in new)][-MOST_REASONS:]
    loads, known = _loads(status, seen.loads, datasets, busy)
    unknown = [one["name"] for one in status["datasets"] if one["name"] not in datasets]
    return Decision(requests, loads, Seen(asked, known), unknown)


def _reasons(status: dict[str, Any], grace: int) -> dict[str, list[tuple[str, str]]]:
    """Why each dataset wants a run, the newest reason first."""
    reasons: dict[str, list[tuple[str, str]]] = {}
    for arrival in sorted(status["pending"], key=lambda one: one["id"], reverse=True):
        if arrival["age"] >= grace:
            why = f"arrival {arrival['id']} is not in {', '.join(arrival['targets'])} after {arrival['age']} s"
            reasons.setdefault(arrival["dataset"], []).append((f"arrival-{arrival['id']}", why))
    for file in sorted(status["unseen"] or [], key=lambda one: one["age"]):
        if file["age"] >= grace:
            why = f"{file['path']} has lain in the inbox for {file['age']} s"
            reasons.setdefault(file["dataset"], []).append((f"drop-{file['drop']}-{file['path']}", why))
    for dataset in status["datasets"]:
        if dataset["late"]:
            since = max((at for at in dataset["targets"].values() if at), default="never")
            why = f"older than its promise of {dataset['every']} s (brought up to date: {since})"
            reasons.setdefault(dataset["name"], []).append((f"late-{dataset['name']}-{since}", why))
    return reasons


def _loads(
    status: dict[str, Any], known: dict[str, int], datasets: Collection[str], busy: Collection[str]
) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """The loads behind those that are known. Of a target that is new to us only the last one counts."""
    known, news = dict(known), []
    for load in sorted(status["loads"], key=lambda one: one["id"]):
        dataset, place = load["dataset"], f"{load['dataset']}/{load['target']}"
        if dataset not in datasets or dataset in busy or load["id"] <= known.get(place, 0):
            continue
        if place not in known:
            news = [one for one in news if (one["dataset"], one["target"]) != (dataset, load["target"])]
        news.append(load)
    for load in news:
        known[f"{load['dataset']}/{load['target']}"] = load["id"]
    return news, known
