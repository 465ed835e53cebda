"""Reads tables of conditions as psychopy.data.importConditions does (pandas.read_csv, missing to None, text in brackets
evaluated, decimal commas to numbers), and checks that every cell comes back as it was written: numbers as integers, text as text.

    python psychopy_conditions.py FILE...
"""

import csv
import keyword
import re
import sys

import pandas


def imported(path):
    table = pandas.read_csv(path, encoding="utf-8-sig")
    table = table.dropna(how="all").dropna(how="all", axis=1)
    for row in table.astype(object).where(table.notnull(), None).to_dict("records"):
        for name, value in row.items():
            if isinstance(value, str):
                if re.match(r"^[-+]?[0-9]*,[0-9]+$", value):
                    row[name] = float(value.replace(",", "."))
                elif value[:1] in "[(" and value[-1:] in "])":
                    row[name] = eval(value)
        yield row


def main(paths):
    cells = 0
    for path in paths:
        with open(path, encoding="utf-8", newline="") as file:
            written = list(csv.DictReader(file))
        for name in written[0]:
            assert name.isidentifier() and not keyword.iskeyword(name), f"{path}: {name} is no name in Python"
        read = list(imported(path))
        assert len(read) == len(written), f"{path}: {len(read)} rows of {len(written)}"
        for before, after in zip(written, read):
            assert list(before) == list(after), f"{path}: {list(before)} became {list(after)}"
            for name, text in before.items():
                wanted = int(text) if text.isdigit() else text
                same = type(after[name]) is type(wanted) and after[name] == wanted
                assert same and str(after[name]) == text, f"{path}, {name}: {text!r} became {after[name]!r}"
                cells += 1
    print(f"{cells} cells")


main(sys.argv[1:])
