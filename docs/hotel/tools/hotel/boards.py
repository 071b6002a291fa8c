"""The two pictures with a form of their own: the network plan and the migration board."""

from __future__ import annotations

from .blocks import card
from .canvas import Canvas
from .model import digest, say
from .style import BOXES, GREY, INK


def draw(model: dict, ident: str, lang: str) -> Canvas:
    """One board in one language."""
    return {"network": _network, "migration": _migration}[ident](model, model["boards"][ident], lang)


def _sheet(board, w, h, lang, subtitle):
    number = {"es": "Figura", "en": "Figure"}[lang]
    canvas = Canvas(w, h, f"{number} {board['picture']}. {say(board['title'], lang)}", digest())
    canvas.text(16, 32, f"{number} {board['picture']} · {say(board['title'], lang)}", 23, 700, "#111827")
    canvas.text(16, 54, subtitle[lang], 13.5, 400, GREY)
    return canvas


def _box(canvas, x, y, w, h, style, title, size=12.5):
    border, fill, dash, ink = BOXES[style]
    canvas.rect(x, y, w, h, fill, border, 6, dash, 1.4)
    canvas.text(x + 9, y + 18, title, size, 600, ink)


def _network(model, board, lang):
    net = model["network"]
    canvas = _sheet(board, 1720, 1090, lang, {"es": "Plan de la región principal; las otras tres usan el mismo plan con su propio /16. Ninguna VPC está unida a otra.", "en": "The home region's plan; the other three use the same plan with their own /16. No VPC is joined to another."})
    _box(canvas, 16, 72, 1180, 876, "region", f"{net['regions'][0]['region']} · VPC {net['regions'][0]['cidr']}", 14)
    left, top, wide = 196, 112, 318
    for k, zone in enumerate(net["zones"]):
        x = left + k * (wide + 12)
        canvas.rect(x, top, wide, 824, "#ffffff", "#00a4a6", 6, "5 4")
        canvas.text(x + wide / 2, top + 20, zone, 13, 600, "#007a7c", "middle")
    y = top + 32
    tall = {"pub": 130, "app": 270, "data": 240, "ends": 106}
    for tier in net["tiers"]:
        h = tall[tier["id"]]
        canvas.lines(30, y + 22, say(tier, lang), 156, 14, 700, BOXES[tier["style"]][3])
        canvas.lines(30, y + 62, say(tier["route"], lang), 156, 11.5, 400, GREY)
        for k in range(3):
            x = left + k * (wide + 12) + 10
            border, fill, dash, ink = BOXES[tier["style"]]
            canvas.rect(x, y, wide - 20, h, fill, border, 5)
            canvas.text(x + 10, y + 19, tier["cidrs"][k], 12.5, 600, ink)
            shown = ["readers" if (node == "writer" and k) else node for node in tier["nodes"]]
            for i, node in enumerate(shown):
                entry = dict(model["nodes"][node], zones3=False)
                if node == "booking":
                    entry = {**entry, "name": {"es": "Servicios y trabajadores", "en": "Services and workers"}, "tech": {"es": "tareas Fargate de esta zona", "en": "Fargate tasks of this zone"}}
                if node == "payment":
                    entry = {**entry, "name": {"es": "Pagos", "en": "Payment"}, "tech": {"es": "grupo de seguridad propio", "en": "security group of its own"}}
                if node == "readers":
                    entry = {**entry, "tech": "Aurora"}
                if node == "writer":
                    entry = {**entry, "tech": "Aurora PostgreSQL"}
                card(canvas, entry, x + 20, y + 30 + i * (72 if len(shown) > 2 else 80), wide - 60, 62, lang)
        y += h + 14
    x = 1216
    _box(canvas, x, 72, 488, 250, "account", {"es": "Cuentas", "en": "Accounts"}[lang], 14)
    at = 112
    for account in net["accounts"]:
        canvas.text(x + 12, at, account["id"], 12, 600, "#b80f61")
        canvas.lines(x + 118, at, say(account, lang), 360, 11.5, 400, INK, leading=1.15)
        at += 23
    _box(canvas, x, 338, 488, 170, "region", {"es": "Direcciones por región", "en": "Addresses by region"}[lang], 14)
    at = 380
    for region in net["regions"]:
        canvas.text(x + 14, at, region["cidr"], 13, 600, INK)
        canvas.text(x + 140, at, region["region"], 13)
        canvas.text(x + 300, at, say(region, lang), 13, 400, GREY)
        at += 27
    _box(canvas, x, 524, 488, 418, "thin", {"es": "Quién puede entrar a quién (grupos de seguridad)", "en": "Who may enter whom (security groups)"}[lang], 14)
    at = 566
    for rule in net["rules"]:
        bottom = canvas.lines(x + 14, at, say(rule["from"], lang), 230, 11.5, 400, INK, leading=1.15)
        canvas.text(x + 252, at, "→", 12, 600, GREY)
        canvas.lines(x + 274, at, say(rule["to"], lang), 140, 11.5, 600, INK, leading=1.15)
        canvas.text(x + 472, at, f"TCP {rule['port']}", 11.5, 600, "#1d4ed8", "end")
        at = max(bottom, at + 26) + 14
    _box(canvas, 16, 962, 1688, 112, "plain", {"es": "Entradas y salidas", "en": "Ways in and out"}[lang], 14)
    words = {
        "es": ["Entrada: solo la CDN, por VPC origin hacia el balanceador interno (443). No hay balanceador público, ni bastión, ni SSH: las tareas se inspeccionan por Session Manager, con registro.",
               "Salida: una NAT por zona con IP fija; el cortafuegos DNS solo resuelve los dominios del PSP y de los PMS; los demás servicios no tienen regla de salida a Internet.",
               "Servicios de AWS: puntos de enlace de interfaz (Secrets Manager, KMS, ECR, CloudWatch, SQS, EventBridge, STS, SES) y de pasarela (S3, DynamoDB), con política que solo admite las cuentas propias."],
        "en": ["In: only the CDN, as a VPC origin to the internal balancer (443). There is no public balancer, no bastion, no SSH: tasks are inspected through Session Manager, with a record.",
               "Out: one NAT per zone with a fixed address; the DNS firewall resolves only the domains of PSP and PMS; the other services have no egress rule to the Internet.",
               "AWS services: interface endpoints (Secrets Manager, KMS, ECR, CloudWatch, SQS, EventBridge, STS, SES) and gateway endpoints (S3, DynamoDB), with a policy that admits only our own accounts."],
    }[lang]
    for k, text in enumerate(words):
        canvas.lines(34 + k * 560, 1000, text, 530, 13, 400, INK, leading=1.35)
    return canvas


CELLS = {
    "o": ("#e5e7eb", "#4b5563", {"es": "antiguo", "en": "old"}),
    "n": ("#0f766e", "#ffffff", {"es": "nuevo", "en": "new"}),
    "r": ("#99f6e4", "#134e4a", {"es": "nuevo, lee copia", "en": "new, reads a copy"}),
    "x": ("#fde68a", "#78350f", {"es": "por cohortes: uno u otro", "en": "by cohort: one or the other"}),
    "f": ("#dbeafe", "#1e3a8a", {"es": "antiguo → nuevo", "en": "old → new"}),
    "b": ("#e9d5ff", "#581c87", {"es": "por cohorte: se invierte", "en": "per cohort: reverses"}),
    "-": ("#ffffff", "#9ca3af", {"es": "sin copia", "en": "no copy"}),
}


def _migration(model, board, lang):
    mig = model["migration"]
    canvas = _sheet(board, 1720, 910, lang, {"es": "En cada casilla hay una sola autoridad. Nunca se escribe en dos sistemas.", "en": "Every cell has one authority. Nothing is ever written to two systems."})
    left, wide, top = 190, 216, 80
    week = 0
    for k, wave in enumerate(mig["waves"]):
        x = left + k * wide
        canvas.polygon([(x, top), (x + wide - 22, top), (x + wide - 6, top + 36), (x + wide - 22, top + 72), (x, top + 72), (x + 14 * (k > 0), top + 36)], "#eef6ff", "#7aa7d9")
        canvas.text(x + 24, top + 20, {"es": "Ola", "en": "Wave"}[lang] + f" {wave['id']}", 12, 700, "#2563a8")
        span = {"es": "semanas", "en": "weeks"}[lang] + f" {week + 1}–{week + wave['weeks']}"
        canvas.text(x + wide - 30, top + 20, span, 10.5, 400, GREY, "end")
        canvas.lines(x + 24, top + 40, say(wave, lang), wide - 50, 13, 600, INK, leading=1.15)
        week += wave["weeks"]
    y = top + 86
    for row in mig["rows"]:
        canvas.lines(20, y + 24, say(row, lang), 160, 13, 600, INK, leading=1.15)
        for k, cell in enumerate(row["cells"]):
            fill, ink, words = CELLS[cell]
            canvas.rect(left + k * wide, y, wide - 8, 44, fill, "#d1d5db", 5)
            canvas.text(left + k * wide + (wide - 8) / 2, y + 27, words[lang], 12, 600, ink, "middle")
        y += 52
    for key, title, ink in (("entry", {"es": "Se entra si", "en": "Entered when"}, "#1d4ed8"), ("exit", {"es": "Se sale si", "en": "Left when"}, "#15803d"), ("rollback", {"es": "Vuelta atrás", "en": "Way back"}, "#b45309")):
        canvas.text(20, y + 20, title[lang], 13, 700, ink)
        for k, wave in enumerate(mig["waves"]):
            canvas.rect(left + k * wide, y, wide - 8, 66, "#ffffff", ink, 5, "", 0.8)
            canvas.lines(left + k * wide + 9, y + 18, say(wave[key], lang), wide - 26, 11.5, 400, INK, leading=1.2)
        y += 74
    canvas.rect(16, y + 6, 1688, 150, "#fffbeb", "#f59e0b", 6)
    canvas.text(30, y + 28, {"es": "El corte de una cohorte de hoteles (ola 5)", "en": "The cut-over of a cohort of hotels (wave 5)"}[lang], 14, 700, "#92400e")
    steps = mig["cutover"]
    w = 1660 / len(steps)
    for k, step in enumerate(steps):
        x = 30 + k * w
        canvas.circle(x + 14, y + 64, 14, "#92400e")
        canvas.text(x + 14, y + 69, str(k + 1), 13, 700, "#ffffff", "middle")
        if k < len(steps) - 1:
            canvas.line([(x + 34, y + 64), (x + w - 6, y + 64)], "#92400e", 1.6)
        canvas.lines(x, y + 100, say(step, lang), w - 18, 12.5, 400, INK, leading=1.25)
    return canvas
