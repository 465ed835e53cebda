"""Train the sad-or-happy networks of the faces experiment and export them to ONNX.

Two architectures, eight seeds each. Both see the 128 x 128 picture averaged 2 x 2
to 64 x 64, as grey values / 255, and answer two logits, sad then happy.

* pool: three convolutions, global average pooling, one linear layer;
* dense: two convolutions, max pooling, flattening, two linear layers, so that it
  knows where things are.

Training and held-out faces are rendered from identities that are not among the
stimuli (and not shared between the two sets). All networks see the same training
pictures; the seed sets the initial weights, the order and the augmentation, which
starts plain and grows until most faces are seen through a few Gaussian apertures
or behind Gaussian holes (at full strength from the start, some pool networks stay
at chance).

Run as `python experiments/faces/train.py`; it rewrites experiments/faces/models.
Rendered faces are cached in the system's temporary folder.
"""

import csv
import hashlib
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx.reference import ReferenceEvaluator
from torch import nn

HERE = Path(__file__).resolve().parent
FACES = HERE.parents[1] / "stimuli" / "faces"
sys.path.insert(0, str(FACES))
import render  # noqa: E402

SIDE = 64
CLASSES = ("sad", "happy")
SEEDS = range(1, 9)
TRAINING_IDENTITIES = range(10_000, 12_000)
HELDOUT_IDENTITIES = range(90_000, 90_500)
EPOCHS = {"pool": 20, "dense": 14}
BATCH = 64
COVERED_SHARE = 0.65
PLAIN_UNTIL, FULL_FROM = 0.25, 0.6  # fractions of the training between which augmentation grows
PEAK_RATE = {"pool": 5e-3, "dense": 2e-3}


def halve(picture):
    """The network's input: grey / 255, averaged 2 x 2."""
    return render.box_down(picture / 255.0, 2).astype(np.float32)


def render_set(identities):
    """Both expressions of every identity, as (pictures [n, 1, 64, 64], labels [n])."""
    source = Path(render.__file__).read_bytes() + repr(identities).encode()
    cache = Path(tempfile.gettempdir()) / f"bubblescope-faces-{hashlib.sha256(source).hexdigest()[:16]}.npy"
    if cache.exists():
        pictures = np.load(cache)
    else:
        pictures = np.stack([
            halve(render.render(identity, expression, variation_seed=label, supersample=1)[0])
            for identity in identities for label, expression in enumerate(CLASSES)
        ])
        np.save(cache, pictures)
    labels = torch.arange(len(pictures)) % len(CLASSES)
    return torch.from_numpy(pictures)[:, None], labels


def stimulus_set():
    """The experiment's own pictures, never trained on."""
    names, pictures, _ = zip(*render.stimuli())
    labels = torch.tensor([CLASSES.index(name.split("_")[0]) for name in names])
    return torch.from_numpy(np.stack([halve(picture) for picture in pictures]))[:, None], labels


def aperture_mask(count, share):
    """Visible fraction of each pixel. A share of the pictures is covered: 3/5 of them except in Gaussian
    apertures, 2/5 in Gaussian holes."""
    apertures = 14
    sigma = 2 + 6 * torch.rand(count, apertures, 1)
    present = torch.arange(apertures) < torch.randint(3, apertures + 1, (count, 1))
    axis = torch.arange(SIDE)
    across, down = (
        torch.exp(-0.5 * ((axis - SIDE * torch.rand(count, apertures, 1)) / sigma) ** 2) for _ in range(2)
    )
    seen = torch.einsum("nk,nky,nkx->nyx", present.float(), down, across).clamp(max=1)[:, None]
    kind = torch.rand(count, 1, 1, 1)
    return torch.where(kind >= share, 1.0, torch.where(kind < 0.6 * share, seen, 1 - seen))


def augment(pictures, strength=1.0):
    """Shift by up to 2 pixels; then, by a strength of 0 to 1, cover, change contrast and brightness, add noise."""
    count = len(pictures)
    axis, shift = torch.arange(SIDE), torch.randint(-2, 3, (2, count, 1))
    rows, columns = ((axis + offset).clamp(0, SIDE - 1) for offset in shift)
    pictures = pictures[torch.arange(count)[:, None, None], 0, rows[:, :, None], columns[:, None, :]][:, None]
    pictures = 0.5 + (pictures - 0.5) * aperture_mask(count, strength * COVERED_SHARE)
    contrast = 1 + strength * (0.7 * torch.rand(count, 1, 1, 1) - 0.4)
    brightness = 0.16 * strength * (torch.rand(count, 1, 1, 1) - 0.5)
    noise = 0.06 * strength * torch.rand(count, 1, 1, 1) * torch.randn(count, 1, SIDE, SIDE)
    return (0.5 + contrast * (pictures - 0.5) + brightness + noise).clamp(0, 1)


def build(architecture):
    if architecture == "pool":
        return nn.Sequential(
            nn.Conv2d(1, 8, 5, stride=2, padding=2), nn.BatchNorm2d(8), nn.ReLU(),
            nn.Conv2d(8, 16, 3, stride=2, padding=1), nn.BatchNorm2d(16), nn.ReLU(),
            nn.Conv2d(16, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(),
            nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 2),
        )
    return nn.Sequential(
        nn.Conv2d(1, 8, 5, stride=2, padding=2), nn.ReLU(),
        nn.Conv2d(8, 16, 3, stride=2, padding=1), nn.ReLU(),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(16 * 8 * 8, 16), nn.ReLU(), nn.Linear(16, 2),
    )


def train(architecture, seed, pictures, labels):
    torch.manual_seed(seed)
    model = build(architecture)
    steps = EPOCHS[architecture] * (len(pictures) // BATCH)
    optimiser = torch.optim.AdamW(model.parameters(), weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, PEAK_RATE[architecture], steps, pct_start=0.1)
    for epoch in range(EPOCHS[architecture]):
        strength = (epoch / EPOCHS[architecture] - PLAIN_UNTIL) / (FULL_FROM - PLAIN_UNTIL)
        strength = min(max(strength, 0.0), 1.0)
        order = torch.randperm(len(pictures))
        for chosen in order[: len(order) // BATCH * BATCH].split(BATCH):
            loss = nn.functional.cross_entropy(model(augment(pictures[chosen], strength)), labels[chosen])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return model.eval()


@torch.no_grad()
def accuracy(model, pictures, labels):
    answers = torch.cat([model(batch).argmax(1) for batch in pictures.split(256)])
    return (answers == labels).double().mean().item()


def export(model, path, picture):
    """Write the ONNX file, and check it and its answer to one picture."""
    torch.onnx.export(
        model, picture, path, dynamo=False, opset_version=17, input_names=["image"], output_names=["logits"],
    )
    onnx.checker.check_model(onnx.load(path), full_check=True)
    answer = ReferenceEvaluator(str(path)).run(None, {"image": picture.numpy()})[0]
    np.testing.assert_allclose(answer, model(picture).detach().numpy(), rtol=1e-3, atol=1e-4)


def main():
    torch.set_num_threads(1)
    started = time.time()
    training, heldout, stimuli = render_set(TRAINING_IDENTITIES), render_set(HELDOUT_IDENTITIES), stimulus_set()
    torch.manual_seed(0)
    covered = augment(heldout[0])
    sizes = f"{len(training[0])} training pictures, {len(heldout[0])} held out"
    print(f"{sizes}, {time.time() - started:.0f} s", flush=True)
    models = HERE / "models"
    models.mkdir(exist_ok=True)
    with open(models / "models.csv", "w", newline="") as table:
        writer = csv.writer(table, lineterminator="\n")
        writer.writerow(["file", "architecture", "seed", "train_accuracy", "heldout_accuracy", "stimuli_accuracy",
                         "heldout_pictures"])
        for architecture in ("pool", "dense"):
            for seed in SEEDS:
                model = train(architecture, seed, *training)
                name = f"{architecture}_seed{seed}.onnx"
                export(model, models / name, stimuli[0][:1])
                scores = [f"{accuracy(model, *pictures):.3f}" for pictures in (training, heldout, stimuli)]
                writer.writerow([name, architecture, seed, *scores, len(heldout[0])])
                print(name, *scores, f"covered {accuracy(model, covered, heldout[1]):.3f}",
                      f"{time.time() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
