"""One module for each area of the API: its addresses, and what they take and give."""
