"""Many rows at once, by COPY on Django's own connection; the one home of raw SQL for volume."""
