"""PURE: the lead from a leg board: its frames, its clock, its samples; nothing is ever sent to it."""
