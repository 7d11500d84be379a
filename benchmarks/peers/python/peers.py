"""PyTorch and numpy as peers: `peers.py LIBRARY FOLDER` reads points and parameters from a folder, says its version, and then takes
lines of `run NAME` (answers the seconds that NAME took) and `check NAME` (leaves what NAME computes in the file `result`) until its
input ends. Its first line says the version, its second the names, each with a word on how it is done. One thread. Float32 throughout.

"users" is the code that users of the library write: points as [N, 2], one expression an operation. "best" is what the library can do at
its best: a row for each coordinate, blocks that stay in the cache, results written in place, one logarithm a particle.
"""
import sys
import time

import numpy as np

LAYER = 5  # w0 w1 u0 u1 b


class Numpy:
    FORMS = {
        "users": "[N, 2], z @ w, tanh",
        "best": "a row a coordinate, blocked, out=",
        "normal": "float32, SFC64, out=",
    }
    BLOCK = 16384
    threads = 1

    def __init__(self, folder):
        self.layers = np.fromfile(f"{folder}/parameters", np.float32).reshape(-1, LAYER)
        self.rows = np.fromfile(f"{folder}/points", np.float32).reshape(2, -1)
        self.points = np.ascontiguousarray(self.rows.T)
        self.out = np.empty((3, self.rows.shape[1]), np.float32)
        self.random = np.random.Generator(np.random.SFC64(1))
        self.numbers = np.empty(1 << 20, np.float32)
        self.version = f"numpy {np.__version__}"

    def users(self):
        z, log_det = self.points, np.zeros(len(self.points), np.float32)
        for layer in self.layers:
            w, u, b = layer[:2], layer[2:4], layer[4]
            t = np.tanh(z @ w + b)
            log_det += np.log(np.abs(1 + (1 - t**2) * (w @ u)))
            z = z + np.outer(t, u)
        return lambda: np.concatenate([z.T, log_det[None]])

    def best(self):
        temporary = np.empty((2, self.BLOCK), np.float32)
        for start in range(0, self.rows.shape[1], self.BLOCK):
            x, y, product = self.out[:, start : start + self.BLOCK]
            t, g = temporary[:, : len(x)]
            x[:] = self.rows[0, start : start + self.BLOCK]
            y[:] = self.rows[1, start : start + self.BLOCK]
            product.fill(1)
            for w0, w1, u0, u1, b in self.layers.tolist():
                k = w0 * u0 + w1 * u1
                np.multiply(x, w0, out=t)
                np.multiply(y, w1, out=g)
                np.add(t, g, out=t)
                np.add(t, b, out=t)
                np.tanh(t, out=t)
                np.multiply(t, u0, out=g)
                np.add(x, g, out=x)
                np.multiply(t, u1, out=g)
                np.add(y, g, out=y)
                np.multiply(t, t, out=t)
                np.multiply(t, -k, out=t)
                np.add(t, 1 + k, out=t)
                np.multiply(product, t, out=product)
            np.log(product, out=product)
        return lambda: self.out

    def normal(self):
        self.random.standard_normal(dtype=np.float32, out=self.numbers)


class Torch:
    FORMS = {
        "users": "[N, 2], z @ w, tanh",
        "best": "a row a coordinate, blocked, in place",
        "gradient": "autograd",
        "step": "randn, autograd, Adam",
        "normal": "float32, in place",
    }
    BLOCK = 32768
    threads = 1

    def __init__(self, folder):
        import torch

        self.torch = torch
        torch.set_num_threads(1)
        torch.manual_seed(1)
        load = lambda name: torch.from_numpy(np.fromfile(f"{folder}/{name}", np.float32))
        self.layers = load("parameters").reshape(-1, LAYER)
        self.rows = load("points").reshape(2, -1)
        self.points = self.rows.T.contiguous()
        self.trained = load("trained").reshape(2, -1).T.contiguous()
        self.out = torch.empty((3, self.rows.shape[1]))
        self.temporary = torch.empty((2, self.BLOCK))
        self.numbers = torch.empty(1 << 20)
        self.parameters = [p.clone().requires_grad_() for p in (self.layers[:, :2], self.layers[:, 2:4], self.layers[:, 4])]
        self.optimizer = torch.optim.Adam(self.parameters, lr=1e-4)
        self.version = f"PyTorch {torch.__version__}"

    def flow(self, z, w, u, b):
        torch = self.torch
        log_det = torch.zeros(len(z))
        for i in range(len(b)):
            t = torch.tanh(z @ w[i] + b[i])
            psi = (1 - t**2).unsqueeze(1) * w[i]
            log_det = log_det + torch.log(torch.abs(1 + psi @ u[i]))
            z = z + t.unsqueeze(1) * u[i]
        return z, log_det

    def users(self):
        with self.torch.no_grad():
            z, log_det = self.flow(self.points, self.layers[:, :2], self.layers[:, 2:4], self.layers[:, 4])
        return lambda: self.torch.cat([z.T, log_det[None]]).numpy()

    def best(self):
        torch = self.torch
        with torch.no_grad():
            layers = self.layers.tolist()
            for start in range(0, self.rows.shape[1], self.BLOCK):
                x, y, product = self.out[:, start : start + self.BLOCK]
                t, g = self.temporary[:, : len(x)]
                x.copy_(self.rows[0, start : start + self.BLOCK])
                y.copy_(self.rows[1, start : start + self.BLOCK])
                product.fill_(1)
                for w0, w1, u0, u1, b in layers:
                    k = w0 * u0 + w1 * u1
                    torch.mul(x, w0, out=t)
                    t.add_(y, alpha=w1).add_(b).tanh_()
                    x.add_(t, alpha=u0)
                    y.add_(t, alpha=u1)
                    torch.mul(t, t, out=g)
                    g.mul_(-k).add_(1 + k)
                    product.mul_(g)
                product.log_()
        return lambda: self.out.numpy()

    def loss(self, z):
        torch = self.torch
        z, log_det = self.flow(z, *self.parameters)
        ring = 0.5 * ((torch.norm(z, dim=1) - 2) / 0.4) ** 2
        wells = torch.logaddexp(-0.5 * ((z[:, 0] - 2) / 0.6) ** 2, -0.5 * ((z[:, 0] + 2) / 0.6) ** 2)
        return (ring - wells - log_det).mean()

    def gradient(self):
        self.optimizer.zero_grad()
        self.loss(self.trained).backward()
        w, u, b = (p.grad for p in self.parameters)
        return lambda: self.torch.cat([w, u, b[:, None]], dim=1).numpy()

    def step(self):
        self.optimizer.zero_grad()
        self.loss(self.torch.randn(len(self.trained), 2)).backward()
        self.optimizer.step()

    def normal(self):
        self.numbers.normal_()


def serve(peer, folder):
    threads = "one thread" if peer.threads == 1 else f"{peer.threads} threads"
    print(f"{peer.version}, Python {sys.version.split()[0]}, {threads}")
    print("\t".join(f"{name}: {form}" for name, form in peer.FORMS.items()), flush=True)
    for line in sys.stdin:
        command, name = line.split()
        start = time.perf_counter()
        result = getattr(peer, name)()
        seconds = time.perf_counter() - start
        if command == "check":
            np.ascontiguousarray(result()).tofile(f"{folder}/result")
        print(repr(seconds), flush=True)


if __name__ == "__main__":
    serve({"numpy": Numpy, "torch": Torch}[sys.argv[1]](sys.argv[2]), sys.argv[2])
