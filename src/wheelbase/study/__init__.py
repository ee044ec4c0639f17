"""Read a study, walk the whole arrow, keep the run."""
