"""The judge of the screens is judged: each fault, made on purpose, is seen."""

import pytest
from playwright.sync_api import Browser

from tests.browser.looking import Watch, objections

pytestmark = pytest.mark.browser

SOUND = "<button>发送</button><p>你好</p>"
FAULTS = {
    "wider than the window": "<p style='width: 3000px'>宽</p>",
    "scrolls sideways without a sign": (
        "<div style='width: 9em; overflow: auto; scrollbar-width: none'><p style='width: 99em'>宽</p></div>"
    ),
    "too faint": "<p style='color: #999; background: #eee'>淡</p>",
    "too faint, ": "<div style='background: #000'><p style='color: rgb(255 255 255 / 30%)'>淡</p></div>",
    "without a name: button": "<button></button>",
    "without a name: textbox": "<input>",
    "without a name: image": "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>",
    "focus cannot be seen": "<style>:focus { outline: none }</style><a href='#x'>链接</a>",
    "not in Chinese: Save": "<p class=hint>Save</p>",
    "not in the catalogue: Do it": "<button>Do it</button>",
    "lang is": "<script>document.documentElement.lang = 'en'</script>",
}


def test_a_sound_page_is_left_alone(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content(f"<html lang=zh-CN><body>{SOUND}</body></html>")
    assert objections(page, "zh-CN") == []


@pytest.mark.parametrize("said", FAULTS)
def test_a_fault_is_seen(said: str, chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content(f"<html lang=zh-CN><body>{SOUND}{FAULTS[said]}</body></html>")
    found = objections(page, "zh-CN")
    assert found
    assert all(objection.startswith(said) for objection in found)


def test_what_a_page_asks_for_and_says_is_noticed(chromium: Browser) -> None:
    page = chromium.new_page()
    page.route("**/*", lambda route: route.fulfill(status=404, body="x"))
    watch = Watch(page, "http://desk.example")
    page.goto("http://desk.example/")
    page.set_content("<img src='http://spy.example/x.png'><script>console.error('no'); missing()</script>")
    page.wait_for_load_state("networkidle")
    said = "\n".join(watch.objections)
    assert "asked another host: http://spy.example/x.png" in said
    assert "404: http://desk.example/" in said
    assert "console: no" in said
    assert "script error: missing is not defined" in said
