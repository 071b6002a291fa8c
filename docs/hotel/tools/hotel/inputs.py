"""The simulation's inputs: written from the model into a Rust file, so that both speak of the same numbers."""

from __future__ import annotations

import hashlib

from .model import HOME
from .numbers import total, values

FILE = HOME / "simulation" / "src" / "inputs.rs"
TAKEN = ("searches", "seconds", "busy", "flash", "book_s_busy", "holds_per_booking", "hold_minutes", "quote_ttl", "properties")


def _body(model: dict) -> str:
    known, given = values(model), model["simulation"]
    lines = [
        f"/// Seed of every random stream.\npub const SEED: u64 = {given['seed']};",
        f"/// How often each experiment is repeated.\npub const REPLICATIONS: usize = {given['replications']};",
        "/// A continent: name, share of traffic, RTT to the edge, RTTs from there to the three regions, peak hour (UTC).",
        f"pub const CONTINENTS: [(&str, f64, f64, [f64; 3], f64); {len(given['continents'])}] = [",
    ]
    for name, c in given["continents"].items():
        rtt = ", ".join(f"{float(x)}" for x in c["rtt"])
        lines.append(f'    ("{name}", {known[name]}, {float(c["edge"])}, [{rtt}], {float(c["peak"])}),')
    lines.append("];")
    for name in TAKEN:
        lines.append(f"/// `numbers.{name}` of the model.\npub const {name.upper()}: f64 = {known[name]:.6f};")
    for name, value in given["values"].items():
        lines.append(f"/// `simulation.values.{name}` of the model.\npub const {name.upper()}: f64 = {float(value)};")
    return "\n".join(lines) + "\n"


def inputs_digest(model: dict) -> str:
    """What the printed results were computed from."""
    return hashlib.sha256(_body(model).encode()).hexdigest()


def render(model: dict) -> str:
    """The Rust file."""
    return (
        "//! Made from `architecture.yaml` by `docs/hotel/make`; do not edit. Times are milliseconds unless the name says otherwise.\n\n"
        + _body(model)
        + f'/// SHA-256 of the lines above, so that results say what they were computed from.\npub const DIGEST: &str = "{inputs_digest(model)}";\n'
    )


def cost_by_regions(model: dict) -> list[float]:
    """The bill with one, two and three regions (recovery always included)."""
    return [total(model, read_regions=k) for k in (0, 1, 2)]


if __name__ == "__main__":
    from .model import load

    FILE.write_text(render(load()))
