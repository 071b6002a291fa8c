"""The official Python client."""

import httpx
import pytest
from postgrest import APIError, SyncPostgrestClient
from postgrest.types import CountMethod

from house import employees


@pytest.fixture
def client(house):
    with SyncPostgrestClient(f"{house.url}/rest/v1") as client:
        yield client


def test_rows_are_filtered_ordered_and_counted(client):
    lines = employees()
    people = {line["email"]: line for line in lines}
    answer = (
        client.from_("employee")
        .select("email,first_name,state", count=CountMethod.exact)
        .order("email")
        .execute()
    )
    assert answer.count == len(people)
    assert [row["email"] for row in answer.data] == sorted(people)
    for row in answer.data:
        assert row["first_name"] == people[row["email"]]["first_name"]

    state = answer.data[0]["state"]
    answer = client.from_("employee").select("email").eq("state", state).order("email").execute()
    assert [row["email"] for row in answer.data] == sorted(
        email for email, line in people.items() if line["state"] == state
    )


def test_operators_of_the_client(client):
    people = {line["email"]: line for line in employees()}
    states = sorted({line["state"] for line in people.values()})[:2]

    def emails(query):
        return sorted(row["email"] for row in query.execute().data)

    def expected(holds):
        return sorted(email for email, line in people.items() if holds(line))

    table = lambda: client.from_("employee").select("email")
    assert emails(table().in_("state", states)) == expected(lambda line: line["state"] in states)
    assert emails(table().like("first_name", "A%")) == expected(
        lambda line: line["first_name"].startswith("A")
    )
    assert emails(table().ilike("last_name", "%W%")) == expected(
        lambda line: "w" in line["last_name"].lower()
    )
    assert emails(table().neq("state", states[0])) == expected(
        lambda line: line["state"] != states[0]
    )
    assert emails(table().not_.in_("state", states)) == expected(
        lambda line: line["state"] not in states
    )
    assert emails(table().or_(f"state.eq.{states[0]},state.eq.{states[1]}")) == expected(
        lambda line: line["state"] in states
    )
    # Commas and quotes in values travel unharmed.
    names = {line["company_name"] for line in employees() if "," in line["company_name"]}
    answer = client.from_("company").select("name").in_("name", sorted(names)).execute()
    assert {row["name"] for row in answer.data} == names


def test_what_is_referred_to_is_embedded(client):
    lines = employees()
    answer = client.from_("employee").select("email,company(name),department(name)").execute()
    for row in answer.data:
        of_person = [line for line in lines if line["email"] == row["email"]]
        assert row["company"]["name"] == of_person[0]["company_name"]
        assert {one["name"] for one in row["department"]} == {line["department"] for line in of_person}
    company = lines[0]["company_name"]
    answer = (
        client.from_("employee").select("email,company!inner(name)").eq("company.name", company).execute()
    )
    assert {row["email"] for row in answer.data} == {
        line["email"] for line in lines if line["company_name"] == company
    }


def test_pages(client):
    everyone = [row["email"] for row in client.from_("employee").select("email").order("email").execute().data]
    seen = []
    while True:
        page = (
            client.from_("employee")
            .select("email")
            .order("email")
            .range(len(seen), len(seen) + 29)
            .execute()
            .data
        )
        seen += [row["email"] for row in page]
        if len(page) < 30:
            break
    assert seen == everyone


def test_one_row_or_none(client):
    email = employees()[0]["email"]
    assert client.from_("employee").select("*").eq("email", email).single().execute().data["email"] == email
    assert client.from_("employee").select("*").eq("email", "nobody@example.com").maybe_single().execute() is None
    with pytest.raises(APIError) as refused:
        client.from_("employee").select("*").single().execute()
    assert refused.value.code == "PGRST116"


def test_csv(client):
    text = client.from_("company").select("name").limit(2).csv().execute().data
    assert text.splitlines()[0] == "name"
    assert len(text.splitlines()) == 3


def test_errors_have_codes_and_hints(client):
    with pytest.raises(APIError) as refused:
        client.from_("employee").select("nothing").execute()
    assert refused.value.code == "42703"
    assert "email" in refused.value.hint
    with pytest.raises(APIError) as refused:
        client.from_("nothing").select("*").execute()
    assert refused.value.code == "PGRST205"


def test_a_key_that_is_no_good_is_refused(house):
    with SyncPostgrestClient(f"{house.url}/rest/v1", headers={"apikey": "tolva_x_y"}) as client:
        with pytest.raises(APIError) as refused:
            client.from_("employee").select("*").execute()
    assert refused.value.code == "PGRST301"


def test_what_is_at_hand_is_not_sent_again(house):
    target = f"{house.url}/rest/v1/company"
    answer = httpx.get(target)
    again = httpx.get(target, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
