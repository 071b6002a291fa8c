"""A small SVG canvas that measures its text with the real font, so that nothing overlaps by surprise.

Every text box drawn is remembered; `faults()` names texts that leave the sheet or lie on one another.
"""

from __future__ import annotations

import base64
import functools
import pathlib
import re
from html import escape

from PIL import ImageFont

TOOLS = pathlib.Path(__file__).parent.parent
WEIGHTS = {400: "Regular", 600: "SemiBold", 700: "Bold"}


def font_file(weight: int) -> pathlib.Path:
    """The font file of a weight (400, 600 or 700)."""
    return TOOLS / "fonts" / f"Inter-{WEIGHTS[weight]}.otf"


@functools.cache
def _font(weight: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font_file(weight)), 200)


def width(text: str, size: float, weight: int = 400) -> float:
    """How wide a text is, in pixels."""
    return _font(weight).getlength(text) * size / 200


def wrap(text: str, room: float, size: float, weight: int = 400) -> list[str]:
    """Breaks a text at spaces into lines that fit the room; a word that is too long keeps its own line."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}".strip()
            if line and width(longer, size, weight) > room:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return lines


@functools.cache
def _icon(name: str) -> tuple[str, str]:
    """An icon's view box and body, its ids made its own."""
    text = (TOOLS / "icons" / f"{name}.svg").read_text()
    box = re.search(r'viewBox="([^"]+)"', text).group(1)
    body = re.sub(r"<title>.*?</title>", "", text[text.index(">", text.index("<svg")) + 1 : text.rindex("</svg>")])
    body = re.sub(r'id="([^"]+)"', rf'id="{name}-\1"', body)
    body = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", body)
    body = re.sub(r'href="#([^"]+)"', rf'href="#{name}-\1"', body)
    return box, body


class Canvas:
    """One picture under construction."""

    def __init__(self, w: float, h: float, title: str, digest: str):
        self.w, self.h, self.title, self.digest = w, h, title, digest
        self.out: list[str] = []
        self.icons: set[str] = set()
        self.letters: dict[int, set[str]] = {}
        self.boxes: list[tuple[float, float, float, float, str]] = []

    def rect(self, x, y, w, h, fill="none", stroke="none", r=0, dash="", sw=1.0, opacity=1.0):
        """A rectangle, its corners rounded by r."""
        extra = f' stroke-dasharray="{dash}"' if dash else ""
        extra += f' fill-opacity="{opacity}"' if opacity != 1 else ""
        self.out.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" rx="{r}" '
            f'fill="{fill}" stroke="{stroke}" stroke-width="{sw}"{extra}/>'
        )

    def circle(self, x, y, r, fill, stroke="none", sw=1.0):
        """A filled circle."""
        self.out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r}" fill="{fill}" stroke="{stroke}" stroke-width="{sw}"/>')

    def polygon(self, points, fill, stroke="none"):
        """A filled polygon."""
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.out.append(f'<polygon points="{path}" fill="{fill}" stroke="{stroke}"/>')

    def text(self, x, y, text, size=12.0, weight=400, fill="#1f2937", anchor="start", solid=True):
        """One line of text whose base line begins at (x, y). `solid` texts may not overlap others."""
        if not text:
            return
        w = width(text, size, weight)
        left = x - {"start": 0, "middle": w / 2, "end": w}[anchor]
        if solid:
            self.boxes.append((left, y - size * 0.78, left + w, y + size * 0.2, text))
        self.letters.setdefault(weight, set()).update(text)
        self.out.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" fill="{fill}" '
            f'text-anchor="{anchor}">{escape(text)}</text>'
        )

    def lines(self, x, y, text, room, size=12.0, weight=400, fill="#1f2937", anchor="start", leading=1.25, most=99):
        """Wrapped text from base line y on; returns the base line after the last one."""
        for line in wrap(text, room, size, weight)[:most]:
            self.text(x, y, line, size, weight, fill, anchor)
            y += size * leading
        return y

    def icon(self, name, x, y, size):
        """An icon with its upper left corner at (x, y)."""
        self.icons.add(name)
        self.out.append(f'<use href="#i-{name}" x="{x:.1f}" y="{y:.1f}" width="{size}" height="{size}"/>')

    def line(self, points, colour, sw=1.6, dash="", arrow=True, both=False, r=7.0):
        """A polyline with rounded corners and arrow heads."""
        points = [tuple(p) for p in points]
        path = f"M{points[0][0]:.1f},{points[0][1]:.1f}"
        for (ax, ay), (bx, by), (cx, cy) in zip(points, points[1:], points[2:]):
            la = max(abs(bx - ax) + abs(by - ay), 0.01)
            lc = max(abs(cx - bx) + abs(cy - by), 0.01)
            q = min(r, la / 2, lc / 2)
            path += (
                f"L{bx - (bx - ax) / la * q:.1f},{by - (by - ay) / la * q:.1f}"
                f"Q{bx:.1f},{by:.1f} {bx + (cx - bx) / lc * q:.1f},{by + (cy - by) / lc * q:.1f}"
            )
        path += f"L{points[-1][0]:.1f},{points[-1][1]:.1f}"
        extra = f' stroke-dasharray="{dash}"' if dash else ""
        self.out.append(f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{sw}"{extra}/>')
        if arrow:
            self._head(points[-2], points[-1], colour)
        if both:
            self._head(points[1], points[0], colour)

    def _head(self, a, b, colour, size=7.5):
        (ax, ay), (bx, by) = a, b
        length = max(((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5, 0.01)
        ux, uy = (bx - ax) / length, (by - ay) / length
        px, py = -uy * size * 0.45, ux * size * 0.45
        back = (bx - ux * size, by - uy * size)
        self.polygon([(bx, by), (back[0] + px, back[1] + py), (back[0] - px, back[1] - py)], colour)

    def faults(self) -> list[str]:
        """Texts that leave the sheet or lie upon one another."""
        found = []
        for i, (ax, ay, bx, by, text) in enumerate(self.boxes):
            if ax < 0 or ay < 0 or bx > self.w or by > self.h:
                found.append(f"«{text}» leaves the sheet")
            for cx, cy, dx, dy, other in self.boxes[i + 1 :]:
                if ax < dx - 1 and cx < bx - 1 and ay < dy - 1 and cy < by - 1:
                    found.append(f"«{text}» lies on «{other}»")
        return found

    def svg(self) -> str:
        """The finished picture: fonts and icons inside, the model's digest in its metadata."""
        defs = ""
        for weight, letters in sorted(self.letters.items()):
            data = base64.b64encode(_subset(weight, "".join(sorted(letters)))).decode()
            defs += f'@font-face{{font-family:"Inter";font-weight:{weight};src:url(data:font/woff2;base64,{data})}}'
        symbols = "".join(
            f'<symbol id="i-{name}" viewBox="{_icon(name)[0]}">{_icon(name)[1]}</symbol>' for name in sorted(self.icons)
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.w:g} {self.h:g}" width="{self.w:g}" height="{self.h:g}" '
            f'font-family="Inter, Helvetica, Arial, sans-serif"><title>{escape(self.title)}</title>'
            f"<metadata>model-digest:{self.digest}</metadata>"
            f"<defs><style>{defs}</style>{symbols}</defs>"
            f'<rect width="100%" height="100%" fill="#ffffff"/>' + "\n".join(self.out) + "</svg>\n"
        )


@functools.cache
def _subset(weight: int, letters: str) -> bytes:
    import io

    from fontTools import subset

    options = subset.Options(flavor="woff2", layout_features=["kern"], recalc_timestamp=False)
    font = subset.load_font(str(font_file(weight)), options)
    cutter = subset.Subsetter(options)
    cutter.populate(text=letters)
    cutter.subset(font)
    buffer = io.BytesIO()
    subset.save_font(font, buffer, options)
    return buffer.getvalue()
