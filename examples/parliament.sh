#!/usr/bin/env bash
# Runs parliament (https://github.com/duo-labs/parliament), a linter for IAM, on every policy that ctadmin prints or
# writes: those of iam-policy, of users and roles with their trust, of bucket, topics and queue, and the statements for
# keys and for resources of others. It sends no requests to AWS. Accepted findings are listed below, with the reason;
# any other is printed, and the exit code is 1.
#
#   examples/parliament.sh              # with ctadmin from PATH
#   CTADMIN=target/debug/ctadmin examples/parliament.sh
#   PARLIAMENT_VENV=~/.cache/parliament examples/parliament.sh    # keeps the virtual environment
set -euo pipefail

venv=${PARLIAMENT_VENV:-$(mktemp -d)}
[ -n "${PARLIAMENT_VENV:-}" ] || trap 'rm -rf "$venv"' EXIT
packages=(parliament==1.6.4 setuptools==80.9.0) # later versions of setuptools lack pkg_resources
if [ "$(cat "$venv/installed" 2>/dev/null)" != "${packages[*]}" ]; then
    python3 -m venv --clear "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "${packages[@]}"
    echo "${packages[*]}" >"$venv/installed"
fi
"$venv/bin/python" -W ignore - <<'EOF'
import json
import os
import re
import subprocess
import sys

from parliament import analyze_policy_string, enhance_finding

CTADMIN = os.environ.get("CTADMIN", "ctadmin")
ACCOUNT, OTHER, REGION = "123456789012", "210987654321", "us-west-2"
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:hec-AbCdEf"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
OFFLINE = f"--offline --account-id {ACCOUNT} --region {REGION} --dry-run --output json"

PRINTED = [
    *[f"{verb} {stack}" for verb in ("create", "show", "delete") for stack in ("trail", "splunk", "alerts", "push", "central", "member", "athena")],
    *[f"{verb} splunk --role reader" for verb in ("create", "show", "delete")],
    "create trail --access-log-bucket access-logs",
    f"create central --opensearch --splunk --hec-secret {SECRET}",
    *[f"{verb} {key}" for verb in ("events", "activity-athena", "doctor", "doctor push", "push-failed", "push-replay") for key in ("", f"--kms-key-id {KEY}")],
]
PLANNED = [
    f"create --kms-key-id {KEY}",
    f"create --multi-region --bucket central --bucket-owner {OTHER} --key-prefix logs",
    "create central --members 111111111111",
    f"create central --members 111111111111 --splunk --hec-endpoint https://hec.example.com:443 --hec-secret {SECRET} "
    f"--opensearch --opensearch-reader arn:aws:iam::{ACCOUNT}:role/analyst",
    "create splunk --billing-bucket reports --ec2",
    f"create splunk --role reader --trust {OTHER},external-id=secret",
    f"create alerts --multi-region --kms-key-id {KEY}",
    "create athena --organization=o-a1b2c3d4e5",
    f"create push --multi-region --hec-endpoint https://hec.example.com:443 --hec-secret {SECRET}",
    f"create --multi-region --queue-encryption {KEY} --topic-kms-key-id {KEY} --lifecycle-days 365 "
    "--object-lock 30 --access-log-bucket access-logs",
]
# Of which policies, which finding, what is in its detail, and why it is accepted.
ACCEPTED = [
    (
        "iam-policy",
        "RESOURCE_MISMATCH",
        "es:ListTags",
        "the action is about domains, applications or data sources: the policy names domains",
    ),
    (
        "iam-policy",
        "RESOURCE_MISMATCH",
        "athena:",
        "tags are those of work groups, data catalogs or capacity reservations: the policy names a work group",
    ),
    (
        "iam-policy",
        "UNKNOWN_ACTION",
        "ec2:DescribeVpcEncryptionControls",
        "newer than parliament: the Cloud Control API uses it to list VPCs",
    ),
    (
        "iam-policy create",
        "RESOURCE_POLICY_PRIVILEGE_ESCALATION",
        "s3:PutBucketPolicy",
        "create writes the bucket's policy: who may do that could give themselves the rest, so the caller of create is "
        "to be trusted with the bucket",
    ),
    (
        "iam-policy create",
        "RESOURCE_POLICY_PRIVILEGE_ESCALATION",
        "s3:PutLifecycleConfiguration",
        "--lifecycle-days lets old logs expire: the caller of create is to be trusted with the bucket",
    ),
    (
        "iam-policy",
        "RESOURCE_STAR",
        "['cloudwatch:DescribeAlarms']",
        "composite alarms are described only to callers who may describe all alarms (API_DescribeAlarms)",
    ),
    (
        "create central",
        "RESOURCE_MISMATCH",
        "'logs:PutSubscriptionFilter'",
        "the policy of a destination names the destination (PutDestinationPolicy, CreateDestination)",
    ),
    ("key statements", "RESOURCE_STAR", "kms:", "in a key policy, * is the key"),
    (
        "key statements",
        "UNKNOWN_CONDITION_FOR_ACTION",
        "kms:EncryptionContext:aws:logs:arn",
        "the statement is that of CloudWatch Logs' page (encrypt-log-data-kms), kms:Describe* included",
    ),
    (
        "key statements",
        "MISMATCHED_TYPE",
        "ArnEquals",
        "the encryption context is an ARN there, as that page has it, though KMS calls all contexts strings",
    ),
]


def ctadmin(arguments):
    """What ctadmin prints."""
    environment = {**os.environ, "AWS_REGION": REGION}
    ran = subprocess.run([CTADMIN, *arguments.split()], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if ran.returncode:
        sys.exit(f"ctadmin {arguments}: {ran.stderr.decode()}")
    return ran.stdout.decode()


def documents(value):
    """The policies in the parameters of a call, each with the name of its parameter."""
    for name, member in value.items():
        if isinstance(member, dict):
            yield from documents(member)
        elif isinstance(member, str) and '"Statement"' in member:
            yield name, json.loads(member)


def statements(note):
    """The statements that a note asks somebody else to add."""
    text = re.search(r"\n[\[{].*", note, re.DOTALL)
    found = json.loads(text.group()) if text else []
    return found if isinstance(found, list) else [found]


def policies():
    """All of them, each with its name."""
    for arguments in PRINTED:
        yield f"iam-policy {arguments}", json.loads(ctadmin(f"iam-policy {arguments} --account-id {ACCOUNT}"))
    for arguments in PLANNED:
        plan = json.loads(ctadmin(f"{arguments} {OFFLINE}"))
        for step in plan["steps"]:
            for name, document in documents(step["params"]):
                if name == "AssumeRolePolicyDocument":
                    # parliament does not know trust policies, which are about the role that has them.
                    for statement in document["Statement"]:
                        statement["Resource"] = f"arn:aws:iam::{ACCOUNT}:role/{step['params']['RoleName']}"
                yield f"{arguments}: {step['id']}", document
        for note in plan["notes"]:
            found = statements(note)
            kind = "key statements" if '"kms:' in note else "statements for others"
            if found:
                yield f"{kind} of {arguments}", {"Version": "2012-10-17", "Statement": found}


checked, findings = 0, []
for name, document in policies():
    checked += 1
    for finding in analyze_policy_string(json.dumps(document)).findings:
        enhance_finding(finding)
        detail = f"{finding.title} {finding.detail}"
        reasons = [
            reason for start, issue, text, reason in ACCEPTED
            if name.startswith(start) and finding.issue == issue and text in detail
        ]
        if not reasons:
            findings.append(f"{name}: {finding.severity} {finding.issue}: {detail}")
print("\n".join(sorted(set(findings))) or f"{checked} policies, nothing found")
sys.exit(bool(findings))
EOF
