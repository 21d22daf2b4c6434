#!/usr/bin/env bash
# Records which revisions serve before a deployment, so that a rollback restores what was there and guesses nothing. Writes the
# output `before`: a line `SERVICE REVISION=PERCENT` for each name in SERVICES. Fails where a service has no such revision:
# nothing should be deployed that could not be rolled back. Deploy a new service by hand the first time.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/serving.sh"
: "${SERVICES:?names of Cloud Run services, with blanks between}" "${PROJECT:?}" "${REGION:?}" "${GITHUB_OUTPUT:?}"

fail() {
    printf 'error: %s\n' "$1" >&2
    exit 1
}

# A name is no pattern of files.
set -f
record=
for service in $SERVICES; do
    is_service "$service" || fail "$(printf %q "$service") is no name of a Cloud Run service"
    traffic=$(serving "$service") || fail "$service: cannot read which revision serves in $REGION"
    is_traffic "$traffic" || fail "$service: no revision serves in $REGION"
    printf '%s serves %s\n' "$service" "$traffic"
    record+="$service $traffic"$'\n'
done
[ -n "$record" ] || fail "SERVICES names no service"
printf 'before<<END_OF_RECORD\n%sEND_OF_RECORD\n' "$record" >> "$GITHUB_OUTPUT"
