"""What mail servers say in delivery reports. Lower case, blanks single; matched anywhere in the diagnosis."""

# Status codes that mean: this address is gone (RFC 3463). Not every 5.x.x does.
GONE_STATUS = frozenset(("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"))

# Codes that speak of something else than the address, whatever the words beside them: its mailbox (5.2), the
# message (5.6), policy (5.7), or the sender (5.1.7, 5.1.8).
OTHER_STATUS = ("5.2.", "5.6.", "5.7.", "5.1.7", "5.1.8")

# The domain takes no mail at all (RFC 7505), or is not in the DNS. The code may be any: our side found out.
NO_SUCH_HOST = (
    "host unknown", "unknown host", "host not found", "unrouteable mail domain", "no such domain",
    "does not accept mail", "null mx", "no mx record found", "no mail exchanger", "find a mail exchanger",
    "couldn't find any host named", "name or service not known", "domain not found", "nxdomain",
    "didn't find any valid mx", "indicated no smtp service", "domain is not reachable",
    "could not deliver mail to the domain", "unknown domain", "unresolvable domain", "illegal host/domain",
    "account or domain may not exist", "domain does not exist", "no dns information was found", "域名不存在",
    "找不到收件人的域名", "host or domain name not found", "domain must exist",
    "mentioned in email address is unknown", "no such host", "domain name not found", "invalid domain",
    "mail domain does not exist", "nullmx", "domaine inconnu", "域名错误", "找不到域名", "無此網域",
)  # fmt: skip

# The same words about somebody else, or about a name server that did not answer.
NOT_THE_RECIPIENTS_HOST = (
    "not found, try again", "temporary", "deferred",
    "sender address", "sender domain", "domain of sender", "sender verify", "mail from", "helo", "ehlo",
    "reverse dns", "rdns", "ptr record",
)  # fmt: skip

# Names of a verdict, not prose. "Access denied" is how Exchange Online says that a recipient is unknown.
PLAINLY_GONE = (
    "resolver.adr.recip", "recipientnotfound", "recipient address rejected: access denied",
)  # fmt: skip

# The account itself is said not to exist: believed at any point of the conversation.
NO_ACCOUNT = (
    "doesn't have a", "does not have an account", "no longer valid", "no longer available",
    "no longer in use", "no longer exists", "no longer on server", "has moved", "recipient no longer",
    "this address no longer accepts mail", "account that you tried to reach does not exist",
    "not our customer", "no account by that name", "收件人不存在", "用户不存在", "邮箱不存在", "地址不存在",
    "帐号不存在", "账号不存在", "账户不存在", "查无此人", "找不到收件", "收件人地址有误", "无此用户",
    "無此用戶", "使用者不存在", "用户未开通", "收件人邮件地址（", "收件人邮箱地址不存在", "该用户不存在",
    "帳號不存在", "信箱不存在", "has been replaced by", "account has been closed", "account closed",
    "account has been deleted", "account was deleted", "mailbox has been deleted", "no longer with",
    "has left the company", "non-existent account", "no longer works", "no longer employed",
    "no longer a valid",
    "is not our customer", "账号已注销", "帐号已注销", "已注销", "已離職", "已离职",
)  # fmt: skip

GONE = (
    "user unknown", "unknown user", "no such user", "no such mailbox", "no such recipient",
    "no such account", "no such address", "no such person", "user not found", "unknown recipient",
    "recipient unknown", "unknown address", "address unknown", "address not found", "recipient not found",
    "mailbox not found", "account not found", "user doesn't exist", "does not exist", "doesn't exist",
    "not exist", "no mailbox here", "invalid recipient", "invalid mailbox", "invalid user",
    "not a valid mailbox", "not a known user", "not a valid user", "not known at this site",
    "unknown mailbox", "unknown account", "bad destination mailbox address", "unrouteable address",
    "unroutable address", "unknown email address", "not listed in domino directory",
    "not listed in public name", "unknown local part", "nonexistent user", "unknown local-part",
    "mailbox name not allowed", "user is unknown", "no user by that name", "no such local user",
    "isn't in a list", "not in our directory", "non-existent user", "no such id",
    "address rejected: unknown", "unknown or illegal alias", "user not known", "user is not found",
    "no valid recipients", "not a local address", "is not local", "there is no one at this address",
    "archived recipient", "invalid final delivery userid", "invalid address", "is not an active address",
    "no mailbox by that name", "no mailbox found", "unavailable mail user", "cannot find your addressee",
    "email name is not found", "recipient address rejected: invalid", "not a registered user",
    "addressee unknown", "unknown e-mail address", "name is not recognized", "nosuchuser",
    "does not have a final email delivery point", "adresse inconnue", "utilisateur inconnu",
    "destinataire inconnu", "destinataire invalide", "empfänger unbekannt", "usuario desconocido",
    "no existe", "существует", "存在しません", "見つかりませんでした", "宛先不明", "not a valid recipient",
    "address invalid", "not present in directory", "not found in directory", "mailbox not present",
    "badrcptto", "validrcptto", "invalid rcptto", "recipient has been denied", "missing home directory",
    "no mail box available", "no mailbox available", "account unavailable", "bad recipient", "bad address",
    "requested action not taken: mailbox unavailable", "no such alias", "unknown virtual user",
    "not found in the", "not our user", "is not a user", "no user with that", "not one of our users",
    "no inbox", "unknown to this", "not recognized here", "name not found", "does not have an email",
    "nessun utente", "utente sconosciuto", "no existe el usuario", "usuário desconhecido", "não existe",
    "onbekende gebruiker", "existiert nicht", "unbekannter empfänger", "okänd användare",
    "пользователь не найден", "нет такого", "該当するユーザ", "ユーザが存在",
)  # fmt: skip

FULL = (
    "mailbox full", "mailbox is full", "mailbox was full", "over quota", "overquota", "quota exceeded",
    "exceeded quota", "exceeds allowed message count", "exceeded storage", "insufficient storage",
    "insufficient system storage", "insufficient disk", "not enough space", "not enough storage",
    "not enough disk", "out of storage", "disk quota", "storage quota", "quota violation", "is full",
    "exceeded its quota", "exceeded the space", "over the maximum allowed", "mailbox size", "容量不足",
    "空间不足", "已满", "邮箱满", "信箱已滿", "一杯", "full mailbox", "too much mail data",
    "space has been used up", "exceeding their quota", "exceeding its", "over the allowed quota",
    "disc quota", "would exceed", "storage allocation", "disk space limit", "pleine", "out of quota",
    "lleno", "ist voll", "casella piena", "переполнен", "mailbox usage", "too many messages", "quota limit",
    "容量已用完", "邮箱容量", "超出容量",
)  # fmt: skip

# The account is there, and locked: it may be opened again.
DISABLED = (
    "account is disabled", "account disabled", "user disabled", "mailbox disabled", "is disabled",
    "has been disabled", "account is inactive", "account inactive", "mailbox is inactive",
    "user is inactive", "suspended", "suspension", "account is locked", "account locked", "mailbox locked",
    "is restricted", "is currently not permitted", "temporarily disabled", "被禁用", "已停用", "被停用",
    "已冻结", "被冻结", "被锁定", "已锁定", "受限", "deactivated", "suspend the service", "not active",
    "is blocked by admin", "account has been blocked", "temporarily inactive", "on vacation hold", "frozen",
    "未激活", "已禁用", "停用",
)  # fmt: skip

# Unknown to a filter: in answer to DATA the recipient had been taken, in answer to MAIL FROM it is about us.
NOT_AT_RCPT = (
    "end of data command", "smtp command data", "after end of data", "in reply to end of data", "final dot",
    "after mail from", "in reply to mail from", "in reply to data", "smtp:data", "after data",
)  # fmt: skip

# The recipient was what was refused.
AT_RCPT = (
    "rcpt", "not like recipient", "recipient address rejected", "rejected recipient",
    "rejected the recipient", "has rejected address",
)  # fmt: skip

# A provider turns us away for rate, content or reputation. QQ, NetEase (DT:, MI:, HL:, RP: are its tags),
# Alibaba, Google, Microsoft, Yahoo and RFC 6647.
LIMITS = (
    "frequency limited", "content denied", "content rejected", "access denied", "connection denied",
    "rate limit", "throttl", "too many", "at a rate", "greylist", "graylist", "daily limit", "daily quota",
    "daily sending", "daily message", "sending limit", "sending quota", "exceeded the maximum number",
    "unsolicited", "suspected spam", "spam", "junk", "blacklist", "block list", "blocklist", "blocked",
    "spamhaus", "rbl", "dnsbl", "reputation", "dt:spm", "mi:dmc", "mi:sfq", "mi:stc", "mi:ccl", "hl:ifc",
    "hl:itc", "hl:icc", "hl:ihu", "rp:drc", "rp:qrc", "rp:cel", "rp:trc", "频率", "垃圾", "过于频繁",
    "黑名单", "稍后", "系统繁忙", "太频繁", "每日", "banned", "is listed", "has been listed", "client host",
    "poor reputation", "bad reputation", "abuse", "rate exceeded", "message rate", "hourly limit",
    "too fast", "slow down", "resources restricted", "too frequent", "过多",
)  # fmt: skip

# Of LIMITS, words that also stand in names and web addresses of a plain refusal: "abuse@", "see rbl help".
ONE_WORD_LIMITS = frozenset(("abuse", "spam", "junk", "blocked", "banned", "is listed", "rbl"))

# The address may be well: the trouble is its space, size, policy, the line or the moment.
STAYS = (
    *FULL, *DISABLED, "retry time", "too old", "expired", "in queue too long", "connection refused",
    "connection reset", "connection timed out", "remote protocol error", "can not connect", "virus", "dmarc",
    "spf ", "dkim", "unauthenticated", "not authenticated", "too large", "too big", "message size",
    "size limit", "maximum size", "hop count", "mail loop", "prohibited", "content reject", "ptr record",
    "reverse dns", "rdns", "local configuration error", "could not create", "couldn't create", "拒收",
    "超时", "网络不给力", "无法连接", "domain of sender", "sender address", "sender domain", "sender verify",
    "大小超过", "rejected by recipient", "refused by recipient", "user reject", "message filtered",
    "recipient preferences", "not authorized", "not permitted", "not allowed to send", "not allowed to post",
    "members-only", "non-member", "may not have permission", "you do not have permission",
    "no route to host", "network is unreachable", "broken pipe", "lost connection", "connection lost",
    "unable to connect", "could not connect", "cannot connect", "connection closed", "system error",
    "out of memory", "internal error", "i/o error", "loops back", "infected", "executable",
    "configuration error", "sender rejected", "not accepted from", "message refused",
    "mail is rejected by",
)  # fmt: skip

# Words that leave the address its chance unless the reply says plainly that it is gone.
HINTS = (
    "try again", "try later", "temporar", "deferred", "timed out", "timeout", "time out", "relay", "policy",
    "authentication", "not accepting", "inactive",
)  # fmt: skip

DELAYED = (
    "warning: could not send", "will keep trying", "will continue to try", "will be retried", "will retry",
    "still being retried", "delayed mail", "(delay)", "delivery delayed", "do not need to resend", "延迟",
    "this is a warning message only", "this is only a warning", "delivery status notification (delay",
    "message is delayed", "incomplete", "delivery attempts will continue", "has been postponed",
    "just a warning", "not yet been delivered", "仍在尝试", "继续尝试",
)  # fmt: skip

# A line with one of these ends the report's own words: what follows is the returned message.
RETURNED = (
    "below this line is a copy", "below is a copy of", "this is a copy of", "original message follows",
    "message headers follow", "message header follow", "returned mail follows", "returned message follows",
    "message text follows", "undelivered message follow", "your original message:",
    "the header of the original", "first lines of the message", "原邮件内容", "original message details",
    "original message headers", "lines of your original message", "original mail as follows",
    "original message below this line", "included is a copy of",
)  # fmt: skip
# The same, when the line begins like a ruler.
RETURNED_RULED = (
    "unsent message", "returned message", "original message", "original mail", "original-message",
    "included message", "copy of your message", "copy of the message", "message copy", "message follows",
    "headers follow", "returned mail -",
)  # fmt: skip

# A line that says that addresses follow.
HEADS_RECIPIENTS = (
    "following recipient", "following address", "these recipients", "failed recipients",
    "recipients or groups", "recipient(s)", "address(es)", "not delivered to", "the following destination",
    "delivery of email to this address", "宛先", "pas pu etre delivre a",
)  # fmt: skip

NAMES_RECIPIENT = (
    "无法发送到", "收件人", "rcpt to", "recipient", "user unknown", "no such user", "unknown user",
    "mailbox", "failed", "unable to deliver", "could not be delivered", "cannot be delivered",
    "not delivered", "undeliverable", "your mail to", "your message to", "mail to", "message to",
    "delivery to", "deliver to", "does not exist", ">:", ">...", "unrouteable", "address", "宛先",
    "account", "退信",
)  # fmt: skip

# The report's own sentences: a person who writes of a parcel does not write these.
REPORTS_FAILURE = (
    "failed recipients", "non-delivery report", "could not be delivered to the following",
    "requested action not taken", "delivery to the following recipient", "did not reach the following",
    "delivery of email to this address", "votre message n'a pas pu", "your message could not be delivered to",
    "unable to deliver message to", "unable to deliver your message", "delivery attempts will continue",
    "was not delivered to", "message that you sent could not be delivered", "mail system at host",
    "delivery status notification", "undelivered mail", "your mail sent on", "could not be delivered to: <",
    "duplicated message-id", "could not deliver message to the following", "failed recipient:",
    "email below could not be delivered", "您的邮件被退回", "发送的邮件被退回", "邮件被系统退回",
    "你的邮件被退回", "郵件被退回", "delivery has failed to these recipients", "following addresses had",
)  # fmt: skip
