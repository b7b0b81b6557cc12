"""The command line: fill a Dovecot folder, take it in again and again, print a table."""

import argparse
import json
import sys
from collections import Counter
from dataclasses import asdict
from typing import Any

from benchmarks import corpus, measuring
from benchmarks.measuring import DATABASES, Road
from tests.servers.dovecot import Dovecot

ABOUT = """\
How fast does the desk take mail in?

A Dovecot folder is filled with generated mail: Chinese and English, openings and answers, HTML twins,
pictures. Then every round takes these roads over the same folder, one after the other:

  fetch and parse            log in, fetch, parse, keep nothing
  whole intake, SQLite       log in, fetch, store (bytes and cursor), parse, find the ticket, file,
  whole intake, PostgreSQL   write the acknowledgement into the outbox; both wait for the disk

Nothing is handed over to an SMTP server. Rates differ from machine to machine and from hour to hour: the
column "of reading" is a ratio inside each round and can be compared anywhere. CPU is that of the desk's
process, without Dovecot and PostgreSQL. The command fails when a message is lost or parked.
"""
EXAMPLES = """\
examples:
  python -m benchmarks                                   400 mails, 3 rounds, both databases
  python -m benchmarks --count 2000 --rounds 5           longer, calmer figures
  python -m benchmarks --acknowledge off                 as a backlog older than a day: nothing is answered
  python -m benchmarks --database sqlite --json          for scripts
"""


def main(arguments: list[str] | None = None) -> None:
    asked = _arguments().parse_args(arguments)
    raws = list(corpus.mails(asked.count, seed=asked.seed))
    report: dict[str, Any] = {
        "messages": asked.count,
        "megabytes": round(sum(map(len, raws)) / 1e6, 1),
        "seed": asked.seed,
        "rounds": asked.rounds,
        "acknowledge": asked.acknowledge,
    }
    _say(f"filling a folder with {asked.count} mails")
    dovecot = Dovecot()
    try:
        source = measuring.fill(dovecot, raws, acknowledged=asked.acknowledge == "on")
        with measuring.databases(asked.database or list(DATABASES)) as makers:
            roads, became = measuring.rounds(source, makers, count=asked.rounds, say=_say)
    except measuring.LostMailError as error:
        sys.exit(str(error))
    finally:
        dovecot.stop()
    if asked.json:
        print(json.dumps({**report, "roads": [asdict(road) for road in roads], "became": became}, indent=2))
    else:
        print(table(report, roads, became))


def table(report: dict[str, Any], roads: list[Road], became: Counter[str]) -> str:
    """The figures for a reader."""
    lines = [
        "{messages} mails, {megabytes} MB, seed {seed}; medians of {rounds} rounds;"
        " acknowledgements {acknowledge}".format(**report),
        f"{'':<26}{'mails/s':>10}{'of reading':>12}{'CPU ms/mail':>13}",
    ]
    for road in roads:
        figures = (
            f"{road.messages_per_second:>10,.0f}{road.of_reading:>12.2f}{road.cpu_ms_per_message:>13.2f}"
        )
        lines.append(f"{road.name:<26}{figures}")
    lines.append("became: " + ", ".join(f"{count} {state}" for state, count in sorted(became.items())))
    return "\n".join(lines)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=ABOUT,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--count", type=_positive, default=400, metavar="N", help="mails in the folder (400)")
    parser.add_argument("--rounds", type=_positive, default=3, metavar="N", help="rounds (3)")
    parser.add_argument("--seed", type=int, default=7, help="another seed makes other mail (7)")
    parser.add_argument(
        "--acknowledge", choices=("on", "off"), default="on", help="answer each opened ticket (on)"
    )
    parser.add_argument(
        "--database", choices=list(DATABASES), action="append", help="only this one; may be given twice"
    )
    parser.add_argument("--json", action="store_true", help="figures as JSON instead of the table")
    return parser


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 up")
    return int(text)


def _say(line: str) -> None:
    """Progress, away from the figures."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
