"""Safetensors files of float32 tensors: written and read by every maker of goldens.

Format: https://huggingface.co/docs/safetensors (eight bytes of header length, a JSON header padded with
spaces to a multiple of eight bytes, then the tensors without gaps).
"""

import hashlib
import json
import os
import struct

import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SHARED = os.environ.get('FCN_SHARED', os.path.join(ROOT, '..', 'shared'))
DTYPES = {'F32': np.dtype('<f4'), 'U8': np.dtype('u1')}


def write(path, tensors, metadata):
    """Writes `tensors` (name → array, float32 unless uint8) in their order; metadata values are stored as JSON text."""
    header = {'__metadata__': {key: json.dumps(value, separators=(',', ':')) for key, value in metadata.items()}}
    parts, offset = [], 0
    for name, array in sorted(tensors.items(), key=lambda item: np.asarray(item[1]).dtype == np.uint8):
        array = np.asarray(array)  # float32 first, so that it stays aligned
        kind = 'U8' if array.dtype == np.uint8 else 'F32'
        data = np.ascontiguousarray(array, DTYPES[kind]).tobytes()
        header[name] = {
            'dtype': kind, 'shape': list(array.shape), 'data_offsets': [offset, offset + len(data)],
        }
        offset += len(data)
        parts.append(data)
    text = json.dumps(header, separators=(',', ':')).encode()
    text += b' ' * (-len(text) % 8)
    full = os.path.join(ROOT, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, 'wb') as file:
        file.write(struct.pack('<Q', len(text)) + text + b''.join(parts))


def read(path):
    """Returns the tensors (name → float32 or uint8 array) and the metadata with parsed JSON."""
    with open(os.path.join(ROOT, path), 'rb') as file:
        content = file.read()
    (length,) = struct.unpack_from('<Q', content)
    header = json.loads(content[8:8 + length])
    metadata = {}
    for key, value in header.pop('__metadata__', {}).items():
        try:
            metadata[key] = json.loads(value)
        except ValueError:
            metadata[key] = value
    body = memoryview(content)[8 + length:]
    tensors = {}
    for name, entry in header.items():
        start, end = entry['data_offsets']
        tensors[name] = np.frombuffer(body[start:end], DTYPES[entry['dtype']]).reshape(entry['shape'])
    return tensors, metadata


def row(path, authority, script, seed):
    """Prints the row of fixtures/README.md for a new file."""
    with open(os.path.join(ROOT, path), 'rb') as file:
        content = file.read()
    digest = hashlib.sha256(content).hexdigest()
    name = os.path.relpath(path, 'fixtures')
    print(f'| {name} | {authority} | {script} | {seed} | {len(content)} | `{digest}` |')


def digest_of(folder, prefixes=('',)):
    """Prints the row of fixtures/README.md: SHA-256 over `path NUL content` of the files, sorted by path."""
    paths = sorted(
        os.path.relpath(os.path.join(place, name), folder)
        for place, _, names in os.walk(folder) for name in names if name.startswith(prefixes))
    digest, size = hashlib.sha256(), 0
    for path in paths:
        content = open(os.path.join(folder, path), 'rb').read()
        digest.update(path.encode() + b'\0' + content)
        size += len(content)
    print(f'| {folder} {" ".join(prefixes)} | {len(paths)} | {size} | `{digest.hexdigest()}` |')


class OpFile:
    """Collects the cases of one op."""

    def __init__(self, op):
        self.path = f'fixtures/ops/{op}.safetensors'
        self.tensors, self.cases = {}, []

    def add(self, name, attrs, tolerance, authority, **tensors):
        """`inputs` and `grads` are lists (None: missing); any other tensor keeps its name."""
        for index, array in enumerate(tensors.pop('inputs')):
            self._put(f'{name}/input{index}', array)
        for index, array in enumerate(tensors.pop('grads', [])):
            self._put(f'{name}/grad_input{index}', array)
        for key, array in tensors.items():
            self._put(f'{name}/{key}', array)
        self.cases.append({'name': name, 'attrs': attrs, 'tolerance': tolerance, 'authority': authority})

    def _put(self, name, array):
        if array is None:
            return
        array = np.asarray(array, np.float32)
        assert np.isfinite(array).all(), name
        self.tensors[name] = array

    def write(self):
        write(self.path, self.tensors, {'cases': self.cases})
