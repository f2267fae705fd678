"""Measurements, side by side with a peer in one run and printed as ratios: ``make bench``."""
