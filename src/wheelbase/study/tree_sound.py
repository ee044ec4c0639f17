"""Results tree: the same kick-down heard in the cars of the flexible platform."""

import base64
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from wheelbase.errors import DataError
from wheelbase.integrate import Variant
from wheelbase.sound import (
    Sound,
    clip,
    fast_levels,
    kickdown,
    mode_named,
    motion,
    need,
    render,
    spectrogram,
)
from wheelbase.study.cars import Cars
from wheelbase.study.load import Study
from wheelbase.study.placing import variant_id
from wheelbase.units import convert

__all__ = ["MODE", "sound_tree"]

MODE = "sport"
"""Mode of all clips."""

_RATE = 12_000
_PEAK = 0.9  # of what a clip can hold, for the loudest of all
_STEP, _WIDTH, _TOP = 0.15, 15.0, 900.0  # s and Hz of the spectrogram: engine orders stand apart
_KINDS = (("petrol", "diesel", "mhev"), ("phev", "hev"), ("bev",))


def sound_tree(study: Study, cars: Cars) -> dict[str, Any]:
    """Return clips and spectrograms of one combustion car, one hybrid and one battery car.

    All clips share one gain, so that they are as loud to each other as the cars are. Without the
    extra `sound` there are no clips, and `missing` says so.
    """
    sounds = {id: _heard(study, car) for id, car in _chosen(study, cars)}
    samples = {id: made.samples() for id, made in sounds.items()}
    gain = _PEAK / max((float(np.abs(s).max()) for s in samples.values()), default=1.0)
    try:
        need()
        missing = None
    except DataError as error:
        missing = error.problems[0]
    return {
        "drive": "kick-down from 50 to 110 km/h",
        "mode": study.facts.sound_mode[MODE].name,
        "missing": missing,
        "clips": {
            id: _clip(made, samples[id], study, id, 0.0 if missing else gain)
            for id, made in sounds.items()
        },
    }


def _chosen(study: Study, cars: Cars) -> Iterator[tuple[str, Variant]]:
    """Yield the first car of each kind of powertrain in the first body of the platform."""
    spec = study.spec.platforms[study.spec.flexible]
    ids = {t: variant_id(t, study.spec.flexible, spec.bodies[0]) for t in spec.powertrains}
    for kinds in _KINDS:
        for train, id in ids.items():
            if study.powertrains[train].kind in kinds and id in cars.variants:
                yield id, cars.variants[id]
                break


def _heard(study: Study, car: Variant) -> Sound:
    engine = car.powertrain.engine
    moved = motion(car.car, engine.cylinders if engine else 0, kickdown(car.car))
    return render(moved, mode_named(MODE, study.facts), study.facts, _RATE)


def _clip(made: Sound, samples: Any, study: Study, id: str, gain: float) -> dict[str, Any]:
    """Return one car's clip (none without a gain), what it does, and its spectrogram."""
    moved, levels = made.motion, fast_levels(samples, _RATE)
    seen = spectrogram(samples, _RATE, _STEP, _WIDTH, _TOP)
    at = np.round(seen.time * (len(moved.speed) - 1) / moved.duration).astype(int)
    torque = moved.engine_load * moved.running if moved.cylinders else moved.machine_load
    train = id.partition("@")[0]
    found: Mapping[str, Any] = {
        "powertrain_label": study.spec.powertrains[train].label or train,
        "kind": study.powertrains[train].kind,
        "duration_s": round(moved.duration, 2),
        "loudest_dba": round(float(levels.max()), 1),
        "cruising_dba": round(float(np.median(levels[1:8])), 1),
        "time_s": [round(float(t), 2) for t in seen.time],
        "speed_kmh": [round(float(convert(v, "km/h")), 1) for v in moved.speed[at]],
        "torque_percent": [round(float(convert(x, "%"))) for x in torque[at]],
        "gear": [int(g) for g in moved.gear[at]],
        "frequency_hz": [float(f) for f in seen.frequency],
        "level_dba": [[int(x) for x in row] for row in np.round(seen.level)],
        "media": "audio/mpeg",
        "data": base64.b64encode(clip(samples.mean(axis=0), _RATE, gain)).decode() if gain else "",
    }
    return dict(found)
