"""Signing in, background work, accounts, and how the site is."""
