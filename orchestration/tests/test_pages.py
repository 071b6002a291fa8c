"""The pages of Dagster, as `start` brings them up: the graph of assets and a run, looked at by a browser."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import House
from playwright.sync_api import Page, expect, sync_playwright

HERE = Path(__file__).parents[1]
#: Seconds for a start on a busy machine, and milliseconds for a page.
PATIENCE, PAGE = 300, 180_000
#: The screenshots that the documentation shows.
PICTURES = HERE.parent / "docs" / "dagster"


class Dagster:
    """`orchestration/start`, on a port of its own."""

    def __init__(self, house: House, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.log = home / "start.log"
        environment = {
            **os.environ,
            **house.environment,
            "DAGSTER_HOME": str(home),
            "DAGSTER_DISABLE_TELEMETRY": "1",
            # This test asks for its runs by itself.
            "TOLVA_SENSOR_GRACE": "86400",
        }
        for name in ("PYTHONPATH", "DAGSTER_POSTGRES_URL"):
            environment.pop(name, None)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [HERE / "start", "--port", str(port)],
                cwd=house.folder,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def ask(self, query: str, **variables: object) -> dict:
        """A GraphQL question, as the pages ask."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(f"{self.url}/graphql", data=body, headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            told = json.load(answer)
        assert "errors" not in told, told
        return told["data"]

    def until(self, question, what: str):
        """Waits for an answer that is not nothing."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                if found := question():
                    return found
            except OSError:
                pass
            if time.monotonic() > end or self.process.poll() is not None:
                pytest.fail(f"this did not come: {what}\n{self.log.read_text()[-4000:]}")
            time.sleep(0.2)

    def is_up(self) -> bool:
        """Whether the code location is loaded."""
        told = self.ask("{ repositoriesOrError { ... on RepositoryConnection { nodes { name } } } }")
        return bool(told["repositoriesOrError"].get("nodes"))

    def run(self, job: str) -> tuple[str, str]:
        """Launches a job as the button does, and gives the run's number and how it ended."""
        launched = self.ask(
            """mutation ($job: String!) { launchRun(executionParams: { selector: { jobName: $job,
               repositoryName: "__repository__", repositoryLocationName: "tolva_dagster.definitions" } })
               { __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }""",
            job=job,
        )["launchRun"]
        assert launched["__typename"] == "LaunchRunSuccess", launched
        number = launched["run"]["runId"]

        def ended() -> str | None:
            told = self.ask("query ($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }", id=number)[
                "runOrError"
            ]["status"]
            return told if told in ("SUCCESS", "FAILURE", "CANCELED") else None

        return number, self.until(ended, f"the end of {job}")

    def stop(self) -> None:
        """Ends it with all that it started."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@pytest.fixture
def dagster(house: House, tmp_path: Path) -> Iterator[Dagster]:
    home = tmp_path / "home"
    home.mkdir()
    dagster = Dagster(house, home)
    try:
        dagster.until(dagster.is_up, "the pages")
        yield dagster
    finally:
        dagster.stop()


@pytest.fixture
def page() -> Iterator[Page]:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.fail("chromium is missing: install it, or name it in CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1600, "height": 1000})
        page.set_default_timeout(PAGE)
        expect.set_options(timeout=PAGE)
        yield page
        browser.close()


def test_the_steps_can_be_seen(house: House, dagster: Dagster, page: Page) -> None:
    house.drop("relationships/v1.xlsx", "relationships.xlsx")
    house.drop("employees/v1.csv", "employees.csv")
    assert dagster.run("daily")[1] == "SUCCESS"
    house.drop("relationships/v4.xlsx", "relationships.xlsx")
    number, status = dagster.run("refresh_relationships")
    assert status == "SUCCESS"
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))

    # The graph: the three steps of a dataset, and the targets.
    location = "__repository__@tolva_dagster.definitions"
    page.goto(f"{dagster.url}/locations/{location}/asset-groups/relationships/lineage")
    for name in ("read", "organise", "load_default", "load_mysql"):
        expect(page.get_by_text(name, exact=True).first).to_be_visible()
    expect(page.get_by_text("14 / 20 Passed").first).to_be_visible()
    keep(page, "graph")

    # The run: its steps, in order, and what each of them told.
    page.goto(f"{dagster.url}/runs/{number}")
    expect(page.get_by_text("Success", exact=True).first).to_be_visible()
    expect(page.get_by_text("relationships__organise").first).to_be_visible()
    expect(page.get_by_text('Finished execution of run for "refresh_relationships".').first).to_be_visible()
    keep(page, "run")

    # The step that loads MySQL: counts, queries, rows.
    page.goto(f"{dagster.url}/assets/relationships/load_mysql?view=overview")
    for told in ("DDL of the tables", "queries that ran", "what changed"):
        expect(page.get_by_text(told).first).to_be_visible()
    keep(page, "load")

    # The rules, which of them the file broke, and where.
    page.goto(f"{dagster.url}/assets/relationships/organise?view=checks&checkDetail=related_type")
    page.get_by_text("[Show Markdown]").first.click()
    expect(page.get_by_text("quizás").first).to_be_visible()
    keep(page, "checks")

    # The schedule and the sensor are on.
    page.goto(f"{dagster.url}/automation")
    expect(page.get_by_text("daily").first).to_be_visible()
    expect(page.get_by_text("arrivals").first).to_be_visible()
    keep(page, "automation")
    assert complaints == []


def keep(page: Page, name: str) -> None:
    """Keeps what is seen for the documentation, if that is wanted; else only takes it."""
    page.wait_for_load_state("networkidle")
    picture = page.screenshot(type="png")
    assert len(picture) > 20_000, f"the page {name} is all but empty"
    if os.environ.get("TOLVA_PICTURES"):
        PICTURES.mkdir(exist_ok=True)
        (PICTURES / f"{name}.png").write_bytes(picture)
