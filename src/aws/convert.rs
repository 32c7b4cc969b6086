//! The values of calls as the SDK takes them, and as it returns them.
//!
//! The SDK has a type of its own for each structure and each set of words, under the names that
//! [`call`](crate::call) has, too. So [`convert!`], given the list of a service's structures, writes the way of each:
//! field by field, none left out.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use aws_sdk_s3::primitives::{Blob, DateTime, DateTimeFormat};
use aws_sdk_sts::error::BuildError;

use crate::call::lifecycle::Timestamp;
use crate::call::{Text, Zip};

/// A value that the SDK takes as an `S`.
pub(super) trait ToSdk<S> {
    /// The SDK's value; `None` if it is not sent: an absent option, an empty list and an empty map.
    fn to_sdk(self) -> Result<Option<S>, BuildError>;
}

/// Text as text, or as one of a set of words.
impl<S: for<'a> From<&'a str>> ToSdk<S> for String {
    fn to_sdk(self) -> Result<Option<S>, BuildError> {
        Ok(Some(S::from(&self)))
    }
}

/// The sender puts values into the place of references before.
impl<S: for<'a> From<&'a str>> ToSdk<S> for Text {
    fn to_sdk(self) -> Result<Option<S>, BuildError> {
        match self {
            Self::Known(text) => text.to_sdk(),
            Self::Output { step, path } => {
                let why = format!("{path} of {step} is not known");
                Err(BuildError::other(why))
            }
            Self::Secret(source) => Err(BuildError::other(format!("{source} was not read"))),
        }
    }
}

impl ToSdk<Blob> for Zip {
    fn to_sdk(self) -> Result<Option<Blob>, BuildError> {
        Ok(Some(Blob::new(self.bytes())))
    }
}

impl ToSdk<DateTime> for Timestamp {
    fn to_sdk(self) -> Result<Option<DateTime>, BuildError> {
        let Self(text) = self;
        let parsed = DateTime::from_str(&text, DateTimeFormat::DateTime);
        let parsed = parsed.map_err(|_| BuildError::other(format!("{text} is not a date")));
        parsed.map(Some)
    }
}

impl<S, T: ToSdk<S>> ToSdk<S> for Option<T> {
    fn to_sdk(self) -> Result<Option<S>, BuildError> {
        self.map_or(Ok(None), T::to_sdk)
    }
}

impl<S, T: ToSdk<S>> ToSdk<Vec<S>> for Vec<T> {
    fn to_sdk(self) -> Result<Option<Vec<S>>, BuildError> {
        let values = self.into_iter();
        let values = values.filter_map(|value| value.to_sdk().transpose());
        let values = values.collect::<Result<Vec<S>, _>>()?;
        Ok((!values.is_empty()).then_some(values))
    }
}

impl<K> ToSdk<HashMap<K, String>> for BTreeMap<String, String>
where
    K: for<'a> From<&'a str> + Eq + Hash,
{
    fn to_sdk(self) -> Result<Option<HashMap<K, String>>, BuildError> {
        let values = self.into_iter();
        let values = values.map(|(key, value)| (K::from(&key), value));
        let values: HashMap<K, String> = values.collect();
        Ok((!values.is_empty()).then_some(values))
    }
}

/// A value that was an `S` of the SDK.
pub(super) trait FromSdk<S>: Sized {
    /// The value.
    fn from_sdk(value: S) -> Result<Self, String>;
}

impl<S: AsRef<str>> FromSdk<S> for String {
    fn from_sdk(value: S) -> Result<Self, String> {
        Ok(value.as_ref().to_owned())
    }
}

impl FromSdk<DateTime> for Timestamp {
    fn from_sdk(value: DateTime) -> Result<Self, String> {
        let written = value.fmt(DateTimeFormat::DateTime);
        written.map(Self).map_err(|error| error.to_string())
    }
}

impl<S, T: FromSdk<S>> FromSdk<Option<S>> for Option<T> {
    fn from_sdk(value: Option<S>) -> Result<Self, String> {
        value.map(T::from_sdk).transpose()
    }
}

impl<S, T: FromSdk<S>> FromSdk<Vec<S>> for Vec<T> {
    fn from_sdk(values: Vec<S>) -> Result<Self, String> {
        values.into_iter().map(T::from_sdk).collect()
    }
}

impl<S, T: FromSdk<S>> FromSdk<Option<Vec<S>>> for Vec<T> {
    fn from_sdk(values: Option<Vec<S>>) -> Result<Self, String> {
        Self::from_sdk(values.unwrap_or_default())
    }
}

macro_rules! scalars {
    ($($type:ty),*) => {
        $(
            impl ToSdk<$type> for $type {
                fn to_sdk(self) -> Result<Option<$type>, BuildError> {
                    Ok(Some(self))
                }
            }

            impl FromSdk<$type> for $type {
                fn from_sdk(value: $type) -> Result<Self, String> {
                    Ok(value)
                }
            }
        )*
    };
}
scalars!(bool, i32, i64, f64);

/// What the SDK's `build` returns: the value, or an error where something must be there.
pub(super) trait Built<S> {
    /// The value.
    fn built(self) -> Result<S, BuildError>;
}

impl<S> Built<S> for S {
    fn built(self) -> Result<S, BuildError> {
        Ok(self)
    }
}

impl<S> Built<S> for Result<S, BuildError> {
    fn built(self) -> Result<S, BuildError> {
        self
    }
}

/// Writes [`ToSdk`] for structures: each becomes the one of its name in the `types` that are in scope.
macro_rules! to_sdk {
    ($case:literal; $($(#[$doc:meta])* $name:ident {
        $($(#[$about:meta])* $field:ident $(as $spelled:literal)?: $type:ty,)*
    })*) => {
        $(impl $crate::aws::convert::ToSdk<types::$name> for $name {
            #[allow(deprecated)]
            fn to_sdk(self) -> Result<Option<types::$name>, aws_sdk_sts::error::BuildError> {
                let Self { $($field),* } = self;
                pastey::paste! {
                    let built = types::$name::builder()
                        $(.[<set_ $field>]($crate::aws::convert::ToSdk::to_sdk($field)?))*
                        .build();
                }
                $crate::aws::convert::Built::built(built).map(Some)
            }
        })*
    };
}
pub(super) use to_sdk;

/// Writes [`ToSdk`] and [`FromSdk`] for structures.
macro_rules! convert {
    ($case:literal; $($(#[$doc:meta])* $name:ident {
        $($(#[$about:meta])* $field:ident $(as $spelled:literal)?: $type:ty,)*
    })*) => {
        $crate::aws::convert::to_sdk! {
            $case;
            $($name { $($field: $type,)* })*
        }

        $(impl $crate::aws::convert::FromSdk<types::$name> for $name {
            #[allow(deprecated)]
            fn from_sdk(value: types::$name) -> Result<Self, String> {
                Ok(Self {
                    $($field: $crate::aws::convert::FromSdk::from_sdk(value.$field)?,)*
                })
            }
        })*
    };
}
pub(super) use convert;
