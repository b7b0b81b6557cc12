"""Subjects without the prefixes that mail programs pile up, in the languages seen in real mail."""

import re
import unicodedata

PREFIX = re.compile(
    r"(?:re|fw|fwd|aw|wg|sv|vs|tr|rv|enc|res|回复|回覆|答复|答覆|回信|转发|轉寄|轉發|自动回复|自動回覆)"
    r"(?:\[\d+\]|\(\d+\)|\^\d+)?\s*:\s*",  # the colon is required: 回复率 is a word
    re.IGNORECASE,
)
BANNER = re.compile(r"(?:\[(?:外部邮件|EXTERNAL|SPAM)\]|【外部】)\s*", re.IGNORECASE)
TAG = re.compile(r"\s*\[RF-\d{1,12}\]")
LONGEST = 300


def clean(subject: str) -> str:
    """ "回复：Re: 退款 [RF-12]" to "退款"; "" when nothing is left. Linear: each turn eats a prefix."""
    rest = TAG.sub("", unicodedata.normalize("NFKC", subject)).strip()
    while match := PREFIX.match(rest) or BANNER.match(rest):
        rest = rest[match.end() :]
    return rest[:LONGEST].strip()
