"""The station itself: from one sample of one sensor to a cue, a record and a report."""

__version__ = "0.1.0"
