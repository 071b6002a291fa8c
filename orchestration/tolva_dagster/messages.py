"""Reading what a call says through Dagster Pipes, whatever its exit code."""

from __future__ import annotations

import json
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import dagster as dg

# Dagster asks this of every reader, and warns each time that it may ask otherwise one day.
warnings.filterwarnings("ignore", message=".*PipesMessageReader.expected_writer_count.*")

#: How often the file is looked at, seconds.
LOOK = 0.02


class Messages(dg.PipesMessageReader):
    """Follows a file. Dagster's own reader takes half a line for a whole one when it is quick enough,
    and what was said is gone when the program ends with another code than 0: here it is kept."""

    def __init__(self) -> None:
        self._handler: Any = None

    def heard(self) -> list[dict[str, Any]]:
        """The outcomes that were told: one for each thing done, and at last how the program ends."""
        return list(self._handler.get_custom_messages()) if self._handler else []

    def results(self) -> list[dg.MaterializeResult | dg.AssetCheckResult]:
        """What was made and checked."""
        return list(self._handler.get_reported_results()) if self._handler else []

    @contextmanager
    def read_messages(self, handler: Any) -> Iterator[dict[str, Any]]:
        """Reads until the call has ended, and then what is left."""
        self._handler = handler
        ended = Event()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "messages"
            path.touch()
            thread = Thread(target=self._follow, args=(path, ended), daemon=True)
            thread.start()
            try:
                yield {"path": str(path)}
            finally:
                ended.set()
                thread.join()

    def _follow(self, path: Path, ended: Event) -> None:
        rest = b""
        try:
            with path.open("rb") as file:
                while True:
                    # Before reading: what was written until then is read.
                    last = ended.is_set()
                    *lines, rest = (rest + file.read()).split(b"\n")
                    for line in lines:
                        self._handler.handle_message(json.loads(line))
                    if last:
                        return
                    ended.wait(LOOK)
        except Exception:
            self._handler.report_pipes_framework_exception("reading messages", sys.exc_info())
            raise

    def no_messages_debug_text(self) -> str:
        """For the message that nothing was said."""
        return "Attempted to read messages from a temporary file."
