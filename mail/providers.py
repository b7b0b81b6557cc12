"""The servers of well-known providers, guessed from an address. A guess: the form shows it to be changed."""

from dataclasses import dataclass

from mail.accounts import Provider, Tls, provider_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """Where mail of an address is probably read and sent."""

    provider: Provider
    imap_host: str
    imap_port: int = 993
    imap_tls: Tls = Tls.TLS
    smtp_host: str
    smtp_port: int = 465  # RFC 8314: encrypted from the first byte
    smtp_tls: Tls = Tls.TLS
    plus_addresses: bool = False  # whether what follows a plus in the local part is delivered all the same
    authserv_id: str = ""  # how the provider signs its Authentication-Results, where that is stable


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast a provider may be sent through without closing the account; 0 for no limit of ours."""

    every: int = 0  # seconds between two messages
    per_day: int = 0


# Who hosts the mail of other people's domains, too.
HOSTS: dict[str, Servers] = {
    "google": Servers(
        provider=Provider.GOOGLE,
        imap_host="imap.gmail.com",
        smtp_host="smtp.gmail.com",
        plus_addresses=True,
        authserv_id="mx.google.com",
    ),
    "microsoft": Servers(
        provider=Provider.MICROSOFT,
        imap_host="outlook.office365.com",
        smtp_host="smtp.office365.com",
        smtp_port=587,
        smtp_tls=Tls.STARTTLS,
        plus_addresses=True,
    ),
    "exmail": Servers(provider=Provider.QQ, imap_host="imap.exmail.qq.com", smtp_host="smtp.exmail.qq.com"),
    "alimail": Servers(
        provider=Provider.ALIYUN, imap_host="imap.qiye.aliyun.com", smtp_host="smtp.qiye.aliyun.com"
    ),
    "netease": Servers(
        provider=Provider.NETEASE,
        imap_host="imap.qiye.163.com",
        smtp_host="smtp.qiye.163.com",
        smtp_port=994,
    ),
    "icloud": Servers(
        provider=Provider.APPLE,
        imap_host="imap.mail.me.com",
        smtp_host="smtp.mail.me.com",
        smtp_port=587,
        smtp_tls=Tls.STARTTLS,
        plus_addresses=True,
    ),
    "fastmail": Servers(
        provider=Provider.FASTMAIL,
        imap_host="imap.fastmail.com",
        smtp_host="smtp.fastmail.com",
        plus_addresses=True,
    ),
}
# QQ and NetEase publish no limits and punish who finds them.
_PACES = {Provider.QQ: Pace(every=3, per_day=200), Provider.NETEASE: Pace(every=3, per_day=200)}
_FILES_WHAT_IT_SENDS = {Provider.GOOGLE, Provider.MICROSOFT}


def pace_of(smtp_host: str) -> Pace:
    """The usual pace of a provider's customers."""
    return _PACES.get(provider_of(smtp_host), Pace())


def files_what_it_sends(smtp_host: str) -> bool:
    """Whether the provider puts what was sent over SMTP into the Sent folder itself."""
    return provider_of(smtp_host) in _FILES_WHAT_IT_SENDS


def guess(address: str, hosted: str = "") -> Servers:
    """Servers for an address: of its host, one of HOSTS; of its domain; else the usual names below that."""
    if hosted in HOSTS:
        return HOSTS[hosted]
    domain = address.rpartition("@")[2].strip().lower()
    match domain:
        case "gmail.com" | "googlemail.com":
            return HOSTS["google"]
        case "outlook.com" | "hotmail.com" | "live.com" | "msn.com" | "office365.com":
            return HOSTS["microsoft"]
        case "icloud.com" | "me.com" | "mac.com":
            return HOSTS["icloud"]
        case "fastmail.com" | "fastmail.fm":
            return HOSTS["fastmail"]
        case "qq.com" | "foxmail.com" | "vip.qq.com":
            return Servers(provider=Provider.QQ, imap_host="imap.qq.com", smtp_host="smtp.qq.com")
        case "163.com" | "126.com" | "yeah.net" | "188.com":
            return Servers(provider=Provider.NETEASE, imap_host=f"imap.{domain}", smtp_host=f"smtp.{domain}")
        case "aliyun.com":
            return Servers(provider=Provider.ALIYUN, imap_host="imap.aliyun.com", smtp_host="smtp.aliyun.com")
    if domain.endswith(".onmicrosoft.com"):
        return HOSTS["microsoft"]
    return Servers(provider=Provider.OTHER, imap_host=f"imap.{domain}", smtp_host=f"smtp.{domain}")
