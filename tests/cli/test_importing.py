"""`import`: mail from files of every shape, the same once, and a table of what became of it."""

import json
import mailbox
from pathlib import Path

import pytest

from helpdesk import clock
from helpdesk.db import reading
from helpdesk.queries import mailboxes
from helpdesk.workers.filing import NO_MAIL
from tests.cli.conftest import Run
from tests.letterbox import mail


def letters(count: int) -> list[bytes]:
    return [mail(f"第 {n} 封", sender=f"buyer{n}@buyer.example", subject=str(n)) for n in range(count)]


def imported(run: Run, *arguments: str, exit_code: int = 0) -> dict[str, object]:
    told = run("import", "--json", *arguments)
    assert told.exit_code == exit_code, told.output
    table: dict[str, object] = json.loads(told.stdout)
    return table


def filed(count: int) -> dict[str, object]:
    return {
        "filed": count, "joined": 0, "ignored": 0, "failed": 0, "ignored_because": {}, "failed_because": {},
        "failed_files": [],
    }  # fmt: skip


def as_eml(folder: Path) -> Path:
    path = folder / "one.eml"
    path.write_bytes(letters(1)[0])
    return path


def as_mbox(folder: Path) -> Path:
    box = mailbox.mbox(folder / "archive")
    for raw in letters(3):
        box.add(raw)
    box.close()
    return folder / "archive"


def as_maildir(folder: Path) -> Path:
    box = mailbox.Maildir(folder / "Maildir")
    for number, raw in enumerate(letters(3)):
        key = box.add(raw)
        if number:
            message = box[key]
            message.set_subdir("cur")
            box[key] = message
    return folder / "Maildir"


def as_folder(folder: Path) -> Path:
    for number, raw in enumerate(letters(3)):
        below = folder / f"year{number}"
        below.mkdir()
        (below / "mail.eml").write_bytes(raw)
    (folder / "notes.txt").write_text("no mail")
    return folder


@pytest.mark.parametrize(
    ("shape", "count"),
    [(as_eml, 1), (as_mbox, 3), (as_maildir, 3), (as_folder, 3)],
    ids=["eml", "mbox", "maildir", "folder"],
)
def test_files_of_every_shape_are_filed_and_the_second_time_are_copies(
    run: Run, tmp_path: Path, shape: object, count: int
) -> None:
    (tmp_path / "in").mkdir()
    path = str(shape(tmp_path / "in"))  # type: ignore[operator]  # one of the four above

    assert imported(run, path) == filed(count)
    assert imported(run, path) == filed(0) | {"ignored": count, "ignored_because": {"copy": count}}


def test_nothing_is_sent_for_old_mail_unless_told_to(run: Run, tmp_path: Path) -> None:
    first, second = tmp_path / "first.eml", tmp_path / "second.eml"
    first.write_bytes(letters(1)[0].replace(b"Date: ", b"X-Date: "))
    second.write_bytes(mail("new", subject="new"))
    run("import", str(first))
    run("import", "--answer", str(second))

    assert [[entry["verb"] for entry in ticket(run, n)["entries"]] for n in (1, 2)] == [  # type: ignore[attr-defined]
        ["received"],
        ["received", "acknowledged"],
    ]


def ticket(run: Run, number: int) -> dict[str, object]:
    found: dict[str, object] = json.loads(run("ticket", str(number), "--json").stdout)
    return found


def test_an_answer_in_the_archive_joins(run: Run, tmp_path: Path) -> None:
    (tmp_path / "1.eml").write_bytes(mail(message_id="one@buyer.example"))
    (tmp_path / "2.eml").write_bytes(mail("und?", in_reply_to="one@buyer.example"))

    assert imported(run, "--archive", str(tmp_path)) == filed(1) | {"joined": 1}


def test_a_file_that_cannot_be_read_is_listed_and_the_others_are_filed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.eml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "b.eml").write_bytes(letters(1)[0])

    table = imported(run, str(tmp_path), exit_code=1)

    assert table == filed(1) | {
        "failed": 1,
        "failed_because": {"No such file or directory": 1},
        "failed_files": [
            {"file": str(tmp_path / "a.eml"), "message": None, "because": "No such file or directory"}
        ],
    }


def test_a_mail_that_cannot_be_filed_is_counted_and_kept(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpdesk.workers.filing.parse", lambda raw: 1 // 0)

    table = imported(run, str(as_eml(tmp_path)), exit_code=1)

    assert table["failed_because"] == {"ZeroDivisionError: integer division or modulo by zero": 1}


def test_the_table_can_be_read_by_people(run: Run, tmp_path: Path) -> None:
    path = str(as_eml(tmp_path))
    run("import", path)

    told = run("import", path)

    assert [" ".join(line.split()) for line in told.stdout.splitlines()] == [
        "filed 0",
        "joined 0",
        "ignored 1",
        "failed 0",
        "ignored: 1 x copies of mail that is here already",
    ]


def test_what_could_not_be_filed_is_named_with_its_file_and_place(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.eml").touch()
    (tmp_path / "box").write_bytes(b"From a Mon\n" + letters(1)[0] + b"\nFrom b Mon\n\nno header\n")

    told = run("import", str(tmp_path / "empty.eml"), str(tmp_path / "box"))

    assert told.exit_code == 1
    assert told.stdout.splitlines()[-2:] == [
        f"  failed: {tmp_path / 'empty.eml'}: {NO_MAIL}",
        f"  failed: {tmp_path / 'box'}, message 2: {NO_MAIL}",
    ]


def test_a_folder_without_mail_says_so(run: Run, tmp_path: Path) -> None:
    told = run("import", str(tmp_path))

    assert told.exit_code == 1
    assert f"{tmp_path}: no mail is there" in told.stdout


@pytest.mark.parametrize("arguments", [("/nowhere/at/all",), ()])
def test_a_path_is_needed_and_must_be_there(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("import", *arguments).exit_code == 2


def test_imported_mail_stands_in_the_ledger(run: Run, tmp_path: Path) -> None:
    run("import", str(as_mbox(tmp_path)))
    run("import", str(tmp_path / "archive"))

    with reading() as session:
        (mailbox,) = mailboxes.all_of_them(session, at=clock.now())
    assert mailbox.ledger == mailboxes.Ledger(seen=6, filed=3, ignored=(("copy", 3),))


def test_an_unknown_mailbox_is_refused(run: Run, tmp_path: Path) -> None:
    told = run("import", "--mailbox", "lost", str(as_eml(tmp_path)))

    assert told.exit_code == 1
    assert "no mailbox called 'lost'" in told.stderr
