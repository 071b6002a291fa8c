"""`docs/hotel/check`: the dossier agrees with its model, or this says where it does not.

Each rule is a function from what it looks at to a list of complaints, so that tests can hand it a broken model.
"""

from __future__ import annotations

import pathlib
import re
import sys

from . import dossier, inputs, pdf, tables
from .model import FILE, HOME, LANGUAGES, digest, load, members
from .numbers import availability, cost_lines, values

# What may stand in a template as a bare number: names and versions, not quantities. Everything else comes from the model.
NAMES_WITH_NUMBERS = re.compile(
    r"https?://\S+|`[^`]*`|\{\{.*?\}\}|\{%.*?%\}|^#+ .*$|^\d+\. "
    r"|PCI DSS 4(\.0\.1)?|PSD2|3-D Secure( 2)?|3DS2?|OAuth 2\.0|HTTP/[123]|TLS 1\.[23]|SHA-256|S3|EC2|p75|p95|p99|K8s|SAQ A|A3"
    r"|RFC \d+|R\d\b|\bS\d+\b|\bH\d+\b|\bD\d+\b|Route 53|[45]xx|\b4\d\d\b|\b20[0-9]\b|eu-west-1[abc]?|us-east-1|ap-southeast-1|eu-central-1|B-tree|M/M/c"
    r"|(art(ículo|icle)s?\.?|Art\.) \d+(–\d+)?|6\.4\.3|11\.6\.1|EE\. ?UU\.|Base64|IPv[46]|UTF-8|ISO 4217|k=v|x86",
    re.MULTILINE,
)


def edges(model: dict) -> list[str]:
    """Every edge has ends that exist, a protocol, a port, a transport and a kind; numbers are unique."""
    found, seen = [], set()
    for edge in model["edges"]:
        where = f"edge {edge.get('n')} ({edge.get('from')} → {edge.get('to')})"
        if edge.get("n") in seen:
            found.append(f"{where}: its number is used twice")
        seen.add(edge.get("n"))
        for key in ("protocol", "port", "transport", "label", "what", "auth"):
            if not edge.get(key):
                found.append(f"{where}: no {key}")
        port = edge.get("port")
        if port != "managed" and not (isinstance(port, int) and 0 < port < 65536):
            found.append(f"{where}: port «{port}» is neither 1–65535 nor `managed`")
        for key in ("from", "to"):
            if not members(model, edge.get(key)):
                found.append(f"{where}: «{edge.get(key)}» is no node and no zone")
    return found


def nodes(model: dict) -> list[str]:
    """Every node is in the cost, failure and data tables; those name only nodes that exist; every node has an edge."""
    found = []
    for table in ("costs", "failures", "data"):
        named = {ident for entry in model[table] for ident in entry["nodes"]}
        found += [f"node «{ident}» is missing from {table}" for ident in model["nodes"] if ident not in named]
        found += [f"{table} names «{ident}», which is no node" for ident in sorted(named - set(model["nodes"]))]
    touched = {ident for edge in model["edges"] for key in ("from", "to") for ident in members(model, edge[key])}
    for ident, node in model["nodes"].items():
        if ident not in touched and node.get("attached") not in touched:
            found.append(f"node «{ident}» has no edge and is attached to nothing that has one")
        for key in ("aws", "gcp", "azure", "icon", "name", "role", "tech"):
            if not node.get(key):
                found.append(f"node «{ident}»: no {key}")
    return found


def words(model: dict) -> list[str]:
    """Whatever is said in one language is said in the other."""
    found = []

    def walk(value, where):
        if isinstance(value, dict):
            here = {"es", "en"} & set(value)
            if len(here) == 1:
                found.append(f"{where}: only in {here.pop()}")
            for key, inner in value.items():
                walk(inner, f"{where}.{key}")
        elif isinstance(value, list):
            for k, inner in enumerate(value):
                walk(inner, f"{where}[{k}]")

    walk(model, "model")
    return found


def pictures_complete(model: dict) -> list[str]:
    """Every node and every edge is on the hero, but for edges that say they are not; figure numbers are unique."""
    found = []
    hero = model["views"]["hero"]
    found += [f"node «{ident}» is not in the hero picture" for ident, node in model["nodes"].items() if ident not in hero["place"] and not node.get("temporary")]
    placed = {ident for view in model["views"].values() for ident in view["place"]}
    found += [f"node «{ident}» is in no picture" for ident in model["nodes"] if ident not in placed]
    for name, view in model["views"].items():
        known = set(model["nodes"]) | set(view.get("groups", {}))
        found += [f"view {name} places «{ident}», which is no node" for ident in view["place"] if ident not in known]
    everywhere = {}
    for section in ("views", "flows", "boards", "plots"):
        for ident, entry in model[section].items():
            if entry["picture"] in everywhere:
                found.append(f"figure {entry['picture']} is both {everywhere[entry['picture']]} and {ident}")
            everywhere[entry["picture"]] = ident
    for sentence in model["brief"]:
        found += [f"the brief's «{sentence['es']}» names figure {k}, which does not exist" for k in sentence["figures"] if k not in everywhere]
        found += [f"the brief's «{sentence['es']}» names «{i}», which is no node" for i in sentence["nodes"] if i not in model["nodes"]]
    return found


def flows(model: dict) -> list[str]:
    """Every step of a flow runs along an edge of the model."""
    found = []
    for ident, flow in model["flows"].items():
        for k, step in enumerate(flow["steps"], 1):
            for end in (step["a"], step["b"]):
                if end not in flow["actors"]:
                    found.append(f"flow {ident}, step {k}: «{end}» is not among its actors")
            if step["a"] != step["b"] and tables.edge_of(model, step["a"], step["b"]) is None:
                found.append(f"flow {ident}, step {k}: no edge joins {step['a']} and {step['b']}")
    return found


def promises(model: dict) -> list[str]:
    """No path beats the CDN's own commitment; personal data is in no replicated table; prices have a date and a page."""
    found = []
    cdn = model["nodes"]["cdn"]["sla"] / 100
    for path in availability(model):
        if path["a"] > cdn:
            found.append(f"path {path['id']}: {path['a']:.6f} is above the CDN's own {cdn}")
        if "cdn" not in path["edge"] and path["id"] != "signin":
            found.append(f"path {path['id']} leaves the edge out")
    replicated = {e[k] for e in model["edges"] if "DynamoDB" in str(e["protocol"]) and e["kind"] == "copy" for k in ("from", "to")}
    for entry in model["data"]:
        if entry["personal"]:
            found += [f"personal data «{entry['id']}» rests in the replicated table «{i}»" for i in entry["nodes"] if i in replicated]
    if not re.fullmatch(r"\d{4}-\d{2}", str(model["meta"].get("prices_as_of", ""))):
        found.append("meta.prices_as_of: prices have no date (YYYY-MM)")
    for line in model["costs"]:
        if not line.get("page") or ("price" not in line and "tiers" not in line):
            found.append(f"cost line {line['id']}: no price or no page it was read on")
    return found


def computes(model: dict) -> list[str]:
    """All formulas can be computed."""
    try:
        values(model)
        cost_lines(model)
        availability(model)
    except (ValueError, KeyError, ZeroDivisionError) as error:
        return [f"a number cannot be computed: {error}"]
    return []


def bare_numbers(text: str, where: str) -> list[str]:
    """A template holds no number of its own: they come from the model, so they cannot differ from it."""
    rest = NAMES_WITH_NUMBERS.sub(lambda hit: "\n" * hit.group().count("\n"), text)
    return [
        f"{where}:{k}: «{hit.group()}» is written by hand; take it from the model"
        for k, line in enumerate(rest.splitlines(), 1)
        for hit in re.finditer(r"(?<![\w-])\d[\d.,]*", line)
    ]


def page_agrees(page: str, fresh: str, where: str) -> list[str]:
    """The page in the repository is what the model gives today; the first lines that differ are named."""
    if page == fresh:
        return []
    pairs = zip(page.splitlines(), fresh.splitlines())
    different = [(k, a, b) for k, (a, b) in enumerate(pairs, 1) if a != b and "model-digest" not in a][:3]
    if not different:
        return [f"{where}: made from another model; run docs/hotel/make"]
    return [f"{where}:{k}: the page says «{a[:90]}», the model «{b[:90]}»; run docs/hotel/make" for k, a, b in different]


def picture_is_current(svg: str, wanted: str, where: str, results: str | None = None) -> list[str]:
    """The picture was made from this model (and a plot from these results): its digest says so, whatever the file's date."""
    hit = re.search(r"model-digest:([0-9a-f]{64})", svg)
    if not hit:
        return [f"{where}: no model digest inside"]
    if results and f"results-digest:{results}" not in svg:
        return [f"{where}: older than the simulation's results; run docs/hotel/make"]
    return [] if hit.group(1) == wanted else [f"{where}: older than the model (made from {hit.group(1)[:12]}, model is {wanted[:12]}); run docs/hotel/make"]


def files(model: dict) -> list[str]:
    """Pages, pictures and the simulation's inputs in the repository are those of this model."""
    found = []
    for lang in LANGUAGES:
        for template in sorted((HOME / "text" / lang).glob("*.md")):
            found += bare_numbers(template.read_text(), f"text/{lang}/{template.name}")
        page = HOME / lang / "dossier.md"
        found += page_agrees(page.read_text() if page.exists() else "", dossier.render(lang), f"{lang}/dossier.md")
        print_out = HOME / lang / "dossier.pdf"
        if not print_out.exists() or f"page-digest:{pdf.digest_of(page.read_text())}".encode() not in print_out.read_bytes():
            found.append(f"{lang}/dossier.pdf is missing or older than its page; run docs/hotel/make")
        for file, entry in dossier.pictures(model).items():
            printed = dossier.results_digest() if entry["kind"] == "plot" else None
            svg = HOME / "pictures" / lang / f"{file}.svg"
            if not svg.exists() or not svg.with_suffix(".png").exists():
                found.append(f"pictures/{lang}/{file}: SVG or PNG is missing")
            else:
                found += picture_is_current(svg.read_text(), digest(), f"pictures/{lang}/{file}.svg", printed)
    two = [{t.name for t in (HOME / "text" / lang).glob("*.md")} for lang in LANGUAGES]
    found += [f"text: «{name}» is not in both languages" for name in sorted(two[0] ^ two[1])]
    if inputs.FILE.read_text() != inputs.render(model):
        found.append("simulation/src/inputs.rs differs from the model; run docs/hotel/make")
    if dossier.results().get("inputs_digest") != inputs.inputs_digest(model):
        found.append("simulation/results.json was printed for other inputs; run docs/hotel/make --simulate")
    return found


RULES = (edges, nodes, words, pictures_complete, flows, computes, promises)


def main(path: pathlib.Path = FILE) -> int:
    """Runs every rule; prints each complaint; returns how many there were."""
    model = load(path)
    found = [(rule.__name__, complaint) for rule in (*RULES, files) for complaint in rule(model)]
    for rule, complaint in found:
        print(f"{rule}: {complaint}")
    passed = len(RULES) + 1 - len({rule for rule, _ in found})
    print(f"hotel check: {len(model['nodes'])} nodes, {len(model['edges'])} edges, {len(dossier.pictures(model))} pictures in {len(LANGUAGES)} languages")
    print(f"{passed} passed, {len({rule for rule, _ in found})} failed")
    return len(found)


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
