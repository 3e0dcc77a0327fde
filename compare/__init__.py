"""embcontrast's library: word2vec and language-model embeddings of the same text, compared.

Names are loaded when they are first used; ``__init__.pyi`` lists them in reading order. The rooms
behind them: text → word2vec | llm → spaces → judgments, measures → comparison; trainers; figures.
"""

import lazy_loader

from compare.waiting import bound_waiting

bound_waiting()  # before torch is loaded
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
