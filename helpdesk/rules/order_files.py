"""A CSV file of orders as rows of text: its charset told, its spoiled cells found, every row with its line.

What Excel has spoiled cannot be mended, only exported again: such a row is refused, and says so.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

LARGEST = 200 * 1024 * 1024
SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E\+?\d{1,3}", re.IGNORECASE)
SERIAL_DATE = re.compile(r"\d{5}(?:[.,]\d+)?")
AS_TEXT = re.compile(r'="([^"]*)"')  # how a careful exporter keeps Excel from rounding
ERRORS = ("#REF!", "#NAME?", "#VALUE!", "#N/A", "#DIV/0!", "#NUM!", "#NULL!")
BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
EXACT_DIGITS = 15  # that Excel keeps of a number

CUT = "the file ends in the middle of this row: export it again"
TOO_LONG = "{} cells under {} headings: is a comma or a quotation mark in the wrong place?"
AGAIN = "export the file again and import it without opening it in Excel"


class UnreadableFileError(Exception):
    """The file as a whole cannot be read; `str()` says why and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    line: int  # of the file, where the row begins; headings are mostly line 1
    cells: dict[str, str]  # by heading; cleaned of what keeps Excel from rounding
    problem: str = ""  # of the row as a whole


@dataclass(frozen=True, slots=True)
class Table:
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    encoding: str


def decode(content: bytes) -> tuple[str, str]:
    """Text and the charset it was in: UTF-8 with or without BOM, UTF-16 with one, else GB18030."""
    if content[:4] == b"PK\x03\x04" or content[:4] == b"\xd0\xcf\x11\xe0":
        raise UnreadableFileError("this is a workbook of Excel: export it as CSV, best as CSV UTF-8")
    if len(content) > LARGEST:
        raise UnreadableFileError(f"this is larger than {LARGEST // 1024 // 1024} MB: split it")
    has_mark = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    beginning = content[:400]
    if not has_mark and beginning.count(b"\0") * 4 > len(beginning):  # every other byte of plain letters
        raise UnreadableFileError("this is UTF-16 without its mark: export it as CSV UTF-8")
    for encoding in ("utf-16",) if has_mark else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as error:
            if encoding == "utf-8-sig" and _is_mostly_utf_8(content):
                line = content[: error.start].count(b"\n") + 1
                raise UnreadableFileError(
                    f"line {line}: this is UTF-8 with a damaged character: export the file again"
                ) from error
            if has_mark:
                told = "this is damaged UTF-16: export it again, best as CSV UTF-8"
                raise UnreadableFileError(told) from error
            continue
        if "\0" in text or (encoding == "gb18030" and not _is_chinese(text)):
            break
        return text, "utf-8" if encoding == "utf-8-sig" else encoding
    raise UnreadableFileError("this is neither UTF-8 nor GB18030: export it as CSV UTF-8")


def read(content: bytes) -> Table:
    """All rows of a file. Raises UnreadableFileError."""
    text, encoding = decode(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        headings = tuple(clean(cell).removeprefix("\ufeff").strip() for cell in next(reader, []))
        if len([each for each in headings if each]) < 2:
            raise UnreadableFileError("this has no line of headings: is it a CSV file?")
        rows = list(_rows(reader, headings))
        if rows and not text.endswith(("\n", "\r")) and set(headings) - set(rows[-1].cells):
            rows[-1] = replace(rows[-1], problem=CUT)  # elsewhere Excel leaves out empty cells at the end
        return Table(headings, tuple(rows), encoding)
    except csv.Error as error:
        raise UnreadableFileError(f"line {reader.line_num}: {error}; is a quotation mark missing?") from error


def spoiled(field: str, cell: str, *, is_number: bool, is_moment: bool) -> str:
    """What Excel did to a cell and what to do, or ""."""
    if cell.startswith("###"):
        return f"{field} shows only ###: a column was too narrow when Excel saved it; {AGAIN}"
    if cell.startswith("=") or cell.upper() in ERRORS:
        return f"{field} holds a formula, {cell[:40]!r}, and no value; {AGAIN}"
    if is_number and SCIENTIFIC.fullmatch(cell):
        return f"{field} is {cell}: Excel has rounded the number and its digits are lost; {AGAIN}"
    if is_moment and SERIAL_DATE.fullmatch(cell):
        return f"{field} is {cell}: Excel has made a number of the date; {AGAIN}"
    return ""


def are_rounded(numbers: Iterable[str]) -> bool:
    """Whether the long numbers of a file lost their last digits: zeros behind the 15th in most of them."""
    long = [number for number in numbers if number.isdigit() and len(number) > EXACT_DIGITS + 2]
    rounded = [number for number in long if not number[EXACT_DIGITS:].strip("0")]
    return len(rounded) > 1 and 2 * len(rounded) > len(long)


def clean(cell: str) -> str:
    """Without blanks at the ends and without what an exporter puts there to keep a number text."""
    cell = cell.strip().strip("\u200b\u00a0\t")
    kept = AS_TEXT.fullmatch(cell)
    cell = kept[1].strip() if kept else cell
    return cell[1:].strip() if cell.startswith("'") else cell


def _rows(reader: Iterator[list[str]], headings: tuple[str, ...]) -> Iterator[Row]:
    line = getattr(reader, "line_num", 1)
    for values in reader:
        begins, line = line + 1, getattr(reader, "line_num", line)
        cells = [clean(cell) for cell in values]
        if not any(cells):
            continue
        problem = TOO_LONG.format(len(cells), len(headings)) if any(cells[len(headings) :]) else ""
        found: dict[str, str] = {}
        for heading, cell in zip(headings, cells, strict=False):
            found.setdefault(heading, cell)
        yield Row(begins, found, problem)


def _is_mostly_utf_8(content: bytes) -> bool:
    """Whether most of what is not ASCII is well-formed. Of true GB18030 next to nothing is."""
    signs = _signs(content.decode("utf-8", errors="replace"))
    return len(signs) > 2 * signs.count("\ufffd")


def _is_chinese(text: str) -> bool:
    """Whether most of what is not ASCII stands in GB 2312: nearly all Chinese writing does. In what Excel
    saves as plain CSV in Europe, an accented letter and the one behind it make a rare character of GB18030.
    """
    signs = _signs(text)
    known = signs.encode("gb2312", errors="ignore").decode("gb2312")
    return 2 * len(known) >= len(signs)


def _signs(text: str) -> str:
    """What of it is not ASCII."""
    return "".join(BEYOND_ASCII.findall(text))


def _delimiter(text: str) -> str:
    first = text[:20_000].partition("\n")[0]
    return max(",;\t", key=first.count)
