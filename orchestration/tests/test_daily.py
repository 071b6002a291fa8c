"""The day's job: what it does alone, and that it does nothing where all is done."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import workbook
from conftest import SAMPLES, House

RELATED = "SELECT from_number, to_number, related FROM relationship"


def pairs_in_mysql(house: House) -> dict[tuple[int, int], int]:
    return {(one, other): int(related) for one, other, related in house.mysql.rows(RELATED)}


def awaited(condition: Callable[[], bool], what: str) -> None:
    """Waits for something that another process does."""
    end = time.monotonic() + 180
    while not condition():
        assert time.monotonic() < end, f"this did not come: {what}"
        time.sleep(0.05)


@contextmanager
def role(house: House, verb: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """`tolva up` or `tolva watch`, for as long as it is needed."""
    environment = {**os.environ, **house.environment, "TOLVA_TELEMETRY__LISTEN": "127.0.0.1:0"}
    with (house.folder / f"{verb}.log").open("wb") as log:
        process = subprocess.Popen(
            [house.environment["TOLVA_BIN"], verb, *arguments],
            cwd=house.folder,
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(timeout=60)


def test_alone_it_loads_the_newest_file_of_the_inbox(house: House) -> None:
    # Neither watcher nor broker nor worker: two files lie there, and their names tell nothing.
    house.drop("relationships/v3.xlsx", "a.xlsx")
    house.drop("relationships/v2.xlsx", "b.xlsx")
    house.drop("employees/v1.csv", "employees.csv")
    run = house.run("daily")
    assert run.success, run.failures
    good, _ = workbook.pairs(SAMPLES / "relationships" / "v2.xlsx")
    assert pairs_in_mysql(house) == good
    assert run.made["relationships/load_mysql"]["file"] == "b.xlsx"
    assert run.made["employees/load_default"]["inserted"] > 0
    assert run.made["tolva/watchers"]["processes"] == 0


def test_where_the_inbox_cannot_be_seen_the_landing_is_used(house: House) -> None:
    path = house.drop("relationships/v1.xlsx", "relationships.xlsx")
    # Another host landed it.
    house.tolva.call("schema", "apply")
    assert house.tolva.call("scan").code == 0
    path.unlink()
    for folder in house.inbox.iterdir():
        folder.rmdir()
    house.inbox.rmdir()
    run = house.run("daily")
    assert run.success, run.failures
    good, _ = workbook.pairs(SAMPLES / "relationships" / "v1.xlsx")
    assert pairs_in_mysql(house) == good


def test_a_dataset_of_which_nothing_ever_came_does_no_harm(house: House) -> None:
    house.drop("employees/v1.csv", "employees.csv")
    run = house.run("daily")
    assert run.success, run.failures
    assert "employees/load_default" in run.made
    assert not any(key.startswith("relationships/") for key in run.made)


def test_with_everything_present_it_does_nothing_but_say_so(house: House) -> None:
    with role(house, "up", "--listen", "127.0.0.1:0"):
        awaited(lambda: (house.inbox / "relationships").is_dir(), "the folder of the dataset")
        house.drop("relationships/v2.xlsx", "relationships.xlsx")
        loaded = "SELECT target FROM tolva_load WHERE state = 'loaded' ORDER BY target"
        awaited(lambda: house.postgres.rows(loaded) == [("default",), ("mysql",)], "both loads")
        before = house.postgres.rows("SELECT id, finished_at FROM tolva_load ORDER BY id")
        run = house.run("daily")
        assert run.success, run.failures
        assert house.postgres.rows("SELECT id, finished_at FROM tolva_load ORDER BY id") == before
        assert not any("/load_" in key for key in run.made)
        assert run.observed == {"relationships/load_default", "relationships/load_mysql"}
        assert run.made["tolva/watchers"]["processes"] == 1


def test_a_watcher_that_fell_silent_fails_the_run_and_everything_is_refreshed_all_the_same(
    house: House,
) -> None:
    house.tolva.call("schema", "apply")
    with role(house, "watch") as watcher:
        heard = "SELECT 1 FROM tolva_heartbeat WHERE role = 'watch'"
        awaited(lambda: house.postgres.rows(heard) == [(1,)], "a heartbeat")
        watcher.kill()
        watcher.wait()
    # Nobody said goodbye; an hour passes.
    house.postgres.run("UPDATE tolva_heartbeat SET seen_at = seen_at - 3600000")
    house.drop("relationships/v1.xlsx", "relationships.xlsx")
    run = house.run("daily")
    assert not run.success
    assert set(run.failures) == {"tolva__watchers"}
    assert "has said nothing for" in run.failures["tolva__watchers"]
    good, _ = workbook.pairs(SAMPLES / "relationships" / "v1.xlsx")
    assert pairs_in_mysql(house) == good


def test_a_promise_that_no_file_can_keep_fails_the_run(house: House) -> None:
    house.drop("relationships/v1.xlsx", "relationships.xlsx")
    assert house.run("refresh_relationships").success
    house.postgres.run("UPDATE tolva_load SET finished_at = finished_at - 90000000")
    run = house.run("refresh_relationships")
    assert set(run.failures) == {"relationships__load_default", "relationships__load_mysql"}
    assert "older in mysql than its promise" in run.failures["relationships__load_mysql"]
    # The next file keeps it again.
    house.drop("relationships/v2.xlsx", "relationships.xlsx")
    assert house.run("refresh_relationships").success


def test_rows_that_somebody_took_away_are_a_failed_check(house: House) -> None:
    house.drop("relationships/v1.xlsx", "relationships.xlsx")
    assert house.run("refresh_relationships").success
    house.mysql.run("DELETE FROM relationship WHERE from_number = 1")
    run = house.run("refresh_relationships")
    assert run.verdict("relationships/load_mysql", "rows_agree") == (False, "ERROR")
    assert run.verdict("relationships/load_default", "rows_agree") == (True, "ERROR")
