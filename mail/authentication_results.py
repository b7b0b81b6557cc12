"""Authentication-Results (RFC 8601 section 2.2) into results: read whole, or not at all.

A server writes the envelope sender in here, and whoever wrote the mail chose that: quotes, comments and ";"
in it must not end anything. So each character belongs to one token, and a header in which one belongs to
none, or could belong to two, is unreadable.
"""

import re
from dataclasses import dataclass, field

MAX_LENGTH = 16_384  # characters; a longer header is unreadable

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.S)
_BLANK = " \t\r\n\x0b\x0c"
_ATOM = re.compile(rf'(?:[^{_BLANK};()"\\]|\\(?=[^{_BLANK};()"\\]))+')
_IN_COMMENT = re.compile(r'\\.|[()"]', re.S)
_PROPERTY = re.compile(r"([\w.-]{1,60})(?:/\d{1,5})?=(.*)", re.S)
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)*")


@dataclass(frozen=True, slots=True)
class Result:
    """One method's word, and what it looked at."""

    method: str  # spf, dkim, dmarc ...
    value: str  # pass, fail, none ...
    properties: dict[str, str] = field(default_factory=dict)  # as written, quotes included

    def domain(self, name: str) -> str:
        """The domain of [[local-part]"@"]domain under this property; "" when there is none to be sure of."""
        pvalue = self.properties.get(name, "")
        if _QUOTED.fullmatch(pvalue) and "@" not in pvalue:
            bare = pvalue[1:-1]
        else:
            bare = _QUOTED.sub("", pvalue).strip("<>").rpartition("@")[2]
        domain = bare.rstrip(".").lower()
        return domain if _DOMAIN.fullmatch(domain) else ""


@dataclass(frozen=True, slots=True)
class Read:
    """`results` is None when the header cannot be read to its end."""

    server: str  # authserv-id in lower case
    results: tuple[Result, ...] | None


def read(value: str) -> Read:
    """The header's value, unfolded; nothing in it is an encoded word."""
    pieces, whole = _pieces(value[:MAX_LENGTH])
    server = pieces[0][0].strip('"').lower() if pieces[0] else ""
    if not whole or len(value) > MAX_LENGTH:
        return Read(server, None)
    results = [_result(piece) for piece in pieces[1:] if piece and piece != ["none"]]
    return Read(server, None if None in results else tuple(each for each in results if each))


def _pieces(value: str) -> tuple[list[list[str]], bool]:
    """The words between ";" each, and whether all was read; a word is atoms and quoted strings that touch."""
    pieces: list[list[str]] = [[]]
    position, touches = 0, False
    while position < len(value):
        mark = value[position]
        if mark in _BLANK or mark == ";":
            if mark == ";":
                pieces.append([])
            position, touches = position + 1, False
        elif mark == "(":
            end = _comment_end(value, position)
            if end is None:
                return pieces, False
            position, touches = end, False
        else:
            token = (_QUOTED if mark == '"' else _ATOM).match(value, position)
            if token is None:
                return pieces, False
            if touches:
                pieces[-1][-1] += token[0]
            else:
                pieces[-1].append(token[0])
            position, touches = token.end(), True
    return pieces, True


def _comment_end(value: str, start: int) -> int | None:
    """Behind the comment; None when it does not end, or ends elsewhere if quotes count in it.

    They do not (RFC 5322 section 3.2.2), but a server may have copied a quoted address as it was.
    """
    depth, position = 0, start
    while token := _IN_COMMENT.search(value, position):
        position = token.end()
        if token[0] == '"':
            quoted = _QUOTED.match(value, token.start())
            if quoted is None or any(each[0] in "()" for each in _IN_COMMENT.finditer(quoted[0])):
                return None
            position = quoted.end()
        elif token[0] in "()":
            depth += 1 if token[0] == "(" else -1
            if depth == 0:
                return position
    return None


def _result(words: list[str]) -> Result | None:
    """None when a word is no property: it may be the rest of one."""
    found = [_PROPERTY.fullmatch(word) for word in _joined(words)]
    pairs = [(match[1].lower(), match[2]) for match in found if match]
    if len(pairs) < len(found):
        return None
    (method, value), properties = pairs[0], pairs[1:]
    return Result(method, value.strip('"').lower(), dict(reversed(properties)))


def _joined(words: list[str]) -> list[str]:
    """`dmarc = pass` is one word."""
    out: list[str] = []
    for word in words:
        opens = bool(out) and out[-1].endswith("=") and out[-1].count("=") == 1 and "=" not in word
        if opens or (out and word.startswith("=") and "=" not in out[-1]):
            out[-1] += word
        else:
            out.append(word)
    return out
