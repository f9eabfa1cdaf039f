"""Writes fixtures/zoo/fcn8s-tvg-narrow.mat: FCN-8s of the Torr Vision Group as MatConvNet publishes it, narrow, and what
it computes, fixtures/zoo/fcn8s-tvg-narrow.safetensors, by torch.

    /usr/bin/python3 tools/make-matconvnet-network.py

Layers have the names of the time of CVPR 2015 (score2, score4, upsample), parameters those of that file (conv1_1f,
conv1_1b); score2 has a bias, upsample is grouped. Numbers are drawn.
"""

import os

import numpy as np
import scipy
import scipy.io
import torch
import torch.nn.functional as F

import golden_files

SCRIPT = 'make-matconvnet-network.py'
SEED = 1701
CLASSES = 21
MEAN = (122.67891434, 116.66876762, 104.00698793)
NAME = 'fixtures/zoo/fcn8s-tvg-narrow'
TRUNK = [(1, 2, 3, 2), (2, 2, 2, 2), (3, 3, 2, 2), (4, 3, 2, 4), (5, 3, 4, 4)]  # stage, layers, from, to
rng = np.random.default_rng(SEED)


def draw(*shape):
    deviation = 1 if len(shape) == 1 else np.sqrt(2 / np.prod(shape[1:]))
    return (deviation * rng.standard_normal(shape)).astype(np.float32)


def parameters():
    """Filters [O, I, H, W], of transposed convolutions [I, O / groups, H, W], and biases."""
    arrays = {}

    def layer(name, *shape, bias=None):
        arrays[name] = (draw(*shape), None if bias is None else draw(bias))

    for stage, layers, source, target in TRUNK:
        for i in range(1, layers + 1):
            layer(f'conv{stage}_{i}', target, source if i == 1 else target, 3, 3, bias=target)
    layer('fc6', 32, 4, 7, 7, bias=32)
    layer('fc7', 32, 32, 1, 1, bias=32)
    layer('score_fr', CLASSES, 32, 1, 1, bias=CLASSES)
    layer('score2', CLASSES, CLASSES, 4, 4, bias=CLASSES)
    layer('score_pool4', CLASSES, 4, 1, 1, bias=CLASSES)
    layer('score4', CLASSES, CLASSES, 4, 4)
    layer('score_pool3', CLASSES, 2, 1, 1, bias=CLASSES)
    layer('upsample', CLASSES, 1, 16, 16)
    return arrays


def run(arrays, picture):
    tensors = {name: [None if a is None else torch.from_numpy(a).double() for a in pair] for name, pair in arrays.items()}
    x = torch.from_numpy(picture.transpose(2, 0, 1).astype(np.float64) - np.array(MEAN)[:, None, None])[None]
    size, pools = x.shape[2:], {}

    def conv(name, value, **options):
        return F.conv2d(value, *tensors[name], **options)

    def up(name, value, **options):
        return F.conv_transpose2d(value, *tensors[name], **options)

    def crop(value, like, offset):
        height, width = like.shape[2:]
        return value[:, :, offset:offset + height, offset:offset + width]

    value = x
    for stage, layers, _, _ in TRUNK:
        for i in range(1, layers + 1):
            value = F.relu(conv(f'conv{stage}_{i}', value, padding=100 if (stage, i) == (1, 1) else 1))
        value = pools[stage] = F.max_pool2d(value, 2, 2, ceil_mode=True)
    value = conv('score_fr', F.relu(conv('fc7', F.relu(conv('fc6', value)))))
    value = up('score2', value, stride=2)
    value = value + crop(conv('score_pool4', pools[4]), value, 5)
    value = up('score4', value, stride=2)
    value = value + crop(conv('score_pool3', pools[3]), value, 9)
    return crop(up('upsample', value, stride=8, groups=CLASSES), torch.empty(1, 1, *size), 31)[0].numpy()


def structs(records):
    out = np.empty((1, len(records)), dtype=[(key, object) for key in records[0]])
    for i, record in enumerate(records):
        out[0, i] = tuple(record.values())
    return out


def cell(values):
    out = np.empty((1, len(values)), dtype=object)
    out[0, :] = values
    return out


def save(arrays):
    layers, params = [], []
    for name, (filters, bias) in arrays.items():
        held = {f'{name}f': filters.transpose(2, 3, 1, 0)}
        if bias is not None:
            held[f'{name}b'] = bias.reshape(1, -1)
        kind = 'dagnn.Conv' if name not in ('score2', 'score4', 'upsample') else 'dagnn.ConvTranspose'
        layers.append({'name': name, 'type': kind, 'inputs': cell(['data']), 'outputs': cell([name]),
                       'params': cell(list(held)), 'block': {'hasBias': bias is not None}})
        params += [{'name': key, 'value': value, 'learningRate': 1.0} for key, value in held.items()]
    meta = {'normalization': {'averageImage': np.float32(MEAN).reshape(1, 1, 3)}}
    path = os.path.join(golden_files.ROOT, f'{NAME}.mat')
    scipy.io.savemat(path, {'layers': structs(layers), 'params': structs(params), 'meta': meta}, do_compression=True)
    with open(path, 'r+b') as file:  # instead of the time, so that every run gives the same file
        file.write(b'MATLAB 5.0 MAT-file, written by scipy'.ljust(116))


def main():
    arrays = parameters()
    picture = rng.integers(0, 256, (13, 18, 3)).astype(np.uint8)
    scores = run(arrays, picture)
    save(arrays)
    golden_files.write(f'{NAME}.safetensors', {'scores': scores, 'picture': picture.astype(np.float32)}, {})
    golden_files.row(f'{NAME}.mat', f'scipy {scipy.__version__}', SCRIPT, SEED)
    golden_files.row(f'{NAME}.safetensors', f'torch {torch.__version__}, float64', SCRIPT, SEED)


if __name__ == '__main__':
    main()
