"""Trainers: ways to word vectors, one a file, and the tuple of all.

trainer (the record), sources (what they read), word_tables and language_models (what they leave);
skipgram, gensim, ppmi, glove, gpt (gpt_workers), published, hugging_face; all_trainers (the
tuple, and ``train``).
"""
