"""Everything killed again and again while residents and staff go on; then counted what is left."""
