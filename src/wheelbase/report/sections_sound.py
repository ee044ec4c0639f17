"""Section of the page on sound: the same kick-down in the cars of one platform, to be heard."""

from collections.abc import Mapping
from typing import Any

from wheelbase.report.figures import Figure
from wheelbase.report.html import figure_block, section, text

__all__ = ["sound"]

Results = Mapping[str, Any]
Figures = Mapping[str, Figure]


def sound(results: Results, figures: Figures) -> str:
    """Return players of every clip, or which extra is missing, and the spectrogram."""
    heard = results["sound"]
    lead = (
        f"The same {text(heard['drive'])} in the cars of the platform "
        f"{text(results['pair']['flexible'])}, rendered from speed, torque, gear and pedal as "
        "they were simulated."
    )
    if heard["missing"]:
        parts = [
            f'<p class="note" data-testid="sound-missing">The clips are not there: '
            f"{text(heard['missing'])}, and run the study again.</p>"
        ]
    else:
        players = (_player(c) for c in heard["clips"].values())
        parts = ['<div class="grid">', *players, "</div>"]
    note = (
        f'<p class="note">Mode {text(heard["mode"])}; all clips share one gain, so they are as '
        "loud to each other as the cars are. Levels are those of the source at 2 m in the free "
        "field; tyres, wind and the body are left out. The modes are estimates, no recordings.</p>"
    )
    return section(
        "sound", "Sound", lead, [*parts, figure_block("spectrogram", figures["spectrogram"]), note]
    )


def _player(clip: Mapping[str, Any]) -> str:
    """Return one clip with its player, which needs no script."""
    label = text(clip["powertrain_label"])
    source = f"data:{text(clip['media'])};base64,{text(clip['data'])}"
    levels = f"{clip['cruising_dba']:.0f} dB(A) cruising, {clip['loudest_dba']:.0f} at full load"
    return (
        f'<figure class="chart"><figcaption class="finding">{label}: {levels}</figcaption>'
        f'<audio controls preload="metadata" data-testid="clip" style="width:100%" '
        f'aria-label="kick-down, {label}" src="{source}"></audio></figure>'
    )
