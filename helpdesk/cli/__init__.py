"""The command line, and with it the composition root: the only place that knows all rooms.

`helpdesk` is Flask's own command group over our app, without its development server; `flask --app wsgi` has
the same commands, and Flask's `shell` and `routes`.
"""

from flask import Flask
from flask.cli import FlaskGroup

from config import settings_or_exit
from helpdesk import create_app


def main() -> None:
    """The console script. Wrong settings: every complaint at once, exit 2."""
    settings = settings_or_exit()
    group = FlaskGroup(
        create_app=lambda: create_app(settings),
        add_default_commands=False,
        add_version_option=False,
        load_dotenv=False,  # config.py has read .env already
        set_debug_flag=False,
        help="A refund desk that runs on e-mail.",
    )
    group(prog_name="helpdesk")


def register(app: Flask) -> None:
    """Give the app our commands; called by create_app."""
    from helpdesk.cli import (
        api_keys,
        bundling,
        claims,
        importing,
        mailboxes,
        orders,
        people,
        policies,
        reasons,
        reconciling,
        running,
        sandbox,
        searching,
        seeding,
        setting_up,
        showing,
    )
    from helpdesk.cli.refusing import guarded

    rooms = (
        setting_up,
        people,
        running,
        mailboxes,
        importing,
        orders,
        reconciling,
        policies,
        reasons,
        claims,
        sandbox,
        searching,
        seeding,
        api_keys,
        bundling,
        showing,
    )
    for module in rooms:
        for command in module.COMMANDS:
            app.cli.add_command(guarded(command))
