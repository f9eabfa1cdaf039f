"""Makes fixtures/hdf5: files that the HDF5 library wrote, each with what is in it as
fixtures/hdf5/expected/NAME.safetensors (float32, row-major), and the damaged files fixtures/bad/hdf5-*.

Authority: h5py of Debian 12 wrote the files and reads them back; damage is done to their bytes. Run from the root
of the repository:

    python3 tools/make-hdf5-files.py
"""

import os
import struct
import sys

import h5py
import numpy as np

import golden_files

SEED = 1701
OUT = 'fixtures/hdf5'
BAD = 'fixtures/bad'
rng = np.random.default_rng(SEED)


def draw(*shape):
    return rng.standard_normal(shape).astype(np.float32)


def written(name, fill, folder=OUT, **options):
    """Writes a file by `fill(file)` and, beside it, the numbers that h5py reads from it again."""
    path = f'{folder}/{name}'
    if os.path.exists(path):
        os.remove(path)
    with h5py.File(path, 'w', **options) as file:
        fill(file)
    if folder == OUT:
        arrays = {}
        with h5py.File(path, 'r') as file:
            def note(key, item):
                if isinstance(item, h5py.Dataset) and item.dtype.kind in 'iuf':
                    arrays[key] = np.asarray(item[()], np.float32)
            file.visititems(note)
        golden_files.write(f'{OUT}/expected/{name}.safetensors', arrays, {})


# ---- Sound files --------------------------------------------------------------------------------


def snapshot(file):
    """The layout of a caffemodel.h5: data/LAYER/NUMBER, an empty group for a layer without blobs."""
    data = file.create_group('data')
    for layer in range(1, 13):
        group = data.create_group(f'conv{layer}')
        group['0'] = draw(2, 3, 3, 3)
        group['1'] = draw(2)
    bn = data.create_group('bn')
    for i, shape in enumerate([(2,), (2,), (1,)]):
        bn[str(i)] = np.abs(draw(*shape))
    data.create_group('relu1')
    data.create_group('inception').create_group('1x1')['0'] = draw(4, 2)
    file.create_group('diff').create_group('conv1')['0'] = draw(2, 3, 3, 3)


def state(file):
    file['iter'] = np.array([4000], np.int32)
    file['current_step'] = np.array([2], np.int32)
    file['learned_net'] = np.array(b'snapshot_iter_4000.caffemodel.h5')
    history = file.create_group('history')
    for i in range(12):
        history[str(i)] = np.full((i + 1,), i, np.float32)


def kinds(file):
    for kind in ['i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8', 'f2', 'f4', 'f8']:
        for order in '<>':
            file.create_dataset(f'{order == ">" and "big" or "little"}-{kind}',
                                data=np.array([[0, 1, 2], [3, 100, 120]], f'{order}{kind}'))
    file['scalar'] = np.float32(1.5)
    file['empty'] = np.zeros((0, 4), np.float32)
    file['text'] = np.array(b'deploy.prototxt')
    file['scalar'].attrs['unit'] = 'pixels'
    kind = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    kind.set_layout(h5py.h5d.COMPACT)
    kind.set_obj_track_times(False)
    space = h5py.h5s.create_simple((5,))
    compact = h5py.h5d.create(file.id, b'compact', h5py.h5t.IEEE_F32LE, space, kind)
    compact.write(h5py.h5s.ALL, h5py.h5s.ALL, draw(5))


def chunked(file):
    file.create_dataset('plain', data=draw(7, 5), chunks=(3, 2))
    file.create_dataset('deflated', data=draw(2, 9, 4), chunks=(1, 4, 3), compression='gzip')
    file.create_dataset('shuffled', data=draw(6, 6), chunks=(4, 4), compression='gzip', shuffle=True)
    file.create_dataset('doubles', data=np.arange(40, dtype='>f8'), chunks=(16,), shuffle=True)
    file.create_dataset('many', data=np.arange(300, dtype=np.int16), chunks=(2,))


def many(file):
    """So many members that their tree has two levels."""
    for i in range(180):
        file[f'member {i:03}'] = np.float32(i)


def sound():
    written('snapshot.h5', snapshot)
    written('state.h5', state)
    written('kinds.h5', kinds)
    written('chunked.h5', chunked)
    written('many.h5', many)


# ---- Damaged files ------------------------------------------------------------------------------


def bad(name, content):
    with open(f'{BAD}/hdf5-{name}.h5', 'wb') as file:
        file.write(content)


def made(fill, **options):
    """The bytes of a file that h5py writes."""
    path = f'{BAD}/hdf5-temporary.h5'
    written('hdf5-temporary.h5', fill, folder=BAD, **options)
    with open(path, 'rb') as file:
        content = file.read()
    os.remove(path)
    return content


def patched(content, at, form, *values):
    result = bytearray(content)
    struct.pack_into(form, result, at, *values)
    return bytes(result)


def one(file):
    file.create_group('data').create_group('conv')['0'] = np.arange(35, dtype=np.float32).reshape(5, 7)


def refused_features():
    bad('superblock-3', made(one, libver='latest'))
    bad('soft-link', made(lambda f: f.__setitem__('link', h5py.SoftLink('/data'))))
    bad('link-into-another-file', made(lambda f: f.__setitem__('link', h5py.ExternalLink('/etc/passwd', '/'))))
    bad('numbers-in-another-file', made(lambda f: f.create_dataset(
        'data/conv/0', (4,), np.float32, external=[('/etc/passwd', 0, 16)])))
    bad('compound', made(lambda f: f.__setitem__('pair', np.zeros(2, [('a', 'f4'), ('b', 'i4')]))))
    bad('texts-of-any-length', made(lambda f: f.create_dataset('t', data=['a', 'bc'], dtype=h5py.string_dtype())))
    bad('filter-fletcher32', made(lambda f: f.create_dataset('data/c/0', data=draw(4, 4), fletcher32=True)))
    bad('filter-lzf', made(lambda f: f.create_dataset('data/c/0', data=draw(4, 4), compression='lzf')))
    bad('no-caffe-snapshot', made(lambda f: f.__setitem__('conv1/kernel:0', draw(3, 3))))
    bad('blob-1-without-0', made(lambda f: f.__setitem__('data/conv/1', draw(3))))
    bad('never-written', made(lambda f: f.create_dataset('data/conv/0', (3,), np.float32)))
    bad('chunk-missing', made(lambda f: f.create_dataset('data/c/0', (8,), np.float32, chunks=(2,)).__setitem__(
        slice(0, 4), 1)))

    def ring(file):
        file.create_group('data')['itself'] = file['/']
    bad('group-in-itself', made(ring))
    bad('bomb-of-100-megabytes', made(lambda f: f.create_dataset(
        'data/c/0', data=np.zeros(25_000_000, np.float32), chunks=(25_000_000,), compression='gzip')))


def damaged_bytes():
    content = made(one)
    dims = content.index(struct.pack('<QQ', 5, 7))
    layout = content.index(b'\x08\x00\x18\x00') + 8  # the message of the layout: version, kind, address, length
    assert content[layout:layout + 2] == b'\x03\x01'
    tree, heap, node = (content.index(magic) for magic in (b'TREE', b'HEAP', b'SNOD'))
    end = len(content)
    bad('truncated', content[:-100])
    bad('bytes-after-the-end', content + b'GIF89a')
    bad('only-signature', content[:8])
    bad('root-past-the-end', patched(content, 64, '<Q', end))
    bad('base-address', patched(content, 24, '<Q', 512))
    bad('addresses-of-four-bytes', patched(content, 13, 'BB', 4, 4))
    bad('shape-of-2-to-62', patched(content, dims, '<QQ', 2 ** 31, 2 ** 31))
    bad('shape-overflows-behind-a-zero', patched(content, dims, '<QQ', 0, 2 ** 63))
    bad('more-numbers-than-bytes', patched(content, dims, '<QQ', 5, 8))
    bad('numbers-past-the-end', patched(content, layout + 2, '<Q', end - 100))
    bad('numbers-at-2-to-63', patched(content, layout + 2, '<Q', 2 ** 63 + 8))
    bad('layout-4', patched(content, layout, 'B', 4))
    bad('half-floats-of-four-bytes', patched(content, content.index(struct.pack('<HHBBBB', 0, 32, 23, 8, 0, 23)), '<HH', 0, 16))
    bad('tree-in-itself', patched(content, tree + 5, '<BHQQQQ', 1, 1, 2 ** 64 - 1, 2 ** 64 - 1, 0, tree))
    bad('tree-of-65535', patched(content, tree + 6, '<H', 65535))
    bad('node-of-65535', patched(content, node + 6, '<H', 65535))
    bad('heap-of-2-to-63', patched(content, heap + 8, '<Q', 2 ** 63))
    bad('name-past-its-heap', patched(content, node + 8, '<Q', 2 ** 40))
    root = struct.unpack_from('<Q', content, 64)[0]
    bad('header-2', patched(content, root, 'B', 2))
    bad('header-of-4-gigabytes', patched(content, root + 8, '<I', 2 ** 32 - 1))
    bad('header-continues-in-itself', patched(content, root + 2, '<HIIIHHIQQ', 65535, 1, 24, 0, 16, 16, 0, root + 16, 24))
    bad('chunk-does-not-inflate', deflated_with_noise())


def deflated_with_noise():
    content = made(lambda f: f.create_dataset('data/c/0', data=np.zeros(64, np.float32), chunks=(64,), compression='gzip'))
    at = content.index(b'\x78\x5e') if b'\x78\x5e' in content else content.index(b'\x78\x9c')
    return patched(content, at + 2, '<I', 0xffffffff)


if __name__ == '__main__':
    os.makedirs(f'{OUT}/expected', exist_ok=True)
    sound()
    refused_features()
    damaged_bytes()
    print(f'h5py {h5py.version.version}, HDF5 {h5py.version.hdf5_version}', file=sys.stderr)
    golden_files.digest_of(OUT)
    golden_files.digest_of(BAD, ('hdf5-',))
