"""Writes goldens of ops for which Caffe has no layer or few cases: torch's ops in float64, and optimiser steps.

    /usr/bin/python3 tools/make-torch-goldens.py

Run it after make-op-goldens.py: cases whose name begins with `torch_` join the cases of Caffe in
fixtures/ops/<op>.safetensors. Adam is torch.optim.Adam; SGD is Caffe's rule, written out in numpy, both in float64.
"""

import os

import numpy as np
import torch

import golden_files
import torch_ops

SCRIPT = 'make-torch-goldens.py'
SEED = 1701
AUTHORITY = f'torch {torch.__version__}, float64'

# Relative to the largest magnitude of a tensor: many float32 products in one sum, or few.
SUMS, FEW_TERMS = 1e-5, 1e-6


def uniform(rng, shape, low=-1.0, high=1.0):
    return rng.uniform(low, high, shape).astype(np.float32)


class Cases:
    """Computes cases of one op and adds them to its file."""

    def __init__(self, op, seed):
        self.op, self.rng = op, np.random.default_rng([SEED, seed])
        self.file = golden_files.OpFile(op)
        if os.path.exists(os.path.join(golden_files.ROOT, self.file.path)):
            self._keep_foreign()

    def _keep_foreign(self):
        tensors, metadata = golden_files.read(self.file.path)
        self.file.tensors = {key: t for key, t in tensors.items() if not key.startswith('torch_')}
        self.file.cases = [case for case in metadata['cases'] if not case['name'].startswith('torch_')]

    def add(self, name, attrs, tolerance, inputs, **extra):
        """Draws the output's gradient and stores the gradients that torch computes."""
        output, _ = torch_ops.evaluate(self.op, attrs, inputs, None, extra)
        grad_output = uniform(self.rng, output.shape)
        output, grads = torch_ops.evaluate(self.op, attrs, inputs, grad_output, extra)
        self.file.add(f'torch_{name}', attrs, tolerance, AUTHORITY, inputs=inputs, grads=grads,
                      output=output, grad_output=grad_output, **extra)

    def write(self):
        self.file.write()
        joined = len({case['authority'] for case in self.file.cases}) > 1
        golden_files.row(self.file.path, ('BVLC Caffe and ' if joined else '') + AUTHORITY,
                         ('make-op-goldens.py, then ' if joined else '') + SCRIPT, SEED)


def resize():
    cases = Cases('resize-bilinear', 1)
    sizes = {
        'double': ((2, 3, 4, 5), (8, 10)),
        'up_odd': ((1, 2, 5, 7), (13, 11)),
        'up_far': ((1, 1, 3, 2), (31, 17)),
        'down_half': ((1, 3, 8, 12), (4, 6)),
        'down_odd': ((1, 2, 13, 11), (5, 7)),
        'down_far': ((1, 1, 29, 23), (4, 3)),
        'up_and_down': ((2, 2, 4, 9), (9, 4)),
        'same': ((1, 2, 5, 6), (5, 6)),
        'from_one_pixel': ((1, 3, 1, 1), (4, 5)),
        'to_one_pixel': ((1, 3, 4, 5), (1, 1)),
        'one_row': ((1, 2, 1, 6), (3, 9)),
    }
    for mode in ('half-pixel', 'align-corners'):
        for name, (shape, size) in sizes.items():
            attrs = {'mode': mode, 'size': list(size)}
            cases.add(f'{mode}_{name}', attrs, FEW_TERMS, [uniform(cases.rng, shape)])
    cases.write()


def batch_norm():
    cases = Cases('batch-norm2d', 2)
    shapes = {'plain': (2, 3, 5, 7), 'many_channels': (1, 9, 3, 3), 'large_batch': (5, 4, 2, 3), 'one_channel': (2, 1, 4, 4)}
    for training in (True, False):
        for name, shape in shapes.items():
            rng, channels = cases.rng, shape[1]
            offsets = uniform(rng, (1, channels, 1, 1), -3, 3)  # means away from 0
            inputs = [uniform(rng, shape) + offsets, uniform(rng, channels, 0.5, 2), uniform(rng, channels)]
            epsilon = 1e-3 if name == 'large_batch' else 1e-5
            extra = {} if training else {
                'mean': uniform(rng, channels, -3, 3), 'variance': uniform(rng, channels, 0.2, 3)}
            cases.add(f'{"training" if training else "running"}_{name}',
                      {'epsilon': epsilon, 'training': training}, SUMS, inputs, **extra)
    cases.write()


def conv_attrs(stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1):
    return {'stride': list(stride), 'padding': list(padding), 'dilation': list(dilation), 'groups': groups}


def convolutions():
    """Cases of input, weight, bias or none, attributes."""
    plain = {
        'kernel_3x5_stride_2x3': ((2, 3, 11, 14), (5, 3, 3, 5), True, conv_attrs((2, 3), (1, 2))),
        'kernel_5x2_nobias': ((1, 4, 9, 8), (3, 4, 5, 2), False, conv_attrs((1, 2), (0, 1))),
        'dilation_2x3': ((1, 3, 12, 15), (4, 3, 3, 3), True, conv_attrs((1, 1), (2, 3), (2, 3))),
        'dilation_stride': ((1, 2, 13, 16), (3, 2, 3, 2), False, conv_attrs((2, 1), (1, 1), (3, 4))),
        'groups_3': ((2, 6, 7, 5), (9, 2, 3, 3), True, conv_attrs((1, 1), (1, 1), groups=3)),
        'groups_dilation_stride': ((1, 8, 10, 9), (12, 2, 3, 3), True, conv_attrs((2, 2), (2, 2), (2, 2), 4)),
        'depthwise_multiplier': ((1, 5, 6, 7), (10, 1, 3, 3), False, conv_attrs((1, 1), (1, 1), groups=5)),
        'wide_1x1': ((1, 33, 3, 5), (19, 33, 1, 1), True, conv_attrs()),
        'one_pixel': ((1, 3, 1, 1), (4, 3, 3, 3), True, conv_attrs((1, 1), (1, 1))),
        'more_than_a_tile': ((1, 7, 9, 37), (17, 7, 3, 3), True, conv_attrs((1, 1), (1, 1))),
    }
    transposed = {
        'kernel_3x5_stride_2x3': ((2, 3, 4, 5), (3, 4, 3, 5), True, conv_attrs((2, 3), (1, 2))),
        'kernel_5x2_nobias': ((1, 4, 3, 4), (4, 3, 5, 2), False, conv_attrs((1, 2), (0, 1))),
        'dilation_2x3': ((1, 3, 4, 5), (3, 2, 3, 3), True, conv_attrs((1, 1), (2, 3), (2, 3))),
        'dilation_stride': ((1, 2, 5, 3), (2, 3, 3, 2), False, conv_attrs((2, 3), (1, 1), (3, 2))),
        'groups_3': ((2, 6, 3, 4), (6, 2, 4, 4), True, conv_attrs((2, 2), (1, 1), groups=3)),
        'groups_dilation': ((1, 8, 4, 3), (8, 3, 3, 3), False, conv_attrs((2, 2), (2, 2), (2, 2), 4)),
        'channelwise_k16s8p4': ((1, 3, 3, 2), (3, 1, 16, 16), False, conv_attrs((8, 8), (4, 4), groups=3)),
        'stride_beyond_kernel': ((1, 2, 3, 4), (2, 3, 1, 2), True, conv_attrs((2, 3))),
        'more_than_a_tile': ((1, 9, 3, 19), (9, 5, 4, 4), True, conv_attrs((2, 2), (1, 1))),
    }
    for op, seed, table in (('conv2d', 3, plain), ('conv-transpose2d', 4, transposed)):
        cases = Cases(op, seed)
        for name, (x, w, bias, attrs) in table.items():
            outputs = w[0] if op == 'conv2d' else w[1] * attrs['groups']
            inputs = [uniform(cases.rng, x), uniform(cases.rng, w)]
            cases.add(name, attrs, SUMS, inputs + ([uniform(cases.rng, outputs)] if bias else []))
        cases.write()


def sigmoid():
    cases = Cases('sigmoid', 5)
    cases.add('ramp', {}, FEW_TERMS, [np.linspace(-20, 20, 81, dtype=np.float32).reshape(1, 1, 9, 9)])
    cases.add('far', {}, FEW_TERMS, [np.array([-87, -30, -1e-20, 0, 1e-20, 1e-4, 30, 100], np.float32).reshape(1, 2, 2, 2)])
    cases.write()


SIZE, STEPS = (3, 37), 5
RATES = [1e-2, 1e-2, 2e-3, 2e-3, 5e-3]


def gradients(rng):
    """Returns float32 gradients of several magnitudes, with an exact zero in every step."""
    scale = 10.0 ** rng.uniform(-3, 1, SIZE)
    for _ in range(STEPS):
        gradient = (rng.normal(size=SIZE) * scale).astype(np.float32)
        gradient[0, 0] = 0
        yield gradient


def write_optimiser(name, initial, steps, attrs, authority):
    tensors = {'initial/param': initial}
    for index, step in enumerate(steps):
        tensors.update({f'step{index}/{key}': np.array(value, np.float32) for key, value in step.items()})
    path = f'fixtures/optim/{name}.safetensors'
    golden_files.write(path, tensors, {'attrs': attrs, 'tolerance': FEW_TERMS, 'authority': authority})
    golden_files.row(path, authority, SCRIPT, SEED)


def adam():
    rng = np.random.default_rng([SEED, 6])
    initial = uniform(rng, SIZE)
    param = torch.tensor(initial, dtype=torch.float64, requires_grad=True)
    attrs = {'rates': RATES, 'beta1': 0.9, 'beta2': 0.999, 'epsilon': 1e-8, 'weightDecay': 0.01}
    optimiser = torch.optim.Adam([param], RATES[0], (0.9, 0.999), 1e-8, weight_decay=0.01)
    steps = []
    for rate, gradient in zip(RATES, gradients(rng)):
        optimiser.param_groups[0]['lr'] = rate
        param.grad = torch.tensor(gradient, dtype=torch.float64)
        optimiser.step()
        state = optimiser.state[param]
        steps.append({'grad': gradient, 'param': param.detach().numpy().copy(),
                      'moment1': state['exp_avg'].numpy().copy(), 'moment2': state['exp_avg_sq'].numpy().copy()})
    write_optimiser('adam', initial, steps, attrs, AUTHORITY)


def sgd():
    rng = np.random.default_rng([SEED, 7])
    initial = uniform(rng, SIZE)
    attrs = {'rates': RATES, 'momentum': 0.9, 'weightDecay': 0.01}
    param, velocity, steps = initial.astype(np.float64), np.zeros(SIZE), []
    for rate, gradient in zip(RATES, gradients(rng)):
        velocity = attrs['momentum'] * velocity + rate * (gradient + attrs['weightDecay'] * param)
        param = param - velocity
        steps.append({'grad': gradient, 'param': param, 'velocity': velocity})
    write_optimiser('sgd', initial, steps, attrs, f"Caffe's rule in numpy {np.__version__}, float64")


if __name__ == '__main__':
    torch.set_num_threads(1)
    resize()
    batch_norm()
    convolutions()
    sigmoid()
    adam()
    sgd()
