"""What the tests of actions may ask for."""

import pytest

from tests.actions.matters import EVE
from tests.letterbox import mail
from tests.shop import Shop


@pytest.fixture
def two(shop: Shop) -> Shop:
    """Ticket 1 is answered and waits; 2 came from another address of hers and points at it."""
    shop.receive(mail(message_id="first@buyer.example"))
    shop.reply()
    letter = shop.send()[-1]
    shop.receive(mail("照片", sender=EVE, in_reply_to=letter.message_id))
    assert shop.ticket(2)["follows"] == 1
    return shop
