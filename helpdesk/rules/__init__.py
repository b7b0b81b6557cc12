"""DECIDE: pure functions and tables. No clock, no I/O, no database; time and facts are arguments.

The modules, by what they decide about:

The record       states chain scopes turns next_things tags batches snoozing
Mail             matching answering suppression thanks archives retry staff inquiries
Search           segmenting searching search_terms search_documents
The clock        jobs
Words of buyers  folding phrases phrasebook phrasebook_reading reasons reason_lessons wishes amounts_named
                 currency_named masking
Money            money currencies settlement ceilings paying refunds refund_terms money_days reminders
                 statements statement_files statement_maps approving
Getting in       access browsers one_time_codes
Before sending   guard guard_text guard_words guard_promises guard_figures placeholders later
Orders           orders order_files order_rows order_row_reading order_cells order_json order_numbers
                 column_maps linking buyer_form regions carriers parcels
Claims           claim_terms claims claim_moves claim_guards claim_timing claim_trust telling proposals
                 offers evidence evidence_files returns replacements platforms
Policy           policy_terms policy_shipped policy_floors policy_limits policy_timers
Reading one      policy_reading policy_values policy_lines policy_clauses policy_examples
Asking one       policy_facts policy_gathering policy_predicates policy_counting policy_amounts
                 policy_deciding policy_explaining policy_filling
Judging one      policy_checking policy_grid policy_comparing
"""
