"""Reads an uncompressed Zarr v3 array with numpy alone, and saves it: `zarr_numpy.py <array folder> <out.npy>`."""
import itertools, json, pathlib, sys
import numpy as np

folder = pathlib.Path(sys.argv[1])
meta = json.loads((folder / "zarr.json").read_text())
chunk = meta["chunk_grid"]["configuration"]["chunk_shape"]
array = np.empty(meta["shape"], meta["data_type"])
for index in itertools.product(*(range(-(-size // c)) for size, c in zip(array.shape, chunk))):
    where = tuple(slice(i * c, min((i + 1) * c, size)) for i, c, size in zip(index, chunk, array.shape))
    values = np.fromfile(folder / "c" / "/".join(map(str, index)), array.dtype).reshape(chunk)
    array[where] = values[tuple(slice(0, s.stop - s.start) for s in where)]
np.save(sys.argv[2], array)
