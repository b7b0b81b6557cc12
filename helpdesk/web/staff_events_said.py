"""What was done to somebody's role, door, password or second factor, in a sentence; and ways to sign in."""

from helpdesk.queries.access import SessionView, StaffEventView
from helpdesk.rules.access import SignIn
from helpdesk.web import wording
from helpdesk.web.translate import _, _l

SENTENCES = {
    "invited": _l("%(by)s invited %(email)s as %(role)s."),
    "uninvited": _l("%(by)s withdrew the invitation of %(email)s."),
    "joined": _l("%(about)s followed the invitation."),
    "added": _l("%(by)s added %(about)s as %(role)s, with a first password."),
    "role_changed": _l("%(by)s changed the role of %(about)s: %(before)s → %(after)s."),
    "shut_out": _l("%(by)s shut %(about)s out."),
    "let_in": _l("%(by)s let %(about)s in again."),
    "readdressed": _l("%(by)s changed the address of %(about)s: %(before)s → %(after)s."),
    "handed_over": _l("%(by)s handed the open tickets of %(about)s over: %(count)s."),
    "first_owner": _l("%(about)s set the desk up."),
    "password_set": _l("%(by)s gave %(about)s a new password."),
    "password_changed": _l("%(about)s changed the password."),
    "password_by_mail": _l("%(about)s set a new password by a link in a mail."),
    "app_added": _l("%(about)s set up an authenticator app."),
    "app_removed": _l("%(about)s took the authenticator app away."),
    "passkey_added": _l("%(about)s registered the passkey “%(name)s”."),
    "passkey_removed": _l("%(about)s took the passkey “%(name)s” away."),
    "codes_made": _l("%(about)s made new recovery codes."),
    "factor_reset": _l("%(by)s took the second factor of %(about)s away."),
    "factor_forced": _l("%(by)s wants a second factor of leads and owners from now on."),
    "factor_free": _l("%(by)s wants no second factor of leads and owners any more."),
}
HOW = {
    SignIn.PASSWORD: _l("by password"),
    SignIn.CODE: _l("by password and code"),
    SignIn.RECOVERY: _l("by password and recovery code"),
    SignIn.KEY: _l("by password and passkey"),
    SignIn.PASSKEY: _l("by passkey"),
    SignIn.LINK: _l("by a link that works once"),
}
ROLES = {"before", "after", "role"}


def sentence(event: StaffEventView) -> str:
    """Who did what to whom; a verb that has no sentence stands as it is."""
    text = SENTENCES.get(event.verb)
    if text is None:
        return event.verb
    facts = {
        name: wording.ROLES.get(value, value) if name in ROLES else value
        for name, value in event.facts.items()
    }
    return str(text) % {
        "by": event.by or _("Somebody at the command line"),
        "about": event.about,
        **facts,
    }


def how(session: SessionView) -> str:
    """ "by password and code" """
    return str(HOW[session.how])


def browser(session: SessionView) -> str:
    """ "Firefox on Windows" """
    if session.browser and session.system:
        return _("%(browser)s on %(system)s", browser=session.browser, system=session.system)
    return session.browser or session.system or _("a browser that is not known")
