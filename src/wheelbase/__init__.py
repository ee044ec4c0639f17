"""One flexible vehicle architecture or a bespoke EV platform: which, when, with whom."""

__version__ = "0.1.0"
