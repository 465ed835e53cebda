"""Writes the small map files in maps/ with numpy, scipy, tifffile and Pillow, to test that ours reads what they write.

    pip install numpy==2.* scipy tifffile imagecodecs pillow && python make_maps.py

Every file holds 4 rows and 5 columns; the value at a row and a column is 10 row + column, less 7.5 where floats are stored
and negative ones are wanted.
"""

from pathlib import Path

import numpy
import scipy.io
import tifffile
from PIL import Image

FOLDER = Path(__file__).parent / "maps"
FOLDER.mkdir(exist_ok=True)
whole = 10.0 * numpy.arange(4)[:, None] + numpy.arange(5)[None, :]
signed = whole - 7.5
channels = numpy.stack([signed, -2 * signed, 0 * signed], axis=2)

numpy.save(FOLDER / "half_columns_first.npy", numpy.asfortranarray(signed.astype("f2")))
numpy.save(FOLDER / "double_big_endian.npy", signed.astype(">f8"))
numpy.save(FOLDER / "short.npy", whole.astype("i2"))
numpy.save(FOLDER / "channels_first.npy", channels.transpose(2, 0, 1).astype("f4"))
with open(FOLDER / "format_2.npy", "wb") as file:
    numpy.lib.format.write_array(file, signed, version=(2, 0))

scipy.io.savemat(FOLDER / "compressed.mat", {"map": signed}, do_compression=True)
scipy.io.savemat(FOLDER / "plain.mat", {"map": signed.astype("f4")}, do_compression=False)
scipy.io.savemat(FOLDER / "integers.mat", {"map": whole.astype("int16")}, do_compression=True)
scipy.io.savemat(
    FOLDER / "several.mat",
    {"note": "text", "cell": numpy.array([1, "a"], dtype=object), "first": whole, "second": signed},
    do_compression=True,
)
scipy.io.savemat(FOLDER / "complex.mat", {"map": signed + 1j}, do_compression=True)
scipy.io.savemat(FOLDER / "text.mat", {"note": "no map"}, do_compression=True)
scipy.io.savemat(FOLDER / "channels.mat", {"map": channels}, do_compression=True)

tifffile.imwrite(FOLDER / "float_lzw.tiff", signed.astype("f4"), compression="lzw")
tifffile.imwrite(FOLDER / "float_predicted.tiff", signed.astype("f4"), compression="deflate", predictor=True)
tifffile.imwrite(FOLDER / "double_big_endian.tiff", signed, byteorder=">")
tifffile.imwrite(FOLDER / "short_deflate.tiff", whole.astype("u2"), compression="deflate", predictor=True)
tifffile.imwrite(FOLDER / "long_signed.tiff", (whole - 7).astype("i4"))
tifffile.imwrite(FOLDER / "byte_packed.tiff", whole.astype("u1"), compression="packbits")
tifffile.imwrite(FOLDER / "big.tiff", signed.astype("f4"), bigtiff=True)
tifffile.imwrite(FOLDER / "pages.tiff", numpy.stack([whole, whole]).astype("f4"), photometric="minisblack")
tifffile.imwrite(FOLDER / "colour.tiff", channels.astype("f4"), photometric="rgb")

Image.fromarray(whole.astype("u2")).save(FOLDER / "sixteen.png")
Image.fromarray(whole.astype("u1")).save(FOLDER / "eight.png")
Image.fromarray(whole.astype("u1")).convert("RGB").save(FOLDER / "grey_in_colour.png")
