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
//!             Iam: Call, iam, camel;
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
//! parameters as JSON: `{"UserName": …, "Tags": …}`. `camel` (for CloudWatch Logs `lower_camel`) is how the service
//! spells its parameters; one that is spelled otherwise says so: `resource_arn as "ResourceARN": String`. Structures
//! are what parameters are made of. Behind the arrow are the outputs: what a plan may use of the answer.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Text;

/// A value that a request may hold.
pub trait Parameter {
    /// The value as JSON; `None` if it is not sent: an absent option, an empty list and an empty map.
    fn to_json(&self) -> Option<Value>;

    /// The texts in it that may be references.
    fn texts(&mut self) -> Vec<&mut Text> {
        Vec::new()
    }
}

/// Parameters, or a structure among them.
pub trait Structure {
    /// What is sent, under AWS's own names.
    fn fields(&self) -> Map<String, Value>;

    /// The texts in it that may be references.
    fn texts_of_fields(&mut self) -> Vec<&mut Text>;
}

impl<T: Structure> Parameter for T {
    fn to_json(&self) -> Option<Value> {
        Some(Value::Object(self.fields()))
    }

    fn texts(&mut self) -> Vec<&mut Text> {
        self.texts_of_fields()
    }
}

impl<T: Parameter> Parameter for Option<T> {
    fn to_json(&self) -> Option<Value> {
        self.as_ref().and_then(T::to_json)
    }

    fn texts(&mut self) -> Vec<&mut Text> {
        self.iter_mut().flat_map(T::texts).collect()
    }
}

impl<T: Parameter> Parameter for Vec<T> {
    fn to_json(&self) -> Option<Value> {
        let values = self.iter().filter_map(T::to_json).collect();
        (!self.is_empty()).then_some(Value::Array(values))
    }

    fn texts(&mut self) -> Vec<&mut Text> {
        self.iter_mut().flat_map(T::texts).collect()
    }
}

impl Parameter for BTreeMap<String, String> {
    fn to_json(&self) -> Option<Value> {
        let values = self.iter();
        let values = values.map(|(key, value)| (key.clone(), value.as_str().into()));
        (!self.is_empty()).then(|| Value::Object(values.collect()))
    }
}

macro_rules! scalars {
    ($($type:ty),*) => {
        $(impl Parameter for $type {
            fn to_json(&self) -> Option<Value> {
                Some(self.clone().into())
            }
        })*
    };
}
scalars!(String, bool, i32, i64, f64);

/// Makes the types of a service's operations, and of the structures that they take.
macro_rules! define {
    (
        $(#[$about:meta])* $service:ident: $request:ident, $api:ident, $case:ident;
        operations { $(
            $(#[$doc:meta])* $operation:ident $fields:tt
            $(-> { $($first:ident $([$at:literal])? $(. $next:ident)*),* })?
        )* }
        structures { $($structures:tt)* }
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq)]
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

            /// What is sent, under AWS's own names.
            pub fn params(&self) -> serde_json::Map<String, serde_json::Value> {
                match self {
                    $(Self::$operation(call) => $crate::call::definition::Structure::fields(call),)*
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
        $case:ident;
        $($(#[$doc:meta])* $name:ident {
            $($(#[$about:meta])* $field:ident $(as $spelled:literal)?: $type:ty,)*
        })*
    ) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, Default, PartialEq)]
            pub struct $name {
                $($(#[$about])* pub $field: $type,)*
            }

            impl $crate::call::definition::Structure for $name {
                fn fields(&self) -> serde_json::Map<String, serde_json::Value> {
                    let mut fields = serde_json::Map::new();
                    $(
                        let value = $crate::call::definition::Parameter::to_json(&self.$field);
                        let name = $crate::call::definition::spelled!($case $field $($spelled)?);
                        fields.extend(value.map(|value| (name.to_owned(), value)));
                    )*
                    fields
                }

                fn texts_of_fields(&mut self) -> Vec<&mut $crate::call::Text> {
                    let fields = [$($crate::call::definition::Parameter::texts(&mut self.$field)),*];
                    fields.into_iter().flatten().collect()
                }
            }

            impl serde::Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                    $crate::call::definition::Structure::fields(self).serialize(to)
                }
            }
        )*
    };
}
pub(crate) use define;

/// A parameter's name as AWS spells it.
macro_rules! spelled {
    ($case:ident $field:ident $spelled:literal) => {
        $spelled
    };
    ($case:ident $field:ident) => {
        pastey::paste!(stringify!([<$field:$case>]))
    };
}
pub(crate) use spelled;

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
