"""The simulation's plots and the cost tornado, from results.json and the model."""

from __future__ import annotations

from .canvas import Canvas
from .chart import Axes, key
from .dossier import results, results_digest
from .inputs import cost_by_regions
from .model import digest, say
from .numbers import total, values, write
from .style import GREY, INK

BLUE, TEAL, AMBER, RED, VIOLET = "#1d4ed8", "#0f766e", "#d97706", "#dc2626", "#7c3aed"
LAYOUTS = {"1": ("#94a3b8", {"es": "una región", "en": "one region"}), "2": ("#60a5fa", {"es": "dos regiones", "en": "two regions"}), "3": (TEAL, {"es": "tres regiones", "en": "three regions"})}
CONTINENTS = {
    "eu": {"es": "Europa", "en": "Europe"},
    "na": {"es": "Norteamérica", "en": "North America"},
    "la": {"es": "Latinoamérica", "en": "Latin America"},
    "asia": {"es": "Asia", "en": "Asia"},
    "oc": {"es": "Oceanía", "en": "Oceania"},
    "me": {"es": "África y O. Medio", "en": "Africa and M. East"},
    "world": {"es": "Mundo", "en": "World"},
}


def draw(model: dict, ident: str, lang: str) -> Canvas:
    """One plot in one language."""
    plot = model["plots"][ident]
    number = {"es": "Figura", "en": "Figure"}[lang]
    high = 760 if ident in ("flash", "regionloss") else 620
    canvas = Canvas(1200, high, f"{number} {plot['picture']}. {say(plot['title'], lang)}", f"{digest()} results-digest:{results_digest()}")
    canvas.text(16, 34, f"{number} {plot['picture']} · {say(plot['title'], lang)}", 22, 700, "#111827")
    note = globals()[f"_{ident}"](canvas, model, lang)
    canvas.text(16, high - 14, note, 12, 400, GREY)
    return canvas


def _say(lang, es, en):
    return {"es": es, "en": en}[lang]


def _simulated(lang):
    r = results()
    return _say(
        lang,
        f"Simulación: {r['replications']} repeticiones, semilla {r['seed']}, intervalos del 95 %. Los tiempos de servicio y los RTT son entradas.",
        f"Simulation: {r['replications']} replications, seed {r['seed']}, 95% intervals. Service times and RTTs are inputs.",
    )


def _latency(canvas, model, lang):
    axes = Axes(canvas, (70, 110, 1100, 410), (0, 7), (0, 600), lang)
    axes.grid([k + 0.5 for k in range(7)], range(0, 601, 100), "", _say(lang, "ms (barra: p95; raya baja: p50; raya alta: p99)", "ms (bar: p95; low mark: p50; high mark: p99)"), xnames=[CONTINENTS[c][lang] for c in CONTINENTS])
    found = results()["latency"]
    for k, continent in enumerate(CONTINENTS):
        for j, (layout, (colour, _)) in enumerate(LAYOUTS.items()):
            at = found[layout][continent]
            x = axes.px(k + 0.5) + (j - 1) * 42
            top = axes.py(at["p95"]["mean"])
            canvas.rect(x - 18, top, 36, axes.py(0) - top, colour, r=3)
            for part in ("p50", "p99"):
                y = axes.py(min(at[part]["mean"], 600))
                canvas.line([(x - 18, y), (x + 18, y)], INK, 1.6, arrow=False)
            canvas.line([(x, axes.py(at["p50"]["mean"])), (x, axes.py(min(at["p99"]["mean"], 600)))], INK, 1, arrow=False)
            canvas.text(x, axes.py(0) - 6, write(at["p95"]["mean"], lang), 11.5, 600, "#ffffff", "middle")
        budget = model["simulation"]["continents"].get(continent, {}).get("budget")
        if budget:
            canvas.line([(axes.px(k + 0.06), axes.py(budget)), (axes.px(k + 0.94), axes.py(budget))], RED, 2, "6 4", arrow=False)
    key(canvas, 70, 66, [*((c, "", words[lang]) for c, words in LAYOUTS.values()), (RED, "6 4", _say(lang, "presupuesto p95", "p95 budget"))])
    return _simulated(lang)


def _pareto(canvas, model, lang):
    costs = cost_by_regions(model)
    low, high = min(costs) - 900, max(costs) + 1300
    axes = Axes(canvas, (80, 110, 1080, 400), (low, high), (0, 500), lang)
    step = 500
    axes.grid([t for t in range(int(low // step + 1) * step, int(high) + 1, step)], range(0, 501, 100), _say(lang, "coste al mes, US$ de lista", "cost per month, USD list"), _say(lang, "p95 de una búsqueda, ms", "p95 of a search, ms"))
    found = results()["latency"]
    for which, colour, words in (("worst", RED, _say(lang, "peor continente", "worst continent")), ("world", BLUE, _say(lang, "mundo", "world"))):
        points = [(costs[k], found[str(k + 1)][which]["p95"]) for k in range(3)]
        axes.curve([(x, p["mean"]) for x, p in points], colour, 2, "5 4")
        for k, (x, p) in enumerate(points):
            axes.bar(x, p["mean"] - p["half"], p["mean"] + p["half"], colour)
            canvas.text(axes.px(x) + 10, axes.py(p["mean"]) - 10, f"{write(p['mean'], lang)} ms", 13, 600, colour)
    names = [words[lang] for _, words in LAYOUTS.values()]
    for k, cost in enumerate(costs):
        canvas.text(axes.px(cost), axes.py(0) - 40, names[k], 14, 700 if k == 2 else 400, TEAL if k == 2 else INK, "middle")
        canvas.text(axes.px(cost), axes.py(0) - 20, "US$ " + write(cost, lang), 12, 400, GREY, "middle")
    limit = max(c["budget"] for c in model["simulation"]["continents"].values())
    canvas.line([(80, axes.py(limit)), (1160, axes.py(limit))], AMBER, 2, "8 5", arrow=False)
    canvas.text(90, axes.py(limit) - 8, _say(lang, f"presupuesto más holgado: {limit} ms", f"loosest budget: {limit} ms"), 13, 600, AMBER)
    key(canvas, 80, 66, [(RED, "5 4", _say(lang, "peor continente", "worst continent")), (BLUE, "5 4", _say(lang, "mundo", "world"))])
    return _simulated(lang) + _say(lang, " La región de recuperación está en las tres.", " The recovery region is in all three.")


def _knee(canvas, model, lang):
    axes = Axes(canvas, (80, 110, 1080, 400), (0, 100), (0, 400), lang)
    axes.grid(range(0, 101, 10), range(0, 401, 50), _say(lang, "ocupación de las tareas de búsqueda, %", "utilisation of the search tasks, %"), "ms")
    found = results()["knee"]
    for part, colour in (("p99", RED), ("p95", AMBER), ("p50", BLUE)):
        axes.curve([(row["load"], row["latency"][part]["mean"]) for row in found], colour)
    at = results()["knee_at"]
    canvas.line([(axes.px(at), 110), (axes.px(at), 510)], TEAL, 2, "6 4", arrow=False)
    canvas.text(axes.px(at) - 8, 126, _say(lang, f"rodilla: {write(at, lang)} %", f"knee: {write(at, lang)}%"), 14, 700, TEAL, "end")
    target = model["simulation"]["values"]["scale_target"] * 100
    canvas.line([(axes.px(target), 110), (axes.px(target), 510)], VIOLET, 2, "2 4", arrow=False)
    canvas.text(axes.px(target) - 8, 126, _say(lang, f"objetivo del autoescalado: {write(target, lang)} %", f"autoscaler's target: {write(target, lang)}%"), 14, 700, VIOLET, "end")
    key(canvas, 80, 66, [(BLUE, "", "p50"), (AMBER, "", "p95"), (RED, "", "p99")])
    return _simulated(lang)


def _flash(canvas, model, lang):
    found = results()["flash"]
    panels = (
        ("offered_per_s", (0, 500), range(0, 501, 100), _say(lang, "búsquedas por segundo", "searches per second")),
        ("tasks", (0, 25), range(0, 26, 5), _say(lang, "tareas", "tasks")),
        ("p95", (0, 1600), range(0, 1601, 400), _say(lang, "p95 de servicio, ms", "service p95, ms")),
        ("refused_percent", (0, 20), range(0, 21, 5), _say(lang, "rechazadas, %", "refused, %")),
    )
    for k, (field, span, ticks, words) in enumerate(panels):
        axes = Axes(canvas, (70 + 590 * (k % 2), 120 + 315 * (k // 2), 500, 225), (0, 60), span, lang)
        axes.grid(range(0, 61, 10), ticks, _say(lang, "minuto", "minute"), words)
        for way, colour, dash in (("reactive", RED, ""), ("scheduled", TEAL, "7 4")):
            axes.curve([(m + 0.5, row[field]) for m, row in enumerate(found[way])], colour, 2.2, dash, dots=False)
    key(canvas, 70, 70, [(RED, "", _say(lang, "autoescalado reactivo", "reactive scaling")), (TEAL, "7 4", _say(lang, "capacidad puesta antes de la hora anunciada", "capacity put before the announced time"))])
    return _simulated(lang) + _say(lang, " La venta abre en el minuto 10.", " The sale opens at minute 10.")


def _hotroom(canvas, model, lang):
    axes = Axes(canvas, (90, 110, 1070, 400), (0.1, 300), (5, 50000), lang, True, True)
    axes.grid([0.1, 1, 10, 100], [10, 100, 1000, 10000], _say(lang, "intentos por segundo sobre la misma habitación-noche", "attempts per second on the same room-night"), _say(lang, "p95 de la retención, ms (escalas logarítmicas)", "p95 of the hold, ms (logarithmic scales)"), xdigits=1)
    found = results()["hotroom"]
    axes.curve([(r["rate"], r["p95"]["mean"]) for r in found["short"]], TEAL)
    axes.curve([(r["rate"], r["p95"]["mean"]) for r in found["long"]], RED)
    for value, colour in ((found["short_capacity"], TEAL), (found["long_capacity"], RED)):
        canvas.line([(axes.px(value), 110), (axes.px(value), 510)], colour, 1.6, "3 4", arrow=False)
        canvas.text(axes.px(value) - 7, 500, _say(lang, "límite ", "limit ") + write(value, lang, 1) + "/s", 12.5, 600, colour, "end")
    key(canvas, 90, 66, [(TEAL, "", _say(lang, "transacción corta", "short transaction")), (RED, "", _say(lang, "bloqueo durante la llamada al PSP", "lock held during the PSP call"))])
    return _simulated(lang)


def _ttl(canvas, model, lang):
    axes = Axes(canvas, (80, 110, 1080, 400), (4, 800), (0, 100), lang, logx=True)
    ticks = [row["ttl"] for row in results()["ttl"]]
    axes.grid(ticks, range(0, 101, 20), _say(lang, "TTL de la cotización, s (escala logarítmica)", "TTL of a quote, s (logarithmic scale)"), "%")
    for field, colour in (("hit", TEAL), ("stale", RED)):
        axes.curve([(row["ttl"], row[field]["mean"]) for row in results()["ttl"]], colour)
        for row in results()["ttl"]:
            over = field == "hit" or row["ttl"] >= 300
            aside = -22 if row["ttl"] == results()["ttl_chosen"]["ttl"] else 0
            canvas.text(axes.px(row["ttl"]) + aside, axes.py(row[field]["mean"]) - 11, write(row[field]["mean"], lang, 1 if over else 2), 12, 600, colour, "middle")
    chosen = results()["ttl_chosen"]["ttl"]
    canvas.line([(axes.px(chosen), 110), (axes.px(chosen), 510)], VIOLET, 2, "6 4", arrow=False)
    canvas.text(axes.px(chosen) + 8, 126, _say(lang, f"elegido: {write(chosen, lang)} s", f"chosen: {write(chosen, lang)} s"), 14, 700, VIOLET)
    key(canvas, 80, 66, [(TEAL, "", _say(lang, "aciertos de caché", "cache hits")), (RED, "", _say(lang, "cotizaciones viejas mostradas", "stale quotes shown"))])
    return _simulated(lang) + _say(lang, " Popularidad Zipf.", " Zipf popularity.")


def _regionloss(canvas, model, lang):
    r = results()
    panels = (
        (_say(lang, "Pérdida de una zona en plena venta flash: peticiones correctas, %", "Loss of a zone amid a flash sale: correct requests, %"), [("read", r["zone_loss"]["read"], BLUE)], (90, 100), range(90, 101, 2)),
        (_say(lang, "Pérdida de la región principal: peticiones correctas, %", "Loss of the home region: correct requests, %"), [("read", r["region_loss"]["read"], BLUE), ("book", r["region_loss"]["book"], RED)], (0, 100), range(0, 101, 20)),
    )
    for k, (title, lines, span, ticks) in enumerate(panels):
        axes = Axes(canvas, (80, 120 + 315 * k, 1080, 225), (0, 60), span, lang)
        axes.grid(range(0, 61, 5), ticks, _say(lang, "minuto", "minute"), title)
        for _, values_, colour in lines:
            axes.curve([(m + 0.5, v) for m, v in enumerate(values_)], colour, 2.4, dots=False)
        canvas.line([(axes.px(10), axes.rect[1]), (axes.px(10), axes.rect[1] + 225)], INK, 1.4, "3 4", arrow=False)
    key(canvas, 80, 70, [(BLUE, "", _say(lang, "leer (conmuta solo)", "read (moves by itself)")), (RED, "", _say(lang, "reservar (deciden personas)", "book (people decide)")), (INK, "3 4", _say(lang, "el fallo", "the failure"))])
    return _simulated(lang) + _say(lang, " Medias por minuto; los tiempos humanos son entradas.", " Means per minute; human times are inputs.")


def _tornado(canvas, model, lang):
    base, known = total(model), values(model)
    moves = [
        ("page_kb", known["page_kb"] * 0.5, known["page_kb"] * 1.5, {"es": "peso de página ±50 %", "en": "page weight ±50%"}),
        ("page_views", known["page_views"] * 0.7, known["page_views"] * 1.3, {"es": "páginas vistas ±30 %", "en": "page views ±30%"}),
        ("mau", known["mau"] * 0.5, known["mau"] * 2, {"es": "cuentas activas ÷2, ×2", "en": "active accounts ÷2, ×2"}),
        ("requests_per_page", 12, 30, {"es": "peticiones por página 12–30", "en": "requests per page 12–30"}),
        ("region_factor", 1.0, 1.25, {"es": "recargo regional 1,00–1,25", "en": "regional surcharge 1.00–1.25"}),
        ("read_regions", 0, 3, {"es": "regiones de lectura 0–3", "en": "read regions 0–3"}),
        ("log_tb", 1, 6, {"es": "registros 1–6 TB", "en": "logs 1–6 TB"}),
        ("map_tiles", known["map_tiles"] * 0.3, known["map_tiles"] * 2, {"es": "teselas ×0,3, ×2", "en": "map tiles ×0.3, ×2"}),
        ("bot_share", 0.2, 0.6, {"es": "parte de bots 20–60 %", "en": "bots' share 20–60%"}),
        ("rate_updates", known["rate_updates"] * 0.2, known["rate_updates"] * 5, {"es": "cambios de tarifa ÷5, ×5", "en": "rate changes ÷5, ×5"}),
    ]
    rows = sorted(((words[lang], total(model, **{name: low}), total(model, **{name: high})) for name, low, high, words in moves), key=lambda r: -abs(r[2] - r[1]))
    span = max(max(abs(a - base), abs(b - base)) for _, a, b in rows) * 1.25
    axes = Axes(canvas, (300, 90, 840, 440), (base - span, base + span), (0, 1), lang)
    for k, (words, low, high) in enumerate(rows):
        y = 96 + k * 43
        canvas.text(286, y + 20, words, 13.5, 400, INK, "end")
        for value, colour in ((low, "#60a5fa"), (high, AMBER)):
            left, right = sorted((axes.px(base), axes.px(value)))
            canvas.rect(left, y, max(right - left, 1), 30, colour, r=3)
            anchor = "end" if value < base else "start"
            canvas.text(axes.px(value) + (-7 if value < base else 7), y + 20, write(value, lang), 12.5, 600, INK, anchor)
    canvas.line([(axes.px(base), 84), (axes.px(base), 532)], INK, 1.6, arrow=False)
    canvas.text(axes.px(base), 552, "US$ " + write(base, lang), 14, 700, INK, "middle")
    key(canvas, 300, 66, [("#60a5fa", "", _say(lang, "valor bajo", "low value")), (AMBER, "", _say(lang, "valor alto", "high value"))])
    return _say(lang, "Coste al mes en US$ de lista al mover una entrada cada vez. Calculado con las líneas de coste del modelo.", "Cost per month in USD list when one input moves at a time. Computed with the model's cost lines.")
