"""Makes superpixels.json: superpixels and Lab colours by scikit-image, for the tests of quickshift.

usage: python make_superpixels.py   (in this folder; needs numpy and scikit-image)
"""

import json

import numpy as np
import skimage
from skimage.color import rgb2lab
from skimage.segmentation import quickshift


def picture(channels):
    row, column, channel = np.meshgrid(np.arange(40), np.arange(52), np.arange(channels), indexing="ij")
    wave = np.sin(0.31 * row + 0.7 * channel) * np.cos(0.23 * column - 0.4 * channel)
    edge = np.where(row + 0.5 * column > 34 + 3 * np.sin(0.2 * column), 0.3, 0.0)
    return (0.35 + 0.3 * wave + edge).astype(np.float32)


def case(channels, kernel_size, max_dist, ratio):
    colour = np.broadcast_to(picture(channels), (40, 52, 3)).astype(np.float64)
    labels = quickshift(colour, kernel_size=kernel_size, max_dist=max_dist, ratio=ratio, rng=42)
    again = quickshift(colour, kernel_size=kernel_size, max_dist=max_dist, ratio=ratio, rng=7)
    assert (labels == again).all(), "the deviates that break ties decide"
    values = dict(channels=channels, kernel_size=kernel_size, max_dist=max_dist, ratio=ratio)
    return values | dict(count=int(labels.max()) + 1, labels=labels.ravel().tolist())


colours = [[0, 0, 0], [1, 1, 1], [0.5, 0.5, 0.5], [1, 0, 0], [0, 0.6, 0.2], [0.02, 0.03, 0.9]]
cases = [case(3, 4, 200, 0.2), case(1, 4, 200, 0.2), case(3, 2, 6, 0.5), case(1, 1.5, 3, 0.5)]
lab = [{"rgb": colour, "lab": rgb2lab(np.array([[colour]], float)).ravel().tolist()} for colour in colours]
with open("superpixels.json", "w") as file:
    json.dump({"made with": f"scikit-image {skimage.__version__}", "lab": lab, "cases": cases}, file)
print([case["count"] for case in cases])
