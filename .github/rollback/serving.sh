# shellcheck shell=bash
# What `before.sh` and `rollback.sh` share: both are told the Google Cloud project as PROJECT and its region as REGION.

# Whether this is a name of a Cloud Run service. Anything else could be a flag of gcloud.
is_service() {
    [[ $1 =~ ^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$ ]]
}

# Whether this is REVISION=PERCENT, or several of them with commas between, as `--to-revisions` takes it.
is_traffic() {
    [[ $1 =~ ^[a-z][a-z0-9-]*=[0-9]+(,[a-z][a-z0-9-]*=[0-9]+)*$ ]]
}

# The revisions that serve the traffic of a service now, as REVISION=PERCENT with commas between. A tag without traffic is left
# out, and a revision that is listed twice (by name and as the latest one) has the sum.
serving() {
    gcloud run services describe "$1" --project="$PROJECT" --region="$REGION" --flatten='status.traffic[]' \
        --format='value[separator="="](status.traffic.revisionName,status.traffic.percent)' < /dev/null |
        awk -F= '$2 > 0 { percent[$1] += $2 } END { for (name in percent) print name "=" percent[name] }' |
        LC_ALL=C sort | paste -sd, -
}

# Prints a line, on the summary of the workflow run too.
say() {
    printf '%s\n' "$1"
    if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then printf '%s\n\n' "$1" >> "$GITHUB_STEP_SUMMARY"; fi
}
