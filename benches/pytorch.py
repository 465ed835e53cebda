"""Wall and processor time of PyTorch, pytorch-grad-cam and Captum, and the masks that RISE needs.

    pip install torch torchvision captum grad-cam onnx scikit-image
    python benches/pytorch.py FOLDER export              # FOLDER/<model>.onnx, input.npy, targets.json, for others to time
    python benches/pytorch.py FOLDER time [--repeats 5]  # FOLDER/times.json
    python benches/pytorch.py FOLDER rise                # FOLDER/rise.json

Networks: resnet18, mobilenet_v2, resnet50 and a tiny vision transformer (patch 16, 12 blocks, 3 heads, width 192) of
torchvision, with random weights (seed 0) and batch-norm statistics of random pictures; one picture, 3 x 224 x 224
(skimage's astronaut). The ONNX files have an open batch, input `input`, output `logits`. The target is the class with
the largest logit; two threads unless --threads says otherwise.

`time` measures, for every network,

* forward:             one picture, in inference mode
* gradient:            one picture, forward and backward to the input
* grad_cam:            pytorch-grad-cam at the last layer that keeps places, used as its documentation does
* integrated_gradients: Captum, 50 steps, all at once and 16 at once
* occlusion:           Captum, 32 x 32 window, stride 16, one and 16 windows at once

Repeats are interleaved: every task once, then every task again, after one round that does not count. A task shorter
than half a second is repeated within its measurement, and divided. `fastest` marks the variant with the smaller median
where a task has several.

`rise` draws masks once (7 x 7 cells, visible with probability 1/2, enlarged and shifted as Petsiuk, Das & Saenko 2018
do), keeps what resnet18 answers, and computes from the same answers the published estimate, sum f m / (N p), and the
covariance of f with m. Reliability at N masks: Pearson correlation over pixels of the maps of two halves of N / 2
masks, stepped up by Spearman-Brown, averaged over random partitions. Masks are compared at every fourth pixel (they are
smooth). Where .95 is not reached, `masks_for_95` is extrapolated from the largest N (a reliability of N / (N + k)) and
`extrapolated` says so.

What the published estimate loses depends on mean(f) / sd(f) over masks (`mean_over_sd`), hence on the network: weights
of one that is trained can be given (`rise --weights state_dict.pt`). As the probabilities of a network with random
weights hardly move, `probability_scaled` is the softmax of the logits scaled until the target has .9 on the whole
picture, which comes nearer to a trained network.
"""

import argparse
import json
import math
import platform
import statistics
import time
import warnings
from pathlib import Path

import numpy as np
import torch
import torchvision
from torch import nn
from torch.nn import functional

SIDE = 224
MEAN = torch.tensor([0.485, 0.456, 0.406]).reshape(1, 3, 1, 1)
SD = torch.tensor([0.229, 0.224, 0.225]).reshape(1, 3, 1, 1)
MODELS = ("resnet18", "mobilenet_v2", "vit_tiny", "resnet50")


def picture():
    """The astronaut, 1 x 3 x 224 x 224, normalised as ImageNet pictures are."""
    import skimage.data

    whole = torch.from_numpy(skimage.data.astronaut()).permute(2, 0, 1)[None].float() / 255
    return (functional.interpolate(whole, (SIDE, SIDE), mode="bilinear", antialias=True) - MEAN) / SD


def network(name, weights=None):
    torch.manual_seed(0)
    if name == "vit_tiny":
        model = torchvision.models.VisionTransformer(SIDE, 16, 12, 3, 192, 768)
        nn.init.normal_(model.heads[0].weight, std=0.02)  # torchvision starts with zeros
    else:
        model = getattr(torchvision.models, name)()
    if weights:
        model.load_state_dict(torch.load(weights, weights_only=True))
        return model.eval()
    norms = [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]
    model.eval()
    for norm in norms:
        norm.train()
        norm.momentum = None  # plain average over the batches
    with torch.no_grad():
        for _ in range(4):
            coarse = torch.randn(8, 3, SIDE // 8, SIDE // 8)
            model(functional.interpolate(coarse, (SIDE, SIDE), mode="bicubic"))
    return model.eval()


def target_of(model, image):
    with torch.inference_mode():
        return int(model(image).argmax())


def export(folder):
    image = picture()
    np.save(folder / "input.npy", image.numpy())
    targets = {}
    for name in MODELS:
        model = network(name)
        targets[name] = target_of(model, image)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                model,
                (image,),
                folder / f"{name}.onnx",
                input_names=["input"],
                output_names=["logits"],
                dynamic_axes={"input": {0: "batch"}, "logits": {0: "batch"}},
                opset_version=17,
                dynamo=False,
            )
    (folder / "targets.json").write_text(json.dumps(targets, indent=1) + "\n")


# ------------------------------------------------------------------ times


def tasks_of(name, image):
    """(task, variant, what to call) of one network."""
    from captum.attr import IntegratedGradients, Occlusion
    from pytorch_grad_cam import GradCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    model = network(name)
    target = target_of(model, image)

    def forward():
        with torch.inference_mode():
            model(image)

    def gradient():
        point = image.clone().requires_grad_()
        torch.autograd.grad(model(point)[0, target], point)

    reshape = None
    if name == "vit_tiny":
        layer = model.encoder.layers[-1].ln_1
        side = SIDE // 16

        def reshape(tokens):
            return tokens[:, 1:].reshape(len(tokens), side, side, -1).permute(0, 3, 1, 2)

    elif name == "mobilenet_v2":
        layer = model.features[-1]
    else:
        layer = model.layer4[-1]

    def grad_cam():
        with GradCAM(model, [layer], reshape_transform=reshape) as cam:
            cam(image, [ClassifierOutputTarget(target)])

    def integrated(at_once):
        return lambda: IntegratedGradients(model).attribute(
            image, baselines=0.0, target=target, n_steps=50, internal_batch_size=at_once
        )

    def occlusion(at_once):
        def run():
            with torch.inference_mode():
                Occlusion(model).attribute(
                    image,
                    (3, 32, 32),
                    strides=(3, 16, 16),
                    baselines=0.0,
                    target=target,
                    perturbations_per_eval=at_once,
                )

        return run

    yield "forward", "", forward
    yield "gradient", "", gradient
    yield "grad_cam", "", grad_cam
    yield "integrated_gradients", "all at once", integrated(None)
    yield "integrated_gradients", "16 at once", integrated(16)
    yield "occlusion", "1 at once", occlusion(1)
    yield "occlusion", "16 at once", occlusion(16)


def measured(call, count):
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(count):
        call()
    return (time.perf_counter() - wall) / count, (time.process_time() - cpu) / count


def versions():
    import captum
    import pytorch_grad_cam  # noqa: F401
    from importlib.metadata import version

    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
        "captum": captum.__version__,
        "grad-cam": version("grad-cam"),
        "threads": torch.get_num_threads(),
        "processor": platform.processor() or platform.machine(),
    }


def timed(folder, repeats, models):
    image = picture()
    tasks = [(name, *task) for name in models for task in tasks_of(name, image)]
    counts = []
    for *_, call in tasks:
        call()
        wall, _ = measured(call, 1)
        counts.append(max(1, math.ceil(0.5 / wall)))
    samples = [[] for _ in tasks]
    for repeat in range(repeats):
        for (*_, call), count, sample in zip(tasks, counts, samples):
            sample.append(measured(call, count))
        print(f"repeat {repeat + 1} of {repeats}", flush=True)
    rows = []
    for (name, task, variant, _), count, sample in zip(tasks, counts, samples):
        walls, cpus = zip(*sample)
        rows.append(
            {
                "model": name,
                "task": task,
                "variant": variant,
                "wall_s": statistics.median(walls),
                "wall_s_least": min(walls),
                "wall_s_most": max(walls),
                "cpu_s": statistics.median(cpus),
                "repeats": len(sample),
                "calls_a_repeat": count,
            }
        )
    for row in rows:
        rivals = [other for other in rows if (other["model"], other["task"]) == (row["model"], row["task"])]
        row["fastest"] = row is min(rivals, key=lambda other: other["wall_s"])
    (folder / "times.json").write_text(json.dumps({"versions": versions(), "times": rows}, indent=1) + "\n")
    for row in rows:
        print(
            f"{row['model']:13}{row['task']:21}{row['variant']:12}{row['wall_s']:9.4f} s wall{row['cpu_s']:9.4f} s CPU"
            + ("  *" if row["fastest"] else "")
        )


# ------------------------------------------------------------------ RISE

CELLS, VISIBLE = 7, 0.5


def masks(count, generator):
    """`count` masks, count x 224 x 224: cells enlarged bilinearly to one cell more than fits, cropped at random."""
    cell = math.ceil(SIDE / CELLS)
    cells = torch.from_numpy((generator.random((count, 1, CELLS, CELLS)) < VISIBLE).astype(np.float32))
    large = functional.interpolate(cells, ((CELLS + 1) * cell,) * 2, mode="bilinear", align_corners=False)[:, 0]
    shifts = generator.integers(0, cell, (count, 2))
    return torch.stack([one[y : y + SIDE, x : x + SIDE] for one, (y, x) in zip(large, shifts)])


def published(f):
    """Weights of the masks in their sum."""
    return f / (len(f) * VISIBLE)


def centred(f):
    """As the weights sum to zero, the mean of the masks need not be taken off."""
    return (f - f.mean()) / len(f)


def reliability(estimate, f, m, count, partitions, generator):
    """Mean and standard deviation, over random partitions, of the stepped-up correlation of two halves."""
    weights = np.zeros((2 * partitions, len(f)), m.dtype)
    for pair in weights.reshape(partitions, 2, -1):
        for row, half in zip(pair, np.split(generator.permutation(len(f))[: count // 2 * 2], 2)):
            row[half] = estimate(f[half])
    maps = weights @ m
    maps -= maps.mean(1, keepdims=True)
    maps /= np.linalg.norm(maps, axis=1, keepdims=True)
    r = (maps[::2] * maps[1::2]).sum(1).clip(0)
    found = 2 * r / (1 + r)
    return float(found.mean()), float(found.std())


def scale_for(logits, target, probability):
    """Factor of the logits that gives the target this probability (the target has the largest)."""
    low, high = 0.0, 1e4
    for _ in range(100):
        middle = (low + high) / 2
        if torch.softmax(logits.double() * middle, -1)[target] < probability:
            low = middle
        else:
            high = middle
    return high


def rise(folder, count, weights, partitions=20):
    generator = np.random.default_rng(0)
    image, model = picture(), network("resnet18", weights)
    started = time.perf_counter()
    answers, planes = [], []
    with torch.inference_mode():
        whole = model(image)[0]
        target = int(whole.argmax())
        for first in range(0, count, 20):
            some = masks(min(20, count - first), generator)
            answers.append(model(image * some[:, None]))
            planes.append(some[:, 2::4, 2::4].flatten(1))
    logits = torch.cat(answers).double()
    m = torch.cat(planes).numpy().astype(np.float64)
    scale = scale_for(whole, target, 0.9)
    responses = {
        "logit": logits[:, target],
        "probability": logits.softmax(-1)[:, target],
        "probability_scaled": (logits * scale).softmax(-1)[:, target],
    }
    counts = [n for n in (20, 50, 100, 200, 300, 500, 750, 1000, 1500, 2000, 3000, 4000, 6000, 8000) if n < count]
    counts.append(count)
    rows = []
    for name, f in responses.items():
        f = f.numpy()
        for label, estimate in (("published", published), ("centred", centred)):
            curve = [reliability(estimate, f, m, n, partitions, generator) for n in counts]
            reached = next((at for at, (mean, _) in enumerate(curve) if mean >= 0.95), None)
            if reached is None:
                last = max(curve[-1][0], 1e-9)
                needed = 19 * counts[-1] * (1 - last) / last
            elif reached == 0:
                needed = counts[0]
            else:
                before, after = curve[reached - 1][0], curve[reached][0]
                part = (0.95 - before) / (after - before)
                needed = counts[reached - 1] * (counts[reached] / counts[reached - 1]) ** part
            rows.append(
                {
                    "response": name,
                    "estimate": label,
                    "masks_for_95": round(needed),
                    "extrapolated": reached is None,
                    "mean_over_sd": float(abs(f.mean()) / f.std()),
                    "reliability": [
                        {"masks": n, "mean": mean, "sd_over_partitions": sd} for n, (mean, sd) in zip(counts, curve)
                    ],
                }
            )
    result = {
        "versions": versions(),
        "weights": "random" if weights is None else "given",
        "target": target,
        "probability_on_whole_picture": float(whole.softmax(-1)[target]),
        "scale": scale,
        "masks": count,
        "partitions": partitions,
        "seconds": time.perf_counter() - started,
        "rows": rows,
    }
    (folder / "rise.json").write_text(json.dumps(result, indent=1) + "\n")
    for row in rows:
        print(
            f"{row['response']:20}{row['estimate']:11}{row['masks_for_95']:9} masks for .95"
            + (" (extrapolated)" if row["extrapolated"] else "")
            + f", mean / sd {row['mean_over_sd']:.2f}, at {count}: {row['reliability'][-1]['mean']:.4f}"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("what", choices=("export", "time", "rise"))
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--models", nargs="+", choices=MODELS, default=MODELS)
    parser.add_argument("--masks", type=int, default=6000)
    parser.add_argument("--weights", help="state dict of a trained resnet18, for `rise`")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    given.folder.mkdir(parents=True, exist_ok=True)
    if given.what == "export":
        export(given.folder)
    elif given.what == "time":
        timed(given.folder, given.repeats, given.models)
    else:
        rise(given.folder, given.masks, given.weights)


if __name__ == "__main__":
    main()
