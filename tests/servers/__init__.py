"""Real servers for the tests: each is started by the tests, on this machine only, and stopped by them."""
