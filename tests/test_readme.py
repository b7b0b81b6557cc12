"""The README says the same in both languages: settings, commands, links and duties in the same sections."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
LINK = re.compile(r"\]\(([^)]+)\)")
SETTING = re.compile(r"HELPDESK_[A-Z_]*")
COMMAND = re.compile(r"^(?:make|git|printf|\.venv\S*) [^#\n]*", re.MULTILINE)
DUTY = re.compile(r"^\| (\d+) \|.*\| `(tests/\S+\.py)::(\w+)` \|$", re.MULTILINE)
OPTION = re.compile(r"`(--[a-z-]+)")


def sections(name: str) -> list[str]:
    return re.split(r"^#+ .*$", (ROOT / name).read_text(encoding="utf-8"), flags=re.MULTILINE)


def said(section: str) -> dict[str, set[str]]:
    """What has to stand in both: names that no language changes."""
    links = {link for link in LINK.findall(section) if not link.startswith(("README", "CHANGELOG"))}
    return {
        "links": {re.sub(r"-(en|zh-CN)-(light-1440\.png)", r"-\2", link) for link in links},
        "settings": set(SETTING.findall(section)),
        "commands": {re.sub(r"<.*>", "<>", each).strip() for each in COMMAND.findall(section)},
        "duties": set(DUTY.findall(section)),
        "options": set(OPTION.findall(section)),
        "gunicorn": set(re.findall(r"`([^`]*gunicorn[^`]*)`", section)),
    }


def test_both_languages_say_the_same() -> None:
    english, chinese = sections("README.md"), sections("README.zh-CN.md")
    assert [said(section) for section in chinese] == [said(section) for section in english]


def test_what_the_readme_links_to_is_there() -> None:
    links = {
        link for name in ("README.md", "README.zh-CN.md") for link in LINK.findall("".join(sections(name)))
    }
    assert {link for link in links if "://" not in link and not (ROOT / link).exists()} == set()


def test_every_duty_towards_a_buyer_names_a_test_that_is_there() -> None:
    duties = DUTY.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    assert [int(number) for number, _, _ in duties] == [*range(1, 22)]
    for _, path, name in duties:
        assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), f"{path} has no {name}"
