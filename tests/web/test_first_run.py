"""The first run: a link from the console makes one owner, the other steps can be left and taken up again."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from threading import Barrier, Thread

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.actions import agents, first_run
from helpdesk.current import current_desk
from helpdesk.db import db, reading, transaction
from helpdesk.errors import DeskError
from helpdesk.models import Agent, Mailbox, PolicyVersion, Shop, StaffLink
from helpdesk.rules.states import Role
from tests.app import make_app
from tests.web.conftest import MONDAY, PASSWORD, PNG, Client, Visitor

pytestmark = pytest.mark.trust
HERS = {"name": "Ann", "email": "Ann@shop.example", "password": PASSWORD, "language": "en"}
SHOP = {"name": "Tea House", "locale": "zh-CN", "currency": "EUR", "timezone": "Europe/Vienna"}


def bare(url: str, tmp_path: Path) -> Iterator[Flask]:
    """A desk that nobody owns, whose environment says nothing of the shop."""
    clock.shift(MONDAY - clock.now())
    app = make_app(url, tmp_path / "data", SHOP_NAME="")
    app.test_client_class = Client
    with app.app_context():
        yield app
        db.engine.dispose()
    clock.reset()


@pytest.fixture
def app(sqlite_url: str, tmp_path: Path) -> Iterator[Flask]:
    yield from bare(sqlite_url, tmp_path)


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app.test_client())


def link() -> str:
    """The path of a link, as a start prints it."""
    with transaction() as session:
        found = first_run.link(session, current_desk(), at=clock.now())
    assert found is not None
    return found.removeprefix(current_desk().base_url)


@pytest.fixture
def owner(visitor: Visitor) -> Visitor:
    """Whoever has done the first step."""
    path = link()
    visitor.get(path)
    assert visitor.post(path, **HERS).location == "/set-up/shop"
    visitor.get("/set-up/shop")
    return visitor


@pytest.mark.parametrize("path", ["/set-up", "/set-up/x", f"/set-up/{'x' * 500}"])
def test_without_the_link_the_page_says_where_to_find_it(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 403
    assert "helpdesk init --web" in answer.text
    assert visitor.post(path, **HERS).status_code in (403, 405)
    assert visitor.get("/login").location == "/set-up", "nobody could sign in"


def test_the_link_makes_an_owner_who_is_signed_in_and_then_opens_nothing(app: Flask, owner: Visitor) -> None:
    with reading() as session:
        ann = session.query(Agent).one()
        assert (ann.email, ann.role, ann.locale) == ("ann@shop.example", Role.OWNER, "en")
        kept = [row.token_sha256 for row in session.query(StaffLink)]
        assert first_run.has_owner(session)
    assert all(len(each) == 64 for each in kept)
    with transaction() as session:
        assert first_run.link(session, current_desk(), at=clock.now()) is None
    assert Visitor(app.test_client()).get("/set-up").location == "/login"


def test_links_of_several_starts_are_good_until_one_is_used(app: Flask, visitor: Visitor) -> None:
    first, second = link(), link()
    assert visitor.get(first).status_code == 200
    assert visitor.get(second).status_code == 200
    visitor.post(second, **HERS)
    other = Visitor(app.test_client())
    assert other.get(first).status_code == 403
    assert other.get(second).status_code == 403


def test_a_form_that_is_refused_does_not_use_the_link_up(visitor: Visitor) -> None:
    path = link()
    visitor.get(path)
    assert visitor.post(path, **{**HERS, "password": "short", "email": ""}).status_code == 422
    assert visitor.post(path, **HERS).status_code == 303


def test_a_link_ends_after_a_week(visitor: Visitor) -> None:
    path = link()
    clock.shift(timedelta(days=7))
    assert visitor.get(path).status_code == 403


def test_an_owner_made_at_the_command_line_shuts_the_links(visitor: Visitor) -> None:
    path = link()
    with transaction() as session:
        agents.create(
            session, email="o@x.example", name="O", password=PASSWORD, role=Role.OWNER, at=clock.now()
        )
    assert visitor.get(path).status_code == 403
    visitor.get("/login")
    assert visitor.post(path, **HERS).status_code == 403


@pytest.fixture
def anywhere(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """On either database."""
    yield from bare(database_url, tmp_path)


def test_two_set_ups_at_once_make_one_owner(anywhere: Flask) -> None:
    tokens = [link().rpartition("/")[2] for _ in range(2)]
    start, made = Barrier(2), []

    def press(number: int) -> None:
        with anywhere.app_context():
            start.wait()
            with suppress(DeskError), transaction() as session:
                first_run.make_owner(
                    session,
                    current_desk(),
                    tokens[number],
                    email=f"{number}@shop.example",
                    name="Ann",
                    password=PASSWORD,
                    locale=None,
                    at=clock.now(),
                )
                made.append(number)

    threads = [Thread(target=press, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with reading() as session:
        assert len(made) == session.query(Agent).count() == 1


def test_the_shop_has_its_name_zone_and_logo_at_once(owner: Visitor, visitor: Visitor) -> None:
    page = owner.text("/set-up/shop")
    assert 'aria-current="step"' in page
    options = {"content_type": "multipart/form-data"}
    answer = owner.post("/set-up/shop", **SHOP, logo=(BytesIO(PNG), "logo.png"), options=options)
    assert answer.location == "/set-up/mailbox"
    page = owner.text("/set-up/mailbox")
    assert "· Tea House</title>" in page
    logo = re.search(r'<img class="brand-logo" src="([^"]+)"', page)
    assert logo is not None
    picture = visitor.get(logo[1].replace("&amp;", "&"))
    assert (picture.mimetype, picture.data) == ("image/png", PNG)
    assert current_desk().zone.key == "Europe/Vienna"
    owner.post("/set-up/shop", **SHOP, no_logo="on")
    assert "brand-logo" not in owner.text("/set-up/shop")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": " "}, "The shop needs a name"),
        ({"currency": "XXX"}, "Choose a currency"),
        ({"timezone": "Mars/Olympus"}, "Choose a time zone"),
        ({"locale": "de"}, "Choose a language"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    owner: Visitor, changed: dict[str, str], said: str
) -> None:
    answer = owner.post("/set-up/shop", **{**SHOP, **changed})
    assert answer.status_code == 422
    assert said in answer.text


@pytest.mark.parametrize(
    "content", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"MZ", PNG + bytes(200 * 1024)]
)
def test_a_logo_is_a_small_picture(owner: Visitor, content: bytes) -> None:
    options = {"content_type": "multipart/form-data"}
    answer = owner.post("/set-up/shop", **SHOP, logo=(BytesIO(content), "logo.png"), options=options)
    assert answer.status_code == 422
    with reading() as session:
        row = session.get(Shop, 1)
        assert row is not None
        assert (row.name, row.logo_sha256) == ("", "")


@pytest.mark.parametrize(
    ("address", "hosted", "servers"),
    [
        ("help@qq.com", "", ("imap.qq.com", "smtp.qq.com")),
        ("help@shop.example", "exmail", ("imap.exmail.qq.com", "smtp.exmail.qq.com")),
        ("help@shop.example", "alimail", ("imap.qiye.aliyun.com", "smtp.qiye.aliyun.com")),
        ("help@me.com", "", ("imap.mail.me.com", "smtp.mail.me.com")),
        ("help@shop.example", "fastmail", ("imap.fastmail.com", "smtp.fastmail.com")),
        ("help@shop.example", "", ("imap.shop.example", "smtp.shop.example")),
    ],
)
def test_servers_are_guessed_from_the_address_and_its_host(
    owner: Visitor, address: str, hosted: str, servers: tuple[str, str]
) -> None:
    page = owner.text(f"/settings/mailboxes/new?address={address}&hosted={hosted}")
    assert all(f'value="{server}"' in page for server in servers)


def test_the_mailbox_leads_back_to_the_set_up(owner: Visitor) -> None:
    form = {
        "name": "support", "address": "help@shop.example", "password": "secret", "since": "now",
        "imap_host": "127.0.0.1", "imap_port": "143", "imap_tls": "none",
        "smtp_host": "127.0.0.1", "smtp_port": "25", "smtp_tls": "none",
    }  # fmt: skip
    assert owner.post("/settings/mailboxes/new", **form).location == "/set-up/mailbox"
    assert "A mailbox is there." in owner.text("/set-up/mailbox")
    with reading() as session:
        assert session.query(Mailbox).count() == 1


def test_the_policy_of_the_shops_currency_is_offered_and_put_in_force_once(owner: Visitor) -> None:
    owner.post("/set-up/shop", **SHOP)
    assert re.search(r'value="eu-shop" required checked', owner.text("/set-up/policy"))
    assert owner.post("/set-up/policy", preset="eu-shop").location == "/set-up/colleagues"
    owner.post("/set-up/policy", preset="cn-shop")
    assert owner.post("/set-up/policy", preset="other").status_code == 422
    with reading() as session:
        assert session.query(PolicyVersion).count() == 1


def test_it_can_be_left_and_taken_up_again_until_the_owner_says_that_it_is_done(
    app: Flask, owner: Visitor
) -> None:
    owner.post("/logout")
    later = Visitor(app.test_client())
    later.sign_in("ann@shop.example")
    assert 'href="/set-up/done"' in later.text("/")
    page = later.text("/set-up/done")
    assert page.count('class="is-open"') == 9
    later.post("/set-up/policy", preset="none")
    assert later.post("/set-up/done").location == "/"
    assert 'href="/set-up/done"' not in later.text("/")
    assert later.get("/set-up/shop").status_code == 200, "and may be changed any time"


def test_only_owners_see_the_steps(owner: Visitor, app: Flask) -> None:
    with transaction() as session:
        agents.create(
            session, email="lead@shop.example", name="L", password=PASSWORD, role=Role.LEAD, at=clock.now()
        )
    lead = Visitor(app.test_client())
    lead.sign_in("lead@shop.example")
    for step in ("shop", "mailbox", "policy", "colleagues", "done"):
        assert lead.get(f"/set-up/{step}").status_code == 403
    assert 'href="/set-up/done"' not in lead.text("/")
