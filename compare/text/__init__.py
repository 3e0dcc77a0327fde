"""Text: corpus → passages → sentences → words → ids; read once, the same for both wings.

Files: containers (compressed, archives), file_kinds (what a file is), encodings, fields (JSON
lines, tables) → text_files. corpus (named, or text_files, wikipedia, planted) → split (what is held
out) → passages → normalization → words, by characters and abbreviations (found_words with
word_spans and sentence_ends: the same by whole arrays; compiled_words with kernel: compiled) →
word_encoder (their numbers) → vocabulary → tokens, the ids on disk.
"""
