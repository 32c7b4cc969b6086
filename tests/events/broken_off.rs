//! A body that breaks off is asked for again from where it ended: S3 does not wait for slow readers.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;

use super::{line, record};
use crate::support::{Ctadmin, zipped};

/// The head of a request: its first line, and the value of `Range`.
fn head(stream: &TcpStream) -> Option<(String, Option<String>)> {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let first = lines.next()?;
    let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let range = head.iter().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("range").then(|| value.to_owned())
    });
    Some((first, range))
}

/// An S3 of one object that sends so many bytes at a time, and then hangs up. Tells what was asked for.
fn hasty_s3(object: Vec<u8>, at_a_time: usize) -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let Some((first, range)) = head(&stream) else {
                continue;
            };
            let answer = if first.contains("list-type=2") {
                let list = "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a.json.gz</Key></Contents></ListBucketResult>";
                let size = list.len();
                format!(
                    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {size}\r\n\r\n{list}"
                )
                .into_bytes()
            } else {
                let from = range.as_deref().map_or(Some(0), |range| {
                    range
                        .strip_prefix("bytes=")?
                        .strip_suffix('-')?
                        .parse()
                        .ok()
                });
                let rest = &object[from.expect("a range with a beginning alone")..];
                let size = rest.len();
                let head = format!(
                    "HTTP/1.1 200 OK\r\nConnection: close\r\nETag: \"1\"\r\nContent-Length: {size}\r\n\r\n"
                );
                [head.as_bytes(), &rest[..size.min(at_a_time)]].concat()
            };
            // Nobody listens any more once the test is over.
            let _ = tell.send(range.unwrap_or_default());
            let _ = (&stream).write_all(&answer);
        }
    });
    (format!("http://{address}"), told)
}

fn read(endpoint: &str) -> Ctadmin {
    Ctadmin::alone("events -r us-west-2 --from s3://bucket")
        .env("AWS_ACCESS_KEY_ID", "AKIATEST123456789012")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("NO_PROXY", "127.0.0.1")
}

#[test]
fn the_rest_of_a_log_is_asked_for_anew() {
    let records: Vec<String> = (0..200)
        .map(|number| record(&format!("Event{number}")))
        .collect();
    let log = zipped(&format!("{{\"Records\":[{}]}}", records.join(",")));
    let half = log.len() / 2 + 1;
    let (endpoint, told) = hasty_s3(log, half);
    let ran = read(&endpoint).exits(0);
    let expected: String = (0..200)
        .map(|number| line(&format!("Event{number}")))
        .collect();
    assert_eq!(ran.stdout, expected);
    let ranges: Vec<String> = told.try_iter().collect();
    assert_eq!(
        ranges,
        [String::new(), String::new(), format!("bytes={half}-")]
    );
}

#[test]
fn a_log_that_never_comes_to_its_end_is_an_error() {
    let log = zipped(&format!("{{\"Records\":[{}]}}", record("CreateUser")));
    let (endpoint, _told) = hasty_s3(log, 0);
    let ran = read(&endpoint).exits(1);
    ran.says("error: s3 GetObject s3://bucket/a.json.gz in us-west-2: no answer: ");
}
