"""PyTorch as a peer in training a variational auto-encoder whose posterior has planar layers of its own for each image (Rezende & Mohamed
2015, section 4): `vae.py LAYERS FOLDER` reads greys, parameters, a minibatch and its noise from a folder and answers as peers.py does. As
many threads as OMP_NUM_THREADS says.

It is written as one writes for speed: the images lie in memory as floats, the constraint and the determinants of all layers are found at
once, a layer is five operations on [rows, latents], gradients are set to None and Adam goes over all parameters together. Of the ways to
write maxout and the likelihood (max, amax, max_pool1d, maximum; with logits, softplus, logsigmoid) these are the fastest.
"""
import os
import sys

import numpy as np
import torch
from torch.nn import functional

import peers

ROWS, PIXELS, LATENTS, UNITS, WINDOW = 100, 784, 40, 400, 4
UPDATES = 10


class Maxout(torch.nn.Linear):
    def __init__(self, inputs):
        super().__init__(inputs, UNITS)

    def forward(self, x):
        return super().forward(x).unflatten(1, (-1, WINDOW)).max(-1)[0]


def network(inputs, outputs):
    return torch.nn.Sequential(Maxout(inputs), Maxout(UNITS // WINDOW), torch.nn.Linear(UNITS // WINDOW, outputs))


class Vae:
    FORMS = {"step": "minibatch, randn, autograd, Adam", "gradient": "free energy and gradient"}

    def __init__(self, layers, folder):
        self.threads = int(os.environ["OMP_NUM_THREADS"])
        torch.set_num_threads(self.threads)
        torch.manual_seed(1)
        self.layers = layers
        self.encoder = network(PIXELS, 2 * LATENTS + layers * (2 * LATENTS + 1))
        self.decoder = network(LATENTS, PIXELS)
        self.parameters = [*self.encoder.parameters(), *self.decoder.parameters()]
        given = torch.from_numpy(np.fromfile(f"{folder}/parameters", np.float32))
        torch.nn.utils.vector_to_parameters(given, self.parameters)
        self.optimizer = torch.optim.Adam(self.parameters, lr=1e-4, foreach=True)
        load = lambda name, columns: torch.from_numpy(np.fromfile(f"{folder}/{name}", np.float32)).reshape(ROWS, columns)
        self.minibatch, self.noise = load("minibatch", PIXELS), load("noise", LATENTS)
        greys = torch.from_numpy(np.fromfile(f"{folder}/images", np.uint8)).reshape(-1, PIXELS)
        self.images = torch.bernoulli(greys / 255)
        self.order, self.next = torch.randperm(len(self.images)), 0
        self.version = f"PyTorch {torch.__version__}"

    def flow(self, z, raw):
        w, u, b = raw.unflatten(1, (self.layers, -1)).transpose(0, 1).contiguous().split([LATENTS, LATENTS, 1], -1)
        c = (w * u).sum(-1, keepdim=True)
        s = torch.where(c >= 0, c, torch.expm1(c.clamp(max=0)))
        u = u + (s - c) / (w * w).sum(-1, keepdim=True) * w
        activations = []
        for w, u, b in zip(w, u, b):
            t = torch.tanh((w * z).sum(1, keepdim=True) + b)
            z = torch.addcmul(z, u, t)
            activations.append(t)
        t = torch.stack(activations)
        return z, torch.log1p(s * (1 - t * t)).sum()

    def free_energy(self, x, noise):
        heads = self.encoder(x)
        mean, log_scale = heads[:, :LATENTS], heads[:, LATENTS : 2 * LATENTS]
        z, log_det = torch.addcmul(mean, log_scale.exp(), noise), 0
        if self.layers > 0:
            z, log_det = self.flow(z, heads[:, 2 * LATENTS :])
        reconstruction = functional.binary_cross_entropy_with_logits(self.decoder(z), x, reduction="sum")
        return (reconstruction + 0.5 * ((z * z).sum() - (noise * noise).sum()) - log_scale.sum() - log_det) / len(x)

    def gradient(self):
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.free_energy(self.minibatch, self.noise)
        loss.backward()
        return lambda: torch.cat([loss.detach()[None], *(p.grad.flatten() for p in self.parameters)]).numpy()

    def step(self):
        for _ in range(UPDATES):
            if self.next + ROWS > len(self.order):
                self.order, self.next = torch.randperm(len(self.images)), 0
            x = self.images[self.order[self.next : self.next + ROWS]]
            self.next += ROWS
            self.optimizer.zero_grad(set_to_none=True)
            self.free_energy(x, torch.randn(ROWS, LATENTS)).backward()
            self.optimizer.step()


if __name__ == "__main__":
    peers.serve(Vae(int(sys.argv[1]), sys.argv[2]), sys.argv[2])
