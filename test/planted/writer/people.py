"""Twenty people who do not exist, with numbers that pass their check digits; what every fixture holds."""

import random

FIELDS = ["name", "email", "phone", "ssn", "card", "dob"]
FIRST = "Alma Bram Carys Dorian Esme Florian Greta Hector Imogen Jasper Keziah Lorcan Maren Orson Petra Rufus Signe Tobias Romy Ivo".split()
LAST = "Abernethy Birchwood Calloway Dunmore Ellingham Fairweather Grimshaw Hathersage Ironmonger Jessop Kettlewell Langstaff Merriweather Nightingale Ottershaw Pemberley Quillfeather Ravenscroft Silverdale Thistlewood".split()


def people():
    """Rows as dicts of text by FIELDS; the same on every run."""
    seeded = random.Random(20260914)
    return [person(seeded, number) for number in range(20)]


def person(seeded, number):
    first, last = FIRST[number], LAST[number]
    return {
        "name": f"{first} {last}",
        "email": f"{first}.{last}{seeded.randint(10, 99)}@fernpost-mail.com".lower(),
        # 555-01xx is reserved for fiction.
        "phone": f"({seeded.choice([614, 206, 719, 919])}) 555-01{10 + number}",
        "ssn": f"{seeded.randint(101, 665)}-{seeded.randint(10, 99)}-{seeded.randint(1001, 9998)}",
        "card": card(seeded),
        "dob": f"{seeded.randint(1941, 2004)}-{seeded.randint(1, 12):02}-{seeded.randint(1, 28):02}",
    }


def card(seeded):
    body = seeded.choice(["4539", "4716", "5218"]) + "".join(seeded.choice("0123456789") for _ in range(11))
    doubled = [int(digit) * (2 - index % 2) for index, digit in enumerate(body)]
    return body + str(-sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10)


def sentence(row):
    """One person as a line of prose."""
    return (
        f"{row['name']} has DOB {row['dob']} and email {row['email']} and phone {row['phone']} "
        f"and SSN {row['ssn']} and card {row['card']}."
    )
