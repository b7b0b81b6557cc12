"""Which language and which time zone a page is written in."""

from zoneinfo import available_timezones

from flask import Flask, g, request
from flask_babel import Babel

from helpdesk.current import current_desk, current_settings
from helpdesk.web.signin import who

# As stored and as sent to browsers, and as Babel calls its catalogue.
LOCALES = {"en": "en", "zh-CN": "zh_Hans_CN"}
LANGUAGE_COOKIE, THEME_COOKIE, ZONE_COOKIE = "helpdesk_language", "helpdesk_theme", "helpdesk_zone"
THEMES = ("light", "dark", "system")


def init_app(app: Flask) -> None:
    Babel(app, default_locale="en", locale_selector=_catalogue, timezone_selector=_zone)
    app.context_processor(lambda: {"language": chosen(), "theme": theme()})


def chosen() -> str:
    """ "en" or "zh-CN": the colleague's choice, else the browser's cookie, else what it says it reads."""
    if "language" not in g:
        g.language = _choose()
    language: str = g.language
    return language


def theme() -> str:
    """ "light", "dark", or "system" for what the machine is set to."""
    kept = request.cookies.get(THEME_COOKIE, "")
    return kept if kept in THEMES else "system"


def _choose() -> str:
    signed_in = who()
    if signed_in is not None and signed_in.locale in LOCALES:
        return signed_in.locale
    kept = request.cookies.get(LANGUAGE_COOKIE, "")
    if kept in LOCALES:
        return kept
    for wanted, _ in request.accept_languages:
        if wanted.lower().startswith("zh"):
            return "zh-CN"
        if wanted.lower().startswith("en"):
            return "en"
    return "en"


def _catalogue() -> str:
    return LOCALES[chosen()]


def _zone() -> str:
    """The shop's, when it is set; else what the browser told (static/js/zone.js); else this machine's.

    So a page and a letter name the same day, and a desk that was never told its zone still shows local time.
    """
    kept = request.cookies.get(ZONE_COOKIE, "")
    if not current_settings().timezone and kept in _zones():
        return kept
    return current_desk().zone.key


def _zones() -> set[str]:
    global _known
    if not _known:
        _known = available_timezones()
    return _known


_known: set[str] = set()
