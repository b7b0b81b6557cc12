"""CLOCK: what runs by itself. Everything due is a row; whoever wins its conditional update does the work.

schedule    APScheduler ticks, one table of jobs
turns       whose turn the shared work is, and what each job did last
crew        a poller and a sender for every active mailbox, as threads of this process
poller      new mail: fetch, store, file
sender      the outbox: lease, hand over, settle
chaser      reminders that are due
reconciler  what a dead sender left behind
forgetting  what is kept for a day only
outage      a database that is away: waited for, and said once
"""
