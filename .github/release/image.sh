#!/usr/bin/env bash
# Lays the context of `.github/Dockerfile` from the packed binaries: image.sh FOLDER CONTEXT. The roots of trust are those of the
# machine that builds the image, Mozilla's as its distribution has them; ROOTS names another file. An image of 15 MiB or more is
# an error: a gate in a pipeline pulls it every time.
set -euo pipefail
folder=${1:?a folder with the archives} context=${2:?a folder for the context}
mkdir -p "$context/amd64" "$context/arm64"
tar -xzf "$folder/fivewhys-x86_64-unknown-linux-musl.tar.gz" -C "$context/amd64" fivewhys
tar -xzf "$folder/fivewhys-aarch64-unknown-linux-musl.tar.gz" -C "$context/arm64" fivewhys
cp "${ROOTS:-/etc/ssl/certs/ca-certificates.crt}" "$context/ca-certificates.crt"

most=$((15 * 1024 * 1024))
for architecture in amd64 arm64; do
    bytes=$(cat "$context/$architecture/fivewhys" "$context/ca-certificates.crt" | wc -c)
    if ((bytes >= most)); then
        echo "error: the image for $architecture has $bytes bytes; it has to stay below $most" >&2
        exit 1
    fi
done
