//! Values as templates see them. Arrays and maps are shared by reference count: a value that many pages show is made once.

use std::sync::Arc;
use tera::Map;

/// One value of a view.
#[derive(Clone, Debug)]
pub struct Value(pub(super) tera::Value);

impl Value {
    /// What `{% if x %}` takes for no.
    pub fn none() -> Self {
        Self(tera::Value::none())
    }

    /// A yes or no.
    pub fn bool(b: bool) -> Self {
        Self(b.into())
    }

    /// A whole number.
    pub fn int(n: i64) -> Self {
        Self(n.into())
    }

    /// A text, escaped where it is shown.
    pub fn text(text: &str) -> Self {
        Self(text.into())
    }

    /// HTML that is safe as it is.
    pub fn html(html: &str) -> Self {
        Self(tera::Value::safe_string(html))
    }

    /// A list.
    pub fn list(items: Vec<Value>) -> Self {
        Self(items.into_iter().map(|v| v.0).collect::<Vec<_>>().into())
    }

    /// A map, in this order.
    pub fn map(entries: Vec<(&'static str, Value)>) -> Self {
        let mut map = Map::with_capacity(entries.len());
        for (key, value) in entries {
            map.insert(tera::value::Key::Str(key), value.0);
        }
        Self(map.into())
    }

    /// A map with more entries; an entry whose key is there already takes its place.
    pub fn and(&self, more: Vec<(&'static str, Value)>) -> Self {
        let mut map = Map::with_capacity(more.len() + self.0.as_map().map_or(0, |m| m.len()));
        map.extend(self.0.as_map().into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())));
        for (key, value) in more {
            map.insert(tera::value::Key::Str(key), value.0);
        }
        Self(map.into())
    }

    /// A map whose keys are data.
    pub fn dictionary(entries: impl IntoIterator<Item = (String, Value)>) -> Self {
        let mut map = Map::new();
        for (key, value) in entries {
            map.insert(tera::value::Key::String(Arc::from(key)), value.0);
        }
        Self(map.into())
    }

    /// Data of the user's own.
    pub fn json(value: &serde_json::Value) -> Self {
        Self(tera::Value::from_serializable(value))
    }
}
