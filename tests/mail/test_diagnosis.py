"""What other servers' refusals say of an address."""

import pytest

from mail.diagnosis import is_permanent, is_provider_limit, may_be_a_filter


@pytest.mark.parametrize(
    ("action", "status", "words", "permanent"),
    [
        ("failed", "5.1.1", "", True),
        ("failed", "5.0.0", "550 user unknown", True),
        ("failed", "", "收件人不存在", True),
        ("failed", "5.4.4", "Host unknown", True),
        ("failed", "5.4.1", "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)", True),
        ("failed", "5.7.27", "550 Host does not accept mail", True),
        ("failed", "5.2.1", "", True),
        ("failed", "5.2.1", "The email account that you tried to reach is disabled.", False),
        ("failed", "5.2.2", "552 mailbox full", False),
        ("failed", "5.1.1", "550 收件人空间不足", False),
        ("failed", "5.7.1", "550 Message rejected", False),
        ("failed", "5.0.0", "550 Sender frequency limited", False),
        ("failed", "5.0.0", "550 Mailbox unavailable or access denied", False),
        ("failed", "4.1.1", "450 user unknown", False),
        ("failed", "", "Host not found, try again", False),
        ("failed", "5.1.1", "550 5.1.1 user unknown. Is this spam? Tell our abuse desk", True),
        ("failed", "5.1.10", "550 5.1.10 recipient not found, see our rbl page", True),
        ("failed", "5.0.0", "user unknown, refused by the server", True),
        ("failed", "5.1.1", "550 5.1.1 user unknown; sender on our blacklist", False),
        ("failed", "5.0.0", "550 user unknown, blocked", False),
        ("failed", "5.0.0", "550 The recipient may contain a non-existent account, please check it", True),
        ("failed", "5.0.0", "559 Invalid rcptto [@sm070102]", True),
        ("failed", "5.1.1", "x-unix; procmail: No such user", False),
        ("delayed", "5.1.1", "user unknown", False),
        ("delivered", "5.1.1", "", False),
        ("expanded", "5.1.1", "", False),
        ("failed", "5.1.8", "Domain of sender address a@x.example does not exist", False),
        ("failed", "5.0.0", "<mx.ours.example>: Helo command rejected: Host not found", False),
    ],
)
def test_only_a_gone_address_is_given_up(action: str, status: str, words: str, permanent: bool) -> None:
    assert is_permanent(action, status, words) is permanent


@pytest.mark.parametrize(
    "words",
    [
        "550 Mail content denied. http://service.mail.qq.com/cgi-bin/help?subtype=1",
        "550 Sender frequency limited",
        "550 Domain frequency limited",
        "550 Connection frequency limited",
        "554 DT:SPM 163 smtp5, please see http://mail.163.com/help/help_spam_16.htm",
        "451 DT:SPM",
        "550 RP:DRC smtp1",
        "421 HL:IFC 163 smtp3",
        "421 4.7.0 Try again later, closing connection.",
        "450 4.7.28 Our system has detected an unusual rate of unsolicited mail",
        "550 5.4.5 Daily user sending quota exceeded.",
        "451 4.7.1 Greylisting in action, please come back later",
        "退信原因：发信频率过高",
    ],
)
def test_a_limit_of_the_provider_is_about_us(words: str) -> None:
    assert is_provider_limit("", words)
    assert not is_permanent("failed", "5.0.0", words)


@pytest.mark.parametrize("words", ["550 5.1.1 user unknown", "552 5.2.2 mailbox full", "收件人不存在"])
def test_trouble_of_the_address_is_no_limit(words: str) -> None:
    assert not is_provider_limit("5.1.1", words)


def test_the_name_of_a_host_says_nothing() -> None:
    assert is_permanent("failed", "5.0.0", "host antispam.mx.example.org said: 550 user unknown")


def test_user_unknown_after_the_data_may_be_a_filter() -> None:
    assert may_be_a_filter("550 user unknown", "in reply to end of DATA command")
    assert may_be_a_filter("550 user unknown", "")
    assert not may_be_a_filter("550 user unknown", "in reply to RCPT TO command")
    assert not may_be_a_filter("User unknown", "The following addresses failed")
