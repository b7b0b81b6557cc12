"""Which language and which time zone a page is written in."""

from flask import Flask, current_app, g, request
from flask_babel import Babel

from helpdesk import zones
from helpdesk.current import current_desk
from helpdesk.web.signin import who

# As stored and as sent to browsers, and as Babel calls its catalogue.
LOCALES = {"en": "en", "zh-CN": "zh_Hans_CN"}
LANGUAGE_COOKIE, THEME_COOKIE = "helpdesk_language", "helpdesk_theme"
THEMES = ("light", "dark", "system")


def init_app(app: Flask) -> None:
    Babel(app, default_locale="en", locale_selector=_catalogue, timezone_selector=_zone)
    app.before_request(_learn_zone)
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
    return current_desk().locale or "en"


def _catalogue() -> str:
    return LOCALES[chosen()]


def _zone() -> str:
    """The shop's, wherever the page is read: pages and letters name the same day, to everybody."""
    return current_desk().zone.key


def _learn_zone() -> None:
    """Before any transaction is open: a policy that has come into force may live in another zone."""
    view = current_app.view_functions.get(request.endpoint or "")
    if request.endpoint != "static" and not getattr(view, "is_quick", False):
        zones.learn()
