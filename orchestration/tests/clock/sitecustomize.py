"""Dagster's own test clock, for processes of their own: Python loads this at its start when the folder is
on its path. A file says by how many seconds the clock is ahead; it may change at any time."""

import os
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

if "TOLVA_TEST_CLOCK" in os.environ:
    import dagster._time as clock

    FILE = Path(os.environ["TOLVA_TEST_CLOCK"])

    def ahead() -> float:
        return float(FILE.read_text())

    # What `dagster._core.test_utils.freeze_time` replaces; here it goes on.
    clock._mockable_get_current_timestamp = lambda: time.time() + ahead()
    clock._mockable_get_current_datetime = lambda: datetime.now(timezone.utc) + timedelta(seconds=ahead())
