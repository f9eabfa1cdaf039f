"""Makes fixtures/hdf5: files that the HDF5 library wrote, each with what is in it as
fixtures/hdf5/expected/NAME.safetensors (float32, row-major), and the damaged files fixtures/bad/hdf5-*.

Authority: h5py of Debian 12 wrote the files and reads them back; damage is done to their bytes. Run from the root
of the repository:

    python3 tools/make-hdf5-files.py

An h5py with HDF5 2.0 or later writes, run in the same way, only the files *-2.0.h5: what that version does otherwise.
"""

import ctypes
import os
import struct
import sys

import h5py
import numpy as np

import golden_files

SEED = 1701
OUT = 'fixtures/hdf5'
BAD = 'fixtures/bad'
MAGIC = b'\x89HDF\r\n\x1a\n'
rng = np.random.default_rng(SEED)


def draw(*shape):
    return rng.standard_normal(shape).astype(np.float32)


VERSIONS = {
    'earliest': h5py.h5f.LIBVER_EARLIEST, 'v108': h5py.h5f.LIBVER_V18, 'latest': h5py.h5f.LIBVER_LATEST,
}


def created(path, libver, superblock_1):
    """Opens a file whose groups store no creation time, so that the file is reproducible."""
    access, creation = h5py.h5p.create(h5py.h5p.FILE_ACCESS), h5py.h5p.create(h5py.h5p.FILE_CREATE)
    low = VERSIONS[libver]
    access.set_libver_bounds(low, h5py.h5f.LIBVER_LATEST if libver != 'v108' else low)
    creation.set_obj_track_times(False)
    if superblock_1:  # any other width of the trees of chunks needs that version
        ctypes.CDLL('libhdf5_serial.so.103').H5Pset_istore_k(ctypes.c_int64(creation.id), 40)
    return h5py.File(h5py.h5f.create(path.encode(), h5py.h5f.ACC_TRUNC, creation, access))


def group(parent, name, tracks_order=False):
    """`parent.create_group(name)` without times."""
    creation = h5py.h5p.create(h5py.h5p.GROUP_CREATE)
    creation.set_obj_track_times(False)
    if tracks_order:
        creation.set_link_creation_order(h5py.h5p.CRT_ORDER_TRACKED | h5py.h5p.CRT_ORDER_INDEXED)
    return h5py.Group(h5py.h5g.create(parent.id, name.encode(), None, creation))


def written(name, fill, folder=OUT, libver='earliest', superblock_1=False):
    """Writes a file by `fill(file)` and, beside it, the values that h5py reads back."""
    path = f'{folder}/{name}'
    if os.path.exists(path):
        os.remove(path)
    with created(path, libver, superblock_1) as file:
        fill(file)
    if folder == OUT:
        arrays = {}
        with h5py.File(path, 'r') as file:
            def note(key, item):
                if isinstance(item, h5py.Dataset) and item.dtype.kind in 'iuf':
                    arrays[key] = np.asarray(item[()], np.float32)
            file.visititems(note)
        golden_files.write(f'{OUT}/expected/{name}.safetensors', arrays, {})


# ---- Valid files --------------------------------------------------------------------------------


def snapshot(file):
    """The layout of a caffemodel.h5: data/LAYER/NUMBER, an empty group for a layer without blobs."""
    data = group(file, 'data')
    for layer in range(1, 13):
        conv = group(data, f'conv{layer}')
        conv['0'] = draw(2, 3, 3, 3)
        conv['1'] = draw(2)
    bn = group(data, 'bn')
    for i, shape in enumerate([(2,), (2,), (1,)]):
        bn[str(i)] = np.abs(draw(*shape))
    group(data, 'relu1')
    group(group(data, 'inception'), '1x1')['0'] = draw(4, 2)
    group(group(file, 'diff'), 'conv1')['0'] = draw(2, 3, 3, 3)


def state(file):
    file['iter'] = np.array([4000], np.int32)
    file['current_step'] = np.array([2], np.int32)
    file['learned_net'] = np.array(b'snapshot_iter_4000.caffemodel.h5')
    history = group(file, 'history')
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
    """Enough members for a tree of two levels, and in files of later versions for a heap with a table of blocks."""
    for i in range(180):
        file[f'member {i:03}'] = np.float32(i)


def ordered(file):
    """Groups that store the creation order of their members, few and many."""
    for name, count in [('few', 3), ('many', 20)]:
        members = group(file, name, tracks_order=True)
        for i in range(count):
            members[f'{(7 * i) % count}'] = np.float32(i)
        members.attrs['unit'] = 'pixels'


def indexed(file):
    """Every chunk index of files of later versions, except the one for data that grow on one axis."""
    file.create_dataset('single', data=draw(4, 5), chunks=(4, 5))
    file.create_dataset('single deflated', data=draw(4, 5), chunks=(4, 5), compression='gzip', shuffle=True)
    file.create_dataset('list', data=draw(7, 5), chunks=(3, 2))
    file.create_dataset('list deflated', data=draw(2, 9, 4), chunks=(1, 4, 3), compression='gzip')
    file.create_dataset('may grow', data=draw(3, 5), chunks=(3, 2), maxshape=(9, 11))
    file.create_dataset('pages', data=np.arange(2100, dtype=np.int8), chunks=(2,))
    sparse = file.create_dataset('pages to grow', (40,), np.int16, chunks=(2,), maxshape=(4200,))
    sparse[:] = np.arange(40)
    file.create_dataset('grows', data=draw(5, 7), chunks=(2, 3), maxshape=(None, None))
    file.create_dataset('grows deflated', data=draw(11, 7), chunks=(1, 1), maxshape=(None, None), compression='gzip')
    kind = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    kind.set_chunk((2, 4))
    kind.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    kind.set_obj_track_times(False)
    space = h5py.h5s.create_simple((5, 6), (7, 9))
    row = h5py.h5d.create(file.id, b'row', h5py.h5t.IEEE_F32LE, space, kind)
    row.write(h5py.h5s.ALL, h5py.h5s.ALL, draw(5, 6))


def sound():
    written('snapshot.h5', snapshot)
    written('state.h5', state)
    written('kinds.h5', kinds)
    written('chunked.h5', chunked)
    written('many.h5', many)
    written('superblock-1.h5', snapshot, superblock_1=True)
    written('superblock-2.h5', snapshot, libver='v108')
    written('snapshot-latest.h5', snapshot, libver='latest')
    written('state-latest.h5', state, libver='latest')
    written('kinds-latest.h5', kinds, libver='latest')
    written('indexed.h5', indexed, libver='latest')
    written('ordered.h5', ordered)
    written('ordered-latest.h5', ordered, libver='latest')
    written('many-latest.h5', many, libver='latest')


def sound_of_version_2():
    written('snapshot-2.0.h5', snapshot, libver='latest')
    written('indexed-2.0.h5', indexed, libver='latest')


# ---- Damaged files ------------------------------------------------------------------------------


def bad(name, content):
    with open(f'{BAD}/hdf5-{name}.h5', 'wb') as file:
        file.write(content)


def made(fill, **options):
    """Returns the bytes of a file that h5py writes."""
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
    group(group(file, 'data'), 'conv')['0'] = np.arange(35, dtype=np.float32).reshape(5, 7)


def refused_features():
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
    bad('more-numbers-than-bytes', patched(content, dims, '<QQQQ', 5, 8, 5, 8))
    bad('more-numbers-than-it-may-grow-to', patched(content, dims, '<QQ', 5, 8))
    bad('numbers-past-the-end', patched(content, layout + 2, '<Q', end - 100))
    bad('numbers-at-2-to-63', patched(content, layout + 2, '<Q', 2 ** 63 + 8))
    bad('layout-6', patched(content, layout, 'B', 6))
    bad('elements-of-version-6', patched(content, content.index(b'\x11\x20\x1f\x00'), 'B', 0x61))
    bad('half-floats-of-four-bytes', patched(content, content.index(struct.pack('<HHBBBB', 0, 32, 23, 8, 0, 23)), '<HH', 0, 16))
    bad('tree-in-itself', patched(content, tree + 5, '<BHQQQQ', 1, 1, 2 ** 64 - 1, 2 ** 64 - 1, 0, tree))
    bad('tree-of-65535', patched(content, tree + 6, '<H', 65535))
    bad('node-of-65535', patched(content, node + 6, '<H', 65535))
    bad('heap-of-2-to-63', patched(content, heap + 8, '<Q', 2 ** 63))
    bad('name-past-its-heap', patched(content, node + 8, '<Q', 2 ** 40))
    root = struct.unpack_from('<Q', content, 64)[0]
    bad('header-3', patched(content, root, 'B', 3))
    bad('header-of-4-gigabytes', patched(content, root + 8, '<I', 2 ** 32 - 1))
    bad('header-continues-in-itself', patched(content, root + 2, '<HIIIHHIQQ', 65535, 1, 24, 0, 16, 16, 0, root + 16, 24))
    bad('chunk-does-not-inflate', deflated_with_noise())


def lookup3(data):
    """Bob Jenkins' hash of bytes, `hashlittle` with 0, the checksum of blocks in later versions of the format."""
    mask = 0xffffffff
    turned = lambda x, k: ((x << k) | (x >> (32 - k))) & mask
    a = b = c = (0xdeadbeef + len(data)) & mask
    words = struct.unpack(f'<{-(-len(data) // 12) * 3}I', data + b'\0' * (-len(data) % 12))
    for at in range(0, len(words), 3):
        a, b, c = (a + words[at]) & mask, (b + words[at + 1]) & mask, (c + words[at + 2]) & mask
        if at + 3 < len(words):
            for k in (4, 6, 8, 16, 19, 4):
                a, b, c = b, (c + b) & mask, ((a - c) & mask) ^ turned(c, k)
    for k in (14, 11, 25, 16, 4, 14, 24):
        a, b, c = b, ((c ^ b) - turned(b, k)) & mask, a
    return b


def len_of(content, start):
    """Returns the length of the block that starts at an offset and ends with its checksum."""
    return next(i for i in range(start + 8, len(content) - 3)
                if struct.unpack_from('<I', content, i)[0] == lookup3(content[start:i])) + 4 - start


def summed(content, signature, at, form, *values, nth=0):
    """Changes a block with the given start at an offset and repairs its checksum."""
    start = -1
    for _ in range(nth + 1):
        start = content.index(signature, start + 1)
    end = start + len_of(content, start) - 4
    result = patched(content, start + at, form, *values)
    return patched(result, end, '<I', lookup3(result[start:end]))


def damaged_signed_blocks():
    content = made(one, libver='latest')
    bad('superblock-4', patched(content, 8, 'B', 4))
    bad('superblock-sum', patched(content, 11, 'B', 16))
    bad('superblock-never-closed', summed(content, MAGIC, 11, 'B', 1))
    bad('superblock-3-base-address', summed(content, MAGIC, 12, '<Q', 512))
    bad('superblock-3-root-nowhere', summed(content, MAGIC, 36, '<Q', 2 ** 64 - 1))
    header = content.index(b'OHDR')
    bad('header-sum', patched(content, header + 10, 'B', 255))
    bad('header-2-of-255-bytes-of-length', patched(content, header + 5, 'B', 255))
    bad('header-2-of-4-gigabytes', patched(content, header + 5, '<BI', 2, 2 ** 32 - 1))
    bad('message-past-its-header', summed(content, b'OHDR', 8, '<H', 65535))
    bad('message-that-must-be-known', summed(content, b'OHDR', 7, '<BHB', 0x70, 18, 0x80))
    name = content.index(b'\x04data')
    bad('link-name-of-255', summed(content, b'OHDR', name - header, 'B', 255))
    bad('link-name-of-nothing', summed(content, b'OHDR', name - header, 'B', 0))
    bad('link-name-with-a-slash', summed(content, b'OHDR', name - header + 1, '4s', b'da/a'))
    bad('link-of-version-9', summed(content, b'OHDR', name - header - 2, 'B', 9))
    bad('link-to-2-to-63', summed(content, b'OHDR', name - header + 5, '<Q', 2 ** 63))
    bad('soft-link-latest', made(lambda f: f.__setitem__('link', h5py.SoftLink('/data')), libver='latest'))
    bad('link-into-another-file-latest', made(
        lambda f: f.__setitem__('link', h5py.ExternalLink('/etc/passwd', '/')), libver='latest'))

    def ring(file):
        group(file, 'data')['itself'] = file['/']
    bad('group-in-itself-latest', made(ring, libver='latest'))
    content = made(ordered, libver='latest')
    part = content.index(b'OCHK')
    length = len_of(content, part)  # signature, a message of 20 bytes, one of nothing in what is left, checksum
    bad('header-2-continues-in-itself', summed(
        content, b'OCHK', 4, '<BHBQQBHB', 16, 16, 0, part, length, 0, length - 32, 0))


def damaged_large_groups():
    content = made(lambda f: [group(f, f'group {i:02}') for i in range(60)], libver='latest')
    tree, leaf, heap, table = (content.index(magic) for magic in (b'BTIN', b'BTLF', b'FRHP', b'FHIB'))
    bad('records-of-another-type', summed(content, b'BTHD', 5, 'B', 6))
    bad('records-of-no-bytes', summed(content, b'BTHD', 10, '<H', 0))
    bad('records-65535-deep', summed(content, b'BTHD', 12, '<H', 65535))
    bad('records-2-to-63', summed(content, b'BTHD', 26, '<Q', 2 ** 63))
    bad('records-fewer-than-said', summed(content, b'BTHD', 26, '<Q', 61))
    bad('records-in-nodes-of-0-bytes', summed(content, b'BTHD', 6, '<I', 0))
    bad('node-of-65535-records', summed(content, b'BTHD', 24, '<H', 65535))
    count = struct.unpack_from('<H', content, content.index(b'BTHD') + 24)[0]
    bad('node-twice-in-a-tree', summed(content, b'BTIN', 6 + 11 * count + 9, '<Q', leaf))
    bad('node-in-itself', summed(content, b'BTIN', 6 + 11 * count, '<Q', tree))
    bad('heap-sum', patched(content, heap + 9, 'B', 3))
    bad('heap-with-filters', summed(content, b'FRHP', 7, '<H', 8))
    bad('heap-of-width-0', summed(content, b'FRHP', 110, '<H', 0))
    bad('heap-of-2-to-65535', summed(content, b'FRHP', 128, '<H', 65535))
    bad('heap-blocks-of-2-to-63', summed(content, b'FRHP', 112, '<QQ', 2 ** 63, 2 ** 63))
    bad('heap-of-65535-rows', summed(content, b'FRHP', 140, '<H', 65535))
    narrow = summed(content, b'FRHP', 110, '<HQQ', 1, 512, 512)  # then four rows of one block, the third a table
    bad('heap-table-of-itself', summed(summed(narrow, b'FRHP', 140, '<H', 4), b'FHIB', 17 + 2 * 8, '<Q', table))
    bad('heap-block-of-another-heap', patched(content, content.index(b'FHDB') + 5, '<Q', heap + 8))
    bad('heap-block-sum', patched(content, content.index(b'FHDB') + 100, 'B', 7))
    bad('heap-block-nowhere', summed(content, b'FHIB', 17, '<Q', len(content) - 100))
    bad('heap-object-past-its-block', summed(content, b'BTLF', 6 + 4 + 1, '<IH', 500, 65535))
    bad('heap-object-before-all', summed(content, b'BTLF', 6 + 4 + 1, '<IH', 0, 30))
    bad('heap-object-outside', summed(content, b'BTLF', 6 + 4, 'B', 0x10))
    record = content[leaf + 6:leaf + 17]
    bad('name-twice-in-a-heap', summed(content, b'BTLF', 6 + 11, '11s', record))


def damaged_chunk_lists():
    chunked_as = lambda *shape, **options: made(
        lambda f: group(group(f, 'data'), 'c').create_dataset(
            '0', data=np.zeros(shape, np.float32), track_times=False, **options), libver='latest')
    content = chunked_as(7, 5, chunks=(3, 2))
    bad('list-of-2-to-62', summed(content, b'FAHD', 8, '<Q', 2 ** 62))
    bad('list-of-fewer-chunks', summed(content, b'FAHD', 8, '<Q', 8))
    bad('list-of-wide-entries', summed(content, b'FAHD', 6, 'B', 255))
    bad('list-past-the-end', summed(content, b'FAHD', 16, '<Q', len(content) - 10))
    bad('list-of-a-chunk-past-the-end', summed(content, b'FADB', 14, '<Q', len(content) - 10))
    bad('list-without-a-chunk', summed(content, b'FADB', 14, '<Q', 2 ** 64 - 1))
    layout = content.index(b'\x04\x02\x00\x03\x01') # version, chunked, no flags, axes and one, bytes of extents
    header = content.rindex(b'OHDR', 0, layout)
    nth = content.count(b'OHDR', 0, header)
    there = lambda at, form, *values: summed(content, b'OHDR', layout - header + at, form, *values, nth=nth)
    bad('chunks-of-0-axes', there(3, 'B', 1))
    bad('chunks-of-extents-of-255-bytes', there(4, 'B', 255))
    bad('chunks-of-nothing', there(5, 'B', 0))
    bad('chunks-plain-at-the-edges', there(2, 'B', 1))
    bad('chunks-by-an-unknown-index', there(8, 'B', 9))
    bad('chunk-single-of-many', there(8, '<BQ', 1, header))
    bad('numbers-of-other-data-sets', there(1, 'B', 3))
    bad('chunks-that-grow', chunked_as(6, chunks=(2,), maxshape=(None,)))
    content = chunked_as(2100, chunks=(2,))
    bad('list-of-pages-that-lie', patched(content, content.index(b'FADB') + 14 + 4 + 5, 'B', 1))
    content = chunked_as(5, 7, chunks=(2, 3), maxshape=(None, None))
    bad('chunk-at-2-to-62', summed(content, b'BTLF', 6 + 8, '<Q', 2 ** 62))


def numbers_again_and_again():
    """Small files that claim far more bytes than they have."""
    bad('bomb-in-four-parts', made(lambda f: [f.create_dataset(
        f'data/c/{i}', data=np.zeros(1_500_000, np.float32), chunks=(1_500_000,), compression='gzip') for i in range(4)]))

    def deflated_twice(file):
        kind = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        kind.set_chunk((64,))
        kind.set_deflate(6)
        kind.set_deflate(6)
        kind.set_obj_track_times(False)
        space = h5py.h5s.create_simple((64,))
        member = h5py.h5d.create(group(group(file, 'data'), 'c').id, b'0', h5py.h5t.IEEE_F32LE, space, kind)
        member.write(h5py.h5s.ALL, h5py.h5s.ALL, np.zeros(64, np.float32))
    bad('deflated-twice', made(deflated_twice))

    def forty(file):
        layer = group(group(file, 'data'), 'c')
        for i in range(40):
            layer[str(i)] = np.zeros(777, np.float32)
    content = made(forty)
    count = len(content) // 4 - 1  # each claims to be almost the whole file
    extent, place = struct.pack('<Q', 777), struct.pack('<Q', 777 * 4)
    at = content.index(place)
    while at >= 0:
        content = patched(content, at - 8, '<QQ', 0, 4 * count)
        at = content.find(place, at)
    content = content.replace(extent, struct.pack('<Q', count))
    bad('data-sets-that-share-their-numbers', content)

    def deep(file):
        inner = file
        for _ in range(20):
            inner = group(inner, 'x' * 1000)
        for i in range(100):
            inner[str(i)] = np.float32(i)
    bad('paths-longer-than-the-file', made(deep, libver='latest'))


def deflated_with_noise():
    content = made(lambda f: f.create_dataset('data/c/0', data=np.zeros(64, np.float32), chunks=(64,), compression='gzip'))
    at = content.index(b'\x78\x5e') if b'\x78\x5e' in content else content.index(b'\x78\x9c')
    return patched(content, at + 2, '<I', 0xffffffff)


if __name__ == '__main__':
    os.makedirs(f'{OUT}/expected', exist_ok=True)
    if h5py.version.hdf5_version_tuple >= (2, 0, 0):
        sound_of_version_2()
    else:
        sound()
        refused_features()
        damaged_bytes()
        damaged_signed_blocks()
        damaged_large_groups()
        damaged_chunk_lists()
        numbers_again_and_again()
    print(f'h5py {h5py.version.version}, HDF5 {h5py.version.hdf5_version}', file=sys.stderr)
    golden_files.digest_of(OUT)
    golden_files.digest_of(BAD, ('hdf5-',))
