"""What templates of the inside of the shop may use, and what the ticket page shows of it."""

from flask import Flask
from flask_babel import format_date, to_user_timezone

from helpdesk.letters import claim_words
from helpdesk.rules import carriers
from helpdesk.web import inside_said, inside_words, language
from helpdesk.web.translate import _


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        called=inside_said.called,
        asked_by=inside_said.asked_by,
        unverified=inside_said.unverified,
        contact_role=inside_words.CONTACT_ROLES.__getitem__,
        inquiry_kind=inside_words.INQUIRY_KINDS.__getitem__,
        inquiry_state=inside_words.INQUIRY_STATES.__getitem__,
        held_why=lambda why: inside_words.HELD.get(why, why),
        return_state=inside_words.RETURN_STATES.__getitem__,
        reception=inside_words.RECEPTIONS.__getitem__,
        condition=lambda code: claim_words.say(claim_words.CONDITIONS, code, language.chosen()),
        payer=inside_words.PAYERS.__getitem__,
        replacement_kind=lambda kind: inside_words.REPLACEMENTS[str(kind)],
        replacement_state=inside_words.REPLACEMENT_STATES.__getitem__,
        coupon_state=inside_words.COUPON_STATES.__getitem__,
        platform_state=inside_words.PLATFORM_STATES.__getitem__,
        carrier=carriers.name,
        on_day=lambda on: format_date(on, _("d MMM y")),
        field_moment=lambda at: to_user_timezone(at).strftime("%Y-%m-%dT%H:%M"),
    )
