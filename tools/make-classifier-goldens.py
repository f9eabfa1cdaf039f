"""Writes fixtures/classifier: scores of SqueezeNet 1.0 for four photos, computed by torch in float64.

    /usr/bin/python3 tools/make-classifier-goldens.py

Reads the weights and photos of $FCN_SHARED/data (default ../shared); draws nothing. The network is built from
SqueezeNet_deploy.prototxt alone. There the last convolution, 1×1, has a padding of 1: its map has a frame of
relu(bias) that takes part in the average.
"""

import hashlib
import os

import cv2
import numpy as np
import torch
import torch.nn.functional as F

import golden_files

SCRIPT = 'make-classifier-goldens.py'
AUTHORITY = f'torch {torch.__version__}, float64'
PHOTOS = ['chelsea.png', 'coffee.png', 'astronaut.png', 'rocket.jpg']
SIDE = 227
MEAN = (104, 117, 123)  # blue, green, red
POOL_BEFORE = {'fire2', 'fire5', 'fire9'}
KEPT_CLASSES = 6


def shared(*parts):
    return os.path.join(golden_files.SHARED, 'data', *parts)


def load(path):
    """Float64 torch tensors of a safetensors file."""
    tensors, _ = golden_files.read(os.path.abspath(path))
    return {name: torch.tensor(array, dtype=torch.float64) for name, array in tensors.items()}


def squeezenet(x, weights, final_padding=1):
    """Returns the map of class scores before the global average, `[1, 1000, H, W]`."""
    def conv(x, name, **geometry):
        return F.relu(F.conv2d(x, weights[f'{name}.weight'], weights[f'{name}.bias'], **geometry))

    def pool(x):
        return F.max_pool2d(x, 3, 2, ceil_mode=True)

    x = conv(x, 'conv1', stride=2)
    for index in range(2, 10):
        fire = f'fire{index}'
        if fire in POOL_BEFORE:
            x = pool(x)
        x = conv(x, f'{fire}/squeeze1x1')
        x = torch.cat([conv(x, f'{fire}/expand1x1'), conv(x, f'{fire}/expand3x3', padding=1)], 1)
    return conv(x, 'conv10', padding=final_padding)


def network_input(pixels):
    """`[H, W, 3]` blue-green-red bytes → `[1, 3, H, W]`, the mean subtracted."""
    values = pixels.astype(np.float64) - np.array(MEAN)
    return torch.tensor(values.transpose(2, 0, 1)[None])


def centre_crop(pixels):
    top, left = ((extent - SIDE) // 2 for extent in pixels.shape[:2])
    return np.ascontiguousarray(pixels[top:top + SIDE, left:left + SIDE])


def class_names():
    with open(shared('weights', 'imagenet_labels.txt')) as file:
        return file.read().splitlines()[1:]  # the first line is a background that the network does not have


def file_digest(path):
    with open(path, 'rb') as file:
        return hashlib.sha256(file.read()).hexdigest()


def main():
    torch.set_num_threads(1)
    weights = load(shared('weights', 'squeezenet1_0-imagenet.safetensors'))
    names = class_names()
    tensors, photos = {}, []
    for photo in PHOTOS:
        stem = photo.split('.')[0]
        crop = centre_crop(cv2.imread(shared('photos', photo), cv2.IMREAD_COLOR))
        path = f'fixtures/classifier/{stem}-{SIDE}.png'
        os.makedirs(os.path.join(golden_files.ROOT, 'fixtures/classifier'), exist_ok=True)
        cv2.imwrite(os.path.join(golden_files.ROOT, path), crop, [cv2.IMWRITE_PNG_COMPRESSION, 9])
        golden_files.row(path, f'centre crop of {photo} (OpenCV {cv2.__version__})', SCRIPT, 'none drawn')
        with torch.no_grad():
            scores = squeezenet(network_input(crop), weights).mean((2, 3))[0]
            unpadded = squeezenet(network_input(crop), weights, 0).mean((2, 3))[0]
        top5 = torch.argsort(scores, descending=True, stable=True)[:5].tolist()
        tensors[f'{stem}/scores'] = scores.numpy()
        tensors[f'{stem}/probabilities'] = torch.softmax(scores, 0).numpy()
        tensors[f'{stem}/scores-unpadded'] = unpadded.numpy()
        photos.append({'name': stem, 'crop': os.path.basename(path), 'top5': top5,
                       'top5Names': [names[i] for i in top5]})

    whole = cv2.imread(shared('photos', PHOTOS[0]), cv2.IMREAD_COLOR)
    with torch.no_grad():
        heat = squeezenet(network_input(whole), weights)[0]
    classes = torch.argsort(heat.mean((1, 2)), descending=True, stable=True)[:KEPT_CLASSES].tolist()
    tensors['map/scores'] = heat[classes].numpy()
    tensors['map/argmax'] = heat.argmax(0).numpy()
    metadata = {
        'photos': photos,
        'map': {'photo': PHOTOS[0], 'height': whole.shape[0], 'width': whole.shape[1], 'classes': classes,
                'classNames': [names[i] for i in classes],
                'photoSha256': file_digest(shared('photos', PHOTOS[0]))},
        'weightsSha256': file_digest(shared('weights', 'squeezenet1_0-imagenet.safetensors')),
        'tolerance': 1e-5,
        'authority': AUTHORITY,
    }
    path = 'fixtures/classifier/squeezenet1_0.safetensors'
    golden_files.write(path, tensors, metadata)
    golden_files.row(path, AUTHORITY, SCRIPT, 'none drawn')
    for photo in photos:
        print(photo['name'], photo['top5Names'], np.round(tensors[f'{photo["name"]}/scores'][photo['top5']], 3),
              np.argsort(-tensors[f'{photo["name"]}/scores-unpadded'])[:5].tolist(), photo['top5'])
    print('map', tensors['map/scores'].shape, metadata['map']['classNames'], np.unique(tensors['map/argmax']).size)


if __name__ == '__main__':
    main()
