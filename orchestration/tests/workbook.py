"""What a file says, read independently of the program: by openpyxl and by Python's csv."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl

People = set[tuple[int, str, str]]
Pairs = dict[tuple[int, int], int]


def people(path: Path) -> list[tuple[int, str, str]]:
    """Number, label and name of each line of the list, in its order."""
    sheet = openpyxl.load_workbook(path, data_only=True)["Personas"]
    lines = [[cell.value for cell in row[:3]] for row in sheet.iter_rows()]
    return [
        (int(number), str(label).strip(), " ".join(str(name).split()))
        for label, number, name in lines
        if number is not None and name is not None
    ]


def pairs(path: Path) -> tuple[Pairs, Pairs]:
    """The cells of the matrix that say 0 or 1, the zeros of the diagonal left out; and those that say
    something else, as -1."""
    sheet = openpyxl.load_workbook(path, data_only=True)["Matriz de adyacencia"]
    columns = {cell.column: int(cell.value) for cell in sheet[1] if cell.value is not None}
    good: Pairs = {}
    bad: Pairs = {}
    for row in sheet.iter_rows(min_row=3):
        if row[0].value is None:
            continue
        number = int(row[0].value)
        for cell in row[2:]:
            if cell.value is None or cell.column not in columns:
                continue
            pair = (number, columns[cell.column])
            if cell.value not in (0, 1):
                bad[pair] = -1
            elif pair[0] != pair[1] or cell.value == 1:
                good[pair] = int(cell.value)
    return good, bad


def lines(path: Path) -> list[dict[str, str]]:
    """The lines of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
