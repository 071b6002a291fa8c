"""The official JavaScript client, whose tests are JavaScript."""

import json
import os
import subprocess
from pathlib import Path

from house import employees


def test_javascript(house, tmp_path):
    lines = tmp_path / "employees.json"
    lines.write_text(json.dumps(employees()))
    tests = Path(os.environ["TOLVA_JAVASCRIPT"]) / "client.test.mjs"
    env = os.environ | {
        "TOLVA_URL": house.url,
        "TOLVA_EMPLOYEES": str(lines),
        "TOLVA_KEY": house.writer,
    }
    done = subprocess.run(
        ["node", "--test", "--test-reporter=tap", str(tests)],
        env=env, capture_output=True, text=True, timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    # A run that found no test ends with 0 as well.
    passed = next(line for line in done.stdout.splitlines() if line.startswith("# pass "))
    assert int(passed.split()[-1]) >= 8, done.stdout
