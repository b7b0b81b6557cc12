"""An invitation or an answer to one (RFC 5545) as a few lines to read; nothing is put into a calendar."""

import re

from mail import charset

_MAX_LINES = 2_000
_SHOWN = {"METHOD": "method", "SUMMARY": "what", "DTSTART": "from", "DTEND": "until", "LOCATION": "where",
          "ORGANIZER": "organizer", "DESCRIPTION": "text"}  # fmt: skip
_FOLD = re.compile(r"\r?\n[ \t]")
_ESCAPE = re.compile(r"\\([\\;,nN])")
_WHEN = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})\d{2}(Z?))?")


def summary(data: bytes, label: str = "") -> str:
    """`what: ...`, `from: ...` and so on of the first event, a line each; "" when there is none."""
    text = _FOLD.sub("", charset.decode(data, label or "utf-8").text)
    found: dict[str, str] = {}
    inside = False
    for line in text.splitlines()[:_MAX_LINES]:
        name, _, value = line.partition(":")
        key = name.split(";", 1)[0].strip().upper()
        if key == "BEGIN" and value.strip().upper() in ("VEVENT", "VTODO"):
            inside = True
        elif key == "END" and inside and value.strip().upper() in ("VEVENT", "VTODO"):
            break
        if key in _SHOWN and (inside or key == "METHOD"):
            found.setdefault(_SHOWN[key], _readable(key, name, value))
    return "\n".join(f"{key}: {found[key]}" for key in _SHOWN.values() if found.get(key)) if inside else ""


def _readable(key: str, name: str, value: str) -> str:
    text = _ESCAPE.sub(lambda match: " " if match[1] in "nN" else match[1], value).strip()[:1_000]
    if key.startswith("DT") and (when := _WHEN.fullmatch(text)):
        year, month, day, hour, minute, zulu = when.groups()
        zone = "UTC" if zulu else _parameter(name, "TZID")
        return f"{year}-{month}-{day} {hour}:{minute} {zone}".rstrip() if hour else f"{year}-{month}-{day}"
    if key == "ORGANIZER":
        shown = text.removeprefix("mailto:").removeprefix("MAILTO:")
        return f"{_parameter(name, 'CN')} {shown}".strip()
    return text


def _parameter(name: str, wanted: str) -> str:
    for piece in name.split(";")[1:]:
        key, _, value = piece.partition("=")
        if key.strip().upper() == wanted:
            return value.strip().strip('"')[:200]
    return ""
