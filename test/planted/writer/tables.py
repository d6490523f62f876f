"""Tables: csv and SQLite by Python's own library, the columnar ones by Arrow, fastavro and polars, Excel by openpyxl, SPSS by PSPP."""

import csv
import json
import sqlite3
import subprocess

import fastavro
import h5py
import numpy
import openpyxl
import pandas
import polars
import pyarrow
import pyarrow.feather
import pyarrow.orc
import pyarrow.parquet
from people import FIELDS


def write(folder, rows):
    for name, delimiter, encoding in (
        ("comma.csv", ",", "utf-8"),
        ("semicolon.csv", ";", "utf-8-sig"),
        ("tab.tsv", "\t", "utf-16"),
        ("pipe.psv", "|", "utf-8"),
    ):
        with open(folder / name, "w", encoding=encoding, newline="") as file:
            out = csv.DictWriter(file, FIELDS, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL)
            out.writeheader()
            out.writerows(rows)
    (folder / "array.json").write_text(json.dumps({"people": rows}, indent=2))
    write_sqlite(folder / "table.sqlite", rows)
    write_arrow(folder, rows)
    write_workbook(folder / "workbook.xlsx", rows)
    with open(folder / "table.avro", "wb") as file:
        schema = {"type": "record", "name": "person", "fields": [{"name": f, "type": "string"} for f in FIELDS]}
        fastavro.writer(file, schema, rows, codec="deflate", sync_marker=b"whereabouts-sync")
    write_sav(folder / "table.sav", rows)
    frame = pandas.DataFrame(rows)
    frame.to_stata(folder / "table.dta", write_index=False)
    with h5py.File(folder / "table.h5", "w") as file:
        for field in FIELDS:
            file[field] = numpy.array([row[field].encode() for row in rows])


def write_sav(path, rows):
    """By PSPP; every column is text."""
    widths = " ".join(f"{field} (a40)" for field in FIELDS)
    data = "\n".join(",".join(row.values()) for row in rows)
    syntax = f"data list list (',') /{widths}.\nbegin data\n{data}\nend data.\nsave outfile='{path}' /compressed.\n"
    subprocess.run(["pspp", "-"], input=syntax, text=True, check=True, stdout=subprocess.DEVNULL)


def write_sqlite(path, rows):
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as database:
        database.execute(f"create table people ({', '.join(FIELDS)})")
        database.executemany("insert into people values (?, ?, ?, ?, ?, ?)", [tuple(row.values()) for row in rows])
        database.commit()
        path.with_name("dump.sql").write_text("\n".join(database.iterdump()) + "\n")
    database.close()


def write_arrow(folder, rows):
    table = pyarrow.Table.from_pylist(rows)
    pyarrow.parquet.write_table(table, folder / "snappy.parquet", row_group_size=8)
    pyarrow.parquet.write_table(table, folder / "zstd.parquet", compression="zstd", use_dictionary=False)
    pyarrow.feather.write_feather(table, str(folder / "table.feather"), compression="uncompressed")
    polars.DataFrame(rows).write_ipc(folder / "lz4.arrow", compression="lz4")
    pyarrow.orc.write_table(table, str(folder / "table.orc"), compression="zlib")


def write_workbook(path, rows):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "People"
    sheet.append(FIELDS)
    for row in rows[:10]:
        sheet.append(list(row.values()))
    hidden = book.create_sheet("Hidden")
    hidden.sheet_state = "hidden"
    hidden.append(FIELDS)
    for row in rows[10:]:
        hidden.append(list(row.values()))
    book.save(path)

