"""What all templates may use: the filters, the shop's name, and whether a page exists."""

from datetime import timedelta

from flask import Flask, current_app

from helpdesk import clock
from helpdesk.current import current_desk
from helpdesk.rules.claim_terms import EvidenceKind
from helpdesk.web import (
    buyers_links,
    defects_said,
    hints_said,
    images,
    matter_sentences,
    order_words,
    public_words,
    sentences,
    settings_words,
    status_said,
    troubles_said,
    wording,
)


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        state=wording.state_of,
        state_word=lambda state: wording.STATES[state],
        waits=lambda on: wording.WAITS[on],
        queue=wording.QUEUES.__getitem__,
        refund=wording.REFUNDS.__getitem__,
        order_state=order_words.STATES.__getitem__,
        link_level=order_words.LEVELS.__getitem__,
        link_how=order_words.how,
        method=lambda name: wording.METHODS.get(name, name),
        role=wording.ROLES.__getitem__,
        verified=lambda verdict: wording.VERIFIED.get(verdict, ""),
        doubt=lambda doubt: wording.DOUBTS.get(doubt, ""),
        letters_in=lambda locale: wording.LETTERS_IN.get(locale, locale),
        moment=wording.moment,
        day=wording.day,
        short=wording.short,
        stamp=wording.stamp,
        span=wording.span,
        money=wording.money,
        size=wording.size,
        due=wording.due,
        delivery=wording.delivery,
        position=lambda last: f"{int(last.at.timestamp() * 1_000_000)}-{last.number}",
        seconds=lambda count: wording.span(timedelta(seconds=count)),
        stuck=lambda state: wording.STUCK[state],
        next_plan=wording.next_plan,
        plan_sentence=wording.plan_sentence,
        plan_trouble=wording.plan_trouble,
        unless=sentences.unless,
        sentence=sentences.sentence,
        opened_because=sentences.opened_because,
        passed_on_by=sentences.passed_on_by,
        not_sent=sentences.not_sent,
        came_before=matter_sentences.came_before,
        defect=defects_said.sentence,
        trouble=troubles_said.sentence,
        mailbox_name=troubles_said.mailbox,
        words=sentences.words,
        written_before=sentences.written_before,
        ignored_because=lambda why: settings_words.IGNORED.get(why, why.replace("_", " ")),
        step=settings_words.STEPS.__getitem__,
        step_failed=settings_words.FAILED.__getitem__,
        part=lambda part: settings_words.PARTS.get(part, ""),
        provider_hint=lambda provider: settings_words.HINTS.get(provider, ""),
        sign_in=settings_words.SIGN_IN.__getitem__,
        provider_name=settings_words.PROVIDER_NAMES.__getitem__,
        tls=settings_words.TLS.__getitem__,
        since=settings_words.since,
        reason_guess=hints_said.reason,
        guessed_because=hints_said.because,
        wish=hints_said.wish,
        wanted=hints_said.wanted,
        flag=hints_said.flag,
        flag_words=hints_said.flag_words,
        quoted=hints_said.quoted,
        evidence_kind=public_words.evidence,
        evidence_kinds=lambda kind: tuple(EvidenceKind),
        evidence_way=lambda way: public_words.WAYS.get(way, way),
        buyers_reason=public_words.reason,
        buyers_remedy=public_words.remedy,
        buyers_judged=public_words.JUDGED.__getitem__,
        buyers_doing=public_words.DOING.__getitem__,
        buyers_total=public_words.total,
        buyers_back=status_said.back,
        buyers_out=status_said.out,
        buyers_out_kind=status_said.out_kind,
        buyers_money=lambda way: status_said.money(way, clock.now()),
        coupon_until=status_said.coupon_until,
        looks_like_picture=lambda file: file.content_type in images.CLAIMS,
        looks_like_pdf=lambda file: file.content_type == "application/pdf",
        unlinked=buyers_links.unlinked,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(
        lambda: {
            "shop_name": current_desk().shop_name,
            "has_page": lambda endpoint: endpoint in current_app.view_functions,
        }
    )
