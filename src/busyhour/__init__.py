"""busyhour: phone events in, Dialpad Stats API reports out."""

__version__ = "0.1.0"
