"""Which currency a buyer's words name: a form chooses it first, and a person looks at it."""

import re

# A sign or a code, and a word beside a number. What names a country's dollar begins before its "$" does.
NAMES = {
    "CNY": r"CN¥|[¥￥]|\bCNY\b|\bRMB\b|人民币|[0-9]\s*(?:元|块)",
    "EUR": r"€|\bEUR\b|[0-9]\s*euros?\b|欧元",
    "GBP": r"£|\bGBP\b|英镑",
    "HKD": r"HK\$|\bHKD\b|港[币元]",
    "TWD": r"NT\$|\bTWD\b|新台币",
    "SGD": r"\bS\$|\bSGD\b|新加坡元|新币",
    "AUD": r"\bAU?\$|\bAUD\b|澳元",
    "CAD": r"\bCA?\$|\bCAD\b|加元",
    "CHF": r"\bCHF\b|瑞士法郎",
    "JPY": r"JP¥|\bJPY\b|[0-9]\s*円|日元",
    "KRW": r"₩|\bKRW\b|韩元",
    "USD": r"\bUS\$|\$|\bUSD\b|美元",
}
ANY = re.compile("|".join(f"(?P<{code}>{names})" for code, names in NAMES.items()), re.IGNORECASE | re.ASCII)
LOOKED_AT = 20_000  # characters


def named(words: str) -> str:
    """The code of the currency that is named first, "" for none."""
    found = ANY.search(words[:LOOKED_AT])
    return (found and found.lastgroup) or ""
