"""The jobs, and the day's schedule."""

from __future__ import annotations

from typing import Any

import dagster as dg

from . import keys
from .contracts import Contract
from .settings import Settings


def jobs(contracts: list[Contract]) -> list[Any]:
    """One job for everything, one for each dataset."""
    daily = dg.define_asset_job(
        keys.DAILY,
        selection=dg.AssetSelection.all(),
        description="Brings every dataset to the newest file that can be reached, in every target.",
    )
    return [daily, *(_job(contract) for contract in contracts)]


def _job(contract: Contract) -> Any:
    return dg.define_asset_job(
        keys.job(contract.name),
        selection=dg.AssetSelection.groups(contract.name),
        description=f"Brings {contract.name} to the newest file that can be reached.",
        tags={"tolva/dataset": contract.name},
    )


def daily(settings: Settings) -> dg.ScheduleDefinition:
    """On by default. A tick during which the daemon was down is made up for when it is back: of ticks
    without partitions the scheduler makes up for the last one."""
    return dg.ScheduleDefinition(
        name=keys.DAILY,
        job_name=keys.DAILY,
        cron_schedule=settings.cron,
        execution_timezone=settings.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="All datasets, once a day.",
    )
