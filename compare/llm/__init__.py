"""The language-model wing: tokens → sliding windows → GPT → next-token training → word vectors.

tokenizer (byte_pairs: the same, slowly), token_encoder, windows, gpt (positions), loss, steps,
training; cost; distributed (several processes); vectors (the way to spaces).
"""
