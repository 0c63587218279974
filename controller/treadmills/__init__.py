"""PURE: one sans-I/O protocol per make: bytes in, events out. Nothing here can move a belt."""
