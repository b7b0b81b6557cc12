"""Forwards as mail programs write them: subject, text, and who wrote the mail that was passed on."""

from mail.types import Address

LI = Address(email="li@buyer.example", name="李梅")
BOB = Address(email="bob@buyer.example", name="Bob Stone")
WORDS_ZH = "您好，杯子到的时候碎了。\n我想退款。"
WORDS_EN = "Hello,\n\nthe mug arrived broken. I want my money back."

GMAIL_EN = f"""Please take this one.

---------- Forwarded message ---------
From: Bob Stone <bob@buyer.example>
Date: Thu, Mar 5, 2026 at 9:14 PM
Subject: Broken mug
To: Ann <ann@shop.example>


{WORDS_EN}
"""
GMAIL_ZH = f"""请处理。

---------- Forwarded message ---------
发件人： 李梅 <li@buyer.example>
Date: 2026年3月5日周四 21:14
Subject: 杯子碎了
To: Ann <ann@shop.example>


{WORDS_ZH}
"""
GMAIL_WRAPPED = f"""---------- Forwarded message ---------
From: Bob Stone
<bob@buyer.example>
Date: Thu, Mar 5, 2026 at 9:14 PM
Subject: Broken mug
To: Ann <ann@shop.example>, Somebody Whose Name Is Long
<somebody@shop.example>


{WORDS_EN}
"""
OUTLOOK_EN = f"""Please take this one.

-----Original Message-----
From: Bob Stone <bob@buyer.example>
Sent: Thursday, March 5, 2026 9:14 PM
To: Ann <ann@shop.example>
Cc: Bo <bo@shop.example>
Subject: Broken mug

{WORDS_EN}
"""
OUTLOOK_WEB = f"""Please take this one.

________________________________
From: Bob Stone <bob@buyer.example<mailto:bob@buyer.example>>
Sent: Thursday, March 5, 2026 9:14 PM
To: Ann <ann@shop.example>
Subject: Broken mug

{WORDS_EN}
"""
OUTLOOK_ZH = f"""请处理。

-----邮件原件-----
发件人: 李梅 [mailto:li@buyer.example]
发送时间: 2026年3月5日 21:14
收件人: Ann
抄送: Bo
主题: 杯子碎了

{WORDS_ZH}
"""
OUTLOOK_TW = f"""請處理。

________________________________
寄件者: 李梅 <li@buyer.example>
寄件日期: 2026年3月5日 下午 09:14
收件者: Ann <ann@shop.example>
主旨: 杯子碎了

{WORDS_ZH}
"""
APPLE_EN = """Please take this one.

> Begin forwarded message:
>
> From: Bob Stone <bob@buyer.example>
> Subject: Broken mug
> Date: March 5, 2026 at 21:14:25 GMT+1
> To: Ann <ann@shop.example>
> Reply-To: Bob Stone <bob@buyer.example>
>
> Hello,
>
> the mug arrived broken. I want my money back.
"""
APPLE_ZH = """请处理。

发自我的 iPhone

开始转发的邮件：

> 发件人: 李梅 <li@buyer.example>
> 日期: 2026年3月5日 GMT+8 21:14:25
> 收件人: Ann <ann@shop.example>
> 主题: 杯子碎了
>
> 您好，杯子到的时候碎了。
> 我想退款。
"""
QQ_ZH = f"""请处理。


------------------\xa0原始邮件\xa0------------------
发件人: "李梅"<li@buyer.example>;
发送时间: 2026年3月5日(星期四) 晚上9:14
收件人: "Ann"<ann@shop.example>;
抄送: "Bo"<bo@shop.example>;

主题: 杯子碎了



{WORDS_ZH}
"""
QQ_MARKED = QQ_ZH.replace("原始邮件", "转发邮件")
QQ_EN = f"""Please take this one.

------------------ Original ------------------
From:  "Bob Stone";<bob@buyer.example>;
Date:  Thu, Mar 5, 2026 09:14 PM
To:  "Ann"<ann@shop.example>;

Subject:  Broken mug


{WORDS_EN}
"""
NETEASE = f"""请处理。



-------- 转发邮件信息 --------
发件人："李梅" <li@buyer.example>
发送日期：2026-03-05 21:14:46
收件人：ann@shop.example
抄送人：bo@shop.example
主题：杯子碎了
{WORDS_ZH}
"""
MAIL_MASTER = f"""请处理。

---- 转发的邮件 ----
| 发件人 | 李梅<li@buyer.example> |
| 发送日期 | 2026年03月05日 21:14 |
| 收件人 | Ann<ann@shop.example> |
| 主题 | 杯子碎了 |

{WORDS_ZH}
"""
FOXMAIL = f"""请处理。


ann@shop.example
\x20
发件人： 李梅 <li@buyer.example>
发送时间： 2026-03-05 21:14
收件人： Ann
抄送： Bo
主题： 杯子碎了

{WORDS_ZH}
"""
FOXMAIL_EN = f"""Please take this one.

From: Bob Stone <bob@buyer.example>
Date: 2026-03-05 21:14
To: Ann
CC: Bo
Subject: Broken mug

{WORDS_EN}
"""
THUNDERBIRD = f"""Please take this one.


-------- Forwarded Message --------
Subject: \tBroken mug
Date: \tThu, 5 Mar 2026 21:14:25 +0100
From: \tBob Stone <bob@buyer.example>
To: \tAnn <ann@shop.example>


{WORDS_EN}
"""
FEISHU = f"""请处理。

--------- 转发消息 ---------
发件人: 李梅 <li@buyer.example>
时间: 2026年3月5日 21:14
主题: 杯子碎了
收件人: Ann <ann@shop.example>

{WORDS_ZH}
"""
SAMPLES = {
    "gmail": ("Fwd: Broken mug", GMAIL_EN, BOB),
    "gmail, wrapped lines": ("Fwd: Broken mug", GMAIL_WRAPPED, BOB),
    "gmail zh": ("Fwd: 杯子碎了", GMAIL_ZH, LI),
    "outlook": ("FW: Broken mug", OUTLOOK_EN, BOB),
    "outlook on the web": ("Fw: Broken mug", OUTLOOK_WEB, BOB),
    "outlook zh": ("转发: 杯子碎了", OUTLOOK_ZH, LI),
    "outlook tw": ("轉寄: 杯子碎了", OUTLOOK_TW, LI),
    "apple": ("Fwd: Broken mug", APPLE_EN, BOB),
    "apple zh": ("转发：杯子碎了", APPLE_ZH, LI),
    "qq zh": ("转发：杯子碎了", QQ_ZH, LI),
    "qq zh, marked": ("转发：杯子碎了", QQ_MARKED, LI),
    "qq en": ("Fw:Broken mug", QQ_EN, BOB),
    "netease": ("转发：杯子碎了", NETEASE, LI),
    "mail master": ("转发：杯子碎了", MAIL_MASTER, LI),
    "foxmail zh": ("转发: 杯子碎了", FOXMAIL, LI),
    "foxmail en": ("Fw: Broken mug", FOXMAIL_EN, BOB),
    "thunderbird": ("Fwd: Broken mug", THUNDERBIRD, BOB),
    "feishu": ("转发：杯子碎了", FEISHU, LI),
}
