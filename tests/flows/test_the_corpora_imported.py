"""All corpora of real mail through `helpdesk import`: nothing stops the run, nothing fails unseen."""

import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from helpdesk.cli.importing import import_files
from helpdesk.workers.filing import NO_MAIL
from tests.figures import Figure

pytestmark = [pytest.mark.corpora, pytest.mark.flows, pytest.mark.scale]
BESIDE = {".json", ".md", ".list", ".html", ".xml", ".bin", ".golden", ".py"}  # what stands beside the mails


def test_every_mail_of_the_corpora_is_accounted_for(
    app: Flask, corpora_folder: Path, database_url: str, figure: Figure
) -> None:
    files = sorted(
        str(path)
        for path in corpora_folder.rglob("*")
        if path.is_file() and path.suffix.lower() not in BESIDE and not path.name.startswith(("LICENSE", "."))
    )
    began = time.monotonic()
    done = CliRunner().invoke(import_files, ["--json", "--answer", *files], obj=None)
    table = json.loads(done.stdout.splitlines()[-1])
    engine = database_url.partition(":")[0]
    counts = " / ".join(str(table[word]) for word in ("filed", "joined", "ignored", "failed"))
    figure(f"{engine}: corpora imported, files", len(files))
    figure(f"{engine}: filed / joined / ignored / failed", counts)
    figure(f"{engine}: corpora imported in", time.monotonic() - began, "s")
    assert set(table["failed_because"]) <= {NO_MAIL}, "a mail was parked"
    assert sum(table[word] for word in ("filed", "joined", "ignored", "failed")) >= len(files)
