#!/usr/bin/env bash
# Puts `fivewhys` on the path of the next steps: the binary of the release VERSION, or of the release that the action itself is
# used from (ACTION_REF), or one that is built from the action's own source. A binary that the release's SHA256SUMS does not
# list, or lists otherwise, is not installed.
set -euo pipefail

fail() {
    printf 'error: %s\n' "$1" >&2
    exit 1
}

build() {
    local source=$GITHUB_ACTION_PATH/../../.. into=$RUNNER_TEMP/fivewhys-build
    command -v cargo > /dev/null || fail "a build needs Rust; set \`version\` to a release instead"
    cargo build --release --locked --manifest-path "$source/Cargo.toml" --target-dir "$into"
    printf '%s\n' "$into/release" >> "$GITHUB_PATH"
}

# The name of this runner's archive, without its extension.
archive() {
    case ${RUNNER_OS:-}-${RUNNER_ARCH:-} in
        Linux-X64) echo fivewhys-x86_64-unknown-linux-musl ;;
        Linux-ARM64) echo fivewhys-aarch64-unknown-linux-musl ;;
        macOS-X64) echo fivewhys-x86_64-apple-darwin ;;
        macOS-ARM64) echo fivewhys-aarch64-apple-darwin ;;
        Windows-X64) echo fivewhys-x86_64-pc-windows-msvc ;;
        *) return 1 ;;
    esac
}

fetch() {
    curl --fail --silent --show-error --location --proto '=https' --retry 3 --output "$1" "$2/$1"
}

sha256() {
    if command -v sha256sum > /dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

download() {
    local version=$1 file from listed
    file=$(archive) || fail "no release has a binary for ${RUNNER_OS:-?} on ${RUNNER_ARCH:-?}: set \`version: build\`"
    file=$file.tar.gz from=${GITHUB_SERVER_URL:-https://github.com}/$REPOSITORY/releases/download/$version
    mkdir -p "$RUNNER_TEMP/fivewhys-$version"
    # Relative names from here on: to the tar of a Windows runner, `D:` is a host.
    cd "$RUNNER_TEMP/fivewhys-$version"
    fetch "$file" "$from" || fail "cannot download $file from $from"
    fetch SHA256SUMS "$from" || fail "cannot download SHA256SUMS from $from"
    listed=$(awk -v file="$file" '$2 == file || $2 == "*" file { print $1 }' SHA256SUMS)
    if [ -z "$listed" ] || [ "$listed" != "$(sha256 "$file")" ]; then
        rm -f "$file"
        fail "the checksum of $file is not that of SHA256SUMS: not installed"
    fi
    tar -xzf "$file"
    ./fivewhys --version
    printf '%s\n' "$RUNNER_TEMP/fivewhys-$version" >> "$GITHUB_PATH"
}

release='^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$'
version=${VERSION:-}
if [[ -z $version && ${ACTION_REF:-} =~ $release ]]; then version=$ACTION_REF; fi
if [[ -z $version || $version == build ]]; then
    build
elif [[ $version =~ $release ]]; then
    download "$version"
else
    fail "\`version\` is $(printf %q "$version"); it has to be \`build\` or a release such as v0.1.0"
fi
