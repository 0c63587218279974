"""PORTS: the hardware, and nothing but the hardware. No decisions live here."""
