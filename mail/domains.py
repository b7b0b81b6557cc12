"""Domains of other alphabets in ASCII, by IDNA 2008 (RFC 5891).

Python's own "idna" is of 2003, which turns "straße" into "strasse": another name, and another owner.
"""

import idna


def in_ascii(domain: str) -> str:
    """The domain as DNS and SMTP know it. Raises UnicodeError for one that cannot be."""
    if domain.isascii():
        return domain.encode("idna").decode("ascii")  # lengths and empty labels are looked at
    return idna.encode(domain, uts46=True, transitional=False).decode("ascii")
