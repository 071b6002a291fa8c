"""SVG to PNG with resvg, using the dossier's own fonts."""

from __future__ import annotations

import resvg_py

from .canvas import WEIGHTS, font_file


def png(svg: str, pixels: int) -> bytes:
    """The picture, `pixels` wide."""
    files = [str(font_file(weight)) for weight in WEIGHTS]
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=pixels, font_files=files, skip_system_fonts=True, font_family="Inter"))
