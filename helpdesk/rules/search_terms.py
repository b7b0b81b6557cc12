"""The words of a search: its fields and their values, by every name that somebody may type for them.

Names are in both languages at once, whatever language the page has: a link that a colleague shared works.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Field(StrEnum):
    FROM = "from"  # name or address of whoever wrote
    TO = "to"  # an address that mail went to
    STATE = "state"
    REASON = "reason"
    ORDER = "order"
    TICKET = "ticket"
    ASSIGNEE = "assignee"
    HAS = "has"
    FILE = "file"  # words of an attachment's name
    BEFORE = "before"
    AFTER = "after"
    AMOUNT = "amount"
    TAG = "tag"  # a word of the shop on a ticket


class TroubleKind(StrEnum):
    FIELD = "field"  # nobody knows this word before a colon
    VALUE = "value"  # nobody knows this value of a field
    NOTHING = "nothing"  # a field without a value
    DAY = "day"
    AMOUNT = "amount"
    NUMBER = "number"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"


NAMES: Mapping[str, Field] = {
    "from": Field.FROM, "buyer": Field.FROM, "sender": Field.FROM,
    "来自": Field.FROM, "买家": Field.FROM, "发件人": Field.FROM,
    "to": Field.TO, "收件人": Field.TO, "发给": Field.TO,
    "state": Field.STATE, "status": Field.STATE, "is": Field.STATE, "状态": Field.STATE,
    "reason": Field.REASON, "原因": Field.REASON,
    "order": Field.ORDER, "订单": Field.ORDER, "订单号": Field.ORDER,
    "ticket": Field.TICKET, "工单": Field.TICKET, "工单号": Field.TICKET,
    "assignee": Field.ASSIGNEE, "assigned": Field.ASSIGNEE,
    "负责人": Field.ASSIGNEE, "处理人": Field.ASSIGNEE, "分配给": Field.ASSIGNEE,
    "has": Field.HAS, "有": Field.HAS, "含": Field.HAS, "包含": Field.HAS,
    "file": Field.FILE, "filename": Field.FILE, "文件": Field.FILE, "文件名": Field.FILE, "附件": Field.FILE,
    "before": Field.BEFORE, "until": Field.BEFORE, "早于": Field.BEFORE, "之前": Field.BEFORE,
    "after": Field.AFTER, "since": Field.AFTER, "晚于": Field.AFTER, "之后": Field.AFTER,
    "tag": Field.TAG, "tags": Field.TAG, "label": Field.TAG, "标签": Field.TAG,
    "amount": Field.AMOUNT, "money": Field.AMOUNT, "金额": Field.AMOUNT,
}  # fmt: skip
STATES: Mapping[str, str] = {
    "new": "new", "新": "new", "新建": "new",
    "open": "open", "处理中": "open",
    "waiting": "waiting", "等待": "waiting", "等待中": "waiting",
    "solved": "solved", "done": "solved", "已解决": "solved",
    "closed": "closed", "已关闭": "closed", "关闭": "closed",
    "snoozed": "snoozed", "asleep": "snoozed", "已延后": "snoozed", "延后": "snoozed",
    "spam": "spam", "垃圾邮件": "spam", "垃圾": "spam",
}  # fmt: skip
HAS: Mapping[str, str] = {
    "attachment": "attachment", "attachments": "attachment", "file": "attachment", "附件": "attachment",
    "photo": "photo", "picture": "photo", "image": "photo", "照片": "photo", "图片": "photo",
    "order": "order", "订单": "order",
    "claim": "claim", "申请": "claim", "诉求": "claim",
    "refund": "refund", "退款": "refund",
}  # fmt: skip
# Whoever asks, and nobody.
ME, NOBODY = "me", "nobody"
ASSIGNEES: Mapping[str, str] = {
    "me": ME, "mine": ME, "我": ME, "我的": ME,
    "none": NOBODY, "nobody": NOBODY, "unassigned": NOBODY, "无": NOBODY, "无人": NOBODY, "未分配": NOBODY,
}  # fmt: skip
CHOICES: Mapping[Field, Mapping[str, str]] = {Field.STATE: STATES, Field.HAS: HAS}
OPERATORS = (">=", "<=", ">", "<", "=")


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One condition. Of several `values` one is enough."""

    field: Field | None = None  # None: words anywhere
    values: tuple[str, ...] = ()  # words as typed; codes where the field has choices
    exact: bool = False  # it stood in quotes
    negated: bool = False
    operator: str = "="
    day: date | None = None
    amount: Decimal | None = None
    currency: str = ""  # "": of any


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What is wrong with a search: the page makes a sentence of it."""

    kind: TroubleKind
    word: str = ""  # as typed
    field: str = ""  # likewise
    nearest: str = ""  # what was perhaps meant
    known: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    terms: tuple[Term, ...] = ()
    troubles: tuple[Trouble, ...] = ()
