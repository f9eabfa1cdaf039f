"""OpenCV's dnn module on the CPU."""

import os

import cv2

from engine import read_floats, serve


def load(job):
    cv2.setNumThreads(job["threads"])
    net = cv2.dnn.readNetFromONNX(os.path.join(job["folder"], "network.onnx"))
    net.setPreferableBackend(cv2.dnn.DNN_BACKEND_OPENCV)
    x = read_floats(os.path.join(job["folder"], "input.f32"), job["shape"])

    def run():
        net.setInput(x)
        return net.forward()

    return run


serve(load)
