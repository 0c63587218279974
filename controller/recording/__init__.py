"""The session file and the exchange folder: written once, read back, replayed, exported."""
