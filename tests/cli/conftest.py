"""The command line over a shop, as somebody at a terminal has it."""

from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    """`run("mailbox", "list")`; `input` is what stands on standard input."""

    def invoke(*arguments: str, input: str = "") -> Result:  # click's own word for it
        result = app.test_cli_runner().invoke(args=arguments, input=input)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception  # a traceback at the terminal
        return result

    return invoke
