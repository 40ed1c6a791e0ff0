#!/usr/bin/env python3
"""cifar.py REAL WORK: puts the CIFAR-10 network and its training images, normalised, into the work folder."""
import os
import shutil
import sys

import numpy as np

MEAN = np.array([0.485, 0.456, 0.406], np.float32)
STD = np.array([0.229, 0.224, 0.225], np.float32)


def main():
    real, work = sys.argv[1:]
    os.makedirs(f'{work}/models', exist_ok=True)
    os.makedirs(f'{work}/calibration', exist_ok=True)
    shutil.copyfile(f'{real}/cifar10/resnet20_cifar10.onnx', f'{work}/models/resnet20.onnx')
    pixels = np.fromfile(f'{real}/cifar10/train_images.bin', np.uint8).reshape(-1, 32, 32, 3)
    images = ((pixels.astype(np.float32) / 255 - MEAN) / STD).transpose(0, 3, 1, 2)
    np.ascontiguousarray(images, '<f4').tofile(f'{work}/calibration/cifar10.f32')


if __name__ == '__main__':
    main()
