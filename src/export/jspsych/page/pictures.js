"use strict";
/* The pictures of an experiment, loaded before the first trial and unpacked when they are shown. */
class Pictures {
  /* `listed` is that of settings.json, `shape` rows and columns, `get` what fetches a file. */
  constructor(listed, shape, get) {
    Object.assign(this, { listed, shape, get, files: new Map() });
  }

  async load(names, say) {
    const blob = async (path) => (await this.get(path)).blob();
    for (const name of names) {
      const { file, planes } = this.listed[name];
      this.files.set(name, { whole: await blob(file), planes: planes && (await blob(planes)) });
      say(`Loading pictures: ${this.files.size} of ${names.length}`);
    }
  }

  /* { channels, whole, planes }: values between 0 and 1 by row, column, channel, and those that masks mix. */
  async unpack(name) {
    const [rows, columns] = this.shape;
    const { channels, scale: unit } = this.listed[name];
    const { whole, planes } = this.files.get(name);
    const bitmap = await createImageBitmap(whole, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
    const canvas = Object.assign(document.createElement("canvas"), { width: columns, height: rows });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(bitmap, 0, 0);
    const bytes = context.getImageData(0, 0, columns, rows).data;
    const values = new Float32Array(rows * columns * channels);
    for (let at = 0; at < values.length; at++) {
      values[at] = bytes[4 * Math.floor(at / channels) + (at % channels)] / 255;
    }
    if (!planes) return { channels, whole: values };
    const view = new DataView(await planes.arrayBuffer());
    const all = Float32Array.from({ length: view.byteLength / 2 }, (_, at) => view.getInt16(2 * at, true) * unit);
    const plane = (at) => all.subarray(at * values.length, (at + 1) * values.length);
    return { channels, whole: values, planes: Array.from({ length: all.length / values.length }, (_, at) => plane(at)) };
  }
}
