"""The run of a study that asks where: results tree and run folder."""

from pathlib import Path
from typing import Any

from wheelbase.study.networks import NetworkStudy, flexibility_of, swings_of
from wheelbase.study.run import Done, keep, one_answer
from wheelbase.study.tree_network import network_sentence, network_tree

__all__ = ["network_results", "run_network"]


def network_results(study: NetworkStudy) -> dict[str, Any]:
    """Return the results tree of a study that asks where."""
    found = flexibility_of(study)
    tree = network_tree(study, found, swings_of(study, found))
    left_out = [{"room": "plan", "text": text} for text in found.leaves_out]
    return one_answer(study, "flexibility", tree, network_sentence(tree), left_out)


def run_network(study: NetworkStudy, folder: Path | None = None) -> Done:
    """Run a study that asks where, and keep it in a folder; by default `runs/NAME-HASH8`.

    Raises:
        DataError: The folder cannot be used.
    """
    return keep(study, network_results(study), folder)
