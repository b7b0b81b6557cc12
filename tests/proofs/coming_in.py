"""What comes in: mail, again and again, forms and files of the buyer's pages."""

from typing import Any

from hypothesis import strategies as st

from helpdesk import clock
from helpdesk.actions import claim_answers, claim_progress, claims, tickets, uploading
from helpdesk.current import current_desk
from helpdesk.rules.claim_terms import REASONS
from tests import files
from tests.proofs.acting import Acting, Draw
from tests.proofs.world import EVE, NUMBER, letter

REASON = st.sampled_from(("changed_mind", "defective", "changed_mind", "damaged", *REASONS))
FILES = st.sampled_from(
    (("image/jpeg", files.JPEG), ("image/png", files.PNG), ("video/mp4", files.MP4), ("image/jpeg", b"?"))
)
FIRST = "first@buyer.example"  # her first mail, which the later ones answer
MAILS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("我想退款。", {}),
    ("杯子碎了，要求退款。", {"photo": True, "in_reply_to": FIRST}),
    ("这是照片。", {"photo": True, "in_reply_to": FIRST}),
    ("还有一件事，请尽快处理。", {"in_reply_to": FIRST}),
    (f"我要退款，订单 {NUMBER}", {"sender": EVE, "verified": "fail"}),
    (f"Refund please, order {NUMBER}", {"sender": EVE, "verified": "pass"}),
)


class ComingIn(Acting):
    """Li, who has bought something, and Eve, who says so."""

    def receive(self, text: str, **how: Any) -> None:
        """A new mail."""
        raw = letter(f"{text} ({len(self.mails)})", **how)
        self.mails.append(raw)
        self.world.receive(raw)

    def open(self, number: int, draw: Draw) -> None:
        """`number` is the ticket's."""
        reason = draw(REASON)

        def work(session: Any) -> None:
            ticket = tickets.hold(session, number)
            tickets.check_stands_alone(ticket)
            orders = claim_progress.verified_orders(session, ticket)
            claim = claims.open_claim(
                session,
                ticket,
                order=orders[0] if orders else None,
                lines=None,
                asked=claims.Asked(reason=reason, reason_source="buyer"),
                actor=claims.buyer(ticket),
                at=clock.now(),
            )
            claim_progress.go_on(session, current_desk(), ticket, claim, at=clock.now())

        self.world.tried(work)

    def choose_reason(self, number: int, draw: Draw) -> None:
        reason = draw(REASON)
        self.world.tried(
            lambda session: claim_answers.choose_reason(
                session, current_desk(), number, reason, at=clock.now()
            )
        )

    def upload(self, number: int, draw: Draw) -> None:
        kind, content = draw(FILES)
        file = files.file("a", content, kind)
        self.world.tried(
            lambda session: uploading.upload(session, current_desk(), number, [file], at=clock.now())
        )

    def take_back(self, number: int, draw: Draw) -> None:
        self.world.tried(
            lambda session: claim_answers.take_back(session, current_desk(), number, at=clock.now())
        )
