"""Statements as platforms write them: preambles, sums, backticks, charsets; and what a line comes to."""

from datetime import UTC, datetime

import pytest

from config import ROOT
from helpdesk.rules import statement_files, statement_maps
from helpdesk.rules.money import Money
from helpdesk.rules.order_files import UnreadableFileError
from helpdesk.rules.orders import FaultsError
from helpdesk.rules.statement_maps import StatementMap
from helpdesk.rules.statements import Candidate, Fate, Line, judge
from helpdesk.rules.states import RefundState

pytestmark = pytest.mark.money

ALIPAY = """#支付宝业务明细查询
#账号：[2088102112345678]
#起始日期：[2026年06月01日 00:00:00]   终止日期：[2026年06月02日 00:00:00]
#-----------------------------------------业务明细列表----------------------------------------
支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,订单金额（元）,商家实收（元）,退款批次号/请求号,备注
2026052022001\t,T100\t,交易,杯子,2026-05-20 11:00:00,2026-05-20 11:00:05,99.00,98.40,\t,
2026052022001\t,T100\t,退款,杯子,2026-06-01 18:00:00,2026-06-01 18:00:03,-99.00,-98.40,R1-1\t,
#-----------------------------------------业务明细列表结束------------------------------------
#交易合计：1笔
"""
WECHATPAY = (
    "交易时间,公众账号ID,商户号,微信订单号,商户订单号,交易类型,交易状态,货币种类,应结订单金额,微信退款单号,商户退款单号,退款金额,退款类型,退款状态,商品名称\n"
    "`2026-06-01 18:00:00,`wx1,`1,`42001,`T1,`A,`SUCCESS,`CNY,`99.00,`0,`0,`0.00,`,`,`杯\n"
    "`2026-06-01 19:00:00,`wx1,`1,`42001,`T1,`A,`REFUND,`CNY,`99.00,`50301,`R1-1,`20.00,`O,`SUCCESS,`杯\n"
    "`2026-06-01 20:00:00,`wx1,`1,`42001,`T1,`A,`REFUND,`CNY,`99.00,`50302,`R1-2,`10.00,`O,`PROCESSING,`杯\n"
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额\n"
    "`3,`99.00,`30.00,`0.00,`0.6\n"
)
STRIPE = (
    "id,Type,Source,Amount,Fee,Net,Currency,Created (UTC),Description,helpdesk_refund (metadata)\n"
    'txn_1,charge,ch_1,"1,250.00",36.55,1213.45,eur,2026-05-20 09:00,Order 1,\n'
    "txn_2,refund,re_1,-20.00,0.00,-20.00,eur,2026-06-01 09:30,REFUND FOR CHARGE,R1-1\n"
)
BANK = (
    "Date;Description;Amount;Currency;Reference\n"
    "01.06.2026;Refund R1-1 thank you;-20,00;EUR;E2E-77\n"
    "01.06.2026;Salary;1.234,56;EUR;X\n"
)


def shipped(name: str) -> StatementMap:
    return statement_maps.read((ROOT / f"helpdesk/statement_maps/{name}.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["alipay", "bank", "generic", "stripe", "wechatpay"])
def test_the_shipped_maps_can_be_read(name: str) -> None:
    assert shipped(name).title


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030"])
def test_alipays_statement_is_read_in_its_charsets(charset: str) -> None:
    found = statement_files.read(ALIPAY.encode(charset), shipped("alipay"))

    (line,) = found.lines
    assert (line.line, line.amount, line.keys, line.payment) == (
        7,
        Money(9900, "CNY"),
        ("R1-1",),
        "2026052022001",
    )
    assert line.happened_at == datetime(2026, 6, 1, 10, 0, 3, tzinfo=UTC)
    assert (found.others, found.bad) == (1, ())


def test_wechat_pay_has_only_refunds_whose_money_has_left() -> None:
    found = statement_files.read(WECHATPAY.encode(), shipped("wechatpay"))

    (line,) = found.lines
    assert (line.amount, line.key, line.reference, line.payment) == (
        Money(2000, "CNY"),
        "R1-1",
        "50301",
        "42001",
    )
    assert (found.others, found.bad) == (2, ())


def test_alipays_bill_of_its_account_is_read_too() -> None:
    """账务明细: tabs behind numbers, what left in a column of its own."""
    heading = (
        "账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）,"
        "账户余额（元）,交易渠道,业务类型,备注"
    )
    bill = f"""#支付宝账务明细查询
#-----------------------------------------账务明细列表----------------------------------------
{heading}
546324\t,2026060122923922\t,T1,,2026-06-01 21:02:06,李\t,99.00,0.00,199.00,支付宝,在线支付,
546325\t,2026060122923922\t,T1,,2026-06-02 09:00:00,李\t,0.00,-20.00,179.00,支付宝,交易退款,R1-1
#----------------------------------------账务明细列表结束-------------------------------------
#支出合计：1笔，共20.00元
"""
    found = statement_files.read(bill.encode("gb18030"), shipped("alipay"))

    (line,) = found.lines
    assert (line.amount, line.keys, line.reference) == (Money(2000, "CNY"), ("R1-1",), "2026060122923922")
    assert (found.others, found.bad) == (1, ())


def test_of_wechat_pays_full_bill_what_was_asked_for_counts() -> None:
    """A voucher that the shop does not pay for is no part of 退款金额, but of what our refund says."""
    heading = (
        "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
        "应结订单金额,代金券金额,退款申请时间,退款成功时间,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,"
        "商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
    )
    row = (
        "`2026-06-01 19:00:00,`wx1,`1,`0,`,`42001,`T1,`u,`JSAPI,`REFUND,`OTHERS,`CNY,`0.00,`0.00,"
        "`2026-06-01 19:00:00,`2026-06-01 19:03:00,`50301,`R1-1,`18.00,`0.00,`ORIGINAL,`SUCCESS,"
        "`杯,`,`-0.11000,`0.60%,`0.00,`20.00,`"
    )
    ends = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
    bill = f"{heading}\n{row}\n{ends}\n`1,`0.00,`18.00,`0.00,`-0.11,`0.00,`20.00\n"
    found = statement_files.read(bill.encode(), shipped("wechatpay"))

    (line,) = found.lines
    assert (line.amount, line.reference) == (Money(2000, "CNY"), "50301")
    assert line.happened_at == datetime(2026, 6, 1, 11, 3, tzinfo=UTC)


def test_stripe_has_currencies_in_small_letters_and_amounts_below_zero() -> None:
    (line,) = statement_files.read(STRIPE.encode(), shipped("stripe")).lines
    assert (line.amount, line.reference, line.keys) == (Money(2000, "EUR"), "re_1", ("R1-1",))


def test_of_a_bank_only_what_left_counts() -> None:
    found = statement_files.read(BANK.encode(), shipped("bank"))
    (line,) = found.lines
    assert (line.amount, line.reference, line.keys) == (Money(2000, "EUR"), "E2E-77", ("R1-1",))
    assert found.others == 1


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("R1-1,4.2E+27,20.00,CNY,2026-06-01", "Excel has rounded the number"),
        ("R1-1,1,20.001,CNY,2026-06-01", "CNY has 2 digits after the point"),
        ("R1-1,1,twenty,CNY,2026-06-01", "is not an amount"),
        ("R1-1,1,20.00,XYZ,2026-06-01", "is not one of the currencies"),
        ("R1-1,1,20.00,CNY,1 June", "is no date in the forms of the map"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_the_others_are_read(row: str, says: str) -> None:
    content = f"key,reference,amount,currency,date\n{row}\nR1-2,2,5.00,CNY,2026-06-01\n"
    found = statement_files.read(content.encode(), shipped("generic"))

    assert [each.key for each in found.lines] == ["R1-2"]
    assert [bad.line for bad in found.bad] == [2]
    assert says in found.bad[0].says


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"a,b\n1,2\n", b"\xff\xff\xff"])
def test_another_file_is_refused_as_a_whole(content: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        statement_files.read(content, shipped("alipay"))


def test_a_map_is_told_every_fault_at_once() -> None:
    text = 'timezone = "Mars"\noutgoing = "up"\nkinds = ["x"]\nother = 1\n[columns]\nsum = ["a"]\n'
    with pytest.raises(FaultsError) as caught:
        statement_maps.read(text)
    assert {fault.path for fault in caught.value.faults} == {
        "title",
        "timezone",
        "outgoing",
        "other",
        "columns.sum",
        "columns.amount",
        "columns.kind",
        "currency",
    }


def refund(key: str = "R1-1", state: RefundState = RefundState.NEEDS_ACTION, minor: int = 2000) -> Candidate:
    return Candidate(id=1, key=key, reference="", amount=Money(minor, "CNY"), state=state)


PAID = Line(line=2, amount=Money(2000, "CNY"), key="R1-1", reference="77")


@pytest.mark.parametrize(
    ("known", "fate"),
    [
        ([], Fate.NOTHING),
        ([refund()], Fate.SETTLED),
        ([refund(state=RefundState.UNKNOWN)], Fate.SETTLED),
        ([refund(state=RefundState.PENDING)], Fate.SETTLED),
        ([refund(state=RefundState.RESERVED)], Fate.SETTLED),
        ([refund(state=RefundState.SUBMITTED)], Fate.WAITS),
        ([refund(state=RefundState.SUCCEEDED)], Fate.KNOWN),
        ([refund(state=RefundState.ARRIVED)], Fate.KNOWN),
        ([refund(state=RefundState.FAILED)], Fate.OVER),
        ([refund(state=RefundState.CANCELED)], Fate.OVER),
        ([refund(minor=2001)], Fate.DIFFERS),
        ([refund("R2-1"), refund("R3-1")], Fate.SEVERAL),
        ([refund(), refund("R2-1")], Fate.SETTLED),
        ([refund("R2-1"), refund("R2-2", RefundState.FAILED)], Fate.SETTLED),
    ],
)
def test_a_line_settles_only_what_it_agrees_with(known: list[Candidate], fate: Fate) -> None:
    assert judge(PAID, known).fate is fate


def test_a_key_is_found_in_a_remark_and_not_within_a_longer_word() -> None:
    assert Line(line=1, amount=PAID.amount, remark="退款R12-3，谢谢 T7-H1 XR1-1 R1-12345 R1-1-2").keys == (
        "R12-3",
        "T7-H1",
    )
