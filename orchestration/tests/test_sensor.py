"""The sensor: its decision, and the whole of it over a real ledger."""

from __future__ import annotations

import dagster as dg
from conftest import House

from tolva_dagster.decide import Seen, decide

EMPTY = {"datasets": [], "pending": [], "unseen": [], "loads": [], "arrivals": []}


def decided(status: dict, seen: Seen, busy: tuple[str, ...] = ()):
    return decide({**EMPTY, **status}, seen, datasets={"staff", "stock"}, busy=set(busy), grace=60)


def pending(number: int, age: int) -> dict:
    return {"id": number, "dataset": "staff", "targets": ["mysql"], "age": age}


def test_an_arrival_within_its_grace_is_left_to_the_event_path() -> None:
    assert decided({"pending": [pending(1, 59)]}, Seen()).requests == []


def test_a_late_arrival_is_requested_once_and_a_newer_one_anew() -> None:
    first = decided({"pending": [pending(1, 60)]}, Seen())
    assert [one.key for one in first.requests] == ["arrival-1"]
    again = decided({"pending": [pending(1, 90)]}, Seen.read(first.seen.write()))
    assert again.requests == []
    newer = decided({"pending": [pending(2, 61), pending(1, 120)]}, again.seen)
    assert [one.key for one in newer.requests] == ["arrival-2"]


def test_several_reasons_make_one_run() -> None:
    status = {
        "pending": [pending(1, 90)],
        "unseen": [{"path": "staff/a.csv", "dataset": "staff", "age": 70, "drop": "x"}],
        "datasets": [{"name": "staff", "every": 60, "late": True, "targets": {"mysql": None}}],
    }
    first = decided(status, Seen())
    assert [one.dataset for one in first.requests] == ["staff"]
    assert decided(status, first.seen).requests == []


def test_a_dataset_that_a_run_is_at_waits_with_requests_and_reports() -> None:
    load = {"id": 5, "dataset": "staff", "target": "mysql"}
    status = {"pending": [pending(1, 90)], "loads": [load]}
    meanwhile = decided(status, Seen(), busy=("staff",))
    assert (meanwhile.requests, meanwhile.loads) == ([], [])
    after = decided(status, meanwhile.seen)
    assert ([one.key for one in after.requests], after.loads) == (["arrival-1"], [load])


def test_every_later_load_is_reported_once_and_of_the_past_only_the_last_one() -> None:
    loads = [{"id": number, "dataset": "staff", "target": "mysql"} for number in (1, 2, 3)]
    first = decided({"loads": loads[:2]}, Seen())
    assert [load["id"] for load in first.loads] == [2]
    more = [*loads, {"id": 4, "dataset": "staff", "target": "mysql"}]
    second = decided({"loads": more}, first.seen)
    assert [load["id"] for load in second.loads] == [3, 4]
    assert decided({"loads": more}, second.seen).loads == []


class Looks:
    """The sensor of a house, look by look, as the daemon evaluates it."""

    def __init__(self, house: House) -> None:
        self.house, self.cursor, self.run_keys = house, None, []

    def look(self) -> dg.SensorResult:
        definitions = self.house.definitions()
        context = dg.build_sensor_context(
            instance=self.house.instance,
            cursor=self.cursor,
            repository_def=definitions.get_repository_def(),
        )
        told = definitions.resolve_sensor_def("arrivals").evaluate_tick(context)
        self.cursor = told.cursor
        # The daemon stores them.
        for event in told.asset_events:
            self.house.instance.report_runless_asset_event(event)
        keys = [request.run_key for request in told.run_requests or ()]
        self.run_keys += keys
        return told


def test_a_late_arrival_is_requested_once_and_its_run_loads_it(house: House) -> None:
    house.environment["TOLVA_SENSOR_GRACE"] = "0"
    looks = Looks(house)
    house.tolva.call("schema", "apply")
    assert looks.look().run_requests == [], "all is well"
    # It was landed, and nobody loads it.
    house.drop("relationships/v1.xlsx", "relationships.xlsx")
    assert house.tolva.call("scan").code == 0
    request = looks.look().run_requests[0]
    assert (request.job_name, request.run_key) == ("refresh_relationships", "arrival-1")
    assert looks.look().run_requests == []
    assert house.run(request.job_name).success
    told = looks.look()
    assert (told.run_requests, told.asset_events) == ([], []), "the run told of itself"
    # A file that not even a watcher has seen.
    house.drop("relationships/v2.xlsx", "relationships.xlsx")
    request = looks.look().run_requests[0]
    assert request.run_key.startswith("drop-") and "lain in the inbox" in request.tags["tolva/why"]
    assert looks.look().run_requests == []
    assert house.run(request.job_name).success
    assert (looks.look().run_requests, len(looks.run_keys)) == ([], 2)
    # Past its promise.
    house.postgres.run("UPDATE tolva_load SET finished_at = finished_at - 90000000")
    assert looks.look().run_requests[0].run_key.startswith("late-relationships-")
    assert looks.look().run_requests == []


def test_what_the_event_path_loaded_is_reported_once(house: House) -> None:
    looks = Looks(house)
    house.drop("relationships/v1.xlsx", "relationships.xlsx")
    assert house.tolva.call("refresh").code == 0
    told = looks.look()
    assert told.run_requests == []
    reported = {event.asset_key.to_user_string(): event.metadata for event in told.asset_events}
    assert set(reported) == {"relationships/load_default", "relationships/load_mysql"}
    metadata = reported["relationships/load_mysql"]
    assert metadata["file"].value == "relationships.xlsx"
    assert metadata["inserted"].value == sum(
        house.mysql.rows(f"SELECT COUNT(*) FROM {table}")[0][0] for table in ("person", "relationship")
    )
    assert looks.look().asset_events == []
    # Even a sensor that lost its memory does not tell it twice.
    looks.cursor = None
    assert looks.look().asset_events == []


def test_an_outage_of_the_ledger_is_survived(house: House) -> None:
    looks = Looks(house)
    house.drop("relationships/v1.xlsx", "relationships.xlsx")
    assert house.tolva.call("refresh").code == 0
    assert len(looks.look().asset_events) == 2
    cursor, url = looks.cursor, house.environment["TOLVA_DATABASE__URL"]
    house.environment["TOLVA_DATABASE__URL"] = "postgres://nobody@127.0.0.1:1/nowhere"
    told = looks.look()
    assert "the ledger cannot be asked" in told.skip_message
    assert (told.run_requests, told.asset_events, looks.cursor) == ([], [], cursor)
    house.environment["TOLVA_DATABASE__URL"] = url
    house.drop("relationships/v2.xlsx", "relationships.xlsx")
    assert house.tolva.call("refresh").code == 0
    assert len(looks.look().asset_events) == 2
