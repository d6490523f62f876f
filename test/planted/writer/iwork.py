"""`document.pages`, by hand after the published form (https://github.com/obriensp/iWorkFileFormat): Apple's programs run nowhere else."""

import json
import pathlib
import zipfile

from people import sentence

FOLDER = pathlib.Path(__file__).parent.parent / "fixtures"


def varint(value):
    out = b""
    while value >= 0x80:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def field(number, value):
    """A protobuf field: a number, or bytes."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def message(kind, payload):
    about = field(1, 7) + field(2, field(1, kind) + field(3, len(payload)))
    return varint(len(about)) + about + payload


def chunk(plain):
    """Snappy without compression: the length, then one run of characters."""
    packed = varint(len(plain)) + bytes([61 << 2]) + (len(plain) - 1).to_bytes(2, "little") + plain
    return b"\0" + len(packed).to_bytes(3, "little") + packed


def main():
    rows = json.loads((FOLDER / "people.json").read_text())
    text = "\n".join(sentence(row) for row in rows).encode()
    plain = message(2001, field(3, text)) + message(11006, field(1, 3) + field(2, 5))
    with zipfile.ZipFile(FOLDER / "document.pages", "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("Index/Document.iwa", b"".join(chunk(plain[at : at + 65536]) for at in range(0, len(plain), 65536)))


main()
