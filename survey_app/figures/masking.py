"""What could name somebody in a free text, covered. Pure.

Covers addresses of mail, telephone numbers, identity cards and tax codes, case codes, bank accounts and any other long
number. It cannot know names: a person reads a comment before it leaves the house.
"""

import re

COVER = "▒▒▒"
# Between digits people write spaces, dots, dashes and slashes.
GAP = r"[ .\-\u2013/\u00a0]{0,2}"
EMAIL = re.compile(r"[\w.+-]+(?:\s?@\s?|\s?[\[(]at[\])]\s?)[\w-]+(?:\s?\.\s?[\w-]+)+", re.IGNORECASE)
ADDRESS = re.compile(r"(?:https?://|www\.|zalo\.me/|(?:facebook|fb)\.com/)\S+", re.IGNORECASE)
CASE = re.compile(r"\b[A-Z0-9.]{1,20}-\d{6}-\d{4}\b", re.IGNORECASE)
# Seven digits and more: a telephone number without its area, an account, a card. A year or a fee is shorter.
LONG_NUMBER = re.compile(rf"(?<!\w)\+?\(?\d(?:\)?{GAP}\d){{6,24}}(?!\w)")
# A fee is written in groups of three and names its unit; a day has the form of a day.
MONEY = re.compile(r"\d{1,3}(?:[. ]\d{3})+\s*(?:đồng|đ|vnđ|vnd|triệu|nghìn)(?!\w)", re.IGNORECASE)
DAY = re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{4}\b")
KEPT = re.compile(f"{MONEY.pattern}|{DAY.pattern}", re.IGNORECASE)


def masked(text: str) -> str:
    """The text with everything that could name somebody covered; amounts of money and days stay."""
    for pattern in (EMAIL, ADDRESS, CASE):
        text = pattern.sub(COVER, text)
    parts, end = [], 0
    for kept in KEPT.finditer(text):
        parts += [LONG_NUMBER.sub(COVER, text[end : kept.start()]), kept[0]]
        end = kept.end()
    return "".join([*parts, LONG_NUMBER.sub(COVER, text[end:])])
