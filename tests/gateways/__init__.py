"""Adapters, against servers of our own that speak as the gateways do, and misbehave."""
