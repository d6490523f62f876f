"""Documents: docx by python-docx, PDF by ReportLab, and everything that LibreOffice exports out of a page, a sheet and slides."""

import pathlib
import subprocess
import tempfile

import docx
import reportlab.lib.pagesizes
import reportlab.pdfgen.canvas
from people import FIELDS, sentence
from structured import html_of


def write(folder, rows):
    write_docx(folder / "table.docx", rows)
    write_pdf(folder / "pages.pdf", rows)
    with tempfile.TemporaryDirectory() as scratch:
        place = pathlib.Path(scratch)
        paragraphs = "".join(f"<p>{sentence(row)}</p>" for row in rows)
        (place / "page.html").write_text(f"<html><body>{paragraphs}</body></html>")
        (place / "sheet.html").write_text(f"<html><body>{html_of(rows)}</body></html>")
        (place / "slides.fodp").write_text(slides(rows))
        lines = "".join(f"<p>{line}</p>" for row in rows for line in lines_of(row))
        (place / "lines.html").write_text(f"<html><body>{lines}</body></html>")
        convert(place / "lines.html", "pdf", folder, "HTML (StarWriter)")
        for target in ("odt", "docx", "doc", "rtf"):
            convert(place / "page.html", target, folder, "HTML (StarWriter)")
        (place / "office.csv").write_text((folder / "comma.csv").read_text())
        # 44,34,76,1,,0,false: comma, quote, UTF-8, from line 1; every cell is text.
        columns = "/".join(f"{n + 1}/2" for n in range(len(FIELDS)))
        for target in ("ods", "xlsx", "xls"):
            convert(place / "office.csv", target, folder, f"CSV:44,34,76,1,{columns}")
        convert(place / "office.csv", "dbf", folder, "CSV:44,34,76,1")
        for target in ("odp", "pptx", "ppt"):
            convert(place / "slides.fodp", target, folder)


def convert(source, target, folder, reader=None):
    options = [] if reader is None else [f"--infilter={reader}"]
    profile = f"-env:UserInstallation=file://{source.parent}/profile"
    subprocess.run(
        ["soffice", profile, "--headless", *options, "--convert-to", target, "--outdir", folder, source], check=True
    )


def lines_of(row):
    """A person in three lines that fit on a page's width."""
    head, rest = sentence(row).split(" and email ")
    middle, tail = rest.split(" and SSN ")
    return head, f"email {middle}", f"SSN {tail}"


def write_docx(path, rows):
    document = docx.Document()
    document.add_heading("People", 1)
    table = document.add_table(rows=1, cols=len(FIELDS))
    for cell, field in zip(table.rows[0].cells, FIELDS):
        cell.text = field
    for row in rows:
        for cell, field in zip(table.add_row().cells, FIELDS):
            cell.text = row[field]
    document.save(path)


def write_pdf(path, rows):
    """Ten people on each of two pages, three lines for each."""
    canvas = reportlab.pdfgen.canvas.Canvas(str(path), pagesize=reportlab.lib.pagesizes.A4, invariant=1)
    for page in (rows[:10], rows[10:]):
        text = canvas.beginText(50, 780)
        for row in page:
            for line in lines_of(row):
                text.textLine(line)
        canvas.drawText(text)
        canvas.showPage()
    canvas.save()


def slides(rows):
    pages = "".join(
        f'<draw:page draw:name="p{n}" draw:master-page-name="m"><draw:frame svg:width="20cm" svg:height="9cm" svg:x="1cm" svg:y="1cm">'
        f"<draw:text-box><text:p>{sentence(row)}</text:p></draw:text-box></draw:frame></draw:page>"
        for n, row in enumerate(rows)
    )
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in (
            ("office", "office"),
            ("draw", "drawing"),
            ("text", "text"),
            ("style", "style"),
            ("svg", "svg-compatible"),
        )
    )
    kind = "application/vnd.oasis.opendocument.presentation"
    return (
        f'<?xml version="1.0"?><office:document {spaces} office:version="1.2" office:mimetype="{kind}">'
        '<office:automatic-styles><style:page-layout style:name="l"/></office:automatic-styles>'
        '<office:master-styles><style:master-page style:name="m" style:page-layout-name="l"/></office:master-styles>'
        f"<office:body><office:presentation>{pages}</office:presentation></office:body></office:document>"
    )
