"""Exports a narrow FCN on a dilated ResNet with torch, and writes what torch computes with it.

    /usr/bin/python3 tools/make-onnx-goldens.py

The network has the shape of torchvision's fcn_resnet50: bottlenecks with their stride on the 3×3, dilation in the last two
stages, two heads, bilinear upsampling to the size of the input. It is exported as the ONNX model zoo's files were: opset 11
and 12, batch normalisation folded into convolutions, dynamic axes. Writes fixtures/onnx/fcn-narrow-{11,12}.onnx,
fcn-narrow-training.onnx (batch normalisation and dropout kept), and fcn-narrow.safetensors with inputs and outputs.
"""

import os

import numpy as np
import torch
from torch import nn
from torch.nn.functional import interpolate

import golden_files

SEED = 1701
CLASSES = 5
SCRIPT = 'make-onnx-goldens.py'
AUTHORITY = f'torch {torch.__version__}'
SIZES = [(1, 3, 33, 40), (2, 3, 16, 19)]


class Bottleneck(nn.Module):
    def __init__(self, inputs, width, stride, dilation):
        super().__init__()
        outputs = 2 * width
        self.branch = nn.Sequential(
            nn.Conv2d(inputs, width, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
            nn.Conv2d(width, width, 3, stride, dilation, dilation, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
            nn.Conv2d(width, outputs, 1, bias=False), nn.BatchNorm2d(outputs))
        self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return torch.relu(self.branch(x) + self.shortcut(x))


def head(inputs):
    width = inputs // 2
    return nn.Sequential(nn.Conv2d(inputs, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
                         nn.Dropout(0.1), nn.Conv2d(width, CLASSES, 1))


class Fcn(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 7, 2, 3, bias=False), nn.BatchNorm2d(8), nn.ReLU(),
                                  nn.MaxPool2d(3, 2, 1))
        self.layer1 = Bottleneck(8, 6, 1, 1)
        self.layer2 = Bottleneck(12, 8, 2, 1)
        self.layer3 = Bottleneck(16, 10, 1, 2)
        self.layer4 = Bottleneck(20, 12, 1, 4)
        self.classifier, self.aux_classifier = head(24), head(20)

    def forward(self, x):
        size = x.shape[-2:]
        middle = self.layer3(self.layer2(self.layer1(self.stem(x))))
        scores = (self.classifier(self.layer4(middle)), self.aux_classifier(middle))
        return tuple(interpolate(s, size=size, mode='bilinear', align_corners=False) for s in scores)


def outputs(model, inputs, prefix=''):
    """Returns the outputs in evaluation mode, in float64."""
    model.eval().double()
    tensors = {}
    for i, x in enumerate(inputs):
        with torch.no_grad():
            out, aux = model(torch.from_numpy(x).double())
        tensors |= {f'{prefix}{i}/out': out.numpy(), f'{prefix}{i}/aux': aux.numpy()}
    model.float()
    return tensors


def main():
    torch.manual_seed(SEED)
    model = Fcn().eval()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.uniform_(-0.5, 0.5)
            module.running_var.uniform_(0.5, 2)
            module.weight.data.uniform_(0.5, 1.5)
            module.bias.data.uniform_(-0.5, 0.5)
    rng = np.random.default_rng(SEED)
    inputs = [rng.uniform(-2, 2, size).astype(np.float32) for size in SIZES]
    tensors = {f'{i}/input': x for i, x in enumerate(inputs)} | outputs(model, inputs)
    axes = {'input': {0: 'batch', 2: 'height', 3: 'width'}}
    kinds = {'11': (11, torch.onnx.TrainingMode.EVAL), '12': (12, torch.onnx.TrainingMode.EVAL),
             'training': (12, torch.onnx.TrainingMode.PRESERVE)}
    for name, (opset, training) in kinds.items():
        path = f'fixtures/onnx/fcn-narrow-{name}.onnx'
        torch.onnx.export(model.train(name == 'training'), torch.from_numpy(inputs[0]), os.path.join(golden_files.ROOT, path),
                          opset_version=opset, training=training, input_names=['input'],
                          output_names=['out', 'aux'], dynamic_axes=axes,
                          do_constant_folding=name != 'training')
        golden_files.row(path, AUTHORITY, SCRIPT, SEED)
    # The export in training mode changed the network's running statistics.
    tensors |= outputs(model, inputs, 'training/')
    golden_files.write('fixtures/onnx/fcn-narrow.safetensors', tensors, {'classes': CLASSES})
    golden_files.row('fixtures/onnx/fcn-narrow.safetensors', f'{AUTHORITY}, float64', SCRIPT, SEED)


if __name__ == '__main__':
    main()
