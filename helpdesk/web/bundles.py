"""The bundle for a dispute: rendered in a language, streamed to a browser or to a file."""

import json
from collections.abc import Iterator

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from helpdesk.current import current_desk
from helpdesk.db import reading
from helpdesk.queries import bundle as queries
from helpdesk.queries import bundle_zip
from helpdesk.queries.bundle import Bundle
from helpdesk.web import sentences
from helpdesk.web.language import LOCALES

bp = Blueprint("bundles", __name__)


@bp.get("/claims/<key:claim_id>/bundle.zip")
def download(claim_id: int) -> ResponseReturnValue:
    """`?internal=yes` puts in what colleagues wrote among themselves; `?lang=` is the timeline's."""
    with reading() as session:
        found = queries.gather(session, claim_id, internal=request.args.get("internal") == "yes")
    lang = request.args.get("lang", "")
    response = Response(stream(found, lang or found.locale), mimetype="application/zip")
    inner = "-internal" if found.internal else ""
    response.headers["Content-Disposition"] = f'attachment; filename="{found.name}{inner}.zip"'
    response.headers["Cache-Control"] = "no-store"
    return response


def stream(found: Bundle, locale: str) -> Iterator[bytes]:
    """The ZIP in pieces. All words are made at once, before the first piece is asked for."""
    return bundle_zip.stream(found, rendered(found, locale), current_desk().blobs)


def rendered(found: Bundle, locale: str) -> list[tuple[str, bytes]]:
    """The files that are made of rows: timeline, claim, decision, evidence, entries with their chain."""
    entries = "".join(f"{_json(line.json)}\n" for line in found.lines)
    return [
        ("timeline.html", _page("bundle/timeline.html", found, locale)),
        ("decision.html", _page("bundle/decision.html", found, locale)),
        ("claim.json", _pretty(found.claim)),
        ("decision.json", _pretty(list(found.decisions))),
        ("evidence.json", _pretty(list(found.evidence))),
        ("entries.jsonl", entries.encode()),
    ]


def _page(template: str, found: Bundle, locale: str) -> bytes:
    chosen = locale if locale in LOCALES else "en"
    lines = [line for line in found.lines if line.shown and line.view.verb != "handed_over"]
    with force_locale(LOCALES[chosen]):
        page = current_app.jinja_env.get_template(template).render(
            bundle=found,
            lines=lines,
            said={line.view.id: sentences.sentence(line.view) for line in lines},
            words={line.view.id: sentences.words(line.view) for line in lines},
            language=chosen,
            shop=current_desk().shop_name,
            zone=current_desk().zone,
            decision=found.decisions[-1] if found.decisions else None,
        )
    return page.encode()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _pretty(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2) + "\n").encode()
