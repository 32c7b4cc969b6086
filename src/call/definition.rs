//! How a service's operations become types: [`define!`], which reads the list that opens each service's file.
//!
//! A list states each operation once, with its parameters under AWS's names in snake case. It is a macro itself, so
//! that others can read the same list: `iam!(define)` makes the types here, and `iam!(send)` in `aws::send` makes
//! what sends them. From
//!
//! ```text
//! macro_rules! iam {
//!     ($each:ident) => {
//!         $each! {
//!             /// A change of a user or a role.
//!             Iam: Call, iam, "PascalCase";
//!             operations {
//!                 /// Creates a user without permissions.
//!                 CreateUser { user_name: String, tags: Vec<Tag>, }
//!                 /// Creates an access key.
//!                 CreateAccessKey { user_name: String, } -> { AccessKey.AccessKeyId }
//!             }
//!             structures {}
//!         }
//!     };
//! }
//! ```
//!
//! `define!` makes `struct CreateUser { pub user_name: String, pub tags: Vec<Tag> }`, a variant `Iam::CreateUser` of
//! the service's enum, which is a variant of [`Call`](super::Call), the API's and the operation's name, and the
//! parameters as JSON: `{"UserName": …, "Tags": …}`. `"PascalCase"` (for CloudWatch Logs `"camelCase"`) is how the
//! service spells its parameters; one that is spelled otherwise says so: `resource_arn as "ResourceARN": String`.
//! Structures are what parameters are made of. Behind the arrow are the outputs: what a plan may use of the answer, with
//! the SDK's name where that is not the snake case of AWS's: `UUID as uuid`.
//!
//! AWS documents its operations and parameters; the lists say only what a name does not.

use std::collections::BTreeMap;

use super::Text;

/// A value that a request may hold.
pub trait Parameter {
    /// Whether it is not sent: an absent option, an empty list or an empty map.
    fn is_absent(&self) -> bool {
        false
    }

    /// The texts in it that may be references.
    fn texts(&mut self) -> Vec<&mut Text> {
        Vec::new()
    }
}

impl<T: Parameter> Parameter for Option<T> {
    fn is_absent(&self) -> bool {
        self.is_none()
    }

    fn texts(&mut self) -> Vec<&mut Text> {
        self.iter_mut().flat_map(T::texts).collect()
    }
}

impl<T: Parameter> Parameter for Vec<T> {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }

    fn texts(&mut self) -> Vec<&mut Text> {
        self.iter_mut().flat_map(T::texts).collect()
    }
}

impl Parameter for BTreeMap<String, String> {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl Parameter for String {}
impl Parameter for bool {}
impl Parameter for i32 {}
impl Parameter for i64 {}
impl Parameter for f64 {}

/// Makes the types of a service's operations, and of the structures that they take.
macro_rules! define {
    (
        $(#[$about:meta])* $service:ident: $request:ident, $api:ident, $case:literal;
        operations { $(
            $(#[$doc:meta])* $operation:ident $fields:tt
            $(-> { $($first:ident $(as $getter:ident)? $([$at:literal])? $(. $next:ident)*),* })?
        )* }
        structures { $($structures:tt)* }
    ) => {
        $(#[$about])*
        #[allow(missing_docs, reason = "AWS documents its operations")]
        #[derive(Clone, Debug, PartialEq, serde::Serialize)]
        #[serde(untagged)]
        pub enum $service {
            $($(#[$doc])* $operation($operation),)*
        }

        impl $service {
            /// The API's name.
            pub fn service(&self) -> &'static str {
                stringify!($api)
            }

            /// The operation as AWS spells it.
            pub fn operation(&self) -> &'static str {
                match self {
                    $(Self::$operation(_) => stringify!($operation),)*
                }
            }

            /// The parameters that may be references.
            pub fn texts(&mut self) -> Vec<&mut $crate::call::Text> {
                match self {
                    $(Self::$operation(call) => $crate::call::definition::Parameter::texts(call),)*
                }
            }

            /// Which values of the answer a plan may use.
            pub fn outputs(&self) -> &'static [&'static str] {
                match self {
                    $(Self::$operation(_) => &[$($(
                        $crate::call::definition::output_path!($first $([$at])? $(. $next)*),
                    )*)?],)*
                }
            }
        }

        impl From<$service> for $crate::call::$request {
            fn from(call: $service) -> Self {
                Self::$service(call)
            }
        }

        $(impl From<$operation> for $crate::call::$request {
            fn from(call: $operation) -> Self {
                Self::$service($service::$operation(call))
            }
        })*

        $crate::call::definition::define! {
            $case;
            $($(#[$doc])* $operation $fields)*
            $($structures)*
        }
    };

    (
        $case:literal;
        $($(#[$doc:meta])* $name:ident {
            $($(#[$about:meta])* $field:ident $(as $spelled:literal)?: $type:ty,)*
        })*
    ) => {
        $(
            $(#[$doc])*
            #[allow(missing_docs, reason = "AWS documents its parameters")]
            #[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
            #[serde(rename_all = $case)]
            pub struct $name {
                $(
                    $(#[$about])*
                    $(#[serde(rename = $spelled)])?
                    #[serde(skip_serializing_if = "crate::call::definition::Parameter::is_absent")]
                    pub $field: $type,
                )*
            }

            impl $crate::call::definition::Parameter for $name {
                fn texts(&mut self) -> Vec<&mut $crate::call::Text> {
                    let fields = [$($crate::call::definition::Parameter::texts(&mut self.$field)),*];
                    fields.into_iter().flatten().collect()
                }
            }
        )*
    };
}
pub(crate) use define;

/// The place of a value in an answer, as the AWS CLI's `--query` takes it.
macro_rules! output_path {
    ($first:ident $([$at:literal])? $(. $next:ident)*) => {
        concat!(
            stringify!($first)
            $(, "[", $at, "]")?
            $(, ".", stringify!($next))*
        )
    };
}
pub(crate) use output_path;
