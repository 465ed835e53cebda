"""The numbers that src/human/reclassify.rs is tested against, from the trials of face_sex/ (numpy, scipy).

    python tests/face_sex.py PATH/TO/face_sex/trials.csv

The recipe of Faghel-Soubeyrand, Dupuis-Roy & Gosselin 2019 as METHODS of its authors have it: centres standardised within
the trial over the picture, accuracy within the observer, an even Gaussian kernel of 30 x 30 px; answers at or beyond a
response time of each rule called wrong.
"""

import csv
import sys

import numpy as np
from scipy.signal import convolve2d

SIDE = 128
rules = {
    "standard": lambda rt: np.inf,
    "slowest": lambda rt: np.quantile(rt, 1 - 0.0997, method="hazen"),
    "mean_times": lambda rt: 1.9 * rt.mean(),
    "mean_sd": lambda rt: rt.mean() + 2 * rt.std(ddof=1),
    "fence": lambda rt: 2.5 * np.quantile(rt, 0.75, method="hazen") - 1.5 * np.quantile(rt, 0.25, method="hazen"),
}

people = {}
for row in csv.DictReader(open(sys.argv[1])):
    people.setdefault(row["participant"], []).append(row)

sums = {rule: np.zeros(SIDE * SIDE) for rule in rules}
for rows in people.values():
    correct = np.array([float(row["correct"]) for row in rows])
    rt = np.array([float(row["rt_s"]) for row in rows])
    shown = np.zeros((len(rows), SIDE * SIDE))
    for trial, row in enumerate(rows):
        for place in row["bubble_rc"].split():
            y, x = map(int, place.split(":"))
            shown[trial, y * SIDE + x] = 1
    sd = shown.std(1, ddof=1, keepdims=True)
    shown = np.divide(shown - shown.mean(1, keepdims=True), sd, out=np.zeros_like(shown), where=sd > 0)
    for rule, criterion in rules.items():
        answers = np.where(rt >= criterion(rt), 0, correct)
        sums[rule] += (answers - answers.mean()) / answers.std(ddof=1) @ shown / np.sqrt(len(rows))

at = np.arange(30) - 14.5
kernel = np.exp(-(at[:, None] ** 2 + at[None] ** 2) / 50)
kernel /= np.sqrt((kernel**2).sum())
maps = {}
for rule, total in sums.items():
    full = convolve2d(total.reshape(SIDE, SIDE) / np.sqrt(len(people)), kernel[::-1, ::-1])
    maps[rule] = full[15 : 15 + SIDE, 15 : 15 + SIDE]

first = maps["standard"]
print(f"sd {first.std():.10f} max {first.max():.10f} min {first.min():.10f}", np.unravel_index(first.argmax(), first.shape))
for rule in list(rules)[1:]:
    print(f"{rule} {100 * maps[rule].std() / first.std():.6f}")
