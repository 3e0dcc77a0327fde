"""Judgments: what people, or the makers of a text, say of words.

analogy_sets, similarity_sets, lexicon (opposites, synonyms, categories), public_sets (by name).
"""
