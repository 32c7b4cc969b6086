"""Destinations of Firehose streams in OpenSearch Service: which configurations and updates are accepted.

Firehose describes the domain with the role at once. Whether the role may index documents it finds out when it delivers.
"""

import re

import search_domains
from aws_errors import AwsError
from delivery_streams import Stream, described_destination, merged
from rules import Call
from rules.destination_parts import (
    check_bucket_hints,
    check_logging,
    check_prefixes,
    check_processors,
    check_role,
    invalid,
)
from search_delivery import ROTATIONS

BUCKET_INTERVAL = 60
PROCESSORS = {"Lambda": {"LambdaArn": ""}}
DESCRIBE = ("DescribeDomain", "DescribeDomains", "DescribeDomainConfig")
# What OpenSearch takes for the name of an index.
INDEX = re.compile(r"(?![-_+])[^A-Z\s,:\"*+/\\|?#><]+")


def check_configuration(call: Call, configuration: dict) -> None:
    """Raises Firehose's refusal of a new destination."""
    check_bucket_hints(configuration["S3Configuration"], BUCKET_INTERVAL)
    _check_domain_given(configuration)
    _check_destination(call, described_destination("Amazonopensearchservice", configuration))


def check_update(call: Call, stream: Stream, update: dict) -> None:
    """Raises Firehose's refusal of an update: what results must be a destination that could be created."""
    check_bucket_hints(update.get("S3Update") or {}, BUCKET_INTERVAL)
    _check_destination(call, merged(stream.destination, update))


def _check_domain_given(configuration: dict) -> None:
    given = [name for name in ("DomainARN", "ClusterEndpoint") if configuration.get(name)]
    if not given:
        raise invalid("Provide either the Elasticsearch cluster endpoint or domain arn.")
    if len(given) == 2:
        raise invalid(
            "Cannot provide both Elasticsearch cluster endpoint and domain ARN. "
            "Provide either the cluster endpoint or domain arn."
        )


def _check_destination(call: Call, destination: dict) -> None:
    for name in ("ClusterEndpoint", "VpcConfiguration"):
        if destination.get(name):
            raise AwsError("NotImplemented", f"The emulator does not have this of OpenSearch destinations: {name}", 501)
    if destination["IndexRotationPeriod"] not in ROTATIONS:
        raise AwsError("NotImplemented", "The emulator does not have weekly indices.", 501)
    bucket = destination["S3DestinationDescription"]
    if not INDEX.fullmatch(destination["IndexName"]):
        raise invalid(f"IndexName {destination['IndexName']} is not the name of an index.")
    if destination.get("TypeName"):
        raise invalid(
            "Types are deprecated in Elasticsearch version 7+ and all OpenSearch versions. TypeName must be empty."
        )
    for options in (destination["CloudWatchLoggingOptions"], bucket["CloudWatchLoggingOptions"]):
        check_logging(options)
    check_prefixes(bucket)
    check_processors(destination, PROCESSORS, "an OpenSearch")
    check_role(call, bucket["RoleARN"])
    _check_domain(call, destination["DomainARN"], check_role(call, destination["RoleARN"]))


def _check_domain(call: Call, arn: str, role) -> None:
    """A domain of this region that has an endpoint, and that the role may describe."""
    domain = search_domains.found(arn, is_looked_at=True)
    may_describe = all(role.allows(f"es:{action}", arn, {}) for action in DESCRIBE)
    if domain is None or domain.region != call.region or not may_describe:
        raise invalid(f"Verify that the IAM role has access to the Elasticsearch domain: {arn}")
    if not domain.is_open:
        raise invalid(f"The domain {arn} is not active.")
