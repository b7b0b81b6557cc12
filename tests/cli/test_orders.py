"""`orders import`: exports of three platforms, twice, spoiled, half bad, in whatever charset."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from helpdesk.db import reading
from helpdesk.models import Order
from helpdesk.rules import column_maps
from helpdesk.rules.claim_terms import OrderState
from tests.cli.conftest import Run

pytestmark = pytest.mark.money

EXPORTS = Path(__file__).parents[1] / "exports"
TAOBAO, SHOPIFY, WOOCOMMERCE = (
    (EXPORTS / f"{name}.csv").read_text(encoding="utf-8") for name in ("taobao", "shopify", "woocommerce")
)


@pytest.fixture
def export(tmp_path: Path) -> Any:
    def write(text: str, encoding: str = "utf-8", name: str = "orders.csv") -> str:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return str(path)

    return write


def taken(run: Run, *arguments: str, exit_code: int = 0) -> dict[str, Any]:
    told = run("orders", "import", "--json", *arguments)
    assert told.exit_code == exit_code, told.output
    result: dict[str, Any] = json.loads(told.stdout)
    return result


def count() -> int:
    with reading() as session:
        return session.scalar(select(func.count(Order.id))) or 0


def order(number: str) -> Order:
    with reading() as session:
        row = session.scalars(select(Order).where(Order.external_no_norm == number)).one()
        _ = [*row.addresses, *row.lines, *row.payments, *row.shipments]
        return row


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_a_taobao_export_is_read_in_whatever_charset_it_comes(run: Run, export: Any, encoding: str) -> None:
    result = taken(run, export(TAOBAO, encoding), "--map", "taobao")
    assert (result["new"], result["bad"]) == (2, [])
    row = order("2398471029384756102")
    assert (row.state, row.currency, row.phone_last4) == (OrderState.SHIPPED, "CNY", "5678")
    assert (row.buyer_name, row.platform_id, row.ship_region) == ("李梅", "tb_limei", "浙江省")
    assert str(row.ordered_at) == "2026-05-20 03:02:33+00:00"
    assert row.delivered_at is None, "unknown stays unknown"
    (cup,) = row.lines
    assert (cup.title, cup.quantity, cup.unit_paid_minor, cup.line_paid_minor) == ("青瓷杯", 2, 4450, 8900)
    assert (row.shipping_paid_minor, row.payments[0].captured_minor) == (1000, 9900)
    assert [(each.carrier, each.tracking) for each in row.shipments] == [("顺丰速运", "SF1390000000001")]


def test_several_rows_of_shopify_are_one_order_and_its_discount_is_spread(run: Run, export: Any) -> None:
    assert taken(run, export(SHOPIFY), "--map", "shopify")["new"] == 2
    row = order("1001")
    assert [(each.sku, each.quantity, each.line_paid_minor) for each in row.lines] == [
        ("SHIRT-M", 1, 6300),
        ("MUG-S", 2, 2700),
    ]
    assert (row.state, row.external_no, row.discount_minor) == (OrderState.SHIPPED, "#1001", 1000)
    assert [each.email for each in row.addresses] == ["emma@post.example"]
    yen = order("1002")
    assert (yen.exponent, yen.payments[0].captured_minor, yen.payments[0].refunded_minor) == (0, 1500, 1500)
    assert yen.state is OrderState.REFUNDED


def test_a_woocommerce_export_is_read(run: Run, export: Any) -> None:
    assert taken(run, export(WOOCOMMERCE), "--map", "woocommerce")["new"] == 1
    assert [(each.sku, each.line_paid_minor) for each in order("731").lines] == [("CUP", 2000)]


def test_the_same_file_twice_changes_nothing(run: Run, export: Any) -> None:
    file = export(SHOPIFY)
    taken(run, file, "--map", "shopify")
    result = taken(run, file, "--map", "shopify")
    assert (result["new"], result["changed"], result["unchanged"]) == (0, 0, 2)


def test_a_dry_run_shows_what_would_change_and_changes_nothing(run: Run, export: Any) -> None:
    taken(run, export(TAOBAO), "--map", "taobao")
    later = TAOBAO.replace("卖家已发货，等待买家确认", "交易成功").replace("03,tb_wang", "04,tb_wang")
    told = run("orders", "import", export(later), "--map", "taobao", "--dry-run")
    assert told.exit_code == 0
    assert "changed  2398471029384756102      state: shipped -> completed" in told.stdout
    assert "new      2398471029384756104" in told.stdout
    assert "Nothing was written." in told.stdout
    assert order("2398471029384756102").state is OrderState.SHIPPED
    assert count() == 2


SPOILED = {
    "2.39847E+18": "Excel has rounded the number",
    "2.39847102938476E+18": "export the file again",
    "#######": "a column was too narrow",
    "=1+2": "holds a formula",
    "#NAME?": "holds a formula",
    "": "an order needs its number",
}


@pytest.mark.parametrize("cell", SPOILED)
def test_a_number_that_excel_has_spoiled_is_refused_by_its_line(run: Run, export: Any, cell: str) -> None:
    file = export(TAOBAO.replace("2398471029384756103", cell))
    result = taken(run, file, "--map", "taobao", exit_code=1)
    assert [each["line"] for each in result["bad"]] == [3]
    assert SPOILED[cell] in result["bad"][0]["problem"]
    assert (result["written"], count()) == (False, 0)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("2026-05-21 09:00:00", "46163.375", "made a number of the date"),
        ("2026-05-21 09:00:00", "yesterday", "no date in the forms"),
        ("58.50,0.00", "58.505,0.00", "2 digits after the point"),
        ("58.50,0.00", "a lot,0.00", "not an amount"),
        ("买家已付款，等待卖家发货", "神秘状态", "add it to [states]"),
        ("盘子,1,", "盘子,1.5,", "whole number"),
        ("盘子,1,,", "盘子,1,,,,extra", "wrong place"),
    ],
)
def test_a_bad_cell_is_named_with_its_column(
    run: Run, export: Any, before: str, after: str, says: str
) -> None:
    assert before in TAOBAO
    result = taken(run, export(TAOBAO.replace(before, after)), "--map", "taobao", exit_code=1)
    assert [(each["line"], says in each["problem"]) for each in result["bad"]] == [(3, True)], result
    assert count() == 0


def test_numbers_that_lost_their_last_digits_are_told_by_their_zeros(run: Run, export: Any) -> None:
    file = export(TAOBAO.replace("384756102", "384000000").replace("384756103", "385000000"))
    result = taken(run, file, "--map", "taobao", exit_code=1)
    assert ["ends in zeros" in each["problem"] for each in result["bad"]] == [True, True]


def test_good_orders_are_taken_beside_bad_ones_only_when_asked(run: Run, export: Any) -> None:
    file = export(SHOPIFY.replace("1,Mug,1500", "x,Mug,1500").replace("MUG-S", "MUG-S"))
    assert taken(run, file, "--map", "shopify", exit_code=1)["written"] is False
    assert count() == 0
    result = taken(run, file, "--map", "shopify", "--skip-bad", exit_code=1)
    assert (result["new"], [each["line"] for each in result["bad"]], count()) == (1, [4], 1)


def test_a_bad_row_spoils_its_whole_order(run: Run, export: Any) -> None:
    file = export(SHOPIFY.replace(',2,"Mug', ',-2,"Mug'))
    result = taken(run, file, "--map", "shopify", "--skip-bad", exit_code=1)
    assert [(each["line"], each["order"]) for each in result["bad"]] == [(3, "#1001")]
    assert count() == 1, "no order is half there"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK\x03\x04xxxx", "workbook of Excel"),
        (b"just words", "no line of headings"),
        (b"A,B\n1,2\n", "has no column 主订单编号 or 订单编号"),
        (b'"A,B\n1,2\n', "quotation mark"),
        (b"\xff\xfe\xff", "neither UTF-8 nor GB18030"),
    ],
)
def test_a_file_that_is_none_is_wrong_use(run: Run, tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "odd.csv").write_bytes(content)
    told = run("orders", "import", str(tmp_path / "odd.csv"), "--map", "taobao")
    assert told.exit_code == 2
    assert says in told.stderr


def test_maps_are_listed_printed_and_saved(run: Run, tmp_path: Path, export: Any) -> None:
    listed = run("orders", "maps").stdout
    assert [name in listed for name in ("taobao", "shopify", "woocommerce")] == [True] * 3
    own = tmp_path / "own.toml"
    shipped = run("orders", "maps", "woocommerce").stdout
    own.write_text(shipped.replace('currency = "EUR"', 'currency = "USD"'))
    assert run("orders", "save-map", "ours", str(own)).exit_code == 0
    assert "own" in run("orders", "maps").stdout
    assert taken(run, export(WOOCOMMERCE), "--map", "ours", "--source", "shop-2")["new"] == 1
    assert (order("731").currency, order("731").source) == ("USD", "shop-2")
    assert run("orders", "save-map", "taobao", str(own)).exit_code == 2
    assert run("orders", "import", export(WOOCOMMERCE), "--map", "nobodys").exit_code == 2


def test_a_wrong_map_is_refused_with_every_fault(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text('source = "X"\n[columns]\nprice = ["P"]\nstate = []\n[states]\npaid = "done"\n')
    told = run("orders", "save-map", "bad", str(bad))
    assert told.exit_code == 2
    faulty = ("source", "columns.price", "columns.state", "columns.external_no", "currency", "states.paid")
    assert [f"{path}:" in told.stderr for path in faulty] == [True] * len(faulty)


def test_the_maps_that_came_along_know_only_fields_that_there_are() -> None:
    for path in sorted(Path("helpdesk/column_maps").glob("*.toml")):
        assert column_maps.read(path.read_text(encoding="utf-8")).columns


def test_many_orders_are_taken_in_batches(run: Run, export: Any) -> None:
    head, first = TAOBAO.splitlines()[0], TAOBAO.splitlines()[2]
    rows = [first.replace("2398471029384756103", str(2398471029384000007 + 10 * n)) for n in range(450)]
    assert taken(run, export("\n".join([head, *rows])), "--map", "taobao")["new"] == 450


HEADINGS = (
    "Name,Email,Financial Status,Paid at,Currency,Total,Lineitem quantity,Lineitem name,Lineitem price\n"
)
SOLD = "#{number},a@post.example,paid,2026-05-20 11:02:33 +0200,EUR,10.00,1,{title},10.00\n"


@pytest.mark.parametrize("title", ["Müllers Käse", "Crème brûlée", "Straße", "Ñandú"])
def test_what_excel_saves_in_europe_is_not_taken_for_chinese(run: Run, export: Any, title: str) -> None:
    told = run(
        "orders",
        "import",
        export(HEADINGS + SOLD.format(number=1, title=title), "cp1252"),
        "--map",
        "shopify",
    )
    assert told.exit_code == 2
    assert "export it as CSV UTF-8" in told.output


def test_one_damaged_character_does_not_make_utf_8_another_charset(run: Run, tmp_path: Path) -> None:
    good = (
        HEADINGS + SOLD.format(number=1, title="Café für Zoë") + SOLD.format(number=2, title="?")
    ).encode()
    path = tmp_path / "orders.csv"
    path.write_bytes(good.replace(b"?", b"na\xc3ve"))
    told = run("orders", "import", str(path), "--map", "shopify")
    assert told.exit_code == 2
    assert "line 3" in told.output
    assert count() == 0


def test_a_file_that_ends_in_the_middle_of_a_row_is_not_the_whole_file(run: Run, export: Any) -> None:
    text = HEADINGS + SOLD.format(number=1, title="Cup") + SOLD.format(number=2, title="Pot")
    result = taken(run, export(text[: text.index("Pot") + 2]), "--map", "shopify", exit_code=1)
    assert [(each["line"], "middle of this row" in each["problem"]) for each in result["bad"]] == [(3, True)]
    whole = text.rstrip("\n")
    assert taken(run, export(whole), "--map", "shopify")["new"] == 2


def test_never_is_no_day(run: Run, export: Any) -> None:
    text = HEADINGS + SOLD.format(number=1, title="Cup").replace("2026-05-20 11", "0001-01-01 00")
    assert taken(run, export(text), "--map", "shopify", exit_code=1)["bad"]


@pytest.mark.parametrize("wrong", ['timezone = "America"', 'country = "Germany"'])
def test_a_map_with_a_place_that_is_none_is_refused(
    run: Run, export: Any, tmp_path: Path, wrong: str
) -> None:
    path = tmp_path / "own.toml"
    path.write_text(f'source = "x"\ncurrency = "EUR"\n{wrong}\n[columns]\nexternal_no = ["Name"]\n')
    told = run("orders", "import", export(HEADINGS), "--map", str(path))
    assert told.exit_code == 2
    assert wrong.partition(" ")[0] in told.output


def test_all_faults_of_a_row_are_told_at_once(run: Run, export: Any) -> None:
    head, first, *others = SHOPIFY.splitlines()
    cells = dict(zip(head.split(","), first.split(","), strict=False))
    wrong = {"Email": "no address", "Lineitem quantity": "two", "Created at": "soon"}
    assert wrong.keys() <= cells.keys()
    spoiled = ",".join(wrong.get(name, cell) for name, cell in cells.items())

    result = taken(run, export("\n".join([head, spoiled, *others])), "--map", "shopify", exit_code=1)

    said = sorted(each["problem"] for each in result["bad"])
    assert [each.partition(" is ")[0] for each in said] == ["Created at", "Email", "Lineitem quantity"]
    assert result["written"] is False


def test_what_excel_has_spoiled_hides_no_other_fault_of_the_row(run: Run, export: Any) -> None:
    spoiled = TAOBAO.replace("2398471029384756102", "2.39847E+18", 1)
    whole = taken(run, export(spoiled), "--map", "taobao", exit_code=1)["bad"]
    worse = spoiled.replace(",2,", ",zwei,", 1)
    assert worse != spoiled
    both = taken(run, export(worse), "--map", "taobao", exit_code=1)["bad"]
    assert len(both) == len(whole) + 1
    assert any("zwei" in each["problem"] for each in both)
