"""What Dagster is offered, pinned; and that a contract is all it takes to be offered more."""

import json
import os
from pathlib import Path

import dagster as dg
from conftest import House

SNAPSHOT = Path(__file__).parent / "definitions.json"

CONTRACT = """
version = 1
name    = "stock"
files   = ["stock*.csv"]
targets = ["mysql"]
every   = "2h"

[[source]]
name = "lines"
fields = [
  { name = "article", type = "string", required = true, maxLength = 40 },
  { name = "pieces",  type = "integer", required = true, minimum = 0 },
]

[[table]]
name = "stock"
from = "lines"
key  = ["article"]
"""


def outline(definitions: dg.Definitions) -> dict:
    """Keys and what hangs on them."""
    graph = definitions.resolve_asset_graph()
    repository = definitions.get_repository_def()
    jobs = {
        job.name: sorted(key.to_user_string() for key in job.asset_layer.executable_asset_keys)
        for job in repository.get_all_jobs()
        if not job.name.startswith("__")
    }
    return {
        "assets": {
            key.to_user_string(): {
                "after": sorted(parent.to_user_string() for parent in graph.get(key).parent_keys),
                "group": graph.get(key).group_name,
                "kinds": sorted(graph.get(key).kinds),
                "fresh": (policy := graph.get(key).freshness_policy)
                and policy.fail_window.to_timedelta().total_seconds(),
            }
            for key in sorted(graph.get_all_asset_keys())
        },
        "checks": sorted(f"{key.asset_key.to_user_string()}: {key.name}" for key in graph.asset_check_keys),
        "jobs": jobs,
        "schedules": {
            one.name: [one.cron_schedule, one.execution_timezone, one.default_status.value, one.job_name]
            for one in repository.schedule_defs
        },
        "sensors": {
            one.name: [
                one.minimum_interval_seconds,
                one.default_status.value,
                sorted(target.job_name for target in one.targets),
            ]
            for one in repository.sensor_defs
        },
    }


def test_the_definitions_are_the_ones_that_are_pinned(house: House) -> None:
    found = outline(house.definitions())
    if os.environ.get("TOLVA_WRITE_SNAPSHOT"):
        SNAPSHOT.write_text(json.dumps(found, indent=1) + "\n")
    assert found == json.loads(SNAPSHOT.read_text())


def test_another_contract_is_enough_for_another_dataset(house: House) -> None:
    (house.folder / "datasets" / "stock.toml").write_text(CONTRACT)
    found = outline(house.definitions())
    assert {"stock/read", "stock/organise", "stock/load_mysql"} <= set(found["assets"])
    assert found["assets"]["stock/load_mysql"]["fresh"] == 7200
    assert "stock/organise: pieces_minimum" in found["checks"]
    assert "stock/load_mysql" in found["jobs"]["daily"]
    assert "refresh_stock" in found["sensors"]["arrivals"][2]
    (house.inbox / "stock").mkdir()
    (house.inbox / "stock" / "stock.csv").write_text("article,pieces\nbolt,3\nnut,-1\n")
    run = house.run("refresh_stock")
    assert run.success, run.failures
    assert house.mysql.rows("SELECT article, pieces FROM stock") == [("bolt", 3)]
    assert run.failed_checks("stock/organise") == {"pieces_minimum": "ERROR"}


def test_a_contract_that_cannot_be_read_keeps_none_of_the_others_away(house: House) -> None:
    (house.folder / "datasets" / "broken.toml").write_text("version = 1\nname =\n")
    assert "relationships/read" in outline(house.definitions())["assets"]


def test_the_instance_settings_are_understood(tmp_path: Path, database, monkeypatch) -> None:
    """Both files: SQLite, and Postgres for the container stack."""
    here = Path(__file__).parents[1]
    for name in ("dagster.yaml", "dagster-postgres.yaml"):
        home = tmp_path / name
        home.mkdir()
        (home / "dagster.yaml").write_text((here / name).read_text())
        url = database("TOLVA_TEST_POSTGRES").url
        # As `start` writes it: SQLAlchemy knows the other spelling only.
        monkeypatch.setenv("DAGSTER_POSTGRES_URL", url.replace("postgres:", "postgresql:", 1))
        with dg.DagsterInstance.from_config(str(home)) as instance:
            assert instance.run_retries_enabled and instance.run_retries_max_retries == 3
            assert not instance.run_retries_retry_on_asset_or_op_failure
            assert instance.run_monitoring_enabled

            @dg.asset
            def something() -> None: ...

            assert dg.materialize([something], instance=instance).success
            stored = type(instance.event_log_storage).__module__
            assert ("postgres" in stored) == ("postgres" in name)
            assert len(instance.get_runs()) == 1
