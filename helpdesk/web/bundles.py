"""The bundle for a dispute: rendered in a language, written as a whole, noted, and handed out."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from helpdesk import clock
from helpdesk.actions import bundles, conversation
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.letters import policy_said
from helpdesk.queries import bundle as queries
from helpdesk.queries import bundle_links, bundle_zip
from helpdesk.queries.bundle import Bundle
from helpdesk.rules.policy_deciding import Decision
from helpdesk.rules.policy_explaining import explain
from helpdesk.web import sentences
from helpdesk.web.language import LOCALES
from helpdesk.web.signin import acting

bp = Blueprint("bundles", __name__)


CHUNK = 64 * 1024
IN_MEMORY = 4 * 1024 * 1024  # a larger ZIP waits in a file for its hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A whole ZIP. The file stands at its beginning; whoever has it closes it."""

    file: IO[bytes]
    sha256: str
    size: int


@bp.post("/claims/<key:claim_id>/bundle.zip")
def make(claim_id: int) -> ResponseReturnValue:
    """`internal=yes` puts in what colleagues wrote among themselves; `lang` is the timeline's.

    It leaves an entry with the hash of what was handed out, so it is a POST.
    """
    with reading() as session:
        found = queries.gather(session, claim_id, internal=request.form.get("internal") == "yes")
    written = write(found, request.form.get("lang", "") or found.locale)
    with transaction() as session:
        bundles.note(
            session,
            claim_id,
            sha256=written.sha256,
            size=written.size,
            internal=found.internal,
            actor=conversation.agent(acting(session).id),
            at=clock.now(),
        )
    response = Response(_pieces(written.file), mimetype="application/zip")
    inner = "-internal" if found.internal else ""
    response.headers["Content-Disposition"] = f'attachment; filename="{found.name}{inner}.zip"'
    response.headers["Cache-Control"] = "no-store"
    response.content_length = written.size
    return response


def write(found: Bundle, locale: str) -> Written:
    """The whole ZIP and its hash: what the entry says has to be known before a byte goes out."""
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  closed by whoever reads it
    hashed = hashlib.sha256()
    for piece in stream(found, locale):
        hashed.update(piece)
        file.write(piece)
    size = file.tell()
    file.seek(0)
    return Written(file=file, sha256=hashed.hexdigest(), size=size)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(CHUNK):
            yield piece


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
            words={line.view.id: bundle_links.removed(sentences.words(line.view)) for line in lines},
            language=chosen,
            shop=current_desk().shop_name,
            zone=current_desk().zone,
            decision=_decision(found.decisions[-1], chosen) if found.decisions else None,
        )
    return page.encode()


def _decision(kept: dict[str, Any], locale: str) -> dict[str, Any]:
    """A decision in words: what was decided, by which clause, from which facts. Its data stand beside it."""
    decision = Decision.from_json(kept["outcome"])
    told = explain(decision)
    lines = [policy_said.line(line, locale, currency=decision.facts.currency) for line in told.lines]
    text = decision.text.get("zh" if locale == "zh-CN" else "en") or next(iter(decision.text.values()), "")
    return {
        "headline": lines[0],
        "clause": decision.clause,
        "text": text,
        "facts": [*(policy_said.check(check, locale, {}) for check in told.because), *lines[1:]],
        "at": kept["at"],
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _pretty(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2) + "\n").encode()
