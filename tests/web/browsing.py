"""A browser for page tests: a fresh app, a colleague signed in, forms that carry their token."""

import re
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from helpdesk import clock
from helpdesk.actions import agents
from helpdesk.db import transaction
from helpdesk.rules.states import Role
from tests.app import make_app

PASSWORD = "long enough for a test"


class Browser:
    """What one person's browser does with our pages."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, **options)

    def post(self, path: str, on: str = "", **fields: str) -> TestResponse:
        """Send the form at `path`, its token taken from the page `on`."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(on or path).text)
        assert found, f"no form on {on or path}"
        return self.client.post(path, data={"csrf_token": found[1], **fields})

    def sign_in(self, role: Role) -> "Browser":
        email = f"{role}@shop.example"
        with self.app.app_context(), transaction() as session:
            agents.create(
                session,
                email=email,
                name=str(role),
                password=PASSWORD,
                role=role,
                at=clock.now(),
                locale="en",
            )
        assert self.post("/login", email=email, password=PASSWORD).status_code == 303
        return self


def browser(url: str, folder: Path) -> Browser:
    return Browser(make_app(url, folder))
