"""A house: a folder with contracts and an inbox, databases of its own, and the program over them."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import dagster as dg
import psycopg
import pymysql
import pytest

from tolva_dagster import definitions
from tolva_dagster.settings import ROOT, Settings, load
from tolva_dagster.tolva import Tolva

SAMPLES = ROOT / "samples"


def demanded(name: str) -> str:
    """A variable that the tests cannot do without."""
    if name not in os.environ:
        pytest.exit(f"{name} is not set: run `./test --servers orchestration/test`", returncode=2)
    return os.environ[name]


class Database:
    """A database of a server, which goes when the test ends."""

    def __init__(self, server: str) -> None:
        self.server = server
        self.name = f"tolva_dagster_{uuid.uuid4().hex[:12]}"
        self.is_mysql = server.startswith("mysql")
        self.url = urlunsplit(urlsplit(server)._replace(path=f"/{self.name}"))
        self._on_server(f"CREATE DATABASE {self.name}")

    def drop(self) -> None:
        """Removes it, whoever is connected."""
        self._on_server(f"DROP DATABASE IF EXISTS {self.name}" + ("" if self.is_mysql else " WITH (FORCE)"))

    def rows(self, sql: str) -> list[tuple]:
        """What a query gives."""
        with self._connect(self.name) as connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return [tuple(row) for row in cursor.fetchall()]

    def run(self, sql: str) -> None:
        """A statement."""
        with self._connect(self.name) as connection, connection.cursor() as cursor:
            cursor.execute(sql)

    def _on_server(self, sql: str) -> None:
        with self._connect(None) as connection, connection.cursor() as cursor:
            cursor.execute(sql)

    def _connect(self, name: str | None):
        if not self.is_mysql:
            return psycopg.connect(self.server if name is None else self.url, autocommit=True)
        at = urlsplit(self.server)
        return pymysql.connect(
            host=at.hostname,
            port=at.port,
            user=at.username,
            password=at.password or "",
            database=name,
            charset="utf8mb4",
            autocommit=True,
        )


class House:
    """The folder and what belongs to it."""

    def __init__(self, folder: Path, postgres: Database, mysql: Database) -> None:
        self.folder, self.postgres, self.mysql = folder, postgres, mysql
        self.inbox = folder / "inbox"
        self.inbox.mkdir()
        (folder / "datasets").mkdir()
        for name in ("relationships", "employees"):
            shutil.copy(ROOT / "datasets" / f"{name}.toml", folder / "datasets")
        #: What the program and Dagster find in their environment.
        self.environment = {
            "TOLVA_BIN": demanded("TOLVA_BIN"),
            "TOLVA_FOLDER": str(folder),
            "TOLVA_DATABASE__URL": postgres.url,
            "TOLVA_TARGETS__MYSQL__URL": mysql.url,
            "TOLVA_RETRY_DELAY": "0",
        }
        self.instance: dg.DagsterInstance | None = None

    @property
    def settings(self) -> Settings:
        """As the code location reads them."""
        return load({**self.environment})

    @property
    def tolva(self) -> Tolva:
        """The program, in this house."""
        return Tolva(self.settings, self.environment)

    def definitions(self) -> dg.Definitions:
        """What Dagster loads."""
        return definitions.build(self.tolva)

    def drop(self, sample: str, name: str, dataset: str | None = None) -> Path:
        """Puts a sample into the inbox as a person does: whole, under this name."""
        folder = self.inbox / (dataset or sample.split("/")[0])
        folder.mkdir(exist_ok=True)
        shutil.copy(SAMPLES / sample, folder / f".{name}")
        return (folder / f".{name}").rename(folder / name)

    def run(self, job: str) -> Run:
        """Runs a job to its end."""
        done = self.definitions().resolve_job_def(job).execute_in_process(instance=self.instance, raise_on_error=False)
        return Run(done)


class Run:
    """What came of a run."""

    def __init__(self, done: dg.ExecuteInProcessResult) -> None:
        self.success = done.success
        self.events = done.all_events
        self.made = {
            event.materialization.asset_key.to_user_string(): {
                name: value.value for name, value in event.materialization.metadata.items()
            }
            for event in done.get_asset_materialization_events()
        }
        self.checks = {
            (check.asset_key.to_user_string(), check.check_name): check for check in done.get_asset_check_evaluations()
        }
        self.observed = {
            event.asset_observation_data.asset_observation.asset_key.to_user_string()
            for event in done.get_asset_observation_events()
        }

    @property
    def failures(self) -> dict[str, str]:
        """By step, why it failed."""
        return {
            event.step_key: event.step_failure_data.user_failure_data.description
            if event.step_failure_data.user_failure_data
            else event.step_failure_data.error.message
            for event in self.events
            if event.is_step_failure
        }

    def verdict(self, asset: str, check: str) -> tuple[bool, str]:
        """What came of a check, and how bad it is."""
        found = self.checks[asset, check]
        return found.passed, found.severity.value

    def failed_checks(self, asset: str) -> dict[str, str]:
        """The checks that failed, by name, with their severity."""
        return {
            name: check.severity.value
            for (key, name), check in self.checks.items()
            if key == asset and not check.passed
        }


@pytest.fixture
def database() -> Iterator[Callable[[str], Database]]:
    """Makes databases on the servers of the tests."""
    made: list[Database] = []

    def make(server: str) -> Database:
        made.append(Database(demanded(server)))
        return made[-1]

    yield make
    for one in made:
        one.drop()


@pytest.fixture
def house(tmp_path: Path, database: Callable[[str], Database]) -> Iterator[House]:
    """A house with both contracts of the mission, Postgres and MySQL."""
    folder = tmp_path / "house"
    folder.mkdir()
    house = House(folder, database("TOLVA_TEST_POSTGRES"), database("TOLVA_TEST_MYSQL"))
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        house.instance = instance
        yield house
