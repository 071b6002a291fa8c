"""The official Python client, writing."""

import httpx
import pytest
from postgrest import APIError, SyncPostgrestClient
from postgrest.types import CountMethod, ReturnMethod

from house import employees


@pytest.fixture
def client(own_house):
    headers = {"Authorization": f"Bearer {own_house.writer}"}
    with SyncPostgrestClient(f"{own_house.url}/rest/v1", headers=headers) as client:
        client.url = own_house.url
        yield client


def new(email, **values):
    return {"email": email, "first_name": "Nova", "last_name": "Ashby", "state": "NJ"} | values


def only(answer):
    assert len(answer.data) == 1, answer.data
    return answer.data[0]


def test_rows_are_made_changed_and_deleted(client):
    employee = lambda: client.from_("employee")
    made = only(employee().insert(new("nova@example.com", zip="08014")).execute())
    assert made["id"] > 0 and made["zip"] == "08014"
    seen = only(employee().select("*").eq("email", "nova@example.com").execute())
    assert seen == made

    changed = only(employee().update({"city": "Dunmarrow"}).eq("id", made["id"]).execute())
    assert changed == made | {"city": "Dunmarrow"}

    gone = only(employee().delete().eq("id", made["id"]).execute())
    assert gone == changed
    assert employee().select("*").eq("id", made["id"]).execute().data == []


def test_many_rows_at_once_and_counts(client):
    before = client.from_("company").select("*", count=CountMethod.exact, head=True).execute().count
    rows = [{"name": f"Firm {number}"} for number in range(1000)]
    answer = client.from_("company").insert(rows, count=CountMethod.exact).execute()
    assert answer.count == 1000
    assert [row["name"] for row in answer.data] == [row["name"] for row in rows]
    after = client.from_("company").select("*", count=CountMethod.exact, head=True).execute().count
    assert after == before + 1000
    nothing = client.from_("company").insert({"name": "Quiet"}, returning=ReturnMethod.minimal).execute()
    assert nothing.data == []


def test_what_is_there_is_merged_or_passed_over(client):
    email = employees()[0]["email"]
    old = only(client.from_("employee").select("*").eq("email", email).execute())
    row = new(email, city="Elsewhere")
    merged = only(client.from_("employee").upsert(row, on_conflict="email").execute())
    assert merged["id"] == old["id"] and merged["city"] == "Elsewhere"
    assert merged["address"] == old["address"]
    passed = (
        client.from_("employee")
        .upsert(row | {"city": "Nowhere"}, on_conflict="email", ignore_duplicates=True)
        .execute()
    )
    assert passed.data == []
    assert only(client.from_("employee").select("city").eq("email", email).execute())["city"] == "Elsewhere"


def test_every_broken_rule_is_told_and_nothing_is_written(client):
    rows = [new("one@example.com"), new("two@example.com", state="New Jersey"), new(None)]
    with pytest.raises(APIError) as refused:
        client.from_("employee").insert(rows).execute()
    error = refused.value
    told = str(error.details)
    assert "state" in told and "email" in told
    assert client.from_("employee").select("*").eq("email", "one@example.com").execute().data == []

    with pytest.raises(APIError) as refused:
        client.from_("employee").insert(new(employees()[0]["email"])).execute()
    assert refused.value.code == "23505"
    with pytest.raises(APIError) as refused:
        client.from_("employee").insert(new("lost@example.com", company_id=987654)).execute()
    assert refused.value.code == "23503"
    with pytest.raises(APIError) as refused:
        client.from_("employee").insert(new("odd@example.com", nothing=1)).execute()
    assert refused.value.code == "PGRST204"


def test_nobody_writes_without_a_key_or_to_what_is_read_only(client):
    with SyncPostgrestClient(f"{client.url}/rest/v1") as nobody:
        with pytest.raises(APIError) as refused:
            nobody.from_("employee").insert(new("nobody@example.com")).execute()
        assert refused.value.code == "PGRST302"
    with pytest.raises(APIError) as refused:
        client.from_("person").insert({"number": 1000}).execute()
    assert refused.value.code == "TOLVA030"


def test_what_was_written_is_read_at_once_and_recorded(client):
    target = f"{client.url}/rest/v1/company"
    tag = httpx.get(target).headers["etag"]
    client.from_("company").insert({"name": "Brand New"}).execute()
    answer = httpx.get(target, headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert "Brand New" in answer.text
    load = max(load["id"] for load in httpx.get(f"{client.url}/v1/loads").json() if load["dataset"] == "employees")
    changes = httpx.get(f"{client.url}/v1/datasets/employees/changes", params={"since": load}).json()
    assert [(change["op"], change["new"]["name"]) for change in changes] == [("insert", "Brand New")]
    assert "writer" in changes[0].values()
