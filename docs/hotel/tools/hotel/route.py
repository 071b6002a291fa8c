"""Orthogonal routes between boxes on a grid: short, few bends, never through a box, parallel lines apart.

A* over (cell, direction). Lines may cross at a right angle, for a price; running upon one another is (almost) forbidden.
"""

from __future__ import annotations

import heapq

CELL = 10
STEPS = ((1, 0), (0, 1), (-1, 0), (0, -1))
BEND, CROSS, ALONG, NEAR, BORDER = 7, 5, 400, 2.5, 2.5


class Router:
    """The sheet as a grid; each route that is found is remembered and avoided by the next."""

    def __init__(self, w: float, h: float):
        self.nx, self.ny = int(w // CELL) + 1, int(h // CELL) + 1
        self.blocked: set[tuple[int, int]] = set()
        self.border: set[tuple[int, int]] = set()
        self.shun: dict[tuple[int, int], float] = {}
        self.used: dict[tuple[int, int], set[int]] = {}
        self.ports: set[tuple[int, int]] = set()

    def block(self, x, y, w, h, pad=0.0):
        """No line runs through this rectangle (its border included)."""
        self.blocked |= self._cells(x - pad, y - pad, w + 2 * pad, h + 2 * pad)

    def avoid(self, boxes):
        """The next lines run through these rectangles (x, y, w, h, price per cell) only when they must."""
        self.shun = {}
        for x, y, w, h, price in boxes:
            for cell in self._cells(x, y, w, h):
                self.shun[cell] = max(price, self.shun.get(cell, 0))

    def frame(self, x, y, w, h):
        """Lines do not run along this rectangle's border if they can help it."""
        for i in range(int(x // CELL), int((x + w) // CELL) + 1):
            self.border |= {(i, round(y / CELL)), (i, round((y + h) / CELL))}
        for j in range(int(y // CELL), int((y + h) // CELL) + 1):
            self.border |= {(round(x / CELL), j), (round((x + w) / CELL), j)}

    @staticmethod
    def _cells(x, y, w, h):
        return {
            (i, j)
            for i in range(-int(-x // CELL), int((x + w) // CELL) + 1)
            for j in range(-int(-y // CELL), int((y + h) // CELL) + 1)
        }

    def _doors(self, box, sides, inward=False):
        """Grid points just outside (or, for a container left from within, inside) a box, with the direction that leaves it."""
        x, y, w, h = box
        doors = []
        gap = -CELL if inward else CELL
        for side, direction in (("e", 0), ("s", 1), ("w", 2), ("n", 3)):
            if side not in sides:
                continue
            if side in "ew":
                i = round((x + w + gap * 0.5) / CELL + 0.49) if side == "e" else round((x - gap * 0.5) / CELL - 0.49)
                lo, hi = y + 8, y + h - 8
                middle = y + h / 2
                spots = [(i, j) for j in range(-int(-lo // CELL), int(hi // CELL) + 1)]
                cost = {s: abs(s[1] * CELL - middle) / 20 for s in spots}
            else:
                j = round((y + h + gap * 0.5) / CELL + 0.49) if side == "s" else round((y - gap * 0.5) / CELL - 0.49)
                lo, hi = x + 10, x + w - 10
                middle = x + w / 2
                spots = [(i, j) for i in range(-int(-lo // CELL), int(hi // CELL) + 1)]
                cost = {s: abs(s[0] * CELL - middle) / 30 for s in spots}
            turn = (direction + 2) % 4 if inward else direction
            doors += [(spot, turn, side, cost[spot]) for spot in spots]
        return doors

    def route(self, a, b, sides_a="nesw", sides_b="nesw", inward_a=False, inward_b=False):
        """The points of a line from box a to box b (each x, y, w, h), or None when there is no way."""
        heap, best, back = [], {}, {}
        goals = {}
        for spot, direction, side, extra in self._doors(b, sides_b, inward_b):
            if spot not in self.ports:
                goals[(spot, (direction + 2) % 4)] = (side, extra)
        starts = {}
        aim = (b[0] + b[2] / 2) / CELL, (b[1] + b[3] / 2) / CELL
        reach = (b[2] / 2) / CELL + 1, (b[3] / 2) / CELL + 1

        def rest(cell):
            return max(0, abs(cell[0] - aim[0]) - reach[0]) + max(0, abs(cell[1] - aim[1]) - reach[1])

        for spot, direction, side, extra in self._doors(a, sides_a, inward_a):
            if spot in self.blocked or spot in self.ports:
                continue
            state = (spot, direction)
            if extra < best.get(state, 1e9):
                best[state] = extra
                starts[state] = side
                heapq.heappush(heap, (extra + rest(spot), extra, state))
        while heap:
            _, cost, state = heapq.heappop(heap)
            if cost > best.get(state, 1e9):
                continue
            cell, direction = state
            if state in goals and not state[0] in self.blocked:
                side, _ = goals[state]
                return self._finish(state, back, starts, side, a, b)
            for turn in (0, 1, 3):
                nd = (direction + turn) % 4
                nxt = (cell[0] + STEPS[nd][0], cell[1] + STEPS[nd][1])
                if not (0 < nxt[0] < self.nx - 1 and 0 < nxt[1] < self.ny - 1) or nxt in self.blocked:
                    continue
                price = cost + 1 + (BEND if turn else 0)
                lines = self.used.get(nxt)
                if lines:
                    price += ALONG if (nd % 2) in lines else CROSS
                    if turn or len(lines) > 1:
                        price += CROSS
                for s in (1, -1):
                    beside = (nxt[0] + s * STEPS[(nd + 1) % 4][0], nxt[1] + s * STEPS[(nd + 1) % 4][1])
                    if (nd % 2) in self.used.get(beside, ()):
                        price += NEAR
                if nxt in self.border:
                    price += BORDER
                price += self.shun.get(nxt, 0)
                new = (nxt, nd)
                if price + goals.get(new, ("", 0))[1] < best.get(new, 1e9):
                    best[new] = price
                    back[new] = state
                    heapq.heappush(heap, (price + rest(nxt), price, new))
        return None

    def _finish(self, state, back, starts, side_b, a, b):
        cells = [state]
        while cells[-1] in back:
            cells.append(back[cells[-1]])
        cells.reverse()
        for (p, d), (q, e) in zip(cells, cells[1:]):
            self.used.setdefault(p, set()).update({d % 2, e % 2})
            self.used.setdefault(q, set()).add(e % 2)
        self.ports |= {cells[0][0], cells[-1][0]}
        points = [(p[0] * CELL, p[1] * CELL) for p, _ in cells]
        first = _edge_point(points[0], a, starts[cells[0]])
        last = _edge_point(points[-1], b, side_b)
        return _straight([first, *points, last])


def _edge_point(point, box, side):
    x, y, w, h = box
    return {"e": (x + w, point[1]), "w": (x, point[1]), "s": (point[0], y + h), "n": (point[0], y)}[side]


def _straight(points):
    kept = [points[0]]
    for before, here, after in zip(points, points[1:], points[2:]):
        if not (before[0] == here[0] == after[0] or before[1] == here[1] == after[1]):
            kept.append(here)
    return [*kept, points[-1]]
