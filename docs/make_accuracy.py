"""Draw the pictures of docs/accuracy.md from what `treadcoach validate --json` wrote.

pip install matplotlib            # for this script alone
treadcoach validate RECORDINGS_DIR --json validate.json
python docs/make_accuracy.py validate.json
"""

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
from matplotlib import pyplot as plt

IMAGES = Path(__file__).parent / "images"
ORDER = (
    ("bach2022_shank", "running", "shank"),
    ("bach2022_shank", "walking", "shank"),
    ("alcantara2022_sacrum", "running", "sacrum"),
    ("rbds_treadmill", "running", "2 shank"),
    ("rbds_treadmill", "running", "all"),
    ("voisard2023_walk", "walking", "2 foot"),
    ("voisard2023_walk", "walking", "sacrum"),
)
INK, ACCENT, WARM = "#18211c", "#006b4f", "#b5370a"


def main() -> None:
    """Write the histogram and the Bland-Altman picture."""
    kept = json.loads(Path(sys.argv[1]).read_text())
    groups = {key: [t for t in kept["trials"] if _key(t) == key] for key in ORDER}
    plt.rcParams.update({"font.size": 9, "axes.edgecolor": INK, "svg.hashsalt": "treadcoach"})
    _histograms(groups, {_key(row): row for row in kept["rows"]})
    _bland_altman(groups)


def _key(entry: dict[str, Any]) -> tuple[str, str, str]:
    return entry["collection"], entry["condition"], entry["sensors"]


def _histograms(groups: dict[Any, list[Any]], rows: dict[Any, Any]) -> None:
    figure, axes = plt.subplots(2, 4, figsize=(12, 5.4), sharex=True)
    for axis, (key, trials) in zip(axes.flat, groups.items(), strict=False):
        errors_ms = [1000 * error for trial in trials for error in trial["contact_errors_s"]]
        axis.hist(errors_ms, bins=range(-50, 51, 4), color=ACCENT)
        axis.axvline(0, color=INK, linewidth=0.8)
        row = rows[key]
        axis.set_title(
            f"{key[0].split('_')[0]}: {key[2]}, {key[1]}\nn {len(errors_ms)}, p95 {row['p95_ms']:.0f} ms"
        )
        axis.spines[["top", "right"]].set_visible(False)
    axes.flat[-1].axis("off")
    figure.supxlabel("initial contact, found minus true, ms")
    figure.tight_layout()
    figure.savefig(IMAGES / "accuracy-contacts.png", dpi=110, metadata={"Software": None})


def _bland_altman(groups: dict[Any, list[Any]]) -> None:
    figure, axes = plt.subplots(1, 3, figsize=(12, 4))
    shown = (ORDER[0], ORDER[3], ORDER[5])
    for axis, key in zip(axes, shown, strict=True):
        pairs = [pair for trial in groups[key] for pair in trial["strides_s"]]
        means_ms = [500 * (found + true) for found, true in pairs]
        differences_ms = [1000 * (found - true) for found, true in pairs]
        mean = sum(differences_ms) / len(differences_ms)
        spread = (sum((d - mean) ** 2 for d in differences_ms) / (len(differences_ms) - 1)) ** 0.5
        axis.scatter(means_ms, differences_ms, s=6, color=ACCENT, alpha=0.35, linewidths=0)
        for level, style in ((mean, "-"), (mean - 1.96 * spread, "--"), (mean + 1.96 * spread, "--")):
            axis.axhline(level, color=WARM, linestyle=style, linewidth=1)
        axis.set_title(f"{key[0].split('_')[0]}: {key[2]}, {key[1]}\n{mean:+.1f} ± {1.96 * spread:.1f} ms")
        axis.set_ylim(-80, 80)
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylabel("stride time, found minus true, ms")
    figure.supxlabel("mean of found and true stride time, ms")
    figure.tight_layout()
    figure.savefig(IMAGES / "accuracy-strides.png", dpi=110, metadata={"Software": None})


if __name__ == "__main__":
    main()
