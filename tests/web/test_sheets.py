"""Every sheet of style stands on the pages: one that is left out makes a page fall apart quietly."""

from pathlib import Path

import helpdesk
from tests.web.conftest import Visitor

SHEETS = Path(helpdesk.__file__).parent / "static/css"
ELSEWHERE = {"demo"}  # the demo's mailbox, a page of its own


def test_every_sheet_is_linked(browser: Visitor) -> None:
    page = browser.text("/")
    assert [each.stem for each in SHEETS.glob("*.css") if f"css/{each.name}" not in page] == [*ELSEWHERE]
