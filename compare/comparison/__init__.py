"""Comparison: spaces and judgments → numbers with their uncertainty, as tables.

protocol (the rules), significance (paired tests), cuts (of the vocabulary), vector_checks.
"""
