"""Writes fixtures/zoo: inputs and labels of the published networks, computed by NumPy, torchvision and SciPy.

    /usr/bin/python3 tools/make-zoo-goldens.py

Every formula is written as the data layers of the authors, or the presets of torchvision, compute it.
"""

import os

import numpy as np
import scipy
import scipy.io
import torch
import torchvision
from PIL import Image
from torchvision.transforms import functional as T

import golden_files

SCRIPT = 'make-zoo-goldens.py'
SEED = 1701
BGR_MEANS = {
    'voc': ('float64', (104.00698793, 116.66876762, 122.67891434)),
    'context': ('float32', (104.007, 116.669, 122.679)),
    'sift': ('float64', (114.578, 115.294, 108.353)),
    'nyud': ('float64', (116.190, 97.203, 92.318)),
}
HHA_MEAN = (132.431, 94.076, 118.477)
LOG_DEPTH_MEAN = 7.844


def planes(values):
    return np.ascontiguousarray(values.transpose(2, 0, 1))


def minus(picture, mean, dtype='float64'):
    """Returns `picture` in float32 minus `mean`."""
    values = np.array(picture, dtype=np.float32)
    values -= np.array(mean, dtype)
    return planes(values)


def torchvision_input(picture):
    resized = T.resize(Image.fromarray(picture), 520)
    pixels = np.asarray(resized)
    tensor = T.normalize(T.to_tensor(resized), (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
    return pixels, tensor.numpy()


def main():
    rng = np.random.default_rng(SEED)
    # every value of every channel once, in a picture of 16 by 16
    picture = np.stack([rng.permutation(256).reshape(16, 16) for _ in range(3)], 2).astype(np.uint8)
    tensors = {'picture': picture}
    for name, (dtype, mean) in BGR_MEANS.items():
        tensors[name] = minus(picture[:, :, ::-1], mean, dtype)
    tensors['hha'] = minus(picture, HHA_MEAN)
    depth = rng.integers(400, 10000, (7, 9)).astype(np.uint16)
    depth[0, :2] = 1, 65535
    log_depth = np.log(depth.astype(np.float64)).astype(np.float32)
    log_depth -= np.array((LOG_DEPTH_MEAN,))
    tensors['depth'] = depth.astype(np.float32)
    tensors['log_depth'] = log_depth[None]
    # smooth, so that little of it compares; of a size whose longer side does not divide
    y, x = np.mgrid[0:13, 0:17]
    small = np.stack([x * 15, y * 20, (x * y) % 256], 2).astype(np.uint8)
    resized, normalised = torchvision_input(small)
    # all of it would be 8 MB: every 13th row and column
    tensors['small'] = small
    tensors['resized'] = np.ascontiguousarray(resized[::13, ::13])
    tensors['normalised'] = np.ascontiguousarray(normalised[:, ::13, ::13])
    tensors['picture_normalised'] = T.normalize(
        T.to_tensor(Image.fromarray(picture)), (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)).numpy()
    path = 'fixtures/zoo/inputs.safetensors'
    golden_files.write(path, tensors, {'resized_size': list(resized.shape[:2])})
    versions = f'numpy {np.__version__}, torchvision {torchvision.__version__}, torch {torch.__version__}'
    golden_files.row(path, versions, SCRIPT, SEED)

    labels = np.arange(0, 460, dtype=np.uint16).reshape(20, 23)
    path = 'fixtures/zoo/context-labels.mat'
    scipy.io.savemat(os.path.join(golden_files.ROOT, path), {'LabelMap': labels}, do_compression=True)
    golden_files.row(path, f'scipy {scipy.__version__}', SCRIPT, 'none drawn')


if __name__ == '__main__':
    main()
