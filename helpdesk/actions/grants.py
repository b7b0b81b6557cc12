"""Agreements with Google and Microsoft: set one up, keep its tokens, take turns at refreshing them.

Nothing here speaks to the provider: `helpdesk.signing_in` does, between two of these steps.
"""

import base64
import hmac
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from helpdesk import vault
from helpdesk.actions import read_once
from helpdesk.desk import Desk
from helpdesk.errors import InvalidError, NotFoundError, together
from helpdesk.models import Mailbox, MailboxGrant
from mail import oauth
from mail.oauth import Client, Tokens

REFRESHING = timedelta(seconds=60)  # longer than asking for a token takes, time-outs included
ROUND_TRIP = 15 * 60  # seconds for a person to agree and come back
LONGEST = 255  # characters of client ID, secret and authority
FRESH = timedelta(minutes=1)  # a refused token as young as this is not the one at fault


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantForm:
    """How this desk is registered with the provider."""

    provider: str  # "google", "microsoft"
    client_id: str
    client_secret: str = field(default="", repr=False)  # "" for a public client, or to keep the stored one
    authority: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A token that is good now."""

    access: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """It is ours to refresh."""

    client: Client
    refresh: str = field(repr=False)
    refresh_sealed: bytes = field(repr=False)  # as stored: who replaces it must find it unchanged


class NotAgreedError(Exception):
    """Nobody has agreed yet, so there is no token to be had."""


def complaints(form: GrantForm) -> Iterator[InvalidError]:
    """Everything that cannot be right, each naming its field."""
    if form.provider not in oauth.PROVIDERS:
        yield InvalidError(f"{form.provider!r} is neither google nor microsoft", field="sign_in")
    if not form.client_id.strip() or not form.client_id.isprintable():
        yield InvalidError("the client ID of the registration is missing", field="client_id")
    for name in ("client_id", "client_secret", "authority"):
        if len(getattr(form, name)) > LONGEST:
            yield InvalidError(f"at most {LONGEST} characters fit here", field=name)
    if form.authority and not oauth.is_safe_address(form.authority):
        yield InvalidError(f"{form.authority!r} is not an https address", field="authority")


def set_up(session: Session, desk: Desk, mailbox: Mailbox, form: GrantForm, *, moved: bool) -> MailboxGrant:
    """Let a mailbox log in with tokens. Tokens of another registration or server are dropped."""
    if wrong := list(complaints(form)):
        raise together(wrong)
    grant = session.get(MailboxGrant, mailbox.id)
    if grant is None:
        grant = MailboxGrant(mailbox_id=mailbox.id)
        session.add(grant)
    registered = (form.provider, form.authority.strip(), form.client_id.strip())
    if (grant.provider, grant.authority, grant.client_id) != registered:
        grant.provider, grant.authority, grant.client_id = registered
        grant.client_secret_sealed = None
        moved = True
    if form.client_secret:
        grant.client_secret_sealed = vault.seal(desk.secret, form.client_secret)
    if moved:
        grant.refresh_sealed = grant.agreed_at = None
        grant.access_sealed = grant.access_at = grant.access_until = grant.refreshing_until = None
        mailbox.active = False  # until somebody agrees
    session.flush()
    return grant


def remove(session: Session, mailbox: Mailbox) -> None:
    """The mailbox logs in with a password again."""
    grant = session.get(MailboxGrant, mailbox.id)
    if grant is not None:
        session.delete(grant)


def client(desk: Desk, grant: MailboxGrant) -> Client:
    """Raises SealedError."""
    secret = vault.unseal(desk.secret, grant.client_secret_sealed) if grant.client_secret_sealed else ""
    endpoints = oauth.PROVIDERS[grant.provider](grant.authority)
    return Client(endpoints=endpoints, client_id=grant.client_id, client_secret=secret)


def of(session: Session, mailbox_id: int) -> MailboxGrant:
    """Raises NotFoundError for a mailbox with a password."""
    grant = session.get(MailboxGrant, mailbox_id)
    if grant is None:
        raise NotFoundError("this mailbox is not opened with a sign-in at Google or Microsoft")
    return grant


def agree(session: Session, desk: Desk, mailbox_id: int, tokens: Tokens, *, at: datetime) -> None:
    """Somebody has agreed: keep the tokens, and let the workers have the mailbox.

    Raises InvalidError when another mailbox reads its address meanwhile.
    """
    grant = of(session, mailbox_id)
    mailbox = session.get_one(Mailbox, mailbox_id)
    if grant.agreed_at is None:
        read_once.resume(session, mailbox)
    grant.agreed_at = at
    grant.refresh_sealed = vault.seal(desk.secret, tokens.refresh)
    grant.refreshing_until = None
    _keep_access(grant, desk, tokens, at=at)
    mailbox.problem, mailbox.problem_at = "", None
    mailbox.sending_problem, mailbox.sending_problem_at = "", None


def next_step(session: Session, desk: Desk, mailbox_id: int, *, at: datetime) -> Ready | Turn | None:
    """What a login needs now; None when another worker is refreshing: look again in a moment.

    Raises NotFoundError for a mailbox with a password, NotAgreedError, SealedError.
    """
    grant = session.get(MailboxGrant, mailbox_id, populate_existing=True)
    if grant is None:
        raise NotFoundError("this mailbox is not opened with a sign-in at Google or Microsoft")
    if grant.refresh_sealed is None:
        raise NotAgreedError
    if grant.access_sealed is not None and oauth.is_good(grant.access_until, at=at):
        return Ready(access=vault.unseal(desk.secret, grant.access_sealed))
    free = or_(MailboxGrant.refreshing_until.is_(None), MailboxGrant.refreshing_until <= at)
    won = session.execute(
        update(MailboxGrant)
        .where(MailboxGrant.mailbox_id == mailbox_id, free)
        .values(refreshing_until=at + REFRESHING)
        .execution_options(synchronize_session=False)
    )
    if getattr(won, "rowcount", 0) != 1:
        return None
    return Turn(
        client=client(desk, grant),
        refresh=vault.unseal(desk.secret, grant.refresh_sealed),
        refresh_sealed=grant.refresh_sealed,
    )


def keep(session: Session, desk: Desk, mailbox_id: int, tokens: Tokens, turn: Turn, *, at: datetime) -> None:
    """What a refresh gave, a rotated refresh token with it; nothing when somebody signed in meanwhile."""
    grant = session.get(MailboxGrant, mailbox_id, with_for_update=True, populate_existing=True)
    if grant is None or grant.refresh_sealed != turn.refresh_sealed:
        return
    if tokens.refresh not in ("", turn.refresh):
        grant.refresh_sealed = vault.seal(desk.secret, tokens.refresh)
    grant.refreshing_until = None
    _keep_access(grant, desk, tokens, at=at)


def pass_turn(session: Session, mailbox_id: int, turn: Turn) -> None:
    """The refresh failed: the next one may try."""
    session.execute(
        update(MailboxGrant)
        .where(MailboxGrant.mailbox_id == mailbox_id, MailboxGrant.refresh_sealed == turn.refresh_sealed)
        .values(refreshing_until=None)
    )


def forget_access(session: Session, mailbox_id: int, *, at: datetime) -> bool:
    """A server refused the token before its end. True when a new one is worth a try at once."""
    grant = session.get(MailboxGrant, mailbox_id, with_for_update=True, populate_existing=True)
    if grant is None or grant.access_at is None:
        return False
    was_old = at - grant.access_at > FRESH
    grant.access_sealed = grant.access_at = grant.access_until = None
    return was_old


# -- the way to the provider's page and back -----------------------------------------------------------------


def leave(desk: Desk, mailbox_id: int, *, agent_id: int) -> tuple[str, str]:
    """(state, PKCE verifier) for one way there and back, of this colleague only. Nothing is stored."""
    nonce = secrets.token_urlsafe(16)
    return _states(desk).dumps([mailbox_id, agent_id, nonce]), _verifier(desk, nonce)


def come_back(desk: Desk, state: str, *, agent_id: int) -> tuple[int, str]:
    """(mailbox id, verifier) of a state that this colleague was given a while ago. Raises InvalidError."""
    try:
        mailbox_id, whose, nonce = _states(desk).loads(state, max_age=ROUND_TRIP)
    except (BadData, UnicodeError, ValueError, TypeError) as error:
        raise InvalidError("this sign-in was not begun here, or too long ago: begin it anew") from error
    if whose != agent_id:
        raise InvalidError("this sign-in was begun by somebody else: begin it anew")
    return mailbox_id, _verifier(desk, nonce)


def _states(desk: Desk) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(desk.secret, salt="helpdesk-oauth-state")


def _verifier(desk: Desk, nonce: str) -> str:
    """43 characters (RFC 7636 section 4.1) that only this desk can compute."""
    digest = hmac.new(desk.secret, b"helpdesk-oauth-verifier:" + nonce.encode(), sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _keep_access(grant: MailboxGrant, desk: Desk, tokens: Tokens, *, at: datetime) -> None:
    grant.access_sealed = vault.seal(desk.secret, tokens.access)
    grant.access_at, grant.access_until = at, at + tokens.lifetime
