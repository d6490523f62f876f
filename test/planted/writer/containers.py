"""Containers and compressions of the tables and texts written before, by Python's own library and Debian's tools."""

import bz2
import gzip
import lzma
import subprocess
import tarfile
import zipfile

import zstandard


def write(folder, rows):
    csv = (folder / "comma.csv").read_bytes()
    (folder / "comma.csv.gz").write_bytes(gzip.compress(csv, mtime=0))
    (folder / "comma.csv.zst").write_bytes(zstandard.compress(csv))
    (folder / "comma.csv.bz2").write_bytes(bz2.compress(csv))
    (folder / "comma.csv.xz").write_bytes(lzma.compress(csv))
    subprocess.run(["lz4", "-qf", folder / "comma.csv", folder / "comma.csv.lz4"], check=True)
    for name, mode, member, path in (
        ("packed.tar", "w", folder / "comma.csv", f"in/{'deep/' * 40}comma.csv"),
        ("packed.tar.gz", "w:gz", folder / "text.txt", "text.txt"),
    ):
        with tarfile.open(folder / name, mode, format=tarfile.PAX_FORMAT) as archive:
            archive.add(member, path, filter=anonymous)
    with zipfile.ZipFile(folder / "packed.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(folder / "packed.tar.gz", "inner.tar.gz")
    with zipfile.ZipFile(folder / "book.epub", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        page = (folder / "page.html").read_text()
        archive.writestr("META-INF/container.xml", '<container><rootfiles><rootfile full-path="OEBPS/content.opf"/></rootfiles></container>')
        archive.writestr(
            "OEBPS/content.opf",
            '<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="one" href="one.xhtml"/></manifest>'
            '<spine><itemref idref="one"/></spine></package>',
        )
        archive.writestr("OEBPS/one.xhtml", f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{page}</body></html>')
    (folder / "packed.7z").unlink(missing_ok=True)
    subprocess.run(["7zz", "a", "-bso0", folder / "packed.7z", folder / "comma.csv"], check=True)


def anonymous(entry):
    entry.uid = entry.gid = entry.mtime = 0
    entry.uname = entry.gname = ""
    return entry
