"""Houses: one for all tests that read, a new one for each that writes; each on both backends."""

import pytest

from house import EMPLOYEES, RELATIONSHIPS, House


def furnished(folder, backend):
    """A house with both datasets of the mission, which serves, until the test is over."""
    house = House(folder / "house", backend)
    try:
        house.tolva("load", "--dataset", "employees", str(EMPLOYEES))
        house.tolva("load", "--dataset", "relationships", str(RELATIONSHIPS))
        house.writer = house.key("writer", "read write upload")
        house.serve()
        yield house
    finally:
        house.close()


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def house(request, tmp_path_factory):
    """For those that leave everything as it is."""
    yield from furnished(tmp_path_factory.mktemp(request.param), request.param)


@pytest.fixture(params=["sqlite", "postgres"])
def own_house(request, tmp_path):
    """For one test alone."""
    yield from furnished(tmp_path, request.param)
