#!/usr/bin/env bash
# Packs the binary that `cargo build --profile dist --target TARGET` made: package.sh TARGET FOLDER writes
# FOLDER/fivewhys-TARGET.tar.gz, which `install.sh` of the gate's action unpacks.
set -euo pipefail
target=${1:?a target of rustc} folder=${2:?a folder}
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
built=${CARGO_TARGET_DIR:-target}/$target/dist binary=fivewhys
case $target in *-windows-*) binary=fivewhys.exe ;; esac
mkdir -p "$folder"
tar -czf "$folder/fivewhys-$target.tar.gz" LICENSE README.md -C "$built" "$binary"
