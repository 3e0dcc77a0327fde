"""Spaces: words with one vector each, whatever they come from; files of them; search among them.

space (the object), formats and published (files), model2vec; largest, inner_products, distinct
and csls (the search for nearest vectors).
"""
