"""`techissue report` and `techissue import`."""
