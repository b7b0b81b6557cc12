"""What load balancers ask: it is told without a login, and says what is wrong."""

from helpdesk.db import transaction
from tests.web.conftest import Desk, Visitor


def test_health_needs_no_login(stranger: Visitor) -> None:
    assert stranger.text("/healthz") == "ok\n"
    assert stranger.get("/readyz").status_code == 200


def test_a_database_behind_its_migrations_is_not_ready(desk: Desk, stranger: Visitor) -> None:
    with transaction() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    answer = stranger.get("/readyz")
    assert answer.status_code == 503
    assert "newest migration" in answer.get_data(as_text=True)
