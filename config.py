"""Settings: read once from the environment and an optional `.env`, frozen, every complaint at once.

Mailboxes and people are not settings: they live in the database and are edited on the page.
"""

import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from dotenv import dotenv_values

import config_gateways

ROOT = Path(__file__).resolve().parent
DATABASES = ("sqlite", "postgresql", "postgresql+psycopg")
LOG_LEVELS = ("debug", "info", "warning", "error")
OF_THE_TESTS = ("TEST_", "CORPORA")
SHORTEST_SECRET = 32  # characters


class ConfigError(Exception):
    """The environment asks for something impossible; `str()` lists every complaint, a line each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What one process of the desk needs to know before it starts."""

    data_dir: Path
    database_url: str = field(repr=False)  # may hold a password
    secret_key: str = field(repr=False)
    base_url: str  # what stands in links to buyers, without a slash at the end
    shop_name: str  # "" when it was not said: then the shop's own page says it
    timezone: str  # of the dates in letters and on pages, like "Asia/Shanghai"; "" when it was not said
    web_host: str
    web_port: int
    trusted_proxy: str  # address of the reverse proxy whose X-Forwarded-For is believed; "" for none
    demo_imap_port: int
    demo_smtp_port: int
    undo_seconds: int  # how long a reply can be taken back
    poll_seconds: int  # the net below IDLE
    log_level: str
    secure_cookies: bool
    metrics_token: str = field(repr=False)  # what /metrics wants to be told; "": there is no such page
    reasons_file: Path | None  # the shop's own phrases for reasons, beside those that are shipped
    gateways: Mapping[str, Mapping[str, str]] = field(repr=False, hash=False)  # what makes each adapter
    sandbox: bool  # play money for every payment that no gateway is set up for

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Settings of this machine. Raises ConfigError naming everything that is wrong."""
        return _Reader(_environment() if environ is None else environ).settings()


def settings_or_exit() -> Settings:
    """For the doors (command line, WSGI): every complaint on stderr, and exit 2."""
    try:
        return Settings.from_env()
    except ConfigError as error:
        sys.stderr.write(f"These settings cannot be used:\n{error}\n")
        raise SystemExit(2) from error


def _environment() -> dict[str, str]:
    """The real environment wins over `.env`."""
    from_file = {key: value for key, value in dotenv_values(ROOT / ".env").items() if value is not None}
    return {**from_file, **os.environ}


class _Reader:
    """Collects complaints while reading, so that one start tells all of them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.complaints: list[str] = []
        self.known: set[str] = set()  # every name that was asked for

    def settings(self) -> Settings:
        data_dir = self.folder("HELPDESK_DATA_DIR", "var")
        web_port = self.port("HELPDESK_WEB_PORT", 8000)
        base_url = self.url("HELPDESK_BASE_URL", f"http://127.0.0.1:{web_port}")
        gateways, sandbox = config_gateways.read(self)
        settings = Settings(
            data_dir=data_dir,
            database_url=self.database("HELPDESK_DATABASE_URL", data_dir),
            secret_key=self.secret("HELPDESK_SECRET_KEY"),
            base_url=base_url,
            shop_name=self.text("HELPDESK_SHOP_NAME", ""),
            timezone=self.zone("HELPDESK_TIMEZONE"),
            web_host=self.text("HELPDESK_WEB_HOST", "127.0.0.1"),
            web_port=web_port,
            trusted_proxy=self.host("HELPDESK_TRUSTED_PROXY"),
            demo_imap_port=self.port("HELPDESK_DEMO_IMAP_PORT", 1143),
            demo_smtp_port=self.port("HELPDESK_DEMO_SMTP_PORT", 1025),
            undo_seconds=self.whole("HELPDESK_UNDO_SECONDS", 20, low=0, high=600),
            poll_seconds=self.whole("HELPDESK_POLL_SECONDS", 60, low=1, high=3600),
            log_level=self.choice("HELPDESK_LOG_LEVEL", "info", LOG_LEVELS).upper(),
            metrics_token=self.secret("HELPDESK_METRICS_TOKEN"),
            secure_cookies=base_url.startswith("https://"),
            reasons_file=self.file("HELPDESK_REASONS_FILE"),
            gateways=gateways,
            sandbox=sandbox,
        )
        self.look_for_misspelt_names()
        if self.complaints:
            raise ConfigError("\n".join(self.complaints))
        return settings if settings.secret_key else replace(settings, secret_key=_kept_secret(data_dir))

    def text(self, name: str, default: str) -> str:
        self.known.add(name)
        return self.environ.get(name, "").strip() or default

    def folder(self, name: str, default: str) -> Path:
        folder = ROOT / self.text(name, default)  # an absolute one stays what it is
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # buyers' letters are nobody else's
        except OSError as error:
            self.complaints.append(f"{name} {str(folder)!r} cannot be made: {error.strerror or error}")
        return folder

    def file(self, name: str) -> Path | None:
        given = self.text(name, "")
        if not given:
            return None
        path = ROOT / given  # an absolute one stays what it is
        if not path.is_file():
            self.complaints.append(f"{name} {str(path)!r} is not a file")
        return path

    def whole(self, name: str, default: int, *, low: int, high: int) -> int:
        given = self.text(name, str(default))
        if given.isascii() and given.isdigit() and low <= int(given) <= high:
            return int(given)
        self.complaints.append(f"{name} is {given!r}: a whole number from {low} to {high} is needed")
        return default

    def port(self, name: str, default: int) -> int:
        return self.whole(name, default, low=0, high=65535)

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        given = self.text(name, default).lower()
        if given not in allowed:
            self.complaints.append(f"{name} is {given!r}: one of {', '.join(allowed)} is needed")
        return given

    def url(self, name: str, default: str) -> str:
        given = self.text(name, default).rstrip("/")
        parts = urlsplit(given)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            self.complaints.append(f"{name} is {given!r}: an address such as https://desk.example is needed")
        return given

    def host(self, name: str) -> str:
        given = self.text(name, "")
        try:
            return str(ip_address(given)) if given else ""
        except ValueError:
            self.complaints.append(
                f"{name} is {given!r}: the proxy's IP address is needed, such as 127.0.0.1"
            )
            return ""

    def zone(self, name: str) -> str:
        given = self.text(name, "")
        if given and given not in available_timezones():
            self.complaints.append(f"{name} is {given!r}: a name such as Asia/Shanghai or UTC is needed")
        return given

    def secret(self, name: str) -> str:
        self.known.add(name)
        given = self.environ.get(name, "")
        if given and len(given) < SHORTEST_SECRET:
            self.complaints.append(f"{name} is shorter than {SHORTEST_SECRET} characters: give a longer one")
        return given

    def look_for_misspelt_names(self) -> None:
        """A setting that nobody reads was meant to be another one."""
        for name in sorted(self.environ.keys() - self.known):
            prefix, _, rest = name.partition("_")
            if prefix == "HELPDESK" and not rest.startswith(OF_THE_TESTS):
                near = get_close_matches(name, sorted(self.known), n=1, cutoff=0.8)
                meant = f"did you mean {near[0]}?" if near else "no setting is called so"
                self.complaints.append(f"{name} is not known: {meant}")

    def database(self, name: str, data_dir: Path) -> str:
        given = self.text(name, f"sqlite:///{data_dir / 'helpdesk.db'}")
        scheme, separator, rest = given.partition("://")
        if scheme not in DATABASES or not separator:  # the value may hold a password: not repeated
            self.complaints.append(
                f"{name} must start with sqlite:/// or postgresql://, not {scheme.split(':')[0]!r}"
            )
        elif scheme == "sqlite" and rest in ("", "/", "/:memory:"):
            self.complaints.append(
                f"{name} must name a file, like sqlite:////srv/helpdesk.db: threads share it"
            )
        elif not _has_good_port(given):
            self.complaints.append(
                f"{name} must have a number as its port, like postgresql://desk@db:5432/desk"
            )
        return given


def _has_good_port(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _kept_secret(data_dir: Path) -> str:
    """The secret of this data folder, made at the first start and readable by its owner only.

    Whoever creates the file wins; a second process starting at the same moment reads the winner's.
    """
    path = data_dir / "secret-key"
    try:
        if not path.exists():
            draft = data_dir / f".secret-key.{os.getpid()}.{secrets.token_hex(4)}"
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_hex(32))
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        kept = path.read_text().strip()
    except OSError as error:
        raise ConfigError(
            f"HELPDESK_DATA_DIR {str(data_dir)!r} cannot be written: {error.strerror or error}"
        ) from error
    if len(kept) < SHORTEST_SECRET:
        raise ConfigError(
            f"{str(path)!r} holds no secret: bring the old file back, or delete it for a new one"
        )
    return kept
