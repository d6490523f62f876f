"""Text and structured text, by Python's own library where it has a writer."""

import email.message
import email.policy
import json
import mailbox
import plistlib
import xml.etree.ElementTree

import yaml
from people import FIELDS, sentence


def write(folder, rows):
    lines = [sentence(row) for row in rows]
    text = "".join(f"{line}\n" for line in lines)
    (folder / "text.txt").write_text(text)
    (folder / "utf-16.txt").write_text(text, encoding="utf-16")
    (folder / "latin-1.txt").write_bytes(f"{text}fin: déjà vu\n".encode("latin-1"))
    (folder / "table.md").write_text(markdown_of(rows))
    (folder / "lines.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    (folder / "notebook.ipynb").write_text(json.dumps(notebook(rows), indent=1))
    (folder / "notebook-v3.ipynb").write_text(json.dumps(notebook_v3(rows), indent=1))
    (folder / "elements.xml").write_bytes(xml_of(rows))
    (folder / "page.html").write_text(html_of(rows))
    (folder / "mail.eml").write_bytes(mail(rows[:10], rows[10:]).as_bytes())
    write_mailbox(folder / "box.mbox", rows)
    (folder / "list.yaml").write_text(yaml.safe_dump({"people": rows}, sort_keys=False))
    (folder / "tables.toml").write_text("\n".join(toml_of(row) for row in rows))
    (folder / "sections.ini").write_text("\n".join(ini_of(number, row) for number, row in enumerate(rows)))
    (folder / "variables.env").write_text("".join(env_of(number, row) for number, row in enumerate(rows)))
    (folder / "binary.plist").write_bytes(plistlib.dumps({"people": rows}, fmt=plistlib.FMT_BINARY))
    (folder / "cards.vcf").write_text("".join(vcard(row) for row in rows))
    (folder / "calendar.ics").write_text(calendar(rows))
    (folder / "service.log").write_text(
        "".join(f"2026-09-14T10:15:{n:02}Z INFO sent: {line}\n" for n, line in enumerate(lines))
    )


def notebook(rows):
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": [f"{sentence(row)}\n" for row in rows[:10]]},
        {
            "cell_type": "code",
            "execution_count": 1,
            "metadata": {},
            "source": "frame",
            "outputs": [
                {
                    "output_type": "execute_result",
                    "execution_count": 1,
                    "metadata": {},
                    "data": {"text/html": html_of(rows[10:])},
                }
            ],
        },
    ]
    return {"cells": cells, "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}


def notebook_v3(rows):
    output = {"output_type": "stream", "stream": "stdout", "text": [f"{sentence(row)}\n" for row in rows]}
    cell = {"cell_type": "code", "collapsed": False, "input": ["show()"], "language": "python", "outputs": [output]}
    return {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": [cell]}]}


def xml_of(rows):
    root = xml.etree.ElementTree.Element("people")
    for row in rows:
        person = xml.etree.ElementTree.SubElement(root, "person", dob=row["dob"])
        for field in FIELDS[:-1]:
            xml.etree.ElementTree.SubElement(person, field).text = row[field]
    xml.etree.ElementTree.indent(root)
    return xml.etree.ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def html_of(rows):
    head = "".join(f"<th>{field}</th>" for field in FIELDS)
    body = "\n".join("<tr>" + "".join(f"<td>{row[field]}</td>" for field in FIELDS) + "</tr>" for row in rows)
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n"


def markdown_of(rows):
    head = f"# People\n\n| {' | '.join(FIELDS)} |\n|{' --- |' * len(FIELDS)}\n"
    return head + "".join(f"| {' | '.join(row.values())} |\n" for row in rows)


def mail(body, attached):
    """Some people in the text, others in a table that comes with it."""
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"] = "Sender <sender@fernpost-mail.com>"
    message["To"] = "Team <team@fernpost-mail.com>"
    message["Subject"] = "the list"
    message["Date"] = "Mon, 14 Sep 2026 10:15:00 +0000"
    message.set_content("".join(f"{sentence(row)}\n" for row in body), cte="quoted-printable")
    table = ",".join(FIELDS) + "\n" + "".join(",".join(row.values()) + "\n" for row in attached)
    message.add_attachment(table, subtype="csv", filename="list.csv", cte="base64")
    return message


def write_mailbox(path, rows):
    """A message for each person: in the text of the first ten, in an encoded table that comes with the others."""
    path.unlink(missing_ok=True)
    box = mailbox.mbox(path)
    for index, row in enumerate(rows):
        message = mail([row], [row]) if index < 10 else mail([], [row])
        if index < 10:
            message.clear_content()
            message.set_content(f"{sentence(row)}\nFrom now on at 10:30 we meet.\n", cte="base64")
        else:
            message.set_boundary(f"part-{index}")
        wrapped = mailbox.mboxMessage(message)
        wrapped.set_from("sender@fernpost-mail.com", (2026, 9, 14, 10, 15, index, 0, 257, 0))
        box.add(wrapped)
    box.close()


def toml_of(row):
    return "[[people]]\n" + "".join(f'{field} = "{row[field]}"\n' for field in FIELDS)


def ini_of(number, row):
    return f"[person {number + 1}]\n" + "".join(f"{field} = {row[field]}\n" for field in FIELDS)


def env_of(number, row):
    return "".join(f'PERSON{number + 1}_{field.upper()}="{row[field]}"\n' for field in FIELDS)


def vcard(row):
    first, last = row["name"].split()
    return (
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nN:{last};{first};;;\r\nFN:{row['name']}\r\nEMAIL:{row['email']}\r\n"
        f"TEL:{row['phone']}\r\nBDAY:{row['dob']}\r\nNOTE:SSN {row['ssn']}\\, card {row['card']}\r\nEND:VCARD\r\n"
    )


def calendar(rows):
    events = "".join(
        f"BEGIN:VEVENT\r\nUID:{number}@fernpost-mail.com\r\nDTSTART:20260914T101500Z\r\nSUMMARY:Visit of {row['name']}\r\n"
        f"ATTENDEE:mailto:{row['email']}\r\nDESCRIPTION:DOB {row['dob']}\\, phone {row['phone']}\r\n"
        f"COMMENT:SSN {row['ssn']}\r\nX-NOTE:card {row['card']}\r\nEND:VEVENT\r\n"
        for number, row in enumerate(rows)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n"
