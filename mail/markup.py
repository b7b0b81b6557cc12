"""A modest HTML alternative of a plain text: for readers that show nothing else well.

Inline styles only, because mail programs drop the rest; no colours, so that a dark one can choose its own.
"""

import html
import re

from mail import markdown
from mail.links import LINK, without_punctuation

_PAGE = (
    '<!DOCTYPE html>\n<html{lang}><head><meta charset="utf-8">'
    '<meta name="color-scheme" content="light dark"></head>\n'
    "<body style=\"font-family: -apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', sans-serif; "
    'font-size: 15px; line-height: 1.6; max-width: 42em; margin: 0; padding: 8px">\n{body}\n</body></html>\n'
)
_PARAGRAPH = '<p style="margin: 0 0 1em">{}</p>'
_QUOTE = (
    '<blockquote style="margin: 0 0 1em; padding-left: 12px; border-left: 2px solid #8888; opacity: .75">'
    "{}</blockquote>"
)


def html_of(text: str, *, language: str = "", written: str = "") -> str:
    """Paragraphs at empty lines, http(s) links to click, `>` lines set off. Everything else is escaped.

    `written` are the words of a person at the beginning of the text: of those, marks of Markdown are read.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    marked = markdown.html_of_words(written) if written and text.startswith(written) else None
    rest = text if marked is None else text[len(written) :]
    blocks = re.split(r"\n[ \t]*(?:\n[ \t]*)+", rest.strip("\n"))
    made = [_block(block) for block in blocks if block.strip()]
    body = "\n".join([marked, *made] if marked else made)
    lang = f' lang="{html.escape(language)}"' if language else ""
    return _PAGE.format(lang=lang, body=body)


def _block(block: str) -> str:
    lines = block.split("\n")
    if all(line.startswith(">") for line in lines):
        return _QUOTE.format("<br>\n".join(_linked(line[1:].removeprefix(" ")) for line in lines))
    return _PARAGRAPH.format("<br>\n".join(_linked(line) for line in lines))


def _linked(line: str) -> str:
    pieces: list[str] = []
    end = 0
    for found in LINK.finditer(line):
        url = without_punctuation(found[0])
        pieces.append(html.escape(line[end : found.start()]))
        pieces.append(f'<a href="{html.escape(url)}">{html.escape(url)}</a>')
        end = found.start() + len(url)
    return "".join([*pieces, html.escape(line[end:])])
