"""How mail programs of each language introduce what they quote. Lower case; blanks and dots out of labels.

One row per language: the rules in `quoting` are the same for all of them.
"""

import re

# Core of `----- Original Message -----`.
ORIGINAL = frozenset((
    "原始邮件", "邮件原件", "原邮件", "回复的原邮件", "回复的邮件", "回复邮件", "原始信息", "原信息",
    "原始郵件", "郵件原件", "原郵件", "回覆的原郵件", "原始訊息", "original", "original message",
    "original email", "original mail",
    "original messages", "mail original", "邮件原文", "replied message", "reply message", "元のメッセージ",
    "オリジナルメッセージ", "元のメール", "original message follows", "원본 메시지", "원본 메일",
    "원본메일", "ursprüngliche nachricht", "ursprüngliche mail", "original-nachricht", "originalnachricht",
    "message d'origine", "message original", "message d’origine", "mensaje original", "messaggio originale",
    "mensagem original", "oorspronkelijk bericht", "исходное сообщение", "исходное письмо",
    "oprindelig meddelelse", "oprindelig besked", "originalmeddelande",
    "ursprungligt meddelande", "opprinnelig melding", "alkuperäinen viesti", "oryginalna wiadomość",
    "wiadomość oryginalna", "původní zpráva", "původní e-mail", "orijinal mesaj", "özgün ileti",
    "оригінальне повідомлення", "вихідне повідомлення", "urspr. nachricht",
    "исходное сообщение от", "αρχικό μήνυμα", "mesaj original", "eredeti üzenet",
))  # fmt: skip
# The line that other desks ask to answer above.
REPLY_ABOVE = re.compile(
    r"(?:type your )?reply above this line|请在此行(?:上方|以上)回复|請在此行(?:上方|以上)回覆"
)
# Programs that add their own name to it.
ORIGINAL_BY = ("original message processed by", "ursprüngliche nachricht processed by")

# Core of `---------- Forwarded message ---------`.
FORWARDED = frozenset((
    "转发邮件", "转发的邮件", "转发消息", "转发邮件信息", "转发的邮件信息", "以下是转发的邮件",
    "开始转发的邮件", "轉寄郵件", "轉寄", "轉寄的郵件", "轉寄訊息", "轉發郵件", "開始轉寄郵件",
    "以下是轉寄的郵件", "forwarded message", "forwarded mail", "forwarded email", "begin forwarded message",
    "forwarded by", "forwarding messages",
    "original message (forwarded)", "転送メッセージ", "転送されたメッセージ",
    "전달된 메시지", "전달된 메일", "weitergeleitete nachricht", "anfang der weitergeleiteten nachricht",
    "message transféré", "début du message transféré", "mensaje reenviado", "inicio del mensaje reenviado",
    "messaggio inoltrato", "inizio messaggio inoltrato", "mensagem encaminhada", "mensagem reencaminhada",
    "doorgestuurd bericht", "begin doorgestuurd bericht", "пересылаемое сообщение",
    "перенаправленное сообщение", "转发的消息", "videresendt meddelelse", "videresendt besked",
    "vidarebefordrat meddelande", "vidarebefordrat brev", "videresendt melding", "välitetty viesti",
    "wiadomość przekazana dalej", "przekazana wiadomość", "forwardowana wiadomość",
    "přeposlaná zpráva", "iletilen mesaj", "yönlendirilen mesaj", "переслане повідомлення",
    "προωθημένο μήνυμα", "továbbított üzenet",
))  # fmt: skip

# Notes, behind dashes: `----- Forwarded by Anna/Example on 03/05/2024 09:12 AM -----`
FORWARDED_BY = re.compile(r"[ \t>]{0,9}-{2,} ?forwarded by .{1,80} on .{0,20}\d", re.I)

_LABEL_ROWS = {
    "from": (
        "发件人", "寄件人", "发信人", "寄件者", "发送者", "from", "von", "de", "da", "van", "от",
        "отправитель", "差出人", "送信者", "보낸사람", "보낸이", "发自",
        "fra", "från", "lähettäjä", "od", "kimden", "від", "από", "feladó", "откого",
    ),
    "date": (
        "发送时间", "发送日期", "发件时间", "日期", "时间", "發送日期", "寄件日期", "日期時間", "傳送時間",
        "寄送日期", "已发送", "已傳送", "傳送日期", "sendtime",
        "date", "sent", "senttime", "senton", "datum", "gesendet", "gesendetam", "envoyé",
        "envoyéle", "fecha", "enviado", "enviadoel", "enviadoem", "enviadael", "enviada", "enviadaem",
        "data", "inviato", "verzonden", "verzondenop", "дата", "отправлено", "送信日時", "日時", "日付",
        "送信日", "보낸날짜", "날짜", "寄件時間",
        "dato", "sendt", "skickat", "lähetetty", "päiväys", "pvm", "wysłano", "wysłane", "odesláno",
        "tarih", "gönderilme", "gönderildi", "надіслано", "ημερομηνία", "elküldve", "dátum", "时间日期",
    ),
    "to": (
        "收件人", "收信人", "收件者", "to", "an", "à", "a", "para", "per", "aan", "кому", "宛先",
        "받는사람", "받는이",
        "til", "till", "vastaanottaja", "do", "komu", "kime", "προς", "címzett",
    ),
    "subject": (
        "主题", "主旨", "主題", "标题", "邮件主题", "subject", "betreff", "objet", "asunto", "oggetto",
        "assunto", "onderwerp", "тема", "件名", "제목",
        "emne", "ämne", "aihe", "temat", "předmět", "konu", "θέμα", "tárgy",
    ),
    "cc": ("抄送", "副本", "cc", "kopie", "copie", "copia", "копия", "참조", "kopi", "dw"),
    # What stands on a parcel and in no mail's header.
    "courier": (
        "单号", "快递单号", "运单号", "物流单号", "快递", "物流", "快递公司", "电话", "手机", "联系电话",
        "地址", "收货地址", "邮编", "订单号", "單號", "電話", "手機", "地址電話", "訂單編號", "phone",
        "mobile", "address", "tracking", "trackingnumber", "trackingno", "waybill", "order", "orderno",
        "ordernumber", "carrier",
    ),
}  # fmt: skip
LABELS = {label: kind for kind, labels in _LABEL_ROWS.items() for label in labels}

# Last words of an attribution line.
WROTE = (
    "写道：", "写道:", "寫道：", "寫道:", "写道", "寫道", "编写：", "wrote:", "wrote：", "writes:",
    "<wrote>:", "wrote --", "schrieb:", "geschrieben:", "a écrit :", "a écrit:", "a écrit\u202f:",
    "escribió:", "ha escrito:", "ha scritto:", "ha scritto", "escreveu:", "schreef:", "geschreven:",
    "пишет:", "написал:", "написала:", "написал(а):", "のメール:", "のメール：", "wrote、",
    "さんは書きました:", "書きました：", "書きました:", "作成：", "님이 작성:", "님이 작성한 글:", "작성:",
    "<bianxie>", "skrev:", "skrev：", "skreiv:", "kirjoitti:", "napisał:", "napisała:", "napisał(a):",
    "napisał/a:", "pisze:", "napsal:", "napsal(a):", "napsala:", "şunu yazdı:", "yazdı:", "пише:", "написав:",
    "έγραψε:", "írta:", "a scris:",
)  # fmt: skip

# Verbs that stand before the date, in a line that ends in a colon.
WROTE_BEFORE_DATE = (
    "schrieb", "schreef", "napisał", "napisał(a)", "napsal(a)", "пишет", "написал", "wrote", "skrev",
    "от", "kirjoitti", "a écrit", "escribió", "escreveu", "ha scritto",
)  # fmt: skip

# First words of an attribution line.
ATTRIBUTION_OPENERS = (
    "在", "于", "at ", "on ", "am ", "le ", "el ", "il ", "em ", "op ", "il giorno", "dia ", "den ", "в ",
    "от ", "vào ", "quoting ", "dnia ", "w dniu ", "dne ", "ons ", "man ", "tir ", "tor ", "fre ", "lör ",
    "lør ",
    "sön ", "søn ", "mån ", "tis ", "tors ",
)  # fmt: skip

# First words of a line without a date that names somebody.
INTRODUCTIONS = ("quoting ", "zitat von ", "citando ", "citation de ", "цитирую ")

# First words of the second line of a wrapped attribution: what it belongs to stands above.
ATTRIBUTION_CONTINUES = (
    "于",
    "於",
    "wrote",
    "写道",
    "寫道",
    "<",
    "schrieb",
    "escribió",
    "a écrit",
    "ha scritto",
    "escreveu",
)

# `---- a@x编写 ----` of Android mail programs.
EDITED = ("编写", "編寫", "wrote", "写道", "寫道")
