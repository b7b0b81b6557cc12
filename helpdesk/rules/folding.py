"""A buyer's words as they are compared: one line of words and signs, whatever was typed.

    "Ｂｏｘ箱子壓扁了，it's broken!"   ->   " box 箱 子 压 扁 了 , its broken . "

A word is a run of letters or figures, or one Han character: so both languages are searched alike, also where
one mail has both. "." ends a sentence, "," a clause; a line that is only wrapped ends nothing. Every step
keeps the length, so a place in the folded words leads back to a place in the text.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

LONGEST = 20_000  # characters that are looked at: what a buyer wants stands in front

# Traditional and simplified, in pairs: the characters that occur in what buyers say, not the whole script.
_TRADITIONAL = (
    "貨货單单發发訂订錢钱開开關关壞坏裝装東东買买賣卖這这個个們们來来還还沒没與与說说話话請请問问題题"
    "質质舊旧產产換换時时間间點点後后見见現现會会應应該该對对錯错雙双碼码號号寬宽緊紧鬆松長长顏颜紅红"
    "藍蓝綠绿黃黄顯显實实際际圖图樣样網网頁页購购費费運运輸输達达遞递籤签簽签認认絡络聯联繫系係系覺觉"
    "歡欢無无為为幾几兩两隻只隨随體体處处裡里裏里邊边檢检測测員员報报帳账賬账戶户銀银匯汇額额優优價价"
    "貴贵賤贱補补賠赔償偿損损傷伤縫缝斷断線线電电腦脑機机燈灯聲声響响鍵键螢荧熱热凍冻髒脏濕湿溼湿皺皱"
    "爛烂氣气態态誤误騙骗詐诈訴诉訟讼師师總总據据證证專专櫃柜檔档標标籌筹殘残遲迟進进過过選选遺遗郵邮"
    "鄰邻醫医釋释鈕钮鉤钩鏡镜鏈链鑰钥門门閃闪閉闭難难靈灵靜静預预領领頭头顆颗願愿類类風风飛飞飯饭餘余"
    "驗验驚惊魚鱼鳥鸟麗丽麼么齊齐齒齿龍龙歲岁歷历決决況况準准滿满漲涨獎奖獲获異异當当畫画盡尽監监確确"
    "禮礼種种稱称窩窝窮穷筆笔節节範范簡简糧粮約约級级紙纸純纯細细終终組组結结給给統统經经綁绑緒绪維维"
    "編编緣缘縮缩織织繼继續续罵骂習习聽听職职脫脱臉脸臨临舉举藥药蘋苹虧亏蟲虫術术衛卫襪袜褲裤規规視视"
    "親亲觀观訊讯記记許许設设試试詢询詳详語语調调談谈讓让負负責责貼贴賞赏輕轻輛辆轉转辦办農农適适鄉乡"
    "釘钉針针銷销鋪铺鐵铁陳陈陰阴隊队雜杂離离雲云頂顶項项順顺須须頻频顧顾飾饰養养馬马髮发鬧闹鹹咸黨党"
    "區区廠厂廢废庫库嚇吓嚴严圍围團团場场塊块壓压墊垫夠够學学寫写將将層层屬属屜屉帶带幫帮幹干廣广彈弹"
    "徑径從从復复恆恒悶闷惡恶愛爱慮虑慘惨慣惯憑凭戲戏戰战掃扫掛挂採采擇择擊击擋挡擔担擠挤攝摄敗败數数"
    "於于昇升晉晋暫暂書书條条極极構构槍枪樂乐樓楼權权歐欧殼壳毀毁氫氢漿浆澀涩淺浅溫温滯滞潔洁灑洒爐炉"
    "爭争牆墙狀状獨独瑣琐療疗瞭了禍祸穩稳積积籃篮紀纪紗纱緩缓聞闻腳脚膠胶臺台艙舱蓋盖薦荐虛虚衝冲複复"
    "襯衬評评誇夸謝谢識识議议護护譜谱變变豐丰貓猫貝贝賴赖贈赠贊赞趕赶蹟迹軟软辭辞連连遊游遠远邏逻醜丑"
)


def _same_length() -> dict[int, str]:
    """Every character that is another one by compatibility (NFKC), where both take one place."""
    ranges = ((0x2F00, 0x2FD6), (0xF900, 0xFAFF), (0xFF01, 0xFFEF), (0x1D400, 0x1D800), (0x2460, 0x2474))
    found = {
        code: unicodedata.normalize("NFKC", chr(code)) for low, high in ranges for code in range(low, high)
    }
    table = {code: plain for code, plain in found.items() if len(plain) == 1}
    table.update(dict(zip(map(ord, _TRADITIONAL[::2]), _TRADITIONAL[1::2], strict=True)))
    table.update({ord(each): "'" for each in "’‘＇`´ʼ"})
    table.update({ord(each): " " for each in "\u3000\u00a0\u200b\ufeff\u00ad"})
    table.update({ord("。"): ".", ord("、"): ",", ord("İ"): "i", ord("￥"): "¥", ord("％"): "%"})
    return table


_TABLE = _same_length()
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_WORD = rf"[^\W_{_HAN}]"
_TOKEN = re.compile(rf"[{_HAN}]|[0-9]+(?:[.,][0-9]+)*|{_WORD}+(?:'{_WORD}+)*|[,:()]|[.!?;…~]+|\n[ \t\r]*\n")
_SIGNS = str.maketrans({":": ",", "(": ",", ")": ",", "!": ".", "?": ".", ";": ".", "…": ".", "~": "."})


@dataclass(frozen=True)
class Folded:
    """Words of a text for searching."""

    text: str  # as written, cut at LONGEST
    tokens: tuple[str, ...]  # the last one is a "." that ends the text, written or not

    @cached_property
    def line(self) -> str:
        return f" {' '.join(self.tokens)} "

    @cached_property
    def at(self) -> dict[str, list[int]]:
        """At which places each word stands."""
        found: dict[str, list[int]] = {}
        for index, token in enumerate(self.tokens):
            found.setdefault(token, []).append(index)
        return found

    @cached_property
    def keys(self) -> set[object]:
        """Every word, and every pair of neighbours: what a phrase can be looked up by."""
        return {*self.tokens, *pairwise(self.tokens)}

    @cached_property
    def places(self) -> list[tuple[int, int]]:
        """Where each word stands in the text: only asked for when something was found."""
        end = len(self.text)
        return [*(match.span() for match in _TOKEN.finditer(_plain(self.text))), (end, end)]


def fold(text: str) -> Folded:
    cut = text[:LONGEST]
    return Folded(text=cut, tokens=(*map(_token, _TOKEN.findall(_plain(cut))), "."))


def plain(text: str) -> str:
    """The same text in lower case, full-width as ASCII, traditional as simplified; of the same length."""
    return _plain(text)


def _plain(text: str) -> str:
    return text.translate(_TABLE).lower()


def _token(found: str) -> str:
    """A sign as "," or ".", a word without its apostrophes."""
    if found[0].isalnum():
        return found.replace("'", "") if "'" in found else found
    return "." if found[0] == "\n" else found[0].translate(_SIGNS)
