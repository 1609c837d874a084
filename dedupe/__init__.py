"""Which reports are the same failure. Pure: no I/O, no clock, no framework."""
