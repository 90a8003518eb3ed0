"""The process environment in which PyTorch and scikit-learn are fast on a CPU. Nothing may import torch or numpy before it is set."""

import os
import sys

# glibc returns large freed blocks to the kernel, and every result then pays page faults: keep them instead.
ALLOCATOR = {
    "MALLOC_MMAP_THRESHOLD_": "8589934592",
    "MALLOC_TRIM_THRESHOLD_": "17179869184",
    "MALLOC_TOP_PAD_": "1073741824",
}


def add_options(parser):
    # Two pools of two threads on two cores wait for each other: one thread each is the fastest for networks this small.
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="threads of PyTorch's loops (default 1)")
    parser.add_argument("--blas-threads", type=int, default=1, metavar="N", help="threads of OpenBLAS (default 1)")
    parser.add_argument("--core-type", metavar="TYPE", help="the kernels of OpenBLAS, such as SKYLAKEX (default: as it detects)")


def prepare(options, more=None):
    """Sets what PyTorch's speed depends on."""
    wanted = ALLOCATOR | (more or {}) | {
        "OMP_NUM_THREADS": str(options.threads),
        "OPENBLAS_NUM_THREADS": str(options.blas_threads),
    }
    if options.core_type:
        wanted["OPENBLAS_CORETYPE"] = options.core_type
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENBLAS_")}
    restart_with(kept | wanted)


def restart_with(variables):
    """Restarts the script once with these variables, since they are read when a process starts."""
    if dict(os.environ) != variables:
        os.execve(sys.executable, [sys.executable, *sys.argv], variables)


def describe():
    """What the figures depend on, in a line."""
    import torch

    with open("/proc/self/maps") as maps:
        files = {line.split("/")[-1].strip() for line in maps if "blas" in line}
    blas = next((file for file in files if "openblas" in file), "a BLAS that is not OpenBLAS (slow: see README.md)")
    settings = [f"{name}={value}" for name, value in sorted(os.environ.items())
                if name in ("OMP_WAIT_POLICY", "OPENBLAS_NUM_THREADS", "OPENBLAS_CORETYPE")]
    return (f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads, {blas}, {', '.join(settings)}, "
            f"load average {os.getloadavg()[0]:.2f}")
