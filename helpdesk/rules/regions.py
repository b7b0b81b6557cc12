"""Where a parcel goes to, as ISO 3166-2 calls it: exports write "广东省", "Guangdong" or "GD" for CN-GD."""

import re

CODE = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
PART = re.compile(r"[A-Z0-9]{1,3}")  # what stands behind the hyphen
CHINA = "CN"
# ISO 3166-2:CN, without the endings 省, 市, 自治区 and 特别行政区.
PROVINCES: dict[str, tuple[str, str]] = {
    "北京": ("BJ", "beijing"), "天津": ("TJ", "tianjin"), "河北": ("HE", "hebei"),
    "山西": ("SX", "shanxi"), "内蒙古": ("NM", "inner mongolia"), "辽宁": ("LN", "liaoning"),
    "吉林": ("JL", "jilin"), "黑龙江": ("HL", "heilongjiang"), "上海": ("SH", "shanghai"),
    "江苏": ("JS", "jiangsu"), "浙江": ("ZJ", "zhejiang"), "安徽": ("AH", "anhui"),
    "福建": ("FJ", "fujian"), "江西": ("JX", "jiangxi"), "山东": ("SD", "shandong"),
    "河南": ("HA", "henan"), "湖北": ("HB", "hubei"), "湖南": ("HN", "hunan"),
    "广东": ("GD", "guangdong"), "广西": ("GX", "guangxi"), "海南": ("HI", "hainan"),
    "重庆": ("CQ", "chongqing"), "四川": ("SC", "sichuan"), "贵州": ("GZ", "guizhou"),
    "云南": ("YN", "yunnan"), "西藏": ("XZ", "tibet"), "陕西": ("SN", "shaanxi"),
    "甘肃": ("GS", "gansu"), "青海": ("QH", "qinghai"), "宁夏": ("NX", "ningxia"),
    "新疆": ("XJ", "xinjiang"), "台湾": ("TW", "taiwan"), "香港": ("HK", "hong kong"),
    "澳门": ("MO", "macao"),
}  # fmt: skip


def code_of(country: str, said: str) -> str:
    """ISO 3166-2 of a region as a shop's export or program writes it; what is not known stays as it is."""
    plain = said.strip()
    upper = plain.upper()
    if CODE.fullmatch(upper):
        return upper
    if country == CHINA:
        province = _province(plain)
        if province:
            return f"{CHINA}-{province}"
    return f"{country}-{upper}" if country and PART.fullmatch(upper) else plain


def _province(said: str) -> str:
    """By its name in Chinese, with whatever follows it, or in English."""
    english = said.casefold().removesuffix(" province").removesuffix(" sheng").removesuffix(" shi")
    return next(
        (code for name, (code, latin) in PROVINCES.items() if said.startswith(name) or english == latin), ""
    )
