"""Where things are, and when: from the environment, else by looking around."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

#: The project, if this package is used from its checkout.
ROOT = Path(__file__).resolve().parents[2]


class SettingsError(Exception):
    """Something that is needed cannot be found; the message says what to do."""


@dataclass(frozen=True)
class Settings:
    """What the code location is told."""

    #: The program.
    binary: Path
    #: The folder in which it runs: `tolva.toml` and what that names by relative paths lie here.
    folder: Path
    #: When the daily job runs.
    cron: str
    timezone: str
    #: How long the event path may take before the sensor asks for a run, seconds.
    grace: int
    #: How often the sensor looks, seconds.
    interval: int
    #: Before a step that failed in passing is tried again, seconds; it doubles each time.
    retry_delay: int
    #: Where people reach the API, for links.
    api: str


def load(environment: Mapping[str, str] = os.environ) -> Settings:
    """Reads the settings."""
    folder = _folder(environment)
    return Settings(
        binary=_binary(environment, folder),
        folder=folder,
        cron=environment.get("TOLVA_DAILY_CRON", "0 6 * * *"),
        timezone=environment.get("TOLVA_DAILY_TIMEZONE", "America/Bogota"),
        grace=_seconds(environment, "TOLVA_SENSOR_GRACE", 120),
        interval=_seconds(environment, "TOLVA_SENSOR_INTERVAL", 30),
        retry_delay=_seconds(environment, "TOLVA_RETRY_DELAY", 30),
        api=environment.get("TOLVA_API_URL", "http://localhost:8080"),
    )


def _seconds(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, str(default))
    if not text.isdecimal():
        raise SettingsError(f"{name} is `{text}`: write whole seconds, such as {default}")
    return int(text)


def _folder(environment: Mapping[str, str]) -> Path:
    """The folder that is named, else the nearest one around us that looks like Tolva's."""
    if named := environment.get("TOLVA_FOLDER"):
        return Path(named).resolve()
    here = Path.cwd()
    for folder in (here, *here.parents, ROOT):
        if (folder / "tolva.toml").is_file() or (folder / "datasets").is_dir():
            return folder
    raise SettingsError("there is neither tolva.toml nor a folder datasets here: set TOLVA_FOLDER")


def _binary(environment: Mapping[str, str], folder: Path) -> Path:
    """The program that is named, else one on the path, else one that was built here."""
    if named := environment.get("TOLVA_BIN"):
        if not os.access(named, os.X_OK):
            raise SettingsError(f"TOLVA_BIN is {named}, which is no program")
        return Path(named).resolve()
    if found := shutil.which("tolva"):
        return Path(found)
    for project in (folder, ROOT):
        for profile in ("release", "debug"):
            built = project / "target" / profile / "tolva"
            if os.access(built, os.X_OK):
                return built
    raise SettingsError("the program `tolva` is not on the path: build it, or set TOLVA_BIN")
