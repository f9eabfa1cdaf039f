"""Writes fixtures/jpeg-photos.json: SHA-256 of the RGB pixels of the JPEG photos of the shared material.

Authority: Pillow, without the Exif orientation; OpenCV must decode the same bytes. Run from the root of the
repository, with the folder of the shared material:

    python3 tools/make-jpeg-photo-hashes.py ../shared
"""

import hashlib
import json
import sys
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps


def pixels(path):
    rgb = np.asarray(ImageOps.exif_transpose(Image.open(path)).convert('RGB'))
    opencv = cv2.imread(str(path), cv2.IMREAD_COLOR)
    assert np.array_equal(rgb, opencv[..., ::-1]), path
    return rgb


def main(shared):
    photos = sorted(shared.glob('data/photos/*.jpg')) + sorted(shared.glob('data/pets/images/*.jpg'))[::8]
    hashes = {path.relative_to(shared).as_posix(): hashlib.sha256(pixels(path).tobytes()).hexdigest()
              for path in photos}
    Path('fixtures/jpeg-photos.json').write_text(json.dumps(hashes, indent=2) + '\n')


main(Path(sys.argv[1]))
