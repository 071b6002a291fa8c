"""Cuts the Inter family (SIL Open Font License) down to the letters the dossier needs.

Run once, by hand: python subset.py /usr/share/fonts/opentype/inter
"""

import pathlib
import sys

from fontTools import subset

HERE = pathlib.Path(__file__).parent
LETTERS = (
    [*range(0x20, 0x7F), *range(0xA0, 0x180)]
    + [ord(letter) for letter in "–—‘’“”•…‰€→←↑↓↔⇄×÷≈≠≤≥±∞−·√∏∑Δμλρ✓✗●○■□▲▼◆"]
)

for weight in ("Regular", "SemiBold", "Bold"):
    options = subset.Options(layout_features=["kern"], notdef_outline=True)
    font = subset.load_font(f"{sys.argv[1]}/Inter-{weight}.otf", options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=LETTERS)
    cutter.subset(font)
    subset.save_font(font, HERE / f"Inter-{weight}.otf", options)
