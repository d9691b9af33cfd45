"""What pages of several areas are made of."""
