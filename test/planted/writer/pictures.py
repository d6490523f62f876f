"""Pictures with people beside them, by Debian's Pillow, heif-enc, cwebp and exiftool: `/usr/bin/python3 pictures.py` after
`apt-get install python3-pil libheif-examples webp libimage-exiftool-perl`."""

import json
import pathlib
import subprocess
import tempfile

import PIL.Image
from people import sentence

WRITERS = {"HEIC": ["heif-enc", "-q", "10", "-o"], "WEBP": ["cwebp", "-q", "10", "-o"]}
FOLDER = pathlib.Path(__file__).parent.parent / "fixtures"


def main():
    rows = json.loads((FOLDER / "people.json").read_text())
    comment = "\n".join(sentence(row) for row in rows)
    for name, kind in (("photo.jpg", "JPEG"), ("scan.png", "PNG"), ("scan.tiff", "TIFF"), ("phone.heic", "HEIC"), ("web.webp", "WEBP")):
        path = FOLDER / name
        if kind in WRITERS:
            with tempfile.NamedTemporaryFile(suffix=".png") as plain:
                PIL.Image.new("RGB", (64, 64), "navy").save(plain.name, "PNG")
                subprocess.run([*WRITERS[kind], str(path), plain.name], check=True, capture_output=True)
        else:
            PIL.Image.new("RGB", (8, 8), "navy").save(path, kind)
        tags = ["-Artist=Dora Fenwick", "-GPSLatitude=48.858370", "-GPSLatitudeRef=N", "-GPSLongitude=2.294481", "-GPSLongitudeRef=W"]
        tags += ["-EXIF:SerialNumber=7043211", f"-EXIF:ImageDescription={comment}", "-XMP-dc:Creator=dora@fernpost-mail.com"]
        tags += [f"-EXIF:UserComment=caf\u00e9"]
        if kind == "JPEG":
            tags += ["-IPTC:By-line=Dora Fenwick", "-Comment=by dora"]
        if kind == "PNG":
            tags += ["-PNG:Author=Dora Fenwick"]
        subprocess.run(["exiftool", "-q", "-overwrite_original", *tags, path], check=True)


main()
