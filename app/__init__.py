"""HER2 Facts: structured facts about HER2-positive breast cancer, each cited to its passage."""

__version__ = "1.0.0"
