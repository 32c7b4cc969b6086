"""Which IAM actions a request needs, and on which resources, as the Service Authorization Reference has it.

Mostly the action is `<service>:<operation>` and the resource what a parameter names; the tables say where not.
"""

import data_streams
from aws_request import AwsRequest
from data_catalog import EXECUTIONS, group_of_query
from event_mappings import MAPPINGS

# Operations whose IAM action is another word.
ACTIONS = {
    "s3:HeadBucket": "s3:ListBucket",
    "s3:ListObjects": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3:HeadObject": "s3:GetObject",
    "s3:DeleteObjects": "s3:DeleteObject",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3:DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:DeleteBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
    "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "s3:PutObjectLockConfiguration": "s3:PutBucketObjectLockConfiguration",
    "s3:DeleteBucketTagging": "s3:PutBucketTagging",
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
}
# Services whose actions bear the name of another one.
PREFIXES = {"cloudcontrol": "cloudformation", "opensearch": "es"}
# Operation -> the parameter with the tags of what it creates, and the action that takes.
TAGGING = {
    "athena:CreateWorkGroup": ("Tags", "athena:TagResource"),
    "sqs:CreateQueue": ("tags", "sqs:TagQueue"),
    "sns:CreateTopic": ("Tags", "sns:TagResource"),
    "cloudtrail:CreateTrail": ("TagsList", "cloudtrail:AddTags"),
    "iam:CreateUser": ("Tags", "iam:TagUser"),
    "iam:CreateRole": ("Tags", "iam:TagRole"),
    "logs:CreateLogGroup": ("tags", "logs:TagResource"),
    "logs:PutDestination": ("tags", "logs:TagResource"),
    "cloudwatch:PutMetricAlarm": ("Tags", "cloudwatch:TagResource"),
    "cloudwatch:PutDashboard": ("Tags", "cloudwatch:TagResource"),
    "events:PutRule": ("Tags", "events:TagResource"),
    "firehose:CreateDeliveryStream": ("Tags", "firehose:TagDeliveryStream"),
    "kinesis:CreateStream": ("Tags", "kinesis:AddTagsToStream"),
    "guardduty:CreateDetector": ("Tags", "guardduty:TagResource"),
    "lambda:CreateFunction": ("Tags", "lambda:TagResource"),
    "lambda:CreateEventSourceMapping": ("Tags", "lambda:TagResource"),
    "opensearch:CreateDomain": ("TagList", "es:AddTags"),
    "secretsmanager:CreateSecret": ("Tags", "secretsmanager:TagResource"),
}
# How operations on a log group name it, other than those of its tags: by what is in it.
BELOW_GROUP = ":log-stream:"
# Operations of CloudWatch Logs whose action knows no resource.
ON_EVERYTHING = {
    "TestMetricFilter",
    "DescribeDestinations",
    "PutResourcePolicy",
    "DescribeResourcePolicies",
    "DeleteResourcePolicy",
}
# Operations of Kinesis whose action knows no resource, whatever they name.
WITHOUT_STREAM = {"UpdateShardCount", "UpdateStreamMode", "EnableEnhancedMonitoring", "DisableEnhancedMonitoring"}
# What anybody with a key may do; AssumeRole is judged by its rule, for the role has a say in it.
FREE = {"sts:GetCallerIdentity", "sts:AssumeRole", "sts:GetSessionToken"}


def action_of(request: AwsRequest) -> str:
    """The one action to name, such as s3:ListBucket for HeadBucket."""
    action = f"{PREFIXES.get(request.service, request.service)}:{request.operation}"
    if request.params.get("VersionId") and request.operation in ("GetObject", "HeadObject"):
        return "s3:GetObjectVersion"
    return ACTIONS.get(action, action)


def needed(request: AwsRequest) -> list:
    """All (action, resource) that the request needs."""
    operation = f"{request.service}:{request.operation}"
    if operation in FREE:
        return []
    find = RESOURCES.get(request.service)
    resources = (find(request, request.params) or "*") if find else "*"
    resources = resources if isinstance(resources, list) else [resources]
    accesses = [(action_of(request), resource) for resource in resources]
    member, action = TAGGING.get(operation, ("", ""))
    if request.params.get(member):
        accesses.append((action, resources[0].removesuffix(BELOW_GROUP)))
    if operation == "s3:CreateBucket" and request.params.get("ObjectLockEnabledForBucket"):
        further = ("s3:PutBucketObjectLockConfiguration", "s3:PutBucketVersioning")
        accesses += [(action, resources[0]) for action in further]
    if operation == "logs:PutSubscriptionFilter" and ":destination:" in (request.params.get("destinationArn") or ""):
        accesses.append((operation, request.params["destinationArn"]))
    if operation == "sqs:StartMessageMoveTask":
        accesses += [(f"sqs:{action}", resources[0]) for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")]
        accesses += [("sqs:SendMessage", arn) for arn in _dead_letter_sources(request, resources[0])]
    return accesses + [("iam:PassRole", arn) for arn in _passed_roles(request)]


def _passed_roles(request: AwsRequest) -> list:
    """The ARNs of the roles that the request passes to the service."""
    if request.service == "cloudtrail":
        found = [request.params.get("CloudWatchLogsRoleArn")]
    elif request.service == "logs" and request.operation in ("PutSubscriptionFilter", "PutDestination"):
        found = [request.params.get("roleArn")]
    elif request.service == "lambda":
        found = [request.params.get("Role")]
    elif request.service == "firehose":
        found = _role_arns(request.params)
    else:
        found = []
    return [arn for arn in dict.fromkeys(found) if arn]


def _role_arns(value) -> list:
    """All RoleARN in the parameters, at any depth."""
    if isinstance(value, dict):
        own = [item for name, item in value.items() if name == "RoleARN"]
        return own + [arn for item in value.values() for arn in _role_arns(item)]
    return [arn for item in value for arn in _role_arns(item)] if isinstance(value, list) else []


def mapped_function(request: AwsRequest) -> str:
    """The ARN of the function that an event source mapping is to feed, or feeds; empty if the request is of none."""
    if request.service != "lambda" or "EventSourceMapping" not in request.operation:
        return ""
    params = request.params
    mapping = MAPPINGS[request.account].get((request.region, params.get("UUID")))
    name = mapping.function_arn if mapping else params.get("FunctionName") or ""
    return _arn(request, f"function:{name.rpartition(':')[2]}") if name else ""


def key_arn(request: AwsRequest, key: str) -> str:
    """The ARN of a KMS key that is given by its id or ARN."""
    return key if key.startswith("arn:") else _arn(request, f"key/{key}", "kms")


def _arn(request: AwsRequest, resource: str, service: str = "", region: "str | None" = None) -> str:
    region = request.region if region is None else region
    return f"arn:{request.partition}:{service or request.service}:{region}:{request.account}:{resource}"


def _named(request: AwsRequest, params: dict, members: tuple, form: str) -> str:
    """The ARN of what the first of these parameters names, if there is one; an ARN stands for itself."""
    name = next((params[member] for member in members if params.get(member)), None)
    name = name[0] if isinstance(name, list) else name
    return name if not name or name.startswith("arn:") else _arn(request, form.format(name))


def _s3(request, params):
    bucket, key = params.get("Bucket"), params.get("Key")
    return bucket and f"arn:{request.partition}:s3:::{bucket}" + (f"/{key}" if key else "")


def _sqs(request, params):
    if params.get("SourceArn"):
        return params["SourceArn"]
    url = params.get("QueueUrl") or params.get("QueueName")
    return url and _arn(request, url.split("/")[-1])


def _dead_letter_sources(request, arn):
    """The queues whose dead letters go to the one with this ARN."""
    from moto.sqs.models import sqs_backends

    known = sqs_backends[request.account][request.region].queues.values()
    return [queue.queue_arn for queue in known if (queue.redrive_policy or {}).get("deadLetterTargetArn") == arn]


def _sns(request, params):
    if request.operation in ("Unsubscribe", "GetSubscriptionAttributes", "SetSubscriptionAttributes"):
        return "*"
    return _named(request, params, ("TopicArn", "ResourceArn", "Name"), "{}")


def _cloudtrail(request, params):
    if request.operation == "DescribeTrails":
        return "*"
    return _named(request, params, ("Name", "TrailName", "ResourceId", "ResourceIdList"), "trail/{}")


def _cloudwatch(request, params):
    """Alarms belong to a region and dashboards do not; who lists alarms has to be allowed to see all."""
    if request.operation == "DescribeAlarms":
        return _arn(request, "alarm:*")
    if request.operation == "DeleteAlarms":
        return [_arn(request, f"alarm:{name}") for name in params.get("AlarmNames") or []]
    names = params.get("DashboardNames") or [name for name in [params.get("DashboardName")] if name]
    if names:
        return [_arn(request, f"dashboard/{name}", region="") for name in names]
    return _named(request, params, ("AlarmName", "AlarmNames", "ResourceARN"), "alarm:{}")


def _logs(request, params):
    """Lists of groups are asked for below the group without a name."""
    if request.operation in ON_EVERYTHING:
        return "*"
    if params.get("destinationName"):
        return _arn(request, f"destination:{params['destinationName']}")
    if params.get("resourceArn"):
        return params["resourceArn"]
    name = params.get("logGroupName") or params.get("logGroupIdentifier") or params.get("resourceIdentifier") or ""
    return _arn(request, f"log-group:{name.removesuffix(':*').rpartition(':')[2]}{BELOW_GROUP}")


def _events(request, params):
    """Rules of the default bus; a list of rules knows none."""
    if request.operation in ("ListRules", "ListRuleNamesByTarget"):
        return "*"
    return _named(request, params, ("ResourceARN", "Rule", "Name"), "rule/{}")


def _firehose(request, params):
    return params.get("DeliveryStreamName") and _arn(request, f"deliverystream/{params['DeliveryStreamName']}")


def _kinesis(request, params):
    """Some operations know no single stream, and an iterator names it."""
    if request.operation in WITHOUT_STREAM:
        return "*"
    name = params.get("StreamName")
    if params.get("ShardIterator") and not params.get("StreamARN"):
        name = data_streams.named_in(params["ShardIterator"])
    return params.get("StreamARN") or (name and _arn(request, f"stream/{name}"))


def _guardduty(request, params):
    """Only some operations know the detector as a resource."""
    if request.operation in ("GetDetector", "UpdateDetector", "DeleteDetector"):
        return _arn(request, f"detector/{params['DetectorId']}")
    return params.get("ResourceArn")


def _cloudcontrol(request, _params):
    """All resources of the region, whatever their type."""
    return _arn(request, "resource/*", "cloudformation")


def _lambda(request, params):
    """Mappings are known by their UUID; to create and list them is allowed for all."""
    if "EventSourceMapping" in request.operation:
        return params.get("UUID") and _arn(request, f"event-source-mapping:{params['UUID']}")
    return _named(request, params, ("FunctionName", "Resource"), "function:{}")


def _opensearch(request, params):
    name = params.get("DomainName")
    return params.get("ARN") or (name and _arn(request, f"domain/{name}", "es"))


def _athena(request, params):
    """Queries are known by their work group."""
    if params.get("ResourceARN"):
        return params["ResourceARN"]
    if params.get("QueryExecutionId"):
        found = EXECUTIONS[request.account].get(params["QueryExecutionId"])
        return _arn(request, f"workgroup/{found.group if found else 'primary'}")
    ids = params.get("NamedQueryIds") or [params.get("NamedQueryId")]
    name = params.get("WorkGroup") or (params.get("Name") if request.operation == "CreateWorkGroup" else None)
    groups = [name] if name else [group_of_query(request.account, request.region, id) or "primary" for id in ids]
    return [_arn(request, f"workgroup/{group}") for group in dict.fromkeys(groups)]


def _glue(request, params):
    """All that something is in counts as well; with a database its tables and functions are deleted."""
    database = params.get("DatabaseName") or params.get("Name") or params.get("DatabaseInput", {}).get("Name")
    table = (params.get("TableInput") or params).get("Name") if params.get("DatabaseName") else None
    below = [f"table/{database}/{table or '*'}"] if params.get("DatabaseName") else []
    if request.operation == "DeleteDatabase":
        below = [f"table/{database}/*", f"userDefinedFunction/{database}/*"]
    return [_arn(request, name) for name in (f"database/{database}", "catalog", *below)]


def _secretsmanager(request, params):
    """The ARN of a secret ends in six characters that its name lacks."""
    from moto.secretsmanager.models import secretsmanager_backends

    name = params.get("SecretId") or params.get("Name")
    if not name or name.startswith("arn:"):
        return name
    secret = secretsmanager_backends[request.account][request.region].secrets.get(name)
    return secret.arn if secret else _arn(request, f"secret:{name}-??????")


def _kms(request, params):
    return params.get("KeyId") and key_arn(request, params["KeyId"])


def _account(request, _params):
    return _arn(request, "account", region="")


def _iam(request, params):
    """Users and roles have their path in their ARN, which a request does not repeat."""
    from moto.iam.models import iam_backends

    backend = iam_backends[request.account][request.partition]
    if params.get("RoleName"):
        name, kind, known = params["RoleName"], "role", {role.name: role for role in backend.roles.values()}
    elif params.get("GroupName"):
        name, kind, known = params["GroupName"], "group", backend.groups
    elif params.get("PolicyArn"):
        return params["PolicyArn"]
    else:
        key = backend.access_keys.get(params.get("AccessKeyId"))
        caller = request.caller.user_name if request.caller else ""
        name, kind, known = params.get("UserName") or (key.user_name if key else caller), "user", backend.users
    if request.operation.startswith("List") and not name:
        return "*"
    return known[name].arn if name in known else _arn(request, f"{kind}{params.get('Path', '/')}{name}", region="")


RESOURCES = {
    "account": _account,
    "athena": _athena,
    "cloudcontrol": _cloudcontrol,
    "cloudtrail": _cloudtrail,
    "cloudwatch": _cloudwatch,
    "events": _events,
    "firehose": _firehose,
    "glue": _glue,
    "guardduty": _guardduty,
    "iam": _iam,
    "kinesis": _kinesis,
    "kms": _kms,
    "lambda": _lambda,
    "logs": _logs,
    "opensearch": _opensearch,
    "s3": _s3,
    "secretsmanager": _secretsmanager,
    "sns": _sns,
    "sqs": _sqs,
}
