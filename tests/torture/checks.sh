# What the scripts of this folder share: the command, a temporary folder to work in, and counted checks. Sourced in the repository root.
evenkeel=(dotnet "$PWD/src/Evenkeel.Cli/bin/Release/net10.0/Evenkeel.Cli.dll")
export DOTNET_NOLOGO=1 DOTNET_TieredPGO=0
passed=0 failed=0

work=$(mktemp -d)
cleanup() {
    mountpoint -q "$work/full" 2> /dev/null && umount "$work/full"
    rm -rf "$work"
}
trap cleanup EXIT
cd "$work"

check() { # DESCRIPTION COMMAND...
    local description=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $description"
    fi
}
