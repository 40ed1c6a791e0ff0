#!/usr/bin/env python3
"""Other Python peers on ResNet-20 (static) and MiniLM (dynamic), each in an environment of its own.

other_peers.py PEER WORK REAL    writes WORK/peer/resnet20-PEER.onnx, WORK/peer/minilm-PEER.onnx and WORK/peer/PEER.json

PEER is nncf or onnx-neural-compressor; requirements-PEER.txt beside this file pins it. Each model is a process of its
own, with the settings that its maker recommends for a CPU. What fails is written down with the last line of its error.
Looked at and left out, with the reason: NOT_MEASURED, which is written down as well.
"""
import json
import os
import subprocess
import sys
import time

ROWS = 500
TASKS = ('resnet20', 'minilm')
NOT_MEASURED = {
    'neural-compressor 3.10': 'quantizes PyTorch, TensorFlow and JAX only; its ONNX part became onnx-neural-compressor',
    'optimum-onnx 0.1.0, olive-ai 0.13.0': 'call onnxruntime.quantization, which is measured here, and bring PyTorch along',
    'amd-quark 0.13': 'does not start without PyTorch, which it does not install',
}


def peak_mb():
    with open('/proc/self/status', encoding='utf8') as status:
        return next(int(line.split()[1]) for line in status if line.startswith('VmHWM:')) / 1024


def images(work):
    import numpy as np
    data = np.memmap(f'{work}/calibration/cifar10.f32', '<f4', 'r').reshape(-1, 3, 32, 32)[:ROWS]
    return [np.ascontiguousarray(data[i:i + 1]) for i in range(ROWS)]


def nncf_resnet20(source, target, work):
    import nncf
    import onnx
    model = onnx.load(source)
    data = nncf.Dataset(images(work), lambda image: {'input': image})
    onnx.save(nncf.quantize(model, data, subset_size=ROWS), target)


def nncf_minilm(source, target, work):
    raise NotImplementedError('quantizes ONNX models with data only')


def onnx_neural_compressor_resnet20(source, target, work):
    from onnx_neural_compressor import data_reader
    from onnx_neural_compressor.quantization import config, quantize

    class Images(data_reader.CalibrationDataReader):
        def __init__(self):
            self.rewind()

        def rewind(self):
            self.rows = iter(images(work))

        def get_next(self):
            image = next(self.rows, None)
            return None if image is None else {'input': image}

    quantize(source, target, config.StaticQuantConfig(calibration_data_reader=Images()))


def onnx_neural_compressor_minilm(source, target, work):
    from onnx_neural_compressor.quantization import config, quantize
    quantize(source, target, config.DynamicQuantConfig())


def inline(target):
    """Weights that a peer put beside its file go back into it, as the others have them; the file must load."""
    import onnx
    import onnxruntime
    model = onnx.load(target)
    onnx.save(model, target)
    onnxruntime.InferenceSession(target, providers=['CPUExecutionProvider'])


def quantize_one(peer, task, source, target, work):
    start = time.perf_counter()
    globals()[f"{peer.replace('-', '_')}_{task}"](source, target, work)
    result = {'workSeconds': time.perf_counter() - start, 'peakRssMb': peak_mb()}
    inline(target)
    result['bytes'] = os.path.getsize(target)
    print(json.dumps(result))


def main():
    peer, work, real = sys.argv[1:4]
    sources = {'resnet20': f'{work}/models/resnet20.onnx', 'minilm': f'{real}/minilm/minilm_l6_v2.onnx'}
    if len(sys.argv) > 4:
        task = sys.argv[4]
        quantize_one(peer, task, sources[task], f'{work}/peer/{task}-{peer}.onnx', work)
        return
    os.makedirs(f'{work}/peer', exist_ok=True)
    runs = []
    for task in TASKS:
        child = subprocess.run([sys.executable, __file__, peer, work, real, task], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, check=False)
        run = {'peer': peer, 'model': task}
        if child.returncode == 0:
            run.update(json.loads(child.stdout.splitlines()[-1]))
        else:
            lines = child.stderr.strip().splitlines()
            run['failure'] = lines[-1].replace(f'{work}/', '') if lines else f'exit code {child.returncode}'
        print(run, flush=True)
        runs.append(run)
    with open(f'{work}/peer/{peer}.json', 'w', encoding='utf8') as out:
        json.dump({'runs': runs, 'notMeasured': NOT_MEASURED}, out, indent=1)


if __name__ == '__main__':
    main()
