"""What the pages of background work, accounts and the site itself show."""
