"""What Dagster loads: assets, checks, jobs, the schedule and the sensor, made from the contracts."""

from __future__ import annotations

import dagster as dg

from . import assets, contracts, schedule, settings, watchers
from .sensor import sensor
from .tolva import Tolva


def build(tolva: Tolva) -> dg.Definitions:
    """The definitions for the contracts that this program reads."""
    found = contracts.read(tolva)
    jobs = schedule.jobs(found)
    return dg.Definitions(
        assets=[*(asset for one in found for asset in assets.of_contract(one, tolva)), watchers.asset(tolva)],
        jobs=jobs,
        schedules=[schedule.daily(tolva.settings)],
        sensors=[sensor(found, jobs, tolva)],
        # What takes time is done by the program, in processes of its own: one of Python is enough for a run.
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """Evaluated when the code location is loaded, and again when it is reloaded."""
    return build(Tolva(settings.load()))
