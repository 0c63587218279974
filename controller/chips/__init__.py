"""PURE: what accelerometer chips want written and how their FIFOs are read: registers in, samples out."""
