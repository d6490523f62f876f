"""`run.wandb`, by the form that wandb/sdk/internal/datastore.py writes; by hand, because the package is not in Debian."""

import json
import pathlib
import struct
import zlib

from people import sentence

FOLDER = pathlib.Path(__file__).parent.parent / "fixtures"
BLOCK = 32768


def field(number, value):
    data = value.encode() if isinstance(value, str) else value
    return varint(number * 8 + 2) + varint(len(data)) + data


def varint(number):
    out = b""
    while number > 127:
        out += bytes([number % 128 + 128])
        number //= 128
    return out + bytes([number])


def item(key, value):
    return field(1, key) + field(16, json.dumps(value))


def write(path, records):
    with path.open("wb") as file:
        file.write(struct.pack("<4sHB", b":W&B", 0xBEE1, 0))
        for record in records:
            first = True
            while first or record:
                left = BLOCK - file.tell() % BLOCK
                if left < 7:
                    file.write(bytes(left))
                    left = BLOCK
                part, record = record[: left - 7], record[left - 7 :]
                kind = (1 if not record else 2) if first else (4 if not record else 3)
                check = zlib.crc32(bytes([kind]) + part)
                file.write(struct.pack("<IHB", check, len(part), kind) + part)
                first = False


def main():
    rows = json.loads((FOLDER / "people.json").read_text())
    run = varint(8) + varint(1) + field(17, field(1, "abc123") + field(5, field(1, item("epochs", 3))))
    history = [varint(8) + varint(n + 2) + field(2, field(1, item("example", sentence(row)))) for n, row in enumerate(rows)]
    # A record that goes over a block.
    history.insert(10, varint(8) + varint(99) + field(12, "output " * 9000))
    write(FOLDER / "run.wandb", [run, *history])


main()
