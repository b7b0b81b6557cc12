"""Where a signature begins: only what is one beyond doubt, because people sign with their parcel's number.

That is the line `-- ` (RFC 3676 section 4.3) and the line that a device or an app adds.
"""

import re

_LONGEST = 2_000  # characters below the mark; more than that is no signature
_DASHES = re.compile(r"^--[ \xa0]?[ \t]*$", re.M)
_DEVICE = re.compile(
    r"(?:发自|發自|傳送自|发送自|从我的|來自|来自)"
    r"(?:我的|手机|手機|新浪|网易|網易|QQ|Windows|Outlook|Foxmail|华为|小米|OPPO|vivo)[^\n。，！？]{0,40}"
    r"|从 ?Windows ?版邮件发送[^\n]{0,40}|從 ?Windows ?(?:版)?郵件傳送[^\n]{0,40}|通过[^\n]{1,20}手机版发送"
    r"|(?:获取|取得|下載|下载) ?(?:适用于 (?:iOS|Android) 的 ?)?Outlook[^\n]{0,120}"
    r"|签名由网易邮箱大师定制[^\n]{0,40}"
    r"|Sent from (?:my |Mail for |Outlook|Yahoo|Samsung|Gmail|Proton|the all[- ]new )[^\n]{0,80}"
    r"|Get Outlook for (?:iOS|Android)[^\n]{0,120}|Sent via (?:my |BlackBerry )[^\n]{0,60}"
    r"|Von meinem [^\n]{1,40} gesendet|Gesendet von (?:meinem|meiner|Mail|Outlook)[^\n]{0,60}"
    r"|Envoyé (?:de(?:puis)? mon|à partir de|de mon)[^\n]{0,60}|Enviado desde mi[^\n]{0,60}"
    r"|Enviado do meu[^\n]{0,60}|Inviato da(?:l mio| i)[^\n]{0,60}|Verstuurd vanaf mijn[^\n]{0,60}"
    r"|Отправлено с [^\n]{1,40}|i(?:Phone|Pad)から送信|나의 [^\n]{1,20}에서 보냄",
    re.I,
)
_NO_DEVICE = re.compile(r"[.!?。！？]\s|\bdesk\b|, ", re.I)


def begins(text: str) -> int:
    """The offset at which the signature of these new words begins; `len(text)` when there is none."""
    floor = max(0, len(text) - _LONGEST)
    marks = [found.start() for found in _DASHES.finditer(text, floor)]
    last = len(text.rstrip())
    line = text.rfind("\n", 0, last) + 1
    if is_device_line(text[line:last]) and line >= floor:
        marks.append(line)
    start = min(marks, default=len(text))
    return start if text[:start].strip() else len(text)


def is_device_line(line: str) -> bool:
    """`Sent from my iPhone`, `发自我的 iPhone`: the whole line is that."""
    bare = line.strip()
    return len(bare) < 160 and _DEVICE.fullmatch(bare) is not None and not _NO_DEVICE.search(bare)
