"""Reads conditions files as psychopy.data.importConditions does, and prints what it made of every cell.

The rules are those of PsychoPy 2024: pandas with its defaults (comma and point first), missing values become None, texts that
look like lists are evaluated, "1,5" becomes 1.5, and headers must be identifiers.
"""
import ast
import json
import sys

import pandas


def cell(value):
    if pandas.isnull(value):
        return None
    if isinstance(value, str):
        text = value.strip()
        if text.startswith("[") and text.endswith("]"):
            return ast.literal_eval(text)
        try:
            return float(text.replace(",", "."))
        except ValueError:
            return value
    return value.item() if hasattr(value, "item") else value


for file in sys.argv[1:]:
    table = pandas.read_csv(file, encoding="utf-8-sig", sep=",", decimal=".")
    table = table.loc[:, ~table.columns.str.contains("^Unnamed")]
    bad = [name for name in table.columns if not name.isidentifier()]
    rows = [{name: cell(value) for name, value in row.items()} for row in table.to_dict("records")]
    print(json.dumps({"file": file, "headers": bad, "rows": rows}))
