"""Where the shared corpora of test mail are, and what happens when they are not there."""

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]


def corpora() -> Path | None:
    """The folder of `HELPDESK_CORPORA`, else the one beside the checkout, None when neither exists."""
    named = os.environ.get("HELPDESK_CORPORA")
    folder = Path(named) if named else PROJECT.parent / "shared" / "corpora"
    return folder if folder.is_dir() else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if corpora() is not None:
        return
    wanting = [item for item in items if item.get_closest_marker("corpora")]
    if wanting:
        config.hook.pytest_deselected(items=wanting)
        items[:] = [item for item in items if not item.get_closest_marker("corpora")]
        print(f"\nno corpora of test mail (HELPDESK_CORPORA): {len(wanting)} tests left out")


@pytest.fixture(scope="session")
def corpora_folder() -> Path:
    folder = corpora()
    assert folder is not None
    return folder
