"""What the pages of songs, artists, genres and years show, and how songs are found."""
