"""How the settings pages say what a mailbox is and did: reasons, steps of a test, what to look at."""

from helpdesk.web.translate import _, _l
from mail.roundtrip import Step

IGNORED = {
    "before_start": _l("from before the mailbox starts"),
    "our_own_message": _l("sent by the desk itself"),
    "test_of_a_mailbox": _l("the test of a mailbox"),
    "read_receipt": _l("read receipts"),
    "abuse_report": _l("abuse reports"),
    "by_hand": _l("put away by a colleague"),
    "copy": _l("copies of mail that is here already"),
    "automatic_answer_to_a_notification": _l("automatic answers to what colleagues were told"),
    "bounce_of_a_message_that_is_not_ours": _l("bounces of mail that the desk did not send"),
}
STEPS = {
    Step.READ_LOGIN: _l("IMAP: signed in, folder opened"),
    Step.SEND_LOGIN: _l("SMTP: signed in"),
    Step.SEND: _l("a mail to ourselves was taken"),
    Step.ARRIVE: _l("it arrived in the folder"),
}
FAILED = {
    Step.READ_LOGIN: _l("Reading does not work (IMAP)."),
    Step.SEND_LOGIN: _l("Sending does not work (SMTP)."),
    Step.SEND: _l("The server did not take a mail to ourselves (SMTP)."),
    Step.ARRIVE: _l("The mail was sent, but did not arrive."),
}
PARTS = {
    "connect": _l("Look at server name and port; if they are right, try again in a few minutes."),
    "tls": _l(
        "Look at the encryption: another kind, another port, or a certificate that cannot be verified."
    ),
    "login": _l("Look at user name and password."),
    "authorisation_code": _l(
        "This provider wants an authorisation code (授权码) instead of the password; "
        "it is made in the settings of the web mail, where IMAP and SMTP are switched on too."
    ),
    "oauth": _l("Look at the sign-in with Google or Microsoft: sign in again with the very account."),
    "folder": _l("Look at the folder."),
    "sender": _l("Look at the address: the server does not let this login send from it."),
    "network": _l("This may pass: try again in a few minutes."),
}
HINTS = {
    "google": _l(
        "Google wants an app password here (the account needs two-step verification for it), or a sign-in "
        "with Google."
    ),
    "microsoft": _l("Microsoft takes no passwords from programs: choose the sign-in with Microsoft."),
    "qq": PARTS["authorisation_code"],
    "netease": PARTS["authorisation_code"],
    "aliyun": _l("Where the web mail offers a third-party client password, it belongs here."),
}
APP_PASSWORD = _l(
    "This provider wants an app password here, made in the account's settings, not the account's password."
)
HINTS |= {"apple": APP_PASSWORD, "fastmail": APP_PASSWORD}
PRESETS = {
    "cn-shop": _l("A shop in China: seven days without a reason, by the consumer law (cn-shop)"),
    "eu-shop": _l("A shop in the EU: fourteen days to withdraw, two years of warranty (eu-shop)"),
    "uk-shop": _l("A shop in the UK: fourteen days to cancel, by the regulations of 2013 (uk-shop)"),
    "none": _l("None for now: every claim is judged by hand"),
}
HOSTS = {
    "google": _l("Google Workspace, Gmail"),
    "microsoft": _l("Microsoft 365, Outlook"),
    "exmail": _l("Tencent Exmail (腾讯企业邮箱)"),
    "alimail": _l("Alimail (阿里企业邮箱)"),
    "netease": _l("NetEase Qiye (网易企业邮箱)"),
    "icloud": _l("iCloud Mail"),
    "fastmail": _l("Fastmail"),
}
SIGN_IN = {
    "password": _l("with a password or an authorisation code"),
    "google": _l("with Google (OAuth)"),
    "microsoft": _l("with Microsoft (OAuth)"),
}
PROVIDER_NAMES = {"google": "Google", "microsoft": "Microsoft"}
TLS = {
    "tls": _l("TLS from the start"),
    "starttls": _l("STARTTLS"),
    "none": _l("none (this machine only)"),
}


def since(kept: str) -> str:
    """From which mail on the mailbox is read."""
    if kept == "now":
        return _("from its first connection on")
    return _("all mail that is there") if kept == "all" else _("from %(day)s on", day=kept)
