"""The built-in board: the tracker when no other is configured."""
