"""Sequence diagrams: lifelines, numbered messages with protocol and port, and beside each step what undoes it."""

from __future__ import annotations

from .canvas import Canvas, width, wrap
from .model import digest, port, say
from .style import GREY, INK, KINDS
from .tables import edge_of, name

PITCH, LEFT, UNDO = 158, 96, 330


def draw(model: dict, ident: str, lang: str) -> Canvas:
    """One flow in one language."""
    flow = model["flows"][ident]
    actors, steps = flow["actors"], flow["steps"]
    room = LEFT + PITCH * (len(actors) - 1) + 96
    heights = [_height(model, flow, step, lang) for step in steps]
    w, h = room + UNDO, 150 + sum(heights) + 24
    number = {"es": "Figura", "en": "Figure"}[lang]
    canvas = Canvas(w, h, f"{number} {flow['picture']}. {say(flow['title'], lang)}", digest())
    canvas.text(16, 32, f"{number} {flow['picture']} · {say(flow['title'], lang)}", 21, 700, "#111827")
    across = {actor: LEFT + PITCH * i for i, actor in enumerate(actors)}
    y = 140.0
    for k, tall in enumerate(heights):
        if k % 2:
            canvas.rect(10, y, room - 16, tall, "#f8fafc")
        y += tall
    for actor, x in across.items():
        node = model["nodes"][actor]
        canvas.line([(x, 134), (x, h - 14)], "#c3c9d2", 1, "3 4", arrow=False)
        canvas.rect(x - 74, 50, 148, 76, "#ffffff", "#b8c0cc", 6)
        canvas.icon(node["icon"], x - 15, 55, 30)
        lines = wrap(name(model, actor, lang), 138, 11.5, 600)[:3]
        y = 101 if len(lines) < 2 else 98
        for line in lines[:2]:
            canvas.text(x, y, line, 11.5, 600, INK, "middle")
            y += 14
    canvas.rect(room, 50, UNDO - 12, h - 62, "#fff7ed", "#fdba74", 6)
    head = {"es": "Si falla o hay que deshacer", "en": "If it fails or must be undone"}[lang]
    canvas.text(room + 12, 72, head, 13, 700, "#9a3412")
    y = 140.0
    for k, (step, tall) in enumerate(zip(steps, heights), 1):
        _step(canvas, model, across, k, step, y, tall, lang, room)
        y += tall
    return canvas


def _text_room(flow, step):
    span = abs(flow["actors"].index(step["a"]) - flow["actors"].index(step["b"]))
    return max(span * PITCH - 46, 250)


def _label(model, step, lang):
    edge = edge_of(model, step["a"], step["b"])
    if edge is None:
        return "", GREY
    where = port(edge, lang)
    return f"{edge['n']} · {say(edge['protocol'], lang)} {where}", KINDS[edge["kind"]][0]


def _height(model, flow, step, lang):
    lines = len(wrap(say(step, lang), _text_room(flow, step), 12))
    undo = len(wrap(say(step.get("undo", ""), lang), UNDO - 60, 11.5)) if "undo" in step else 0
    return max(lines * 15 + 36, undo * 15 + 18)


def _step(canvas, model, across, k, step, y, tall, lang, room):
    a, b = across[step["a"]], across[step["b"]]
    note, colour = _label(model, step, lang)
    lines = wrap(say(step, lang), _text_room({"actors": list(across)}, step), 12)
    base = y + 17 + 15 * len(lines)
    dash = "5 4" if step.get("reply") else ""
    if a == b:
        canvas.line([(a, base - 8), (a + 26, base - 8), (a + 26, base + 6), (a + 3, base + 6)], GREY, 1.5, dash)
        start, anchor = a + 34, "start"
        if start + 260 > room - 10:
            start, anchor = a - 10, "end"
    else:
        way = 1 if b > a else -1
        canvas.line([(a + 3 * way, base), (b - 3 * way, base)], colour, 1.6, dash)
        middle = (a + b) / 2
        widest = max([width(line, 12) for line in lines] + [width(note, 9.5, 600)])
        middle = min(max(middle, 40 + widest / 2), room - 16 - widest / 2)
        start, anchor = middle, "middle"
    at = y + 15
    for line in lines:
        w = width(line, 12)
        left = {"start": start, "middle": start - w / 2, "end": start - w}[anchor]
        canvas.rect(left - 2, at - 11, w + 4, 15, "#f8fafc" if k % 2 == 0 else "#ffffff", opacity=0.92)
        canvas.text(start, at, line, 12, 400, INK, anchor)
        at += 15
    if note and a != b:
        w = width(note, 9.5, 600)
        canvas.rect(start - w / 2 - 2, base + 3, w + 4, 12, "#f8fafc" if k % 2 == 0 else "#ffffff", opacity=0.92)
        canvas.text(start, base + 12.5, note, 9.5, 600, colour, "middle")
    canvas.circle(22, base, 10, "#111827")
    canvas.text(22, base + 3.8, str(k), 10.5, 700, "#ffffff", "middle")
    if "undo" in step:
        canvas.circle(room + 20, y + 17, 9, "#9a3412")
        canvas.text(room + 20, y + 20.6, str(k), 10, 700, "#ffffff", "middle")
        canvas.lines(room + 36, y + 21, say(step["undo"], lang), UNDO - 60, 11.5, 400, "#7c2d12")
