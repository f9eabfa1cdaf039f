"""Writes losses and their gradients with respect to the scores, computed by torch, for ONNX's two loss operators.

    /usr/bin/python3 tools/make-onnx-loss-goldens.py

SoftmaxCrossEntropyLoss is torch's cross_entropy, NegativeLogLikelihoodLoss its nll_loss: every reduction, with weights and
without, with a label that is ignored and without; and labels all of which are ignored. In float64, rounded once.
"""

import itertools

import numpy as np
import torch
from torch.nn import functional

import golden_files

SEED = 1701
CLASSES = 5
PIXELS = (2, 3, 4)
IGNORED = 9
NONE = -100  # a label that none has
PATH = 'fixtures/onnx/losses.safetensors'
LOSSES = {'SoftmaxCrossEntropyLoss': functional.cross_entropy, 'NegativeLogLikelihoodLoss': functional.nll_loss}


def main():
    rng = np.random.default_rng(SEED)
    x = rng.normal(0, 3, (PIXELS[0], CLASSES, *PIXELS[1:])).astype(np.float32)
    x[0, 1, 0, 0] = 150  # the others' probabilities are none that float32 holds
    labels = rng.integers(0, CLASSES, PIXELS)
    labels[0, 0, 0] = 3
    with_ignored = np.where(rng.uniform(size=PIXELS) < 0.3, IGNORED, labels)
    weight = rng.uniform(0.2, 2, CLASSES).astype(np.float32)
    slopes = rng.normal(0, 1, PIXELS).astype(np.float32)
    kinds = {'all': labels, 'some': with_ignored, 'none': np.full(PIXELS, IGNORED)}
    tensors = {'x': x, 'weight': weight, 'slopes': slopes} | {f'labels/{kind}': each for kind, each in kinds.items()}
    for (op, loss), reduction, kind, weighted in itertools.product(
            LOSSES.items(), ('none', 'sum', 'mean'), kinds, (False, True)):
        if kind == 'none' and reduction == 'mean':
            continue  # 0 / 0
        scores = torch.from_numpy(x).double().requires_grad_()
        y = loss(scores, torch.from_numpy(kinds[kind]), torch.from_numpy(weight).double() if weighted else None,
                 reduction=reduction, ignore_index=NONE if kind == 'all' else IGNORED)
        y.backward(torch.from_numpy(slopes).double() if reduction == 'none' else None)
        name = f'{op}/{reduction}/{kind}/{"weighted" if weighted else "alike"}'
        tensors |= {f'{name}/loss': y.detach().numpy(), f'{name}/gradient': scores.grad.numpy()}
    golden_files.write(PATH, tensors, {'ignore_index': IGNORED})
    golden_files.row(PATH, f'torch {torch.__version__}, float64', 'make-onnx-loss-goldens.py', SEED)


if __name__ == '__main__':
    main()
