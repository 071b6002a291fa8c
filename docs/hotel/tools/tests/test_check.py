"""The check fails when it should: each test breaks one thing in a copy of the model and asks for the complaint."""

import copy

import pytest

from hotel import check, dossier, model, numbers, route


@pytest.fixture(scope="module")
def sound():
    return model.load()


@pytest.fixture
def broken(sound):
    return copy.deepcopy(sound)


@pytest.mark.parametrize("rule", check.RULES, ids=lambda rule: rule.__name__)
def test_the_model_in_the_repository_is_sound(sound, rule):
    assert rule(sound) == []


@pytest.mark.parametrize("key", ["protocol", "port", "transport", "label", "what", "auth"])
def test_an_edge_that_lacks_something_is_named(broken, key):
    del broken["edges"][25][key]
    assert any(f"no {key}" in complaint and "edge 26" in complaint for complaint in check.edges(broken))


@pytest.mark.parametrize("port", [0, 70000, "any", "443"])
def test_a_port_that_is_none_is_refused(broken, port):
    broken["edges"][0]["port"] = port
    assert any("port" in complaint for complaint in check.edges(broken))


def test_an_edge_to_nowhere_is_refused(broken):
    broken["edges"][3]["to"] = "nowhere"
    assert any("«nowhere»" in complaint for complaint in check.edges(broken))


def test_two_edges_with_one_number_are_refused(broken):
    broken["edges"][4]["n"] = broken["edges"][5]["n"]
    assert any("used twice" in complaint for complaint in check.edges(broken))


@pytest.mark.parametrize("table", ["costs", "failures", "data"])
def test_a_node_missing_from_a_table_is_named(broken, table):
    for entry in broken[table]:
        entry["nodes"] = [ident for ident in entry["nodes"] if ident != "cache"]
    assert f"node «cache» is missing from {table}" in check.nodes(broken)


@pytest.mark.parametrize("table", ["costs", "failures", "data"])
def test_a_table_that_names_a_stranger_is_refused(broken, table):
    broken[table][0]["nodes"].append("stranger")
    assert f"{table} names «stranger», which is no node" in check.nodes(broken)


def test_a_new_node_must_be_everywhere(broken):
    broken["nodes"]["extra"] = {**broken["nodes"]["cache"], "id": "extra"}
    complaints = check.nodes(broken) + check.pictures_complete(broken)
    assert sum("«extra»" in complaint for complaint in complaints) == 6  # three tables, no edge, not in the hero, in no picture


def test_a_word_in_one_language_only_is_found(broken):
    del broken["nodes"]["web"]["role"]["en"]
    assert check.words(broken) == ["model.nodes.web.role: only in es"]


def test_a_step_without_an_edge_is_found(broken):
    broken["flows"]["search"]["steps"][0]["b"] = "rcache"
    assert any("no edge joins guest and rcache" in complaint for complaint in check.flows(broken))


def test_a_path_that_leaves_the_edge_out_is_refused(broken):
    broken["paths"][0]["edge"] = ["dns"]
    assert any("leaves the edge out" in complaint or "above the CDN" in complaint for complaint in check.promises(broken))


def test_no_path_is_better_than_the_cdn_even_with_perfect_parts(broken):
    for node in broken["nodes"].values():
        if node["id"] != "cdn":
            node["sla"] = 100
    ceiling = broken["nodes"]["cdn"]["sla"] / 100
    assert all(path["a"] <= ceiling for path in numbers.availability(broken) if "cdn" in path["edge"])


def test_personal_data_in_a_replicated_table_is_refused(broken):
    next(entry for entry in broken["data"] if entry["id"] == "guest")["nodes"].append("rreadmodel")
    assert any("replicated table" in complaint for complaint in check.promises(broken))


@pytest.mark.parametrize("date", ["", "recently", "2025"])
def test_prices_without_a_date_are_refused(broken, date):
    broken["meta"]["prices_as_of"] = date
    assert any("no date" in complaint for complaint in check.promises(broken))


def test_a_formula_that_asks_for_an_unknown_number_is_refused(broken):
    broken["numbers"]["visits"]["formula"] = "page_views / nothing"
    assert any("nothing" in complaint for complaint in check.computes(broken))


def test_a_figure_number_used_twice_is_found(broken):
    broken["plots"]["ttl"]["picture"] = 1
    assert any("figure 1 is both" in complaint for complaint in check.pictures_complete(broken))


@pytest.mark.parametrize("text", ["It costs 5,000 dollars.", "p95 of 300 ms", "| 12 zones |", "within 30 seconds"])
def test_a_number_written_by_hand_is_found(text):
    assert len(check.bare_numbers(text, "page")) == 1


@pytest.mark.parametrize("text", ["## 7. Speed", "{{ n('bookings') }} bookings", "PCI DSS 4 and TLS 1.3", "1. first", "`x = 5`", "p95 and 3-D Secure"])
def test_names_that_hold_digits_are_no_numbers(text):
    assert check.bare_numbers(text, "page") == []


def test_a_number_that_differs_from_the_model_is_shown():
    fresh = dossier.render("es")
    assert "13.158" in fresh
    complaints = check.page_agrees(fresh.replace("13.158", "13.159"), fresh, "es/dossier.md")
    assert complaints and "13.159" in complaints[0]


def test_a_picture_made_from_another_model_is_older_whatever_its_date():
    digest = model.digest()
    assert check.picture_is_current(f"<metadata>model-digest:{digest}</metadata>", digest, "p") == []
    assert "older than the model" in check.picture_is_current(f"<metadata>model-digest:{'0' * 64}</metadata>", digest, "p")[0]
    plot = f"<metadata>model-digest:{digest} results-digest:{'1' * 64}</metadata>"
    assert check.picture_is_current(plot, digest, "p", "1" * 64) == []
    assert "older than the simulation" in check.picture_is_current(plot, digest, "p", "2" * 64)[0]
    assert "no model digest" in check.picture_is_current("<svg/>", digest, "p")[0]


def test_a_formula_is_arithmetic_and_nothing_else():
    assert numbers.evaluate("(a + 2) * -3", {"a": 1.0}) == -9
    with pytest.raises(ValueError):
        numbers.evaluate("__import__('os')", {})


def test_cost_tiers_are_charged_piece_by_piece(broken):
    broken["costs"] = [{"id": "x", "nodes": ["cdn"], "scope": "home", "tiers": [[10, 85], [50, 80], [1000000, 60]], "quantity": "60", "unit": "TB"}]
    assert numbers.total(broken) == pytest.approx(10 * 85 + 40 * 80 + 10 * 60)


def test_numbers_are_written_as_each_language_does():
    assert numbers.write(1234567.891, "es", 1) == "1.234.567,9"
    assert numbers.write(1234567.891, "en", 1) == "1,234,567.9"


def test_a_route_goes_around_a_box_and_keeps_to_right_angles():
    router = route.Router(400, 200)
    router.block(180, 40, 40, 120)
    points = router.route((20, 80, 40, 40), (340, 80, 40, 40))
    assert all(a[0] == b[0] or a[1] == b[1] for a, b in zip(points, points[1:]))
    assert not any(180 <= x <= 220 and 40 <= y <= 160 for x, y in points)
