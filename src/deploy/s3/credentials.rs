//! Who we are to the store: from the environment, or from the files that every tool for S3 reads. Never shown.

use super::super::failure::Failure;
use rusty_s3::Credentials;

/// Looks for credentials; `profile` is the one that site.toml names.
pub fn find(profile: Option<&str>, environment: &dyn Fn(&str) -> Option<String>) -> Result<Credentials, Failure> {
    // A profile that site.toml names is meant for this target; one of the environment is for everything.
    if profile.is_none()
        && let (Some(key), Some(secret)) = (environment("AWS_ACCESS_KEY_ID"), environment("AWS_SECRET_ACCESS_KEY"))
    {
        return Ok(credentials(key, secret, environment("AWS_SESSION_TOKEN")));
    }
    let named = profile.map(str::to_string).or_else(|| environment("AWS_PROFILE"));
    let name = named.as_deref().unwrap_or("default");
    let home = environment("HOME").or_else(|| environment("USERPROFILE")).unwrap_or_default();
    let path = |variable: &str, usual: &str| environment(variable).unwrap_or_else(|| format!("{home}/.aws/{usual}"));
    let files = [path("AWS_SHARED_CREDENTIALS_FILE", "credentials"), path("AWS_CONFIG_FILE", "config")];
    let mut other_way = None;
    for file in &files {
        let Ok(text) = std::fs::read_to_string(file) else { continue };
        let profile = Profile::of(&text, name);
        other_way = other_way.or(profile.other_way);
        if let (Some(key), Some(secret)) = (profile.key, profile.secret) {
            return Ok(credentials(key, secret, profile.token));
        }
    }
    let message = match &named {
        Some(name) => format!("there are no credentials for the profile `{name}`"),
        None => "there are no credentials for the store".to_string(),
    };
    let help = match other_way {
        Some(way) => format!(
            "the profile has `{way}`, which Dateline does not follow: run `eval \"$(aws configure export-credentials --format env)\"` first"
        ),
        None => format!("set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or write them into {}", files[0]),
    };
    Err(Failure::new(message, help))
}

fn credentials(key: String, secret: String, token: Option<String>) -> Credentials {
    match token {
        Some(token) => Credentials::new_with_token(key, secret, token),
        None => Credentials::new(key, secret),
    }
}

#[derive(Default)]
struct Profile {
    key: Option<String>,
    secret: Option<String>,
    token: Option<String>,
    /// What leads to credentials in a way that is not followed here.
    other_way: Option<&'static str>,
}

impl Profile {
    /// Reads one profile of a file of the AWS tools: `[name]`, or `[profile name]`.
    fn of(text: &str, name: &str) -> Self {
        let mut profile = Self::default();
        let mut inside = false;
        for line in text.lines().map(str::trim) {
            if let Some(section) = line.strip_prefix('[').and_then(|l| l.split(']').next()) {
                let section = section.trim();
                inside = section == name || section.strip_prefix("profile").map(str::trim) == Some(name);
                continue;
            }
            let Some((key, value)) = line.split_once('=').filter(|_| inside && !line.starts_with(['#', ';'])) else {
                continue;
            };
            let value = Some(value.trim().to_string()).filter(|v| !v.is_empty());
            match key.trim().to_ascii_lowercase().as_str() {
                "aws_access_key_id" => profile.key = value,
                "aws_secret_access_key" => profile.secret = value,
                "aws_session_token" => profile.token = value,
                "credential_process" => profile.other_way = Some("credential_process"),
                "sso_session" | "sso_start_url" => profile.other_way = Some("sso_session"),
                "role_arn" => profile.other_way = Some("role_arn"),
                _ => {}
            }
        }
        profile
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "[default]\naws_access_key_id = A\naws_secret_access_key=S\n\n# [news]\n[profile news]\naws_access_key_id=B\naws_secret_access_key = T\naws_session_token = U\n[sso]\nsso_session = x\n";

    #[test]
    fn the_environment_comes_first_unless_site_toml_names_a_profile() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("credentials");
        std::fs::write(&file, FILE).expect("written");
        let file = file.to_string_lossy().into_owned();
        let with = |pairs: &[(&str, &str)], profile| {
            let find_in = |name: &str| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| v.to_string());
            find(profile, &find_in).map(|c| (c.key().to_string(), c.token().map(str::to_string))).map_err(|f| f.help)
        };
        let keys = [("AWS_ACCESS_KEY_ID", "E"), ("AWS_SECRET_ACCESS_KEY", "X"), ("AWS_SHARED_CREDENTIALS_FILE", &file)];
        assert_eq!(with(&keys, None), Ok(("E".into(), None)));
        assert_eq!(with(&keys, Some("news")), Ok(("B".into(), Some("U".into()))));
        assert_eq!(with(&keys[2..], None), Ok(("A".into(), None)));
        assert_eq!(with(&[keys[2], ("AWS_PROFILE", "news")], None), Ok(("B".into(), Some("U".into()))));
        assert!(with(&keys[2..], Some("sso")).is_err_and(|help| help.contains("sso_session")));
        assert!(with(&[("HOME", "/nowhere")], None).is_err_and(|help| help.contains("/nowhere/.aws/credentials")));
    }
}
