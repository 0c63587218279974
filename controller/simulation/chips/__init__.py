"""Accelerometer chips made of software, at the level of registers and FIFOs."""
