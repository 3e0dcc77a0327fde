"""Sweeps: grids, cells that fail or are killed, tables, effects."""
