"""The front door, in the order of the pipeline: text, models, spaces, comparison, figures."""

# ruff: noqa: I001 (in reading order)

from .text.reading import read_text as read_text
from .trainers.train import train as train
from .trainers.train import train_word2vec as train_word2vec
from .trainers.train import train_gensim as train_gensim
from .trainers.train import train_ppmi as train_ppmi
from .trainers.train import train_gpt as train_gpt
from .trainers.spaces_by_name import open_space as open_space
from .trainers.train import open_model as open_model
from .spaces.space import EmbeddingSpace as EmbeddingSpace
from .judgments.judgments import open_judgments as open_judgments
from .comparison.comparison import compare_spaces as compare_spaces
from .comparison.evaluation import evaluate as evaluate
from .figures.from_spaces import plot_words as plot_words
from .figures.from_spaces import plot_neighbours as plot_neighbours
from .text.reading import Text as Text
from .trainers.trained import Trained as Trained
from .trainers.all_trainers import TRAINERS as TRAINERS
from .comparison.quantities import QUANTITIES as QUANTITIES
from .comparison.comparison import Comparison as Comparison
from .errors import InputError as InputError
from .errors import TrainingError as TrainingError
