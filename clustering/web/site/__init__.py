"""Pages of the site: jobs, account, activity, status, sign-in."""
