"""What differs from copy to copy of a story: names, addresses, numbers, goods, and the words in between.

All of it follows from the number of the copy and the seed; what has to be unique is, by that number.
"""

from dataclasses import dataclass
from random import Random

from helpdesk.demo.voices import SAME, Voice

UNLIKE = 387_420_489  # 3 ** 18: no number of any length of digits comes out twice (it has no factor of 10)
PER_COPY = 64  # numbers that one copy may need

SURNAMES = (
    "王 wang,李 li,张 zhang,刘 liu,陈 chen,杨 yang,黄 huang,赵 zhao,吴 wu,周 zhou,徐 xu,孙 sun,"
    "马 ma,朱 zhu,胡 hu,郭 guo,何 he,林 lin,罗 luo,高 gao,梁 liang,宋 song,郑 zheng,谢 xie,"
    "韩 han,唐 tang,冯 feng,于 yu,董 dong,萧 xiao,程 cheng,曹 cao,袁 yuan,邓 deng,傅 fu,"
    "曾 zeng,彭 peng,吕 lv,苏 su,卢 lu,蒋 jiang,蔡 cai,贾 jia,丁 ding,魏 wei,薛 xue,叶 ye,"
    "阎 yan"
)  # fmt: skip
GIVEN = (
    "伟 wei,芳 fang,娜 na,敏 min,静 jing,丽 li,强 qiang,磊 lei,洋 yang,勇 yong,艳 yan,杰 jie,"
    "娟 juan,涛 tao,明 ming,超 chao,秀英 xiuying,晓梅 xiaomei,思远 siyuan,雨桐 yutong,"
    "子涵 zihan,欣怡 xinyi,浩然 haoran,诗琪 shiqi,宇轩 yuxuan,梓萱 zixuan,建国 jianguo,"
    "志强 zhiqiang,佳怡 jiayi,俊杰 junjie,嘉豪 jiahao,一诺 yinuo,婉清 wanqing,文博 wenbo,"
    "若兰 ruolan,海燕 haiyan"
)  # fmt: skip
FIRST = (
    "Emma,Daniel,Priya,Tom,Grace,Jonas,Oliver,Hannah,Lucas,Sofia,Noah,Amelia,Finn,Clara,Mateo,"
    "Ingrid,Hugo,Leonie,Marek,Ana,Pieter,Sinead,Tobias,Freya,Luca,Mathilde,Henrik,Zoe,Adam,"
    "Elena,Paul,Maja,Simon,Nadia,Oscar,Julia,Karl,Alice"
)  # fmt: skip
LAST = (
    "Clarke,Novak,Nair,Becker,Lee,Weber,Grant,Fischer,Moreau,Rossi,Jansen,Olsen,Murphy,"
    "Kowalski,Silva,Dubois,Hughes,Meyer,Larsen,Popescu,Walsh,Keller,Costa,Nilsson,Evans,Horvat,"
    "Schmidt,Bernard,Virtanen,Doyle,Peeters,Bauer,Marino,Reid,Lang"
)  # fmt: skip
HOUSES = {
    "zh-CN": ("youxiang", "xinxiang", "laoyouxiang", "qiye", "yidong"),
    "en": ("post", "mail", "inbox", "office", "letters"),
}
GOODS = {
    "zh-CN": (
        "青瓷茶杯 CUP-QC,白瓷盘 PLATE-W,玻璃水壶 KETTLE-G,羊毛衫 KNIT-L,亚麻衬衫 SHIRT-LIN,"
        "帆布包 BAG-CV,台灯 LAMP-01,竹砧板 BOARD-Z,保温杯 FLASK-05,香薰蜡烛 CANDLE-3,"
        "真丝围巾 SCARF-S,棉麻床单 SHEET-Q,陶土花盆 POT-T,铸铁锅 PAN-26,手工皂 SOAP-6,"
        "木质相框 FRAME-A4,收纳盒 BOX-M,蓝牙音箱 SPK-B2,瑜伽垫 MAT-Y,折叠伞 UMB-2"
    ),
    "en": (
        "Celadon teacup CUP-CL,White plate PLATE-W,Glass kettle KETTLE-G,Wool jumper KNIT-L,"
        "Linen shirt SHIRT-LIN,Canvas bag BAG-CV,Desk lamp LAMP-01,Bamboo board BOARD-Z,"
        "Steel flask FLASK-05,Scented candle CANDLE-3,Silk scarf SCARF-S,Bed sheet SHEET-Q,"
        "Clay pot POT-T,Iron pan PAN-26,Soap set SOAP-6,Photo frame FRAME-A4,Storage box BOX-M,"
        "Small speaker SPK-B2,Yoga mat MAT-Y,Folding umbrella UMB-2"
    ),
}  # fmt: skip


def _pairs(listed: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, other) for name, _, other in (each.rpartition(" ") for each in listed.split(",")))


_SURNAMES, _GIVEN = _pairs(SURNAMES), _pairs(GIVEN)
_FIRST, _LAST = FIRST.split(","), LAST.split(",")
_GOODS = {locale: _pairs(listed) for locale, listed in GOODS.items()}


@dataclass(frozen=True, slots=True)
class Copy:
    """The number of a copy, and the chance that belongs to it alone."""

    number: int
    chance: Random

    @classmethod
    def of(cls, seed: int, number: int) -> "Copy":
        return cls(number, Random(seed * 1_000_003 + number))  # noqa: S311  (nothing secret)

    def person(self, locale: str) -> tuple[str, str]:
        """Name and address; no two copies have the same address."""
        house = self.chance.choice(HOUSES[locale])
        if locale == "zh-CN":
            (surname, one), (given, two) = self.chance.choice(_SURNAMES), self.chance.choice(_GIVEN)
            return surname + given, f"{one}{two}{self.number}@{house}.example"
        first, last = self.chance.choice(_FIRST), self.chance.choice(_LAST)
        return f"{first} {last}", f"{first}.{last}{self.number}@{house}.example".lower()

    def goods(self, locale: str) -> tuple[str, str]:
        """Title and SKU."""
        return self.chance.choice(_GOODS[locale])

    def like(self, text: str, place: int) -> str:
        """A text of the same shape with digits of its own; `place` tells apart those of one copy.

        Eight digits are enough for any number of copies: a text that has fewer gets longer.
        """
        digits = sum(char.isascii() and char.isdigit() for char in text)
        if digits < 8:
            text, digits = text + "0" * (8 - digits), 8
        kept = max(0, digits - 9)  # a long number begins as the others do
        among = 10 ** (digits - kept)
        fresh = iter(str((self.number * PER_COPY + place) * UNLIKE % among).zfill(digits - kept))
        made, seen = [], 0
        for char in text:
            if char.isascii() and char.isdigit():
                seen += 1
                char = next(fresh) if seen > kept else char
            made.append(char)
        return "".join(made)

    def message_id(self, told: str, place: int) -> str:
        """A Message-ID at the same place, without <>."""
        return f"s{self.number}.{place}.{self.chance.getrandbits(32):08x}@{told.rpartition('@')[2]}"


def sentences(voice: Voice) -> dict[str, tuple[str, ...]]:
    """What may stand in place of each sentence of this voice."""
    told = set(voice.told.values())
    return {group[0]: group for group in SAME if group[0] in told}
