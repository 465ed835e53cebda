"""Render parametric grey-level faces, happy or sad, and their diagnostic templates.

A face is painted from ellipses and bands (a band is the area between two curves
y = top(x) and y = bottom(x)), and a height map shades its skin. What varies:

* the identity (one seed): head, eyes, nose, lips, brows, hair, skin tone;
* the variation (another seed): lighting, rotation, slight yaw, position, and
  the strength of the expression.

The expression is carried only by the mouth (corners, curvature, opening), the
brows (inner ends up or down) and the eyes (openness, slant, lower lid). The
same seeds always give the same picture.

`render` returns a picture and its template: how diagnostic of the expression
each pixel is by construction (mouth 1, brows 0.7, eyes 0.5, elsewhere 0).
Run as a script, it writes the 24 stimuli next to itself and their templates to
experiments/faces/template. Needs numpy and Pillow.
"""

from pathlib import Path

import numpy as np
from PIL import Image

SIZE = 128
BACKGROUND = 128.0
STIMULUS_IDENTITIES = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
MOUTH_WEIGHT, BROW_WEIGHT, EYE_WEIGHT = 1.0, 0.7, 0.5


def draw_identity(seed):
    """What stays with a person. Lengths are in pixels, tones in grey levels."""
    random = np.random.default_rng([seed, 1])
    uniform = random.uniform
    return {
        "head_width": uniform(31, 36), "head_height": uniform(42, 46), "jaw": uniform(0.05, 0.24),
        "skin": uniform(120, 198), "lip": uniform(0.60, 0.74), "cheek": uniform(0.6, 1.4),
        "eye_spacing": uniform(14.0, 16.5), "eye_width": uniform(7.0, 8.2), "eye_open": uniform(3.9, 4.8),
        "eye_height": uniform(-6, -3), "iris": uniform(35, 95), "brow_height": uniform(11, 13),
        "brow_thickness": uniform(1.2, 2.1), "brow_width": uniform(8.2, 9.8),
        "nose_length": uniform(13, 16.5), "nose_width": uniform(4.2, 6.2), "nose_bulk": uniform(0.8, 1.2),
        "mouth_height": uniform(22.5, 25), "mouth_width": uniform(13, 16),
        "upper_lip": uniform(2.0, 2.9), "lower_lip": uniform(2.8, 4.0),
        "hair": random.choice([uniform(28, 70), uniform(70, 110), uniform(170, 215)], p=[0.5, 0.3, 0.2]),
        "hair_style": random.choice(["short", "parted", "fringe", "long", "bob"]),
        "hair_line": uniform(0.58, 0.70), "hair_part": uniform(-0.45, 0.45), "hair_volume": uniform(3.0, 6.5),
        "shirt": random.choice([uniform(50, 100), uniform(160, 215)]),
    }


def draw_variation(identity_seed, expression, seed):
    """What changes from picture to picture, the expression included."""
    uniform = np.random.default_rng([identity_seed, 2, seed]).uniform
    face = {
        "shift_x": uniform(-3, 3), "shift_y": uniform(-3, 3), "rotation": np.deg2rad(uniform(-4, 4)),
        "yaw": uniform(-1, 1), "light_side": uniform(-0.8, 0.8), "light_up": uniform(0.1, 0.7),
        "ambient": uniform(0.42, 0.55),
    }
    mouth, brow, eye, opening = uniform(0.7, 1.1), uniform(0.7, 1.2), uniform(0.7, 1.2), uniform(-2.5, 4.0)
    if expression == "happy":
        return face | {"curve": 6.0 * mouth, "stretch": 1.08, "opening": max(0.0, opening) * mouth, "upper_lid": 1.0,
                       "lower_lid": 1 - 0.5 * eye, "slant": 0.0, "brow_tilt": -0.4 * brow, "brow_arch": 2.2 * brow}
    if expression == "sad":
        return face | {"curve": -4.8 * mouth, "stretch": 0.95, "opening": 0.0, "upper_lid": 1 - 0.22 * eye,
                       "lower_lid": 1.0, "slant": 1.2 * eye, "brow_tilt": 2.7 * brow, "brow_arch": 0.8}
    raise ValueError(f"the expression is happy or sad, not {expression!r}")


def ellipse(x, y, radius_x, radius_y):
    """Approximate signed distance in pixels to an ellipse around the origin, negative inside."""
    reach = np.hypot(x / radius_x, y / radius_y)
    return reach * (reach - 1) / np.maximum(np.hypot(x / radius_x**2, y / radius_y**2), 1e-6)


def bump(x, y, radius_x, radius_y):
    return np.exp(-0.5 * ((x / radius_x) ** 2 + (y / radius_y) ** 2))


def box_down(samples, factor):
    """Average blocks of factor x factor samples."""
    return samples.reshape(samples.shape[0] // factor, factor, -1, factor).mean(axis=(1, 3))


class Canvas:
    """Samples being painted, and their coordinates in the upright face's pixels."""

    def __init__(self, face, supersample):
        samples = (np.arange(SIZE * supersample) + 0.5) / supersample - SIZE / 2
        x, y = samples[None, :] - face["shift_x"], samples[:, None] + 1 - face["shift_y"]
        cosine, sine = np.cos(face["rotation"]), np.sin(face["rotation"])
        self.x, self.y = cosine * x + sine * y, cosine * y - sine * x
        self.tone = np.full(self.x.shape, BACKGROUND)
        self.face, self.sample = face, 1 / supersample

    def paint(self, distance, tone, opacity=1.0, softness=0.3):
        """Blend a tone into where the signed distance is negative; the edge is antialiased."""
        coverage = np.clip(0.5 - distance / (self.sample + softness), 0, 1)
        self.tone += (tone - self.tone) * (coverage * opacity)

    def shade(self, height):
        """Lambert shading of a height map under the picture's light."""
        side, up = self.face["light_side"], self.face["light_up"]
        down, right = np.gradient(height, self.sample)
        facing = np.cos(up) * (np.cos(side) - np.sin(side) * right) + np.sin(up) * down
        return self.face["ambient"] + 0.6 * np.maximum(facing / np.sqrt(1 + right**2 + down**2), 0)


def skin_height(person, x, y, feature_x, nose_x):
    """Height map of a rounded head with nose, eye sockets, cheeks, chin and lips."""
    tall, nose_y = person["head_height"], y - person["eye_height"] - person["nose_length"]
    height = 26 * np.sqrt(np.maximum(1 - 0.92 * ((x / person["head_width"]) ** 2 + (y / tall) ** 2), 0.03))
    ridge = np.clip(1 + nose_y / (person["nose_length"] + 3), 0, 1) * bump(0, np.maximum(nose_y, 0), 1, 2.2)
    height += 5.0 * person["nose_bulk"] * ridge * bump(nose_x, 0, 0.62 * person["nose_width"], 1)
    for side in (-1, 1):
        height += 1.6 * bump(nose_x - side * 0.72 * person["nose_width"], nose_y, 2.2, 1.9)
        height -= 2.0 * bump(feature_x - side * person["eye_spacing"], y - person["eye_height"] + 1, 8, 5)
        height += 2.0 * person["cheek"] * bump(feature_x - side * 18, y - 11, 8, 8)
    height += 1.8 * bump(feature_x, y - 0.83 * tall, 7, 4)
    return height + 1.4 * bump(feature_x, y - person["mouth_height"], 12, 6)


def paint_body(canvas, person):
    """Hair behind the head, neck, shirt and ears."""
    x, y, tall = canvas.x, canvas.y, person["head_height"]
    width, length = person["head_width"], {"long": 1.18, "bob": 0.72}.get(person["hair_style"], 0) * tall
    outer = width + person["hair_volume"]
    if length:
        corner = np.hypot(np.maximum(np.abs(x) - outer + 6, 0), np.maximum(y - length + 6, 0)) - 6
        distance = np.where(y < -4, ellipse(x, y + 4, outer, outer + tall - width), corner)
        canvas.paint(distance, 0.82 * person["hair"], softness=1)
    neck = 0.54 * width + 0.02 * np.maximum(y - 40, 0) ** 2
    light = canvas.shade(14 * np.sqrt(np.maximum(1 - (x / (neck + 4)) ** 2, 0.1)))
    shadow = 0.62 + 0.2 * np.clip((y - tall) / 18, 0, 1)
    canvas.paint(np.maximum(np.abs(x) - neck, 20 - y), person["skin"] * shadow * light)
    canvas.paint(np.maximum(54 + 0.006 * x**2 - y, -ellipse(x, y - 48, 22, 13)), person["shirt"] * (0.7 + 0.3 * light))
    canvas.paint(ellipse(np.abs(x) - width + 0.5, y - 3, 4.5, 8), 0.8 * person["skin"])


def paint_hair(canvas, person, outline):
    """Hair on top of the head, down to a hair line that depends on the style."""
    x, y, width, part = canvas.x, canvas.y, person["head_width"], person["hair_part"]
    across = np.abs(x / width)
    edge = {
        "short": -1 + 24 * across**3.5,
        "parted": -5 + 9 * np.abs(x / width - part) ** 1.3 + 18 * across**5,
        "fringe": 4 + 1.2 * np.sin(5 * x / width + 9 * part) + 22 * across**6,
        "long": -4 + 30 * (x / width - 0.5 * part) ** 2,
        "bob": 3 + 40 * across**6,
    }[person["hair_style"]] - person["hair_line"] * person["head_height"]
    if person["hair_style"] not in ("long", "bob"):
        edge = np.minimum(edge, person["eye_height"] + 2)
    dome = np.maximum(1 - 0.9 * ((x / (width + 8)) ** 2 + (y / (person["head_height"] + 8)) ** 2), 0.05)
    strands = 1 + 0.05 * np.sin(1.9 * x + 2.5 * np.sin(0.11 * y + x / 17)) + 0.04 * np.sin(0.83 * x - 0.12 * y)
    tone, volume = person["hair"] * strands * canvas.shade(30 * np.sqrt(dome)), 0.75 * person["hair_volume"]
    canvas.paint(np.maximum(outline(y + 0.5 * volume, volume), y - edge), tone, softness=1)


def paint_eye(canvas, person, x, y, outward):
    """One eye around the origin; outward grows away from the nose."""
    face, width, open_by = canvas.face, person["eye_width"], person["eye_open"]
    along = np.clip(outward / width, -1.1, 1.1)
    beyond = np.abs(outward) - width
    top = face["slant"] * along - open_by * face["upper_lid"] * (1 - along**2)
    bottom = 0.5 * face["slant"] * along + 0.7 * open_by * face["lower_lid"] * (1 - along**2)
    opening = np.maximum(np.maximum(top - y, y - bottom), beyond)
    canvas.paint(np.maximum(np.abs(y - top + 2.4) - 0.3, beyond + 1), 0.55 * person["skin"], 0.4, 1.0)
    canvas.paint(opening, 222 - 40 * np.clip(1 - (y - top) / 2.5, 0, 1))
    for radius, tone in ((3.8, person["iris"]), (1.9, 15.0)):
        canvas.paint(np.maximum(opening, ellipse(x, y + 0.4, radius, radius)), tone)
    canvas.paint(np.maximum(opening, ellipse(x + 1.2, y + 1.6, 0.9, 0.9)), 245.0)
    canvas.paint(np.maximum(np.abs(y - top) - 0.8, beyond - 0.6), 0.22 * person["skin"], 0.9)
    canvas.paint(np.maximum(np.abs(y - bottom) - 0.35, beyond + 0.4), 0.5 * person["skin"], 0.5, 0.6)


def paint_brow(canvas, person, y, outward):
    """One brow, thick near the nose and thin outside; a positive tilt lifts its inner end."""
    along = np.clip(outward / person["brow_width"], -1, 1)
    centre = canvas.face["brow_tilt"] * along + canvas.face["brow_arch"] * (along**2 - 0.4)
    thickness = person["brow_thickness"] * (1.05 - 0.5 * along) * np.sqrt(np.minimum(3 * (1 - along**2), 1))
    distance = np.maximum(np.abs(y - centre) - thickness, np.abs(outward) - person["brow_width"])
    canvas.paint(distance, min(0.55 * person["hair"] + 10, 0.5 * person["skin"]), 0.92, 0.6)


def paint_mouth(canvas, person, x, y, half_width):
    """Lips around the origin, and teeth when a smile opens."""
    along = np.clip(x / half_width, -1, 1)
    inside, beyond = 1 - along**2, np.abs(x) - half_width
    line, gap = -canvas.face["curve"] * (along**2 - 0.4), canvas.face["opening"] * inside
    bow = person["upper_lip"] * inside * (1 - 0.35 * bump(along, 0, 0.11, 1))
    full = person["lower_lip"] * inside
    tone = person["skin"] * person["lip"] * canvas.shade(2 * np.sqrt(inside) - 0.25 * (y - line))
    canvas.paint(np.maximum(np.maximum(line - bow - y, y - line), beyond), 0.85 * tone)
    canvas.paint(np.maximum(np.maximum(line - y, y - line - gap - full), beyond), tone)
    canvas.paint(ellipse(x, y - line - gap - 0.5 * full, 0.4 * half_width, 0.7), 220.0, 0.25, 1.0)
    canvas.paint(np.maximum(np.maximum(line - y, y - line - gap), beyond), 222 - 45 * along**2)
    for offset in (0, gap):
        stroke = np.abs(y - line - offset) - 0.85 + 0.3 * along**2
        canvas.paint(np.maximum(stroke, beyond - 0.4), 0.25 * person["skin"], 0.85, 0.4)


def template_blob(x, y, radius_x, radius_y):
    """1 inside an ellipse, with a Gaussian edge outside it, cut at 0.01."""
    value = bump(np.maximum(ellipse(x, y, radius_x, radius_y), 0), 0, 2.5, 1)
    return np.where(value < 0.01, 0, value)


def render(identity_seed, expression, variation_seed, supersample=4):
    """One face: (picture uint8 [128, 128], template float [128, 128] in 0..1)."""
    person, face = draw_identity(identity_seed), draw_variation(identity_seed, expression, variation_seed)
    canvas = Canvas(face, supersample)
    x, y, skin = canvas.x, canvas.y, person["skin"]
    feature_x, nose_x = x - 2.0 * face["yaw"], x - 3.2 * face["yaw"]
    nose_y = y - person["eye_height"] - person["nose_length"]

    def outline(height, grow):
        narrowing = 1 - person["jaw"] * np.clip(height / person["head_height"], 0, 1.2) ** 1.6
        return ellipse(x / narrowing, height, person["head_width"] + grow, person["head_height"] + grow)

    paint_body(canvas, person)  # from here on, back to front
    canvas.paint(outline(y, 0), skin * canvas.shade(skin_height(person, x, y, feature_x, nose_x)))
    canvas.paint(ellipse(np.abs(nose_x) - 0.5 * person["nose_width"], nose_y - 1.6, 1.5, 0.8), 0.3 * skin, 0.55, 1.2)
    canvas.paint(-1.0, 0.4 * skin, 0.25 * bump(nose_x, nose_y - 3.2, person["nose_width"], 1.1))
    paint_hair(canvas, person, outline)  # before the features, so that it never hides them

    template = np.zeros_like(x)
    for side in (-1, 1):
        outward, eye_y = side * feature_x - person["eye_spacing"], y - person["eye_height"]
        brow_y = eye_y + person["brow_height"]
        paint_eye(canvas, person, side * outward, eye_y, outward)
        paint_brow(canvas, person, brow_y, outward)
        eye = template_blob(outward, eye_y, person["eye_width"] + 0.5, person["eye_open"])
        tilted = brow_y - face["brow_tilt"] * outward / person["brow_width"]
        brow = template_blob(outward, tilted, person["brow_width"], person["brow_thickness"] + 1.2)
        template = np.maximum(template, np.maximum(EYE_WEIGHT * eye, BROW_WEIGHT * brow))

    half_width, mouth_y = person["mouth_width"] * face["stretch"], y - person["mouth_height"]
    paint_mouth(canvas, person, feature_x, mouth_y, half_width)
    middle = 0.5 * (face["opening"] - 0.2 * face["curve"])
    tall = 0.5 * (abs(face["curve"]) + person["upper_lip"] + person["lower_lip"] + face["opening"])
    mouth = template_blob(feature_x, mouth_y - middle, half_width + 0.5, tall)
    template = np.maximum(template, MOUTH_WEIGHT * mouth)
    picture = np.clip(np.rint(box_down(canvas.tone, supersample)), 0, 255).astype(np.uint8)
    return picture, box_down(template, supersample)


def stimuli():
    """Yield (name, picture, template) of the 24 stimuli, the happy ones first."""
    for number, expression in enumerate(("happy", "sad")):
        for index, identity in enumerate(STIMULUS_IDENTITIES, start=1):
            yield f"{expression}_{index:02d}", *render(identity, expression, 100 * number + index)


if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    templates = here.parents[1] / "experiments" / "faces" / "template"
    templates.mkdir(parents=True, exist_ok=True)
    for name, picture, template in stimuli():
        Image.fromarray(picture).save(here / f"{name}.png", optimize=True)
        Image.fromarray(np.rint(255 * template).astype(np.uint8)).save(templates / f"{name}.png", optimize=True)
