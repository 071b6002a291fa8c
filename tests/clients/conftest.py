"""One house for each backend, for all tests."""

import pytest

from house import EMPLOYEES, RELATIONSHIPS, House


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def house(request, tmp_path_factory):
    """A house with both datasets of the mission, which serves."""
    house = House(tmp_path_factory.mktemp(request.param) / "house", request.param)
    try:
        house.tolva("load", "--dataset", "employees", str(EMPLOYEES))
        house.tolva("load", "--dataset", "relationships", str(RELATIONSHIPS))
        house.writer = house.key("writer", "read write upload")
        house.serve()
        yield house
    finally:
        house.close()
