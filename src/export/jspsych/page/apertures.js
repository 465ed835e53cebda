"use strict";
/* Stimuli composed from a picture and the centres of its bubbles, with the arithmetic of bubblescope's `bubbles` module.
 *
 * A cover: { kind, shape: [rows, columns], combine, background, light, planes: [{ shape, sd }], range }.
 * A prepared picture: { channels, base, layers } (Float32Array each, row by row, channels last), or for kind "frequency"
 * { channels, means, spectra, size }. Centres: [band, row, column] triples.
 */
const Apertures = (() => {
  const decode = {
    stored: (value) => value,
    linear: (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4),
  };
  const encode = {
    stored: (value) => value,
    linear: (value) => {
      const light = Math.max(value, 0);
      return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
    },
  };
  const join = {
    sum_clip: (value, g) => value + g,
    max: (value, g) => Math.max(value, g),
    probabilistic_or: (value, g) => value + g - value * g,
  };

  /* The mask of one band: Gaussians exp(-d² / 2 sd²), cut below 1e-7, joined by the rule, at most 1. */
  function mask({ shape: [rows, columns], sd }, centres, combine) {
    const reach = Math.ceil(sd * Math.sqrt(-2 * Math.log(1e-7)));
    const profile = Float32Array.from({ length: reach + 1 }, (_, x) => Math.exp(-(x * x) / (2 * sd * sd)));
    const values = new Float32Array(rows * columns);
    const rule = join[combine];
    for (const [, y, x] of centres) {
      for (let row = Math.max(0, y - reach); row <= Math.min(rows - 1, y + reach); row++) {
        const height = profile[Math.abs(row - y)];
        for (let column = Math.max(0, x - reach); column <= Math.min(columns - 1, x + reach); column++) {
          const at = row * columns + column;
          values[at] = rule(values[at], height * profile[Math.abs(column - x)]);
        }
      }
    }
    return values.map((value) => Math.min(value, 1));
  }

  /* Stored values (0..1, channels last) of what is seen through the bubbles, or of the whole picture where centres are null. */
  function show(cover, prepared, centres) {
    if (centres === null) return prepared.whole;
    const masks = cover.planes.map((plane, band) =>
      mask(plane, centres.filter((centre) => centre[0] === band), cover.combine),
    );
    const seen =
      cover.kind === "frequency" ? filtered(cover, prepared, masks[0]) : layered(prepared, masks, prepared.channels);
    return cover.light === "stored" ? seen : seen.map(encode[cover.light]);
  }

  function layered({ base, layers }, masks, channels) {
    const seen = Float32Array.from(base);
    layers.forEach((layer, band) => {
      const opening = masks[band];
      for (let at = 0; at < seen.length; at++) seen[at] += opening[Math.floor(at / channels)] * layer[at];
    });
    return seen;
  }

  /* A radial filter whose gain is the mask, linear in log2 frequency between its positions, 0 beyond both ends. */
  function filtered({ shape: [rows, columns], range: [lowest, highest] }, { channels, means, spectra, size }, mask) {
    const [height, width] = size;
    const last = mask.length - 1;
    const octaves = Math.log2(highest / lowest);
    const gain = (row, column) => {
      const fy = Math.min(row, height - row) / height;
      const fx = Math.min(column, width - column) / width;
      const at = (Math.log2((Math.hypot(fy, fx) * columns) / lowest) / octaves) * last;
      if (!(at >= 0 && at <= last)) return 0;
      const left = Math.floor(at);
      return mask[left] * (1 - (at - left)) + mask[Math.min(left + 1, last)] * (at - left);
    };
    const gains = Float64Array.from({ length: height * width }, (_, at) => gain(Math.floor(at / width), at % width));
    const seen = new Float32Array(rows * columns * channels);
    spectra.forEach(([real, imaginary], channel) => {
      const re = real.map((value, at) => value * gains[at]);
      const im = imaginary.map((value, at) => value * gains[at]);
      Fourier.inverse(re, im, height, width);
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          seen[(row * columns + column) * channels + channel] = re[row * width + column] + means[channel];
        }
      }
    });
    return seen;
  }

  const mirrored = (values, [rows, columns], channels) =>
    values.map((_, at) => {
      const channel = at % channels;
      const pixel = (at - channel) / channels;
      const column = pixel % columns;
      return values[(pixel - column + (columns - 1 - column)) * channels + channel];
    });

  /* Takes a picture apart. `whole` holds stored values; `planes`, for bands, the base and every layer. */
  function prepare(cover, { channels, whole, planes }, mirror) {
    const turn = (values) => (mirror ? mirrored(values, cover.shape, channels) : values);
    const [light, background] = [decode[cover.light], decode[cover.light](cover.background)];
    const picture = { channels, whole: turn(whole) };
    if (cover.kind === "bands") {
      const [base, ...layers] = planes.map(turn);
      return { ...picture, base, layers };
    }
    const values = picture.whole.map(light);
    if (cover.kind === "spatial") {
      return { ...picture, base: values.map(() => background), layers: [values.map((value) => value - background)] };
    }
    const [rows, columns] = cover.shape;
    const size = [rows, columns].map((count) => 2 ** Math.ceil(Math.log2(2 * count - 1)));
    const means = [];
    const spectra = [];
    for (let channel = 0; channel < channels; channel++) {
      let total = 0;
      for (let at = channel; at < values.length; at += channels) total += values[at];
      const mean = total / (rows * columns);
      const real = new Float64Array(size[0] * size[1]);
      for (let at = 0; at < rows * columns; at++) {
        real[Math.floor(at / columns) * size[1] + (at % columns)] = values[at * channels + channel] - mean;
      }
      const imaginary = new Float64Array(real.length);
      Fourier.forward(real, imaginary, ...size);
      means.push(mean);
      spectra.push([real, imaginary]);
    }
    return { ...picture, means, spectra, size };
  }

  /* Puts stored values on a canvas, rounded half up to 8 bits. */
  function paint(canvas, [rows, columns], channels, values) {
    const image = new ImageData(columns, rows);
    for (let pixel = 0; pixel < rows * columns; pixel++) {
      for (let channel = 0; channel < 3; channel++) {
        const value = values[pixel * channels + Math.min(channel, channels - 1)];
        image.data[4 * pixel + channel] = Math.floor(Math.min(Math.max(value, 0), 1) * 255 + 0.5);
      }
      image.data[4 * pixel + 3] = 255;
    }
    canvas.getContext("2d").putImageData(image, 0, 0);
  }

  return { prepare, show, paint };
})();
