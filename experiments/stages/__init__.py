"""The steps of a run, each kept in the cache: the models, what context adds, the comparison."""
