"""E-mail as a medium: reading what arrives, writing what leaves, and the wires between.

Knows no ticket, no Flask, no SQL. Re-exports nothing: import the room you mean. The modules, by what they do:

Values          types errors accounts
Reading         parse mime headers folding envelope addresses domains subjects dates body charset
                charset_scores charset_seven_bit html markup language
Files           attachments textfiles tnef cms armour calendar
New and quoted  quoting quoting_lines quoting_marks quoting_words html_quotes signatures forwards
What it is      classify junk references authentication authentication_results
Bounces         bounces status_reports failures failure_prose bounce_words diagnosis returned_copies
                complaints provider_notices
IMAP            mailbox folders fetching waiting
Writing         compose markdown links
SMTP            transport submission replies
Both wires      providers signin sasl oauth device roundtrip
"""
