"""Configs: what a run, a collection of runs, or a check of vectors is told.

models (one model with its trainer's options), run_config (the whole), earlier (old forms, refused
with the new ones), loading (presets, TOML files and single settings).
"""
