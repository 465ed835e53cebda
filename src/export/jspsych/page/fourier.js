"use strict";
/* The discrete Fourier transform of planes whose sides are powers of two, in place: radix 2, rows then columns. */
const Fourier = (() => {
  /* One line of `count` values from `offset` in steps of `stride`. */
  function line(re, im, offset, stride, count, sign) {
    for (let at = 1, reversed = 0; at < count; at++) {
      let bit = count >> 1;
      for (; reversed & bit; bit >>= 1) reversed ^= bit;
      reversed ^= bit;
      if (at < reversed) {
        const [a, b] = [offset + at * stride, offset + reversed * stride];
        [re[a], re[b], im[a], im[b]] = [re[b], re[a], im[b], im[a]];
      }
    }
    for (let length = 2; length <= count; length *= 2) {
      const half = length / 2;
      for (let turn = 0; turn < half; turn++) {
        const angle = (sign * 2 * Math.PI * turn) / length;
        const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
        for (let start = turn; start < count; start += length) {
          const [a, b] = [offset + start * stride, offset + (start + half) * stride];
          const [x, y] = [re[b] * cosine - im[b] * sine, re[b] * sine + im[b] * cosine];
          [re[b], im[b]] = [re[a] - x, im[a] - y];
          re[a] += x;
          im[a] += y;
        }
      }
    }
  }

  function transform(re, im, rows, columns, sign) {
    for (let row = 0; row < rows; row++) line(re, im, row * columns, 1, columns, sign);
    for (let column = 0; column < columns; column++) line(re, im, column, columns, rows, sign);
  }

  return {
    forward: (re, im, rows, columns) => transform(re, im, rows, columns, -1),
    inverse: (re, im, rows, columns) => {
      transform(re, im, rows, columns, 1);
      for (let at = 0; at < re.length; at++) {
        re[at] /= re.length;
        im[at] /= im.length;
      }
    },
  };
})();
