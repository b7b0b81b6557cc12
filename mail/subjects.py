"""Subjects: what machines write there, and the prefixes that replies and forwards pile up."""

import re
import unicodedata

_BOUNCE = (
    "退信", "系统退信", "系統退信", "来自postmaster", "邮件退回", "退回的邮件", "邮件发送失败",
    "郵件傳送失敗", "无法投递", "未送达", "無法傳遞", "undeliver", "undelivered",
    "delivery status notification", "returned mail", "delivery failure", "delivery failed", "mail delivery",
    "failure notice", "mail system error", "delayed mail", "message delivery", "warning: message",
    "warning: could not send", "delivery notification", "non delivery", "non-delivery", "nondeliverable",
    "delivery report", "returned to sender", "message undeliverable", "nicht zustellbar", "unzustellbar",
    "non remis", "no entregado", "não entregue", "mail could not be delivered", "メールエラー",
    "メール送信エラー", "エラーメール", "配信エラー", "non remise", "échec", "returned to you",
    "undeliverable", "could not send message", "mail delivery warning", "mail error", "delivery status",
    "mail returned", "email could not be delivered", "returned message", "delivery error",
)  # fmt: skip
_AUTOMATIC = (
    "自动回复", "自動回覆", "自动答复", "自動答覆", "自動回信", "自動返信", "automatic reply", "auto reply",
    "auto-reply", "autoreply", "auto:", "auto response", "auto-response", "autoresponse", "out of office",
    "out of the office", "away from my mail", "vacation reply", "on vacation", "abwesenheit",
    "automatische antwort", "réponse automatique", "respuesta automática", "resposta automática",
    "risposta automatica", "automatisch antwoord", "автоответ", "автоматический ответ", "부재중",
    "자동 회신", "自動応答", "不在通知",
)  # fmt: skip
_GATEWAY = (
    r"\[(?:外部邮件|外部郵件|external|external mail|external email|ext|spam|\*+spam\*+)\]|【外部(?:邮件)?】"
)
_COUNTED = r"(?:\[\d{1,4}\]|\(\d{1,4}\)|\^\d{1,4})?\s{0,3}[:：]"
_PREFIX = re.compile(
    r"\s*(?:(?:re|fw|fwd|aw|wg|sv|vs|tr|rv|enc|res|antw|回复|回復|回覆|答复|答覆|回信|转发|轉寄|轉發|自动回复|自動回覆)"
    rf"{_COUNTED}|{_GATEWAY})",
    re.I,
)
_FORWARD = re.compile(
    rf"\s*(?:(?:{_GATEWAY})\s*)?(?:fw|fwd|wg|tr|rv|enc|转发|轉寄|轉發|転送|전달|doorst|inoltro|пересл){_COUNTED}",
    re.I,
)
_REPLY = re.compile(
    rf"\s*(?:{_GATEWAY}\s*)*(?:re|aw|sv|vs|res|antw|回复|回復|回覆|答复|答覆|回信){_COUNTED}", re.I
)


def is_bounce(subject: str) -> bool:
    """Whether the subject begins the way delivery reports do; behind "Re:" a person answered."""
    if is_reply(subject):
        return False
    return _begins(subject, _BOUNCE) or "的退信" in subject or "failure notice" in subject.lower()


def is_automatic(subject: str) -> bool:
    """Whether the subject begins the way out-of-office answers do; behind "Re:" a person answered one."""
    return _begins(subject, _AUTOMATIC)


def bare(subject: str) -> str:
    """The subject without reply prefixes and gateway tags, for comparing and for the queue; may be ""."""
    text = subject[:2_000]  # as written: full-width punctuation belongs to the buyer's words
    position = 0
    while match := _PREFIX.match(text, position):
        position = match.end()
    return " ".join(text[position:].split())


def is_reply(subject: str) -> bool:
    """Whether the outermost prefix says that a person answered."""
    return _REPLY.match(subject[:300]) is not None


def is_forward(subject: str) -> bool:
    """Whether the outermost prefix says that the message was passed on, not answered."""
    return _FORWARD.match(subject[:300]) is not None


def _begins(subject: str, words: tuple[str, ...]) -> bool:
    text = unicodedata.normalize("NFKC", subject[:300]).lower().lstrip(" *[(【<\"'-_!")
    return text.startswith(words)
