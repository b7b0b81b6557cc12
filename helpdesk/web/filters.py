"""The Jinja filters of all pages."""

from flask import Flask

from helpdesk.web import sentences, wording


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        state=wording.state_of,
        queue=wording.QUEUES.__getitem__,
        refund=wording.REFUNDS.__getitem__,
        method=lambda name: wording.METHODS.get(name, name),
        role=wording.ROLES.__getitem__,
        verified=lambda verdict: wording.VERIFIED.get(verdict, ""),
        letters_in=lambda locale: wording.LETTERS_IN.get(locale, locale),
        moment=wording.moment,
        day=wording.day,
        short=wording.short,
        span=wording.span,
        money=wording.money,
        size=wording.size,
        due=wording.due,
        next_thing=wording.next_thing,
        delivery=wording.delivery,
        sentence=sentences.sentence,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
