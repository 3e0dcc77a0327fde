"""Words of long texts as compiled code: ``borders`` finds them, ``numbers`` numbers them.

What ``word_spans``, ``sentence_ends`` and Arrow do by whole arrays, for texts of a byte a
character; ``compiled_words.py`` calls it, with the tables of rules that it follows. Nothing here is
imported where numba is missing.
"""
