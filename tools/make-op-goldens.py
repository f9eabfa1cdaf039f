"""Writes fixtures/ops/<op>.safetensors from single layers computed by BVLC Caffe.

    /usr/bin/python3 tools/make-op-goldens.py [--check]

Reads $FCN_SHARED/golden/caffe/ops (default ../shared), draws nothing. `--check` reads the files back and
evaluates every case of Caffe's with torch in float64. make-torch-goldens.py then adds its cases to the same files.
"""

import json
import os
import re
import sys
from collections import Counter, defaultdict

import numpy as np

import golden_files
import torch_ops

SCRIPT = 'make-op-goldens.py'
COMMIT = '9b89154'
AUTHORITY = f'BVLC Caffe {COMMIT}, CPU'

# Allowed difference of float32 sums in another order from Caffe's, relative to the largest magnitude of the
# tensor. Caffe itself is within 2e-6 of float64 here. Zero: no rounding, or one rounding of one result.
SUMS, FEW_TERMS, COPIES = 1e-5, 1e-6, 0


# A megabyte together; k63_bilinear_filler (their extent) and k4s2_diag (their form) say the same.
LARGE = {'k63s32', 'k63s32_diag', 'k64s32_diag'}


class LeftOut(Exception):
    """Raised for a case that this project does not use; the message is the reason."""


class Case:
    """One layer of the manifest, with its arrays."""

    def __init__(self, entry, arrays):
        self.name, self.kind, self.phase = entry['name'], entry['type'], entry['phase']
        text = entry['prototxt']
        self.text = text[text.rindex('name: "op"'):]
        self.arrays = arrays

    def __getitem__(self, key):
        return self.arrays.get(f'{self.name}.{key}')

    def words(self, field):
        """Returns all values of a repeated field of the layer, as text."""
        return re.findall(rf'\b{field}: *"?([^\s"}}]+)', self.text)

    def word(self, field, default):
        found = self.words(field)
        return found[0] if found else default

    def number(self, field, default):
        return json.loads(self.word(field, str(default)))

    def pair(self, field, short, default):
        """A spatial parameter: given once, once per axis, or as two fields `short`_h and `short`_w."""
        values = [json.loads(v) for v in self.words(field) or [self.word(f'{short}_h', default)]]
        if self.words(f'{short}_w'):
            values.append(self.number(f'{short}_w', default))
        return [values[0], values[-1]]

    def bottoms(self, suffix=''):
        found = [self[f'bottom{i}{suffix}'] for i in range(4)]
        return [array for array in found if array is not None]

    def arguments(self, *parameters):
        """Returns inputs and gradients of a layer whose parameters follow the data."""
        names = ['bottom0', *parameters]
        return {
            'inputs': [self[name] for name in names],
            'grads': [self[f'{name}_diff'] for name in names],
            'output': self['top0'],
            'grad_output': self['top0_diff'],
        }


def convolution(case):
    if case.name in LARGE:
        raise LeftOut('size of the file')
    if case.number('axis', 1) != 1:
        raise LeftOut('channels along axis 2')
    attrs = {
        'stride': case.pair('stride', 'stride', '1'),
        'padding': case.pair('pad', 'pad', '0'),
        'dilation': case.pair('dilation', 'dilation', '1'),
        'groups': case.number('group', 1),
    }
    op = 'conv2d' if case.kind == 'Convolution' else 'conv-transpose2d'
    return op, attrs, SUMS, case.arguments('param0', 'param1')


def linear(case):
    if case.word('transpose', 'false') == 'true':
        raise LeftOut('weight stored transposed')
    arguments = case.arguments('param0', 'param1')
    features = case['param0'].shape[1]  # Caffe flattens the axes after `axis`; the order of values is the same
    for key in ('inputs', 'grads'):
        arguments[key][0] = arguments[key][0].reshape(-1, features)
    for key in ('output', 'grad_output'):
        arguments[key] = arguments[key].reshape(-1, case['param0'].shape[0])
    return 'linear', {}, SUMS, arguments


def pooling(case):
    attrs = {
        'kernelSize': case.pair('kernel_size', 'kernel', '0'),
        'stride': case.pair('stride', 'stride', '1'),
        'padding': case.pair('pad', 'pad', '0'),
        'rounding': case.word('round_mode', 'CEIL').lower(),
    }
    if case.words('global_pooling'):
        attrs['kernelSize'] = list(case['bottom0'].shape[2:])
    arguments = case.arguments()
    if case.word('pool', 'MAX') == 'AVE':
        return 'avg-pool2d', attrs, FEW_TERMS, arguments
    if case['top1'] is not None:
        arguments['argmax'] = case['top1']
    apart = all(k <= s for k, s in zip(attrs['kernelSize'], attrs['stride']))
    return 'max-pool2d', attrs, COPIES if apart else FEW_TERMS, arguments


def relu(case):
    if case.number('negative_slope', 0) != 0:
        raise LeftOut('negative slope')
    return 'relu', {}, COPIES, case.arguments()


def eltwise(case):
    operation = case.word('operation', 'SUM')
    if operation == 'PROD':
        raise LeftOut('product')
    inputs = case.bottoms()
    arguments = {**case.arguments(), 'inputs': inputs, 'grads': case.bottoms('_diff')}
    if operation == 'SUM':
        coefficients = [json.loads(c) for c in case.words('coeff')] or [1] * len(inputs)
        return 'weighted-sum', {'coefficients': coefficients}, FEW_TERMS, arguments
    return 'maximum', {}, COPIES, arguments


def concat(case):
    if len(case.bottoms()) == 1:
        raise LeftOut('a concatenation of one input shares buffers in Caffe, so no gradient was recorded')
    rank = case['bottom0'].ndim
    axis = case.number('axis', 1) % rank
    more = (1,) * (4 - rank)  # maps of rank 3 get a last axis of extent 1
    widen = lambda array: array.reshape(array.shape + more)
    return 'concat', {'axis': axis}, COPIES, {
        'inputs': [widen(x) for x in case.bottoms()],
        'grads': [widen(x) for x in case.bottoms('_diff')],
        'output': widen(case['top0']),
        'grad_output': widen(case['top0_diff']),
    }


def crop(case):
    axis = case.number('axis', 2) % 4
    if axis < 2:
        raise LeftOut('crops batch or channels')
    size = list(case['top0'].shape[2:])
    offsets = [json.loads(v) for v in case.words('offset')] or [0]
    offset = [0] * (axis - 2) + (offsets if len(offsets) > 1 else offsets * (4 - axis))
    return 'crop', {'offset': offset, 'size': size}, COPIES, case.arguments()


def scale(case):
    if case.number('axis', 1) != 1 or case.words('num_axes'):
        raise LeftOut('scale that is not one number per channel')
    if case['bottom1'] is not None:
        if case['bottom1'].ndim != 1:
            raise LeftOut('scale that is not one number per channel')
        return 'channel-scale', {}, SUMS, case.arguments('bottom1', 'param0')
    return 'channel-scale', {}, SUMS, case.arguments('param0', 'param1')


def lrn(case):
    if case.words('norm_region') == ['WITHIN_CHANNEL']:
        raise LeftOut('within a channel')
    attrs = {
        'size': case.number('local_size', 5), 'alpha': case.number('alpha', 1),
        'beta': case.number('beta', 0.75), 'k': case.number('k', 1),
    }
    return 'lrn', attrs, SUMS, case.arguments()


def batch_norm(case):
    training = case.phase == 'TRAIN' and case.word('use_global_stats', 'false') == 'false'
    channels = case['bottom0'].shape[1]
    weight, bias = np.ones(channels, np.float32), np.zeros(channels, np.float32)
    arguments = case.arguments()
    if case['y'] is not None:  # a Scale layer follows: y = 1.7 · normalised − 0.4
        fillers = [float(v) for v in case.words('value')]
        weight, bias = weight * np.float32(fillers[0]), bias + np.float32(fillers[1])
        arguments.update(output=case['y'], grad_output=case['y_diff'])
    arguments['inputs'] += [weight, bias]
    if not training:  # the third blob counts what the sums in the first two hold; 0 stands for "nothing yet"
        count = case['param2'][0]
        factor = np.float32(0) if count == 0 else np.float32(1) / count
        arguments.update(mean=case['param0'] * factor, variance=case['param1'] * factor)
    attrs = {'epsilon': case.number('eps', 1e-5), 'training': training}
    return 'batch-norm2d', attrs, SUMS, arguments


def softmax(case):
    if case['bottom0'].ndim != 4:
        raise LeftOut('not along the channels of maps')
    arguments = case.arguments()
    if np.abs(case['bottom0_diff']).max() < 1e-6:  # saturated: what is left of the gradient is cancellation
        arguments.update(grads=[], grad_output=None)
    return 'softmax', {}, FEW_TERMS, arguments


def softmax_loss(case):
    logits, labels = case['bottom0'], case['bottom1']
    maps = logits.shape if logits.ndim == 4 else logits.shape + (1, 1)
    normalization = case.word('normalization', None)
    if normalization is None:  # the older switch, which a `normalization` overrides
        normalization = 'VALID' if case.word('normalize', 'true') == 'true' else 'BATCH_SIZE'
    attrs = {
        'ignoreIndex': case.number('ignore_label', 255),  # without one no label is 255, so 255 says the same
        'normalization': normalization.lower().replace('_', '-'),
        'weight': 1,
    }
    if not case.words('ignore_label'):
        assert not (labels == 255).any(), case.name
    return 'softmax-cross-entropy', attrs, SUMS, {
        'inputs': [logits.reshape(maps)],
        'grads': [case['bottom0_diff'].reshape(maps)],
        'labels': labels.reshape(maps[0], *maps[2:]),
        'output': case['top0'],
        'grad_output': case['top0_diff'],  # Caffe's loss_weight: the loss itself is not weighted
    }


CONVERTERS = {
    'Convolution': convolution, 'Deconvolution': convolution, 'InnerProduct': linear, 'Pooling': pooling,
    'ReLU': relu, 'Eltwise': eltwise, 'Concat': concat, 'Crop': crop, 'Scale': scale, 'LRN': lrn,
    'BatchNorm': batch_norm, 'Softmax': softmax, 'SoftmaxWithLoss': softmax_loss,
    'Sigmoid': lambda case: ('sigmoid', {}, FEW_TERMS, case.arguments()),
}


def caffe_cases():
    """Yields every case of the shared folder, in order of folder and manifest."""
    folder = os.path.join(golden_files.SHARED, 'golden', 'caffe', 'ops')
    for group in sorted(os.listdir(folder)):
        with open(os.path.join(folder, group, 'manifest.json')) as file:
            manifest = json.load(file)
        assert manifest['caffe_commit'].startswith(COMMIT)
        arrays = dict(np.load(os.path.join(folder, group, manifest['file'])))
        for entry in manifest['cases']:
            yield group, Case(entry, arrays)


def make():
    files, left_out = {}, defaultdict(list)
    for group, case in caffe_cases():
        try:
            if case.kind not in CONVERTERS:
                raise LeftOut(f'no {case.kind} op')
            op, attrs, tolerance, tensors = CONVERTERS[case.kind](case)
        except LeftOut as reason:
            left_out[str(reason)].append(f'{group}/{case.name}')
            continue
        file = files.setdefault(op, golden_files.OpFile(op))
        file.add(case.name, attrs, tolerance, AUTHORITY, **tensors)
    for file in files.values():
        file.write()
        golden_files.row(file.path, AUTHORITY, SCRIPT, 'none drawn')
    print(f'\nwritten: {sum(len(file.cases) for file in files.values())} cases; left out:')
    for reason, names in left_out.items():
        print(f'* {reason}: {", ".join(names)}')


def relative_error(got, expected):
    """Returns the largest difference relative to the largest magnitude, in float32 as in the golden."""
    got, expected = np.asarray(got).reshape(-1), np.asarray(expected, np.float64).reshape(-1)
    if np.array_equal(got.astype(np.float32), expected):
        return 0.0
    return float(np.abs(got - expected).max() / max(np.abs(expected).max(), 1e-30))


# Tensors that torch computes differently by design: they are not compared with torch.
TORCH_DIFFERS = {
    ('max-pool2d', 'max_k2s3'): {'output'},  # torch drops the empty last window that Caffe fills with −FLT_MAX
    ('softmax-cross-entropy', 'underflow'): {'output'},  # Caffe clamps a probability to FLT_MIN
}


def check_case(op, case, tensors):
    """Returns the largest error over the tensors of a case, or None if none is compared with torch."""
    prefix = case['name'] + '/'
    own = {key[len(prefix):]: value for key, value in tensors.items() if key.startswith(prefix)}
    inputs = [own[f'input{i}'] for i in range(8) if f'input{i}' in own]
    extra = {key: own[key] for key in ('mean', 'variance', 'labels') if key in own}
    output, grads = torch_ops.evaluate(op, case['attrs'], inputs, own.get('grad_output'), extra)
    results = {'output': output, **{f'grad_input{i}': grad for i, grad in enumerate(grads)}}
    skipped = TORCH_DIFFERS.get((op, case['name']), set())
    errors = [relative_error(results[k], own[k]) for k in results if k in own and k not in skipped]
    return max(errors) if errors else None


def check():
    failed = False
    for name in sorted(os.listdir(os.path.join(golden_files.ROOT, 'fixtures', 'ops'))):
        op = name.removesuffix('.safetensors')
        tensors, metadata = golden_files.read(f'fixtures/ops/{name}')
        counts, worst = Counter(), {}
        for case in metadata['cases']:
            if case['authority'] != AUTHORITY:
                counts["torch's own"] += 1
                continue
            error = check_case(op, case, tensors)
            state = 'not judged' if error is None else 'verified' if error <= case['tolerance'] else 'FAILED'
            counts[state] += 1
            if error is not None:
                worst[case['tolerance']] = max(error, worst.get(case['tolerance'], 0.0))
            if state != 'verified':
                print(f'  {name}: {case["name"]}: {state} {error}')
        failed = failed or counts['FAILED'] > 0
        print(name, dict(counts), 'worst error by tolerance', {k: f'{v:.1e}' for k, v in worst.items()})
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(check() if '--check' in sys.argv[1:] else make())
