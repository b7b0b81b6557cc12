"""axe-core, from the wheel that brings it: what it finds on a page, told as sentences."""

from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

# All of WCAG 2.2 AA, and what its makers hold to be good practice: one landmark, headings in order.
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Mail in frames is as its writer made it: a frame counts by its name.
RUN = """(standards) => axe.run(document, {
  runOnly: { type: "tag", values: standards },
  rules: { "target-size": { enabled: true } },
  resultTypes: ["violations"],
  iframes: false,
})"""


@cache
def source() -> str:
    """The script of axe-core."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def findings(page: Page) -> list[str]:
    """Every violation, whatever its weight: none is so small that nobody has to work around it."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(source())
    found: dict[str, Any] = page.evaluate(RUN, STANDARDS)
    return [
        f"axe {violation['id']} ({violation['impact']}): {' '.join(map(str, node['target']))}"
        f" {node['html'][:120]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
