"""Mail made to stall a reader: every one is read within a second and in little memory."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mail.parse import parse
from tests.figures import Figure
from tests.mail.bombs import BOMBS

pytestmark = pytest.mark.trust

LONGEST = 1.0  # processor seconds
MOST = 300.0  # megabytes, the interpreter included
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def measured() -> dict[str, tuple[float, float]]:
    program = [sys.executable, "-m", "tests.mail.bombs"]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, check=True, timeout=250)
    found: dict[str, tuple[float, float]] = json.loads(done.stdout)
    return found


@pytest.mark.slow  # a process of its own, and a measurement
@pytest.mark.parametrize("name", BOMBS)
def test_it_is_read_within_a_second_and_in_little_memory(
    measured: dict[str, tuple[float, float]], name: str
) -> None:
    seconds, megabytes = measured[name]
    assert seconds < LONGEST
    assert megabytes < MOST


@pytest.mark.slow
def test_the_worst_of_them(measured: dict[str, tuple[float, float]], figure: Figure) -> None:
    slow = max(measured, key=lambda name: measured[name][0])
    big = max(measured, key=lambda name: measured[name][1])
    figure("hostile inputs: slowest", measured[slow][0], f"s ({slow})")
    figure("hostile inputs: most memory", measured[big][1], f"MB ({big})")
    assert len(measured) == len(BOMBS)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("2,000 multiparts inside each other", "parts are nested deeper than 50"),
        ("100,000 tiny parts", "more than 1,000 parts"),
        ("headers of 1 MB", "a header is longer than 64 kB"),
        ("100,000 header lines", "the headers are longer than 256 kB"),
        ("10,000 addresses", "To names 500 addresses or more"),
        ("20,000 encoded words side by side", "a header holds more than 1,000 encoded words"),
        ("20,000 references", "more than 100 references"),
        ("480 kB of ordinary text", "the text is longer than 256 kB"),
        ("2.4 MB of HTML", "the HTML is longer than 2 MB"),
    ],
)
def test_over_a_cap_a_sentence_says_so(name: str, sentence: str) -> None:
    assert any(each.startswith(sentence) for each in parse(BOMBS[name]()).defects)
