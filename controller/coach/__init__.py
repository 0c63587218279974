"""PURE: targets, bands, blocks and the reasons for silence become advice and cues."""
