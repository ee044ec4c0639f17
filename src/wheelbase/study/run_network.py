"""The run of a study that asks where: results tree and run folder."""

from pathlib import Path
from typing import Any

from wheelbase.study.folder import (
    fingerprint,
    open_folder,
    versions,
    write_bytes,
    write_json,
    write_manifest,
)
from wheelbase.study.networks import NetworkStudy, flexibility_of, swings_of
from wheelbase.study.run import Done
from wheelbase.study.tree_money import facts_tree
from wheelbase.study.tree_network import network_sentence, network_tree

__all__ = ["keep_network", "network_results", "run_network"]


def network_results(study: NetworkStudy) -> dict[str, Any]:
    """Return the results tree of a study that asks where."""
    spec, found = study.spec, flexibility_of(study)
    tree = network_tree(study, found, swings_of(study, found))
    base = spec.base
    return {
        "wheelbase": 1,
        "name": spec.name,
        "title": spec.title,
        "question": spec.question,
        "base": {"date": base.date.isoformat(), "currency": base.currency, "seed": base.seed},
        "answer": {"sentence": network_sentence(tree), "warnings": []},
        "flexibility": tree,
        **facts_tree(study),
        "leaves_out": [{"room": "plan", "text": text} for text in found.leaves_out],
        "warnings": list(study.warnings),
        "manifest": {"versions": versions(), "hash": fingerprint(study)[:8]},
    }


def run_network(study: NetworkStudy, folder: Path | None = None) -> Done:
    """Run a study that asks where, and keep it in a folder; by default `runs/NAME-HASH8`.

    Raises:
        DataError: The folder cannot be used.
    """
    return keep_network(study, network_results(study), folder)


def keep_network(study: NetworkStudy, results: dict[str, Any], folder: Path | None = None) -> Done:
    """Keep the results of a study that asks where in a run folder.

    Raises:
        DataError: The folder cannot be used.
    """
    place = open_folder(folder or Path("runs") / f"{study.spec.name}-{fingerprint(study)[:8]}")
    write_bytes(place / "study.yaml", study.document.text.encode())
    write_json(place / "results.json", results)
    write_manifest(place, study, {}, "done")
    return Done(results, place)
