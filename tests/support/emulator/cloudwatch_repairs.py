"""Repairs of moto's CloudWatch, which speaks three protocols: what it answers can only be mended where it is made."""

from accounts import ACCOUNTS

USUAL_PAGE = 50


def apply() -> None:
    """Applies all of them."""
    import moto.cloudwatch.models as models
    import moto.cloudwatch.responses as responses

    _lists_of_alarms_have_pages(responses.CloudWatchResponse)
    _alarms_keep_their_state(models.CloudWatchBackend)
    _composite_alarms_can_be_made(responses.CloudWatchResponse)
    _dashboards_belong_to_no_region(models.CloudWatchBackend)
    _dashboards_have_tags(models.CloudWatchBackend, responses.CloudWatchResponse)


def _lists_of_alarms_have_pages(response_class) -> None:
    """Moto heeds one filter, has no pages and no order, and takes composite alarms for wanted."""
    from moto.core.responses import ActionResult

    from rules.pages import page

    def describe_alarms(self):
        names, kinds = self._get_param("AlarmNames", []), self._get_param("AlarmTypes", []) or ["MetricAlarm"]
        prefix, action = self._get_param("AlarmNamePrefix") or "", self._get_param("ActionPrefix") or ""
        state = self._get_param("StateValue")
        alarms = [
            alarm
            for _, alarm in sorted(self.cloudwatch_backend.alarms.items())
            if (not names or alarm.name in names)
            and alarm.name.startswith(prefix)
            and state in (None, alarm.state_value)
            and (not action or any(arn.startswith(action) for arn in alarm.alarm_actions))
            and ("CompositeAlarm" if alarm.rule else "MetricAlarm") in kinds
        ]
        most = ACCOUNTS[self.current_account].settings["alarms_page"]
        size = min(int(self._get_param("MaxRecords") or USUAL_PAGE), most)
        alarms, following = page(alarms, size, self._get_param("NextToken"))
        return ActionResult(
            {
                "MetricAlarms": [alarm for alarm in alarms if not alarm.rule],
                "CompositeAlarms": [alarm for alarm in alarms if alarm.rule],
                "NextToken": following,
            }
        )

    response_class.describe_alarms = describe_alarms


def _alarms_keep_their_state(backend_class) -> None:
    """A new alarm knows nothing yet, where moto says OK; one that is replaced keeps its state, its tags and history.

    A deleted one leaves no tags to the next of its name.
    """
    put_metric_alarm, delete_alarms = backend_class.put_metric_alarm, backend_class.delete_alarms

    def putting(self, name, *args, tags=None, **kwargs):
        old = self.alarms.get(name)
        alarm = put_metric_alarm(self, name, *args, tags=None if old else tags, **kwargs)
        if old is None:
            alarm.state_value = "INSUFFICIENT_DATA"
        else:
            for field in ("history", "state_reason", "state_reason_data", "state_value", "state_updated_timestamp"):
                setattr(alarm, field, getattr(old, field))
        return alarm

    def deleting(self, alarm_names):
        for alarm in self.get_alarms_by_alarm_names(alarm_names):
            self.tagger.delete_all_tags_for_resource(alarm.alarm_arn)
        delete_alarms(self, alarm_names)

    backend_class.put_metric_alarm, backend_class.delete_alarms = putting, deleting


def _composite_alarms_can_be_made(response_class) -> None:
    """Moto lists composite alarms, but makes none."""
    put_metric_alarm = response_class.put_metric_alarm

    def put_composite_alarm(self):
        answer = put_metric_alarm(self)
        alarm = self.cloudwatch_backend.alarms[self._get_param("AlarmName")]
        alarm.alarm_rule = alarm.rule
        return answer

    response_class.put_composite_alarm = put_composite_alarm


def _dashboards_belong_to_no_region(backend_class) -> None:
    """Moto keeps them region by region; an account has one set of them, seen from everywhere: us-east-1 keeps it."""
    from moto.cloudwatch.models import cloudwatch_backends

    def dashboards(self):
        return vars(cloudwatch_backends[self.account_id]["us-east-1"]).setdefault("all_dashboards", {})

    # Moto gives each region an empty set of its own, which nobody needs.
    backend_class.dashboards = property(dashboards, lambda self, _: None)


def _dashboards_have_tags(backend_class, response_class) -> None:
    """Moto knows tags of alarms only. Those of a dashboard are kept where us-east-1 keeps its own."""
    from moto.cloudwatch.models import cloudwatch_backends

    tag_resource, untag_resource = backend_class.tag_resource, backend_class.untag_resource
    delete_dashboards, put_dashboard = backend_class.delete_dashboards, response_class.put_dashboard

    def tagger(self, arn):
        region = "us-east-1" if ":dashboard/" in arn else self.region_name
        return cloudwatch_backends[self.account_id][region].tagger

    def tagging(self, arn, tags):
        if ":dashboard/" not in arn:
            return tag_resource(self, arn, tags)
        own = tagger(self, arn)
        return own.tag_resource(arn, own.convert_dict_to_tags_input(tags))

    def untagging(self, arn, keys):
        if ":dashboard/" not in arn:
            # Moto takes an alarm without tags for one that is not there.
            return untag_resource(self, arn, keys) if arn in self.tagger.tags else None
        return tagger(self, arn).untag_resource_using_names(arn, keys)

    def deleting(self, dashboards):
        # Moto refuses all names if there is no dashboard of one of them.
        dashboards = [name for name in dashboards if name in self.dashboards]
        for name in dashboards:
            arn = self.dashboards[name].arn
            tagger(self, arn).delete_all_tags_for_resource(arn)
        return delete_dashboards(self, dashboards)

    def putting(self):
        name, tags = self._get_param("DashboardName"), self._get_param("Tags", [])
        is_new = name not in self.cloudwatch_backend.dashboards
        result = put_dashboard(self)
        if is_new and tags:
            arn = self.cloudwatch_backend.dashboards[name].arn
            self.cloudwatch_backend.tag_resource(arn, {tag["Key"]: tag["Value"] for tag in tags})
        return result

    backend_class.tag_resource, backend_class.untag_resource = tagging, untagging
    backend_class.list_tags_for_resource = lambda self, arn: tagger(self, arn).get_tag_dict_for_resource(arn)
    backend_class.delete_dashboards, response_class.put_dashboard = deleting, putting
