"""The dossier's tables, each made from the model, in Markdown."""

from __future__ import annotations

from .model import port, say
from .numbers import availability, cost_lines, show, values, write

PERCENT = {"es": " %", "en": "%"}


def table(head: list[str], rows: list[list], align: str = "") -> str:
    """A Markdown table; align is one letter a column (l, r, c)."""
    marks = {"l": ":--", "r": "--:", "c": ":-:"}
    rule = [marks[letter] for letter in (align or "l" * len(head))]
    lines = [head, rule, *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in lines)


def name(model, ident, lang):
    """A node's name, told apart by region when its twin has the same."""
    if ident in model["zones"]:
        return {"es": "«" + say(model["zones"][ident], lang) + "»", "en": "“" + say(model["zones"][ident], lang) + "”"}[lang]
    node = model["nodes"][ident]
    short = {"read": {"es": " (lectura)", "en": " (read)"}, "rec": {"es": " (recuperación)", "en": " (recovery)"}}
    return say(node["name"], lang) + short.get(node["zone"], {}).get(lang, "")


def components(model, lang):
    """Every node: what it is, on which product, where, what for."""
    head = {"es": ["Componente", "Producto en AWS", "Dónde", "Para qué"], "en": ["Component", "AWS product", "Where", "What for"]}[lang]
    rows = [
        [f"**{name(model, i, lang)}**", n["aws"], say(model["zones"][n["zone"]], lang).split(" · ")[0], say(n["role"], lang)]
        for i, n in model["nodes"].items()
    ]
    return table(head, rows)


def communications(model, lang):
    """Every edge: protocol, port, what travels, how it is secured."""
    head = {
        "es": ["N.º", "De", "A", "Protocolo", "Puerto", "Transporte", "Qué viaja", "Seguridad"],
        "en": ["No.", "From", "To", "Protocol", "Port", "Transport", "What travels", "Security"],
    }[lang]
    rows = [
        [e["n"], name(model, e["from"], lang), name(model, e["to"], lang), say(e["protocol"], lang), port(e, lang), e["transport"], say(e["what"], lang), say(e["auth"], lang)]
        for e in model["edges"]
    ]
    return table(head, rows, "rlllrlll")


def brief(model, lang):
    """The brief's sentences, what answers each, and in which figure."""
    head = {"es": ["Frase del enunciado", "Componentes", "Figuras"], "en": ["Sentence of the brief", "Components", "Figures"]}[lang]
    rows = [
        [say(b, lang), ", ".join(dict.fromkeys(name(model, i, lang) for i in b["nodes"])), ", ".join(map(str, b["figures"]))]
        for b in model["brief"]
    ]
    return table(head, rows)


def clouds(model, lang):
    """The same architecture on two other clouds."""
    head = {"es": ["Componente", "AWS", "Google Cloud", "Azure"], "en": ["Component", "AWS", "Google Cloud", "Azure"]}[lang]
    rows, seen = [], set()
    for i, n in model["nodes"].items():
        if n["aws"] == "—" or (n["aws"], n["gcp"]) in seen:
            continue
        seen.add((n["aws"], n["gcp"]))
        rows.append([name(model, i, lang), n["aws"], n["gcp"], n["azure"]])
    return table(head, rows)


def numbers(model, lang, *names):
    """Chosen numbers with their formulas; inputs are marked as such."""
    head = {"es": ["Magnitud", "Valor", "De dónde sale"], "en": ["Quantity", "Value", "Where it comes from"]}[lang]
    given = {"es": "dato de partida", "en": "input"}[lang]
    rows = []
    for ident in names:
        entry = model["numbers"][ident]
        source = f"`{entry['formula']}`" if "formula" in entry else given
        rows.append([f"{say(entry, lang)} (`{ident}`)", show(model, ident, lang), source])
    return table(head, rows, "lrl")


def load(model, lang):
    """Base and Stress side by side."""
    head = {"es": ["Por segundo", "Media", "Base (hora punta)", "Estrés (venta flash)"], "en": ["Per second", "Mean", "Base (busy hour)", "Stress (flash sale)"]}[lang]
    words = {
        "pv_s": {"es": "páginas vistas", "en": "page views"},
        "dyn_s": {"es": "peticiones en los orígenes", "en": "origin requests"},
        "search_s": {"es": "búsquedas", "en": "searches"},
        "book_s": {"es": "reservas", "en": "bookings"},
    }
    rows = [[words[k][lang]] + [show(model, k + suffix, lang) for suffix in ("", "_busy", "_stress")] for k in words]
    return table(head, rows, "lrrr")


def costs(model, lang):
    """The bill line by line."""
    head = {"es": ["Concepto", "Cantidad", "Unidad", "Precio de lista (US$)", "Importe al mes (US$)", "Lista"], "en": ["Item", "Quantity", "Unit", "List price (USD)", "Amount per month (USD)", "List"]}[lang]
    rows = []
    for line in cost_lines(model):
        price = {"es": "por tramos", "en": "tiered"}[lang] if "tiers" in line else write(line["price"], lang, 5).rstrip("0").rstrip(",.")
        factor = " × " + write(values(model)["region_factor"], lang, 2) if line.get("regional") else ""
        rows.append([say(line, lang), write(line["units"], lang, 1 if line["units"] < 100 else 0), say(line["unit"], lang), price + factor, write(line["amount"], lang), f"`{line['page']}`"])
    return table(head, rows, "lrlrrl")


def cost_of_nodes(model, lang):
    """Every node with the lines that pay for it."""
    head = {"es": ["Componente", "Líneas de coste"], "en": ["Component", "Cost lines"]}[lang]
    rows = [[name(model, i, lang), ", ".join(f"`{c['id']}`" for c in model["costs"] if i in c["nodes"])] for i in model["nodes"]]
    return table(head, rows)


def sizes(model, lang):
    """Tasks that are always on, and the most the autoscaler may start."""
    head = {
        "es": ["Servicio", "Tareas Base", "vCPU", "GB", "vCPU Base", "Tareas, máximo", "vCPU, máximo"],
        "en": ["Service", "Base tasks", "vCPU", "GB", "Base vCPU", "Tasks, most", "vCPU, most"],
    }[lang]

    def row(ident, s):
        numbers = (s["tasks"], s["vcpu"], s["gb"], s["tasks"] * s["vcpu"], s["most"], s["most"] * s["vcpu"])
        return [name(model, ident, lang), *(write(v, lang, 0 if v == int(v) else 2) for v in numbers)]

    return table(head, [row(ident, s) for ident, s in model["sizes"].items()], "lrrrrrr")


def paths(model, lang):
    """Availability along each path."""
    head = {
        "es": ["Recorrido", "Borde", "Una región", "Regiones", "Compromiso del recorrido", "Minutos al mes"],
        "en": ["Path", "Edge", "One region", "Regions", "Path's commitment", "Minutes per month"],
    }[lang]
    rows = []
    for p in availability(model):
        percent = [write(p[k] * 100, lang, 3) + PERCENT[lang] for k in ("e", "r", "a")]
        rows.append([say(p, lang), percent[0], percent[1], p["regions"], f"**{percent[2]}**", write(p["minutes"], lang)])
    return table(head, rows, "lrrrrr")


def slas(model, lang):
    """The commitments that the paths multiply."""
    head = {"es": ["Componente", "Compromiso mensual"], "en": ["Component", "Monthly commitment"]}[lang]
    used = dict.fromkeys(i for p in model["paths"] for i in (*p["edge"], *p["regional"]))
    rows = [[name(model, i, lang), write(model["nodes"][i]["sla"], lang, 3).rstrip("0").rstrip(",.") + PERCENT[lang]] for i in used]
    return table(head, rows, "lr")


def failures(model, lang):
    """What can fail, how it shows, what happens, and how long it takes."""
    head = {
        "es": ["Fallo", "Señal", "Respuesta", "Quién actúa", "RTO buscar", "RTO reservar", "RTO huésped", "RPO"],
        "en": ["Failure", "Signal", "Response", "Who acts", "RTO search", "RTO booking", "RTO guest", "RPO"],
    }[lang]
    who = {True: {"es": "automático", "en": "automatic"}, False: {"es": "**personas**", "en": "**people**"}}
    rows = [
        [f"**{say(f, lang)}**", say(f["signal"], lang), say(f["response"], lang), who[f["automatic"]][lang], say(f["rto"]["search"], lang), say(f["rto"]["book"], lang), say(f["rto"]["guest"], lang), say(f["rpo"], lang)]
        for f in model["failures"]
    ]
    return table(head, rows)


def failure_of_nodes(model, lang):
    """Every node with the failures that concern it."""
    head = {"es": ["Componente", "Fallos que le tocan"], "en": ["Component", "Failures that concern it"]}[lang]
    rows = [[name(model, i, lang), "; ".join(say(f, lang) for f in model["failures"] if i in f["nodes"])] for i in model["nodes"]]
    return table(head, rows)


def data(model, lang):
    """What rests where, for how long, and how it is erased."""
    head = {
        "es": ["Dato", "Almacenes", "¿Personal?", "Regiones", "Consistencia", "Conservación", "Borrado"],
        "en": ["Data", "Stores", "Personal?", "Regions", "Consistency", "Retention", "Erasure"],
    }[lang]
    yes = {True: {"es": "**sí**", "en": "**yes**"}, False: {"es": "no", "en": "no"}}
    rows = [
        [f"**{say(d, lang)}**", ", ".join(name(model, i, lang) for i in d["nodes"]), yes[d["personal"]][lang], say(d["regions"], lang), say(d["consistency"], lang), say(d["retention"], lang), say(d["erasure"], lang)]
        for d in model["data"]
    ]
    return table(head, rows)


def flow(model, ident, lang):
    """A flow's steps with what undoes each of them."""
    head = {"es": ["Paso", "De", "A", "Qué ocurre", "Arista", "Si falla o hay que deshacer"], "en": ["Step", "From", "To", "What happens", "Edge", "If it fails or must be undone"]}[lang]
    rows = []
    for k, step in enumerate(model["flows"][ident]["steps"], 1):
        edge = edge_of(model, step["a"], step["b"])
        rows.append([k, name(model, step["a"], lang), name(model, step["b"], lang), say(step, lang), edge["n"] if edge else "—", say(step.get("undo", "—"), lang)])
    return table(head, rows, "rlllrl")


def edge_of(model, a, b):
    """The edge that joins two nodes, directly or through their zones; either direction, since answers travel back."""
    from .model import members

    if a == b:
        return None
    through = None
    for x, y in ((a, b), (b, a)):
        for edge in model["edges"]:
            if x in members(model, edge["from"]) and y in members(model, edge["to"]):
                if edge["from"] in model["nodes"] and edge["to"] in model["nodes"]:
                    return edge
                through = through or edge
    return through
