"""What a screen shows is found in the database of its desk by what it is, not by its number."""

import sqlite3
from pathlib import Path


def one_id(database: Path, question: str, language: str) -> int:
    """The first answer to a question in SQL, in which :language is that of the picture."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        found = connection.execute(question, {"language": language}).fetchone()
    finally:
        connection.close()
    assert found is not None, f"nothing in {language} for {question}"
    number: int = found[0]
    return number
