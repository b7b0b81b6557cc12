"""What a careful person would object to on a page: measured in Chromium, told as sentences."""

import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from babel.messages.pofile import read_po
from playwright.sync_api import ConsoleMessage, Page, Request, Response

CATALOGUE = Path("helpdesk/translations/zh_Hans_CN/LC_MESSAGES/messages.po")
NAMED_ROLES = {
    "link", "button", "textbox", "combobox", "radio", "checkbox", "DisclosureTriangle", "Date", "spinbutton",
    "searchbox", "Iframe", "image",
}  # fmt: skip
HAN = re.compile(r"[\u3400-\u9fff]")
# What a Chinese page may say in Latin letters: proper names, addresses, formats, numbers.
NO_WORDS = re.compile(r"(English|STARTTLS|IMAP|SMTP|INBOX|[A-Z]{3}|[\d\s.,:#·–+%¥€$*]*|\S+@\S+|\S+\.\w+)")

WIDER_THAN_THE_WINDOW = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  return [...document.body.querySelectorAll("*")].filter((each) => each.getBoundingClientRect().right > wide + 1)
    .slice(-3).map((each) => `${each.tagName}.${each.className} ends at ${each.getBoundingClientRect().right}`);
}"""

# Text against what lies behind it, by WCAG 2.2 (1.4.3): 4.5, or 3 for large text.
FAINT_TEXTS = """() => {
  const numbers = (colour) => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (front, back) => [0, 1, 2].map((at) => front[at] * front[3] + back[at] * (1 - front[3])).concat(1);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((part) => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      const colour = numbers(getComputedStyle(each).backgroundColor);
      if (colour[3] > 0) layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reverse().reduce((back, front) => over(front, back), [255, 255, 255, 1]);
  };
  const found = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent.trim();
    const element = walk.currentNode.parentElement;
    if (!text || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    if (element.closest(".visually-hidden, .only-read, .skip, option")) continue;
    const style = getComputedStyle(element);
    const back = behind(element);
    const front = over(numbers(style.color), back);
    const [high, low] = [light(front), light(back)].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < (large ? 3 : 4.5)) found.add(`${ratio.toFixed(2)}: ${text.slice(0, 40)}`);
  }
  return [...found];
}"""

# An element shows its focus by itself, by its label, or by a box around it. Asked after a key was pressed,
# so that focus counts as the keyboard's.
NO_FOCUS_TO_SEE = """() => {
  const look = (each) => {
    const style = getComputedStyle(each);
    const outline = style.outlineStyle === "none" ? "" : style.outlineStyle + style.outlineWidth + style.outlineColor;
    return outline + style.boxShadow + style.borderColor + style.backgroundColor;
  };
  const around = (each) => [each, each.labels?.[0], each.closest("label"), each.closest("form")].filter(Boolean);
  const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, iframe")];
  const shown = all.filter((each) => each.checkVisibility() && each.type !== "hidden" && !each.disabled);
  const found = [];
  for (const each of shown) {
    document.activeElement?.blur();
    const before = around(each).map(look).join();
    each.focus({ preventScroll: true });
    if (document.activeElement === each && around(each).map(look).join() === before)
      found.push(`${each.tagName} ${each.id || each.name || each.textContent.trim().slice(0, 30)}`);
  }
  document.activeElement?.blur();
  return found;
}"""

INTERFACE_WORDS = """() => {
  const own = "button, label, legend, dt, th, h1, h2, summary, nav a, .button, .hint, .muted, .event span, option";
  const seen = [...document.querySelectorAll(own)].filter((each) => each.checkVisibility() || each.tagName === "OPTION");
  const texts = seen.map((each) => [each.matches("button, label, legend, dt, th") ? "own" : "any", each.innerText || each.textContent]);
  for (const each of document.querySelectorAll("[aria-label], [placeholder], [title]"))
    for (const name of ["aria-label", "placeholder"])
      if (each.hasAttribute(name)) texts.push(["any", each.getAttribute(name)]);
  return texts.map(([kind, text]) => [kind, text.replace(/\\s+/g, " ").trim()]);
}"""


class Watch:
    """Listens to a page from its opening on: what it asked for, and what went wrong."""

    def __init__(self, page: Page, own: str) -> None:
        self.own = urlsplit(own).netloc
        self.objections: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.objections.append(f"script error: {error}"))
        page.on("request", self._asked)
        page.on("requestfailed", lambda asked: self.objections.append(f"failed: {asked.url} {asked.failure}"))
        page.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):  # a breach of the content security policy is an error here
            self.objections.append(f"console: {message.text}")

    def _asked(self, asked: Request) -> None:
        parts = urlsplit(asked.url)
        if parts.scheme not in ("data", "about", "blob") and parts.netloc != self.own:
            self.objections.append(f"asked another host: {asked.url}")

    def _answered(self, answer: Response) -> None:
        if answer.status >= 400:
            self.objections.append(f"{answer.status}: {answer.url}")


def objections(page: Page, language: str) -> list[str]:
    """Everything about how the page looks and speaks that should be mended."""
    found = [f"wider than the window: {what}" for what in page.evaluate(WIDER_THAN_THE_WINDOW)]
    found += [f"too faint, {what}" for what in page.evaluate(FAINT_TEXTS)]
    found += [f"without a name: {what}" for what in nameless(page)]
    found += spoken(page, language)
    page.keyboard.press("Tab")
    found += [f"focus cannot be seen: {what}" for what in page.evaluate(NO_FOCUS_TO_SEE)]
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
    for kind, text in page.evaluate(INTERFACE_WORDS):
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
