"""The product. `create_app` composes it; importing the package opens nothing."""

from datetime import timedelta

from flask import Flask

from config import ROOT, Settings
from helpdesk import clock, memory, phrasebooks
from helpdesk import db as database
from helpdesk.blobs import BlobStore
from helpdesk.current import DESK, GATEWAYS, SETTINGS
from helpdesk.desk import SHOP, Desk, zone_named
from helpdesk.folder import make_private
from helpdesk.gateways.configured import gateways
from helpdesk.rules.access import SESSION_LASTS


def create_app(settings: Settings) -> Flask:
    """A Flask app over one data folder and one database. Starts no thread and opens no socket."""
    from flask_migrate import Migrate

    import helpdesk.models  # noqa: F401  (registers the tables)
    from helpdesk import cli, web

    memory.keep_little()
    app = Flask("helpdesk", static_folder=None)  # web/weight.py serves them
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=database.engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=40 * 1024 * 1024,
        SESSION_COOKIE_NAME=f"helpdesk-{settings.web_port}",  # two desks on one host share its cookies
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=SESSION_LASTS,
        SESSION_REFRESH_EACH_REQUEST=False,  # or the answer to a poll brings back what a logout has ended
    )
    app.extensions[SETTINGS] = settings
    app.extensions[DESK] = Desk(
        shop_name=settings.shop_name or SHOP,
        zone=zone_named(settings.timezone),
        base_url=settings.base_url,
        secret=settings.secret_key.encode(),
        undo=timedelta(seconds=settings.undo_seconds),
        blobs=BlobStore(settings.data_dir / "blobs"),
        phrases=phrasebooks.book(settings.reasons_file),
    )
    app.extensions[GATEWAYS] = gateways(settings, now=clock.now)
    database.db.init_app(app)
    with app.app_context():
        engine = database.db.engine
        make_private(settings.data_dir, engine.url.database if engine.dialect.name == "sqlite" else None)
        database.prepare(engine)
    Migrate(app, database.db, directory=str(ROOT / "migrations"))
    web.register(app)
    cli.register(app)
    return app
