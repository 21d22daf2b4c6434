#!/usr/bin/env bash
# Gives the traffic of Cloud Run services back to the revisions that `before.sh` recorded (BEFORE), where the gate proved the
# deployment faulty: EXIT_CODE is 1. An inconclusive gate proves nothing, so nothing is rolled back after it. Exit codes: 0 when
# nothing is left to do, 1 when a service could not be rolled back (the others were), 2 when a variable is missing.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/serving.sh"

case ${EXIT_CODE:-} in
    1) reason= ;;
    0) reason="the deployment is healthy" ;;
    3) reason="the gate is inconclusive" ;;
    "") reason="the gate did not end" ;;
    *) reason="the gate checked nothing: its exit code is $EXIT_CODE" ;;
esac
if [ -n "$reason" ]; then
    say "Not rolled back: $reason."
    exit 0
fi
for variable in BEFORE PROJECT REGION; do
    if [ -z "${!variable:-}" ]; then
        say "Not rolled back: the variable $variable is not set."
        exit 2
    fi
done

roll_back() {
    local service=$1 before=$2 now
    if ! is_service "$service" || ! is_traffic "$before"; then
        say "NOT ROLLED BACK: the record has the line $(printf %q "$service $before") instead of SERVICE REVISION=PERCENT."
        return 1
    fi
    # Where this cannot be read, a rollback too many is better than one that is missing.
    now=$(serving "$service") || now="an unknown revision"
    if [ "$now" = "$before" ]; then
        say "$service: not rolled back, it serves $before already."
        return 0
    fi
    if ! gcloud run services update-traffic "$service" --to-revisions="$before" --project="$PROJECT" --region="$REGION" \
        --quiet < /dev/null; then
        say "$service: NOT ROLLED BACK, gcloud failed; it should serve $before."
        return 1
    fi
    say "$service: rolled back from $now to $before."
}

failed=0
while read -r service before; do
    if [ -n "$service" ]; then roll_back "$service" "$before" || failed=1; fi
done <<< "$BEFORE"
exit "$failed"
