"""What a snapshot (see snapshot.py) has of the stack of a central account: where logs of other accounts arrive, what
carries them on, and whose findings and events come to it."""

from delivery_streams import GONE


def sorted_regions(backends) -> list:
    """(region, backend) of all regions that have been called, sorted."""
    return sorted(backends.items())


def _log_destinations(account, policy):
    from moto.logs.models import logs_backends

    regions = {}
    for region, backend in sorted_regions(logs_backends[account]):
        for destination in backend.destinations.values():
            regions.setdefault(region, {})[destination.destination_name] = {
                "targetArn": destination.target_arn,
                "roleArn": destination.role_arn,
                "accessPolicy": policy(destination.access_policy),
                "tags": backend.tagger.get_tag_dict_for_resource(destination.arn),
            }
    return regions


def _log_resource_policies(account, policy):
    from moto.logs.models import logs_backends

    regions = {}
    for region, backend in sorted_regions(logs_backends[account]):
        for name, kept in backend.resource_policies.items():
            regions.setdefault(region, {})[name] = policy(kept.policy_document)
    return regions


def _kinesis(account, _policy):
    """Data streams that are not being deleted. The shards of one on demand are AWS's business."""
    from moto.kinesis.models import kinesis_backends

    regions = {}
    for region, backend in sorted_regions(kinesis_backends[account]):
        for name, stream in backend.streams.items():
            if stream.status in ("DELETING", GONE):
                continue
            mode = stream.stream_mode["StreamMode"]
            regions.setdefault(region, {})[name] = {
                "StreamMode": mode,
                "OpenShardCount": sum(s.is_open for s in stream.shards.values()) if mode == "PROVISIONED" else None,
                "RetentionPeriodHours": stream.retention_period_hours,
                "EncryptionType": stream.encryption_type,
                "KeyId": stream.key_id,
                "MaxRecordSizeInKiB": stream.max_record_size,
                "consumers": sorted(consumer.consumer_name for consumer in stream.consumers),
                "tags": stream.tags,
            }
    return regions


def _events(account, policy):
    """The rules of the default bus."""
    from moto.events.models import events_backends

    regions = {}
    for region, backend in sorted_regions(events_backends[account]):
        for name, rule in backend.event_buses["default"].rules.items():
            regions.setdefault(region, {})[name] = {
                "EventPattern": policy(rule.event_pattern.dump()),
                "ScheduleExpression": rule.scheduled_expression,
                "State": rule.state,
                "Description": rule.description,
                "targets": {target["Id"]: target for target in rule.targets},
                "tags": backend.tagger.get_tag_dict_for_resource(rule.arn),
            }
    return regions


def _guardduty(account, _policy):
    from guardduty_detectors import DETECTORS, administrator_of

    regions = {}
    for region, detector in sorted(DETECTORS[account].items()):
        administrator = administrator_of(account, region)
        regions[region] = {
            "status": "ENABLED" if detector.is_enabled else "DISABLED",
            "findingPublishingFrequency": detector.frequency,
            "features": detector.features,
            "tags": detector.tags,
            "members": {name: [member.email, member.status.value] for name, member in detector.members.items()},
            "administrator": administrator and administrator[0],
        }
    return regions


def _flow_logs(account, _policy):
    """Without their identifiers."""
    from flow_logs import FLOW_LOGS

    return {
        region: sorted(
            ({key: value for key, value in model.items() if key != "Id"} for model in found.values()),
            key=lambda model: (model["ResourceId"], str(model)),
        )
        for region, found in FLOW_LOGS[account].items()
        if found
    }


def _event_source_mappings(account, _policy):
    """Mappings that are not being deleted, without their UUIDs."""
    from event_mappings import MAPPINGS

    regions = {}
    for (region, _), mapping in MAPPINGS[account].items():
        if mapping.state.value not in ("Deleting", GONE):
            settings, function_arn = mapping.pending or (mapping.settings, mapping.function_arn)
            regions.setdefault(region, []).append(
                settings
                | {
                    "FunctionArn": function_arn,
                    "EventSourceArn": mapping.source_arn,
                    "StartingPosition": mapping.position,
                    "disabled": mapping.state.value in ("Disabling", "Disabled"),
                    "tags": mapping.tags,
                }
            )
    return {region: sorted(found, key=str) for region, found in sorted(regions.items())}


def _opensearch(account, policy):
    """Domains that are not being deleted, without the documents."""
    from search_domains import DOMAINS

    regions = {}
    for (region, name), domain in sorted(DOMAINS[account].items()):
        if domain.status.value not in ("Deleting", GONE):
            settings = domain.settings | {"AccessPolicies": policy(domain.policy)}
            regions.setdefault(region, {})[name] = {"settings": settings, "tags": domain.tags}
    return regions


def _athena(account, _policy):
    """Work groups with their named queries, without their ids."""
    from data_catalog import WORK_GROUPS

    regions = {}
    for (region, name), group in sorted(WORK_GROUPS[account].items()):
        regions.setdefault(region, {})[name] = {
            "configuration": group.configuration,
            "description": group.description,
            "state": group.state,
            "tags": group.tags,
            "queries": sorted((query.given for query in group.queries.values()), key=str),
        }
    return regions


def _glue(account, _policy):
    from data_catalog import DATABASES

    regions = {}
    for (region, name), database in sorted(DATABASES[account].items()):
        found = {"given": database.given, "tables": database.tables}
        regions.setdefault(region, {})[name] = found
    return regions


SECTIONS = {
    "athena": _athena,
    "glue": _glue,
    "flow_logs": _flow_logs,
    "log_destinations": _log_destinations,
    "log_resource_policies": _log_resource_policies,
    "kinesis": _kinesis,
    "events": _events,
    "guardduty": _guardduty,
    "opensearch": _opensearch,
    "event_source_mappings": _event_source_mappings,
}
