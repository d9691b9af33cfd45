"""Pages of the songs themselves: search, songs, artists, genres, decades, similar songs."""
