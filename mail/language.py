"""Which of our two languages a text is written in."""

import re

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LETTER = re.compile("[A-Za-z\u00c0-\u024f]+")
_LOOKED_AT = 20_000  # characters


def language(text: str) -> str:
    """ "zh-CN" when Han characters outweigh Latin words, else "en"."""
    sample = text[:_LOOKED_AT]
    han = len(_HAN.findall(sample))
    latin = len(_LETTER.findall(sample))
    return "zh-CN" if han > latin else "en"
