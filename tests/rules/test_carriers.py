"""Numbers of parcels: what each carrier prints, what people type, what cannot be one."""

import pytest

from helpdesk.rules import carriers
from helpdesk.rules.carriers import TrackingError


@pytest.mark.parametrize(
    ("carrier", "typed", "code", "number"),
    [
        ("顺丰", "SF 1234 5678 90123", "sf", "SF1234567890123"),
        ("SF Express", "ｓｆ１２３４５６７８９０１２３", "sf", "SF1234567890123"),
        ("中通", "78901234567890", "zto", "78901234567890"),
        ("圆通", "YT1234567890123", "yto", "YT1234567890123"),
        ("韵达", "4312345678901", "yunda", "4312345678901"),
        ("申通快递", "773012345678901", "sto", "773012345678901"),
        ("京东", "JDVA01234567890", "jd", "JDVA01234567890"),
        ("ems", "RR473124829GB", "ems", "RR473124829GB"),
        ("Royal Mail", "rr 4731 2482 9 gb", "royal_mail", "RR473124829GB"),
        ("UPS", "1Z999AA10123456784", "ups", "1Z999AA10123456784"),
        ("dhl", "JJD000390007882823334", "dhl", "JJD000390007882823334"),
        ("DPD", "15501234567890", "dpd", "15501234567890"),
        ("Uncle's van", "A-77-1234", "Uncle's van", "A771234"),
    ],
)
def test_numbers_are_read_as_their_carrier_prints_them(
    carrier: str, typed: str, code: str, number: str
) -> None:
    assert carriers.read(carrier, typed) == (code, number)


@pytest.mark.parametrize(
    ("carrier", "typed", "says"),
    [
        ("sf", "12", "6 to 40"),
        ("sf", "", "number of the parcel"),
        ("", "SF1234567890123", "name the carrier"),
        ("sf", "SF1234567", "in another way"),
        ("ups", "1Z999AA10123456785", "in another way"),  # its check digit is 4
        ("ems", "RR473124828GB", "in another way"),
        ("Uncle's van", "<script>", "6 to 40"),
    ],
)
def test_what_cannot_be_one_is_said(carrier: str, typed: str, says: str) -> None:
    with pytest.raises(TrackingError, match=says):
        carriers.read(carrier, typed)
