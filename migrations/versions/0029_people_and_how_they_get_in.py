"""people and how they get in

Each browser that somebody is signed in with is a row of its own, so that it can be seen and ended. Everybody
signs in anew after this: a cookie of before names no row. Invitations, links that work once and the letters
about them have tables beside the outbox, whose rows belong to tickets. Beside the password stands a second
factor: an app, passkeys, codes on paper. The shop has a row for what its pages set.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

IS_OPEN = sa.text("agent_id IS NULL AND withdrawn_at IS NULL")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "agent_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        _choice("how", ("password", "code", "recovery", "key", "passkey", "link"), "how"),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("user_agent", sa.String(length=300), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        _of_agent("agent_session", "agent_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_session")),
    )
    op.create_index(op.f("ix_agent_session_agent_id"), "agent_session", ["agent_id"])
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        _choice("role", ("agent", "lead", "owner"), "invited_role"),
        sa.Column("locale", sa.String(length=12), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("invited_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "agent_id IS NULL OR withdrawn_at IS NULL", name=op.f("ck_invitation_invitation_ends_once")
        ),
        _of_agent("invitation", "agent_id"),
        _of_agent("invitation", "invited_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
    )
    op.create_index(
        "uq_invitation_open",
        "invitation",
        ["email"],
        unique=True,
        sqlite_where=IS_OPEN,
        postgresql_where=IS_OPEN,
    )
    op.create_table(
        "staff_link",
        sa.Column("id", sa.Integer(), nullable=False),
        _choice("door", ("invitation", "new_password", "set_up"), "door"),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("invitation_id", sa.Integer(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        _of_agent("staff_link", "agent_id"),
        _of_invitation("staff_link"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_link")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_staff_link_token_sha256")),
    )
    op.create_index(op.f("ix_staff_link_agent_id"), "staff_link", ["agent_id"])
    op.create_index(op.f("ix_staff_link_invitation_id"), "staff_link", ["invitation_id"])
    op.create_table(
        "staff_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        _choice("told", ("invitation", "new_password", "factor_reset"), "told"),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.Column("problem", sa.String(length=500), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        _of_invitation("staff_letter"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_letter")),
    )
    op.create_index("ix_staff_letter_due", "staff_letter", ["due_at"])
    op.create_index(op.f("ix_staff_letter_invitation_id"), "staff_letter", ["invitation_id"])
    op.create_table(
        "staff_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        _of_agent("staff_event", "about_id"),
        _of_agent("staff_event", "by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_event")),
    )
    op.create_index(op.f("ix_staff_event_about_id"), "staff_event", ["about_id"])
    _second_factor()
    _shop()


def _second_factor() -> None:
    op.create_table(
        "authenticator",
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        _of_agent("authenticator", "agent_id"),
        sa.PrimaryKeyConstraint("agent_id", name=op.f("pk_authenticator")),
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        _of_agent("passkey", "agent_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_agent_id"), "passkey", ["agent_id"])
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("code_sha256", sa.String(length=64), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        _of_agent("recovery_code", "agent_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("agent_id", "code_sha256", name="uq_recovery_code"),
    )


def _shop() -> None:
    op.create_table(
        "shop",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=120), server_default="", nullable=False),
        sa.Column("locale", sa.String(length=12), server_default="", nullable=False),
        sa.Column("currency", sa.String(length=3), server_default="", nullable=False),
        sa.Column("timezone", sa.String(length=64), server_default="", nullable=False),
        sa.Column("logo_sha256", sa.String(length=64), server_default="", nullable=False),
        sa.Column("second_factor_forced", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=True),
        sa.Column("set_up_at", MOMENT, nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_shop_there_is_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop")),
    )


def _choice(column: str, words: tuple[str, ...], name: str) -> sa.Column[str]:
    kind = sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=20)
    return sa.Column(column, kind, nullable=False)


def _of_agent(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["agent.id"], name=op.f(f"fk_{table}_{column}"))


def _of_invitation(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_invitation_id")
    return sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"], name=name)


def downgrade() -> None:
    for table in ("shop", "recovery_code", "passkey", "authenticator"):
        op.drop_table(table)
    for table in ("staff_event", "staff_letter", "staff_link", "invitation", "agent_session"):
        op.drop_table(table)
