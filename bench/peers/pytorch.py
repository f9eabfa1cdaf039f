"""PyTorch on the CPU: the network op after op, as its graph lists them."""

import json
import os

import numpy
import torch
from torch.nn import functional

from engine import read_floats, serve


def conv(node, x, w, b=None):
    a = node["attrs"]
    return functional.conv2d(x, w, b, a["stride"], a["padding"], a["dilation"], a["groups"])


def conv_transpose(node, x, w, b=None):
    a = node["attrs"]
    padding = (a["padding"], 0, a["groups"], a["dilation"])
    return functional.conv_transpose2d(x, w, b, a["stride"], *padding)


def max_pool(node, x):
    a = node["attrs"]
    ceil = a["rounding"] == "ceil"
    return functional.max_pool2d(x, a["kernelSize"], a["stride"], a["padding"], ceil_mode=ceil)


def crop(node, x):
    top, left = node["attrs"]["offset"]
    rows, columns = node["shape"][2:]
    return x[:, :, top : top + rows, left : left + columns]


def batch_norm(node, x, mean, variance, weight, bias):
    return functional.batch_norm(x, mean, variance, weight, bias, eps=node["attrs"]["epsilon"])


def resize_bilinear(node, x):
    align = node["attrs"]["mode"] == "align-corners"
    return functional.interpolate(x, node["shape"][2:], mode="bilinear", align_corners=align)


RULES = {
    "conv2d": conv,
    "convTranspose2d": conv_transpose,
    "maxPool2d": max_pool,
    "crop": crop,
    "batchNorm2d": batch_norm,
    "resizeBilinear": resize_bilinear,
    "relu": lambda node, x: functional.relu(x),
    "add": lambda node, a, b: a + b,
    "concat": lambda node, *xs: torch.cat(xs, 1),
}


def load(job):
    torch.set_num_threads(job["threads"])
    with open(os.path.join(job["folder"], "graph.json"), encoding="utf-8") as file:
        graph = json.load(file)
    weights = os.path.join(job["folder"], "weights.f32")
    arrays = {}
    for parameter in graph["parameters"]:
        count = int(numpy.prod(parameter["shape"]))
        values = numpy.fromfile(weights, "<f4", count, offset=parameter["offset"])
        arrays[parameter["name"]] = torch.from_numpy(values.reshape(parameter["shape"]))
    x = torch.from_numpy(read_floats(os.path.join(job["folder"], "input.f32"), job["shape"]))
    last_use = {name: i for i, node in enumerate(graph["nodes"]) for name in node["inputs"]}

    def run():
        with torch.inference_mode():
            maps = {graph["input"]: x}
            for i, node in enumerate(graph["nodes"]):
                operands = [arrays[n] if n in arrays else maps[n] for n in node["inputs"]]
                maps[node["name"]] = RULES[node["op"]](node, *operands)
                del operands
                for name in node["inputs"]:
                    if last_use[name] == i:
                        maps.pop(name, None)
            return maps[graph["output"]].contiguous().numpy()

    return run


serve(load)
