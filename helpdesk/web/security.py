"""Headers of every answer, and what no request may hold.

A view that needs another policy sets its own, and it is left alone.
"""

from flask import Flask, Response, abort, current_app, request

PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# The frame of a mail's HTML: an origin of its own, no script, no request but for our inline images.
MAIL_FRAME = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
# The same when the agent has asked for its pictures: their servers learn that it was read, and where.
MAIL_FRAME_WITH_PICTURES = MAIL_FRAME.replace("img-src 'self'", "img-src 'self' https: http:")
FILE = "sandbox; default-src 'none'; frame-ancestors 'none'"


def init_app(app: Flask) -> None:
    app.before_request(_refuse_nul)
    app.after_request(_add_headers)


def _refuse_nul() -> None:
    """No keyboard writes NUL, and PostgreSQL stores none: refused here rather than at each column.

    A view that reads the body as it came has no form: whoever looked into that first would leave it nothing.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    is_bytes = getattr(view, "reads_bytes", False)
    for values in (request.args,) if is_bytes else (request.args, request.form):
        if any("\0" in value for _, value in values.items(multi=True)):
            abort(400)


def _add_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", PAGE)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("X-DNS-Prefetch-Control", "off")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    return response
