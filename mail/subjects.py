"""Subjects: what machines write there, and the prefixes that replies and forwards pile up."""

import re
import unicodedata

_OPENINGS = " *[(【<\"'-_!"
_BOUNCE = (
    "退信", "系统退信", "系統退信", "来自postmaster", "邮件退回", "退回的邮件", "邮件发送失败",
    "郵件傳送失敗", "无法投递", "未送达", "無法傳遞", "undeliver", "undelivered",
    "delivery status notification", "returned mail", "delivery failure", "delivery failed", "mail delivery",
    "failure notice", "mail system error", "delayed mail", "message delivery", "warning: message",
    "warning: could not send", "delivery notification", "non delivery", "non-delivery", "nondeliverable",
    "delivery report", "returned to sender", "message undeliverable", "nicht zustellbar", "unzustellbar",
    "non remis", "no entregado", "não entregue", "mail could not be delivered", "メールエラー",
    "メール送信エラー", "エラーメール", "配信エラー", "non remise", "échec", "returned to you",
    "undeliverable", "could not send message", "mail delivery warning", "delivery status",
    "mail returned", "email could not be delivered", "returned message",
)  # fmt: skip
# Words that only programs write. Accents folded here as in the subject that is compared.
_AUTOMATIC = (
    "automatic reply", "auto reply", "auto-reply", "autoreply", "auto response", "auto-response",
    "autoresponse", "automatic response", "automated reply", "automated response", "away from my mail",
    "automatische antwort", "automatische abwesenheit", "réponse automatique", "respuesta automática",
    "resposta automática", "risposta automatica", "automatisch antwoord", "автоответ",
    "автоматический ответ", "odpowiedź automatyczna", "automatyczna odpowiedź", "autoodpowiedź", "autosvar",
    "automatiskt svar", "automatisk svar", "automaattinen vastaus", "automatická odpověď",
    "otomatik yanıt", "automatikus válasz", "自動返信", "自動応答", "不在通知", "不在のお知らせ", "부재중",
    "자동 회신", "자동회신", "자동응답", "자동 응답",
)  # fmt: skip
# Words that buyers begin with too ("Vacation reply cards"): only with an end behind them.
_ABSENT = (
    "out of office", "out of the office", "out-of-office", "away from office", "away from the office",
    "away from the desk", "i am away", "i'm away", "away until", "away", "ooo", "out of town", "on vacation",
    "vacation", "vacation reply", "vacation message", "on holiday", "on leave", "on annual leave",
    "on maternity leave", "annual leave", "maternity leave", "abwesend", "abwesenheit", "abwesenheitsnotiz",
    "abwesenheitsmeldung", "abwesenheitsnachricht", "abwesenheitsbenachrichtigung", "abwesenheitsassistent",
    "ich bin im urlaub", "absence du bureau", "absent du bureau", "absente du bureau",
    "absent(e) du bureau", "message d'absence", "fuera de la oficina", "ausente de la oficina",
    "fuori sede", "assenza dall'ufficio", "fora do escritório", "ausência temporária", "afwezig",
    "afwezigheidsbericht", "niet aanwezig", "нет на месте", "nieobecność", "nieobecność w biurze", "frånvaro",
    "poissa", "ofis dışında", "休假通知", "不在办公室", "不在辦公室", "正在休假", "正在休假中", "我正在休假",
    "我正在休假中", "暂时离开", "外出", "loop alert",
)  # fmt: skip
_UNFOLDED = str.maketrans("ıłøđ’‘", "ilod''")  # what Unicode does not take apart


def folded(text: str) -> str:
    """For comparing: lower case, full width and accents gone."""
    apart = unicodedata.normalize("NFKD", text.translate(_UNFOLDED)).casefold()
    return "".join(each for each in apart if not unicodedata.combining(each))


_MACHINES_FIRST = tuple(map(folded, _AUTOMATIC))
_ABSENCE = re.compile(
    r"(?:(?:i am|i'm) )?(?:currently )?(?:"
    + "|".join(re.escape(folded(each)) for each in sorted(_ABSENT, key=len, reverse=True))
    + r")\s{0,3}(?:$|[:(\[\])】-]|–|—|\b(?:re|aw):"
    r"|\b(?:reply|auto|autoreply|autoresponse|message|notification)\s{0,3}(?:$|[:(\])-])"
    r"|\b(?:until|till|bis|jusqu|hasta|fino|tot|returning)\b"
    r"|from (?:\d|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)))"
)
# Notes: "AUTO: Anna Bell is out of the office (returning 01/02/2024)"; a buyer may write of her car.
_NOTES_ABSENCE = re.compile(
    r"auto: .{0,100}"
    r"(?:out of (?:the )?office|ausser haus|abwesend|absent|ausente|assente|afwezig|不在|returning)"
)
_ANSWERS_BY_ITSELF = re.compile(
    r"(?:自动|自動)(?:回复|回覆|答复|答覆|回信|回应|回應|应答|應答)(?:邮件|郵件|信)?(?:$|[^\w])"
)
_ENDS_AUTOMATIC = re.compile(
    r"(?:\((?:auto(?:matic|mated)?[- ]?(?:reply|response)|自动回复|自動回覆)\)"
    r"|(?: - |holiday |vacation )auto(?:matic|mated)?[- ]?(?:reply|response))\W{0,3}$"
)
_GATEWAY = (
    r"\[(?:外部邮件|外部郵件|external|external mail|external email|ext|spam|\*+spam\*+)\]|【外部(?:邮件)?】"
)
_COUNTED = r"(?:\[\d{1,4}\]|\(\d{1,4}\)|\^\d{1,4})?\s{0,3}[:：]"
_PREFIX = re.compile(
    r"\s*(?:(?:re|fw|fwd|aw|wg|sv|vs|tr|rv|enc|res|antw|回复|回復|回覆|答复|答覆|回信|转发|轉寄|轉發|自动回复|自動回覆)"
    rf"{_COUNTED}|{_GATEWAY})",
    re.I,
)
_REPLY = re.compile(r"(?:re|aw|sv|回复|回復|回覆|答复|答覆|回信)\s{0,3}:")
_FORWARD = re.compile(
    rf"\s*(?:(?:{_GATEWAY})\s*)?(?:fw|fwd|wg|tr|rv|enc|转发|轉寄|轉發|転送|전달|doorst|inoltro|пересл|vb|pd){_COUNTED}"
    r"|\s*\[fwd:|\s*(?-i:I):\s(?=\S)|(?!\s*(?:re|aw|sv|antw|回复|答复)\s?[:：]).{0,300}\(fwd\)\s*$",
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
    text = folded(subject[:300]).strip().lstrip(_OPENINGS)
    if text.startswith(_MACHINES_FIRST) or _ABSENCE.match(text) or _NOTES_ABSENCE.match(text):
        return True
    if _ENDS_AUTOMATIC.search(text):
        return True
    answers = _ANSWERS_BY_ITSELF.search(text, 0, 20)
    return answers is not None and answers.start() < 12 and not _REPLY.match(text)


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
    text = unicodedata.normalize("NFKC", subject[:300]).lower().lstrip(_OPENINGS)
    return text.startswith(words)
