"""What the databases themselves refuse, whoever writes: a row for every CHECK and UNIQUE that there is."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk.db import Base, db, transaction
from tests.models.access_rows import ACCESS_OFFENDING
from tests.models.inside_rows import INSIDE_OFFENDING
from tests.models.money_rows import MONEY_OFFENDING
from tests.models.rows import AT, GOOD, put

pytestmark = pytest.mark.trust

# (table, constraint, what makes its good row a bad one); other unique columns are changed out of the way.
CURRENT: dict[str, Any] = {"version": "2", "sha256": "1" * 64, "activated_at": AT, "is_current": True}
OFFENDING: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("agent", "ck_agent_role", {"email": "b", "session_key": "b", "role": "boss"}),
    ("agent", "uq_agent_email", {"session_key": "b"}),
    ("agent", "uq_agent_session_key", {"email": "b"}),
    ("agent", "ck_agent_told_of", {"email": "b", "session_key": "b", "told_of": "everything"}),
    ("agent", "ck_agent_after_sending", {"email": "b", "session_key": "b", "after_sending": "home"}),
    ("draft", "uq_draft_agent_ticket", {"text": "other words"}),
    ("saved_reply", "ck_saved_reply_has_a_name", {"name": ""}),
    ("saved_reply", "ck_saved_reply_says_something", {"text_en": ""}),
    ("tag", "uq_tag_folded", {"name": "LATE"}),
    ("batch", "ck_batch_deed", {"undoes_id": None, "deed": "explode"}),
    ("batch", "ck_batch_state", {"undoes_id": None, "state": "asleep"}),
    ("batch", "uq_batch_undoes_id", {"deed": "undo"}),
    ("batch_ticket", "ck_batch_ticket_fate", {"ticket_id": 1, "fate": "lost"}),
    ("draft", "ck_draft_kind", {"kind": "call"}),
    ("draft", "ck_draft_version_counts_from_one", {"version": 0}),
    ("buyer_address", "uq_buyer_address_key", {"email": "LI@buyer.example"}),
    ("mailbox", "ck_mailbox_imap_tls", {"name": "b", "imap_tls": "ssl"}),
    ("mailbox", "ck_mailbox_smtp_tls", {"name": "b", "smtp_tls": ""}),
    ("mailbox_folder", "ck_mailbox_folder_last_uid_counts_up", {"name": "b", "last_uid": -1}),
    ("mailbox_folder", "ck_mailbox_folder_role", {"name": "b", "role": "inbox"}),
    ("mailbox_folder", "uq_mailbox_folder_mailbox_id_name", {"role": "more"}),
    ("mailbox_grant", "ck_mailbox_grant_provider", {"provider": "yahoo"}),
    ("mailbox_grant", "ck_mailbox_grant_agreed_has_a_moment", {"refresh_sealed": b"x"}),
    ("mailbox", "uq_mailbox_name", {"address": "other@shop.example"}),
    ("ticket", "ck_ticket_state", {"state": "pending"}),
    ("ticket", "ck_ticket_waiting_on", {"state": "waiting", "waiting_on": "godot"}),
    ("ticket", "ck_ticket_waiting_on_somebody", {"state": "waiting"}),
    ("ticket", "ck_ticket_waiting_on_somebody", {"state": "open", "waiting_on": "buyer"}),
    ("ticket", "ck_ticket_merged_is_closed", {"merged_into_id": 1}),
    ("entry", "ck_entry_kind", {"seq": 2, "kind": "comment"}),
    ("entry", "ck_entry_seq_counts_from_one", {"seq": 0}),
    ("entry", "uq_entry_seq", {"verb": "moved"}),
    ("attachment", "uq_attachment_position", {"filename": "b.png"}),
    ("received_message", "ck_received_message_state", {"uid": 2, "state": "lost"}),
    ("received_message", "ck_received_message_parked_has_a_problem", {"uid": 2, "state": "parked"}),
    ("received_message", "ck_received_message_parked_has_a_problem", {"uid": 2, "problem": "odd"}),
    ("received_message", "ck_received_message_ignored_has_a_reason", {"uid": 2, "state": "ignored"}),
    ("received_message", "ck_received_message_ignored_has_a_reason", {"uid": 2, "ignored_because": "copy"}),
    ("received_message", "uq_received_message_place", {"sha256": "1" * 64}),
    ("outbox_message", "ck_outbox_message_state", {"reason": "b", "message_id": "b", "state": "bounced"}),
    (
        "outbox_message",
        "ck_outbox_message_sent_has_a_moment",
        {"reason": "b", "message_id": "b", "sent_at": AT},
    ),
    (
        "outbox_message",
        "ck_outbox_message_sent_has_a_moment",
        {"reason": "b", "message_id": "b", "state": "sent"},
    ),
    ("outbox_message", "uq_outbox_message_reason", {"message_id": "b"}),
    ("outbox_message", "uq_outbox_message_message_id", {"reason": "b"}),
    ("notification", "uq_notification_ticket_agent", {"from_seq": 2}),
    ("suppression", "uq_suppression_key", {"because": "again"}),
    ("reminder", "ck_reminder_kind", {"cycle": 2, "kind": "nagging"}),
    ("reminder", "ck_reminder_state", {"cycle": 2, "state": "lost"}),
    ("reminder", "ck_reminder_withdrawn_has_a_reason", {"cycle": 2, "state": "withdrawn"}),
    ("reminder", "ck_reminder_withdrawn_has_a_reason", {"cycle": 2, "withdrawn_because": "arrived"}),
    ("reminder", "uq_reminder_cycle", {"due_at": AT.replace(year=2027)}),
    ("saved_queue", "uq_saved_queue_name", {"query": "mug"}),
    ("tally", "ck_tally_count_is_not_negative", {"key": "1" * 64, "count": -1}),
    ("api_key", "ck_api_key_scope", {"name": "b", "token_sha256": "1" * 64, "scope": "everything"}),
    ("api_key", "uq_api_key_name", {"token_sha256": "1" * 64}),
    ("api_key", "uq_api_key_token_sha256", {"name": "b"}),
    ("shop_order", "ck_shop_order_state", {"external_no_norm": "2", "state": "lost"}),
    ("shop_order", "ck_shop_order_exponent", {"external_no_norm": "2", "exponent": 5}),
    ("shop_order", "ck_shop_order_amounts_are_not_negative", {"external_no_norm": "2", "fees_minor": -1}),
    ("shop_order", "uq_shop_order_source_number", {"external_no": "other"}),
    ("order_address", "uq_order_address", {"email": "LI@buyer.example"}),
    (
        "order_line",
        "ck_order_line_compensated_at_most_once",
        {"position": 2, "line_paid_minor": 0, "compensated_quantity": 3},
    ),
    ("order_line", "ck_order_line_compensated_at_most_once", {"position": 2, "compensated_quantity": -1}),
    ("order_line", "ck_order_line_amounts_are_not_negative", {"position": 2, "unit_paid_minor": -1}),
    ("order_line", "uq_order_line_position", {"title": "other"}),
    ("payment", "ck_payment_refunds_fit_in", {"reference": "2", "refunded_minor": 150, "reserved_minor": 51}),
    ("payment", "ck_payment_refunds_fit_in", {"reference": "2", "reserved_minor": -1}),
    ("payment", "ck_payment_exponent", {"reference": "2", "exponent": -1}),
    ("payment", "uq_payment_reference", {"position": 2}),
    ("shipment", "uq_shipment_position", {"tracking": "SF2"}),
    ("ticket_order", "ck_ticket_order_level", {"order_id": 2, "level": "certain"}),
    ("ticket_order", "uq_ticket_order", {"how": "agent"}),
    ("named_number", "uq_named_number", {}),
    ("order_proof", "ck_order_proof_tries_are_not_negative", {"tries": -1}),
    ("order_line", "ck_order_line_made_good_once", {"position": 2, "given_minor": 201}),
    ("order_line", "ck_order_line_made_good_once", {"position": 2, "given_minor": -1}),
    (
        "order_line",
        "ck_order_line_made_good_once",
        {"position": 2, "given_minor": 101, "compensated_quantity": 1},
    ),
    (
        "shop_order",
        "ck_shop_order_postage_goes_back_once",
        {"external_no_norm": "2", "shipping_given_minor": 1},
    ),
    (
        "policy_version",
        "ck_policy_version_retired_was_active",
        CURRENT | {"activated_at": None, "is_current": None, "retired_at": AT},
    ),
    ("policy_version", "uq_policy_version_sha256", {"version": "2"}),
    ("policy_version", "uq_policy_version_name", {"sha256": "1" * 64}),
    ("policy_version", "ck_policy_version_current_is_active", CURRENT | {"activated_at": None}),
    ("policy_version", "ck_policy_version_current_is_active", CURRENT | {"retired_at": AT}),
    ("policy_version", "ck_policy_version_current_is_active", CURRENT | {"is_current": None}),
    ("policy_version", "uq_policy_version_one_is_current", CURRENT),
    ("force_majeure_event", "ck_force_majeure_event_ends_after_it_starts", {"ends_at": AT}),
    ("event_claim", "uq_event_claim", {"due_at": AT}),
    ("claim", "ck_claim_state", {"state": "paid", "live": False}),
    ("claim", "ck_claim_wish", {"wish": "everything", "live": False}),
    ("claim", "ck_claim_condition", {"condition": "odd", "live": False}),
    ("claim", "ck_claim_version_counts_from_one", {"version": 0}),
    ("claim", "ck_claim_wish_has_a_currency", {"wish_minor": 5}),
    ("claim", "uq_claim_unlinked", {"state": "awaiting_buyer"}),
    ("claim_line", "ck_claim_line_quantity_is_positive", {"claim_id": 2, "quantity": 0, "live": False}),
    ("claim_line", "uq_claim_line", {"matter": "damaged"}),
    ("claim_line", "uq_claim_line_live", {"claim_id": 2}),
    ("evidence", "ck_evidence_kind", {"sha256": "1" * 64, "kind": "hearsay"}),
    ("evidence", "ck_evidence_state", {"sha256": "1" * 64, "state": "lost", "judged_at": AT}),
    ("evidence", "ck_evidence_refused_has_a_reason", {"sha256": "1" * 64, "why": "blurred"}),
    ("evidence", "ck_evidence_judged_has_a_moment", {"sha256": "1" * 64, "judged_at": AT}),
    ("evidence", "uq_evidence", {"kind": "video"}),
    ("evidence_asked", "ck_evidence_asked_kind", {"kind": "hearsay"}),
    ("evidence_asked", "uq_evidence_asked", {"entry_id": 1}),
    ("offer", "ck_offer_state", {"claim_id": 2, "number": 2, "state": "maybe", "answered_at": AT}),
    ("offer", "ck_offer_accepted_has_an_option", {"claim_id": 2, "chosen": 1}),
    ("offer", "ck_offer_answered", {"claim_id": 2, "answered_at": AT}),
    ("offer", "uq_offer_number", {"state": "withdrawn", "answered_at": AT}),
    ("offer", "uq_offer_unanswered", {"number": 2}),
    ("offer_part", "ck_offer_part_remedy", {"position": 2, "remedy": "flowers"}),
    ("offer_part", "ck_offer_part_amount_is_not_negative", {"position": 2, "amount_minor": -1}),
    ("offer_part", "ck_offer_part_options_count_from_one", {"position": 2, "option": 0}),
    ("offer_part", "uq_offer_part", {"option": 2}),
    ("approval", "ck_approval_state", {"state": "perhaps"}),
    ("approval", "ck_approval_another_person", {"state": "given", "decided_by_id": 1}),
    ("approval", "uq_approval_asked", {"amount_minor": 5}),
    ("agreed_remedy", "ck_agreed_remedy_remedy", {"remedy": "flowers"}),
    ("agreed_remedy", "ck_agreed_remedy_state", {"state": "perhaps"}),
    ("agreed_remedy", "ck_agreed_remedy_amount_is_not_negative", {"amount_minor": -1}),
    ("survey", "ck_survey_score_is_one_to_five", {"score": 0, "answered_at": AT}),
    ("survey", "ck_survey_score_is_one_to_five", {"score": 6, "answered_at": AT}),
    ("survey", "ck_survey_answered_has_a_score", {"score": 3}),
    ("survey", "ck_survey_answered_has_a_score", {"answered_at": AT}),
    *INSIDE_OFFENDING,
    *ACCESS_OFFENDING,
    *MONEY_OFFENDING,
)


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A transaction in which every table holds its good row."""
    with transaction() as session:
        for table in GOOD:
            put(session, table)
        yield session


def constraints(connection: Connection) -> set[str]:
    inspector = inspect(connection)
    return {
        str(found["name"])
        for table in Base.metadata.tables
        for found in (
            *inspector.get_check_constraints(table),
            *inspector.get_unique_constraints(table),
            *(index for index in inspector.get_indexes(table) if index["unique"]),
        )
    }


def test_every_table_has_a_good_row() -> None:
    assert set(GOOD) == set(Base.metadata.tables)


def test_every_constraint_has_an_offending_row(app: Flask) -> None:
    with db.engine.connect() as connection:
        assert constraints(connection) == {name for _, name, _ in OFFENDING}


def test_the_database_refuses_each_offending_row(session: Session) -> None:
    for table, name, changes in OFFENDING:
        # SQLite names the columns of a UNIQUE and not the constraint
        said = f"{name}|UNIQUE constraint failed: {table}\\."
        with pytest.raises(IntegrityError, match=said), session.begin_nested():
            put(session, table, **changes)


def test_a_row_that_points_at_nothing_is_refused(session: Session) -> None:
    with pytest.raises(IntegrityError), session.begin_nested():
        put(session, "buyer_address", buyer_id=99, key="other")
