"""The description of the API, as others read it."""

import os
import subprocess
from pathlib import Path

import httpx
from openapi_spec_validator import OpenAPIV31SpecValidator

HERE = Path(__file__).parent


def test_it_is_openapi_3_1(house):
    description = httpx.get(f"{house.url}/openapi.json").json()
    wrong = [f"{list(error.path)}: {error.message[:300]}" for error in OpenAPIV31SpecValidator(description).iter_errors()]
    assert not wrong
    assert description["paths"]["/rest/v1/employee"]["get"]


def test_answers_are_as_described(own_house, tmp_path):
    done = subprocess.run(
        [
            Path(os.environ["VIRTUAL_ENV"]) / "bin/schemathesis",
            "--config-file", str(HERE / "schemathesis.toml"), "--no-color",
            "run", f"{own_house.url}/openapi.json", "--header", f"apikey: {own_house.writer}",
        ],
        cwd=tmp_path, capture_output=True, text=True, timeout=900,
    )
    (tmp_path / "log").write_text(done.stdout + done.stderr)
    assert done.returncode == 0, f"{tmp_path}/log ends so:\n{done.stdout[-3000:]}"
    print(done.stdout[done.stdout.find("= SUMMARY") :])
