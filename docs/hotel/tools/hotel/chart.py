"""Axes, lines and bars on a canvas."""

from __future__ import annotations

import math

from .canvas import Canvas
from .numbers import write
from .style import GREY, INK, PALE


class Axes:
    """A plotting area with linear or logarithmic scales."""

    def __init__(self, canvas: Canvas, rect, x, y, lang, logx=False, logy=False):
        self.c, self.rect, self.x, self.y, self.lang, self.logx, self.logy = canvas, rect, x, y, lang, logx, logy

    def px(self, value):
        """A value's place from left to right."""
        return self.rect[0] + self.rect[2] * _share(value, *self.x, self.logx)

    def py(self, value):
        """A value's place from top to bottom."""
        return self.rect[1] + self.rect[3] * (1 - _share(value, *self.y, self.logy))

    def grid(self, xticks, yticks, xlabel, ylabel, xdigits=0, ydigits=0, xnames=None):
        """Ticks, their numbers and the two titles."""
        left, top, w, h = self.rect
        for value in yticks:
            self.c.line([(left, self.py(value)), (left + w, self.py(value))], PALE, 1, arrow=False)
            self.c.text(left - 8, self.py(value) + 4, write(value, self.lang, ydigits), 12, 400, GREY, "end")
        for k, value in enumerate(xticks):
            name = xnames[k] if xnames else write(value, self.lang, xdigits)
            self.c.line([(self.px(value), top + h), (self.px(value), top + h + 5)], GREY, 1, arrow=False)
            self.c.text(self.px(value), top + h + 20, name, 12, 400, GREY, "middle")
        self.c.line([(left, top + h), (left + w, top + h)], GREY, 1.2, arrow=False)
        self.c.text(left + w / 2, top + h + 42, xlabel, 13, 600, INK, "middle")
        self.c.text(left - 8, top - 12, ylabel, 13, 600, INK)

    def curve(self, points, colour, sw=2.4, dash="", dots=True):
        """A line through points, cut off at the axes' ends."""
        inside = [(x, min(y, self.y[1])) for x, y in points if self.x[0] <= x <= self.x[1]]
        self.c.line([(self.px(x), self.py(max(y, self.y[0]))) for x, y in inside], colour, sw, dash, arrow=False, r=0)
        if dots:
            for x, y in inside:
                if self.y[0] <= y < self.y[1]:
                    self.c.circle(self.px(x), self.py(y), 3.4, colour)

    def bar(self, x, low, high, colour, w=10):
        """An error bar."""
        at = self.px(x)
        a, b = self.py(low), self.py(high)
        self.c.line([(at, a), (at, b)], colour, 1.4, arrow=False)
        for y in (a, b):
            self.c.line([(at - w / 2, y), (at + w / 2, y)], colour, 1.4, arrow=False)


def _share(value, low, high, log):
    if log:
        value, low, high = math.log(value), math.log(low), math.log(high)
    return (value - low) / (high - low)


def key(canvas, x, y, entries):
    """A legend in one row: (colour, dash, words)."""
    from .canvas import width

    for colour, dash, words in entries:
        canvas.line([(x, y), (x + 30, y)], colour, 2.6, dash, arrow=False)
        canvas.text(x + 37, y + 4.5, words, 13)
        x += 37 + width(words, 13) + 28
