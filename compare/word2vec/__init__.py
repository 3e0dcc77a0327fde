"""The word2vec wing: sampling → pairs → contrastive training, ours and gensim's; counts beside it.

sampling, pairs (what is looked at, one pair at a time), blocks and row_steps (the same, many at a
time); backends: torch_backend with noise_sampler, numba_backend with its kernel; steps, skipgram;
gensim_skipgram; cooccurrences, ppmi, pair_blocks (counted pairs in blocks); held_out (one yardstick
of loss).
"""
