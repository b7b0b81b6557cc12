"""Passkeys (WebAuthn level 2): registered by name, several for each colleague, bound to the desk's address.

What a browser sends is verified by py_webauthn; the challenge is the page's, and used once.
"""

import hmac
import json
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import webauthn
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from helpdesk.actions import second_factor, staff_events
from helpdesk.db import first_comes
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError, InvalidError, NotFoundError
from helpdesk.models import Agent, Passkey

LONGEST_NAME, MOST = 60, 20
NOT_RIGHT = "this passkey was not accepted: try again, or sign in another way"


def party(desk: Desk) -> str:
    """The RP ID: the host name of the desk's public address. "" for an IP address, which is none."""
    host = urlsplit(desk.base_url).hostname or ""
    is_name = not host.replace(".", "").isdigit() and ":" not in host
    return host if is_name else ""


def registration(session: Session, desk: Desk, agent: Agent) -> tuple[str, bytes]:
    """What the browser is to make a key by, as JSON, and the challenge in it."""
    options = webauthn.generate_registration_options(
        rp_id=_party(desk),
        rp_name=desk.shop_name,
        user_id=_handle(desk, agent.id),
        user_name=agent.email,
        user_display_name=agent.name,
        exclude_credentials=[_descriptor(row) for row in of(session, agent.id)],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
    )
    return webauthn.options_to_json(options), options.challenge


def register(
    session: Session, desk: Desk, agent: Agent, name: str, sent: Any, challenge: bytes, *, at: datetime
) -> None:
    """Keep a new key. Raises InvalidError for what is no answer to this challenge."""
    name = name.strip()[:LONGEST_NAME]
    if not name:
        raise InvalidError("give the passkey a name by which you know it again", field="name")
    if len(of(session, agent.id)) >= MOST:
        raise ConflictError("these are as many passkeys as fit here: take one away first")
    try:
        made = webauthn.verify_registration_response(
            credential=_dumped(sent),
            expected_challenge=challenge,
            expected_rp_id=_party(desk),
            expected_origin=desk.base_url,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise InvalidError(NOT_RIGHT) from error
    with first_comes(session, "this passkey is registered already"):
        session.add(
            Passkey(
                agent_id=agent.id,
                credential_id=bytes_to_base64url(made.credential_id),
                public_key=made.credential_public_key,
                sign_count=made.sign_count,
                name=name,
                created_at=at,
            )
        )
        session.flush()
    staff_events.record(session, "passkey_added", by=agent, about=agent, at=at, name=name)


def question(session: Session, desk: Desk, agent_id: int | None) -> tuple[str, bytes]:
    """What the browser is to sign, as JSON, and the challenge in it. None: whoever it is, by a key alone."""
    alone = agent_id is None
    options = webauthn.generate_authentication_options(
        rp_id=_party(desk),
        allow_credentials=None if alone else [_descriptor(row) for row in of(session, agent_id or 0)],
        user_verification=UserVerificationRequirement.REQUIRED
        if alone
        else UserVerificationRequirement.PREFERRED,
    )
    return webauthn.options_to_json(options), options.challenge


def signed_by(
    session: Session, desk: Desk, sent: Any, challenge: bytes, *, agent_id: int | None, at: datetime
) -> Agent:
    """Whose key has signed. `agent_id` None: the key stands for the password too, so it has asked its person
    for finger, face or PIN. Raises InvalidError for anything else.
    """
    try:
        known = str(sent["id"])
        row = session.scalar(select(Passkey).where(Passkey.credential_id == known))
        if row is None or (agent_id is not None and row.agent_id != agent_id):
            raise InvalidError(NOT_RIGHT)
        handle = sent.get("response", {}).get("userHandle")
        if handle and not hmac.compare_digest(base64url_to_bytes(handle), _handle(desk, row.agent_id)):
            raise InvalidError(NOT_RIGHT)
        signed = webauthn.verify_authentication_response(
            credential=_dumped(sent),
            expected_challenge=challenge,
            expected_rp_id=_party(desk),
            expected_origin=desk.base_url,
            credential_public_key=row.public_key,
            credential_current_sign_count=row.sign_count,
            require_user_verification=agent_id is None,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError) as error:
        raise InvalidError(NOT_RIGHT) from error
    won = session.execute(
        update(Passkey)
        .where(Passkey.id == row.id, Passkey.sign_count == row.sign_count)
        .values(sign_count=signed.new_sign_count, used_at=at)
        .execution_options(synchronize_session=False)
    )
    agent = session.get_one(Agent, row.agent_id)
    if getattr(won, "rowcount", 0) != 1 or not agent.active:
        raise InvalidError(NOT_RIGHT)
    return agent


def of(session: Session, agent_id: int) -> list[Passkey]:
    """Hers, oldest first."""
    return list(session.scalars(select(Passkey).where(Passkey.agent_id == agent_id).order_by(Passkey.id)))


def remove(session: Session, agent: Agent, passkey_id: int, *, at: datetime) -> str:
    """Take one of her own away; its name. Raises NotFoundError."""
    row = session.get(Passkey, passkey_id)
    if row is None or row.agent_id != agent.id:
        raise NotFoundError("there is no such passkey")
    session.execute(delete(Passkey).where(Passkey.id == row.id))
    staff_events.record(session, "passkey_removed", by=agent, about=agent, at=at, name=row.name)
    second_factor.forget_codes_of_nothing(session, agent)
    return row.name


def _party(desk: Desk) -> str:
    found = party(desk)
    if not found:
        raise ConflictError("passkeys need an address with a name: set HELPDESK_BASE_URL to one")
    return found


def _handle(desk: Desk, agent_id: int) -> bytes:
    """What the key calls its person: nothing that says who she is (WebAuthn section 14.6.1)."""
    return hmac.digest(desk.secret, f"passkeys of {agent_id}".encode(), "sha256")


def _descriptor(row: Passkey) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(id=base64url_to_bytes(row.credential_id))


def _dumped(sent: Any) -> str:
    return json.dumps(sent)
