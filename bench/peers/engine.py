"""The side of an engine that is written in Python: obeys requests on stdin, one line of JSON each."""

import json
import os
import resource
import sys
import time

import numpy

RESULT_FILE = "result.f32"


def read_floats(path, shape):
    return numpy.fromfile(path, dtype="<f4").reshape(shape)


def serve(load):
    """load(job) gives a function that computes the network's result, [1, C, H, W]."""
    run = None
    result = None
    folder = None
    for line in sys.stdin:
        request = json.loads(line)
        if request == "outcome":
            path = os.path.join(folder, f"{os.getpid()}.{RESULT_FILE}")
            numpy.ascontiguousarray(result, dtype="<f4").tofile(path)
            rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            answer = {"rssMb": rss * 1024 / 1e6, "resultFile": path}
        else:
            start, cpu = time.perf_counter(), time.process_time()
            if request == "run":
                result = run()
            else:
                folder = request["load"]["folder"]
                run = load(request["load"])
            seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
            answer = {"ms": 1e3 * seconds, "cpuMs": 1e3 * cpu}
        print(json.dumps(answer), flush=True)
