"""Writes docs/screens/README.md, the list of pictures: `python -m tests.browser.screens_index`."""

from pathlib import Path

from tests.browser.screens import SCREENS

PLACE = Path("docs/screens/README.md")
HEAD = """# Every page, as it looks

`make screens` takes these pictures: {count} pages in both languages, light and dark, 1440 and 390 wide, each
from its top to its end. The pictures are not kept in the repository: every change of a colour would add some
30 MB to its history for good. This list is kept, and a test holds it against the pages.

| page | en, 1440 | en, 390 | 中文，1440 | 中文，390 |
|---|---|---|---|---|
"""


def text() -> str:
    """The whole file."""
    return HEAD.format(count=len(SCREENS)) + "".join(_row(name) for name in SCREENS)


def _row(name: str) -> str:
    cells = [
        " ".join(f"[{look}]({name}-{language}-{look}-{width}.png)" for look in ("light", "dark"))
        for language in ("en", "zh-CN")
        for width in (1440, 390)
    ]
    return f"| {name} | {' | '.join(cells)} |\n"


if __name__ == "__main__":
    PLACE.parent.mkdir(parents=True, exist_ok=True)
    PLACE.write_text(text(), encoding="utf-8")
