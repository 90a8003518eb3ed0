"""Times `evenkeel scale` on a CSV file made on the spot, and kills it in the middle.

    python3 benchmarks/csv.py [--gigabytes 2] [--folder DIR] [--threads N]

Prints a line per step: seconds, MB of input per second, and the largest resident memory of the process.
Needs the .NET SDK and Python's standard library, on Linux.
"""

import argparse
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
COLUMNS = 16
MEMORY_LIMIT_MB = 200


def make(path, size):
    """Writes rows of a number, a quoted text, and numbers of every length, until there are enough bytes."""
    generator = random.Random(1)
    rows = []
    for number in range(50_000):
        long = [repr(generator.gauss(0, 1000)) for _ in range(COLUMNS // 2)]
        short = [f"{generator.random() * 100:.3f}" for _ in range(COLUMNS - len(long))]
        rows.append(f'{number},"New, York",{",".join(long + short)}\n')
    block = "".join(rows).encode()
    with open(path, "wb") as file:
        file.write(("id,city," + ",".join(f"x{i}" for i in range(COLUMNS)) + "\n").encode())
        while file.tell() < size:
            file.write(block)


def start(command, arguments):
    return subprocess.Popen([*command, *map(str, arguments)], stdout=subprocess.DEVNULL)


def measure(name, size, command, arguments):
    """Runs a command to its end; prints time, speed and peak memory, which it returns in MB."""
    began = time.perf_counter()
    process = start(command, arguments)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    if status != 0:
        sys.exit(f"{name} failed")
    peak = usage.ru_maxrss * 1024 / 1e6
    processor = usage.ru_utime + usage.ru_stime
    print(f"{name:<28} {seconds:7.1f} s {size / 1e6 / seconds:7.0f} MB/s {peak:6.0f} MB peak {processor:7.1f} s of processor time", flush=True)
    return peak


def read(path, size):
    began = time.perf_counter()
    with open(path, "rb", buffering=0) as file:
        buffer = bytearray(1 << 20)
        while file.readinto(buffer):
            pass
    seconds = time.perf_counter() - began
    print(f"{'plain read':<28} {seconds:7.1f} s {size / 1e6 / seconds:7.0f} MB/s", flush=True)


def end_in_the_middle(command, arguments, folder, output, kind):
    """Ends a command by a signal while it writes; what it wrote must not stand under the output's name."""
    before = set(os.listdir(folder))
    process = start(command, [*arguments, "--out", output])
    while not any(name.endswith(".tmp") and os.path.getsize(folder / name) > 10_000_000 for name in os.listdir(folder)):
        if process.poll() is not None:
            sys.exit("the command came to its end before it could be ended")
        time.sleep(0.01)
    process.send_signal(kind)
    process.wait()
    left = set(os.listdir(folder)) - before
    print(f"ended by {kind.name}: '{output.name}' {'is there' if output.exists() else 'is not there'}; "
          f"left over: {', '.join(sorted(left)) or 'nothing'}")
    if output.exists() or (kind == signal.SIGINT and left):
        sys.exit("something half-written remains")
    for name in left:
        os.remove(folder / name)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gigabytes", type=float, default=2)
    parser.add_argument("--folder", help="where to make the files, three times their size (default: a temporary folder)")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()

    project = ROOT / "src" / "Evenkeel.Cli"
    subprocess.run(["dotnet", "build", "-c", "Release", str(project)], check=True, stdout=subprocess.DEVNULL)
    command = ["dotnet", str(next(project.glob("bin/Release/*/Evenkeel.Cli.dll"))), "scale"]
    names = ",".join(f"x{i}" for i in range(COLUMNS))
    with tempfile.TemporaryDirectory(dir=options.folder) as path:
        folder = pathlib.Path(path)
        table, scaler, robust, output, back = (
            folder / name for name in ("table.csv", "scaler.json", "robust.json", "scaled.csv", "back.csv"))
        make(table, options.gigabytes * 1e9)
        size = table.stat().st_size
        threads = ["--threads", options.threads]
        print(f"{size / 1e9:.2f} GB, {COLUMNS + 2} columns, {COLUMNS} of them scaled, {options.threads} threads")
        read(table, size)
        peaks = [
            measure("fit standard", size, command, ["fit", table, "--columns", names, "--out", scaler, *threads]),
            measure("fit robust", size, command, ["fit", table, "--scaler", "robust", "--columns", names, "--out", robust, *threads]),
            measure("transform", size, command, ["transform", table, "--scaler", scaler, "--out", output, *threads]),
            measure("inverse", output.stat().st_size, command, ["inverse", output, "--scaler", scaler, "--out", back, *threads]),
            measure("describe", size, command, ["describe", table, *threads]),
        ]
        os.remove(output)
        transform = ["transform", table, "--scaler", scaler, *threads]
        for kind in (signal.SIGKILL, signal.SIGINT):
            end_in_the_middle(command, transform, folder, output, kind)
        print(f"peak memory {max(peaks):.0f} MB, to be under {MEMORY_LIMIT_MB} MB")
        if max(peaks) >= MEMORY_LIMIT_MB:
            sys.exit(1)


if __name__ == "__main__":
    main()
