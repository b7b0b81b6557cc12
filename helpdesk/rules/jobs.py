"""The jobs of the clock, and how often each is run. What is due stands in rows; these only ask for it."""

from datetime import timedelta

TURN = "clock"  # the name of the lease
LEASE = timedelta(seconds=12)
GONE_AFTER = timedelta(seconds=30)  # a worker that has said nothing for so long

JOBS: tuple[tuple[str, timedelta], ...] = (
    ("turn", timedelta(seconds=2)),  # whose turn it is, and what the jobs did
    ("mailboxes", timedelta(seconds=5)),  # follow mailboxes that were added, paused, resumed
    ("poll", timedelta(seconds=60)),  # the net below IDLE
    ("file", timedelta(seconds=30)),  # what was put in line again where nobody reads
    ("send", timedelta(seconds=1)),  # replies whose undo time is over
    ("post", timedelta(seconds=2)),  # letters to colleagues: invitations, links for a new password
    ("pay", timedelta(seconds=2)),  # refunds that may leave, and those that are under way
    ("chase", timedelta(seconds=5)),  # reminders
    ("link", timedelta(seconds=20)),  # tickets that name an order which was told of later
    ("index", timedelta(seconds=5)),  # entries that no search can find yet
    ("batches", timedelta(seconds=1)),  # what colleagues do to many tickets at once
    ("reconcile", timedelta(seconds=30)),  # messages whose sender died
    ("forget", timedelta(hours=1)),  # what is kept for a day
)
OF_EACH_WORKER = ("turn", "mailboxes", "poll", "send")  # the rest is shared
SHARED = tuple((name, every) for name, every in JOBS if name not in OF_EACH_WORKER)
