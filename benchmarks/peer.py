#!/usr/bin/env python3
"""The Python peer: onnxruntime.quantization.quantize_static on the models and images of a work folder.

peer.py WORK            quantizes every model with every setting; writes WORK/peer/*.onnx and WORK/peer/peer.json
peer.py dynamic IN OUT  quantizes one transformer by quantize_dynamic, per channel

WORK/models/NAME.onnx, and WORK/calibration/*.f32: float32 little-endian NCHW images, which both sides read. Each run
is a process of its own, so that its wall time holds the imports and its peak memory is its own. Settings: the
defaults, and the best that the peer has for x86 (u8 activations, s8 weights per channel) with each way to find ranges.
"""
import json
import logging
import os
import platform
import subprocess
import sys
import time

STARTED = time.perf_counter()

# model: images, rows, shape of one image, settings. Percentile and Entropy keep every activation of every image
# (6.7 GB for 100 images of MobileNetV2), and the latency of random weights does not depend on the ranges.
SMALL = ['defaults', 'minmax', 'percentile', 'entropy']
PLAN = {
    'resnet20': ('cifar10', 500, (3, 32, 32), SMALL),
    'resnet50': ('shapes', 48, (3, 224, 224), ['minmax']),
    'mobilenetv2': ('shapes', 48, (3, 224, 224), ['minmax', 'defaults']),
    'mobilenetv3': ('shapes', 48, (3, 224, 224), ['minmax']),
}
# Images per run of the calibrating session; the fastest of these counts as the peer's time.
BATCHES = {'resnet20': (1, 50), 'resnet50': (1, 8), 'mobilenetv2': (1, 8), 'mobilenetv3': (1, 8)}
REPEATS = 3


def peak_mb():
    """The peak of this process: ru_maxrss also counts what the parent had before it started Python here."""
    with open('/proc/self/status', encoding='utf8') as status:
        return next(int(line.split()[1]) for line in status if line.startswith('VmHWM:')) / 1024


def quantize(work, model, setting, batch):
    """Quantizes in this process and prints what it took as JSON."""
    import numpy as np
    import onnx
    import onnxruntime
    from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantType, quantize_static
    imported = time.perf_counter()
    logging.getLogger().setLevel(logging.ERROR)
    data, rows, shape, _ = PLAN[model]

    class Images(CalibrationDataReader):
        def __init__(self):
            images = np.memmap(f'{work}/calibration/{data}.f32', '<f4', 'r').reshape(-1, *shape)[:rows]
            self.batches = iter(np.array_split(images, -(-rows // batch)))

        def get_next(self):
            x = next(self.batches, None)
            return None if x is None else {'input': np.ascontiguousarray(x)}

    # The package hides this module behind a function of the same name.
    module = sys.modules['onnxruntime.quantization.quantize']
    stages = {'calibrate': 0.0}
    create = module.create_calibrator

    def timed_calibrator(*args, **kwargs):
        start = time.perf_counter()
        calibrator = create(*args, **kwargs)
        stages['calibrate'] += time.perf_counter() - start
        for name in ('collect_data', 'compute_data'):
            setattr(calibrator, name, timed(getattr(calibrator, name)))
        return calibrator

    def timed(method):
        def call(*args, **kwargs):
            start = time.perf_counter()
            result = method(*args, **kwargs)
            stages['calibrate'] += time.perf_counter() - start
            return result
        return call

    module.create_calibrator = timed_calibrator
    options = {}
    if setting != 'defaults':
        options = dict(per_channel=True, activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
                       calibrate_method={'minmax': CalibrationMethod.MinMax, 'percentile': CalibrationMethod.Percentile,
                                         'entropy': CalibrationMethod.Entropy}[setting])
    out = f'{work}/peer/{model}-{setting}.onnx'
    cpu = time.process_time()
    start = time.perf_counter()
    quantize_static(f'{work}/models/{model}.onnx', out, Images(), **options)
    work_seconds = time.perf_counter() - start
    cpu = time.process_time() - cpu
    print(json.dumps({
        'model': model, 'setting': setting, 'batch': batch, 'rows': rows, 'bytes': os.path.getsize(out),
        'importSeconds': imported - STARTED, 'workSeconds': work_seconds, 'calibrateSeconds': stages['calibrate'],
        'cpuSeconds': cpu,
        'peakRssMb': peak_mb(),
        'versions': {'python': platform.python_version(), 'onnxruntime': onnxruntime.__version__, 'onnx': onnx.__version__,
                     'numpy': np.__version__},
    }))


def quantize_transformer(model, out):
    """Quantizes a transformer without data, per channel, and prints what it took as JSON."""
    from onnxruntime.quantization import QuantType, quantize_dynamic
    logging.getLogger().setLevel(logging.ERROR)
    start = time.perf_counter()
    quantize_dynamic(model, out, per_channel=True, weight_type=QuantType.QInt8)
    print(json.dumps({'workSeconds': time.perf_counter() - start, 'bytes': os.path.getsize(out),
                      'peakRssMb': peak_mb()}))


def main():
    work = sys.argv[1]
    if work == 'dynamic':
        quantize_transformer(sys.argv[2], sys.argv[3])
        return
    if len(sys.argv) > 2:
        quantize(work, sys.argv[2], sys.argv[3], int(sys.argv[4]))
        return
    os.makedirs(f'{work}/peer', exist_ok=True)
    runs = []
    for model, (_, _, _, settings) in PLAN.items():
        if not os.path.exists(f'{work}/models/{model}.onnx'):
            continue
        for setting in settings:
            for batch in BATCHES[model]:
                for _ in range(REPEATS if setting == 'minmax' else 1):
                    start = time.perf_counter()
                    child = subprocess.run([sys.executable, __file__, work, model, setting, str(batch)],
                                           stdout=subprocess.PIPE, text=True, check=True)
                    wall = time.perf_counter() - start
                    run = json.loads(child.stdout.splitlines()[-1])
                    run['wallSeconds'] = wall
                    runs.append(run)
                    print(f"{model} {setting} batch {batch}: work {run['workSeconds']:.2f} s (calibration "
                          f"{run['calibrateSeconds']:.2f}), process {wall:.2f} s, peak {run['peakRssMb']:.0f} MB", flush=True)
    with open(f'{work}/peer/peer.json', 'w', encoding='utf8') as out:
        json.dump(runs, out, indent=1)


if __name__ == '__main__':
    main()
