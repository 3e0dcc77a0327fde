"""From a language model to word vectors: out of its tables, of its layers in context or alone.

options, word_pieces (a word's tokens), drawing (which occurrences), coders (text → ids),
language_model (what every model is asked), tables, alignment and rows (words among tokens),
in_context, alone, occurrences, pretrained.
"""
