"""What an answer weighs on its way: compressed, and style and script kept by the browser for good.

BREACH (https://breachattack.com) reads a secret out of a compressed page: whoever sees how long an encrypted
answer is, and makes the victim's browser ask again and again with guesses in the address, watches it shrink
when a guess is right. Three things stand against that here:

- What another site, or another host of ours, made the browser ask for (`Sec-Fetch-Site`) is sent as it is,
  uncompressed; the session cookie is SameSite=Lax besides, so that nothing but a click brings it along.
- The token of our forms is signed with the second in which it was made: asking again gives another one, and
  without the signature the rest of it is worth nothing.
- Files to save, pictures and archives are no texts: they go out as they are, in pieces, with their length.
"""

import hashlib
import mimetypes
from functools import cache
from pathlib import Path

from flask import Flask, Response, abort, current_app, request, session
from flask_compress import Compress
from werkzeug.security import safe_join

TEXTS = (
    "text/html",
    "text/css",
    "text/plain",
    "text/javascript",
    "application/javascript",
    "application/json",
    "image/svg+xml",
)
A_YEAR = 365 * 24 * 3600
compress = Compress()


def init_app(app: Flask) -> None:
    """To be called before other modules that look at answers: what is called first looks at them last."""
    app.config.update(
        COMPRESS_REGISTER=False,  # `_compressed` decides first
        COMPRESS_MIMETYPES=list(TEXTS),
        COMPRESS_ALGORITHM=["br", "zstd", "gzip"],
        COMPRESS_STREAMS=False,  # what comes in pieces is a file of somebody's
        COMPRESS_BR_LEVEL=5,  # of 11: the last one before it becomes slow; 3 ms for a page of 40 kB
        COMPRESS_MIN_SIZE=700,  # bytes; below, it fits into one packet as it is
    )
    compress.init_app(app)
    app.after_request(_compressed)
    app.static_folder = "static"
    app.add_url_rule("/static/<version>/<path:filename>", endpoint="static", view_func=_static)
    app.url_defaults(_with_version)


def _compressed(response: Response) -> Response:
    if request.endpoint == "static":
        session.accessed = False  # Flask-Login has looked into it: `Vary: Cookie` would end what is kept
    if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        response.vary.update(("Accept-Encoding", "Sec-Fetch-Site"))
        return response
    return compress.after_request(response)


def _static(version: str, filename: str) -> Response:
    """Style and script. While the desk is being renewed, another version than ours is asked for."""
    folder = str(current_app.static_folder)
    path = Path(safe_join(folder, filename) or folder)
    if not path.is_file():
        abort(404)
    response = Response(path.read_bytes(), mimetype=mimetypes.guess_type(filename)[0])
    if version == _version(folder):
        response.cache_control.public = response.cache_control.immutable = True
        response.cache_control.max_age = A_YEAR
    else:
        response.cache_control.no_cache = True
    return response


def _with_version(endpoint: str, values: dict[str, object]) -> None:
    if endpoint == "static":
        values.setdefault("version", _version(str(current_app.static_folder)))


@cache
def _version(folder: str) -> str:
    """Of the whole folder: modules name each other by relative addresses, so all move together."""
    digest = hashlib.sha256()
    for path in sorted(path for path in Path(folder).rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]
