#!/bin/sh
# Builds the process of TorchSharp that `-- normalization` asks where out/ exists, and makes it load on Debian 12, whose libstdc++ lacks one
# symbol: a library with that symbol, which may do nothing, is preloaded, and the need of the version that would bring it is made weak.
set -eu
cd "$(dirname "$0")"
dotnet build -c Release -o out Evenkeel.TorchSharp.csproj
echo 'void _ZSt21ios_base_library_initv(void) {}' | gcc -shared -fPIC -x c - -o out/libshim.so
/usr/bin/python3 weaken.py out/libLibTorchSharp.so GLIBCXX_3.4.32
