//! How the list of a service's operations is sent: [`send!`], which reads the same list as [`call`](crate::call).

use std::collections::BTreeMap;

/// The outputs of an answer, by their paths; without those that the answer lacks.
pub type Outputs = BTreeMap<&'static str, String>;

/// Given the list of a service's operations, writes what sends them: each parameter goes to the setter of its name,
/// and each output is taken out of the answer.
macro_rules! send {
    (
        $(#[$about:meta])* $service:ident: $request:ident, $api:ident, $case:literal;
        operations { $($(#[$doc:meta])* $operation:ident {
            $($(#[$of:meta])* $field:ident $(as $spelled:literal)?: $type:ty,)*
        } $(-> { $($first:ident $(as $getter:ident)? $([$at:literal])? $(. $next:ident)*),* })?)* }
        structures { $($structures:tt)* }
    ) => {
        pub(in crate::aws) async fn send(
            clients: &$crate::aws::clients::Clients,
            request: &$crate::aws::error::Request<'_>,
            call: $service,
        ) -> $crate::error::CallResult<$crate::aws::request::Outputs> {
            let unsendable = |error| request.unsendable(error);
            let client = clients.$api(request.region);
            pastey::paste! { match call {
                $($service::$operation($operation { $($field),* }) => {
                    let call = client.[<$operation:snake>]()
                        $(.[<set_ $field>](
                            $crate::aws::convert::ToSdk::to_sdk($field).map_err(unsendable)?
                        ))*;
                    let answer = clients.send(*request, call.send()).await?;
                    // Most answers have none.
                    let _ = &answer;
                    let outputs: Vec<(&'static str, Option<String>)> = vec![$($((
                        $crate::call::definition::output_path!($first $([$at])? $(. $next)*),
                        $crate::aws::request::value!(answer, $first $(as $getter)? $([$at])? $(. $next)*),
                    )),*)?];
                    let outputs = outputs.into_iter();
                    Ok(outputs.filter_map(|(path, value)| Some((path, value?))).collect())
                })*
            } }
        }

        $crate::aws::convert::to_sdk! { $case; $($structures)* }
    };
}
pub(super) use send;

/// The value at a path of an answer.
macro_rules! value {
    ($answer:ident, $first:ident as $getter:ident) => {{
        use $crate::aws::request::Part;
        $answer.$getter().part().map($crate::aws::request::text)
    }};
    ($answer:ident, $first:ident $([$at:literal])? $(. $next:ident)*) => {
        pastey::paste! {
            (|| {
                #[allow(unused_imports)]
                use $crate::aws::request::Part;
                let value = $answer.[<$first:snake>]() $(.get($at))?.part()?;
                $(let value = value.[<$next:snake>]().part()?;)*
                Some($crate::aws::request::text(value))
            })()
        }
    };
}
pub(super) use value;

/// A value as the AWS CLI prints it, which is how plans name it: `True` and `False`.
pub(super) fn text(value: impl ToString) -> String {
    match value.to_string().as_str() {
        "true" => "True".to_owned(),
        "false" => "False".to_owned(),
        text => text.to_owned(),
    }
}

/// A part of an answer, which the SDK returns as an option unless AWS says that it is always there.
pub(super) trait Part {
    /// What it is.
    type Is;

    /// The part, if it is there.
    fn part(self) -> Option<Self::Is>;
}

impl<T> Part for Option<T> {
    type Is = T;

    fn part(self) -> Option<T> {
        self
    }
}

impl<'a, T: ?Sized> Part for &'a T {
    type Is = &'a T;

    fn part(self) -> Option<&'a T> {
        Some(self)
    }
}

impl Part for bool {
    type Is = bool;

    fn part(self) -> Option<bool> {
        Some(self)
    }
}

impl Part for i64 {
    type Is = i64;

    fn part(self) -> Option<i64> {
        Some(self)
    }
}
