"""Words by which a text promises a file that goes with it, in English and Chinese.

A false alarm costs trust in every later one, so a pattern has to speak of our file and of this mail. What
asks the buyer for a file, speaks of hers, or says that there is none, promises nothing.
"""

import re

from helpdesk.rules.guard_text import clauses

_FILE = r"(?:files?|documents?|pdf|labels?|photos?|pictures?|images?|invoices?|receipts?|forms?|screenshots?)"
_ENGLISH = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?:i|we)(?:'ve| have|'m| am|'re| are)?(?: also| now| just)? (?:attach|enclose)\b",
        r"\b(?:i|we)(?:'ve| have|'m| am|'re| are)?(?: also| now| just)? (?:attach|enclos)(?:ed|ing)\b",
        r"\bfind (?:[\w-]+ ){0,5}(?:attached|enclosed)\b",
        r"\bfind (?:an? |the |our )(?:[\w-]+ ){0,4}(?:in|as) (?:the |an )?attachment\b",
        r"\bsee (?:the |our )?(?:attached|attachments?|enclosed)\b",
        r"\b(?:is|are|comes?) (?:now |also )?(?:attached|enclosed)\b",
        r"\b(?:is|are) (?:in|included in|added as) (?:the |an )?attachments?\b",
        r"^\W*(?:attached|enclosed)\b",
        r"\((?:attached|enclosed)\)",
        rf"\bthe (?:attached|enclosed) (?:[\w-]+ )?{_FILE}\b",
        r"\battached to this (?:e-?mail|message|mail|reply)\b",
        r"\b(?:as|in) (?:the )?attachment\b(?= (?:to|of) this)",
    )
)
_NOT_IN_ENGLISH = re.compile(
    r"\bnot?\b|n't\b|\bnothing\b|\bcannot\b|\bunable\b|\bwithout\b|\bnone\b|\bmissing\b"
    r"|\bif\b|\bwhether\b|\bmake sure\b|\bensure\b|\bonce\b|\bwhen\b|\bunless\b|\bwas\b|\bwere\b"
    r"|\byour? (?:(?!in |on |see |find |is |as )[\w-]+ ){0,3}(?:attach|enclos)|\bfrom you\b|\bimportance\b"
    r"|\byou(?:'ve| have)? (?:sent|attached|enclosed|provided)\b"
)
_TO_A_THING = re.compile(r"\s+(?:to|on|onto|with) (?!this (?:e-?mail|message|mail|reply)\b)")

_CHINESE = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:见|看|查看|查收|参见|参考|参阅|查阅|阅读|下载|打印)(?:一下|下|邮件)?(?:的)?附件",
        r"附件(?:中|里|内)?(?:是|为|有|含|附有|已)",
        r"(?:在|以|作为)附件(?:中|里|内|形式)?",
        r"附件(?:中|里|内)的",
        r"(?:随信|随函|随邮件|随本邮件)附",
        r"附上",
        r"(?:见|如)附图",
        r"(?:已|现|我|们)(?:把|将)?[^,.]{0,12}附在(?:邮件|信|本邮件|附件)",
    )
)
# Who is served is not who is asked: "为您附上" is ours.
_SERVED = re.compile(r"[为给帮向替][您你]们?")
_NOT_IN_CHINESE = re.compile(
    r"[没未无不别]|如果|若|是否|能否|可否|吗|麻烦|烦请|劳烦|需要?|务必|记得|再附|并附|时附"
    r"|看到了|收到了|已收到|[您你](?!好)|买家|客户|顾客|对方|请(?!见|看|查|参|阅|下载|打印|注意)"
)


def promised_file(own: str) -> str:
    """The words that promise a file, "" where none do; of `own_words`."""
    for clause in clauses(own):
        if _in_english(clause.text) or _in_chinese(clause.text):
            return own[clause.start : clause.start + len(clause.text)].strip(" ,.:;!，。：；！\n")
    return ""


def _in_english(clause: str) -> bool:
    if "attach" not in clause and "enclos" not in clause:
        return False
    if _NOT_IN_ENGLISH.search(clause) or clause.rstrip().endswith("?"):
        return False
    for pattern in _ENGLISH:
        match = pattern.search(clause)
        if match and not _TO_A_THING.match(clause, match.end()):
            return True
    return False


def _in_chinese(clause: str) -> bool:
    if "附" not in clause:
        return False
    ours = _SERVED.sub("", clause)
    if _NOT_IN_CHINESE.search(ours) or clause.rstrip().endswith("?"):
        return False
    return any(pattern.search(ours) for pattern in _CHINESE)
