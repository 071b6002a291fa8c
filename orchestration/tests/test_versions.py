"""Each version of a sample in turn: afterwards the databases equal the file, as openpyxl reads it."""

import openpyxl
import workbook
from conftest import SAMPLES, Database, House

FILE = "relationships.xlsx"


def people_in(database: Database) -> set[tuple[int, str, str]]:
    return {tuple(row) for row in database.rows("SELECT number, label, name FROM person")}


def pairs_in(database: Database) -> dict[tuple[int, int], int]:
    rows = database.rows("SELECT from_number, to_number, related FROM relationship")
    return {(one, other): int(related) for one, other, related in rows}


def test_after_each_version_mysql_and_postgres_equal_the_file(house: House) -> None:
    before: dict[tuple[int, int], int] = {}
    for version in ("v1", "v2", "v3"):
        path = SAMPLES / "relationships" / f"{version}.xlsx"
        house.drop(f"relationships/{version}.xlsx", FILE)
        run = house.run("refresh_relationships")
        assert run.success, run.failures
        good, bad = workbook.pairs(path)
        assert bad == {}
        for database in (house.mysql, house.postgres):
            assert people_in(database) == set(workbook.people(path))
            assert pairs_in(database) == good
        # What is told of it.
        read, organise = run.made["relationships/read"], run.made["relationships/organise"]
        assert (read["file"], read["sheets"]) == (FILE, 2)
        assert "| Personas |" in read["what is in it"]
        assert organise["read"] == len(good) + len(workbook.people(path))
        for target in ("default", "mysql"):
            loaded = run.made[f"relationships/load_{target}"]
            assert (loaded["file"], loaded["SHA-256"]) == (FILE, read["SHA-256"])
            people = len(workbook.people(path))
            fresh = set(good) - set(before)
            assert loaded["inserted"] == len(fresh) + (people if version == "v1" else 0)
            changed = {pair for pair in set(good) & set(before) if good[pair] != before[pair]}
            assert loaded["updated"] == len(changed)
            assert loaded["dagster/row_count"] == len(good) + people
            assert "CREATE TABLE" in loaded["DDL of the tables"]
            assert "INSERT INTO" in loaded["queries that ran"]
            assert "**person**" in loaded["rows"]
            assert run.verdict(f"relationships/load_{target}", "rows_agree") == (True, "ERROR")
        # The samples' doubts are known: labels, contradictions and one 1 on the diagonal.
        assert run.failed_checks("relationships/organise") == {
            "labels_agree": "WARN",
            "symmetric": "WARN",
            "diagonal": "WARN",
        }
        before = good


def test_errors_in_a_file_are_failed_checks_and_its_good_lines_are_loaded(house: House) -> None:
    house.drop("relationships/v3.xlsx", FILE)
    assert house.run("refresh_relationships").success
    held = pairs_in(house.mysql)
    house.drop("relationships/v4.xlsx", FILE)
    run = house.run("refresh_relationships")
    assert run.success, run.failures
    path = SAMPLES / "relationships" / "v4.xlsx"
    good, bad = workbook.pairs(path)
    listed = workbook.people(path)
    first = {number: (number, label, name) for number, label, name in reversed(listed)}
    assert len(first) == len(listed) - 1, "one number is listed twice"
    # Numbers that are not listed have no rows; a cell that says nothing readable leaves its row as it was.
    expected = {pair: related for pair, related in good.items() if set(pair) <= set(first)}
    expected |= {pair: held[pair] for pair in bad if pair in held}
    for database in (house.mysql, house.postgres):
        assert people_in(database) == set(first.values())
        assert pairs_in(database) == expected
    failed = run.failed_checks("relationships/organise")
    assert failed["related_type"] == "ERROR"
    assert failed["reference"] == "ERROR"
    assert failed["duplicate"] == "WARN"
    assert run.verdict("relationships/organise", "accepted") == (True, "ERROR")
    examples = run.checks["relationships/organise", "related_type"].metadata["examples"].value
    assert "quizás" in examples and "Matriz de adyacencia!" in examples


def test_the_lines_of_a_csv_become_the_tables_of_the_default_target(house: House) -> None:
    for version in ("v1", "v2", "v3"):
        house.drop(f"employees/{version}.csv", "employees.csv")
        run = house.run("refresh_employees")
        assert run.success, run.failures
        lines = workbook.lines(SAMPLES / "employees" / f"{version}.csv")
        good = [line for line in lines if len(line["state"].strip()) == 2 and line["state"].strip().isalpha()]
        expected = {(line["email"], line["department"]) for line in good}
        rows = house.postgres.rows(
            "SELECT e.email, d.name FROM employee e JOIN employee_department ON employee_id = e.id "
            "JOIN department d ON d.id = department_id"
        )
        assert set(rows) == expected
        zips = dict(house.postgres.rows("SELECT email, zip FROM employee"))
        assert all(zips[line["email"]] == line["zip"].zfill(5) for line in good)
        failed = run.failed_checks("employees/organise")
        assert failed.get("state_pattern", failed.get("state_max_length")) == (
            "ERROR" if len(good) < len(lines) else None
        )
        assert run.made["employees/organise"]["rejected"] == len(lines) - len(good)


def test_a_quarantined_file_fails_the_run_and_leaves_the_tables_as_they_were(house: House) -> None:
    house.drop("relationships/v2.xlsx", FILE)
    assert house.run("refresh_relationships").success
    before = [(people_in(one), pairs_in(one)) for one in (house.mysql, house.postgres)]
    # Almost everybody is gone: by `max_delete` a person must look at that.
    path = house.inbox / "relationships" / FILE
    book = openpyxl.load_workbook(path)
    book["Personas"].delete_rows(10, 60)
    book["Matriz de adyacencia"].delete_rows(8, 60)
    book["Matriz de adyacencia"].delete_cols(8, 60)
    part = path.with_suffix(".part")
    book.save(part)
    part.rename(path)
    run = house.run("refresh_relationships")
    assert not run.success
    assert set(run.failures) == {"relationships__load_default", "relationships__load_mysql"}
    for target in ("default", "mysql"):
        why = run.failures[f"relationships__load_{target}"]
        assert "is quarantined: max_delete" in why and "tolva release 2" in why
        assert run.verdict(f"relationships/load_{target}", "rows_agree") == (True, "ERROR")
    assert run.verdict("relationships/organise", "accepted") == (False, "ERROR")
    assert run.checks["relationships/organise", "accepted"].metadata["code"].value == "max_delete"
    assert [(people_in(one), pairs_in(one)) for one in (house.mysql, house.postgres)] == before
    # It is in the ledger, where notifications start; nothing was tried a second time.
    states = house.postgres.rows("SELECT target, state FROM tolva_load WHERE arrival_id = 2 ORDER BY target")
    assert states == [("default", "quarantined"), ("mysql", "quarantined")]
    # A good file takes its place.
    house.drop("relationships/v3.xlsx", FILE)
    assert house.run("refresh_relationships").success
    good, _ = workbook.pairs(SAMPLES / "relationships" / "v3.xlsx")
    assert pairs_in(house.mysql) == good
