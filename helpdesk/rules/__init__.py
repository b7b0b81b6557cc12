"""DECIDE: pure functions and tables. No clock, no I/O, no database; time and facts are arguments."""
