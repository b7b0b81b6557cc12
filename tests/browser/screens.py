"""Every page that a person can open, in the state in which it says most: what the tests of looks walk.

`WEEK` are pages of the demo shop after a week of work (lived_in.py), some of them in the README; `STORIES`
those of a desk on which every kind of claim is under way (every_story.py). A test holds both against the
routes of the app, so that a new page is looked at or named in NO_PAGES.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from helpdesk.links import Passing, Purpose
from tests.browser.every_story import EveryStory
from tests.browser.lived_in import LivedIn

BROKEN = {"en": "Mug arrived broken", "zh-CN": "杯子碎了"}
REFUNDED = {"en": "Where is my parcel?", "zh-CN": "尺码不合适，想退货"}
FOUND = {"en": "broken", "zh-CN": "杯子"}
WRITING = {"en": "daniel.novak@inbox.example", "zh-CN": "wanglei@laoyouxiang.example"}
REFUSED = ("404: ", "410: ", "403: ", "409: ", "422: ", "console: Failed to load resource")

Act = Callable[[Page], None]
OfWeek = Callable[[LivedIn, str], str]
OfStories = Callable[[EveryStory, str], str]


@dataclass(frozen=True, slots=True)
class Screen:
    """One address, who opens it ("" nobody who is signed in), and what is done on it before one looks."""

    of_week: OfWeek | None = None
    of_stories: OfStories | None = None
    role: str = "owner"
    act: Act | None = None
    expected: tuple[str, ...] = ()  # how an answer begins that is right for this screen

    def address(self, shop: Any, language: str) -> str:
        """In the shop that it belongs to: LivedIn or EveryStory."""
        given = self.of_week or self.of_stories
        assert given is not None
        return given(shop, language)


def week(
    address: str | OfWeek, role: str = "owner", act: Act | None = None, expected: tuple[str, ...] = ()
) -> Screen:
    given: OfWeek = (lambda shop, language: address) if isinstance(address, str) else address
    return Screen(of_week=given, role=role, act=act, expected=expected)


def stories(
    address: str | OfStories, role: str = "owner", act: Act | None = None, expected: tuple[str, ...] = ()
) -> Screen:
    given: OfStories = (lambda shop, language: address) if isinstance(address, str) else address
    return Screen(of_stories=given, role=role, act=act, expected=expected)


def at_id(path: str, question: str, role: str = "owner", act: Act | None = None) -> Screen:
    """The page of one row, found by SQL."""
    return stories(lambda shop, language: path.format(shop.of(question, language)), role, act)


def ticket(where: str, role: str = "owner", act: Act | None = None) -> Screen:
    """The page of a ticket with such a claim, refund or the like."""
    question = (
        "SELECT ticket.id FROM ticket LEFT JOIN claim ON claim.ticket_id = ticket.id"
        f" WHERE ticket.locale = :language AND {where} ORDER BY ticket.id DESC"
    )
    return at_id("/tickets/{}", question, role, act)


def behind(purpose: Purpose | Passing, question: str, *, ended: bool = False, after: str = "") -> Screen:
    """A buyer's page behind a signed link."""

    def address(shop: EveryStory, language: str) -> str:
        path, _, rest = shop.link(purpose, shop.of(question, language), language, ended=ended).partition("?")
        return f"{path}{after}?{rest}"

    return stories(address, role="", expected=REFUSED if ended else ())


def of_claim(table: str, where: str) -> str:
    """The id of a row that belongs to a claim."""
    return (
        f"SELECT {table}.id FROM {table} JOIN claim ON claim.id = {table}.claim_id"
        f" JOIN ticket ON ticket.id = claim.ticket_id WHERE ticket.locale = :language AND {where}"
        f" ORDER BY {table}.id DESC"
    )


def claim(where: str) -> str:
    return (
        "SELECT claim.id FROM claim JOIN ticket ON ticket.id = claim.ticket_id"
        f" WHERE ticket.locale = :language AND {where} ORDER BY claim.id DESC"
    )


def press(*keys: str) -> Act:
    def act(page: Page) -> None:
        for key in keys:
            page.keyboard.press(key)
        page.wait_for_selector("dialog[open]")

    return act


def click(*selectors: str) -> Act:
    """One after the other; what is folded away on a phone is opened first."""

    def act(page: Page) -> None:
        page.eval_on_selector_all(".fold[data-fold]", "all => all.forEach(each => { each.open = true; })")
        for selector in selectors:
            page.locator(selector).first.click()

    return act


def found_in_palette(page: Page) -> None:
    press("Control+k")(page)
    page.fill("#palette-box", "re")
    page.wait_for_selector("#palette-list [role=option]")


def writing(page: Page) -> None:
    """Everything of the composer open, and a guard that stands in the way."""
    page.fill("#text", "{{missing}}")
    page.eval_on_selector_all("#composer details", "all => all.forEach(each => { each.open = true; })")
    page.fill("#cc", "new@else.example")
    with page.expect_navigation():
        page.locator("#send-wait").click()
    page.wait_for_selector(".guard, .composer > .problem")


ANY_TICKET = "SELECT max(id) FROM ticket WHERE locale = :language AND state = 'open' AND NOT spam"
ORDER_OF = "SELECT id FROM shop_order WHERE currency = iif(:language = 'en', 'EUR', 'CNY')"
REFUND = (
    "SELECT refund.id FROM refund JOIN ticket ON ticket.id = refund.ticket_id"
    " WHERE ticket.locale = :language AND refund.state = '{}'"
)
SURVEY = (
    "SELECT survey.id FROM survey JOIN ticket ON ticket.id = survey.ticket_id WHERE ticket.locale = :language"
)
SET_ASIDE = "SELECT id FROM received_message WHERE state = 'ignored' AND :language != ''"
NO_ORDER = (
    "SELECT ticket_id FROM claim JOIN ticket ON ticket.id = ticket_id"
    " WHERE locale = :language AND claim.state = 'needs_link'"
)
OPEN_OFFER = of_claim("offer", "offer.state = 'open'")
PROOF = (
    "SELECT order_proof.id FROM order_proof JOIN shop_order ON shop_order.id = order_id"
    " WHERE currency = iif(:language = 'en', 'EUR', 'CNY')"
)

WEEK: dict[str, Screen] = {
    "queue": week("/?queue=all"),
    "waiting-for-us": week("/"),
    "empty-queue": week("/?queue=closed"),
    "search": week(lambda shop, language: f"/search?q={FOUND[language]}"),
    "search-trouble": week("/search?q=stat:open+state:opne"),
    "ticket": week(lambda shop, language: shop.ticket(BROKEN[language])),
    "ticket-writing": week(
        lambda shop, language: shop.ticket(REFUNDED[language]), act=writing, expected=REFUSED
    ),
    "refund": week(lambda shop, language: shop.ticket(REFUNDED[language])),
    "money": week("/money"),
    "money-overdue": week("/money/overdue"),
    "failed": week("/failed"),
    "message-set-aside": week(lambda shop, language: f"/received/{shop.of(SET_ASIDE, language)}"),
    "report": week("/report"),
    "mailboxes": week("/settings/mailboxes"),
    "mailbox": week("/settings/mailboxes/1"),
    "new-mailbox": week("/settings/mailboxes/new?address=help@gmail.com"),
    "policy": week("/settings/policy"),
    "policy-what-if": week("/settings/policy/try?state=delivered&reason=damaged&days_since_delivery=3"),
    "policy-versions": week("/settings/policy/versions"),
    "policy-file": week("/settings/policy/new"),
    "policy-events": week("/settings/policy/events"),
    "people": week("/settings/people"),
    "profile": week("/profile"),
    "not-found": week("/tickets/999999", expected=REFUSED),
    "buyers-mailbox": week(lambda shop, language: f"/demo/buyer/{WRITING[language]}", role=""),
    "buyers": week("/demo/buyer", role=""),
    "arrival": week(lambda shop, language: f"{shop.arrival}?lang={language}", role=""),
    "survey": week(lambda shop, language: f"{shop.survey}?lang={language}", role=""),
    "login": week("/login", role=""),
}
STORIES: dict[str, Screen] = {
    "palette": stories("/", act=found_in_palette),
    "keys": stories("/", act=press("?")),
    "queue-of-an-agent": stories("/?queue=all", role="agent"),
    "queue-of-a-lead": stories("/?queue=approve", role="lead"),
    "saved-queue": stories("/queues/1", act=click(".save-queue > summary")),
    "claim-to-decide": ticket("claim.state = 'awaiting_decision'", act=click(".proposal > summary")),
    "claim-of-an-agent": ticket("claim.state = 'awaiting_decision'", "agent", click(".proposal > summary")),
    "claim-evidence-missing": ticket("claim.state = 'awaiting_buyer'"),
    "claim-without-order": ticket("claim.state = 'needs_link'"),
    "claim-offered": ticket("claim.state = 'offered'"),
    "plan-change": ticket("claim.state = 'offered'", act=click(".plan-change > summary")),
    "claim-to-approve": ticket("claim.state = 'awaiting_approval'"),
    "claim-rejected": ticket("claim.state = 'rejected'"),
    "claim-disputed": ticket("claim.state = 'disputed'"),
    "claim-goods-promised": ticket("claim.id IN (SELECT claim_id FROM replacement WHERE state = 'promised')"),
    "claim-coupon": ticket("claim.id IN (SELECT claim_id FROM coupon)"),
    "claim-return": ticket("claim.id IN (SELECT claim_id FROM return_shipment WHERE state = 'in_transit')"),
    "money-unknown": ticket("ticket.id IN (SELECT ticket_id FROM refund WHERE state = 'unknown')"),
    "money-failed": ticket("ticket.id IN (SELECT ticket_id FROM refund WHERE state = 'failed')"),
    "money-by-hand": ticket("claim.id IN (SELECT claim_id FROM agreed_remedy WHERE state = 'agreed')"),
    "spam": ticket("ticket.spam"),
    "call": stories("/tickets/1/call"),
    "inquiry": stories("/tickets/1/inquiry"),
    "saved-replies-of-a-ticket": stories("/tickets/1/saved-replies"),
    "orders": stories("/orders"),
    "order": at_id("/orders/{}", ORDER_OF),
    "return": at_id("/returns/{}", of_claim("return_shipment", "return_shipment.state = 'received'")),
    "return-to-receive": at_id(
        "/returns/{}", of_claim("return_shipment", "return_shipment.state = 'in_transit'")
    ),
    "return-start": at_id("/remedies/{}/return", of_claim("agreed_remedy", "remedy = 'return_refund'")),
    "inside": stories("/settings/inside"),
    "replies": stories("/settings/replies"),
    "reply": stories("/settings/replies/1"),
    "policy-version": stories("/settings/policy/versions/1"),
    "policy-changes": stories("/settings/policy/versions/2/changes"),
    "events": stories("/settings/policy/events"),
    "clock": stories("/settings/clock"),
    "tags": stories("/settings/tags"),
    "macros": stories("/settings/macros"),
    "macro": stories("/settings/macros/1"),
    "macro-before-it-runs": at_id("/tickets/{}/macro?macro=1", ANY_TICKET),
    "merger": at_id("/tickets/{}/merger", ANY_TICKET),
    "split": stories(lambda shop, language: "/tickets/{}/entries/{}/split".format(*shop.mail(language))),
    "notifications": stories("/notifications"),
    "notifications-chosen": stories("/notifications/settings"),
    "second-factor": stories("/profile/second-factor"),
    "sessions": stories("/profile/sessions"),
    "set-up": stories("/set-up"),
    "set-up-shop": stories("/set-up/shop"),
    "set-up-mailbox": stories("/set-up/mailbox"),
    "set-up-policy": stories("/set-up/policy"),
    "set-up-colleagues": stories("/set-up/colleagues"),
    "set-up-done": stories("/set-up/done"),
    "set-up-link-over": stories("/set-up/x", role="", expected=REFUSED),
    "invitation-over": stories("/join/x", role="", expected=REFUSED),
    "new-password-over": stories("/new-password/x", role="", expected=REFUSED),
    "second-factor-asked": stories("/login/second", role=""),
    "forgotten": stories(lambda shop, language: f"/forgotten?lang={language}", role=""),
    "many-at-once": at_id("/batches/{}", "SELECT id FROM batch WHERE :language != ''"),
    "oauth": stories("/settings/mailboxes/oauth/1"),
    "oauth-refused": stories(
        "/settings/mailboxes/oauth/return?error=access_denied&state=x", expected=REFUSED
    ),
    "profile-of-an-agent": stories("/profile", role="agent"),
    "not-allowed": stories("/settings/people", role="agent", expected=REFUSED),
    "offer": behind(Purpose.OFFER, OPEN_OFFER),
    "offer-over": behind(Purpose.OFFER, of_claim("offer", "offer.state = 'countered'")),
    "status-offered": behind(Passing.STATUS, claim("claim.state = 'offered'")),
    "status-under-way": behind(Passing.STATUS, claim("claim.state = 'approved'")),
    "status-rejected": behind(Passing.STATUS, claim("claim.state = 'rejected'")),
    "status-return": behind(
        Passing.STATUS, claim("claim.id IN (SELECT claim_id FROM return_shipment WHERE state = 'in_transit')")
    ),
    "take-back": behind(Passing.STATUS, claim("claim.state = 'offered'"), after="/withdrawal"),
    "evidence": behind(Passing.EVIDENCE, claim("claim.state = 'awaiting_buyer'")),
    "evidence-there": behind(
        Passing.EVIDENCE,
        claim("claim.state = 'awaiting_decision' AND claim.id IN (SELECT claim_id FROM evidence)"),
    ),
    "reason": behind(Passing.REASON, claim("claim.state = 'awaiting_decision'")),
    "claim-form": behind(Passing.CLAIM, NO_ORDER),
    "order-proof": behind(Passing.PROOF, NO_ORDER),
    "one-time-link": behind(Purpose.ORDER, PROOF),
    "one-time-link-to-orders": behind(Purpose.ORDERS, "SELECT id FROM order_proof WHERE order_id IS NULL"),
    "send-back": behind(Purpose.RETURN, of_claim("return_shipment", "return_shipment.state = 'awaiting'")),
    "sent-back": behind(Purpose.RETURN, of_claim("return_shipment", "return_shipment.state = 'in_transit'")),
    "arrival-asked": behind(Purpose.ARRIVAL, REFUND.format("succeeded")),
    "arrival-known": behind(Purpose.ARRIVAL, REFUND.format("arrived")),
    "survey-answered": behind(Purpose.SURVEY, f"{SURVEY} AND score IS NOT NULL"),
    "stop": behind(Purpose.STOP, SURVEY),
    "link-over": behind(Passing.EVIDENCE, claim("claim.state = 'awaiting_buyer'"), ended=True),
    "no-link": stories(lambda shop, language: f"/b/offer/nothing?lang={language}", role="", expected=REFUSED),
    "door-claim": stories(lambda shop, language: f"/claim?lang={language}", role=""),
    "door-withdraw": stories(lambda shop, language: f"/withdraw?lang={language}", role=""),
}
SCREENS = {**WEEK, **STORIES}
