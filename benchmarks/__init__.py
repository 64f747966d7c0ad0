"""Figures that can be run again, each beside its limit or peer in the same run."""
