"""Read a study, walk the whole arrow, keep the run."""

from wheelbase.study.cars import build_cars
from wheelbase.study.folder import read_results
from wheelbase.study.load import Assumption, Study, bundled, load, study_of
from wheelbase.study.read import Document, read, read_text
from wheelbase.study.run import Done, results_of, run_study

__all__ = [
    "Assumption",
    "Document",
    "Done",
    "Study",
    "build_cars",
    "bundled",
    "load",
    "read",
    "read_results",
    "read_text",
    "results_of",
    "run_study",
    "study_of",
]
