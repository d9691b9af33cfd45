"""What comes after a run: its groups among new songs, and beside those of another run."""
