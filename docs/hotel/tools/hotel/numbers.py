"""The model's numbers: inputs and formulas, costs, availability; and how each language writes a number."""

from __future__ import annotations

import ast
import operator

from .model import say

OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
}


def evaluate(formula: str, known: dict[str, float]) -> float:
    """Plain arithmetic over known names; nothing else is allowed."""

    def walk(node):
        if isinstance(node, ast.Expression):
            return walk(node.body)
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
            return node.value
        if isinstance(node, ast.Name):
            if node.id not in known:
                raise ValueError(f"formula «{formula}» asks for «{node.id}», which no number above it defines")
            return known[node.id]
        if isinstance(node, ast.BinOp):
            return OPERATORS[type(node.op)](walk(node.left), walk(node.right))
        if isinstance(node, ast.UnaryOp):
            return OPERATORS[type(node.op)](walk(node.operand))
        raise ValueError(f"formula «{formula}» holds something that is not arithmetic")

    return walk(ast.parse(formula, mode="eval"))


def values(model: dict, **other: float) -> dict[str, float]:
    """Every number by name. `other` replaces inputs, for sensitivity."""
    known: dict[str, float] = {}
    for name, entry in model["numbers"].items():
        if name in other:
            known[name] = other[name]
        else:
            known[name] = evaluate(entry["formula"], known) if "formula" in entry else float(entry["value"])
    for region in ("home", "read", "rec"):
        rows = [size for size in model["sizes"].values() if size["region"] == region]
        known[f"vcpu_{region}"] = sum(r["tasks"] * r["vcpu"] for r in rows)
        known[f"gb_{region}"] = sum(r["tasks"] * r["gb"] for r in rows)
    return known


def cost_lines(model: dict, **other: float) -> list[dict]:
    """Each cost line with its quantity and amount per month; read-region lines count every read region."""
    known = values(model, **other)
    lines = []
    for line in model["costs"]:
        quantity = evaluate(line["quantity"], known)
        if "tiers" in line:
            amount, below = 0.0, 0.0
            for upto, price in line["tiers"]:
                amount += max(0.0, min(quantity, upto) - below) * price
                below = upto
        else:
            amount = quantity * line["price"]
        if line.get("regional"):
            amount *= known["region_factor"]
        times = known["read_regions"] if line["scope"] == "read" else 1
        lines.append({**line, "amount": amount * times, "units": quantity * times})
    return lines


def total(model: dict, **other: float) -> float:
    """The bill per month in USD."""
    return sum(line["amount"] for line in cost_lines(model, **other))


def availability(model: dict) -> list[dict]:
    """Per path: edge, one region, all regions, together (never above the CDN's own), minutes down per month."""
    cdn = model["nodes"]["cdn"]["sla"] / 100
    found = []
    for path in model["paths"]:
        edge = regional = 1.0
        for ident in path["edge"]:
            edge *= model["nodes"][ident]["sla"] / 100
        for ident in path["regional"]:
            regional *= model["nodes"][ident]["sla"] / 100
        joint = 1 - (1 - regional) ** path["regions"]
        whole = edge * joint
        if "cdn" in path["edge"]:
            whole = min(whole, cdn)
        found.append({**path, "e": edge, "r": regional, "j": joint, "a": whole, "minutes": (1 - whole) * 730 * 60})
    return found


def write(value: float, lang: str, digits: int = 0) -> str:
    """A number as the language writes it: 1.234,5 or 1,234.5."""
    text = f"{value:,.{digits}f}"
    if text.startswith("-"):
        text = "−" + text[1:]
    return text.translate(str.maketrans(",.", ".,")) if lang == "es" else text


def show(model: dict, name: str, lang: str, digits: int | None = None) -> str:
    """A number of the model with its unit, as the text shows it."""
    known = values(model)
    entry = model["numbers"][name]
    value = known[name]
    digits = entry.get("digits", 0) if digits is None else digits
    unit = say(entry.get("unit", ""), lang)
    if unit == "%":
        return write(value * 100, lang, digits) + (" %" if lang == "es" else "%")
    if unit == "USD":
        return ("US$ " if lang == "es" else "$") + write(value, lang, digits)
    return write(value, lang, digits) + (f" {unit}" if unit else "")
