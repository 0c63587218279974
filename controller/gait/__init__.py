"""PURE: samples become contacts, contacts become steps, steps become gait measures."""
