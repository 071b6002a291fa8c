"""The dossier's text: templates in two languages, filled from the model and from what the simulation printed."""

from __future__ import annotations

import functools
import hashlib
import json

import jinja2

from . import tables
from .model import HOME, digest, load, say
from .numbers import availability, show, total, values, write

RESULTS = HOME / "simulation" / "results.json"


@functools.cache
def results() -> dict:
    """What the simulation printed."""
    return json.loads(RESULTS.read_text()) if RESULTS.exists() else {}


def results_digest() -> str:
    """SHA-256 of what the simulation printed: plots carry it."""
    return hashlib.sha256(RESULTS.read_bytes()).hexdigest()


def pictures(model: dict) -> dict[str, dict]:
    """Every picture by file name: number, title, kind (blocks, flow, network, migration, plot)."""
    found = {}
    for section, kind in (("views", "blocks"), ("flows", "flow"), ("boards", "board"), ("plots", "plot")):
        for ident, entry in model.get(section, {}).items():
            found[f"fig-{entry['picture']:02d}-{ident}"] = {**entry, "id": ident, "kind": kind}
    return dict(sorted(found.items()))


def render(lang: str) -> str:
    """The whole dossier in one language, as Markdown."""
    model = load()
    shown = pictures(model)
    by_id = {entry["id"]: (file, entry) for file, entry in shown.items()}
    word = {"es": "Figura", "en": "Figure"}[lang]

    def figure(ident):
        file, entry = by_id[ident]
        return f"![{word} {entry['picture']}. {say(entry['title'], lang)}](../pictures/{lang}/{file}.svg)\n\n*{word} {entry['picture']}. {say(entry['title'], lang)}.*"

    def simulated(path, digits=0, unit=""):
        value = results()
        for key in path.split("."):
            value = value[int(key)] if isinstance(value, list) else value[key]
        if isinstance(value, dict):
            fine = max(digits, 1)
            small = 10.0**-fine
            half = write(value["half"], lang, fine) if value["half"] >= small / 2 else f"<{write(small, lang, fine)}"
            if value["half"] == 0:
                return f"{write(value['mean'], lang, digits)}{unit}"
            return f"{write(value['mean'], lang, digits)}{unit} ± {half}{unit}"
        return write(value, lang, digits) + unit

    def pick(ident, part, digits=3):
        row = next(p for p in availability(model) if p["id"] == ident)
        return write(row[part] * (1 if part == "minutes" else 100), lang, digits)

    given = model["simulation"]["continents"]

    def rtt(continent, what):
        entry = given[continent]
        return write({"edge": entry["edge"], "home": entry["rtt"][0], "near": min(entry["rtt"])}[what], lang)

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HOME / "text" / lang),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
    )
    environment.globals.update(
        n=lambda ident, digits=None: show(model, ident, lang, digits),
        s=simulated,
        table=lambda which, *args: getattr(tables, which)(model, lang, *args),
        flow=lambda ident: tables.flow(model, ident, lang),
        figure=figure,
        fig=lambda ident: f"{word.lower()} {by_id[ident][1]['picture']}",
        cost=lambda **other: write(total(model, **other), lang),
        per_booking=lambda digits=3: write(total(model) / values(model)["bookings"], lang, digits),
        calc=lambda formula, digits=0: write(_calc(model, formula), lang, digits),
        path=pick,
        rtt=rtt,
        budget=lambda continent: write(given[continent]["budget"], lang),
        sla=lambda ident: write(model["nodes"][ident]["sla"], lang, 1),
        meta=model["meta"],
        count=lambda what: write(len(model[what]), lang),
    )
    pages = [environment.get_template(page.name).render() for page in sorted((HOME / "text" / lang).glob("*.md"))]
    return f"<!-- model-digest:{digest()} · made by docs/hotel/make: change architecture.yaml or text/{lang}/, not this file -->\n\n" + "\n".join(pages)


def _calc(model, formula):
    from .numbers import evaluate

    return evaluate(formula, {**values(model), **model["simulation"]["values"], "bill": total(model), "r_cost": total(model, read_regions=2) - total(model, read_regions=1)})
