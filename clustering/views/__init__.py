"""Pages: fetch with permission, check a plain form, one call, redirect or render. No write lives here."""
