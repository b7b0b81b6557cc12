"""Where the first reply ends in the reply sets of other projects: the first words of what is quoted.

Written down by reading each file. None: all of it is new, because nothing is quoted, own words stand between
the quoted ones, or everything is quoted (then all is shown). The files stand in the shared corpora.
"""

EMAIL_REPLY_PARSER = {
    "correct_sig.txt": None,
    "email_1_1.txt": None,
    "email_1_2.txt": None,  # own words between the quoted ones
    "email_1_3.txt": "On 01/03/11 7:07 PM",
    "email_1_4.txt": "On Aug 22, 2011",
    "email_1_5.txt": None,
    "email_1_6.txt": "On Dec 16, 2011",
    "email_1_7.txt": "On Tue, Sep 25, 2012",
    "email_1_8.txt": None,  # own words between the quoted ones
    "email_2_1.txt": " ------------------------------",
    "email_2_2.txt": "________________________________________",
    "email_2_3.txt": "From: CRM Comments",
    "email_BlackBerry.txt": None,
    "email_bullets.txt": "On Fri, Feb 24, 2012",
    "email_iPhone.txt": None,
    "email_long_quote.txt": None,  # own words between the quoted ones
    "email_multi_word_sent_from_my_mobile_device.txt": None,
    "email_one_is_not_on.txt": "On Oct 1, 2012",
    "email_sent_from_my_not_signature.txt": None,
    "email_sig_delimiter_in_middle_of_line.txt": None,
    "greedy_on.txt": "On 9 Jan 2014",
    "pathological.txt": "On Dec 8, 2013",
}

ZAPIER = {
    **{name: words for name, words in EMAIL_REPLY_PARSER.items() if name != "email_long_quote.txt"},
    "email_2_3.txt": "*From:* Kim via Site",
    "email_gmail.txt": "On Wed, May 18, 2016",
    "email_headers_no_delimiter.txt": "From: Dan Watson",
    "email_partial_quote_header.txt": "On 9 Jan 2014",
}

MAIL_PARSER_REPLY = {
    **{name: words for name, words in ZAPIER.items() if name not in (
        "email_1_2.txt", "email_BlackBerry.txt", "email_iPhone.txt",
        "email_multi_word_sent_from_my_mobile_device.txt", "email_sent_from_my_not_signature.txt",
    )},
    "begins_with_signature.txt": "On Mon, Jun 3, 2024",
    "caution.txt": None,
    "caution2.txt": None,
    "email_3_1.txt": "Am So., 1. Jan. 2023",
    "email_danish_1.txt": "Den 24. nov. 2025",
    "email_danish_2.txt": "Fra: Hanne Hansen",
    "email_danish_3.txt": "Den 24. nov. 2025",
    "email_danish_4.txt": "-----Oprindelig meddelelse-----",
    "email_danish_5.txt": None,
    "email_ja_1_1.txt": None,
    "email_ja_1_2.txt": "2022年1月1日(金)",
    "email_nl_1_1.txt": None,
    "email_nl_1_2.txt": "------------------------------",
    "email_pl_1_1.txt": None,
    "email_pl_1_2.txt": "Dnia 28 lutego 2023",
    "email_pl_1_3.txt": None,
    "email_sent_from_BlackBerry.txt": None,
    "email_sent_from_iPhone.txt": None,
    "email_sent_from_multi_word_mobile_device.txt": None,
    "email_sent_from_not_signature.txt": None,
    "email_sv_anon_1.txt": "ons 4 dec. 2024",
    "email_swedish_1.txt": "> 4 dec. 2024",
    "email_swedish_2.txt": "Den fre 28 feb. 2025",
    "forward.txt": None,
    "multi_header.txt": "On May 30, 2020, at 4:24 PM",
    "multiline_on.txt": None,  # nothing but quotes
    "multiline_on_de.txt": "Am So., 1. Jan. 2023",
    "outlook.txt": None,
}  # fmt: skip

# HTML: the last words of the reply; None: forwarded or not quoted, shown whole.
QUOTEQUAIL = {
    "apple_forward.html": None,
    "apple_reply.html": "Bar",
    "gmail_forward.html": None,
    "gmail_reply.html": "bar",
    "ios_mail_reply_unescaped_address.html": "Sent from my iPhone",
    "mailru_forward.html": None,
    "mailru_forward_unwrapped.html": None,
    "outlook_forward.html": None,  # only its subject says that it is one: "FW:" is put above it
    "outlook_forward_unwrapped.html": None,
    "outlook_forward_unwrapped_top.html": None,
    "thunderbird_forward.html": None,
    "thunderbird_forward_unwrapped.html": None,
    "yahoo_reply_unescaped_address.html": "Dan",
}
