#!/usr/bin/env bash
# Runs the gate for TARGET of the file CONFIG, keeps its reports below EVIDENCE, writes its exit code and verdict as outputs, and
# ends with that exit code.
set -euo pipefail

code=0
# A target that begins with a hyphen is a flag: `--help` ends with 0.
if [[ -z ${TARGET:-} || $TARGET == -* || -z ${CONFIG:-} || -z ${EVIDENCE:-} ]]; then
    echo "error: \`target\` has to be a name of a target, \`config\` and \`evidence\` have to be paths" >&2
    code=2
else
    mkdir -p "$EVIDENCE"
    # Reports of an earlier run are not this one's.
    rm -f -- "$EVIDENCE"/report.{txt,json,xml,html,sarif} "$EVIDENCE"/seen/{evidence.json,exchanges.txt}
    fivewhys gate "$TARGET" --config "$CONFIG" --evidence "$EVIDENCE/seen" --report "text=$EVIDENCE/report.txt" \
        --report "json=$EVIDENCE/report.json" --report "junit=$EVIDENCE/report.xml" --report "html=$EVIDENCE/report.html" \
        --report "sarif=$EVIDENCE/report.sarif" || code=$?
fi

case $code in
    0) verdict=healthy ;;
    1) verdict=faulty ;;
    2) verdict=usage ;;
    3) verdict=inconclusive ;;
    *) verdict=failed ;;
esac
{
    echo "exit-code=$code"
    echo "verdict=$verdict"
    # The upload of a file that is not there would be an error of its own, and the one that is read first.
    if [ -s "${EVIDENCE:-}/report.sarif" ]; then echo "sarif=$EVIDENCE/report.sarif"; fi
} >> "$GITHUB_OUTPUT"
exit "$code"
