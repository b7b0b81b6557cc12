"""policies and what nobody could help

Every version of the shop's policy with its text, and the declared events of force majeure.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

SENTENCE = "the text of a policy is kept as it was uploaded"


def upgrade() -> None:
    op.create_table(
        "policy_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("policy_id", sa.String(length=60), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("uploaded_by", sa.String(length=40), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activated_by", sa.String(length=40), nullable=False, server_default=""),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_current", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "retired_at IS NULL OR activated_at IS NOT NULL",
            name=op.f("ck_policy_version_retired_was_active"),
        ),
        sa.CheckConstraint(
            "(is_current IS NOT NULL) = (activated_at IS NOT NULL AND retired_at IS NULL)",
            name=op.f("ck_policy_version_current_is_active"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_version")),
        sa.UniqueConstraint("sha256", name="uq_policy_version_sha256"),
        sa.UniqueConstraint("policy_id", "version", name="uq_policy_version_name"),
        sa.UniqueConstraint("is_current", name="uq_policy_version_one_is_current"),
    )
    op.create_table(
        "force_majeure_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("regions", sa.JSON(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.String(length=500), nullable=False, server_default=""),
        sa.Column("declared_by", sa.String(length=40), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.String(length=40), nullable=False, server_default=""),
        sa.CheckConstraint(
            "ends_at IS NULL OR ends_at > starts_at", name=op.f("ck_force_majeure_event_ends_after_it_starts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_force_majeure_event")),
    )
    op.create_index("ix_force_majeure_event_starts", "force_majeure_event", ["starts_at"])
    _keep_texts()


def _keep_texts() -> None:
    """Decisions are explained from the text for good: both databases refuse to change it, or to lose it."""
    kept = "policy_id, version, sha256, text, uploaded_by, uploaded_at, effective_from"
    if op.get_bind().dialect.name == "sqlite":
        for verb in (f"UPDATE OF {kept}", "DELETE"):
            op.execute(
                f"CREATE TRIGGER policy_version_refuses_{verb[:6].lower()} BEFORE {verb} ON policy_version "
                f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION policy_version_refuses_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'check_violation'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER policy_version_refuses_change BEFORE UPDATE OF {kept} OR DELETE ON policy_version "
        "FOR EACH ROW EXECUTE FUNCTION policy_version_refuses_change()"
    )


def downgrade() -> None:
    op.drop_table("force_majeure_event")
    op.drop_table("policy_version")  # and its trigger
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION policy_version_refuses_change()")
