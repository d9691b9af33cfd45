"""What the pages of playlists show, and which songs a playlist can be made of."""
