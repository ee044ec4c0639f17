"""Ladder and shared parts as text for a person: one line a step, a matrix of percent."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

__all__ = ["ladder_text", "shared_text"]


def ladder_text(ladder: Mapping[str, Any]) -> str:
    """Return the steps of the ladder with their intervals, and the public figures below each."""
    rate, block = ladder["rate"], ladder["block"]
    whose = "estimates" if rate["status"] == "estimate" else "the study's"
    head = f"per car: at {rate['value']:g} % a year, {block['value']:g} k cars a year ({whose})"
    return "\n".join([head, *(line for rung in ladder["rungs"] for line in _rung(rung))])


def _rung(rung: Mapping[str, Any]) -> Iterator[str]:
    amount, size = rung["amount"], rung["size"]
    unit = f"per {rung['per']}" if size is None else f"for {size['value']:g} k {rung['makes']}/yr"
    if amount is None:
        yield f"{rung['label']}: {rung['how']}"
    else:
        span = f"{amount['value']:z,.0f} MEUR [{amount['low']:z,.0f} .. {amount['high']:z,.0f}]"
        each = f"EUR {rung['per_car']['value']:z,.0f} per car"
        yield f"{rung['label']}: {span} {unit}, {each} ({rung['status']}: {rung['how']})"
    for item in rung["precedents"]:
        shown = item["scaled_meur"] if item["scaled_meur"] is not None else item["amount_meur"]
        value = "" if shown is None else f", {shown:z,.0f} MEUR"
        note = "" if item["comparable"] else f"; {item['why_not']}"
        who = f"{item['name']} ({item['company']})"
        yield f"    {who}: {item['quoted']}{value}{note} [{item['source']}]"


def shared_text(tree: Mapping[str, Any]) -> str:
    """Return the value share of common parts between every two cars, in percent."""
    names: Sequence[str] = tree["variants"]
    wide = max(len(name) for name in names)
    lines = ["value of common parts, % (columns in the order of the rows)"]
    for name, row in zip(names, tree["matrix_percent"], strict=True):
        lines.append(f"{name:<{wide}} " + " ".join(f"{value:4.0f}" for value in row))
    for name, found in tree["platforms"].items():
        value, body = found["commonality"]["value"], found["body_commonality"]["value"]
        lines.append(f"{name}: {value:.0f} % of value in shared parts, bodies {body:.0f} %")
    return "\n".join(lines)
