"""Calls of the program: plain ones, and those that speak to a run through Dagster Pipes."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import dagster as dg
from dagster._core.errors import DagsterPipesExecutionError

from .messages import Messages
from .settings import Settings

#: What the program's exit codes mean (`tolva --help`).
DONE, FAILED, QUARANTINED, LATE = 0, 1, 3, 4
#: How long `tolva status` and `tolva schema show` may take, seconds.
PATIENCE = 120


class TolvaError(Exception):
    """The program gave no usable answer."""


@dataclass(frozen=True)
class Answer:
    """What a plain call said."""

    code: int
    out: str
    complaints: str


@dataclass(frozen=True)
class Call:
    """What a call within a run came to."""

    #: Materializations and check results, to be yielded.
    results: list[dg.MaterializeResult | dg.AssetCheckResult]
    #: What `--json` prints.
    outcome: dict[str, Any]
    #: The exit code.
    code: int
    #: The error that ended it.
    reason: str | None

    @property
    def materialized(self) -> bool:
        """Whether the asset was made."""
        return any(isinstance(result, dg.MaterializeResult) for result in self.results)


@dataclass(frozen=True)
class Tolva:
    """The program."""

    settings: Settings
    environment: Mapping[str, str] = field(default_factory=dict)

    def call(self, *arguments: str) -> Answer:
        """Runs it to its end."""
        try:
            ran = subprocess.run(
                [self.settings.binary, *arguments],
                cwd=self.settings.folder,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise TolvaError(f"`tolva {' '.join(arguments)}` gave no answer in {PATIENCE} s") from error
        return Answer(ran.returncode, ran.stdout, ran.stderr)

    def status(self) -> dict[str, Any]:
        """What `tolva status --json` tells."""
        answer = self.call("status", "--json")
        if answer.code not in (DONE, LATE):
            raise TolvaError(answer.complaints.strip() or f"`tolva status` ended with {answer.code}")
        return json.loads(answer.out)

    def run(self, context: dg.AssetExecutionContext, *arguments: str) -> Call:
        """Runs it within a run of Dagster, which it reports to."""
        context.log.info(f"tolva {' '.join(arguments)}")
        reader = Messages()
        client = dg.PipesSubprocessClient(
            env=dict(self.environment), cwd=str(self.settings.folder), message_reader=reader
        )
        try:
            client.run(
                context=context.op_execution_context,
                command=[str(self.settings.binary), *arguments],
                extras={"api": self.settings.api},
            )
        except DagsterPipesExecutionError:
            # How it ended is the last thing it says, unless it was stopped or never began.
            said = reader.heard()
            if not said or "exit" not in said[-1]:
                raise
        # Pipes wants every asset to be made; here a call may find that there is nothing to do.
        context.get_step_execution_context()._requires_typed_event_stream = False
        *outcomes, end = reader.heard()
        return Call(
            results=reader.results(),
            outcome=outcomes[-1] if outcomes else {},
            code=end["exit"],
            reason=end["reason"],
        )
