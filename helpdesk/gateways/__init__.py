"""PAY: an adapter for each payment gateway, all of one shape (`rules.paying.Gateway`).

Called by workers, never from inside a transaction; the page of webhooks calls `verify_webhook` alone.
`configured.gateways` says which ones a desk has.
"""
