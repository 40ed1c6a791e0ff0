#!/usr/bin/env python3
"""Makes the TorchScript files that the Python peer (torch.ao) would ship, and what they start from.

torch_peer.py resnet20 REAL WORK      the trained ResNet-20, static int8 by FX graph mode, engine x86, 500 images
torch_peer.py resnet50 REAL WORK      ResNet-50 with random weights, the same
torch_peer.py minilm REAL WORK        the sentence encoder, dynamic int8

Writes WORK/torch/NAME.pt (the float source of both sides), NAME-frozen.pt (the best float form that torch offers:
freeze, then optimize_for_inference) and NAME-peer.pt, and prints one JSON line: seconds of work and peak memory.
Needs torch, torchvision, transformers (see requirements-torch.txt).
"""
import json
import os
import subprocess
import sys
import time
import warnings

import numpy as np
import torch
from torch import nn

from peer import peak_mb

warnings.filterwarnings('ignore')
MEAN = torch.tensor([0.485, 0.456, 0.406]).reshape(1, 3, 1, 1)
STD = torch.tensor([0.229, 0.224, 0.225]).reshape(1, 3, 1, 1)


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.relu1, self.relu2 = nn.ReLU(), nn.ReLU()
        self.grow = (outputs - inputs) // 2

    def forward(self, x):
        y = self.bn2(self.conv2(self.relu1(self.bn1(self.conv1(x)))))
        if self.grow:
            x = nn.functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.grow, self.grow))
        return self.relu2(y + x)


class ResNet20(nn.Module):
    """He et al. 2015, section 4.2, with the parameter-free shortcut (option A)."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.relu = nn.ReLU()
        for i, (inputs, outputs, stride) in enumerate(((16, 16, 1), (16, 32, 2), (32, 64, 2)), 1):
            blocks = [Block(inputs, outputs, stride), Block(outputs, outputs, 1), Block(outputs, outputs, 1)]
            setattr(self, f'layer{i}', nn.Sequential(*blocks))
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.linear = nn.Linear(64, 10)

    def forward(self, x):
        x = self.relu(self.bn1(self.conv1(x)))
        return self.linear(torch.flatten(self.pool(self.layer3(self.layer2(self.layer1(x)))), 1))


def images(real, count):
    raw = np.fromfile(os.path.join(real, 'cifar10', 'train_images.bin'), np.uint8, count * 3072)
    return (torch.from_numpy(raw.reshape(-1, 32, 32, 3).transpose(0, 3, 1, 2).copy()).float() / 255 - MEAN) / STD


def save(model, name, example):
    model = torch.jit.trace(model, example, strict=False) if not isinstance(model, torch.jit.ScriptModule) else model
    torch.jit.save(model, name)
    return model


def frozen(traced, name):
    """Freezing inlines the weights; a file from before optimize_for_inference can't hold its fused forms."""
    torch.jit.save(torch.jit.freeze(traced.eval()), name)


def static(model, batches, example):
    from torch.ao.quantization import get_default_qconfig_mapping
    from torch.ao.quantization.quantize_fx import convert_fx, prepare_fx
    torch.backends.quantized.engine = 'x86'
    start = time.perf_counter()
    prepared = prepare_fx(model, get_default_qconfig_mapping('x86'), example)
    with torch.no_grad():
        for batch in batches:
            prepared(batch)
    return convert_fx(prepared), time.perf_counter() - start


def convolutional(name, real, folder):
    if name == 'resnet20':
        model = ResNet20()
        model.load_state_dict(torch.jit.load(os.path.join(real, 'cifar10', 'resnet20_cifar10.pt')).state_dict())
        data = images(real, 500)
        batches, example = data.split(50), data[:1]
    else:
        import torchvision
        torch.manual_seed(1)
        model = torchvision.models.resnet50(weights=None)
        data = torch.randn(48, 3, 224, 224)
        batches, example = data.split(1), data[:1]
    model.eval()
    with torch.no_grad():
        traced = save(model, f'{folder}/{name}.pt', example)
        frozen(traced, f'{folder}/{name}-frozen.pt')
        quantized, seconds = static(model, batches, example)
        save(quantized, f'{folder}/{name}-peer.pt', example)
    return seconds


def encoder(name, real, folder):
    from transformers import BertConfig, BertModel
    source = f'{folder}/{name}.pt'
    subprocess.run([sys.executable, os.path.join(real, 'minilm', 'make_pt.py'), source], check=True)
    traced = torch.jit.load(source).eval()
    frozen(traced, f'{folder}/{name}-frozen.pt')
    config = BertConfig(vocab_size=30522, hidden_size=384, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536)
    bert = BertModel(config, add_pooling_layer=False).eval()
    weights = {key.removeprefix('b.'): value for key, value in traced.state_dict().items()}
    bert.load_state_dict(weights, strict=False)

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.b = bert

        def forward(self, input_ids, attention_mask, token_type_ids):
            return self.b(input_ids, attention_mask, token_type_ids).last_hidden_state

    ids = torch.randint(0, 30000, (1, 16))
    example = (ids, torch.ones_like(ids), torch.zeros_like(ids))
    model = Encoder().eval()
    with torch.no_grad():
        difference = (model(*example) - traced(*example)).abs().max().item()
        if difference > 1e-4:
            raise SystemExit(f'the weights do not fit: outputs differ by {difference}')
        start = time.perf_counter()
        quantized = torch.ao.quantization.quantize_dynamic(model, {nn.Linear}, dtype=torch.qint8)
        seconds = time.perf_counter() - start
        save(quantized, f'{folder}/{name}-peer.pt', example)
    return seconds


def main():
    name, real, work = sys.argv[1:4]
    folder = os.path.join(work, 'torch')
    os.makedirs(folder, exist_ok=True)
    seconds = (encoder if name == 'minilm' else convolutional)(name, real, folder)
    print(json.dumps({'name': name, 'workSeconds': seconds, 'peakRssMb': peak_mb(), 'torch': torch.__version__}))


if __name__ == '__main__':
    main()
