"""A folder, a database, samples loaded, `tolva serve` running, and keys."""

import csv
import json
import os
import re
import shutil
import subprocess
import threading
import uuid
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[2]
EMPLOYEES = ROOT / "samples/employees/v1.csv"
RELATIONSHIPS = ROOT / "samples/relationships/v1.xlsx"


class House:
    """One Tolva, on SQLite or on a Postgres database of its own."""

    def __init__(self, folder: Path, backend: str):
        self.folder = folder
        self.backend = backend
        shutil.copytree(ROOT / "datasets", folder / "datasets")
        # The clients write to `employees`; MySQL has no part in what the API reads.
        (folder / "inbox").mkdir()
        self.env = {key: value for key, value in os.environ.items() if not key.startswith("TOLVA_")}
        self.env["TOLVA_DATABASE__URL"] = self._database()
        self.process = None

    def _database(self) -> str:
        if self.backend == "sqlite":
            return "sqlite://tolva.db"
        server = os.environ["TOLVA_TEST_POSTGRES"]
        self.name = f"tolva_clients_{uuid.uuid4().hex}"
        self._administer(f'CREATE DATABASE "{self.name}"')
        return re.sub(r"/[^/]*$", f"/{self.name}", server)

    def _administer(self, sql: str):
        with psycopg.connect(os.environ["TOLVA_TEST_POSTGRES"], autocommit=True) as connection:
            connection.execute(sql)

    def tolva(self, *arguments: str) -> str:
        """Runs the binary to its end; what it printed."""
        done = subprocess.run(
            [os.environ["TOLVA_BINARY"], *arguments],
            cwd=self.folder, env=self.env, capture_output=True, text=True, timeout=300,
        )
        assert done.returncode == 0, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def key(self, name: str, scopes: str) -> str:
        """A key, made on the command line."""
        return json.loads(self.tolva("--json", "keys", "create", name, "--scopes", scopes))["key"]

    def serve(self):
        """Starts the API on a free port; `url` is where it answers."""
        self.process = subprocess.Popen(
            [os.environ["TOLVA_BINARY"], "serve", "--listen", "127.0.0.1:0"],
            cwd=self.folder, env=self.env, stdout=subprocess.PIPE, text=True,
            stderr=(self.folder / "serve.log").open("w"),
        )
        line = next((line for line in self.process.stdout if line.startswith("api")), None)
        assert line, (self.folder / "serve.log").read_text()
        self.url = line.split()[-1]
        # What it prints later must not fill the pipe.
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def close(self):
        """Ends the API, and removes the database."""
        if self.process:
            self.process.terminate()
            status = self.process.wait(timeout=60)
            assert status == 0, f"tolva serve ended with {status}"
        if self.backend == "postgres":
            self._administer(f'DROP DATABASE "{self.name}" WITH (FORCE)')


def employees() -> list[dict]:
    """The lines of the sample that the contract takes, read by another hand."""
    with EMPLOYEES.open(encoding="utf-8", newline="") as file:
        lines = [{key: value.strip() for key, value in line.items()} for line in csv.DictReader(file)]
    return [line for line in lines if re.fullmatch("[A-Za-z]{2}", line["state"]) and line["email"]]
