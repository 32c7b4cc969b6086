//! Requests to the Data Catalog of AWS Glue, which has Athena's databases and tables:
//! <https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog.html>.

use std::collections::BTreeMap;

use super::definition::define;

macro_rules! glue {
    ($each:ident) => {
        $each! {
            /// A change of a database or a table.
            Glue: Call, glue, "PascalCase";
            operations {
                CreateDatabase {
                    database_input: DatabaseInput,
                }
                /// Deletes a database with all its tables.
                DeleteDatabase {
                    name: String,
                }
                CreateTable {
                    database_name: String,
                    table_input: TableInput,
                }
                /// Replaces all of a table.
                UpdateTable {
                    database_name: String,
                    table_input: TableInput,
                }
                DeleteTable {
                    database_name: String,
                    name: String,
                }
            }
            structures {
                DatabaseInput {
                    /// 1–255 characters, which Glue folds to lower case.
                    name: String,
                    description: String,
                    parameters: BTreeMap<String, String>,
                }
                TableInput {
                    name: String,
                    description: Option<String>,
                    storage_descriptor: StorageDescriptor,
                    partition_keys: Vec<Column>,
                    table_type: String,
                    parameters: BTreeMap<String, String>,
                }
                /// Where the data is, and how it is read.
                StorageDescriptor {
                    columns: Vec<Column>,
                    location: String,
                    input_format: String,
                    output_format: String,
                    serde_info: SerDeInfo,
                }
                Column {
                    name: String,
                    r#type: String,
                }
                SerDeInfo {
                    serialization_library: String,
                    parameters: BTreeMap<String, String>,
                }
            }
        }
    };
}
pub(crate) use glue;

glue!(define);
