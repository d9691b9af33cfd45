"""The pages of songs, artists, genres and years."""
