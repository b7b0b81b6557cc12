"""The shop of the stories: its people, its paused mailbox, its policy. Copied once into a seeded database."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import agents, contacts, mailboxes, policies, return_addresses
from helpdesk.current import current_desk
from helpdesk.models import Agent
from helpdesk.rules.policy_shipped import preset_text
from helpdesk.rules.states import Role

SHOP = "support@seeded.example"
RECEIVER = "mx.seeded.example"  # whose Authentication-Results the stories' mailbox believes
MAILBOX = "seeded"
LONG_AGO = "2020-01-01"  # the policy of the stories is in force whenever they are laid
STAFF = (
    ("mira@seeded.example", "Mira Lindqvist", Role.OWNER, "en"),
    ("zhou@seeded.example", "周文博", Role.LEAD, "zh-CN"),
    ("nora@seeded.example", "Nora Feldmann", Role.LEAD, "en"),
    ("tan@seeded.example", "谭小满", Role.AGENT, "zh-CN"),
    ("joel@seeded.example", "Joel Carver", Role.AGENT, "en"),
    ("xu@seeded.example", "许知远", Role.AGENT, "zh-CN"),
    ("ines@seeded.example", "Ines Moreau", Role.AGENT, "en"),
    ("shen@seeded.example", "沈若彤", Role.AGENT, "zh-CN"),
)
BACK_TO = "退货组 Returns\n上海市嘉定区安亭镇 1 号仓库\n021-5555 0100"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Ids of the people and places that every story knows."""

    mailbox: int
    warehouse: int
    address: int
    owner: int
    leads: tuple[int, ...]
    agents: tuple[int, ...]


def hire(session: Session, password: str) -> Cast:
    """Make all of them."""
    at = clock.now()
    form = mailboxes.MailboxForm(
        name=MAILBOX,
        address=SHOP,
        imap_host="imap.seeded.example",
        imap_port=993,
        imap_tls="tls",
        smtp_host="smtp.seeded.example",
        smtp_port=465,
        smtp_tls="tls",
        username=SHOP,
        password=password,
        authserv_id=RECEIVER,
    )
    mailbox = mailboxes.add(session, current_desk(), form, at=at)
    mailbox.active = False  # nothing that was made up is ever sent
    ids: dict[Role, list[int]] = {role: [] for role in Role}
    for email, name, role, locale in STAFF:
        made = agents.create(
            session, email=email, name=name, password=password, role=role, at=at, locale=locale
        )
        ids[role].append(made.id)
    (owner,) = ids[Role.OWNER]
    by = session.get_one(Agent, owner)
    warehouse = contacts.add(
        session, email="depot@warehouse.example", name="Depot", role="warehouse", locale="en", at=at
    )
    address = return_addresses.save(session, label="Shanghai", text=BACK_TO, by=by, at=at)
    _policy(session, at - timedelta(days=1))
    return Cast(
        mailbox=mailbox.id,
        warehouse=warehouse.id,
        address=address.id,
        owner=owner,
        leads=tuple(ids[Role.LEAD]),
        agents=tuple(ids[Role.AGENT]),
    )


def policy_text() -> str:
    """The shipped one, in force since long ago."""
    lines = preset_text("cn-shop").splitlines()
    changed = {
        "version": 'version = "seeded"',
        "effective_from": f"effective_from = {LONG_AGO}T00:00:00+08:00",
    }
    return "\n".join(changed.get(line.partition(" =")[0], line) for line in lines) + "\n"


def _policy(session: Session, at: datetime) -> None:
    policies.activate(session, policies.upload(session, policy_text(), by=None, at=at), by=None, at=at)
