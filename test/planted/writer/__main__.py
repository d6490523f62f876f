"""Writes the fixtures: `python3 test/planted/writer`. README.md beside the fixtures says what it needs."""

import json
import pathlib

import containers
import documents
import models
import people
import structured
import tables

FOLDER = pathlib.Path(__file__).parent.parent / "fixtures"


def main():
    FOLDER.mkdir(exist_ok=True)
    rows = people.people()
    (FOLDER / "people.json").write_text(json.dumps(rows, indent=2) + "\n")
    for module in (structured, tables, documents, models, containers):
        module.write(FOLDER, rows)


main()
