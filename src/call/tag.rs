//! A resource tag, which most services take in the same form.

use super::definition::define;

macro_rules! tag {
    ($each:ident) => {
        $each! {
            "PascalCase";
            #[derive(Eq, PartialOrd, Ord)]
            Tag {
                /// 1–128 characters, not beginning with `aws:`.
                key: String,
                /// 0–256 characters.
                value: String,
            }
        }
    };
}
pub(crate) use tag;

tag!(define);
