"""What groups, genres and years sound like, in numbers and in words."""
