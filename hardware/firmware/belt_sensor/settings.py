"""How this board is wired: GPIO numbers. CHANNEL_B is None for a single hall, reed or optical sensor."""

CHANNEL_A = 2
CHANNEL_B = None
