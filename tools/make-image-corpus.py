"""Makes fixtures/images (images of every kind, with the pixels of an independent decoder)
and fixtures/bad (damaged files, named after what is wrong).

Authority: Pillow for JPEG and for most PNG; kinds of PNG that Pillow cannot write are written here
chunk by chunk from seeded samples, so their pixels are known by construction, and Pillow or OpenCV
reads them back as a check. OpenCV must see the same pixels of every JPEG. The program cjpeg of
libjpeg-turbo writes the samplings that Pillow cannot. Run from the root of the repository:

    python3 tools/make-image-corpus.py
"""

import hashlib
import json
import struct
import subprocess
import zlib
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps

SEED = 1701
IMAGES = Path('fixtures/images')
BAD = Path('fixtures/bad')
SIGNATURE = b'\x89PNG\r\n\x1a\n'
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}

rng = np.random.default_rng(SEED)


def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))


def ihdr(width, height, depth, color, interlace=0):
    return chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, depth, color, 0, 0, interlace))


def pack_row(samples, depth):
    """Samples of one row, most significant bit first."""
    if depth == 16:
        return samples.astype('>u2').tobytes()
    if depth == 8:
        return samples.astype(np.uint8).tobytes()
    bits = ((samples[:, None] >> np.arange(depth - 1, -1, -1)) & 1).astype(np.uint8).reshape(-1)
    return np.packbits(bits).tobytes()


def paeth(a, b, c):
    pa, pb, pc = abs(b - c), abs(a - c), abs(a + b - 2 * c)
    return a if pa <= pb and pa <= pc else b if pb <= pc else c


def filter_row(kind, row, above, step):
    out = bytearray()
    for i, value in enumerate(row):
        a = row[i - step] if i >= step else 0
        b = above[i]
        c = above[i - step] if i >= step else 0
        guess = (0, a, b, (a + b) // 2, paeth(a, b, c))[kind]
        out.append((value - guess) & 255)
    return bytes([kind]) + bytes(out)


def filtered(samples, depth):
    """All rows, with the five filters in turn."""
    height, width, channels = samples.shape
    if width == 0:
        return b''
    step = max(1, channels * depth // 8)
    out, above = b'', None
    for y in range(height):
        row = pack_row(samples[y].reshape(-1), depth)
        above = above if above is not None else bytes(len(row))
        out += filter_row(y % 5, row, above, step)
        above = row
    return out


def png(samples, depth, color, interlace=0, extra=b''):
    height, width = samples.shape[:2]
    if interlace:
        data = b''.join(filtered(samples[y::dy, x::dx], depth) for x, y, dx, dy in ADAM7)
    else:
        data = filtered(samples, depth)
    return (SIGNATURE + ihdr(width, height, depth, color, interlace) + extra
            + chunk(b'IDAT', zlib.compress(data, 9)) + chunk(b'IEND', b''))


def to_eight(samples, depth):
    """Rounded to the nearest of 256 levels."""
    top = 2 ** depth - 1
    return (samples.astype(np.int64) * 510 + top) // (2 * top)


def over_white(rgb, alpha):
    value = rgb.astype(np.int64) * alpha + 255 * (255 - alpha)
    return (2 * value + 255) // 510


def expected_rgb(samples, depth, color, palette=None, trns=None):
    opaque = np.full(samples.shape[:2] + (1,), 255)
    if color == 3:
        alphas = np.full(len(palette), 255)
        alphas[: len(trns or [])] = trns or []
        index = samples[..., 0]
        return over_white(palette[index], alphas[index][..., None]).astype(np.uint8)
    eight = to_eight(samples, depth)
    if color in (4, 6):
        rgb, alpha = eight[..., :-1], eight[..., -1:]
    else:
        rgb, alpha = eight, opaque
    if trns is not None:
        alpha = np.where((samples == np.array(trns)).all(axis=-1, keepdims=True), 0, 255)
    return np.broadcast_to(over_white(rgb, alpha), samples.shape[:2] + (3,)).astype(np.uint8)


def plain_png(rgb):
    buffer = BytesIO()
    Image.fromarray(rgb).save(buffer, 'PNG')
    return buffer.getvalue()


def keep(name, data, rgb):
    """Writes a file of the corpus and, beside it, the expected pixels as a plain RGB PNG."""
    (IMAGES / name).write_bytes(data)
    (IMAGES / 'expected' / (name.replace('.', '-') + '.png')).write_bytes(plain_png(rgb))


def opencv_agrees(data, rgb, levels=1):
    seen = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    assert seen is not None and np.abs(seen[..., ::-1].astype(int) - rgb).max() <= levels


def make_png_kinds():
    width, height = 19, 13
    names = {0: 'grey', 2: 'rgb', 3: 'palette', 4: 'grey-alpha', 6: 'rgba'}
    depths = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
    for color, name in names.items():
        for depth in depths[color]:
            samples = rng.integers(0, 2 ** depth, (height, width, CHANNELS[color]))
            palette, extra = None, b''
            if color == 3:
                palette = rng.integers(0, 256, (2 ** depth, 3))
                extra = chunk(b'PLTE', palette.astype(np.uint8).tobytes())
            rgb = expected_rgb(samples, depth, color, palette)
            for interlace in (0, 1):
                data = png(samples, depth, color, interlace, extra)
                keep(f'{name}-{depth}{"-interlaced" if interlace else ""}.png', data, rgb)
                if color in (0, 2, 3):
                    opencv_agrees(data, rgb)


def make_png_transparency():
    width, height = 19, 13
    for color, depth, name in ((0, 4, 'grey-4'), (0, 16, 'grey-16'), (2, 8, 'rgb-8'), (2, 16, 'rgb-16')):
        samples = rng.integers(0, 2 ** depth, (height, width, CHANNELS[color]))
        clear = samples[5, 7]
        samples[2:4, 3:9] = clear
        extra = chunk(b'tRNS', clear.astype('>u2').tobytes())
        keep(f'{name}-trns.png', png(samples, depth, color, 0, extra),
             expected_rgb(samples, depth, color, trns=clear.tolist()))
    samples = rng.integers(0, 16, (height, width, 1))
    palette = rng.integers(0, 256, (16, 3))
    alphas = [0, 40, 128, 255, 200]
    extra = chunk(b'PLTE', palette.astype(np.uint8).tobytes()) + chunk(b'tRNS', bytes(alphas))
    keep('palette-4-trns.png', png(samples, 4, 3, 0, extra),
         expected_rgb(samples, 4, 3, palette, alphas))


def make_png_shapes():
    for width, height in ((1, 1), (1, 9), (9, 1), (3, 2)):
        samples = rng.integers(0, 256, (height, width, 3))
        for interlace in (0, 1):
            name = f'rgb-8-{width}x{height}{"-interlaced" if interlace else ""}.png'
            keep(name, png(samples, 8, 2, interlace), samples.astype(np.uint8))
    samples = rng.integers(0, 256, (7, 8, 3))
    packed = zlib.compress(filtered(samples, 8), 9)
    pieces = b''.join(chunk(b'IDAT', packed[i:i + 5]) for i in range(0, len(packed), 5))
    text = chunk(b'zTXt', b'bomb\0\0' + zlib.compress(bytes(200_000), 9))
    data = (SIGNATURE + ihdr(8, 7, 8, 2) + text + chunk(b'gAMA', struct.pack('>I', 45455)) + pieces
            + chunk(b'tEXt', b'Comment\0after the pixels') + chunk(b'IEND', b''))
    keep('rgb-8-many-idat.png', data, samples.astype(np.uint8))


def photo(width, height):
    """A smooth coloured scene, so that lossy files are close to it."""
    y, x = np.mgrid[0:height, 0:width] / max(width, height)
    rgb = np.stack([x, y, 0.5 + 0.5 * np.sin(5 * x + 3 * y)], axis=-1)
    rgb[height // 4: height // 2, width // 5: width // 3] = (0.9, 0.2, 0.1)
    return np.round(255 * rgb).astype(np.uint8)


def jpeg(image, **options):
    buffer = BytesIO()
    image.save(buffer, 'JPEG', quality=95, **options)
    return buffer.getvalue()


def pillow_rgb(data):
    return np.asarray(ImageOps.exif_transpose(Image.open(BytesIO(data))).convert('RGB'))


def opencv_jpeg(image, *options):
    """OpenCV halves the chroma of colour images; restart intervals count units of 16x16 there."""
    pixels = np.asarray(image)
    pixels = pixels if pixels.ndim == 2 else pixels[..., ::-1]
    data = cv2.imencode('.jpg', pixels, [cv2.IMWRITE_JPEG_QUALITY, 95, *options])[1].tobytes()
    assert b'\xff\xdd' in data and b'\xff\xd0' in data
    return data


def cjpeg(image, *options):
    buffer = BytesIO()
    image.save(buffer, 'PPM')
    command = ['cjpeg', '-quality', '95', *options]
    return subprocess.run(command, input=buffer.getvalue(), capture_output=True, check=True).stdout


def without_jfif(data):
    assert data[2:4] == b'\xff\xe0'
    return data[:2] + data[4 + struct.unpack('>H', data[4:6])[0]:]


def with_adobe(data, transform):
    """Adds an Adobe segment, after the JFIF segment, which stays first."""
    at = 4 + struct.unpack('>H', data[4:6])[0] if data[2:4] == b'\xff\xe0' else 2
    return data[:at] + b'\xff\xee\0\x0eAdobe\0\x64\0\0\0\0' + bytes([transform]) + data[at:]


def called_ycck(data):
    """Makes the Adobe segment that Pillow writes for CMYK say YCCK."""
    at = data.index(b'Adobe') + 11
    return data[:at] + b'\2' + data[at + 1:]


def called_rgb(data):
    """Names the components R, G and B."""
    out = bytearray(data)
    frame, scan = data.index(b'\xff\xc0'), data.index(b'\xff\xda')
    for i, name in enumerate(b'RGB'):
        out[frame + 10 + 3 * i] = name
        out[scan + 5 + 2 * i] = name
    return bytes(out)


def make_jpegs():
    rgb = Image.fromarray(photo(37, 26))
    kinds = {
        'jpeg-444': jpeg(rgb, subsampling=0),
        'jpeg-422': jpeg(rgb, subsampling=1),
        'jpeg-420': jpeg(rgb, subsampling=2),
        'jpeg-progressive': jpeg(rgb, subsampling=0, progressive=True),
        'jpeg-progressive-420': jpeg(rgb, subsampling=2, progressive=True),
        'jpeg-restarts': opencv_jpeg(rgb, cv2.IMWRITE_JPEG_RST_INTERVAL, 2),
        'jpeg-grey': jpeg(rgb.convert('L')),
        'jpeg-grey-restarts': opencv_jpeg(rgb.convert('L'), cv2.IMWRITE_JPEG_RST_INTERVAL, 3),
        'jpeg-grey-progressive': jpeg(rgb.convert('L'), progressive=True),
        'jpeg-grey-progressive-restarts': opencv_jpeg(
            rgb.convert('L'), cv2.IMWRITE_JPEG_RST_INTERVAL, 3, cv2.IMWRITE_JPEG_PROGRESSIVE, 1),
        'jpeg-adobe-rgb': with_adobe(without_jfif(jpeg(rgb, subsampling=0)), 0),
        'jpeg-adobe-ycc': with_adobe(without_jfif(jpeg(rgb, subsampling=0)), 1),
        'jpeg-jfif-and-adobe-rgb': with_adobe(jpeg(rgb, subsampling=0), 0),
        'jpeg-rgb-by-name': called_rgb(without_jfif(jpeg(rgb, subsampling=0))),
        'jpeg-cmyk': jpeg(rgb.convert('CMYK')),
        'jpeg-ycck': called_ycck(jpeg(rgb.convert('CMYK'))),
        'jpeg-440': cjpeg(rgb, '-sample', '1x2'),
        'jpeg-411': cjpeg(rgb, '-sample', '4x1'),
        'jpeg-410': cjpeg(rgb, '-sample', '4x2'),
        'jpeg-mixed-sampling': cjpeg(rgb, '-sample', '2x2,1x2,2x1'),
        'jpeg-progressive-440': cjpeg(rgb, '-sample', '1x2', '-progressive'),
        'jpeg-420-restart-rows': cjpeg(rgb, '-sample', '2x2', '-restart', '1'),
        'jpeg-progressive-420-restarts': cjpeg(rgb, '-sample', '2x2', '-progressive', '-restart', '1B'),
        'jpeg-trailing': jpeg(rgb, subsampling=0) + b'SEFT a camera left this here',
        'jpeg-1x1': jpeg(Image.fromarray(photo(1, 1)), subsampling=0),
        'jpeg-comment': jpeg(rgb, subsampling=0, comment=b'\xff\xd9 no end marker ' * 40),
    }
    for name, data in kinds.items():
        keep(f'{name}.jpg', data, pillow_rgb(data))
        if name not in ('jpeg-cmyk', 'jpeg-ycck'):  # OpenCV converts CMYK by another formula
            opencv_agrees(data, pillow_rgb(data).astype(int), 0)
    keep('png-called.jpg', plain_png(photo(9, 7)), photo(9, 7))
    data = jpeg(rgb, subsampling=0)
    keep('jpeg-called.png', data, pillow_rgb(data))


def exif_block(orientation, order, stored_as='HHIHH'):
    head = (b'II*\0' if order == '<' else b'MM\0*') + struct.pack(order + 'I', 8)
    value = (3, 1, orientation, 0) if stored_as == 'HHIHH' else (4, 1, orientation)
    entries = [struct.pack(order + stored_as, 0x0112, *value),
               struct.pack(order + 'HHII', 0x011A, 4, 1, 72)]
    return head + struct.pack(order + 'H', len(entries)) + b''.join(entries) + bytes(4)


def make_exif():
    base = jpeg(Image.fromarray(photo(24, 16)), subsampling=0)
    blocks = {str(n): exif_block(n, '<>'[n % 2]) for n in range(1, 9)}
    blocks['6-long'] = exif_block(6, '<', 'HHII')
    blocks['8-long'] = exif_block(8, '>', 'HHII')
    for name, tiff in blocks.items():
        block = b'Exif\0\0' + tiff
        segment = b'\xff\xe1' + struct.pack('>H', len(block) + 2) + block
        data = base[:2] + segment + base[2:]
        keep(f'jpeg-exif-{name}.jpg', data, pillow_rgb(data))
    samples = photo(9, 5)
    data = png(samples.astype(np.int64), 8, 2, 0, chunk(b'eXIf', exif_block(6, '<')))
    keep('rgb-8-exif-6.png', data, np.ascontiguousarray(np.rot90(samples, -1)))


def make_labels():
    """Raw indices as stored in the file, without the palette."""
    for color, name in ((0, 'grey'), (3, 'palette')):
        for depth in (1, 2, 4, 8):
            samples = rng.integers(0, 2 ** depth, (7, 11, 1))
            extra = b''
            if color == 3:
                extra = chunk(b'PLTE', rng.integers(0, 256, 3 * 2 ** depth).astype(np.uint8).tobytes())
            (IMAGES / f'labels-{name}-{depth}.png').write_bytes(png(samples, depth, color, 0, extra))
            raw = Image.fromarray(samples[..., 0].astype(np.uint8))
            raw.save(IMAGES / 'expected' / f'labels-{name}-{depth}-png.png')


def make_resizes():
    """Pillow's BILINEAR, larger and smaller."""
    source = Image.fromarray(photo(23, 17))
    source.save(IMAGES / 'resize-23x17.png')
    for width, height in ((46, 34), (31, 40), (11, 9), (5, 17), (60, 4), (1, 1)):
        resized = source.resize((width, height), Image.BILINEAR)
        resized.save(IMAGES / 'expected' / f'resize-{width}x{height}.png')


def bad(name, data):
    (BAD / name).write_bytes(data)


def make_bad_png():
    samples = rng.integers(0, 256, (9, 10, 3))
    good = png(samples, 8, 2)
    rows = filtered(samples, 8)
    head, tail = SIGNATURE + ihdr(10, 9, 8, 2), chunk(b'IEND', b'')
    pixels = chunk(b'IDAT', zlib.compress(rows))
    bad('png-truncated.png', good[:-40])
    bad('png-no-iend.png', good[:-12])
    bad('png-signature-only.png', SIGNATURE)
    bad('png-text-mode-transfer.png', good.replace(b'\r\n', b'\n', 1))
    bad('png-wrong-crc.png', good[:45] + bytes([good[45] ^ 1]) + good[46:])
    bad('png-trailing-bytes.png', good + b'<script>')
    bad('png-zero-width.png', SIGNATURE + ihdr(0, 9, 8, 2) + pixels + tail)
    bad('png-zero-height.png', SIGNATURE + ihdr(10, 0, 8, 2) + pixels + tail)
    bad('png-depth-3.png', SIGNATURE + ihdr(10, 9, 3, 2) + pixels + tail)
    bad('png-color-type-5.png', SIGNATURE + ihdr(10, 9, 8, 5) + pixels + tail)
    bad('png-interlace-2.png', SIGNATURE + ihdr(10, 9, 8, 2, 2) + pixels + tail)
    bad('png-no-idat.png', head + tail)
    bad('png-no-palette.png', SIGNATURE + ihdr(10, 9, 8, 3) + pixels + tail)
    bad('png-palette-too-long.png', SIGNATURE + ihdr(10, 9, 1, 3) + chunk(b'PLTE', bytes(9)) + pixels + tail)
    bad('png-index-outside-palette.png', SIGNATURE + ihdr(10, 9, 8, 3) + chunk(b'PLTE', bytes(6))
        + chunk(b'IDAT', zlib.compress((b'\0' + b'\x07' * 10) * 9)) + tail)
    bad('png-unknown-critical-chunk.png', head + chunk(b'CRIT', b'') + pixels + tail)
    bad('png-second-ihdr.png', head + ihdr(10, 9, 8, 2) + pixels + tail)
    bad('png-split-idat-run.png', head + chunk(b'IDAT', zlib.compress(rows)[:20]) + chunk(b'tIME', bytes(7))
        + chunk(b'IDAT', zlib.compress(rows)[20:]) + tail)
    bad('png-too-few-rows.png', head + chunk(b'IDAT', zlib.compress(rows[:-31])) + tail)
    bad('png-too-many-rows.png', head + chunk(b'IDAT', zlib.compress(rows + rows[:31])) + tail)
    bad('png-unknown-filter.png', head + chunk(b'IDAT', zlib.compress(b'\x09' + rows[1:])) + tail)
    bad('png-wrong-adler.png', head + chunk(b'IDAT', zlib.compress(rows)[:-1] + b'\0') + tail)
    bad('png-not-deflate.png', head + chunk(b'IDAT', b'not a zlib stream, not at all') + tail)
    bomb = zlib.compress(bytes(5_000_000), 9)
    bad('png-idat-bomb.png', SIGNATURE + ihdr(8, 8, 8, 2) + chunk(b'IDAT', bomb) + tail)
    bad('png-idat-bomb-interlaced.png', SIGNATURE + ihdr(8, 8, 8, 2, 1) + chunk(b'IDAT', bomb) + tail)
    bad('png-claims-20000x20000.png', SIGNATURE + ihdr(20000, 20000, 1, 0)
        + chunk(b'IDAT', zlib.compress(bytes(20000 * 2501), 9)) + tail)
    bad('png-claims-8000x8000-without-pixels.png', SIGNATURE + ihdr(8000, 8000, 16, 6) + pixels + tail)
    bad('png-chunk-longer-than-file.png', head + struct.pack('>I', 0x7FFFFFFF) + b'IDAT' + bytes(50))
    bad('png-labels-in-color.png', good)
    bad('png-labels-16-bit.png', png(rng.integers(0, 65536, (3, 3, 1)), 16, 0))
    bad('png-labels-interlaced.png', png(rng.integers(0, 256, (3, 3, 1)), 8, 0, 1))


def make_bad_jpeg():
    good = jpeg(Image.fromarray(photo(37, 26)), subsampling=0)
    frame = good.index(b'\xff\xc0')
    scan = good.index(b'\xff\xda')
    tables = good.index(b'\xff\xc4')

    def sized(width, height):
        return good[:frame + 5] + struct.pack('>HH', height, width) + good[frame + 9:]

    bad('jpeg-truncated.jpg', good[:len(good) * 2 // 3])
    bad('jpeg-truncated-then-closed.jpg', good[:len(good) * 2 // 3] + b'\xff\xd9')
    bad('jpeg-signature-only.jpg', good[:3])
    bad('jpeg-zero-width.jpg', sized(0, 26))
    bad('jpeg-zero-height.jpg', sized(37, 0))
    bad('jpeg-claims-65535x65535.jpg', sized(65535, 65535))
    bad('jpeg-claims-7000x9000-without-pixels.jpg', sized(7000, 9000))
    bad('jpeg-no-scan.jpg', good[:scan] + b'\xff\xd9')
    bad('jpeg-no-huffman-tables.jpg', good[:tables] + good[scan:])
    bad('jpeg-two-frames.jpg', good[:frame] + good[frame:frame + 19] + good[frame:])
    bad('jpeg-arithmetic.jpg', good[:frame + 1] + b'\xc9' + good[frame + 2:])
    bad('jpeg-12-bit.jpg', good[:frame + 4] + b'\x0c' + good[frame + 5:])
    bad('jpeg-sampling-factor-0.jpg', good[:frame + 11] + b'\x01' + good[frame + 12:])
    bad('jpeg-segment-past-end.jpg', good[:frame + 2] + b'\xff\xf0' + good[frame + 4:])
    bad('jpeg-scan-of-unknown-component.jpg', good[:scan + 5] + b'\x63' + good[scan + 6:])
    scans = jpeg(Image.fromarray(photo(16, 16)), subsampling=0, progressive=True)
    first = scans.index(b'\xff\xda')
    second = scans.index(b'\xff\xc4', first)
    large = scans.index(b'\xff\xc2') + 5
    bad('jpeg-60-scans-of-8000x8000.jpg', scans[:large] + struct.pack('>HH', 8000, 8000)
        + scans[large + 4:first] + scans[first:second] * 60 + scans[second:])
    bad('jpeg-progressive-without-last-scan.jpg', scans[:scans.rindex(b'\xff\xc4')] + b'\xff\xd9')
    make_bad_restarts()
    bad('jpeg-no-end-marker.jpg', good[:-2])
    bad('jpeg-extraneous-bytes.jpg', good[:-2] + b'\x55' * 40 + good[-2:])
    bad('jpeg-a-thousand-scans.jpg', scans[:first] + scans[first:second] * 100 + scans[second:])
    bad('jpeg-only-first-component.jpg', one_of_three())
    bad('jpeg-huffman-table-past-segment.jpg', good[:tables + 5] + b'\xff' + good[tables + 6:])
    quantizers = good.index(b'\xff\xdb')
    bad('jpeg-quantization-table-past-segment.jpg', good[:quantizers] + b'\xff\xdb\0\x03\0' + good[quantizers:])
    bad('gif.jpg', b'GIF89a' + bytes(20))
    bad('empty.png', b'')


def make_bad_restarts():
    good = cjpeg(Image.fromarray(photo(37, 60)), '-sample', '2x2', '-restart', '1')
    starts = [good.index(bytes([0xff, 0xd0 + i])) for i in range(3)]
    cut = good[:starts[0]]
    bad('jpeg-restarts-cut-at-first.jpg', cut + b'\xff\xd0\xff\xd9')
    bad('jpeg-restarts-cut-before-first.jpg', cut + b'\xff\xd9')
    bad('jpeg-restarts-one-missing.jpg', cut + good[starts[1]:])
    first, second = good[starts[0]:starts[1]], good[starts[1]:starts[2]]
    bad('jpeg-restarts-swapped.jpg', cut + second + first + good[starts[2]:])
    bad('jpeg-restarts-one-too-many.jpg', good[:-2] + b'\xff\xd3' + first[2:] + b'\xff\xd9')


def one_of_three():
    """A frame of three components with a single scan of the first component."""
    grey = jpeg(Image.fromarray(photo(16, 16)).convert('L'))
    frame = grey.index(b'\xff\xc0')
    length = struct.unpack('>H', grey[frame + 2:frame + 4])[0]
    body = grey[frame + 4:frame + 9] + b'\x03\x01\x11\x00\x02\x11\x00\x03\x11\x00'
    return (grey[:frame + 2] + struct.pack('>H', len(body) + 2) + body
            + grey[frame + 2 + length:])


def tensors(header, data, length=None):
    text = header if isinstance(header, bytes) else json.dumps(header, separators=(',', ':')).encode()
    return struct.pack('<Q', len(text) if length is None else length) + text + data


def entry(dtype, shape, begin, end):
    return {'dtype': dtype, 'shape': shape, 'data_offsets': [begin, end]}


def make_bad_safetensors():
    def case(name, header, data=bytes(16), length=None):
        bad(f'safetensors-{name}.safetensors', tensors(header, data, length))

    a = entry('F32', [2], 0, 8)
    case('empty-file', b'', b'', 0)
    bad('safetensors-seven-bytes.safetensors', bytes(7))
    case('header-length-past-end', {'a': a}, length=10_000)
    case('header-length-2-to-63', {'a': a}, length=2 ** 63)
    case('header-over-100-mb', {'a': a}, length=100_000_001)
    case('header-not-json', b'{"a":')
    case('header-not-utf8', b'{"\xff\xfe":1}')
    case('header-with-bom', b'\xef\xbb\xbf{}', b'')
    case('header-is-a-list', b'[]', b'')
    case('header-starts-with-space', b' {}', b'')
    case('tensor-is-null', {'a': None})
    case('no-dtype', {'a': {'shape': [2], 'data_offsets': [0, 8]}}, bytes(8))
    case('no-shape', {'a': {'dtype': 'F32', 'data_offsets': [0, 8]}}, bytes(8))
    case('dtype-i64', {'a': entry('I64', [2], 0, 16)})
    case('dtype-proto', {'a': entry('__proto__', [4], 0, 16)})
    case('negative-extent', {'a': entry('F32', [-2, -2], 0, 16)})
    case('fractional-extent', {'a': entry('F32', [1.5], 0, 6)}, bytes(6))
    case('extent-as-text', {'a': entry('F32', ['4'], 0, 16)})
    case('overflowing-shape', {'a': entry('F32', [2 ** 52, 2 ** 52, 4], 0, 16)})
    case('overflow-hidden-by-zero', {'a': entry('F32', [2 ** 52, 2 ** 52, 0], 0, 0)}, b'')
    case('shape-too-small', {'a': entry('F32', [3], 0, 16)})
    case('offsets-reversed', {'a': entry('F32', [2], 8, 0)})
    case('three-offsets', {'a': {'dtype': 'F32', 'shape': [4], 'data_offsets': [0, 8, 16]}})
    case('offsets-past-end', {'a': entry('F32', [100], 0, 400)})
    case('hole', {'a': a, 'b': entry('F32', [1], 12, 16)})
    case('hole-at-start', {'a': entry('F32', [2], 8, 16)})
    case('overlap', {'a': a, 'b': entry('F32', [3], 4, 16)})
    case('same-bytes-twice', {'a': entry('F32', [4], 0, 16), 'b': entry('F32', [4], 0, 16)})
    case('trailing-bytes', {'a': a})
    pair = json.dumps(entry('F32', [4], 0, 16)).encode()
    case('duplicate-tensor', b'{"a":' + pair + b',"a":' + pair + b'}')
    case('duplicate-tensor-escaped', b'{"a":' + pair + b',"\\u0061":' + pair + b'}')
    case('duplicate-field', b'{"a":{"dtype":"F32","shape":[1],"shape":[4],"data_offsets":[0,16]}}')
    case('metadata-not-text', {'__metadata__': {'n': 1}, 'a': entry('F32', [4], 0, 16)})
    case('metadata-is-a-list', {'__metadata__': [], 'a': entry('F32', [4], 0, 16)})
    case('deep-nesting', b'{"a":' + b'[' * 5_000)


def main():
    for folder in (IMAGES, IMAGES / 'expected', BAD):
        folder.mkdir(parents=True, exist_ok=True)
    for make in (make_png_kinds, make_png_transparency, make_png_shapes, make_jpegs, make_exif,
                 make_labels, make_resizes, make_bad_png, make_bad_jpeg, make_bad_safetensors):
        make()
    for folder in (IMAGES, BAD):
        digest = hashlib.sha256()
        files = sorted(path for path in folder.rglob('*') if path.is_file())
        for path in files:
            digest.update(f'{path.relative_to(folder).as_posix()}\0'.encode() + path.read_bytes())
        size = sum(path.stat().st_size for path in files)
        print(f'{folder}: {len(files)} files, {size} bytes, sha256 {digest.hexdigest()}')


main()
