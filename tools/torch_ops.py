"""Ops of the goldens, computed by torch in float64 from the attributes of a case."""

import numpy as np
import torch
import torch.nn.functional as F


def softmax_cross_entropy(logits, labels, attrs):
    """Returns the sum over counted pixels, divided by one of Caffe's four normalisers, times the weight."""
    target = labels.long().reshape(logits.shape[0], *logits.shape[2:])
    total = F.cross_entropy(logits, target, ignore_index=attrs['ignoreIndex'], reduction='sum')
    divisor = {
        'full': target.numel(),
        'valid': int((target != attrs['ignoreIndex']).sum()),
        'batch-size': target.shape[0],
        'none': 1,
    }[attrs['normalization']]
    return (total * attrs['weight'] / max(1, divisor)).reshape(1)


def pool_arguments(attrs):
    return {
        'kernel_size': attrs['kernelSize'], 'stride': attrs['stride'], 'padding': attrs['padding'],
        'ceil_mode': attrs['rounding'] == 'ceil',
    }


def conv_arguments(attrs):
    return {key: attrs[key] for key in ('stride', 'padding', 'dilation', 'groups')}


def crop(x, attrs):
    (top, left), (height, width) = attrs['offset'], attrs['size']
    return x[:, :, top:top + height, left:left + width]


def channel_scale(x, scale, shift=None):
    y = x * scale.view(1, -1, 1, 1)
    return y if shift is None else y + shift.view(1, -1, 1, 1)


def maximum(xs):
    """Caffe's rule at a tie: of the first two the second wins, a later one must be strictly greater."""
    largest = torch.where(xs[1] >= xs[0], xs[1], xs[0])
    for x in xs[2:]:
        largest = torch.where(x > largest, x, largest)
    return largest


def batch_norm(x, weight, bias, attrs, extra):
    training = attrs['training']
    mean, variance = (None, None) if training else (extra['mean'], extra['variance'])
    return F.batch_norm(x, mean, variance, weight, bias, training, 0.1, attrs['epsilon'])


def resize(x, attrs):
    return F.interpolate(
        x, tuple(attrs['size']), mode='bilinear', align_corners=attrs['mode'] == 'align-corners')


FORWARD = {
    'conv2d': lambda x, a, e: F.conv2d(*x, **conv_arguments(a)),
    'conv-transpose2d': lambda x, a, e: F.conv_transpose2d(*x, **conv_arguments(a)),
    'linear': lambda x, a, e: F.linear(*x),
    'max-pool2d': lambda x, a, e: F.max_pool2d(x[0], **pool_arguments(a)),
    'avg-pool2d': lambda x, a, e: F.avg_pool2d(x[0], **pool_arguments(a)),
    'relu': lambda x, a, e: F.relu(x[0]),
    'sigmoid': lambda x, a, e: torch.sigmoid(x[0]),
    'weighted-sum': lambda x, a, e: sum(c * t for c, t in zip(a['coefficients'], x)),
    'maximum': lambda x, a, e: maximum(x),
    'concat': lambda x, a, e: torch.cat(x, a['axis']),
    'crop': lambda x, a, e: crop(x[0], a),
    'channel-scale': lambda x, a, e: channel_scale(*x),
    'lrn': lambda x, a, e: F.local_response_norm(x[0], a['size'], a['alpha'], a['beta'], a['k']),
    'batch-norm2d': lambda x, a, e: batch_norm(*x, a, e),
    'softmax': lambda x, a, e: torch.softmax(x[0], 1),
    'softmax-cross-entropy': lambda x, a, e: softmax_cross_entropy(x[0], e['labels'], a),
    'resize-bilinear': lambda x, a, e: resize(x[0], a),
}


def evaluate(op, attrs, inputs, grad_output, extra):
    """Returns the output of an op and the gradient of each input (none without `grad_output`), as float64 arrays."""
    xs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in inputs]
    more = {key: torch.tensor(value, dtype=torch.float64) for key, value in extra.items()}
    y = FORWARD[op](xs, attrs, more)
    if grad_output is None:
        return y.detach().numpy(), []
    y.backward(torch.tensor(np.array(grad_output), dtype=torch.float64).reshape(y.shape))
    return y.detach().numpy(), [x.grad.numpy() for x in xs]
