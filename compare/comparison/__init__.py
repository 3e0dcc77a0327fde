"""Comparison: spaces and judgments → numbers with their uncertainty, as tables.

protocol (the rules), quantities (all numbers, in order), scores (asking a space), item_scores (what
passes give besides), significance (paired tests), seeds, cuts, space_pairs, examples, comparison
(all of it), vector_checks (a first look at one space).
"""
