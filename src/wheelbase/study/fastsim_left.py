"""What of a vehicle of FASTSim is left out, and why."""

from collections.abc import Iterator, Mapping, Set

from wheelbase.catalogue import Rejected
from wheelbase.study.fastsim_file import Described, plain_name

__all__ = ["left_out"]

_LEFT = (
    (("wheelinertia", "numwheels", "driveaxle", "wheelbase", "coeffric", "fricoef", "friccoef",
      "vehcg", "cgheight", "tirecode"), "of the chassis: a usual one stands for it"),
    (("essmaxkw", "maxesskw", "res.pwroutmax"), "the battery is taken to bear its machines"),
    (("fsmaxkw", "maxfuelstorkw", "fs.pwroutmax"), "a flow of fuel that limits nothing here"),
    (("val",), "a result to compare with: often that of another car, never taken as certified"),
    (("state", "history", "saveinterval"), "a state of a simulation"),
    (("effmap", "pwroutperc", "interp", "efftype", "peakeff", "baselineeff", "modernmax",
      "absefimpr", "roundtripeff", "transeff", "chgeff", "alteff", "effimpr"),
     "an efficiency: the laws of its class stand for it"),
    (("auxkw", "pwraux"), "auxiliaries: those of its class stand for them"),
    (("kg", "mass", "specific"), "a part of the mass, which is taken as a whole"),
    (("cost", "msrp", "life"), "a price or a life"),
    (("cntrl", "buf", "fcon", "regen", "stopstart", "socbal", "simparams", "fcmaxeffperc",
      "forceaux", "minfctime", "kwdemand", "percaccel", "okerror", "bal"),
     "a control of FASTSim: engine and battery are chosen between by price"),
    (("sectopeak", "secstopeak", "ramplag", "maxinit", "idlefc", "pwridle"), "a lag or idling"),
)  # fmt: skip


def left_out(record: Described, used: Mapping[str, str], others: Set[str]) -> Iterator[Rejected]:
    """Yield the fields that were not used, each with its reason.

    Args:
        record: The vehicle.
        used: Names of the fields that were.
        others: Names of figures that some other kind of car has.
    """
    for name, value in record.fields.items():
        if name in used or value is None or str(value).strip() == "":
            continue
        flat = plain_name(name.split(".")[-1])
        if flat in ("selection", "scenarioname", "name", "doc", "year", "vehyear"):
            continue
        inner = plain_name(name)
        why = next(
            (
                why
                for marks, why in _LEFT
                if any(flat.startswith(m) if m == "val" else m in inner for m in marks)
            ),
            "of a part that the car does not have" if flat in others else "has no counterpart here",
        )
        yield Rejected(f"{record.place}: {name}", why)
