//! The functions and filters that templates have besides Tera's own. All are pure: of their arguments, the strings and
//! the assets, which are in every page's key.

use super::Options;
use super::assets::Asset;
use super::i18n::Strings;
use std::collections::BTreeMap;
use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

/// Registers them all. This must come before templates are added: Tera checks names at load.
pub(super) fn register(tera: &mut Tera, strings: &Strings, assets: &[Asset], options: &Options) {
    let urls: BTreeMap<String, String> =
        assets.iter().map(|a| (a.name.clone(), format!("{}{}", options.base_path, a.url))).collect();
    tera.register_function("asset", move |kwargs: Kwargs, _: &State| -> TeraResult<Value> {
        let path: &str = kwargs.must_get("path")?;
        match urls.get(path) {
            Some(url) => Ok(Value::from(url.as_str())),
            None => Err(Error::message(format!("the theme has no asset `{path}`"))),
        }
    });

    let origin = options.origin.to_string();
    tera.register_filter("absolute", move |url: &str, _: Kwargs, _: &State| format!("{origin}{url}"));

    tera.register_filter("json", |value: Value, _: Kwargs, _: &State| -> TeraResult<Value> {
        let text = serde_json::to_string(&value).map_err(Error::message)?;
        // `</script>` and `<!--` inside a string would end the element that holds the JSON.
        let safe = text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
        Ok(Value::safe_string(&safe))
    });

    tera.register_filter("fill", |text: &str, kwargs: Kwargs, _: &State| {
        let mut out = text.to_string();
        for (name, value) in kwargs.iter() {
            if let Some(name) = name.as_str() {
                out = out.replace(&format!("{{{name}}}"), &value.to_string());
            }
        }
        out
    });

    let words = strings.clone();
    tera.register_filter("date", move |value: &str, kwargs: Kwargs, _: &State| -> TeraResult<Value> {
        let format: &str = kwargs.get("format")?.unwrap_or("medium");
        match words.date(value, format) {
            Some(text) => Ok(Value::from(text)),
            None => Err(Error::message(format!("`{value}` cannot be shown as a date in the format `{format}`"))),
        }
    });
    let words = strings.clone();
    tera.register_filter("plural", move |n: i64, kwargs: Kwargs, _: &State| -> TeraResult<Value> {
        let key: &str = kwargs.must_get("key")?;
        match words.plural(key, n) {
            Some(text) => Ok(Value::from(text)),
            None => Err(Error::message(format!("the strings have no plural `{key}`"))),
        }
    });
    let words = strings.clone();
    tera.register_filter("number", move |n: i64, _: Kwargs, _: &State| words.number(n));
}
