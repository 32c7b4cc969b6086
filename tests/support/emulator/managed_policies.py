"""AWS's own managed policies, each brought into an account when it is first attached there.

Moto loads all of them into every account, which takes seconds, or none.
"""

import functools
import json


def bring_when_attached(backend_class) -> None:
    """Lets moto's IAM attach them."""
    for kind in ("user", "group", "role"):
        attach = getattr(backend_class, f"attach_{kind}_policy")

        def attaching(self, policy_arn, name, attach=attach):
            if ":iam::aws:policy/" in policy_arn and policy_arn not in self.managed_policies:
                self.managed_policies |= _found(policy_arn, self)
            return attach(self, policy_arn, name)

        setattr(backend_class, f"attach_{kind}_policy", attaching)


def _found(arn: str, backend) -> dict:
    """The policy by its ARN; empty if AWS has no such policy."""
    from moto.iam.models import AWSManagedPolicy

    name = arn.split("/")[-1]
    data = _all().get(name)
    policy = data and AWSManagedPolicy.from_data(name, backend.account_id, backend.region_name, data)
    return {arn: policy} if policy and policy.arn == arn else {}


@functools.lru_cache(maxsize=1)
def _all() -> dict:
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    return json.loads(aws_managed_policies_data)
