"""DO: one module per noun. Actions change state and write entries; they never commit.

Session and time are arguments: the edge opens the transaction and asks the clock. The modules, by what
they serve:

Search           indexing saved_queues
Mail in          arrivals intake evidence joining reacting acknowledging ignoring spam read_once late_bytes
                 by_hand importing staff_mail side_mail
Before sending   writing recipients saved_replies macros drafts guarding guard_amounts later
Mail out         sending outbox pacing copies notifying unknown undelivered returned readdressing unreached
                 suppressions opting_out
Mailboxes        mailboxes mailbox_forms folders grants trying removal directory
Tickets          conversation turns tickets buyers replies calls merging unmerging splitting tasks reminders
                 followups planned_mail overdue surveys presence resting
Many at once     batches batch_deeds putting_back tags snoozes
Orders           orders order_parts order_links linking late_orders order_proofs proving buyer_forms
Claims           claims claim_intake claim_forms form_requests withdrawals claim_lines claim_orders
                 claim_reasons claim_circumstances claim_progress claim_steps claim_answers claim_waits
                 merged_claims telling claim_letters claims_by_hand
Claims in time   claim_timers claim_clock unanswered
Policy           policies calendars deciding deductions events affected
Evidence         asking claim_evidence judging_evidence uploading
Agreement        offers approvals claim_limits agreeing compensations
Money            remedy_terms remedy_money refund_promises refund_rows paying hand_payments wanted_back
                 refunds refund_plans refund_letters refund_arrivals chases unpromised notices statements
                 externals switches lost_instructions
Goods            remedy_goods returns return_rows return_approvals return_outcomes return_addresses
                 replacements replacement_rows coupons parcels goods_letters
Telling staff    alerts
Inside the shop  agents contacts inquiries platforms bundles api_keys once
Getting in       agent_sessions invitations staff_links staff_letters staff_events handing_over forgotten
                 second_factor passkeys shop first_run
The clock        clockwork
"""
