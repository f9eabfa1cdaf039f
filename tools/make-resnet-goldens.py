"""Writes fixtures/models/golden/fcn-resnet.safetensors: torchvision's fcn_resnet50 and fcn_resnet101.

    /usr/bin/python3 tools/make-resnet-goldens.py

* `narrow/…`: two bottlenecks per stage, 2 channels in the first convolution, built by torchvision's own ResNet and
  FCNHead; drawn weights and statistics, an image, both heads in full.
* `resnet50/…`, `resnet101/…`: the whole networks with weights that a formula gives (see `formula`), so that they need
  not be stored; of both heads only samples, and the largest number of each.

Everything is computed in float64 and rounded once.
"""

import hashlib

import numpy as np
import torch
import torchvision
from torchvision.models.resnet import Bottleneck, ResNet
from torchvision.models.segmentation import fcn_resnet50, fcn_resnet101
from torchvision.models.segmentation.fcn import FCN, FCNHead
from torchvision.models._utils import IntermediateLayerGetter

import golden_files

SCRIPT = 'make-resnet-goldens.py'
PATH = 'fixtures/models/golden/fcn-resnet.safetensors'
AUTHORITY = f'torchvision {torchvision.__version__}, torch {torch.__version__}, float64'
SEED = 1701
TOLERANCE = 1e-5
CLASSES = 5
NARROW_SIZES = [(37, 50), (64, 33)]
FULL_SIZE = (65, 79)
SAMPLES = 64


class NarrowResNet(ResNet):
    """A ResNet with `width` instead of 64 channels."""

    def __init__(self, width, blocks):
        torch.nn.Module.__init__(self)
        self._norm_layer, self.inplanes, self.dilation = torch.nn.BatchNorm2d, width, 1
        self.groups, self.base_width = 1, 64
        self.conv1 = torch.nn.Conv2d(3, width, 7, 2, 3, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(width)
        self.relu = torch.nn.ReLU(inplace=True)
        self.maxpool = torch.nn.MaxPool2d(3, 2, 1)
        strides = [(1, False), (2, False), (2, True), (2, True)]
        for i, (stride, dilate) in enumerate(strides):
            layer = self._make_layer(Bottleneck, width * 2 ** i, blocks[i], stride, dilate)
            setattr(self, f'layer{i + 1}', layer)


def narrow_fcn(width, blocks, classes):
    layers = {'layer4': 'out', 'layer3': 'aux'}
    backbone = IntermediateLayerGetter(NarrowResNet(width, blocks), layers)
    return FCN(backbone, FCNHead(32 * width, classes), FCNHead(16 * width, classes))


def hashed(name, count):
    """Returns `count` numbers in [−1, 1), multiples of 2⁻²³, that depend only on name and index."""
    salt = 0x811C9DC5
    for byte in name.encode():
        salt = (salt ^ byte) * 0x01000193 & 0xFFFFFFFF
    x = np.arange(count, dtype=np.uint32) + np.uint32(salt * 0x9E3779B9 & 0xFFFFFFFF)
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
        x = (x ^ (x >> np.uint32(shift))) * np.uint32(factor)
    x ^= x >> np.uint32(16)
    return (x >> np.uint32(8)).astype(np.float64) / 2 ** 23 - 1


def formula(name, shape):
    """Returns a parameter of a network by the formula that the tests also use."""
    u = hashed(name, int(np.prod(shape)))
    if name.endswith('running_var'):
        values = 1 + 0.5 * u
    elif len(shape) == 4:
        values = u * np.sqrt(6 / np.prod(shape[1:]))
    elif name.endswith('.weight'):
        values = 0.75 + 0.25 * u
    else:
        values = 0.125 * u
    return values.astype(np.float32).reshape(shape)


def set_parameters(model, of):
    state = model.state_dict()
    for name, tensor in state.items():
        if tensor.dtype.is_floating_point:
            tensor.copy_(torch.from_numpy(of(name, tuple(tensor.shape))))
    return model.double().eval()


def named(model):
    """Returns names and shapes of all floating-point tensors, in the form of the tests."""
    return [f'{name} {list(t.shape)}' for name, t in model.state_dict().items() if t.dtype.is_floating_point]


def run(model, image):
    with torch.no_grad():
        outputs = model(torch.from_numpy(image).double()[None])
    return {name: values[0].numpy() for name, values in outputs.items()}


def narrow(tensors, rng):
    def drawn(name, shape):
        if name.endswith('running_var'):
            values = rng.uniform(0.5, 1.5, shape)
        elif len(shape) == 4:
            values = rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape)
        else:
            values = rng.normal(1 if name.endswith('.weight') else 0, 0.25, shape)
        return values.astype(np.float32)

    model = narrow_fcn(2, [2, 2, 2, 2], CLASSES)
    set_parameters(model.float(), drawn)
    for name, tensor in model.state_dict().items():
        if tensor.dtype.is_floating_point:
            tensors[f'narrow/weight:{name}'] = tensor.numpy()
    for height, width in NARROW_SIZES:
        key = f'narrow/{height}x{width}'
        image = tensors[f'{key}/input'] = rng.normal(0, 1, (3, height, width)).astype(np.float32)
        for name, values in run(model, image).items():
            tensors[f'{key}/{name}'] = values


def full(tensors, name, make):
    model = set_parameters(make(weights=None, weights_backbone=None, num_classes=21, aux_loss=True), formula)
    image = 2 * hashed('input', 3 * FULL_SIZE[0] * FULL_SIZE[1]).astype(np.float32)
    count = sum(p.numel() for p in model.parameters())
    for head, values in run(model, image.reshape(3, *FULL_SIZE)).items():
        places = np.linspace(0, values.size - 1, SAMPLES).astype(np.int64)
        tensors[f'{name}/{head}'] = values.reshape(-1)[places]
        tensors[f'{name}/{head}/largest'] = np.abs(values).max()
        tensors[f'{name}/{head}/places'] = places.astype(np.float32)
    listed = '\n'.join(named(model))
    return {'parameters': count, 'names': hashlib.sha256(listed.encode()).hexdigest()}


def main():
    tensors, facts = {}, {}
    narrow(tensors, np.random.default_rng(SEED))
    for name, make in (('resnet50', fcn_resnet50), ('resnet101', fcn_resnet101)):
        facts[name] = full(tensors, name, make)
        print(name, facts[name])
    metadata = {'authority': AUTHORITY, 'tolerance': TOLERANCE, 'size': FULL_SIZE, **facts}
    golden_files.write(PATH, tensors, metadata)
    print(golden_files.row(PATH, AUTHORITY, SCRIPT, SEED))


if __name__ == '__main__':
    main()
