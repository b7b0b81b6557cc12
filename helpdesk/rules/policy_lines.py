"""On which line of a TOML text each key and each element of an array stands; `tomllib` does not tell.

A walk over a text that `tomllib` has taken already, so it may trust the grammar: https://toml.io/en/v1.0.0
"""

import re
from bisect import bisect_right

Path = tuple[str | int, ...]

BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
SPACE = re.compile(r"[ \t]*")
BARE = re.compile(r"[A-Za-z0-9_-]+")
# The longer openings first.
STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}(?!")'
    r"|'''.*?'{3,5}(?!')"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
SCALAR = re.compile(r"[^,\]}#\n]+")


def lines_of(text: str) -> dict[Path, int]:
    """The line, counted from 1, of everything that has a path: ("clause", 2, "when", "state")."""
    return _Walk(text).walked()


class _Walk:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self.lines: dict[Path, int] = {}
        self.tables: dict[Path, int] = {}  # how many elements each array of tables has

    def walked(self) -> dict[Path, int]:
        here: Path = ()
        while self.next_thing():
            if self.text.startswith("[", self.at):
                here = self.header()
            else:
                self.pair(here)
        return self.lines

    def next_thing(self) -> bool:
        """Go past blanks and comments; False at the end of the text."""
        self.past(BLANK)
        return self.at < len(self.text)

    def header(self) -> Path:
        line, double = self.line(), self.text.startswith("[[", self.at)
        self.at += 2 if double else 1
        *outer, last = self.key()
        path = (*self.inside(outer), last)
        if double:
            index = self.tables.get(path, 0)
            self.tables[path] = index + 1
            self.lines.setdefault(path, line)
            path = (*path, index)
        else:
            path = self.inside([*outer, last])
        self.lines[path] = line
        self.past(re.compile(r"[ \t]*\]{1,2}"))
        return path

    def inside(self, names: list[str]) -> Path:
        """The path of a header: an array of tables on the way means its newest element."""
        path: Path = ()
        for name in names:
            path = (*path, name)
            if path in self.tables:
                path = (*path, self.tables[path] - 1)
        return path

    def pair(self, inside: Path) -> None:
        line = self.line()
        path = inside
        for name in self.key():
            path = (*path, name)
            self.lines.setdefault(path, line)
        self.past(re.compile(r"[ \t]*="))
        self.past(SPACE)
        self.value(path)

    def key(self) -> list[str]:
        names: list[str] = []
        while True:
            self.past(SPACE)
            quoted = self.text.startswith(('"', "'"), self.at)
            name = self.past(STRING if quoted else BARE)
            names.append(name[1:-1] if quoted else name)
            self.past(SPACE)
            if not self.text.startswith(".", self.at):
                return names
            self.at += 1

    def value(self, path: Path) -> None:
        self.lines.setdefault(path, self.line())
        opening = self.text[self.at : self.at + 1]
        if opening == "[":
            self.array(path)
        elif opening == "{":
            self.inline_table(path)
        else:
            self.past(STRING if opening in ('"', "'") else SCALAR)

    def array(self, path: Path) -> None:
        self.at += 1
        index = 0
        while self.next_thing() and not self.text.startswith("]", self.at):
            if self.text.startswith(",", self.at):
                self.at += 1
                continue
            self.value((*path, index))
            index += 1
        self.at += 1

    def inline_table(self, path: Path) -> None:
        self.at += 1
        while self.next_thing() and not self.text.startswith("}", self.at):
            if self.text.startswith(",", self.at):
                self.at += 1
            else:
                self.pair(path)
        self.at += 1

    def past(self, pattern: re.Pattern[str]) -> str:
        """Go past what the pattern finds here; past one character where it finds nothing."""
        found = pattern.match(self.text, self.at)
        if found is None:
            self.at += 1  # cannot be in a text that tomllib has read; but nothing loops for ever
            return ""
        self.at = found.end()
        return found[0]

    def line(self) -> int:
        return bisect_right(self.starts, self.at)
