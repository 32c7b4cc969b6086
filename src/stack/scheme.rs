//! The naming scheme: every name, ARN and URL that can be derived is derived here.

use crate::region::dns_suffix;

/// The names of one scheme in one account.
#[derive(Clone, Debug)]
pub struct Scheme {
    /// The account, 12 digits.
    pub account: String,
    /// `aws`, `aws-cn`, `aws-us-gov` or `aws-eusc`.
    pub partition: String,
    /// What all names begin with.
    pub prefix: String,
    /// The queue's name.
    pub queue: String,
    /// What takes the place of SQS's own endpoints.
    pub sqs_endpoint: Option<String>,
}

impl Scheme {
    /// What names begin with: `<prefix>-cloudtrail`.
    pub fn base(&self) -> String {
        format!("{}-cloudtrail", self.prefix)
    }

    /// What names of the central stack begin with: `<prefix>-central`.
    pub fn central(&self) -> String {
        format!("{}-central", self.prefix)
    }

    /// The name of a region's trail.
    pub fn trail_name(&self, region: &str) -> String {
        format!("{}-{region}", self.base())
    }

    /// The ARN of a region's trail.
    pub fn trail_arn(&self, region: &str) -> String {
        let name = self.trail_name(region);
        self.arn("cloudtrail", region, &format!("trail/{name}"))
    }

    /// The ARNs of all the scheme's trails, as one pattern whatever the number of regions.
    pub fn trail_arns(&self) -> String {
        self.arn("cloudtrail", "*", &format!("trail/{}-*", self.base()))
    }

    /// The name of a region's topic.
    pub fn topic_name(&self, region: &str) -> String {
        self.trail_name(region)
    }

    /// The ARN of a region's topic.
    pub fn topic_arn(&self, region: &str) -> String {
        self.arn("sns", region, &self.topic_name(region))
    }

    /// The ARNs of all the scheme's topics, as one pattern.
    pub fn topic_arns(&self) -> String {
        self.arn("sns", "*", &format!("{}-*", self.base()))
    }

    /// The name of the dead-letter queue.
    pub fn dead_letter_queue(&self) -> String {
        format!("{}-dlq", self.queue)
    }

    /// The ARN of the dead-letter queue in this region (`*` for any).
    pub fn dead_letter_queue_arn(&self, region: &str) -> String {
        self.arn("sqs", region, &self.dead_letter_queue())
    }

    /// The queue's ARN in this region (`*` for any).
    pub fn queue_arn(&self, region: &str) -> String {
        self.arn("sqs", region, &self.queue)
    }

    /// The region in an ARN of the scheme's queue; nothing if the ARN is of something else.
    pub fn region_of_queue<'a>(&self, arn: &'a str) -> Option<&'a str> {
        let region = arn.split(':').nth(3)?;
        (arn == self.queue_arn(region)).then_some(region)
    }

    /// The queue's URL in this region.
    pub fn queue_url(&self, region: &str) -> String {
        self.url(region, &self.queue)
    }

    /// The URL of a queue of this account.
    pub fn url(&self, region: &str, queue: &str) -> String {
        let account = &self.account;
        match &self.sqs_endpoint {
            Some(endpoint) => format!("{}/{account}/{queue}", endpoint.trim_end_matches('/')),
            None => {
                let suffix = dns_suffix(&self.partition);
                format!("https://sqs.{region}.{suffix}/{account}/{queue}")
            }
        }
    }

    /// The bucket's name, unless another is given or in use.
    pub fn bucket_name(&self) -> String {
        self.base()
    }

    /// The ARN of a bucket.
    pub fn bucket_arn(&self, bucket: &str) -> String {
        format!("arn:{}:s3:::{bucket}", self.partition)
    }

    /// A statement id of ours: two schemes that share a bucket do not share statements.
    pub fn sid(&self, base: &str) -> String {
        let letters_and_digits = self.prefix.chars().filter(char::is_ascii_alphanumeric);
        base.chars().chain(letters_and_digits).collect()
    }

    /// The ARN of a resource of this account.
    pub fn arn(&self, service: &str, region: &str, resource: &str) -> String {
        let (partition, account) = (&self.partition, &self.account);
        format!("arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

#[cfg(test)]
impl Scheme {
    /// The scheme of tests.
    pub fn example() -> Self {
        Self {
            account: "123456789012".into(),
            partition: "aws".into(),
            prefix: "lab".into(),
            queue: "q".into(),
            sqs_endpoint: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queue_urls_follow_the_endpoint() {
        let mut scheme = Scheme::example();
        assert_eq!(
            scheme.queue_url("us-west-2"),
            "https://sqs.us-west-2.amazonaws.com/123456789012/q"
        );
        scheme.sqs_endpoint = Some("http://localhost:5000/".into());
        assert_eq!(
            scheme.queue_url("us-west-2"),
            "http://localhost:5000/123456789012/q"
        );
    }

    #[test]
    fn sids_hold_letters_and_digits_only() {
        let scheme = Scheme {
            prefix: "my-lab_2".into(),
            ..Scheme::example()
        };
        assert_eq!(scheme.sid("Write20150319"), "Write20150319mylab2");
    }
}
