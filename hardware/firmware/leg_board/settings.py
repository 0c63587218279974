"""How this board is wired, by GPIO numbers, and what its chip is to do: as station.toml has it too."""

RATE_HZ = 1667  # 208, 417, 833, 1667 or 3333
RANGE_G = 32  # 4, 8, 16 or 32
BAUD = 1000000  # of the RS-485 lead; 0: over USB

SPI_HZ = 8000000
SCK, MOSI, MISO, SELECT = 2, 3, 4, 7  # SPI 0
READY = 6  # the chip's INT1
TX = 0  # UART 0, to the driver's DI; its DE is tied high
LED = 25
