"""Is this nothing but thanks? Then a solved ticket stays solved. One word more, and it does not."""

import unicodedata

LONGEST = 300  # characters: thanks are short

# One of these is needed. The others ask for nothing and agree to nothing, so they may stand beside it.
_THANKS = (
    "thank you so very much", "thank you so much", "thank you very much", "thanks so much",
    "thanks very much", "thanks a million", "thanks a bunch", "thanks a lot", "many thanks",
    "much appreciated", "appreciate it", "appreciated", "thank you", "thank u", "thanks", "thanx", "thx",
    "tysm", "ty", "cheers", "非常感谢", "十分感谢", "万分感谢", "感谢", "感恩", "多谢", "谢谢", "谢啦",
    "谢了", "谢过", "谢", "非常感謝", "十分感謝", "感謝", "多謝", "謝謝", "謝啦",
)  # fmt: skip
# That money has come ends a matter as well as thanks for it.
_ARRIVED = (
    "the money is on my account", "the money is in my account", "the money is on my account now",
    "the money is in my account now", "the money is here", "the money is here now", "the money has arrived",
    "the money arrived", "the refund has arrived", "the refund arrived", "the refund is here",
    "i have received the money", "i have received the refund", "i received the money",
    "i received the refund", "i got the money", "i got the refund", "money received", "refund received",
    "退款已经到账", "退款已到账", "退款到账了", "退款收到了", "退款已经收到了", "退款已收到",
    "退款到了", "钱已经到账", "钱已到账", "钱到账了", "钱收到了", "钱到了", "款已到账", "款到账了",
    "款收到了", "已经到账", "已到账", "到账了",
)  # fmt: skip
_POLITE = (
    "for your quick reply", "for the quick reply", "for your prompt reply", "for your fast reply",
    "for your reply", "for your help", "for the help", "for your support", "for your assistance",
    "for your time", "for everything", "for helping me", "for helping", "for letting me know",
    "for the update", "for the refund", "for the information", "for the info", "have a nice day",
    "have a great day", "have a good day", "have a nice weekend", "best wishes", "best regards",
    "kind regards", "warm regards", "all the best", "all good now", "all good", "all is well", "got it",
    "well received", "i received it", "received it", "received", "i really", "i", "really", "noted",
    "understood", "will do", "you are the best", "you", "guys", "team", "dear", "hello", "hi", "hey", "okay",
    "okey", "ok", "k", "great", "perfect", "excellent", "awesome", "wonderful", "lovely", "good", "super",
    "so much", "very much", "a lot", "again", "and", "once more", "regards", "best", "bye", "sir", "madam",
    "sir or madam", "support", "customer service", "service", "all", "已经收到了", "已经收到", "已收到了",
    "已收到", "收到了", "收到", "已阅", "知道了", "知道", "明白了", "明白", "了解了", "了解", "好的", "好滴",
    "好哒", "好嘞", "好", "嗯嗯", "嗯", "哦", "噢", "辛苦了", "辛苦您了", "辛苦你了", "辛苦", "麻烦您了",
    "麻烦你了", "麻烦了", "您的帮助", "你的帮助", "你们的帮助", "您的回复", "你的回复", "你们的回复",
    "您的支持", "你们的支持", "你们", "您们", "您", "你", "亲", "客服", "祝好", "祝您生活愉快", "祝生活愉快",
    "再见", "哈哈", "哈", "啦", "了", "呀", "啊", "哟", "喔", "的", "已經收到", "辛苦您", "知道了喔",
    "您的協助", "你們的協助", "感激", "老板", "太", "很",
)  # fmt: skip
_DEVICE_LINES = (
    "sent from my", "sent from outlook", "sent from mail for", "sent from yahoo", "get outlook for",
    "发自我的", "发送自", "來自我的", "從我的", "从我的", "发自",
)  # fmt: skip
_WORDS = tuple(sorted((*_THANKS, *_POLITE, *_ARRIVED), key=len, reverse=True))
_FIRST = {each: tuple(word for word in _WORDS if word[0] == each) for each in {word[0] for word in _WORDS}}


def says_only_thanks(words: str, *, files: int) -> bool:
    """`words` are the new ones, without the quote. A question mark, a figure or a file says more."""
    if files or len(words) > LONGEST or "?" in words or "？" in words:
        return False
    kept = [line for line in words.splitlines() if not line.strip().lower().startswith(_DEVICE_LINES)]
    text = _plain("\n".join(kept))
    position, thanked = 0, False
    while position < len(text):
        if text[position] == " ":
            position += 1
            continue
        word = next((each for each in _FIRST.get(text[position], ()) if _stands(text, each, position)), "")
        if not word:
            return False
        thanked = thanked or word in _THANKS
        position += len(word)
    return thanked


def _plain(text: str) -> str:
    """Lower case, and one blank for each run of what is neither letter nor figure."""
    folded = unicodedata.normalize("NFKC", text).lower().replace("'", "")
    return " ".join("".join(each if each.isalnum() else " " for each in folded).split())


def _stands(text: str, word: str, position: int) -> bool:
    """Whether the word stands here, and an English one as a whole."""
    if not text.startswith(word, position):
        return False
    end = position + len(word)
    return not word[-1].isascii() or end == len(text) or not text[end].isascii() or text[end] == " "
