"""READ: what pages, commands and reports show, as frozen values. Nothing here changes anything.

The modules, by whom they serve:

The queue        queue queue_rows queue_claims queue_money approvals tags batches
The ticket page  tickets entries plans folding presence letters hints claims evidence promises refunds
                 ceilings inside inside_views inside_forms missed_money two_tickets
The composer     drafts saved_replies macros next_ticket undoable
The search       search search_conditions suggestions saved_queues
Telling staff    alerts
Pages of leads   report failed money_page money_by_day unasked switches reason_lessons
                  clockwork
Settings         mailboxes grants people staff access policies first_run
Orders           orders
Buyers           public claim_pages status_ways offer_pages order_proofs
Programs, proof  export proof bundle bundle_rows bundle_links bundle_zip
"""
