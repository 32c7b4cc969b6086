#!/usr/bin/env bash
# Runs prowler, a security auditor, on the trails, alerts and central account that ctadmin creates: on an emulator of AWS,
# or on the account of the environment's credentials.
#
# Requires prowler 5 (pip install prowler; some minutes and 2 GB), Python 3.10 to 3.12 for it, and ctadmin in the path.
# On the emulator: python3 tests/support/emulator/server.py --port 5599, in its virtual environment, and
#
#   export AWS_ENDPOINT_URL=http://127.0.0.1:5599 NO_PROXY=127.0.0.1 \
#          AWS_ACCESS_KEY_ID=AKIATEST123456789012 AWS_SECRET_ACCESS_KEY=secret
#   bash examples/prowler.sh us-west-2
#
# Exits 0 if all checks pass that depend on the stacks; see examples/prowler.md for the others.
set -euo pipefail

region=${1:?names no region}
email=${2:-security@example.com}
export AWS_REGION=$region AWS_DEFAULT_REGION=$region

key=$(aws kms create-key --region "$region" --description "logs of CloudTrail" --query KeyMetadata.Arn --output text)
aws kms put-key-policy --region "$region" --key-id "$key" --policy-name default --policy '{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "Owner", "Effect": "Allow", "Principal": {"AWS": "'"arn:aws:iam::$(aws sts get-caller-identity --query Account --output text):root"'"},
      "Action": "kms:*", "Resource": "*"},
    {"Sid": "CloudTrail", "Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"},
      "Action": ["kms:GenerateDataKey*", "kms:DescribeKey"], "Resource": "*"},
    {"Sid": "Logs", "Effect": "Allow", "Principal": {"Service": "'"logs.$region.amazonaws.com"'"},
      "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"], "Resource": "*"}
  ]
}'
ctadmin create --yes --region "$region" --multi-region --kms-key-id "$key"
ctadmin create alerts --yes --email "$email" --kms-key-id "$key"

if [[ ${AWS_ENDPOINT_URL:-} == *127.0.0.1* ]]; then
  # Nothing is ever delivered on the emulator; prowler wants to see that something was, within a day.
  account=$(aws sts get-caller-identity --query Account --output text)
  curl --silent --show-error --fail --output /dev/null "$AWS_ENDPOINT_URL/_emulator/settings" \
    --data '{"account": "'"$account"'", "delivery": {"*": {"LatestCloudWatchLogsDeliveryTime": '"$(date +%s)"'}}}'
fi

folder=$(mktemp -d)
prowler aws --service cloudtrail cloudwatch --excluded-check cloudtrail_bucket_requires_mfa_delete \
  cloudtrail_insights_exist cloudtrail_logs_s3_bucket_access_logging_enabled \
  cloudtrail_s3_dataevents_read_enabled cloudtrail_s3_dataevents_write_enabled \
  --output-formats csv --output-directory "$folder" --output-filename audit --no-banner --no-color

# A central account with all features of GuardDuty.
ctadmin create central --yes --region "$region" --regions "$region" --members 210987654321 --email "$email" \
  --archive-days 90 --guardduty-features EBS_MALWARE_PROTECTION,EKS_AUDIT_LOGS,LAMBDA_NETWORK_LOGS,RDS_LOGIN_EVENTS,RUNTIME_MONITORING,S3_DATA_EVENTS,AI_PROTECTION
prowler aws --service guardduty kinesis firehose s3 --region "$region" --excluded-check firehose_stream_encrypted_at_rest \
  guardduty_centrally_managed guardduty_delegated_admin_enabled_all_regions guardduty_eks_runtime_monitoring_enabled \
  s3_account_level_public_access_blocks s3_bucket_acl_prohibited s3_bucket_cross_region_replication \
  s3_bucket_event_notifications_enabled s3_bucket_kms_encryption s3_bucket_lifecycle_enabled s3_bucket_no_mfa_delete \
  s3_bucket_object_lock s3_bucket_object_versioning s3_bucket_server_access_logging_enabled \
  --output-formats csv --output-directory "$folder" --output-filename central --no-banner --no-color
