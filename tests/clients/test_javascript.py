"""The official JavaScript client, whose tests are JavaScript."""

import json
import os
import subprocess
from pathlib import Path

from house import employees


def run(house, folder, name, least):
    lines = folder / "employees.json"
    lines.write_text(json.dumps(employees()))
    env = os.environ | {
        "TOLVA_URL": house.url,
        "TOLVA_EMPLOYEES": str(lines),
        "TOLVA_KEY": house.writer,
    }
    tests = Path(os.environ["TOLVA_JAVASCRIPT"]) / name
    done = subprocess.run(
        ["node", "--test", "--test-reporter=tap", str(tests)],
        env=env, capture_output=True, text=True, timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    # A run that found no test ends with 0 as well.
    passed = next(line for line in done.stdout.splitlines() if line.startswith("# pass "))
    assert int(passed.split()[-1]) >= least, done.stdout


def test_reading(house, tmp_path):
    run(house, tmp_path, "reading.test.mjs", 8)


def test_writing(own_house, tmp_path):
    run(own_house, tmp_path, "writing.test.mjs", 7)
