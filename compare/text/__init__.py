"""Text: corpus → passages → sentences → words → ids; read once, the same for both wings.

corpus (named, or text_files, wikipedia, planted) → passages → normalization → words
(word_encoder) → vocabulary → tokens, the ids on disk.
"""
