"""Pictures made of containers, cards and routed lines: the hero and its smaller sisters."""

from __future__ import annotations

import functools

from .canvas import Canvas, width, wrap
from .model import digest, members, say
from .route import Router
from .style import BOXES, GREY, INK, KINDS

# what a line pays per cell for running through a container that holds neither of its ends
STRANGE = {"vpc": 30, "region": 6, "private": 1.5, "data": 1.5}


def _inside(spot, rect):
    return rect[0] <= spot[0] + spot[2] / 2 <= rect[0] + rect[2] and rect[1] <= spot[1] + spot[3] / 2 <= rect[1] + rect[3]


def draw(model: dict, name: str, lang: str) -> Canvas:
    """One view of the model in one language."""
    view = model["views"][name]
    w, h = view["size"]
    number = {"es": "Figura", "en": "Figure"}[lang]
    canvas = Canvas(w, h, f"{number} {view['picture']}. {say(view['title'], lang)}", digest())
    canvas.text(16, 30, f"{number} {view['picture']} · {say(view['title'], lang)}", 23, 700, "#111827")
    canvas.text(16, 50, say(view["subtitle"], lang), 13.5, 400, GREY)
    for box in view["boxes"]:
        _box(canvas, model, box, lang)
    lines = routes(model, name)
    for edge, points in lines:
        colour, dash, _ = KINDS[edge["kind"]]
        canvas.line(points, "#ffffff", 4.2, arrow=False)
        canvas.line(points, colour, 1.5, dash, both=edge.get("both", False))
    for ident in view["place"]:
        card(canvas, view.get("groups", {}).get(ident) or model["nodes"][ident], *view["place"][ident], *view["card"], lang)
    _pills(canvas, view, lines, lang)
    for note in view.get("notes", []):
        canvas.lines(note["at"][0], note["at"][1], say(note["text"], lang), note["room"], note.get("size", 12), note.get("weight", 400), note.get("fill", GREY))
    if "legend" in view:
        legend(canvas, *view["legend"], lang, {e["kind"] for e, _ in lines})
    return canvas


def _box(canvas, model, box, lang):
    border, fill, dash, ink = BOXES[box["style"]]
    x, y, w, h = box["rect"]
    canvas.rect(x, y, w, h, fill, border, 6, dash, 1.4)
    title = say(box.get("title") or model["zones"].get(box.get("zone"), ""), lang)
    size = box.get("size", 12)
    while width(title, size, 600) > w - 14 and size > 9.5:
        size -= 0.25
    canvas.text(x + 8, y + 16, title, size, 600, ink)


def card(canvas, node, x, y, w, h, lang):
    """A node: icon, name, technology; three dots when it is spread over three zones."""
    canvas.rect(x, y, w, h, "#ffffff", "#b8c0cc", 6, "", 1)
    icon = min(38, h - 14)
    canvas.icon(node["icon"], x + 7, y + (h - icon) / 2, icon)
    left, room = x + icon + 13, w - icon - 18
    size = 12
    name = say(node["name"], lang)
    lines = wrap(name, room, size, 600)
    while (len(lines) > 2 or any(width(line, size, 600) > room for line in lines)) and size > 9.5:
        size -= 0.25
        lines = wrap(name, room, size, 600)
    tech = say(node["tech"], lang)
    small = 10.5
    extra = wrap(tech, room, small)
    while (len(extra) > 3 - len(lines) or any(width(line, small) > room for line in extra)) and small > 9:
        small -= 0.25
        extra = wrap(tech, room, small)
    total = len(lines) * size * 1.15 + len(extra) * small * 1.2
    at = y + (h - total) / 2 + size * 0.92
    for line in lines:
        canvas.text(left, at, line, size, 600, INK)
        at += size * 1.15
    at += (small - size) * 0.8
    for line in extra:
        canvas.text(left, at, line, small, 400, GREY)
        at += small * 1.2
    if node.get("zones3"):
        for i in range(3):
            canvas.circle(x + w - 8 - i * 6, y + 6.5, 2.1, "#00a4a6")


@functools.cache
def _routes(model_digest: str, name: str):
    from .model import load

    model = load()
    view = model["views"][name]
    cw, ch = view["card"]
    router = Router(*view["size"])
    router.block(0, 0, 900, 54)
    where = {ident: (x, y, cw, ch) for ident, (x, y) in view["place"].items()}
    frames = {box["zone"]: tuple(box["rect"]) for box in view["boxes"] if "zone" in box}
    for box in view["boxes"]:
        x, y, w, h = box["rect"]
        router.frame(x, y, w, h)
        title = say(box.get("title") or model["zones"].get(box.get("zone"), ""), "es")
        router.block(x, y + 2, min(w, width(title, 12, 600) + 14), 17)
    for spot in where.values():
        router.block(*spot)
    for x, y, w, h in view.get("keep_clear", []):
        router.block(x, y, w, h)
    if "legend" in view:
        router.block(0, view["legend"][1] - 20, view["size"][0], view["size"][1])
    stands = {node: group for group, entry in view.get("groups", {}).items() for node in entry["nodes"]}
    edges, pairs = [], {}
    for edge in model["edges"]:
        names = [edge[k] if edge[k] in where or edge[k] in frames else stand_in(model, view, stands, edge[k]) for k in ("from", "to")]
        ends = [where.get(i) or frames.get(i) for i in names]
        if not all(ends) or names[0] == names[1] or name in edge.get("hide", []):
            continue
        if view.get("groups") and tuple(names) in pairs:
            pairs[tuple(names)]["more"].append(edge)
            continue
        pairs[tuple(names)] = edge = {**edge, "more": []}
        edges.append((edge, *ends))

    def length(item):
        (ax, ay, aw, ah), (bx, by, bw, bh) = item[1], item[2]
        return abs(ax + aw / 2 - bx - bw / 2) + abs(ay + ah / 2 - by - bh / 2) - 5000 * item[0].get("first", 0)

    found = []
    sides = view.get("sides", {})
    for edge, a, b in sorted(edges, key=length):
        sa, sb = sides.get(edge["n"], ["nesw", "nesw"])
        router.avoid(
            (*box["rect"], STRANGE.get(box["style"], 1.5))
            for box in view["boxes"]
            if not (_inside(a, box["rect"]) or _inside(b, box["rect"]))
        )
        points = router.route(a, b, sa, sb)
        if points is None:
            raise SystemExit(f"{name}: no way from {edge['from']} to {edge['to']} (edge {edge['n']})")
        found.append((edge, points))
    return found


def stand_in(model, view, stands, end):
    """The placed card that stands for an edge's end: its group, or one placed member when the end is a zone."""
    if end in stands:
        return stands[end]
    if end in model["zones"]:
        for ident in members(model, end):
            if ident in stands:
                return stands[ident]
        chosen = view.get("zone_as", {}).get(end)
        return chosen
    return None


def routes(model: dict, name: str):
    """The lines of a view: found once, the same in both languages."""
    return _routes(digest(), name)


def _pills(canvas, view, lines, lang):
    cw, ch = view["card"]
    cards = [(x, y, x + cw, y + ch) for x, y in view["place"].values()]
    segments = [
        (min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]), edge["n"])
        for edge, points in lines
        for a, b in zip(points, points[1:])
    ]
    placed: list[tuple] = []
    solid = [b for b in canvas.boxes]
    for edge, points in sorted(lines, key=lambda item: sum(abs(a[0] - b[0]) + abs(a[1] - b[1]) for a, b in zip(item[1], item[1][1:]))):
        together = [edge, *edge["more"]]
        text = " · ".join(dict.fromkeys(f"{say(e['label'], lang)}" + ("" if e["port"] == "managed" else f" {e['port']}") for e in together))
        number = ", ".join(str(e["n"]) for e in together) if len(together) < 5 else f"{edge['n']} … {together[-1]['n']}"
        badge = width(number, 9.5, 700) + 7
        pw, ph = badge + width(text, 9.5, 600) + 8, 14
        best = None
        total = sum(abs(a[0] - b[0]) + abs(a[1] - b[1]) for a, b in zip(points, points[1:]))
        walked = 0
        for a, b in zip(points, points[1:]):
            span = abs(a[0] - b[0]) + abs(a[1] - b[1])
            horizontal = a[1] == b[1]
            steps = max(int(span // 5), 1)
            for k in range(steps + 1):
                t = k / steps
                x, y = a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t
                box = (x - pw / 2, y - ph / 2, x + pw / 2, y + ph / 2)
                cost = abs(walked + span * t - total / 2) / max(total, 1) * 3
                if horizontal and min(abs(x - a[0]), abs(x - b[0])) < pw / 2 + 4:
                    cost += 6
                if not horizontal and min(abs(y - a[1]), abs(y - b[1])) < ph / 2 + 4:
                    cost += 6
                if not horizontal:
                    cost += 1
                cost += 3000 * (box[0] < 2 or box[1] < 2 or box[2] > canvas.w - 2)
                cost += 1000 * sum(_over(box, c, 1) for c in cards) + 400 * sum(_over(box, c, 1) for c in placed)
                cost += 60 * sum(_over(box, c, 0) for c in solid)
                cost += 9 * len({s[4] for s in segments if s[4] != edge["n"] and _over(box, s, 1)})
                if best is None or cost < best[0]:
                    best = (cost, box)
            walked += span
        _, box = best
        placed.append(box)
        colour = KINDS[edge["kind"]][0]
        canvas.rect(box[0], box[1], pw, ph, "#ffffff", colour, 7, "", 0.9)
        canvas.rect(box[0], box[1], badge, ph, colour, colour, 7, "", 0.9)
        canvas.text(box[0] + badge / 2, box[1] + 10.5, number, 9.5, 700, "#ffffff", "middle")
        canvas.text(box[0] + badge + 3, box[1] + 10.5, text, 9.5, 600, colour)


def _over(a, b, gap):
    return a[0] < b[2] + gap and b[0] < a[2] + gap and a[1] < b[3] + gap and b[1] < a[3] + gap


def legend(canvas, x, y, w, lang, kinds):
    """The key to lines and marks, wrapped into the room."""
    at, row = x, y
    for kind, (colour, dash, words) in KINDS.items():
        if kind not in kinds:
            continue
        text = words[lang]
        need = 44 + width(text, 12) + 22
        if at + need > x + w:
            at, row = x, row + 22
        canvas.line([(at, row), (at + 36, row)], colour, 1.8, dash)
        canvas.text(at + 43, row + 4, text, 12, 400, INK)
        at += need
    marks = {
        "es": ["●●● repartido en tres zonas de disponibilidad", "[n  PROTOCOLO puerto] = fila n de la tabla de comunicaciones", "gest. = réplica interna de AWS, sin puerto que abrir"],
        "en": ["●●● spread over three availability zones", "[n  PROTOCOL port] = row n of the communications table", "mgd = replication inside AWS, no port to open"],
    }[lang]
    at = x
    for mark in marks:
        canvas.text(at, row + 24, mark, 12, 400, GREY)
        at += width(mark, 12) + 34
