"""What a careful person would object to on a page: measured in Chromium, told as sentences."""

import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from babel.messages.pofile import read_po
from playwright.sync_api import ConsoleMessage, Page, Request, Response

MEASURES = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
CATALOGUE = Path("helpdesk/translations/zh_Hans_CN/LC_MESSAGES/messages.po")
NAMED_ROLES = {
    "link", "button", "textbox", "combobox", "radio", "checkbox", "DisclosureTriangle", "Date", "spinbutton",
    "searchbox", "Iframe", "image",
}  # fmt: skip
HAN = re.compile(r"[\u3400-\u9fff]")
# What a Chinese page may say in Latin letters: proper names, addresses, formats, numbers.
NO_WORDS = re.compile(r"(English|STARTTLS|IMAP|SMTP|INBOX|[A-Z]{3}|[\d\s.,:#·–+%¥€$*?]*|\S+@\S+|\S+\.\w+)")


class Watch:
    """Listens to a page from its opening on: what it asked for, and what went wrong."""

    def __init__(self, page: Page, own: str) -> None:
        self.own = urlsplit(own).netloc
        self.objections: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.objections.append(f"script error: {error}"))
        page.on("request", self._asked)
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):  # a breach of the content security policy is an error here
            self.objections.append(f"console: {message.text}")

    def _asked(self, asked: Request) -> None:
        parts = urlsplit(asked.url)
        if parts.scheme not in ("data", "about", "blob") and parts.netloc != self.own:
            self.objections.append(f"asked another host: {asked.url}")

    def _failed(self, asked: Request) -> None:
        if asked.resource_type == "fetch" and asked.failure == "net::ERR_ABORTED":
            return  # the page's own script gave it up, as it does with a look that takes too long
        self.objections.append(f"failed: {asked.url} {asked.failure}")

    def _answered(self, answer: Response) -> None:
        if answer.status >= 400:
            self.objections.append(f"{answer.status}: {answer.url}")


def objections(page: Page, language: str) -> list[str]:
    """Everything about how the page looks and speaks that should be mended."""
    found = [f"wider than the window: {what}" for what in measured(page, "widerThanTheWindow")]
    found += [f"scrolls sideways without a sign: {what}" for what in measured(page, "hiddenAtTheSide")]
    found += [f"too faint, {what}" for what in measured(page, "faintTexts")]
    found += [f"without a name: {what}" for what in nameless(page)]
    found += spoken(page, language)
    page.keyboard.press("Tab")
    found += [f"focus cannot be seen: {what}" for what in measured(page, "noFocusToSee")]
    return found


def measured(page: Page, what: str) -> list[Any]:
    """One of the measures of looking.js, taken on this page."""
    found: list[Any] = page.evaluate(f"() => ({MEASURES}).{what}()")
    return found


def nameless(page: Page) -> list[str]:
    """Interactive elements and pictures for which a screen reader has no words."""
    session = page.context.new_cdp_session(page)
    nodes: list[dict[str, Any]] = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return [
        f"{node['role']['value']} {node.get('backendDOMNodeId')}"
        for node in nodes
        if not node.get("ignored")
        and node["role"]["value"] in NAMED_ROLES
        and not node.get("name", {}).get("value", "").strip()
    ]


def spoken(page: Page, language: str) -> list[str]:
    """Whether the page says which language it is in, and keeps to it."""
    lang = page.evaluate("document.documentElement.lang")
    if language == "en":
        return [] if lang == "en" else [f"lang is {lang!r}"]
    found = [] if lang.startswith("zh") else [f"lang is {lang!r}"]
    for kind, text in measured(page, "interfaceWords"):
        if text in english_words():
            found.append(f"not in Chinese: {text}")
        elif kind == "own" and not HAN.search(text) and not NO_WORDS.fullmatch(text):
            found.append(f"not in the catalogue: {text}")
    return found


@cache
def english_words() -> frozenset[str]:
    """Every sentence of the interface that reads differently in Chinese."""
    with CATALOGUE.open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    pairs = [
        pair
        for message in messages
        for pair in (
            zip(message.id, message.string, strict=False)
            if isinstance(message.id, tuple)
            else ((message.id, message.string),)
        )
    ]
    return frozenset(english for english, chinese in pairs if english != chinese)
