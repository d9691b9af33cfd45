"""Pages of playlists."""
