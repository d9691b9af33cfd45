"""Queries, forms and texts that pages of several areas share."""
