"""Image classifiers of many families as ONNX files, with reference gradients in single and double precision.

    pip install torch torchvision timm onnx onnxscript onnxruntime
    python docs/architectures.py FOLDER [NAME ...]
    python docs/architectures.py --slopes FOLDER [NAME ...]   gradients and slopes anew, the model stays as it was exported

For every row of `MODELS` (or the rows named), FOLDER/<name>/ gets

* model.onnx    input `input`, output `logits`; the legacy exporter, opset 17, or, where the name ends in -dynamo, the
                newer one, opset 18. The batch is open unless the row says `fixed`.
* input.npy     float32, 1 x 3 x H x W: noise with a 1/f spectrum, mean 0, sd 1; the same for every model of a size
* logits.npy    float32, 1 x 1000
* target.txt    index of the largest logit
* grad32.npy    d logit[target] / d input, in single precision
* grad64.npy    the same by the same weights in double precision
* slopes.npy    float64, 8 values: d logit[target] / d t of input + t d_k at t = 0, k = 0 to 7, by central differences
                of the network in double precision, where element i of d_k (input flattened in C order, i from 0) is
                sin((k + 1) * (i + 1) * 0.7); no reverse pass has a part in them
* summary.json  family, parameters, size, operators with their counts, last layer before pooling, errors: relative L2
                distance of grad32 from grad64 (`gradient_error_32`: what single precision alone costs) and of the
                logits of onnxruntime from those in double precision (`onnxruntime_error`: is it the same network?),
                of <grad64, d_k> from the slopes (`autograd_against_slopes`: is the gradient right?) and of the two
                steps behind the slopes from each other (`slopes_error`: how sure are they?)

and FOLDER/summary.csv a line each (rows of earlier calls stay); what could not be exported has its reason there.

Where gradient_error_32 is near 1e-3 or 1e-2, single and double precision disagree on the side of a few among millions
of ReLUs (1 to 4 in mnasnet0_5, efficientnet_lite0 and shufflenet_v2_x0_5; with the sides of double precision imposed,
the error is below 1e-6). Any other order of summation flips others, so such a row bounds what can be asked there.

Finite differences across a kink (ReLU, maximum) average its two sides, and steps of 1e-6 or even 1e-7 cross some in
many of these networks. The slopes are from two steps, Richardson's combination: 1e-5 and 1e-6 or, while they disagree
by more than 1e-6 of the slopes, each a tenth of that, and of these what agrees best (`slopes_steps` has the smaller).

torch 2.15 on CPUs gets batch and instance norm backwards wrong where the batch is 1, the input contiguous and the
incoming gradient a transposed view, strides (C, 1, W C, C), as after flatten(2).transpose(1, 2), or the other way
round: the kernel takes both for one layout. `aligned` keeps that from happening; older arrays of several networks
with norms were off by up to 100 % from this.

Weights are random with a fixed seed. Fresh networks start with much switched off (zeroed norms and layer scales, zero
biases), so those are drawn at random too; then batch-norm statistics are those of a few random batches, and the last
linear layer is scaled until logits have an sd of 2. The weights differ between versions of the libraries; the files are
compared with the arrays beside them only.
"""

import argparse
import copy
import csv
import io
import json
import shutil
import time
import warnings
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import timm
import torch
import torchvision
from torch import nn

SEED = 0
CLASSES = 1000
STEPS = (1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10)


class Plain(nn.Module):
    """Convolutions with InstanceNorm and ELU, pooled by average and by maximum."""

    def __init__(self):
        super().__init__()
        layers, before = [], 3
        for width in (32, 64, 128, 256):
            layers += [
                nn.Conv2d(before, width, 3, stride=2, padding=1, bias=False),
                nn.InstanceNorm2d(width, affine=True),
                nn.ELU(),
                nn.Conv2d(width, width, 3, padding=2, dilation=2, padding_mode="reflect"),
                nn.Softplus() if width == 256 else nn.LeakyReLU(0.1),
            ]
            before = width
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Linear(2 * before, CLASSES)

    def forward(self, x):
        x = self.features(x)
        return self.classifier(torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1))


def of_timm(name, **options):
    return lambda: timm.create_model(name, exportable=True, **options)


def of_torchvision(name):
    return lambda: getattr(torchvision.models, name)()


def resmlp():
    from timm.models.mlp_mixer import Affine, MlpMixer, ResBlock

    return MlpMixer(num_blocks=6, embed_dim=384, mlp_ratio=4, block_layer=ResBlock, norm_layer=Affine)


# name: (family, what is particular, maker)
MODELS = {
    "regnetx_002": ("RegNet", "grouped convolutions", of_timm("regnetx_002")),
    "efficientnet_b0": ("EfficientNet", "SiLU, squeeze and excite", of_timm("efficientnet_b0")),
    "efficientnet_lite0": ("EfficientNet-Lite", "ReLU6, padding on one side", of_timm("tf_efficientnet_lite0")),
    "mobilenetv3_small_100": ("MobileNetV3", "hard swish, hard sigmoid", of_timm("mobilenetv3_small_100")),
    "mobilenetv4_conv_small": ("MobileNetV4", "universal inverted bottleneck", of_timm("mobilenetv4_conv_small")),
    "mnasnet0_5": ("MnasNet", "ReLU, depthwise", of_torchvision("mnasnet0_5")),
    "shufflenet_v2_x0_5": ("ShuffleNet", "channel shuffle, split", of_torchvision("shufflenet_v2_x0_5")),
    "ghostnet_100": ("GhostNet", "concatenated cheap features", of_timm("ghostnet_100")),
    "rexnet_100": ("ReXNet", "SiLU and ReLU6, partial residuals", of_timm("rexnet_100")),
    "repvgg_a0": ("RepVGG", "parallel branches with batch norm", of_timm("repvgg_a0")),
    "fastvit_t8": ("FastViT", "large depthwise kernels, GELU", of_timm("fastvit_t8")),
    "hrnet_w18_small": ("HRNet", "nearest upsampling, parallel resolutions", of_timm("hrnet_w18_small")),
    "dla46_c": ("DLA", "tree of aggregations", of_timm("dla46_c")),
    "dpn48b": ("DPN", "residual and dense paths", of_timm("dpn48b")),
    "skresnet18": ("SKNet", "softmax over branches", of_timm("skresnet18")),
    "nf_regnet_b0": ("NFNet", "no norm, standardised weights, SiLU", of_timm("nf_regnet_b0")),
    "cs3darknet_s": ("CSPDarknet", "SiLU, split stages", of_timm("cs3darknet_s")),
    "starnet_s1": ("StarNet", "product of two branches", of_timm("starnet_s1")),
    "resnet10t_group_prelu": (
        "ResNet, GroupNorm",
        "PReLU, average-pooled shortcuts",
        of_timm("resnet10t", norm_layer=partial(timm.layers.GroupNorm, num_groups=8), act_layer="prelu"),
    ),
    "plain_instance_elu": (
        "plain, InstanceNorm",
        "ELU, leaky ReLU, softplus, reflected padding, dilation, average and maximum",
        Plain,
    ),
    "convnext_atto": ("ConvNeXt", "LayerNorm, GELU, layer scale", of_timm("convnext_atto")),
    "inception_next_atto": ("InceptionNeXt", "split channels, band kernels", of_timm("inception_next_atto")),
    "mambaout_femto": ("MambaOut", "gated convolutions", of_timm("mambaout_femto")),
    "poolformer_s12": ("PoolFormer", "pooling minus identity, GroupNorm of one group", of_timm("poolformer_s12")),
    "resmlp_12": ("ResMLP", "mixing over places, affine norms; 6 blocks", resmlp),
    "gmlp_ti16": ("gMLP", "spatial gating", of_timm("gmlp_ti16_224")),
    "deit_tiny_distilled": ("DeiT", "two tokens, mean of two heads", of_timm("deit_tiny_distilled_patch16_224")),
    "vit_tiny_registers": (
        "ViT as DINOv2",
        "4 registers, layer scale, norm of queries and keys, SwiGLU",
        of_timm(
            "vit_tiny_patch16_224",
            reg_tokens=4,
            no_embed_class=True,
            init_values=0.1,
            qk_norm=True,
            mlp_layer=timm.layers.SwiGLUPacked,
            mlp_ratio=8 / 3,
        ),
    ),
    "eva02_tiny": ("EVA-02", "rotary positions, SwiGLU", of_timm("eva02_tiny_patch14_224")),
    "cait_xxs_short": ("CaiT", "talking heads, class attention; 6 blocks", of_timm("cait_xxs24_224", depth=6)),
    "xcit_nano": ("XCiT", "attention over channels", of_timm("xcit_nano_12_p16_224")),
    "swin_narrow": (
        "Swin",
        "shifted windows, relative positions; width 48",
        of_timm("swin_tiny_patch4_window7_224", embed_dim=48, depths=(2, 2, 2, 2)),
    ),
    "swinv2_narrow": (
        "Swin V2",
        "cosine attention; width 48",
        of_timm("swinv2_tiny_window8_256", embed_dim=48, depths=(2, 2, 2, 2)),
    ),
    "pvt_v2_b0": ("PVT v2", "attention to reduced keys", of_timm("pvt_v2_b0")),
    "pit_ti": ("PiT", "convolutional pooling of tokens", of_timm("pit_ti_224")),
    "crossvit_tiny": ("CrossViT", "two patch sizes, bicubic resize", of_timm("crossvit_tiny_240")),
    "coat_lite_tiny": ("CoaT", "factorised attention, convolutional positions", of_timm("coat_lite_tiny")),
    "levit_128s": ("LeViT", "hard swish, batch norm in attention", of_timm("levit_128s")),
    "mobilevit_s": ("MobileViT", "unfolded patches, SiLU", of_timm("mobilevit_s")),
    "edgenext_xx_small": ("EdgeNeXt", "attention over channels, Fourier positions", of_timm("edgenext_xx_small")),
    "efficientformer_l1": ("EfficientFormer", "pooling, then attention", of_timm("efficientformer_l1")),
    "efficientvit_b0": ("EfficientViT", "linear attention by ReLU", of_timm("efficientvit_b0")),
    "tiny_vit_5m": ("TinyViT", "window attention with convolutions", of_timm("tiny_vit_5m_224")),
    "maxvit_rmlp_pico": ("MaxViT", "grid and block attention", of_timm("maxvit_rmlp_pico_rw_256")),
    "botnet26t": ("BoTNet", "attention with relative positions in a ResNet", of_timm("botnet26t_256")),
    "halonet26t": ("HaloNet", "attention to overlapping blocks", of_timm("halonet26t")),
    "lambda_resnet26t": ("LambdaNet", "lambda layers", of_timm("lambda_resnet26t")),
}
FIXED = {"deit_tiny_distilled", "swin_narrow", "coat_lite_tiny", "mobilevit_s", "shufflenet_v2_x0_5", "halonet26t"}
DYNAMO = ("mobilenetv3_small_100", "convnext_atto", "swin_narrow", "pvt_v2_b0", "halonet26t")


def noise(count, side, generator):
    """count x 3 x side x side: noise with a 1/f spectrum, each picture of mean 0 and sd 1."""
    frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side))
    frequency[0, 0] = np.inf
    white = np.fft.rfft2(generator.standard_normal((count, 3, side, side)))
    pictures = np.fft.irfft2(white / frequency, s=(side, side))
    pictures /= pictures.std((1, 2, 3), keepdims=True)
    return torch.from_numpy(pictures.astype(np.float32))


@torch.no_grad()
def awake(model):
    """Draw what starts as zero, one or nearly zero, so that every branch matters."""
    for module in model.modules():
        for name, parameter in module.named_parameters(recurse=False):
            norm = "norm" in type(module).__name__.lower() or "affine" in type(module).__name__.lower()
            if isinstance(module, nn.PReLU):
                parameter.uniform_(0.1, 0.4)
            elif norm and name in ("weight", "alpha"):
                parameter.uniform_(0.5, 1.5)
            elif name in ("gamma", "gamma_1", "gamma_2", "gamma1", "gamma2", "gamma3", "gamma_xca", "ls1", "ls2"):
                parameter.uniform_(0.2, 0.6)
            elif name == "scale" and parameter.ndim <= 1 or "LayerScale" in type(module).__name__:
                parameter.uniform_(0.2, 0.6)
            elif name == "skipinit_gain":
                parameter.fill_(0.5)
            elif name == "bias" and parameter.ndim == 1:
                parameter.add_(0.1 * torch.randn_like(parameter))
            elif parameter.numel() and not parameter.any():
                parameter.normal_(std=0.1)


@torch.no_grad()
def settled(model, side, generator):
    """Batch-norm statistics of random pictures; logits of sd 2."""
    model.eval()
    norms = [module for module in model.modules() if isinstance(module, nn.modules.batchnorm._BatchNorm)]
    for norm in norms:
        norm.train()
        norm.momentum = None  # plain average over batches
        norm.reset_running_stats()
    for _ in range(3):
        logits = model(noise(8, side, generator))
    model.eval()
    logits = model(noise(8, side, generator))
    heads = [module for module in model.modules() if getattr(module, "out_features", None) == CLASSES]
    factor = 2.0 / float(logits.std(1).mean())
    for head in heads:
        head.weight *= factor
        if head.bias is not None:
            head.bias *= factor


def aligned(output):
    """Give gradients that reach batch norms the layout of the norm's input: see above."""
    seen, ahead = set(), [output.grad_fn]
    while ahead:
        node = ahead.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        ahead += [follower for follower, _ in node.next_functions]
        if "BatchNormBackward" in node.name():
            node.register_prehook(partial(in_layout, node._saved_input))


def in_layout(like, gradients):
    first, *others = gradients
    if like.is_contiguous():
        first = first.contiguous()
    elif like.ndim == 4 and like.is_contiguous(memory_format=torch.channels_last):
        first = first.contiguous(memory_format=torch.channels_last)
    return (first, *others)


def gradient(model, picture):
    point = picture.clone().requires_grad_()
    logits = model(point)
    target = int(logits.argmax())
    aligned(logits)
    (found,) = torch.autograd.grad(logits[0, target], point)
    return logits.detach().numpy(), target, found.numpy()


def directions(shape):
    places = np.arange(1, np.prod(shape) + 1, dtype=np.float64)
    return [np.sin((k + 1) * places * 0.7).reshape(shape) for k in range(8)]


@torch.no_grad()
def slopes(model, picture, target, found, folder):
    """Write slopes.npy; how `found`, the gradient in double precision, compares."""
    ways = directions(tuple(picture.shape))
    offsets = torch.from_numpy(np.concatenate([*ways, *(-way for way in ways)]))
    coarse = best = errors = steps = None
    for step in STEPS:
        above, below = model(picture + step * offsets)[:, target].numpy().reshape(2, -1)
        fine = (above - below) / (2 * step)
        if coarse is not None:
            apart, better = np.abs(coarse - fine), fine + (fine - coarse) / 99
            if best is None:
                best, errors, steps = better, apart, np.full(len(ways), step)
            closer = apart < errors
            best, errors = np.where(closer, better, best), np.where(closer, apart, errors)
            steps = np.where(closer, step, steps)
            if np.linalg.norm(errors) <= 1e-6 * np.linalg.norm(best):
                break
        coarse = fine
    np.save(folder / "slopes.npy", best)
    return {
        "autograd_against_slopes": distance(np.array([np.vdot(found, way) for way in ways]), best),
        "slopes_error": float(np.linalg.norm(errors) / np.linalg.norm(best)),
        "slopes_steps": steps.tolist(),
    }


def distance(one, reference):
    one, reference = one.astype(np.float64), reference.astype(np.float64)
    return float(np.linalg.norm(one - reference) / np.linalg.norm(reference))


def last_features(model, picture):
    """Shape of the last thing before pooling, where the library says what that is."""
    if not hasattr(model, "forward_features"):
        return None
    with torch.no_grad():
        found = model.forward_features(picture)
    return list(found.shape) if isinstance(found, torch.Tensor) else None


def exported(model, picture, file, fixed, dynamo):
    if dynamo:
        shapes = None if fixed else {"dynamic_shapes": ({0: torch.export.Dim.DYNAMIC},)}
        example = picture if fixed else torch.cat([picture, picture])
        options = {"opset_version": 18, "dynamo": True, "external_data": False, "verbose": False, **(shapes or {})}
    else:
        axes = {} if fixed else {"input": {0: "batch"}, "logits": {0: "batch"}}
        example, options = picture, {"opset_version": 17, "dynamo": False, "dynamic_axes": axes}
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        torch.onnx.export(model, (example,), file, input_names=["input"], output_names=["logits"], **options)


def made(name):
    """A model ready to be measured, a picture for it."""
    torch.manual_seed(SEED)
    model = MODELS[name][2]()
    side = getattr(model, "default_cfg", {"input_size": (3, 224, 224)})["input_size"][1]
    awake(model)
    settled(model, side, np.random.default_rng([SEED, side]))
    model.requires_grad_(False)
    return model, noise(1, side, np.random.default_rng([SEED + 1, side]))


def measured(model, picture):
    """Logits in both precisions, target, gradients in both precisions, the model in double precision."""
    logits, target, single = gradient(model, picture)
    wide = copy.deepcopy(model).double()
    wide_logits, wide_target, double = gradient(wide, picture.double())
    if wide_target != target:
        raise ValueError(f"single precision chooses {target}, double {wide_target}")
    if not np.isfinite(double).all() or not double.any():
        raise ValueError("the gradient is zero or not finite")
    return logits, wide_logits, target, single, double, wide


def again(folder, name):
    """Gradients and slopes of a model exported before; its summary with what changed."""
    model, picture = made(name)
    logits, wide_logits, target, single, double, wide = measured(model, picture)
    if not np.array_equal(picture.numpy(), np.load(folder / "input.npy")):
        raise ValueError("another picture than that stored")
    if distance(np.load(folder / "logits.npy"), wide_logits) > 1e-4:
        raise ValueError("another network than that exported")
    summary = json.loads((folder / "summary.json").read_text())
    changed = distance(np.load(folder / "grad64.npy"), double)
    if changed > 1e-9:
        print(f"{folder.name}: stored grad64 was off by {changed:.1e}, written anew", flush=True)
        np.save(folder / "grad32.npy", single)
        np.save(folder / "grad64.npy", double)
    single, double = np.load(folder / "grad32.npy"), np.load(folder / "grad64.npy")
    summary["gradient_norm"] = float(np.linalg.norm(double))
    summary["gradient_error_32"] = distance(single, double)
    summary |= slopes(wide, picture.double(), target, double, folder)
    (folder / "summary.json").write_text(json.dumps(summary, indent=1) + "\n")
    return summary


def written(folder, name, dynamo):
    """Export and measure one model; what summary.json holds."""
    family, particular, _ = MODELS[name]
    model, picture = made(name)
    fixed = name in FIXED
    folder.mkdir(parents=True, exist_ok=True)
    logits, wide_logits, target, single, double, wide = measured(model, picture)
    exported(model, picture, folder / "model.onnx", fixed, dynamo)

    graph = onnx.load(folder / "model.onnx")
    onnx.checker.check_model(graph)
    operators = Counter(node.op_type for node in graph.graph.node)
    session = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
    (answer,) = session.run(None, {"input": picture.numpy()})
    summary = {
        "name": folder.name,
        "family": family,
        "particular": particular,
        "exporter": "dynamo, opset 18" if dynamo else "legacy, opset 17",
        "batch": "fixed" if fixed else "open",
        "side": picture.shape[-1],
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "megabytes": round((folder / "model.onnx").stat().st_size / 1e6, 1),
        "nodes": sum(operators.values()),
        "functions": len(graph.functions),
        "operators": dict(operators.most_common()),
        "last_features": last_features(model, picture),
        "target": target,
        "lead": float(np.diff(np.sort(wide_logits[0])[-2:])[0]),
        "gradient_norm": float(np.linalg.norm(double)),
        "logits_error_32": distance(logits, wide_logits),
        "gradient_error_32": distance(single, double),
        "onnxruntime_error": distance(answer, wide_logits),
        **slopes(wide, picture.double(), target, double, folder),
    }
    np.save(folder / "input.npy", picture.numpy())
    np.save(folder / "logits.npy", logits)
    (folder / "target.txt").write_text(f"{target}\n")
    np.save(folder / "grad32.npy", single)
    np.save(folder / "grad64.npy", double)
    (folder / "summary.json").write_text(json.dumps(summary, indent=1) + "\n")
    return summary


COLUMNS = (
    "name family particular exporter batch side parameters megabytes nodes lead gradient_norm logits_error_32 "
    "gradient_error_32 onnxruntime_error autograd_against_slopes slopes_error reason"
).split()

TOLD = ("gradient_error_32", "onnxruntime_error", "autograd_against_slopes", "slopes_error")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", help="rows of MODELS; a name with -dynamo for the newer exporter")
    parser.add_argument("--slopes", action="store_true", help="gradients and slopes only, for folders made before")
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    given.folder.mkdir(parents=True, exist_ok=True)
    names = given.names or [*MODELS, *(f"{name}-dynamo" for name in DYNAMO)]
    if given.slopes:
        names = [name for name in names if (given.folder / name / "summary.json").exists()]
    table = given.folder / "summary.csv"
    rows = {}
    if table.exists():
        with open(table, newline="") as file:
            rows = {row["name"]: row for row in csv.DictReader(file)}
    for name in names:
        started = time.perf_counter()
        try:
            bare = name.removesuffix("-dynamo")
            folder = given.folder / name
            row = again(folder, bare) if given.slopes else written(folder, bare, bare != name)
            told = ", ".join(f"{key} {row[key]:.1e}" for key in TOLD)
        except Exception as error:  # whatever an exporter throws is the reason to report
            told = f"{type(error).__name__}: {str(error).strip()}".splitlines()[0].split("[Caused by")[0][:300]
            if given.slopes:
                row = rows.get(name, {"name": name}) | {"reason": told}
            else:
                row = {"name": name, "family": MODELS[bare][0], "reason": told}
                shutil.rmtree(folder, ignore_errors=True)
        print(f"{name:32}{time.perf_counter() - started:6.1f} s  {told}", flush=True)
        rows[name] = row
        with open(table, "w", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows.values())


if __name__ == "__main__":
    main()
