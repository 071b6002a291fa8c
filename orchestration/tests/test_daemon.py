"""A real daemon on a clock that the test moves: the day's tick, once a day, and once after a pause."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

import dagster as dg
import pytest
from conftest import House
from dagster._core.scheduler.instigation import InstigatorTick

HERE = Path(__file__).parents[1]
#: 06:00 in Bogota.
SIX = datetime(2030, 3, 4, 11, 0, tzinfo=timezone.utc)
#: The longest that the daemon may take for what it is to do.
PATIENCE = 300


class Clock:
    """What the daemon takes for the time; it goes on by itself, and jumps when it is told to."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "clock"

    def jump(self, to: datetime) -> None:
        """Whole, and then in its place: it is read all the time."""
        offset = (to - datetime.now(timezone.utc)).total_seconds()
        unfinished = self.file.with_suffix(".new")
        unfinished.write_text(f"{offset:.3f}")
        unfinished.rename(self.file)


@contextmanager
def daemon(house: House, home: Path, clock: Clock) -> Iterator[subprocess.Popen[bytes]]:
    """`dagster-daemon`, with its own server of the code location."""
    environment = {
        **os.environ,
        **house.environment,
        "TOLVA_TEST_CLOCK": str(clock.file),
        # Its threads seem to be dead when the clock jumps.
        "DAGSTER_DAEMON_HEARTBEAT_TOLERANCE": "1000000000",
        "DAGSTER_HOME": str(home),
        "PYTHONPATH": f"{HERE}:{HERE / 'tests' / 'clock'}",
    }
    with (home / "daemon.log").open("ab") as log:
        process = subprocess.Popen(
            [
                *(str(Path(sys.executable).with_name("dagster-daemon")), "run"),
                *("--module-name", "tolva_dagster.definitions"),
            ],
            cwd=house.folder,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


class Watch:
    """What the instance tells of the day's schedule."""

    def __init__(self, instance: dg.DagsterInstance, home: Path) -> None:
        self.instance, self.home = instance, home
        self.process: subprocess.Popen[bytes] | None = None

    def ticks(self) -> list[datetime]:
        """The times of the ticks that made a run, in order."""
        found: list[InstigatorTick] = []
        for state in self.instance.all_instigator_state():
            if state.name == "daily":
                found += self.instance.get_ticks(state.instigator_origin_id, state.selector_id)
        return sorted(datetime.fromtimestamp(one.timestamp, timezone.utc) for one in found if one.run_ids)

    def is_on(self) -> bool:
        """Whether the daemon has taken note of the schedule."""
        return any(state.name == "daily" for state in self.instance.all_instigator_state())

    def looked(self) -> datetime:
        """When the scheduler looked last, by its own clock, as far as it has noted that: once an hour."""
        data = [state.instigator_data for state in self.instance.all_instigator_state() if state.name == "daily"]
        return datetime.fromtimestamp(data[0].last_iteration_timestamp or 0, timezone.utc)

    def runs(self) -> list[dg.DagsterRun]:
        """The runs of the schedule, the newest first."""
        return self.instance.get_runs(dg.RunsFilter(tags={"dagster/schedule_name": "daily"}))

    def until(self, condition, what: str) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > end or self.process.poll() is not None:
                pytest.fail(f"this did not come: {what}\n{(self.home / 'daemon.log').read_text()[-4000:]}")
            time.sleep(0.2)

    def until_idle(self, count: int) -> None:
        """Until so many runs have been, and ended."""
        self.until(
            lambda: len(self.runs()) == count and all(run.is_finished for run in self.runs()),
            f"{count} runs that ended",
        )


def test_the_schedule_ticks_once_a_day_and_once_after_a_pause(house: House, tmp_path: Path) -> None:
    home = tmp_path / "dagster-home"
    home.mkdir()
    settings = (HERE / "dagster.yaml").read_text()
    # Events are stamped by the system's clock: by this one, every run has lasted for years.
    watched = "run_monitoring:\n  enabled: true\n"
    assert watched in settings
    (home / "dagster.yaml").write_text(settings.replace(watched, "run_monitoring:\n  enabled: false\n"))
    house.environment |= {"DAGSTER_DISABLE_TELEMETRY": "1", "TOLVA_SENSOR_INTERVAL": "3600"}
    (house.folder / "datasets" / "employees.toml").unlink()
    house.drop("relationships/v1.xlsx", "relationships.xlsx")
    clock = Clock(tmp_path)
    days = [SIX + timedelta(days=day) for day in range(6)]
    with dg.DagsterInstance.from_config(str(home)) as instance:
        watch = Watch(instance, home)
        clock.jump(days[0] - timedelta(minutes=10))
        with daemon(house, home, clock) as watch.process:
            watch.until(watch.is_on, "the schedule")
            assert watch.ticks() == []
            for number, day in enumerate(days[:3], 1):
                # Each day brings a file, as it should be; nobody but the schedule looks for it.
                house.drop(f"relationships/v{number}.xlsx", "relationships.xlsx")
                clock.jump(day + timedelta(seconds=1))
                watch.until(lambda number=number: len(watch.ticks()) == number, f"tick {number}")
                watch.until_idle(number)
                if number == 1:
                    # The rest of the day brings none.
                    evening = day + timedelta(hours=20)
                    clock.jump(evening)
                    watch.until(lambda evening=evening: watch.looked() >= evening, "a look at the evening")
        assert watch.ticks() == days[:3]
        assert all(run.is_success for run in watch.runs()), [run.status for run in watch.runs()]
        # The daemon is down across two ticks: when it is back, the last one is made up for.
        clock.jump(days[4] + timedelta(hours=5))
        house.drop("relationships/v2.xlsx", "relationships.xlsx")
        with daemon(house, home, clock) as watch.process:
            watch.until(lambda: len(watch.ticks()) == 4, "the tick that was missed")
            watch.until_idle(4)
            clock.jump(days[5] + timedelta(seconds=1))
            watch.until(lambda: len(watch.ticks()) == 5, "the next day's tick")
        assert watch.ticks() == [*days[:3], *days[4:]]
