"""The pages behind a reverse proxy, which is believed if it is trusted, and the signal that ends a desk."""

import http.client
import signal
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import request

from helpdesk.cli.running import serving, told_to_end
from tests.app import make_app, settings

pytestmark = pytest.mark.trust


@pytest.mark.parametrize(("trusted", "seen"), [("127.0.0.1", "203.0.113.9"), ("", "127.0.0.1")])
def test_only_a_trusted_proxy_says_who_asks(sqlite_url: str, tmp_path: Path, trusted: str, seen: str) -> None:
    given = {"TRUSTED_PROXY": trusted, "WEB_PORT": "0"}
    app = make_app(sqlite_url, tmp_path, **given)
    asked: list[str | None] = []
    app.before_request(lambda: asked.append(request.remote_addr))

    with serving(app, settings(sqlite_url, tmp_path, **given)) as address:
        line = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
        line.request("GET", "/healthz", headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.9"})
        assert line.getresponse().read() == b"ok\n"
        line.close()

    assert asked == [seen]


def test_ctrl_c_while_the_desk_still_starts_lets_it_end_in_order() -> None:
    before = signal.getsignal(signal.SIGINT)
    with told_to_end() as end:
        signal.raise_signal(signal.SIGINT)
        assert end.is_set()
        with pytest.raises(SystemExit) as ended:
            signal.raise_signal(signal.SIGTERM)

    assert ended.value.code == 128 + signal.SIGTERM
    assert signal.getsignal(signal.SIGINT) is before
