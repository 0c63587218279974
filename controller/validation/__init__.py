"""How right the station is: its own contacts and measures held against recordings with truth."""
