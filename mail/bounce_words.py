"""What mail servers say in delivery reports. Lower case, blanks single; matched anywhere in the diagnosis."""

# Status codes that mean: this address is gone (RFC 3463). Not every 5.x.x does.
GONE_STATUS = frozenset(("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"))

# Codes that speak of something else than the address, whatever the words beside them: its mailbox (5.2), the
# message (5.6), policy (5.7), or the sender (5.1.7, 5.1.8).
OTHER_STATUS = ("5.2.", "5.6.", "5.7.", "5.1.7", "5.1.8")

GONE = (
    "user unknown", "unknown user", "no such user", "no such mailbox", "no such recipient",
    "no such address", "no such person", "user not found", "unknown recipient", "recipient unknown",
    "unknown address", "address unknown", "address not found", "recipient not found", "mailbox not found",
    "account not found", "user doesn't exist", "does not exist", "doesn't exist", "not exist",
    "no mailbox here", "invalid recipient", "invalid mailbox", "invalid user", "not a valid mailbox",
    "not a known user", "not a valid user", "no account by that name", "not our customer",
    "no longer valid", "no longer available", "no longer in use", "no longer exists", "no longer on server",
    "bad destination mailbox address", "unrouteable address", "unroutable address",
    "unrouteable mail domain", "host unknown", "unknown host", "host not found",
    "name or service not known", "domain not found", "no such domain", "nxdomain", "has moved",
    "does not accept mail", "null mx", "didn't find any valid mx", "not listed in domino directory",
    "not listed in public name", "unknown local part", "unknown local-part", "mailbox name not allowed",
    "user is unknown", "recipientnotfound", "resolver.adr.recip", "no user by that name",
    "no such local user", "recipient no longer", "isn't in a list", "not in our directory",
    "address rejected: unknown", "unknown or illegal alias", "this address no longer accepts mail",
    "收件人不存在", "用户不存在", "邮箱不存在", "地址不存在", "帐号不存在", "账号不存在", "账户不存在",
    "查无此人", "找不到收件", "域名不存在", "收件人地址有误", "无此用户", "無此用戶", "使用者不存在",
    "收件人邮件地址（", "doesn't have a", "no mx record found", "no mail exchanger",
    "find a mail exchanger", "indicated no smtp service", "domain is not reachable", "no valid recipients",
    "could not deliver mail to the domain", "unknown domain", "unresolvable domain", "illegal host/domain",
    "invalid final delivery userid", "invalid address", "存在しません", "見つかりませんでした", "宛先不明",
)  # fmt: skip

FULL = (
    "mailbox full", "mailbox is full", "mailbox was full", "over quota", "overquota", "quota exceeded",
    "exceeded quota", "exceeds allowed message count", "exceeded storage", "insufficient storage",
    "insufficient system storage", "insufficient disk", "not enough space", "not enough storage",
    "out of storage", "disk quota", "storage quota", "quota violation", "is full", "容量不足", "空间不足",
    "已满", "邮箱满", "一杯",
)  # fmt: skip

# "Unknown user" in answer to DATA is a filter talking, in answer to MAIL FROM it is about the sender.
NOT_AT_RCPT = (
    "end of data command", "smtp command data", "after end of data", "in reply to end of data", "final dot",
    "after mail from", "in reply to mail from",
)  # fmt: skip

# Words that leave the address its chance unless the reply says plainly that it is gone.
HINTS = (
    "try again", "try later", "temporar", "deferred", "timed out", "timeout", "time out", "relay", "policy",
    "authentication", "not accepting", "inactive",
)  # fmt: skip

# The address may be well: the trouble is size, rate, reputation, policy, the line or the moment.
STAYS = (
    *FULL, "frequency limited", "access denied", "blocked", "blacklist", "block list", "blocklist",
    "spamhaus", "rbl", "dnsbl", "reputation", "rate limit", "throttl", "too many", "greylist", "graylist",
    "retry time", "too old", "expired", "in queue too long", "connection refused", "spam", "junk", "virus",
    "unsolicited", "dmarc", "spf ", "dkim", "unauthenticated", "not authenticated", "too large", "too big",
    "message size", "size limit", "maximum size", "hop count", "mail loop", "prohibited", "content reject",
    "ptr record", "reverse dns", "rdns", "suspended", "local configuration error", "频率", "垃圾", "拒收",
    "稍后", "超时", "at a rate", "domain of sender", "sender address", "sender domain", "sender verify",
    "系统繁忙", "黑名单", "大小超过",
)  # fmt: skip

DELAYED = (
    "warning: could not send", "will keep trying", "will continue to try", "will be retried", "will retry",
    "still being retried", "delayed mail", "(delay)", "delivery delayed", "do not need to resend", "延迟",
    "this is a warning message only", "this is only a warning", "delivery status notification (delay",
    "message is delayed", "incomplete",
)  # fmt: skip

# A line with one of these ends the report's own words: what follows is the returned message.
RETURNED = (
    "below this line is a copy", "below is a copy of", "this is a copy of", "original message follows",
    "message headers follow", "message header follow", "returned mail follows", "returned message follows",
    "message text follows", "undelivered message follow", "your original message:",
    "the header of the original", "first lines of the message", "原邮件内容",
)  # fmt: skip
# The same, when the line begins like a ruler.
RETURNED_RULED = (
    "unsent message", "returned message", "original message", "original mail", "original-message",
    "included message", "copy of your message", "copy of the message", "message copy", "message follows",
    "headers follow",
)  # fmt: skip

NAMES_RECIPIENT = (
    "无法发送到", "收件人", "rcpt to", "recipient", "user unknown", "no such user", "unknown user",
    "mailbox", "failed", "unable to deliver", "could not be delivered", "cannot be delivered",
    "not delivered", "undeliverable", "your mail to", "your message to", "mail to", "message to",
    "delivery to", "deliver to", "does not exist", ">:", ">...", "unrouteable", "address", "to:", "宛先",
    "account", "退信",
)  # fmt: skip
