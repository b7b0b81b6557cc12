"""DO: one module per noun. Actions change state and write entries; they never commit.

Session and time are arguments: the edge opens the transaction and asks the clock.
"""
