"""Sweeps: one run for each choice of options, and what the options do to its numbers."""
