"""E-mail as a medium: reading what arrives, writing what leaves, and the wires between.

Knows no ticket, no Flask, no SQL. Re-exports nothing: import the room you mean.
"""
