"""Makes fixtures/weights: files of weights in the formats of PyTorch, NumPy and MATLAB, each with what is
in it as fixtures/weights/expected/NAME.safetensors (float32, row-major), and the damaged files
fixtures/bad/{pth,npy,npz,mat}-*.

Authority: torch, numpy, scipy and octave of Debian 12 wrote the files; what is expected is what was given
to them, read back by them as a check. Run from the root of the repository:

    python3 tools/make-weight-files.py
"""

import io
import os
import pickle
import struct
import subprocess
import sys
import zipfile
import zlib
from collections import OrderedDict

import h5py
import numpy as np
import scipy.io
import torch

import golden_files

SEED = 1701
OUT = 'fixtures/weights'
BAD = 'fixtures/bad'
rng = np.random.default_rng(SEED)


def draw(*shape):
    return rng.standard_normal(shape).astype(np.float32)


def expect(name, arrays):
    tensors = {key: np.asarray(value, np.float32) for key, value in arrays.items()}
    golden_files.write(f'{OUT}/expected/{name}.safetensors', tensors, {})


def numpy_of(state):
    return {key: value.detach().float().numpy() for key, value in state.items()}


# ---- PyTorch ------------------------------------------------------------------------------------


def save_pth(name, value, state, **options):
    torch.save(value, f'{OUT}/{name}', **options)
    torch.load(f'{OUT}/{name}')
    expect(name, numpy_of(state))


def state_dict():
    """Contents of wkentaro's and torchvision's files: an OrderedDict with _metadata, here from a module."""
    torch.manual_seed(SEED)
    module = torch.nn.Sequential(OrderedDict([
        ('conv1_1', torch.nn.Conv2d(3, 4, 3)), ('bn', torch.nn.BatchNorm2d(4)),
        ('upscore', torch.nn.ConvTranspose2d(4, 2, 4, bias=False)),
    ]))
    return module.state_dict()


def pytorch_files():
    old = {'_use_new_zipfile_serialization': False}
    state = state_dict()
    save_pth('zip.pth', state, state)
    save_pth('legacy.pth', state, state, **old)
    save_pth('protocol-4.pth', state, state, pickle_protocol=4)
    checkpoint = {
        'epoch': 3, 'iteration': 4000, 'arch': 'FCN8s', 'best_mean_iu': np.float64(0.625),
        'optim_state_dict': torch.optim.SGD([torch.nn.Parameter(torch.ones(2))], lr=1e-10).state_dict(),
        'model_state_dict': state, 'large': 2 ** 70, 'negative': -5, 'none': None, 'half': 0.5,
    }
    save_pth('checkpoint.pth', checkpoint, state)
    save_pth('checkpoint-legacy.pth', checkpoint, state, **old)
    kinds = OrderedDict(
        (str(kind).split('.')[1], torch.tensor([0, 1, 2, 100], dtype=kind))
        for kind in (torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.int64, torch.int32,
                     torch.int16, torch.int8, torch.uint8, torch.bool))
    kinds['special'] = torch.tensor([0.0, -0.0, float('inf'), -float('inf'), float('nan'), 1e-45])
    kinds['specials16'] = torch.tensor([-0.0, float('inf'), float('nan'), 6e-8], dtype=torch.float16)
    save_pth('kinds.pth', kinds, kinds)
    save_pth('kinds-legacy.pth', kinds, kinds, **old)
    base = torch.arange(24, dtype=torch.float32)
    views = OrderedDict([
        ('whole', base), ('shared', base), ('part', base[5:9]), ('transposed', base.view(4, 6).t()),
        ('stepped', base[::5]), ('expanded', base[:3].view(3, 1).expand(3, 4)), ('scalar', base[7]),
        ('empty', base[:0]), ('permuted', base.view(2, 3, 4).permute(2, 0, 1)),
        ('parameter', torch.nn.Parameter(torch.ones(2, 1))),
    ])
    save_pth('views.pth', views, views)
    save_pth('views-legacy.pth', views, views, **old)
    nested = {'a': {'b': [torch.ones(1), torch.zeros(2)]}, 'size': torch.Size([1, 2]), 'kind': torch.float32}
    save_pth('nested.pth', nested, {'a.b.0': torch.ones(1), 'a.b.1': torch.zeros(2)})
    big_endian(state)


def big_endian(state):
    """File as torch writes it on a big-endian machine: swapped storages, and a byte order entry."""
    source = zipfile.ZipFile(f'{OUT}/zip.pth')
    with zipfile.ZipFile(f'{OUT}/big-endian.pth', 'w') as target:
        for name in source.namelist():
            content = source.read(name)
            if '/data/' in name:
                tensor = list(state.values())[int(name.split('/')[-1])]
                content = np.frombuffer(content, tensor.numpy().dtype).byteswap().tobytes()
            target.writestr(zipfile.ZipInfo(name), content)
        target.writestr(zipfile.ZipInfo('zip/byteorder'), b'big')
    expect('big-endian.pth', numpy_of(state))


# ---- NumPy --------------------------------------------------------------------------------------


def numpy_files():
    base = np.arange(-3, 21).reshape(2, 3, 4)
    arrays = {
        'f4': draw(2, 3), 'f4-big-endian': draw(2, 3).astype('>f4'), 'f8': rng.standard_normal((3, 2)),
        'f2': draw(5).astype('<f2'), 'scalar': np.float32(3.5), 'empty': np.zeros((0, 3), np.float32),
        'fortran': np.asfortranarray(draw(2, 3, 4)), 'bool': np.array([True, False, True]),
        'fortran-big-endian': np.asfortranarray(base.astype('>i2')),
    }
    for kind in ('i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8', '>i8', '>f8', '>f2'):
        arrays[kind.replace('>', 'big-endian-')] = np.abs(base).astype(kind)
    for name, array in arrays.items():
        np.save(f'{OUT}/{name}.npy', array)
        expect(f'{name}.npy', {'': array})
    for version in ((2, 0), (3, 0)):
        with open(f'{OUT}/version-{version[0]}.npy', 'wb') as file:
            np.lib.format.write_array(file, arrays['f4'], version)
        expect(f'version-{version[0]}.npy', {'': arrays['f4']})
    chainer = {}
    for layer, shape in (('conv1_1', (4, 3, 3, 3)), ('fc6', (5, 4, 2, 2))):
        chainer[f'{layer}/W'] = draw(*shape)
        chainer[f'{layer}/b'] = draw(shape[0])
    for name, save in (('stored.npz', np.savez), ('deflated.npz', np.savez_compressed)):
        save(f'{OUT}/{name}', **chainer)
        expect(name, chainer)
    zip64(open(f'{OUT}/f4.npy', 'rb').read(), arrays['f4'])


def zip64(content, array):
    """An archive with 64-bit sizes and offsets, as needed above 4 GiB."""
    plain = zipped([('a.npy', content)])
    directory, end = plain.index(b'PK\x01\x02'), plain.rindex(b'PK\x05\x06')
    entry = bytearray(plain[directory:end])
    field = struct.pack('<HHQQQ', 1, 24, len(content), len(content), 0)
    entry[20:28] = b'\xff' * 8
    entry[30:32] = struct.pack('<H', len(field))
    entry[42:46] = b'\xff' * 4
    entry += field
    record = b'PK\x06\x06' + struct.pack('<QHHIIQQQQ', 44, 45, 45, 0, 0, 1, 1, len(entry), directory)
    locator = b'PK\x06\x07' + struct.pack('<IQI', 0, directory + len(entry), 1)
    tail = b'PK\x05\x06' + struct.pack('<HHHHIIH', 0, 0, 1, 1, 0xffffffff, 0xffffffff, 0)
    with open(f'{OUT}/zip64.npz', 'wb') as file:
        file.write(plain[:directory] + entry + record + locator + tail)
    assert (np.load(f'{OUT}/zip64.npz')['a'] == array).all()
    expect('zip64.npz', {'a': array})


# ---- MATLAB -------------------------------------------------------------------------------------


def cell(values):
    out = np.empty((1, len(values)), object)
    out[0] = values
    return out


def structs(records):
    fields = [(key, object) for key in records[0]]
    out = np.empty((1, len(records)), fields)
    for i, record in enumerate(records):
        out[0, i] = tuple(record.values())
    return out


def dagnn():
    """A DagNN as published by matconvnet-fcn: names, nesting and order of axes; random values."""
    filters, up = draw(3, 2, 3, 4), draw(4, 4, 2, 5)
    bias, score = draw(1, 4), draw(1, 1, 4, 1)
    layer = lambda name, kind, params, block: {
        'name': name, 'type': kind, 'inputs': cell(['data']), 'outputs': cell([name]), 'params': cell(params),
        'block': block}
    layers = structs([
        layer('conv1_1', 'dagnn.Conv', ['conv1_1_filter', 'conv1_1_bias'],
              {'size': np.float64([3, 2, 3, 4]), 'pad': np.float64([100, 100, 100, 100]), 'stride': np.float64([1, 1])}),
        layer('relu1_1', 'dagnn.ReLU', [], {'leak': 0.0}),
        layer('score_fr', 'dagnn.Conv', ['score_f'], {'stride': np.float64([1, 1])}),
        layer('upscore', 'dagnn.ConvTranspose', ['upf'], {'upsample': np.float64([2, 2]), 'crop': np.float64([1, 1, 1, 1])}),
    ])
    values = {'conv1_1_filter': filters, 'conv1_1_bias': bias, 'score_f': score, 'upf': up, 'stray': draw(2, 3)}
    params = structs([{'name': key, 'value': value, 'learningRate': 1.0} for key, value in values.items()])
    meta = {'normalization': {'averageImage': np.float32([122.5, 116.25, 104.0]).reshape(1, 1, 3)}}
    scipy.io.savemat(f'{OUT}/dagnn.mat', {'layers': layers, 'params': params, 'meta': meta}, do_compression=True)
    expect('dagnn.mat', {
        'conv1_1.weight': filters.transpose(3, 2, 0, 1), 'conv1_1.bias': bias.reshape(-1),
        'score_fr.weight': score.transpose(3, 2, 0, 1), 'upscore.weight': up.transpose(3, 2, 0, 1),
        'stray': values['stray'][None, None]})
    chain = cell([
        {'name': 'conv1_1', 'type': 'conv', 'weights': cell([filters, bias]), 'stride': 1.0},
        {'name': 'relu1_1', 'type': 'relu'}])
    scipy.io.savemat(f'{OUT}/simplenn.mat', {'layers': chain}, do_compression=False)
    expect('simplenn.mat', {'conv1_1.weight': filters.transpose(3, 2, 0, 1), 'conv1_1.bias': bias.reshape(-1)})


def matlab_files():
    arrays = {f'a_{kind}': np.arange(6).reshape(2, 3).astype(kind)
              for kind in ('i1', 'u1', 'i2', 'u2', 'i4', 'u4', 'i8', 'u8', 'f4', 'f8')}
    arrays.update(cube=draw(2, 3, 4), one=np.float64([[2.5]]), nothing=np.zeros((0, 3)), row=draw(1, 5))
    for name, compressed in (('scipy-plain.mat', False), ('scipy-compressed.mat', True)):
        others = {'text': 'fcn8s', 'cells': cell([np.float64([[1, 2]]), 'x']), 'record': {'deep': {'er': 7.0}}}
        scipy.io.savemat(f'{OUT}/{name}', {**arrays, **others}, do_compression=compressed)
        expect(name, arrays)
    octave = {'a': np.arange(6).reshape(2, 3), 'flag': np.array([[1, 0]]), 'i': np.array([[-3, 300]])}
    script = ("a = [0 1 2; 3 4 5]; flag = [true false]; i = int16([-3 300]); text = 'fcn8s';"
              "cells = {[1 2], 'x'}; record.deep.er = 7;"
              f"save('-v7', '{OUT}/octave.mat', 'a', 'flag', 'i', 'text', 'cells', 'record')")
    subprocess.run(['octave-cli', '--norc', '--eval', script], check=True)
    expect('octave.mat', octave)
    dagnn()
    label_maps()


def label_maps():
    labels = np.uint8([[0, 1, 2], [3, 40, 255]])
    scipy.io.savemat(f'{OUT}/sbd-labels.mat', {'GTcls': {'Segmentation': labels, 'CategoriesPresent': np.uint8([1])}},
                     do_compression=True)
    scipy.io.savemat(f'{OUT}/nyud-labels.mat', {'segmentation': labels}, do_compression=True)
    scipy.io.savemat(f'{OUT}/sift-labels.mat', {'S': np.float64([[-1, 0, 1], [2, 3, 33]]), 'names': cell(['sky'])})


def version_73():
    """File as MATLAB 7.3 writes it: HDF5 after a 512-byte MAT-file header."""
    path = f'{BAD}/temporary.mat'
    with h5py.File(path, 'w', userblock_size=512) as file:
        file['a'] = np.zeros((2, 3))
    with open(path, 'rb') as file:
        content = file.read()
    os.remove(path)
    head = b'MATLAB 7.3 MAT-file, Platform: GLNXA64 HDF5 schema 1.00 .'.ljust(124) + b'\x00\x02IM'
    return head + content[len(head):]


def bad_mats():
    plain = open(f'{OUT}/scipy-plain.mat', 'rb').read()
    packed = open(f'{OUT}/scipy-compressed.mat', 'rb').read()
    head = plain[:128]
    element = lambda kind, data: struct.pack('<II', kind, len(data)) + data + b'\0' * (-len(data) % 8)

    def matrix(code, dims, body, name=b'a', flags=0):
        return element(14, element(6, struct.pack('<II', code | flags, 0)) + element(5, struct.pack(f'<{len(dims)}i', *dims))
                       + element(1, name) + body)
    number = element(9, struct.pack('<d', 1))
    bad('mat-empty.mat', b'')
    bad('mat-header-only-in-part.mat', head[:100])
    bad('mat-other-magic.mat', b'X' + plain[1:])
    bad('mat-big-endian.mat', head[:124] + b'\x01\0MI')
    bad('mat-truncated.mat', plain[:-9])
    bad('mat-compressed-truncated.mat', packed[:-9])
    bad('mat-not-zlib.mat', head + element(15, b'hello world'))
    bad('mat-bomb-of-100-megabytes.mat', head + element(15, zlib.compress(b'\0' * (100 << 20), 9)))
    bad('mat-version-7.3.mat', version_73())
    bad('mat-cells-100000.mat', head + element(15, zlib.compress(
        matrix(1, (100_000, 1), element(14, b'') * 100_000), 9)))
    bad('mat-struct-of-a-million-fields.mat', head + element(15, zlib.compress(
        matrix(2, (1, 1), struct.pack('<HHi', 5, 4, 1) + element(1, b'a' * 1_000_000)), 9)))
    bad('mat-text-of-10-million-letters.mat', head + element(15, zlib.compress(
        matrix(4, (1, 10_000_000), element(2, b'a' * 10_000_000)), 9)))
    bad('mat-variable-twice.mat', head + matrix(6, (1, 1), number) * 2)
    bad('mat-length-past-the-end.mat', head + struct.pack('<II', 14, 2 ** 31) + b'\0' * 64)
    bad('mat-no-matrix.mat', head + element(9, b'\0' * 8))
    bad('mat-too-few-numbers.mat', head + matrix(6, (2, 1), number))
    bad('mat-negative-extent.mat', head + matrix(6, (-1, -1), number))
    bad('mat-product-overflows.mat', head + matrix(6, (2 ** 31 - 1,) * 4, number))
    bad('mat-one-axis.mat', head + matrix(6, (1,), number))
    bad('mat-complex.mat', head + matrix(6, (1, 1), number * 2, flags=0x800))
    bad('mat-sparse.mat', head + matrix(5, (1, 1), number))
    bad('mat-object.mat', head + matrix(3, (1, 1), number))
    bad('mat-function-handle.mat', head + matrix(16, (1, 1), b''))
    bad('mat-numbers-of-type-99.mat', head + matrix(6, (1, 1), element(99, b'\0' * 8)))
    bad('mat-half-a-number.mat', head + matrix(6, (1, 1), element(9, b'\0' * 4)))
    bad('mat-bytes-after-the-matrix.mat', head + matrix(6, (1, 1), number * 2))
    bad('mat-cells-beyond-the-file.mat', head + matrix(1, (2 ** 30, 2 ** 20), b''))
    bad('mat-struct-width-0.mat', head + matrix(2, (1, 1), struct.pack('<HHi', 5, 4, 0) + element(1, b'a')))
    bad('mat-struct-width-a-tiny-fraction.mat', head + matrix(2, (1, 1), element(9, struct.pack('<d', 5e-324)) + element(1, b'a')))
    bad('mat-struct-field-twice.mat', head + matrix(
        2, (1, 1), struct.pack('<HHi', 5, 4, 2) + element(1, b'a\0a\0') + matrix(6, (1, 1), number) * 2))
    bad('mat-small-element-of-5-bytes.mat', head + element(14, struct.pack('<HH', 6, 5) + b'\0' * 12))
    nested = b''
    for _ in range(100):
        nested = matrix(1, (1, 1), nested or element(14, b''), name=b'')
    bad('mat-nested-100-deep.mat', head + nested)


# ---- damaged files ------------------------------------------------------------------------------


def bad(name, content):
    with open(f'{BAD}/{name}', 'wb') as file:
        file.write(content)


def zipped(files, **options):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', **options) as archive:
        for name, content in files:
            info = zipfile.ZipInfo(name)
            info.compress_type = options.get('compression', zipfile.ZIP_STORED)
            archive.writestr(info, content)
    return out.getvalue()


def pth(data, storages=((0, b'\0' * 8),)):
    return zipped([('a/data.pkl', data), *((f'a/data/{key}', content) for key, content in storages)])


def tensor(shape=b'K\x02', stride=b'K\x01', offset=b'K\0', storage=b'ctorch\nFloatStorage\n', count=b'K\x02', key=b'0'):
    """`_rebuild_tensor_v2(('storage', …), offset, (shape,), (stride,), False, {})` in pickle opcodes."""
    text = lambda value: b'X' + struct.pack('<I', len(value)) + value
    return (b'ctorch._utils\n_rebuild_tensor_v2\n((' + text(b'storage') + storage + text(key) + text(b'cpu') + count
            + b'tQ' + offset + b'(' + shape + b't(' + stride + b't' + b'\x89}tR')


def named(value, name=b'w'):
    return b'\x80\x02}X' + struct.pack('<I', len(name)) + name + value + b's.'


class Evil:
    """A pickle that runs a command when Python loads it."""

    def __init__(self, call, *args):
        self.call, self.args = call, args

    def __reduce__(self):
        return self.call, self.args


def bad_pickles():
    for name, call, args in (
            ('os-system', os.system, ('true',)), ('eval', eval, ('1',)), ('getattr', getattr, (int, 'real')),
            ('subprocess', subprocess.Popen, (['true'],)), ('torch-load', torch.load, ('x',))):
        for protocol in (2, 4):
            bad(f'pth-{name}-protocol-{protocol}.pth', pth(pickle.dumps({'w': Evil(call, *args)}, protocol)))
    attacks = {
        'class-instance': b'\x80\x02cos\nPathLike\n)\x81.',
        'inst-opcode': b'\x80\x02(ios\nsystem\n.', 'obj-opcode': b'\x80\x02(cos\nsystem\no.',
        'extension-opcode': b'\x80\x02\x82\x01.', 'protocol-6': b'\x80\x06}.',
        'prefix-of-a-name': b'\x80\x02ctorch._utils\n_rebuild_tensor_v2.__globals__\n)R.',
        'dotted-global': b'\x80\x04\x8c\x05torch\x8c\x0eserialization.os\x93.',
        'calls-a-constant': b'\x80\x02ctorch\nfloat32\n)R.', 'calls-a-tensor': named(tensor() + b')R'),
        'builds-on-a-list': b'\x80\x02]}b.', 'empty-stack': b'\x80\x02.', 'no-mark': b'\x80\x02t.',
        'pop-through-a-mark': b'\x80\x02}(0s.', 'memo-never-kept': b'\x80\x02h\x05.', 'no-stop': b'\x80\x02}',
        'left-over': b'\x80\x02}}.', 'bytes-after-the-pickle': named(tensor()) + b'}.',
        'text-past-the-end': b'\x80\x02X\xff\xff\xff\xffab.', 'text-of-2-to-63': b'\x80\x04\x8d' + b'\xff' * 7 + b'\x7f.',
        'integer-of-2-gigabytes': b'\x80\x02\x8b\xff\xff\xff\x7f\x00.', 'text-not-utf8': b'\x80\x02X\x02\0\0\0\xff\xfe.',
        'key-is-a-dict': b'\x80\x02}}}s.', 'key-twice': b'\x80\x02}(X\x01\0\0\0aK\x01X\x01\0\0\0aK\x02u.',
        'odd-items': b'\x80\x02}(X\x01\0\0\0au.', 'no-tensors': b'\x80\x02}.',
        'nested-100-deep': b'\x80\x02' + b'}X\x01\0\0\0a' * 100 + tensor() + b's' * 100 + b'.',
        'ring': b'\x80\x02}q\0X\x01\0\0\0ah\0s.',
        'past-its-storage': named(tensor(shape=b'K\x03')), 'offset-past-its-storage': named(tensor(offset=b'K\x01')),
        'stride-past-its-storage': named(tensor(stride=b'K\x02')), 'negative-size': named(tensor(shape=b'J\xff\xff\xff\xff')),
        'negative-stride': named(tensor(stride=b'J\xff\xff\xff\xff')), 'negative-offset': named(tensor(offset=b'J\xff\xff\xff\xff')),
        'fractional-size': named(tensor(shape=b'G?\xf8\0\0\0\0\0\0')),
        'size-of-2-to-62': named(tensor(shape=b'\x8a\x08' + struct.pack('<q', 2 ** 62), stride=b'K\0')),
        'product-overflows': named(tensor(shape=b'J\xff\xff\xff\x7f' * 3, stride=b'K\0' * 3)),
        'repeats-one-number-a-billion-times': named(tensor(shape=b'J\0\0\0\x40', stride=b'K\0')),
        'more-strides-than-axes': named(tensor(stride=b'K\x01K\x01')), 'storage-missing': named(tensor(key=b'../0')),
        'storage-of-another-size': named(tensor(count=b'K\x03')),
        'storage-unknown': named(tensor(storage=b'ctorch\nQUInt8Storage\n')),
        'storage-is-a-function': named(tensor(storage=b'ctorch._utils\n_rebuild_tensor_v2\n')),
        'persistent-id-no-tuple': b'\x80\x02K\x01Q.', 'parameter-of-nothing': b'\x80\x02ctorch._utils\n_rebuild_parameter\nN\x85R.',
        'codec-other': b'\x80\x02c_codecs\nencode\nX\x01\0\0\0aX\x05\0\0\0rot13\x86R.',
    }
    for name, data in attacks.items():
        bad(f'pth-{name}.pth', pth(data))
    laughs = b'\x80\x02]q\x000' + b''.join(b'](' + (b'h' + bytes([i])) * 10 + b'eq' + bytes([i + 1]) + b'0' for i in range(60)) + b'h\x3c.'
    bad('pth-billion-laughs.pth', pth(laughs))


def bad_pickle_bombs():
    """A few kilobytes of compressed opcodes that create far more data."""
    text = lambda value: b'X' + struct.pack('<I', len(value)) + value
    packed = lambda data: zipped([('a/data.pkl', data)], compression=zipfile.ZIP_DEFLATED)
    bad('pth-four-million-dicts.pth', packed(b'\x80\x02' + b'}' * 4_000_000 + b'.'))
    bad('pth-four-million-memos.pth', packed(b'\x80\x04N' + b'\x94' * 4_000_000 + b'.'))
    bad('pth-four-million-marks.pth', packed(b'\x80\x02' + b'(' * 4_000_000 + b'.'))
    bad('pth-a-long-key-of-100000-names.pth', packed(
        b'\x80\x02}' + text(b'a' * 1_000_000) + b'(' + b'N' * 100_000 + b'ls.'))
    pairs = b''.join(b'X' + struct.pack('<I', 5) + b'%05d' % i + b'N\x86' for i in range(20_000))
    again = b'ccollections\nOrderedDict\nh\0\x85R' * 10_000
    bad('pth-a-long-list-made-dict-again-and-again.pth', packed(b'\x80\x02(' + pairs + b'lq\0' + again + b'.'))


def bad_containers():
    good = open(f'{OUT}/legacy.pth', 'rb').read()
    bad('pth-legacy-truncated.pth', good[:-5])
    bad('pth-legacy-trailing-bytes.pth', good + b'more')
    bad('pth-legacy-protocol-1002.pth', good.replace(b'M\xe9\x03.', b'M\xea\x03.', 1))
    at = good.index(struct.pack('<q', 108))
    bad('pth-legacy-count-2-to-62.pth', good[:at] + struct.pack('<q', 2 ** 62) + good[at + 8:])
    bad('pth-legacy-negative-count.pth', good[:at] + struct.pack('<q', -1) + good[at + 8:])
    bad('pth-legacy-only-magic.pth', good[:15])
    tar = io.BytesIO()
    import tarfile
    with tarfile.open(fileobj=tar, mode='w', format=tarfile.PAX_FORMAT) as archive:
        for name in ('sys_info', 'pickle', 'tensors', 'storages'):
            archive.addfile(tarfile.TarInfo(name), io.BytesIO())
    bad('pth-tar-layout.pth', tar.getvalue())
    data = named(tensor())
    storage = ('a/data/0', b'\0' * 8)
    bad('pth-two-pickles.pth', zipped([('a/data.pkl', data), ('b/data.pkl', data), storage]))
    bad('pth-no-pickle.pth', zipped([storage]))
    bad('pth-byteorder-middle.pth', zipped([('a/data.pkl', data), storage, ('a/byteorder', b'middle')]))
    bad('pth-empty.pth', b'')
    bad('pth-torchscript-constants-only.pth', zipped([('a/constants.pkl', data), storage]))


def bad_zips():
    f4 = open(f'{OUT}/f4.npy', 'rb').read()
    good = zipped([('a.npy', f4), ('b.npy', f4)])
    central = good.index(b'PK\x01\x02')
    end = good.rindex(b'PK\x05\x06')
    patch = lambda at, value, source=good: source[:at] + value + source[at + len(value):]
    second = good.index(b'PK\x03\x04', 1)
    entry2 = good.index(b'PK\x01\x02', central + 1)
    bad('npz-truncated.npz', good[:-1])
    bad('npz-trailing-bytes.npz', good + b'\0')
    bad('npz-bytes-before.npz', b'#!/bin/sh\n' + good)
    bad('npz-comment.npz', patch(end + 20, b'\x04\0') + b'abcd')
    bad('npz-wrong-checksum.npz', patch(30 + 5 + len(f4) - 4, b'\x55'))
    bad('npz-wrong-count.npz', patch(end + 8, b'\x03\0\x03\0'))
    bad('npz-two-parts.npz', patch(end + 4, b'\x01\0'))
    bad('npz-encrypted.npz', patch(central + 8, b'\x01'))
    bad('npz-method-99.npz', patch(central + 10, b'\x63'))
    bad('npz-names-differ.npz', patch(30, b'c'))
    bad('npz-methods-differ.npz', patch(8, b'\x08'))
    bad('npz-entries-overlap.npz', patch(entry2 + 42, struct.pack('<I', 0)))
    bad('npz-entry-past-the-directory.npz', patch(entry2 + 42, struct.pack('<I', central)))
    bad('npz-size-4-gigabytes.npz', patch(central + 20, b'\xfe\xff\xff\xff\xfe\xff\xff\xff'))
    bad('npz-directory-elsewhere.npz', patch(end + 16, struct.pack('<I', second)))
    bad('npz-stored-in-another-size.npz', patch(central + 24, struct.pack('<I', 8)))
    bad('npz-hidden-bytes.npz', hidden_bytes(f4))
    bad('npz-name-twice.npz', patch(entry2 + 46, b'a.npy', patch(second + 30, b'a.npy')))
    bad('npz-zip64-record-nowhere.npz', patch(end + 16, b'\xff\xff\xff\xff'))
    bad('npz-not-an-array.npz', zipped([('readme.txt', b'hello')]))
    bad('npz-array-in-a-folder-above.npz', zipped([('../../etc/passwd', b'root')]))
    deflated = zipped([('a.npy', f4)], compression=zipfile.ZIP_DEFLATED)
    start = deflated.index(b'a.npy') + 5
    bad('npz-not-deflate.npz', patch(start, b'\xff\xff', deflated))
    entry = deflated.index(b'PK\x01\x02')
    bad('npz-inflates-to-more.npz', patch(entry + 24, struct.pack('<I', 10), deflated))
    bad('npz-inflates-to-less.npz', patch(entry + 24, struct.pack('<I', 1000), deflated))
    bomb = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b''.join(bomb.compress(b'\0' * 2 ** 20) for _ in range(100)) + bomb.flush()
    honest = zipped([('a.npy', b'x' * len(packed))])
    honest = honest.replace(b'x' * len(packed), packed)
    entry = honest.index(b'PK\x01\x02')
    for at in (8, entry + 10):
        honest = patch(at, b'\x08\0', honest)
    honest = patch(entry + 24, struct.pack('<I', 100 * 2 ** 20), honest)
    bad('npz-bomb-of-100-megabytes.npz', honest)
    bad('npz-bomb-that-says-100-bytes.npz', patch(entry + 24, struct.pack('<I', 100), honest))


def hidden_bytes(f4):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w') as archive:
        archive.writestr(zipfile.ZipInfo('a.npy'), f4)
        archive.fp.write(b'#' * 64)
        archive.start_dir = archive.fp.tell()
        archive.writestr(zipfile.ZipInfo('b.npy'), f4)
    return out.getvalue()


def npy(header, payload=b'\0' * 24, version=1):
    text = header.encode()
    length = struct.pack('<H' if version == 1 else '<I', len(text))
    return b'\x93NUMPY' + bytes([version, 0]) + length + text + payload


def bad_npys():
    headers = {
        'object-array': "{'descr': '|O', 'fortran_order': False, 'shape': (3,), }",
        'structured': "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,), }",
        'complex': "{'descr': '<c8', 'fortran_order': False, 'shape': (3,), }",
        'unicode': "{'descr': '<U2', 'fortran_order': False, 'shape': (3,), }",
        'prototype-name': "{'descr': '<__proto__', 'fortran_order': False, 'shape': (3,), }",
        'code-in-header': "{'descr': '<f4', 'fortran_order': False, 'shape': (__import__('os').getpid(),), }",
        'shape-with-a-blank': "{'descr': '<f4', 'fortran_order': False, 'shape': (2 3), }",
        'negative-extent': "{'descr': '<f4', 'fortran_order': False, 'shape': (-6,), }",
        'fractional-extent': "{'descr': '<f4', 'fortran_order': False, 'shape': (6.0,), }",
        'extent-of-30-digits': "{'descr': '<f4', 'fortran_order': False, 'shape': (100000000000000000000000000000,), }",
        'product-overflows': "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296, 4294967296), }",
        'overflow-hidden-by-zero': "{'descr': '<f4', 'fortran_order': False, 'shape': (9007199254740991, 9007199254740991, 0), }",
        'too-few-numbers': "{'descr': '<f4', 'fortran_order': False, 'shape': (7,), }",
        'too-many-numbers': "{'descr': '<f4', 'fortran_order': False, 'shape': (5,), }",
        'forty-axes': "{'descr': '<f4', 'fortran_order': False, 'shape': (" + '1, ' * 39 + "6), }",
        'key-missing': "{'descr': '<f4', 'shape': (6,), }",
        'key-twice': "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (6,), }",
        'key-extra': "{'descr': '<f4', 'fortran_order': False, 'shape': (6,), 'x': 'y'}",
        'text-after-header': "{'descr': '<f4', 'fortran_order': False, 'shape': (6,), } + 1",
        'order-as-text': "{'descr': '<f4', 'fortran_order': 'no', 'shape': (6,), }",
        'unclosed': "{'descr': '<f4', 'fortran_order': False, 'shape': (6,",
        'no-dict': "6",
    }
    for name, header in headers.items():
        bad(f'npy-{name}.npy', npy(header))
    good = open(f'{OUT}/f4.npy', 'rb').read()
    bad('npy-truncated.npy', good[:-1])
    bad('npy-truncated-header.npy', good[:40])
    bad('npy-magic-only.npy', good[:6])
    bad('npy-empty.npy', b'')
    bad('npy-bad-magic.npy', b'\x94' + good[1:])
    bad('npy-version-4.npy', good[:6] + b'\x04' + good[7:])
    bad('npy-header-of-4-gigabytes.npy', good[:6] + b'\x02\0\xff\xff\xff\xff' + good[10:])


if __name__ == '__main__':
    os.makedirs(f'{OUT}/expected', exist_ok=True)
    pytorch_files()
    numpy_files()
    matlab_files()
    bad_mats()
    bad_pickles()
    bad_pickle_bombs()
    bad_containers()
    bad_zips()
    bad_npys()
    print(f'torch {torch.__version__}, numpy {np.__version__}, scipy {scipy.__version__}', file=sys.stderr)
    golden_files.digest_of(OUT)
    golden_files.digest_of(BAD, ('pth-', 'npy-', 'npz-', 'mat-'))
