"""The pictures that the READMEs show are there; `make screenshots` takes them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LARGEST = 200 * 1024


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_every_picture_that_a_readme_shows_exists_and_is_small(name: str) -> None:
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (ROOT / name).read_text(encoding="utf-8"))
    assert len(pictures) > 10
    assert [each for each in pictures if not (ROOT / each).is_file()] == []
    assert [each for each in pictures if (ROOT / each).stat().st_size > LARGEST] == []


def test_no_picture_lies_about_that_nobody_shows() -> None:
    shown = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md"))
    assert [each.name for each in (ROOT / "docs/screenshots").glob("*.png") if each.name not in shown] == []
