"""What the provider's filter wrote on a message."""

import pytest

from mail.junk import said_by
from mail.parse import parse


@pytest.mark.parametrize(
    "header",
    [
        "X-Spam-Flag: YES",
        "X-Spam-Status: Yes, score=12.1 required=5.0 tests=ALL_TRUSTED",
        "X-Spam: Yes",
        "X-Spam-Action: add header",
        "X-MS-Exchange-Organization-SCL: 6",
        "X-Forefront-Antispam-Report: CIP:1.2.3.4;CTRY:CN;LANG:zh;SCL:5;SFV:SPM;H:x",
        "X-Microsoft-Antispam-Mailbox-Delivery: ucf:0;jmr:0;dest:J;OFR:SpamFilterAuthJ;",
    ],
)
def test_a_filter_that_says_spam_is_believed(header: str) -> None:
    assert said_by(parse(f"From: a@b.example\r\n{header}\r\n\r\nhi".encode())) == header.partition(":")[0]


@pytest.mark.parametrize(
    "header",
    [
        "X-Spam-Flag: NO",
        "X-Spam-Status: No, score=-1.9 required=5.0 tests=yes",
        "X-Spam: no",
        "X-Spam-Action: no action",
        "X-MS-Exchange-Organization-SCL: -1",
        "X-MS-Exchange-Organization-SCL: 1",
        "X-Forefront-Antispam-Report: CIP:1.2.3.4;SFV:NSPM;H:x",
        "X-Microsoft-Antispam-Mailbox-Delivery: ucf:0;dest:I;",
        "Subject: X-Spam-Flag: YES",
    ],
)
def test_a_filter_that_does_not_say_spam_is_not(header: str) -> None:
    assert said_by(parse(f"From: a@b.example\r\n{header}\r\n\r\nhi".encode())) == ""
