"""Try it out: a mail provider inside the process, a mailbox for pretend buyers, and a shop to play with.

    provider   IMAP and SMTP on loopback; keeps its mail on disk (`kept_mail`), takes new mail (`delivery`)
    shop       the demo shop: people, the mailbox, and a first morning of mail
    buyer      the page where one writes as a buyer, reads what the shop sent, and lets time pass
    seeding    `helpdesk seed`: a database full of tickets
               stories, claim_stories, money_stories: what happens, in the words of `voices`
               acting, working, dealing, playing: how it happens, from mail to parcels
               scratch, cast, telling: each story is played once on a desk of its own
               printing, varied, placing: and copied with other names, numbers and days

Nothing imports this but the command line; a real shop never runs it.
"""
