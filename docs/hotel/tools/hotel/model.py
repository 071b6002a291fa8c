"""The model: read, digested, and asked."""

from __future__ import annotations

import functools
import hashlib
import pathlib

import yaml

HOME = pathlib.Path(__file__).parent.parent.parent
FILE = HOME / "architecture.yaml"
LANGUAGES = ("es", "en")


def load(path: pathlib.Path = FILE) -> dict:
    """The model as plain data; ids are put into the nodes."""
    model = yaml.load(path.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    for ident, node in model["nodes"].items():
        node["id"] = ident
        twin = model["nodes"].get(node.get("like"), {})
        for key in ("aws", "gcp", "azure", "sla"):
            if key not in node and key in twin:
                node[key] = twin[key]
    return model


@functools.cache
def digest(path: pathlib.Path = FILE) -> str:
    """SHA-256 of the model's bytes: what a picture was made from."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def say(text, lang: str) -> str:
    """A word for people in a language; plain strings read the same in both."""
    return text[lang] if isinstance(text, dict) else str(text)


def members(model: dict, end: str) -> list[str]:
    """The nodes meant by an edge's end: the node itself, or every node of a zone."""
    if end in model["nodes"]:
        return [end]
    return [ident for ident, node in model["nodes"].items() if node["zone"] == end]


def port(edge: dict, lang: str) -> str:
    """A port as people read it."""
    if edge["port"] == "managed":
        return {"es": "gestionado", "en": "managed"}[lang]
    return str(edge["port"])
