"""HTTP: pages for agents. A view reads the form, opens the transaction, calls one action, answers.

Whatever is not marked `public` needs a login; that is decided here, once, not on every view. The modules,
by what they serve:

Every answer      signin security limits forms answers refusals health translate language wording filters
                  files previews images mail_html buyers_links weight
Signing in        login preferences typed_secrets forgotten invited agent_sessions
                  second_factor passkeys factors people_factors first_run
Queue, report     queue next_said search search_said saved_queues report failed
Many at once      batches batch_form batches_said tags snoozes
Ticket page       tickets composer changes plans presence asking evidence reasons actors
Composer          guard_said drafts undoing saved_replies preview
Claims            claims claim_form claim_shown approving
Orders            orders order_words
Policy            policy policy_form policy_views policy_events
Money             money chase proofs refund_form money_shown money_words ceilings_said money_leads webhooks
Inside the shop   inside_asking inside_goods inside_returns inside_forms inside_filters inside_words bundles
Settings          settings settings_people invitations settings_inside settings_words mailbox_form
                  mailbox_oauth clock_page
For buyers        public public_doors public_claim public_reason public_evidence public_offer public_status
                  public_returns public_proof public_words status_said order_proofs opting_out passing uploads
For programs      api metrics
Entries in words  sentences ticket_sentences plan_sentences claim_sentences evidence_sentences
                  money_sentences inside_said
Others in words   known_sentences refusals_said claim_refusals inside_refusals money_refusals troubles_said
                  defects_said hints_said gateways_said staff_events_said
"""

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from helpdesk.web import (
    agent_sessions,
    answers,
    api,
    asking,
    batches,
    bundles,
    changes,
    chase,
    claim_shown,
    claims,
    clock_page,
    composer,
    drafts,
    evidence,
    factors,
    failed,
    files,
    filters,
    first_run,
    forgotten,
    forms,
    guard_said,
    health,
    inside_asking,
    inside_filters,
    inside_goods,
    inside_returns,
    invitations,
    invited,
    language,
    login,
    mailbox_oauth,
    metrics,
    money,
    money_leads,
    money_shown,
    opting_out,
    order_proofs,
    orders,
    passing,
    passkeys,
    people_factors,
    plans,
    policy,
    policy_events,
    preferences,
    presence,
    preview,
    previews,
    public,
    public_claim,
    public_doors,
    public_evidence,
    public_offer,
    public_proof,
    public_reason,
    public_returns,
    public_status,
    queue,
    refusals,
    report,
    saved_queues,
    saved_replies,
    search,
    second_factor,
    security,
    settings,
    settings_inside,
    settings_people,
    signin,
    snoozes,
    tags,
    tickets,
    undoing,
    webhooks,
    weight,
)

# Pages without a session, whose forms need no token: web/public.py and web/webhooks.py say why.
BUYERS = (
    opting_out.bp,
    order_proofs.bp,
    passing.again,
    public.bp,
    public_claim.bp,
    public_doors.bp,
    public_evidence.bp,
    public_offer.bp,
    public_proof.bp,
    public_reason.bp,
    public_status.bp,
    webhooks.bp,
)
BLUEPRINTS = (
    agent_sessions.bp,
    api.bp,
    asking.bp,
    batches.bp,
    bundles.bp,
    changes.bp,
    chase.bp,
    claims.bp,
    composer.bp,
    drafts.bp,
    evidence.bp,
    factors.bp,
    failed.bp,
    files.bp,
    first_run.bp,
    forgotten.bp,
    health.bp,
    metrics.bp,
    clock_page.bp,
    inside_asking.bp,
    inside_goods.bp,
    inside_returns.bp,
    invitations.bp,
    invited.bp,
    login.bp,
    mailbox_oauth.bp,
    money.bp,
    money_leads.bp,
    orders.bp,
    passkeys.bp,
    people_factors.bp,
    plans.bp,
    policy.bp,
    policy_events.bp,
    preferences.bp,
    presence.bp,
    previews.bp,
    preview.bp,
    public_returns.bp,
    queue.bp,
    report.bp,
    saved_replies.bp,
    saved_queues.bp,
    search.bp,
    second_factor.bp,
    settings.bp,
    settings_inside.bp,
    settings_people.bp,
    snoozes.bp,
    tags.bp,
    tickets.bp,
)


def register(app: Flask) -> None:
    """Give the app its pages and everything that guards them."""
    weight.init_app(app)
    answers.add_converters(app)
    signin.init_app(app)
    language.init_app(app)
    app.config.update(
        WTF_CSRF_TIME_LIMIT=None,  # a reply may take longer than an hour to write; the session ends it
        WTF_CSRF_SSL_STRICT=False,  # our pages send no Referer, so it cannot be asked for
    )
    CSRFProtect(app)  # after the login, so that its refusal knows whom it speaks to
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for blueprint in BUYERS:
        app.register_blueprint(blueprint)
        app.extensions["csrf"].exempt(blueprint)
    api.init_app(app)
    security.init_app(app)
    refusals.init_app(app)
    filters.init_app(app)
    inside_filters.init_app(app)
    public_returns.init_app(app)
    claim_shown.init_app(app)
    money_shown.init_app(app)
    forms.init_app(app)
    presence.init_app(app)
    guard_said.init_app(app)
    undoing.init_app(app)
    saved_queues.init_app(app)
    batches.init_app(app)
    tags.init_app(app)
    snoozes.init_app(app)
