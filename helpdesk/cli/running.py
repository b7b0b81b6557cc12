"""The long-running commands: `up` is `web` and `work` in one process, `demo` adds a mail provider."""

import logging
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from types import FrameType

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import select
from waitress import create_server, wasyncore

from config import Settings
from helpdesk import clock, signing_in
from helpdesk.cli.first_run import say_first_run
from helpdesk.cli.refusing import FAILED, check_schema, plainly, upgrade_schema
from helpdesk.current import GATEWAYS, SETTINGS, current_settings
from helpdesk.db import reading
from helpdesk.gateways.bank import Bank
from helpdesk.gateways.configured import bank_file, gateways
from helpdesk.models import Mailbox
from helpdesk.workers import poller, schedule
from helpdesk.workers.crew import Crew
from helpdesk.workers.reading import meet, read_all
from mail import mailbox as wire
from mail.errors import MailError

THREADS = 16


@click.command("up")
@with_appcontext
def up() -> None:
    """Pages and worker in one process."""
    check_schema()
    app = _app()
    with told_to_end() as end, serving(app, current_settings()) as address, working(app):
        click.echo(f"ready: {address}")
        say_first_run()
        _wait_for(end)


@click.command("web")
@with_appcontext
def web() -> None:
    """Only the pages. Mail moves when `helpdesk work` runs somewhere on the same database."""
    check_schema()
    with told_to_end() as end, serving(_app(), current_settings()) as address:
        click.echo(f"ready: {address}")
        say_first_run()
        _wait_for(end)


@click.command("work")
@with_appcontext
def work() -> None:
    """Only the worker: mailboxes, outbox, reminders. Any number of them may run."""
    check_schema()
    with told_to_end() as end, working(_app()):
        click.echo("working")
        _wait_for(end)


@click.command("demo")
@click.option("--reset", is_flag=True, help="Throw the demo's data away, and stop.")
@click.option("--yes", is_flag=True, help="Do not ask before a reset.")
@with_appcontext
def demo(reset: bool, yes: bool) -> None:
    """The desk with a demo shop and a mail provider of its own: nothing needs an account anywhere."""
    from helpdesk.demo import buyer, shop
    from helpdesk.demo.provider import Provider, ProviderError

    settings, app = current_settings(), _app()
    if reset:
        if not yes:
            click.confirm(f"Delete the demo's data in {settings.data_dir}?", abort=True)
        try:
            shop.reset(settings.data_dir)
        except ProviderError as error:
            raise click.ClickException(str(error)) from error
        click.echo(f"the demo's data in {settings.data_dir} is gone; `make run` starts over")
        return
    upgrade_schema()
    try:
        shop.check_folder(settings.data_dir)
    except ProviderError as error:
        raise click.ClickException(str(error)) from error
    provider = Provider(settings.data_dir / "demo", settings.demo_imap_port, settings.demo_smtp_port)
    try:
        provider.start()
    except ProviderError as error:
        raise click.ClickException(str(error)) from error
    try:
        buyer.register(app, provider)
        _play_with_money(app, settings)
        login = shop.prepare(app, provider)
        with told_to_end() as end, serving(app, settings) as address, working(app) as crew:
            _wait_until_connected(crew, login.mailbox_id, end)
            _greet(address, login.said(), provider.smtp_port, provider.imap_port)
            _wait_for(end)
    finally:
        provider.stop()


def _play_with_money(app: Flask, settings: Settings) -> None:
    """A demo shop has no account at any gateway: its bank pays with play money."""
    if not settings.gateways:
        app.extensions[GATEWAYS] = gateways(replace(settings, sandbox=True), now=clock.now)
        Bank(bank_file(settings), now=clock.now).troubles()  # its book is there for `helpdesk sandbox`


@click.command("poll")
@click.option("--once", is_flag=True, required=True, help="Look once and stop; without a worker: for cron.")
@with_appcontext
def poll(once: bool) -> None:
    """Fetch and file new mail of every mailbox, once. Exit 1 when one of them could not be read."""
    check_schema()
    with reading() as session:
        names = {row.id: row.name for row in session.scalars(select(Mailbox).where(Mailbox.active))}
    failed = False
    owner = f"poll-once:{threading.get_native_id()}:{time.monotonic_ns()}"
    for mailbox_id, name in names.items():
        try:
            with plainly():
                click.echo(f"{name}: {_poll_once(mailbox_id, owner)}")
        except click.ClickException as error:
            failed = True
            click.echo(f"{name}: {error.message}", err=True)
    if failed:
        raise SystemExit(FAILED)


@contextmanager
def working(app: Flask) -> Iterator[Crew]:
    """The worker's threads and its clock, for as long as the block runs."""
    settings: Settings = app.extensions[SETTINGS]
    crew = Crew(app, look_every=timedelta(seconds=settings.poll_seconds))
    app.extensions["helpdesk.wake"] = crew.send
    with app.app_context():
        crew.look()
    scheduler = schedule.start(app, crew)
    try:
        yield crew
    finally:
        scheduler.shutdown(wait=False)
        crew.stop()


@contextmanager
def serving(app: Flask, settings: Settings) -> Iterator[str]:
    """The pages, in threads of this process; yields their address."""
    try:
        server = create_server(
            app,
            host=settings.web_host,
            port=settings.web_port,
            threads=THREADS,
            # Behind a proxy all requests come from one address; limits per address need the one before it.
            trusted_proxy=settings.trusted_proxy or None,
            trusted_proxy_headers={"x-forwarded-for"} if settings.trusted_proxy else set(),
            clear_untrusted_proxy_headers=True,
        )
    except OSError as error:
        raise click.ClickException(
            f"port {settings.web_port} on {settings.web_host} cannot be used ({error.strerror}): "
            "set HELPDESK_WEB_PORT to a free one"
        ) from error
    thread = threading.Thread(target=server.run, name="web", daemon=True)
    thread.start()
    try:
        yield f"http://{settings.web_host}:{server.effective_port}"
    finally:
        # Answers first, then the sockets, and these in the thread that reads them: closed from here, they
        # would be missing to a request that is just being answered.
        server.task_dispatcher.shutdown()
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
        thread.join(5)


def _poll_once(mailbox_id: int, owner: str) -> str:
    account = poller.take(mailbox_id, owner=owner)
    if account is None:
        return "read by a worker already"
    try:
        armed = signing_in.armed(mailbox_id, account)
        with wire.Mailbox.connect(armed, folder=poller.account_folder(mailbox_id)) as folder:
            meet(mailbox_id, folder)
            count = read_all(mailbox_id, folder, owner=owner)
        poller.note_success(mailbox_id, None)
        return f"{count} new"
    except MailError as error:
        poller.note_problem(mailbox_id, str(error), timedelta(0))
        raise
    finally:
        poller.release(mailbox_id, owner=owner)


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the app itself, for threads
    settings = current_settings()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    for noisy in ("apscheduler", "waitress", "alembic", "pymap", "mail.log"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    return app


def _wait_until_connected(crew: Crew, mailbox_id: int, end: threading.Event, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not crew.is_connected(mailbox_id) and not end.is_set():
        if time.monotonic() > until:
            raise click.ClickException("the mailbox could not be reached: see the log above")
        time.sleep(0.02)


@contextmanager
def told_to_end() -> Iterator[threading.Event]:
    """Set by Ctrl-C or SIGTERM, also while everything is still being started; a second one ends at once.

    The second does what a crash would do. Without this, a signal between two starts would tear down half a
    desk, and one inside a library's callback would be lost.
    """
    ended = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        if ended.is_set():
            raise SystemExit(128 + number)
        ended.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _wait_for(end: threading.Event) -> None:
    while not end.wait(1):
        pass
    click.echo("stopping")


def _greet(address: str, login: str, smtp_port: int, imap_port: int) -> None:
    click.echo(f"ready: {address}")
    click.echo(login)
    click.echo(
        f"write as a buyer: {address}/demo/buyer, or send mail to support@shop.example "
        f"through SMTP 127.0.0.1:{smtp_port} (its IMAP: 127.0.0.1:{imap_port})"
    )
    click.echo("stop: Ctrl-C")


COMMANDS = (up, web, work, demo, poll)
