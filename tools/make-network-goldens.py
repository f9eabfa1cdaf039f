"""Writes fixtures/models/golden: narrow FCNs, their activations per stage and the gradients of one step.

    /usr/bin/python3 tools/make-network-goldens.py

* voc-fcn8s-narrow, voc-fcn8s-narrow-same: drawn weights, computed by torch in float64, in the authors' geometry (padding
  100 and crops) and in the same-padding one.
* caffe-voc-fcn8s, caffe-voc-fcn-alexnet: weights and activations that BVLC Caffe stored in
  $FCN_SHARED/golden/caffe/nets (default ../shared). The torch networks of this file must agree with them.

Layers as in Long, Shelhamer, Darrell, CVPR 2015, and the authors' published definitions. A crop is written with its
offset: this file knows nothing of coordinate maps.
"""

import gzip
import os

import numpy as np
import torch
import torch.nn.functional as F

import golden_files

SCRIPT = 'make-network-goldens.py'
SEED = 1701
TORCH = f'torch {torch.__version__}, float64'
CAFFE = 'BVLC Caffe 9b89154, CPU'
TOLERANCE = 1e-5
# A weight gradient is one float32 sum over up to 59,000 positions: √59,000 · 2⁻²⁴ = 1.5e-5, times the cancellation.
GRAD_TOLERANCE = 1e-4
FOLDER = 'fixtures/models/golden'

BLOCKS = [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]
WIDTHS = {64: 4, 128: 5, 256: 6, 512: 8, 4096: 8}
CLASSES = 5
SIZES = [(37, 53), (1, 1)]
IGNORED = 255

# Padding of conv1_1 and fc6, offsets of the crops of the skips (negative: of the upsampled scores) and of the last one.
GEOMETRIES = {
    'authors': {'first': 100, 'fc6': 0, 'pool4': 5, 'pool3': 9, 'score': 31},
    'same': {'first': 1, 'fc6': 3, 'pool4': -1, 'pool3': -1, 'score': 4},
}


def bilinear(classes, size):
    """Bilinear interpolation on the diagonal of a `[classes, classes, size, size]` deconvolution."""
    factor = (size + 1) // 2
    centre = factor - 1 if size % 2 else factor - 0.5
    line = 1 - np.abs(np.arange(size) - centre) / factor
    weight = np.zeros((classes, classes, size, size), np.float32)
    weight[range(classes), range(classes)] = np.outer(line, line)
    return weight


def crop(x, reference, offset):
    height, width = reference.shape[2:]
    assert x.shape[2] >= offset + height and x.shape[3] >= offset + width
    return x[:, :, offset:offset + height, offset:offset + width]


class Network:
    """Runs layers by name and stores their outputs, after the ReLU if one follows."""

    def __init__(self, weights):
        self.weights, self.blobs = weights, {}

    def keep(self, name, x):
        self.blobs[name] = x
        return x

    def conv(self, name, x, **geometry):
        y = F.conv2d(x, self.weights[f'{name}.weight'], self.weights[f'{name}.bias'], **geometry)
        return self.keep(name, y)

    def conv_relu(self, name, x, **geometry):
        return self.keep(name, F.relu(self.conv(name, x, **geometry)))

    def deconv(self, name, x, stride):
        return self.keep(name, F.conv_transpose2d(x, self.weights[f'{name}.weight'], None, stride))

    def pool(self, name, x, size=2):
        return self.keep(name, F.max_pool2d(x, size, 2, ceil_mode=True))


def fuse(network, skip, upsampled_name, offset):
    """Adds the scores of a skip to the upsampled scores; the larger map is cropped to the other."""
    upsampled = network.blobs[upsampled_name]
    fine = network.conv(f'score_{skip}', network.blobs[skip])
    if offset > 0:
        fine = network.keep(f'score_{skip}c', crop(fine, upsampled, offset))
    else:
        upsampled = network.keep(f'{upsampled_name}c', crop(upsampled, fine, -offset))
    return network.keep(f'fuse_{skip}', upsampled + fine)


def fcn8s(network, data, geometry):
    x = data
    for block, (_, count) in enumerate(BLOCKS, 1):
        for index in range(1, count + 1):
            padding = geometry['first'] if block == index == 1 else 1
            x = network.conv_relu(f'conv{block}_{index}', x, padding=padding)
        x = network.pool(f'pool{block}', x)
    x = network.conv_relu('fc6', x, padding=geometry['fc6'])
    x = network.conv_relu('fc7', x)
    network.deconv('upscore2', network.conv('score_fr', x), 2)
    x = fuse(network, 'pool4', 'upscore2', geometry['pool4'])
    network.deconv('upscore_pool4', x, 2)
    x = fuse(network, 'pool3', 'upscore_pool4', geometry['pool3'])
    x = network.deconv('upscore8', x, 8)
    return network.keep('score', crop(x, data, geometry['score']))


def fcn_alexnet(network, data):
    def norm(name, x):
        return network.keep(name, F.local_response_norm(x, 5, 1e-4, 0.75, 1))

    x = network.conv_relu('conv1', data, stride=4, padding=100)
    x = norm('norm1', network.pool('pool1', x, 3))
    x = network.conv_relu('conv2', x, padding=2, groups=2)
    x = norm('norm2', network.pool('pool2', x, 3))
    x = network.conv_relu('conv3', x, padding=1)
    x = network.conv_relu('conv4', x, padding=1, groups=2)
    x = network.conv_relu('conv5', x, padding=1, groups=2)
    x = network.conv_relu('fc6', network.pool('pool5', x, 3))
    x = network.deconv('upscore', network.conv('score_fr', network.conv_relu('fc7', x)), 32)
    return network.keep('score', crop(x, data, 18))


def draw_weights(rng):
    """He's scaling for the trunk; scores small enough that the softmax does not saturate."""
    weights = {}

    def layer(name, outputs, inputs, size, gain=1.0):
        deviation = gain * np.sqrt(2 / (inputs * size * size))
        weights[f'{name}.weight'] = rng.normal(0, deviation, (outputs, inputs, size, size)).astype(np.float32)
        weights[f'{name}.bias'] = rng.uniform(-2 * gain, 6 * gain, outputs).astype(np.float32)
        return outputs

    channels = 3
    for block, (width, count) in enumerate(BLOCKS, 1):
        for index in range(1, count + 1):
            channels = layer(f'conv{block}_{index}', WIDTHS[width], channels, 3)
    layer('fc7', WIDTHS[4096], layer('fc6', WIDTHS[4096], channels, 7), 1)
    layer('score_fr', CLASSES, WIDTHS[4096], 1, 0.03)
    weights['upscore2.weight'] = bilinear(CLASSES, 4)
    layer('score_pool4', CLASSES, WIDTHS[512], 1, 0.02)
    weights['upscore_pool4.weight'] = bilinear(CLASSES, 4)
    layer('score_pool3', CLASSES, WIDTHS[256], 1, 0.02)
    weights['upscore8.weight'] = bilinear(CLASSES, 16)
    return weights


def draw_input(rng, height, width):
    """Random colours minus the mean, and labels of which a quarter is ignored."""
    data = rng.uniform(-110, 140, (1, 3, height, width)).astype(np.float32)
    labels = rng.integers(0, CLASSES, (1, height, width)).astype(np.float32)
    labels[:, :height // 2, :width // 2] = IGNORED
    return data, labels


def one_step(weights, data, labels, geometry, dtype):
    """Returns activations, loss (the sum over counted pixels) and the gradient of every parameter."""
    params = {name: torch.tensor(w, dtype=dtype, requires_grad=True) for name, w in weights.items()}
    network = Network(params)
    score = fcn8s(network, torch.tensor(data, dtype=dtype), geometry)
    loss = F.cross_entropy(score, torch.tensor(labels).long(), ignore_index=IGNORED, reduction='sum')
    loss.backward()
    blobs = {name: blob.detach().numpy() for name, blob in network.blobs.items()}
    return blobs, loss.item(), {name: param.grad.numpy() for name, param in params.items()}


STAGES = [
    'pool3', 'pool4', 'pool5', 'fc7', 'score_fr', 'upscore2', 'upscore2c', 'score_pool4', 'score_pool4c', 'fuse_pool4',
    'upscore_pool4', 'upscore_pool4c', 'score_pool3', 'score_pool3c', 'fuse_pool3', 'score',
]


def difference(a, b):
    return float(np.abs(a - b).max() / max(np.abs(b).max(), 1e-30))


def narrow(name, geometry_name):
    rng = np.random.default_rng([SEED, 8])
    geometry, weights = GEOMETRIES[geometry_name], draw_weights(rng)
    tensors = {f'weight:{key}': weight for key, weight in weights.items()}
    cases = []
    for height, width in SIZES:
        case = f'{height}x{width}'
        data, labels = draw_input(rng, height, width)
        blobs, loss, grads = one_step(weights, data, labels, geometry, torch.float64)
        single, _, single_grads = one_step(weights, data, labels, geometry, torch.float32)
        print(case, 'loss', round(loss, 3), 'score range', blobs['score'].min().round(2), blobs['score'].max().round(2),
              'float32 activations', max(difference(single[s], blobs[s]) for s in STAGES if s in blobs),
              'gradients', max(difference(single_grads[g], grads[g]) for g in grads),
              'zero gradients', [g for g in grads if not grads[g].any()])
        tensors[f'{case}/blob:data'], tensors[f'{case}/labels'] = data, labels
        tensors[f'{case}/loss'] = np.array([loss])
        tensors.update({f'{case}/blob:{stage}': blobs[stage] for stage in STAGES if stage in blobs})
        tensors.update({f'{case}/grad:{key}': grad for key, grad in grads.items()})
        cases.append({'name': case, 'height': height, 'width': width})
    metadata = {
        'network': 'fcn8s on vgg16', 'geometry': geometry_name, 'classes': CLASSES,
        'widths': {str(width): narrow_width for width, narrow_width in WIDTHS.items()},
        'cases': cases, 'tolerance': TOLERANCE, 'gradTolerance': GRAD_TOLERANCE, 'authority': TORCH,
    }
    path = f'{FOLDER}/{name}.safetensors'
    golden_files.write(path, tensors, metadata)
    golden_files.row(path, TORCH, SCRIPT, SEED)


def fields(message):
    """Yields the (number, value) pairs of a protobuf message; a length-delimited value is a slice."""
    position = 0

    def varint():
        nonlocal position
        value = shift = 0
        while True:
            byte = message[position]
            position += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while position < len(message):
        tag = varint()
        number, wire = tag >> 3, tag & 7
        if wire == 0:
            yield number, varint()
            continue
        length = {1: 8, 5: 4}.get(wire) or varint()
        yield number, message[position:position + length]
        position += length


def caffe_array(blob):
    """A BlobProto: shape is field 7 (its packed extents field 1), the packed floats field 5."""
    parts = dict(fields(blob))
    packed = dict(fields(parts[7]))[1]  # extents below 128 are one byte each
    assert all(byte < 128 for byte in packed)
    return np.frombuffer(parts[5], '<f4').reshape(tuple(packed))


def caffe_weights(folder, file):
    """`conv1_1.weight`, `conv1_1.bias`, … of a caffemodel (NetParameter, its layers are field 100)."""
    opener = gzip.open if file.endswith('.gz') else open
    with opener(os.path.join(folder, file), 'rb') as stream:
        content = stream.read()
    weights = {}
    for number, layer in fields(content):
        if number == 100:
            name = next(value for key, value in fields(layer) if key == 1).decode()
            blobs = [value for key, value in fields(layer) if key == 7]
            for kind, blob in zip(('weight', 'bias'), blobs):
                weights[f'{name}.{kind}'] = caffe_array(blob)
    return weights


CAFFE_NETS = {
    'voc-fcn8s': (
        lambda network, data: fcn8s(network, data, GEOMETRIES['authors']), 'weights.caffemodel',
        ['pool3', 'pool4', 'pool5', 'fc7', 'score_fr', 'upscore2', 'fuse_pool4', 'fuse_pool3', 'score']),
    'voc-fcn-alexnet': (
        fcn_alexnet, 'weights.caffemodel.gz',
        ['norm1', 'norm2', 'conv4', 'pool5', 'fc7', 'score_fr', 'score']),
}


def caffe(net):
    run, file, stages = CAFFE_NETS[net]
    folder = os.path.join(golden_files.SHARED, 'golden', 'caffe', 'nets', net)
    weights = caffe_weights(folder, file)
    fixed = [key for key in weights if key.startswith('upscore')]
    for key in fixed:  # not stored: they are what every reader can compute
        assert np.array_equal(weights[key], bilinear(weights[key].shape[0], weights[key].shape[2])), key
    tensors = {f'weight:{key}': weight for key, weight in weights.items() if key not in fixed}
    params = {key: torch.tensor(weight, dtype=torch.float64) for key, weight in weights.items()}
    cases = []
    for height, width in SIZES:
        case = f'{height}x{width}'
        blobs = np.load(os.path.join(folder, f'blobs_{case}.npz'))
        network = Network(params)
        with torch.no_grad():
            run(network, torch.tensor(blobs['data'], dtype=torch.float64))
        complete = [name for name in blobs.files if name in network.blobs and blobs[name].shape == network.blobs[name].shape]
        worst = max(difference(network.blobs[name].numpy(), blobs[name]) for name in complete)
        print(net, case, len(complete), 'of', len(blobs.files), 'blobs agree with torch to', worst,
              'absent:', [s for s in stages if s not in complete])
        assert worst < TOLERANCE
        tensors.update({f'{case}/blob:{name}': blobs[name] for name in ['data', *stages]})
        cases.append({'name': case, 'height': height, 'width': width})
    metadata = {
        'network': net, 'geometry': 'authors', 'classes': 21, 'bilinear': fixed, 'cases': cases,
        'tolerance': TOLERANCE, 'authority': CAFFE,
    }
    path = f'{FOLDER}/caffe-{net}.safetensors'
    golden_files.write(path, tensors, metadata)
    golden_files.row(path, CAFFE, SCRIPT, 'none drawn')


if __name__ == '__main__':
    torch.set_num_threads(1)
    narrow('voc-fcn8s-narrow', 'authors')
    narrow('voc-fcn8s-narrow-same', 'same')
    for net_name in CAFFE_NETS:
        caffe(net_name)
