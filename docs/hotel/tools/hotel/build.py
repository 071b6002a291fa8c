"""`docs/hotel/make`: draws every picture and writes every page."""

from __future__ import annotations

import sys

from . import dossier
from .canvas import Canvas
from .model import HOME, LANGUAGES, load
from .png import png

WIDTH = {"hero": 3300}


def canvas(model: dict, entry: dict, lang: str) -> Canvas:
    """One picture in one language, whatever its kind."""
    if entry["kind"] == "blocks":
        from .blocks import draw
    elif entry["kind"] == "flow":
        from .sequence import draw
    elif entry["kind"] == "board":
        from .boards import draw
    else:
        from .plots import draw
    return draw(model, entry["id"], lang)


def main(only: list[str]) -> int:
    """Draws and writes; `only` names the pictures to redraw (all when empty). Returns how many pictures have faults."""
    model = load()
    bad = 0
    for lang in LANGUAGES:
        folder = HOME / "pictures" / lang
        folder.mkdir(parents=True, exist_ok=True)
        for file, entry in dossier.pictures(model).items():
            if only and entry["id"] not in only:
                continue
            made = canvas(model, entry, lang)
            for fault in made.faults():
                print(f"{lang}/{file}: {fault}")
                bad += 1
            text = made.svg()
            (folder / f"{file}.svg").write_text(text)
            (folder / f"{file}.png").write_bytes(png(text, WIDTH.get(entry["id"], 1800)))
            print(f"{lang}/{file}")
        if not only:
            (HOME / lang).mkdir(exist_ok=True)
            (HOME / lang / "dossier.md").write_text(dossier.render(lang))
    return bad


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
