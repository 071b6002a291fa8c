"""The names of assets and jobs."""

from __future__ import annotations

import dagster as dg

#: The job of every day, and its schedule.
DAILY = "daily"
#: Whether watchers are heard of.
WATCHERS = dg.AssetKey(["tolva", "watchers"])


def read(dataset: str) -> dg.AssetKey:
    """Step 1."""
    return dg.AssetKey([dataset, "read"])


def organise(dataset: str) -> dg.AssetKey:
    """Step 2."""
    return dg.AssetKey([dataset, "organise"])


def load(dataset: str, target: str) -> dg.AssetKey:
    """Step 3."""
    return dg.AssetKey([dataset, f"load_{target}"])


def job(dataset: str) -> str:
    """The job that refreshes one dataset."""
    return f"refresh_{dataset}"
