//! Calls to IAM.

use aws_sdk_iam::{Client, types};

use crate::aws::clients::Clients;
use crate::aws::error::Request;
use crate::call::Tag;
use crate::call::iam::{
    CreateRole, CreateUser, DeleteAccessKey, DeleteRole, DeleteRolePolicy, DeleteUser,
    DeleteUserPolicy, Iam, PutRolePolicy, PutUserPolicy, TagRole, TagUser, UpdateAssumeRolePolicy,
};
use crate::error::CallError;

pub(super) async fn send(
    clients: &Clients,
    request: &Request<'_>,
    call: Iam,
) -> Result<(), CallError> {
    let client = clients.iam(request.region);
    match call {
        Iam::CreateUser(call) => create_user(client, request, call).await,
        Iam::PutUserPolicy(call) => put_user_policy(client, request, call).await,
        Iam::TagUser(call) => tag_user(client, request, call).await,
        Iam::DeleteUserPolicy(call) => delete_user_policy(client, request, call).await,
        Iam::DeleteUser(call) => delete_user(client, request, call).await,
        Iam::CreateRole(call) => create_role(client, request, call).await,
        Iam::UpdateAssumeRolePolicy(call) => update_assume_role_policy(client, request, call).await,
        Iam::PutRolePolicy(call) => put_role_policy(client, request, call).await,
        Iam::TagRole(call) => tag_role(client, request, call).await,
        Iam::DeleteRolePolicy(call) => delete_role_policy(client, request, call).await,
        Iam::DeleteRole(call) => delete_role(client, request, call).await,
        Iam::DeleteAccessKey(call) => delete_access_key(client, request, call).await,
        Iam::CreateAccessKey(_) => {
            unreachable!("a step that makes a secret says where it goes, and is sent with it")
        }
    }
}

async fn create_user(
    client: Client,
    request: &Request<'_>,
    call: CreateUser,
) -> Result<(), CallError> {
    let CreateUser { user_name, tags } = call;
    let create = client.create_user().user_name(user_name);
    let sent = create.set_tags(Some(sdk_tags(request, tags)?)).send();
    request.done(sent.await)
}

async fn put_user_policy(
    client: Client,
    request: &Request<'_>,
    call: PutUserPolicy,
) -> Result<(), CallError> {
    let PutUserPolicy {
        user_name,
        policy_name,
        policy_document,
    } = call;
    let sent = client
        .put_user_policy()
        .user_name(user_name)
        .policy_name(policy_name)
        .policy_document(policy_document)
        .send();
    request.done(sent.await)
}

async fn tag_user(client: Client, request: &Request<'_>, call: TagUser) -> Result<(), CallError> {
    let TagUser { user_name, tags } = call;
    let tag = client.tag_user().user_name(user_name);
    let sent = tag.set_tags(Some(sdk_tags(request, tags)?)).send();
    request.done(sent.await)
}

async fn delete_user_policy(
    client: Client,
    request: &Request<'_>,
    call: DeleteUserPolicy,
) -> Result<(), CallError> {
    let DeleteUserPolicy {
        user_name,
        policy_name,
    } = call;
    let delete = client.delete_user_policy().user_name(user_name);
    request.done(delete.policy_name(policy_name).send().await)
}

async fn delete_user(
    client: Client,
    request: &Request<'_>,
    call: DeleteUser,
) -> Result<(), CallError> {
    let DeleteUser { user_name } = call;
    request.done(client.delete_user().user_name(user_name).send().await)
}

async fn delete_access_key(
    client: Client,
    request: &Request<'_>,
    call: DeleteAccessKey,
) -> Result<(), CallError> {
    let DeleteAccessKey {
        user_name,
        access_key_id,
    } = call;
    let delete = client.delete_access_key().user_name(user_name);
    request.done(delete.access_key_id(access_key_id).send().await)
}

async fn create_role(
    client: Client,
    request: &Request<'_>,
    call: CreateRole,
) -> Result<(), CallError> {
    let CreateRole {
        role_name,
        assume_role_policy_document,
        tags,
    } = call;
    let create = client.create_role().role_name(role_name);
    let create = create.assume_role_policy_document(assume_role_policy_document);
    let sent = create.set_tags(Some(sdk_tags(request, tags)?)).send();
    request.done(sent.await)
}

async fn update_assume_role_policy(
    client: Client,
    request: &Request<'_>,
    call: UpdateAssumeRolePolicy,
) -> Result<(), CallError> {
    let UpdateAssumeRolePolicy {
        role_name,
        policy_document,
    } = call;
    let update = client.update_assume_role_policy().role_name(role_name);
    request.done(update.policy_document(policy_document).send().await)
}

async fn put_role_policy(
    client: Client,
    request: &Request<'_>,
    call: PutRolePolicy,
) -> Result<(), CallError> {
    let PutRolePolicy {
        role_name,
        policy_name,
        policy_document,
    } = call;
    let sent = client
        .put_role_policy()
        .role_name(role_name)
        .policy_name(policy_name)
        .policy_document(policy_document)
        .send();
    request.done(sent.await)
}

async fn tag_role(client: Client, request: &Request<'_>, call: TagRole) -> Result<(), CallError> {
    let TagRole { role_name, tags } = call;
    let tag = client.tag_role().role_name(role_name);
    let sent = tag.set_tags(Some(sdk_tags(request, tags)?)).send();
    request.done(sent.await)
}

async fn delete_role_policy(
    client: Client,
    request: &Request<'_>,
    call: DeleteRolePolicy,
) -> Result<(), CallError> {
    let DeleteRolePolicy {
        role_name,
        policy_name,
    } = call;
    let delete = client.delete_role_policy().role_name(role_name);
    request.done(delete.policy_name(policy_name).send().await)
}

async fn delete_role(
    client: Client,
    request: &Request<'_>,
    call: DeleteRole,
) -> Result<(), CallError> {
    let DeleteRole { role_name } = call;
    request.done(client.delete_role().role_name(role_name).send().await)
}

fn sdk_tags(request: &Request<'_>, tags: Vec<Tag>) -> Result<Vec<types::Tag>, CallError> {
    let tags = tags.into_iter().map(|Tag { key, value }| {
        let tag = types::Tag::builder().key(key).value(value).build();
        tag.map_err(|error| request.unsendable(error))
    });
    tags.collect()
}
